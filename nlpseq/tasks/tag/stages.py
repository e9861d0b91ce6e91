"""Tagging from raw text to a scored model: prepare, train, decode, score, each a function of the settings."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.config import TaggedDataSettings, TagSettings
from nlpseq.counting import counted
from nlpseq.data.encode import Ragged
from nlpseq.data.rows import Rows
from nlpseq.data.splits import tagged_files
from nlpseq.data.tagged import load_tagged
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.runs.corpus import evaluation_split, save_corpus, saved_corpus
from nlpseq.runs.saved_model import check_names, seal
from nlpseq.runs.splits import corpus_checksums, wanted_splits, with_all_splits
from nlpseq.runs.start import give_vectors, start_of
from nlpseq.tasks.tag.outputs import CHARS_FILE, WORDS_FILE, TaggedSplit, read_tags, write_tags
from nlpseq.tasks.task import Checksums, Evaluation, Figures
from nlpseq.text.tag_scheme import (
    SCHEME_NAMES,
    Scheme,
    convert_tags,
    known_scheme,
    network_scheme,
    recognise_scheme,
    scheme_spans,
    scheme_tags,
)
from nlpseq.text.vocab import PAD, SPECIALS, UNK, Vocab

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    from nlpseq.data.tag_batch import WordForms
    from nlpseq.tasks.tag.tagger import Tagger
    from nlpseq.training.objective import Objective

log = logging.getLogger("nlpseq")

TAGS_FILE = Path("data") / "tags.json"
SHOWN_LABELS = 10
# Time and memory of a CRF grow with the square of the number of tags.
MOST_CRF_TAGS = 200
# Padded tokens of a batch of the validation.
VALIDATION_TOKENS = 4000


@dataclass(frozen=True)
class Prepared:
    """What training needs: words, characters and tags as the network numbers them, and the text of all splits.

    `scheme` is that of the corpus.
    """

    words: Vocab
    chars: Vocab
    tags: tuple[str, ...]
    scheme: Scheme
    corpus: DatasetDict


def checksums(settings: TagSettings) -> Checksums:
    """Split -> file -> SHA-256 of the corpus."""
    return corpus_checksums(settings.data, partial(tagged_files, settings.data.path), example="corpora/entities")


def load_corpus(data: TaggedDataSettings, splits: Mapping[str, str | None] | None = None) -> DatasetDict:
    """The splits of a corpus, by default those that there are, with a column "text" beside "tokens" and "tags"."""
    from datasets import DatasetDict

    splits = splits or wanted_splits(data)
    loaded = load_tagged(data.path, tokens=data.tokens, tags=data.tags, splits=splits, encoding=data.encoding)
    return DatasetDict(
        {name: split.add_column("text", [*map(" ".join, split["tokens"])]) for name, split in loaded.items()}
    )


split = partial(evaluation_split, columns=("tokens", "tags"), load=load_corpus)


def training_ids(folder: Path) -> np.ndarray:
    """The ids of the training text in one row."""
    words = Vocab.load(folder / WORDS_FILE)
    return np.array(words.encode(chain.from_iterable(saved_corpus(folder)["train"]["tokens"])))


def prepare(settings: TagSettings, folder: Path) -> Prepared:
    """Read the corpus, recognise the scheme of its tags, and number words, characters and tags of its training side.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    corpus = with_all_splits(load_corpus(settings.data), settings.data, seed=settings.train.seed)
    train = corpus["train"]
    log.info("corpus: %s", ", ".join(f"{name} {counted(len(split), 'sentence')}" for name, split in corpus.items()))
    scheme = recognise_scheme(train["tags"])
    labels = sorted({span.label for tags in train["tags"] for span in scheme_spans(tags, scheme)})
    tags = scheme_tags(labels, network_scheme(scheme))
    log.info(
        "tags: %s%s; %s: %s", SCHEME_NAMES[scheme], "" if scheme in ("bioes", "plain") else ", read as BIOES",
        counted(len(labels), "label"), ", ".join(labels[:SHOWN_LABELS]) + ", ..." * (len(labels) > SHOWN_LABELS),
    )  # fmt: skip
    words, chars = _vocabularies(settings, train)
    log.info("vocabulary: %d words, %d characters", len(words), len(chars))
    words.save(folder / WORDS_FILE)
    chars.save(folder / CHARS_FILE)
    write_text_atomically(folder / TAGS_FILE, json.dumps({"scheme": scheme, "tags": tags}, ensure_ascii=False) + "\n")
    save_corpus(corpus, folder)
    return Prepared(words, chars, tuple(tags), scheme, corpus)


def _vocabularies(settings: TagSettings, train: Dataset) -> tuple[Vocab, Vocab]:
    """Words and characters: those of the model that the run begins from, or of the training sentences."""
    if (start := start_of(settings)) is not None:
        return Vocab.load(start.folder / WORDS_FILE), Vocab.load(start.folder / CHARS_FILE)
    words = Vocab.from_iterator(train["tokens"], min_freq=settings.text.min_freq, max_size=settings.text.vocab_size)
    # A character that comes once stands for all that never do.
    return words, Vocab.from_iterator(chain.from_iterable(train["tokens"]), min_freq=2, specials=(PAD, UNK))


def load_prepared(settings: TagSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    found = read_json(folder / TAGS_FILE, dict, fix="prepare the text again")
    try:
        scheme, tags = known_scheme(found["scheme"]), check_names("tags", found["tags"])
    except (KeyError, ValueError) as error:
        raise UserError(f"{folder / TAGS_FILE}: damaged ({error}); prepare the text again") from error
    words, chars = Vocab.load(folder / WORDS_FILE), Vocab.load(folder / CHARS_FILE)
    return Prepared(words, chars, tags, scheme, saved_corpus(folder, "tokens", "tags"))


def train(settings: TagSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.data.tag_batch import collate_tagged
    from nlpseq.runs.training import Training, bucketed, train_stage
    from nlpseq.tasks.tag.objective import TaggingObjective

    def start() -> Training:
        rows, forms = encoded(prepared, prepared.corpus["train"])
        counts = np.bincount(forms.ids[rows.ids("words").values], minlength=len(prepared.words))
        # The words of another model are not sorted by how often they come here.
        start = start_of(settings)
        tagger = _untrained(settings, prepared, counts if start is None else None)
        objective, given = TaggingObjective(), settings.train
        if start is not None:
            start.give_weights(tagger.model, prepared.tags, key="tags", anew=["crf.transitions"])
        if settings.text.vectors:
            give_vectors(tagger.model, settings.text, tagger.words, counts)
        return Training(
            tagger.model,
            objective,
            validator(tagger, prepared, objective),
            *bucketed(
                rows, rows.lengths("words"), partial(collate_tagged, forms=forms), given,
                batch_tokens=given.batch_tokens, max_batch_size=given.batch_size,
            ),
            config=tagger.config,
        )  # fmt: skip

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: TagSettings, prepared: Prepared, folder: Path) -> None:
    """Tell the model of a language that has changed, and write anew what was damaged of its description."""
    seal(folder, _untrained(settings, prepared).config)


def decode(evaluation: Evaluation, tagger: Tagger) -> Figures:
    """Tag a split."""
    tokens, refs = list(evaluation.rows["tokens"]), list(evaluation.rows["tags"])
    started = time.perf_counter()
    found = tagger.decode(tokens, spans=partial(scheme_spans, scheme="plain"))
    seconds = time.perf_counter() - started
    hyps = [convert_tags(one.tags, tagger.scheme) for one in found]
    write_tags(evaluation.out, TaggedSplit(tokens, refs, hyps, [one.probabilities for one in found]))
    return {
        "task": "tag",
        "split": evaluation.split,
        "scheme": tagger.scheme,
        "seconds": round(seconds, 2),
        "sentences_per_second": round(len(tokens) / max(seconds, 1e-9), 1),
    }


def score(evaluation: Evaluation, figures: Figures) -> Figures:
    """F1 and what it is made of; of the run's own test split also what a memory of the training words reaches."""
    from nlpseq.evaluation.tagging import entity_words, memory_tags, score_entities, score_tokens, span_f1

    scheme = known_scheme(figures["scheme"])
    tokens, refs, hyps, _ = read_tags(evaluation.out, evaluation.rows["tokens"][:], evaluation.rows["tags"][:])
    train = saved_corpus(evaluation.folder)["train"] if evaluation.own else None
    known = ([], []) if train is None else (train["tokens"][:], train["tags"][:])
    if scheme == "plain":
        scored, headline = score_tokens(refs, hyps), "token_accuracy"
    else:
        scored = score_entities(refs, hyps, tokens=tokens if evaluation.own else None, seen=entity_words(*known))
        headline = "entity_f1"
    scored |= {"sentences": len(tokens), "f1": scored[headline], "f1_interval": scored[f"{headline}_interval"]}
    if evaluation.own:
        seen = set(chain.from_iterable(known[0]))
        running = [word not in seen for word in chain.from_iterable(tokens)]
        memory = span_f1(refs, memory_tags(known, tokens), scheme)
        scored["unknown_words"] = round(sum(running) / len(running), 6)
        scored["baselines"] = [{"name": "memory of the words", "f1": round(memory, 6)}]
    return scored


def load(name_or_path: str | Path, *, device: str = "cpu") -> Tagger:
    """The trained tagger."""
    from nlpseq.tasks.tag.tagger import Tagger

    return Tagger.from_pretrained(name_or_path, device=device)


def encoded(prepared: Prepared, rows: Dataset) -> tuple[Rows, WordForms]:
    """Sentences as rows of numbers of words and of tags, and the words of these numbers.

    Raises:
        KeyError: a tag that training does not have.
    """
    from nlpseq.data.tag_batch import WordForms

    tokens = rows.with_format("arrow")[:]["tokens"].combine_chunks()
    found = tokens.flatten().dictionary_encode()
    offsets = np.concatenate([[0], np.cumsum(tokens.value_lengths().to_numpy())])
    numbers, scheme = {tag: number for number, tag in enumerate(prepared.tags)}, network_scheme(prepared.scheme)
    tags = [numbers[tag] for row in rows["tags"] for tag in convert_tags(row, scheme)]
    columns = {"words": found.indices.to_numpy() + 1, "tags": np.array(tags, dtype=np.int32)}
    forms = WordForms.of(found.dictionary.to_pylist(), prepared.words, prepared.chars)
    return Rows(({name: Ragged(values, offsets) for name, values in columns.items()},)), forms


def validator(tagger: Tagger, prepared: Prepared, objective: Objective) -> Callable[[], dict[str, float]]:
    """A function that gives the loss in nats a token, and the F1 of entities or of plain tags."""
    from nlpseq.data.tag_batch import collate_tagged
    from nlpseq.evaluation.tagging import span_f1
    from nlpseq.runs.length_batches import length_batches

    rows = prepared.corpus["validation"]
    tokens, refs, known = rows["tokens"][:], rows["tags"][:], set(prepared.tags)
    usable = [n for n, row in enumerate(refs) if known.issuperset(convert_tags(row, network_scheme(prepared.scheme)))]
    if not usable:
        raise UserError("each validation sentence has a label that no training sentence has; check data.tags")
    numbers, forms = encoded(prepared, rows.select(usable))
    batches = list(length_batches(numbers.lengths("words")[0, 0], batch_tokens=VALIDATION_TOKENS))

    def validate() -> dict[str, float]:
        device = next(tagger.model.parameters()).device
        padded = (collate_tagged([numbers[n] for n in batch], forms).to(device) for batch in batches)
        losses = [objective(tagger.model, batch) for batch in padded]
        loss = sum(float(one.total) for one in losses) / sum(one.count for one in losses)
        return {"loss": loss, "f1": span_f1(refs, [found.tags for found in tagger.decode(tokens)], prepared.scheme)}

    return validate


def _untrained(settings: TagSettings, prepared: Prepared, counts: np.ndarray | None = None) -> Tagger:
    """A new tagger; `counts` (V,) are those of the words in the training text."""
    from nlpseq.tasks.tag.tagger import Tagger

    first = len(SPECIALS)
    model = settings.model
    if model.crf and len(prepared.tags) > MOST_CRF_TAGS:
        log.info("a CRF over %d tags takes too long; each is learnt by itself", len(prepared.tags))
        model = replace(model, crf=False)
    return Tagger.untrained(
        prepared.words, prepared.chars, model,
        tags=prepared.tags, scheme=prepared.scheme, lang=settings.text.lang,
        singletons_from=None if counts is None else first + int((counts[first:] > 1).sum()),
    )  # fmt: skip
