"""A trained tagger: sentences in, tags and entities with probabilities out, from a run folder or the hub."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.answers.tagging import Decoded, Sentences, SpansOf, Taggings
from nlpseq.config import TaggerSettings
from nlpseq.data.batch import pad_sequences
from nlpseq.data.tag_batch import Spelling, WordForms
from nlpseq.models.inference import inference
from nlpseq.models.tagger import TaggerModel
from nlpseq.runs.length_batches import length_batches, on_threads
from nlpseq.runs.saved_model import SavedModel, check_names, load_saved, write_config
from nlpseq.runs.trained import Trained
from nlpseq.tasks.tag.outputs import CHARS_FILE, WORDS_FILE
from nlpseq.text.tag_scheme import (
    Scheme,
    allowed_transitions,
    known_scheme,
    network_scheme,
)
from nlpseq.text.vocab import Vocab

# Sentences whose words are looked up together, and the padded tokens of a batch.
POOL_SENTENCES, BATCH_TOKENS = 2000, 4000
# Of a batch, sentences times the square of the number of tags.
MOST_SCORES = 10**8
# A longer text is read in pieces: no training sentence was as long.
MOST_TOKENS = 400
SURROGATE = re.compile("[\ud800-\udfff]")

Found = TypeVar("Found")


@dataclass(frozen=True, repr=False)
class Tagger(Taggings, Trained):
    """A model with its words and characters, and its tags in the order of their numbers: BIOES, or plain ones.

    `scheme` is that of the corpus, in which tags are written, `lang` the language of spaCy's rules for raw text, and
    `folder` the one that it was loaded from, if any.

    >>> _ = torch.manual_seed(0)
    >>> words, chars = (Vocab.from_iterator([text]) for text in (["Ann", "in", "Bonn"], "AnnBoi"))
    >>> tagger = Tagger.untrained(words, chars, TaggerSettings(), tags=["O", "S-LOC"], scheme="bio", lang="en")
    >>> tagger.tag("Ann is in Bonn.").tokens, tagger.tag([["Ann", "sings"], []])[0].text
    (['Ann', 'is', 'in', 'Bonn', '.'], 'Ann sings')
    """

    model: TaggerModel
    words: Vocab
    chars: Vocab
    settings: TaggerSettings
    tags: tuple[str, ...]
    scheme: Scheme
    lang: str
    folder: Path | None = None

    @classmethod
    def untrained(
        cls,
        words: Vocab,
        chars: Vocab,
        settings: TaggerSettings,
        *,
        tags: Sequence[str],
        scheme: Scheme,
        lang: str,
        singletons_from: int | None = None,
    ) -> Tagger:
        """A tagger with new random weights; words of ids from `singletons_from` on come once in its training text."""
        model = TaggerModel(
            len(words), len(tags), num_chars=len(chars), singletons_from=singletons_from,
            allowed=allowed_transitions(tags, network_scheme(scheme)), **asdict(settings),
        )  # fmt: skip
        return cls(model, words, chars, settings, tuple(tags), scheme, lang)

    @classmethod
    def train(
        cls,
        data: Any,
        *,
        tokens: str | None = None,
        tags: str | None = None,
        recipe: str | Path | None = None,
        minutes: float | None = None,
        init_from: str | Path | None = None,
        run_dir: str | Path | None = None,
        settings: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> Tagger:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        The same call again gives the same model, or goes on where it was stopped; so does one with more `minutes`.
        Ctrl-C gives the best model so far.

        Args:
            data: a data frame, a list of tuples (tokens, tags), lists both, or of dicts, a `Dataset`, a dict or
                `DatasetDict` of such by split, a path, or a hub name.
            tokens: column of the tokens; default: found by its name.
            tags: column of the tags; default: found by its name.
            recipe: a recipe's file, or the name of one that comes with nlpseq; default: settings chosen from the data.
            minutes: budget of the training.
            init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights.
            run_dir: folder of the run; default: one for these data and settings, below `runs`.
            settings: any others by their names on the command line: `{"model.hidden_size": 256}`.
            quiet: log nothing on the way.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        from nlpseq.tasks.learn import learn

        found: Tagger = learn(
            "tag", data, columns={"tokens": tokens, "tags": tags}, recipe=recipe, minutes=minutes,
            init_from=init_from, run_dir=run_dir, settings=settings, quiet=quiet,
        )  # fmt: skip
        return found

    @classmethod
    def from_pretrained(
        cls,
        name_or_path: str | Path,
        *,
        device: str = "cpu",
        revision: str | None = None,
        token: str | None = None,
    ) -> Tagger:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        `revision` (a branch, a tag or a commit) and `token` are those of the hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """

        def revive(saved: SavedModel) -> Tagger:
            words, chars = Vocab.load(saved.folder / WORDS_FILE), Vocab.load(saved.folder / CHARS_FILE)
            settings, tags = saved.settings("model", TaggerSettings), check_names("tags", saved.config["tags"])
            scheme, lang = known_scheme(saved.config["scheme"]), saved.config["lang"]
            if not isinstance(lang, str):
                raise ValueError(f"lang is {lang!r}")
            build = partial(cls.untrained, words, chars, settings, tags=tags, scheme=scheme, lang=lang)
            model = saved.network(lambda: build().model, layers=settings.num_layers, device=device)
            return cls(model, words, chars, settings, tags, scheme, lang, saved.folder)

        return load_saved(name_or_path, "tag", revive, revision=revision, token=token)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, vocabularies and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.tasks.card import save_model

        save_model(self, Path(folder))

    def save_without_weights(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the network's weights, the card and the seal."""
        self.words.save(folder / WORDS_FILE)
        self.chars.save(folder / CHARS_FILE)
        write_config(folder, self.config)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        named = {"task": "tag", "tags": list(self.tags), "scheme": self.scheme, "lang": self.lang}
        return {**named, "model": asdict(self.settings)}

    def _decode(self, sentences: Sentences, spans: SpansOf | None) -> list[Decoded]:
        return self.each(sentences, partial(self._decode_batch, spans))

    def each(self, sentences: Sentences, work: Callable[[Tensor, Tensor], list[Found]]) -> list[Found]:
        """What `work` gives for each sentence, of a token at least: a list from scores (B, S, K) and lengths (B,)."""
        found: list[Found] = []
        with inference(self.model):
            for first in range(0, len(sentences), POOL_SENTENCES):
                found += self._pool(sentences[first : first + POOL_SENTENCES], work)
        return found

    def _pool(self, sentences: Sentences, work: Callable[[Tensor, Tensor], list[Found]]) -> list[Found]:
        numbers: dict[str, int] = {}  # of the different words, from 1
        rows = [[numbers.setdefault(word, len(numbers) + 1) for word in tokens] for tokens in sentences]
        table = self._embedded(WordForms.of(list(numbers), self.words, self.chars))

        def read(batch: np.ndarray) -> list[Found]:
            ids, lengths = pad_sequences([rows[number] for number in batch], pad_id=0)
            with torch.inference_mode():  # each thread has its own
                return work(self.model.emissions(F.embedding(ids.to(self._device), table), lengths), lengths)

        most_tokens = min(BATCH_TOKENS, MOST_SCORES // len(self.tags) ** 2)
        batches = list(length_batches([*map(len, rows)], most_tokens))
        found = chain.from_iterable(on_threads(read, batches, self._device))
        by_number = dict(zip(chain.from_iterable(batches), found, strict=True))
        return [by_number[number] for number in range(len(rows))]

    def _embedded(self, forms: WordForms) -> Tensor:
        """What the network reads of each word (W, F), worked out once for all its places."""
        ids = torch.from_numpy(forms.ids).to(self._device)
        if self.model.spelling is None:
            return self.model.embed(ids)
        table = torch.empty(len(ids), self.model.num_features, device=self._device)

        def read(batch: np.ndarray) -> None:
            with torch.inference_mode():
                chars, lengths = forms.spell(batch)
                spelling = Spelling(chars.to(self._device), lengths, torch.arange(len(batch), device=self._device))
                table[batch] = self.model.embed(ids[batch], spelling)

        on_threads(read, list(length_batches([*map(len, forms.chars)], BATCH_TOKENS)), self._device)
        return table

    def _decode_batch(self, spans: SpansOf | None, emissions: Tensor, lengths: Tensor) -> list[Decoded]:
        best = self.model.crf.decode(emissions, lengths).tags
        rows = zip(best.tolist(), lengths.tolist(), strict=True)
        tags = [[self.tags[tag] for tag in row[:length]] for row, length in rows]
        asked = [[] if spans is None else spans(row) for row in tags]
        segments = torch.tensor([(row, *span[:2]) for row, found in enumerate(asked) for span in found]).view(-1, 3)
        shares = iter(self.model.crf.segment_log_probs(emissions, best, segments, lengths).exp().tolist())
        return [Decoded(row, found, [next(shares) for _ in found]) for row, found in zip(tags, asked, strict=True)]

    @property
    def _device(self) -> torch.device:
        return next(self.model.parameters()).device
