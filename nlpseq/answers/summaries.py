"""Documents and their summaries, whatever runs the network: what is read, how batches are made, how it is spelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, overload

from nlpseq.answers.found import Found
from nlpseq.config.summarize import SummarizerSettings, SummaryDecodeSettings
from nlpseq.decoding.processors import DEFAULT_SAMPLING, SamplingOptions
from nlpseq.runs.length_batches import InBatches
from nlpseq.runs.size_batches import size_batches
from nlpseq.text.copy_alphabet import CopyAlphabet, CopySource, one_line
from nlpseq.text.texts import Texts, as_texts


@dataclass(frozen=True)
class Origin:
    """Where the characters of a summary come from.

    `copied` is the probability of each that it was copied; `places` is where in the document, as it was read, it was
    most probably copied from, or None if it was more probably written.
    """

    copied: list[float]
    places: list[int | None]


@dataclass(frozen=True)
class Summary:
    """One summary: its text, its ranking `score`, its log-probability and, if asked for, its `origin`."""

    text: str
    score: float
    log_prob: float
    origin: Origin | None = None


class Summaries(InBatches, Protocol):
    """What summarises documents: an alphabet, and a network behind `_decode`, `_sample` and `origins`."""

    alphabet: CopyAlphabet
    settings: SummarizerSettings
    max_length: int
    decode: SummaryDecodeSettings
    folder: Path | None

    def _decode(self, sources: Sequence[CopySource], *, n_best: int, decode: SummaryDecodeSettings) -> Found:
        """The `n_best` outputs of each source."""
        ...

    def _sample(
        self, sources: Sequence[CopySource], *, options: SamplingOptions, seed: int, numbers: Sequence[int]
    ) -> list[list[int]]:
        """An output of each source drawn at random."""
        ...

    def origins(self, documents: Texts, summaries: Texts) -> list[Origin]:
        """Where the characters of each summary of a document come from, whoever wrote it."""
        ...

    @overload
    def summarize(  # type: ignore[overload-overlap]  # a str is an iterable of str
        self, texts: str, *, decode: SummaryDecodeSettings | None = None
    ) -> str: ...
    @overload
    def summarize(self, texts: Iterable[str], *, decode: SummaryDecodeSettings | None = None) -> list[str]: ...
    def summarize(self, texts: Texts, *, decode: SummaryDecodeSettings | None = None) -> str | list[str]:
        """The best summary of each document, on one line; a blank document has an empty one.

        Raises:
            UserError: an item that is no text.
        """
        outputs = [summaries[0].text if summaries else "" for summaries in self.search(texts, decode=decode)]
        return outputs[0] if isinstance(texts, str) else outputs

    def search(
        self,
        texts: Texts,
        *,
        n_best: int = 1,
        decode: SummaryDecodeSettings | None = None,
        origins: bool = False,
    ) -> list[list[Summary]]:
        """The `n_best` summaries of each document, best first; none for a blank document.

        Args:
            texts: the documents.
            n_best: summaries a document; the beam is as wide at least.
            decode: other search settings than the model's own.
            origins: say of every character where it was copied from, if the network can copy.
        """
        texts = as_texts(texts)
        results: list[list[Summary]] = [[] for _ in texts]
        for index, summaries in self.search_batches(texts, n_best=n_best, decode=decode):
            results[index] = summaries
        if not origins or not self.settings.copy:
            return results
        pairs = [(text, summary.text) for text, found in zip(texts, results, strict=True) for summary in found]
        every = iter(self.origins([text for text, _ in pairs], [summary for _, summary in pairs]))
        return [[replace(summary, origin=next(every)) for summary in found] for found in results]

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The summary of each document as a column of a table; with `everything` its score too.

        Raises:
            UserError: an item that is no text.
        """
        found = self.search(texts)
        columns: dict[str, list[Any]] = {"summary": [summaries[0].text if summaries else "" for summaries in found]}
        if everything:
            columns["score"] = [round(summaries[0].score, 4) if summaries else None for summaries in found]
        return columns

    def search_batches(
        self, texts: Texts, *, n_best: int = 1, decode: SummaryDecodeSettings | None = None
    ) -> Iterator[tuple[int, list[Summary]]]:
        """(index, summaries) of each document that is not blank, as they come: batches of like lengths, short first."""
        decode = decode or self.decode
        if n_best > decode.beam_size:
            decode = replace(decode, beam_size=n_best)

        def decoded(batch: tuple[list[int], list[CopySource]]) -> tuple[list[int], list[CopySource], Found]:
            return *batch, self._decode(batch[1], n_best=n_best, decode=decode)

        batches = self._batches(as_texts(texts), decode)
        for rows, sources, found in self._each(decoded, batches):
            for row, index in enumerate(rows):
                # One that was cut may end with a blank, and one of a language without blanks may have copied some.
                yield (
                    index,
                    [
                        Summary(one_line(self.alphabet.decode(ids, sources[row].extra)), score, log_prob)
                        for ids, score, log_prob in found.outputs(row)
                    ],
                )

    def sample(
        self,
        texts: Texts,
        *,
        options: SamplingOptions = DEFAULT_SAMPLING,
        seed: int = 1,
        numbers: Sequence[int] | None = None,
    ) -> list[str]:
        """A summary of each document drawn at random; a blank document has an empty one.

        Args:
            texts: the documents.
            options: temperature, top-k and the like.
            seed: equal seeds give equal summaries.
            numbers: of the samples, which name their random streams; 0, 1, ... by default.

        Raises:
            UserError: the model's scores are not numbers.
        """
        texts = as_texts(texts)
        numbers = range(len(texts)) if numbers is None else numbers
        results = [""] * len(texts)
        for rows, sources in self._batches(texts, self.decode):
            drawn = self._sample(sources, options=options, seed=seed, numbers=[numbers[index] for index in rows])
            for index, source, ids in zip(rows, sources, drawn, strict=True):
                results[index] = one_line(self.alphabet.decode(ids, source.extra))
        return results

    def _batches(self, texts: list[str], decode: SummaryDecodeSettings) -> Iterator[tuple[list[int], list[CopySource]]]:
        """Documents that are not blank, by their number and as ids, those of like lengths together."""
        filled = [i for i, text in enumerate(texts) if text.strip()]
        lengths = [(min(len(texts[i]), self.alphabet.max_characters + 1),) for i in filled]
        beam, hidden, size = decode.beam_size, self.settings.hidden_size, len(self.alphabet)
        additive = hidden if self.settings.attention == "additive" else 1

        def cells(source: int) -> int:
            return source * (6 * hidden + beam * (additive + 4)) + beam * size

        most = max(1, min(decode.batch_documents, -(-len(filled) // self._at_once)))
        for batch in size_batches(lengths, cells, most_rows=most):
            rows = [filled[place] for place in batch]
            yield rows, [self.alphabet.source(texts[index]) for index in rows]


def pairs_of_texts(documents: Texts, summaries: Texts) -> tuple[list[str], list[str]]:
    """Documents and a summary of each; ValueError where they are not as many.

    >>> pairs_of_texts("one document", ["its summary"])
    (['one document'], ['its summary'])
    """
    read, written = as_texts(documents, name="documents"), as_texts(summaries, name="summaries")
    if len(read) != len(written):
        raise ValueError(f"{len(read)} documents but {len(written)} summaries: every document needs one")
    return read, written
