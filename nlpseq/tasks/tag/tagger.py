"""A trained tagger: sentences in, tags and entities with probabilities out, from a run folder or the hub."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.answers.tagging import DecodedTags, Sentences, SpansOf, Taggings
from nlpseq.config import TaggerSettings
from nlpseq.data.batch import pad_sequences
from nlpseq.data.tag_batch import Spelling, WordForms
from nlpseq.models.inference import inference
from nlpseq.models.tagger import TaggerModel
from nlpseq.runs.length_batches import length_batches, on_threads
from nlpseq.runs.saved_model import SavedModel, check_names
from nlpseq.tasks.tag.outputs import CHARS_FILE, WORDS_FILE
from nlpseq.tasks.trained import Trained, TrainOptions
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

if TYPE_CHECKING:
    from typing_extensions import Unpack


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

    task: ClassVar[str] = "tag"

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
        cls, data: Any, *, tokens: str | None = None, tags: str | None = None, **options: Unpack[TrainOptions]
    ) -> Tagger:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        Args:
            data: a data frame, a list of tuples (tokens, tags), lists both, or of dicts, a `Dataset`, a dict or
                `DatasetDict` of such by split, a path, or a hub name.
            tokens: column of the tokens; default: found by its name.
            tags: column of the tags; default: found by its name.
            options: `recipe`, `minutes`, `init_from`, `run_dir`, `settings` and `quiet`, see `TrainOptions`.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        return cls._learnt(data, {"tokens": tokens, "tags": tags}, **options)

    @classmethod
    def _revived(cls, saved: SavedModel, device: str) -> Tagger:
        words, chars = Vocab.load(saved.folder / WORDS_FILE), Vocab.load(saved.folder / CHARS_FILE)
        settings, tags = saved.settings("model", TaggerSettings), check_names("tags", saved.config["tags"])
        scheme, lang = known_scheme(saved.config["scheme"]), saved.config["lang"]
        if not isinstance(lang, str):
            raise ValueError(f"lang is {lang!r}")
        build = partial(cls.untrained, words, chars, settings, tags=tags, scheme=scheme, lang=lang)
        model = saved.network(lambda: build().model, layers=settings.num_layers, device=device)
        return cls(model, words, chars, settings, tags, scheme, lang, saved.folder)

    def _save_text(self, folder: Path) -> None:
        self.words.save(folder / WORDS_FILE)
        self.chars.save(folder / CHARS_FILE)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        named = {"task": self.task, "tags": list(self.tags), "scheme": self.scheme, "lang": self.lang}
        return {**named, "model": asdict(self.settings)}

    def _decode(self, sentences: Sentences, spans: SpansOf | None) -> list[DecodedTags]:
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

    def _decode_batch(self, spans: SpansOf | None, emissions: Tensor, lengths: Tensor) -> list[DecodedTags]:
        best = self.model.crf.decode(emissions, lengths).tags
        rows = zip(best.tolist(), lengths.tolist(), strict=True)
        tags = [[self.tags[tag] for tag in row[:length]] for row, length in rows]
        asked = [[] if spans is None else spans(row) for row in tags]
        segments = torch.tensor([(row, *span[:2]) for row, found in enumerate(asked) for span in found]).view(-1, 3)
        shares = iter(self.model.crf.segment_log_probs(emissions, best, segments, lengths).exp().tolist())
        return [DecodedTags(row, found, [next(shares) for _ in found]) for row, found in zip(tags, asked, strict=True)]
