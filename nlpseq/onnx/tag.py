"""An exported tagger: sentences in, tags and entities with probabilities out, without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from nlpseq.answers.tagging import DecodedTags, Sentences, SpansOf, Taggings
from nlpseq.config.tag import TaggerSettings
from nlpseq.data.word_forms import WordForms
from nlpseq.onnx.crf import CRF
from nlpseq.onnx.folder import Export
from nlpseq.onnx.rows import padded
from nlpseq.onnx.session import Session
from nlpseq.runs.length_batches import at_once, length_batches
from nlpseq.runs.saved_model import check_names
from nlpseq.text.tag_scheme import Scheme, allowed_transitions, known_scheme, network_scheme
from nlpseq.text.vocab import Vocab

# Sentences whose words are looked up together, and the padded tokens of a batch.
POOL_SENTENCES, BATCH_TOKENS = 2000, 4000
# Of a batch, tokens times the square of the number of tags.
MOST_SCORES = 10**7


@dataclass(frozen=True, repr=False)
class Tagger(Taggings):
    """The graphs of a tagger with its words, characters and tags."""

    reader: Session
    network: Session
    words: Vocab
    chars: Vocab
    settings: TaggerSettings
    tags: tuple[str, ...]
    scheme: Scheme
    lang: str
    folder: Path | None = None
    threads: int = 1

    def emissions(self, sentences: Sentences) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
        """In batches: the numbers of sentences, emissions (B, S, K), lengths (B,) and the transitions of the CRF."""
        for first in range(0, len(sentences), POOL_SENTENCES):
            pool = sentences[first : first + POOL_SENTENCES]
            numbers: dict[str, int] = {}  # of the different words, from 1
            rows = [[numbers.setdefault(word, len(numbers) + 1) for word in tokens] for tokens in pool]
            table = self._features(WordForms.of(list(numbers), self.words, self.chars))
            share = max(1, sum(map(len, rows)) // self.threads)
            most_tokens = max(1, min(BATCH_TOKENS, MOST_SCORES // len(self.tags) ** 2, share))
            batches = length_batches([*map(len, rows)], most_tokens)
            for batch, scores, *rest in at_once(partial(self._scored, rows, table), batches, self.threads):
                yield first + batch, scores, rest[0], rest[1]

    def _scored(
        self, rows: list[list[int]], table: np.ndarray, batch: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        ids, lengths = padded([rows[number] for number in batch], 0)
        scores, transitions = self.network.run(["emissions", "transitions"], features=table[ids], lengths=lengths)
        return batch, scores, lengths, transitions

    def _features(self, forms: WordForms) -> np.ndarray:
        """What the network reads of each word (W, F)."""
        if not self.settings.char_hidden_size:
            (found,) = self.reader.run(["features"], ids=forms.ids)
            return found
        parts = []
        for batch in length_batches([*map(len, forms.chars)], BATCH_TOKENS):
            chars, lengths = padded([forms.chars[number] for number in batch], 0)
            parts.append((batch, self.reader.run(["features"], ids=forms.ids[batch], chars=chars, lengths=lengths)[0]))
        table = np.empty((len(forms.ids), parts[0][1].shape[1]), np.float32)
        for batch, found in parts:
            table[batch] = found
        return table

    def _decode(self, sentences: Sentences, spans: SpansOf | None) -> Sequence[DecodedTags]:
        decoded = [DecodedTags([], [], []) for _ in sentences]
        allowed = np.array(allowed_transitions(self.tags, network_scheme(self.scheme)))
        for batch, emissions, lengths, transitions in self.emissions(sentences):
            crf = CRF(transitions, allowed)
            best = crf.decode(emissions, lengths)
            tags = [[self.tags[tag] for tag in row[:length]] for row, length in zip(best, lengths, strict=True)]
            asked = [[] if spans is None else spans(row) for row in tags]
            segments = [(row, *span[:2]) for row, found in enumerate(asked) for span in found]
            shares = crf.segment_probs(emissions, best, np.array(segments, np.int64).reshape(-1, 3), lengths)
            each = iter(shares.tolist())
            for number, row, found in zip(batch, tags, asked, strict=True):
                decoded[number] = DecodedTags(row, found, [next(each) for _ in found])
        return decoded


def load(export: Export) -> Tagger:
    """The tagger of an export."""
    config = export.config
    words, chars = (Vocab.load(export.text / f"{name}.vocab.json") for name in ("words", "chars"))
    return Tagger(
        export.session("words"), export.session("tagger"), words, chars, export.settings("model", TaggerSettings),
        check_names("tags", config["tags"]), known_scheme(config["scheme"]), str(config["lang"]), export.folder,
        export.threads,
    )  # fmt: skip
