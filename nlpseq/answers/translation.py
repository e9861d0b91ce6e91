"""Texts and their translations, whatever runs the network: what is read, how batches are made, how it is spelt."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol, overload

import numpy as np

from nlpseq.answers.found import Found
from nlpseq.answers.hypothesis import Hypothesis, joined, sentences_of, unlike
from nlpseq.config.translate import DecodeSettings, TranslatorSettings
from nlpseq.counting import counted
from nlpseq.decoding.options import DecodingOptions
from nlpseq.runs.length_batches import InBatches
from nlpseq.runs.size_batches import size_batches
from nlpseq.text import EOS, SubwordTokenizer, TextPipeline
from nlpseq.text.texts import Texts, as_texts

log = logging.getLogger("nlpseq")

# A line is cut here: attention and memory grow with it, and no training sentence is nearly as long.
MAX_SOURCE_TOKENS = 1000


class ReadText(NamedTuple):
    """A text, its tokens, and their ids as the network reads them: cut, and with the end mark."""

    text: str
    tokens: list[str]
    ids: list[int]


class Translations(InBatches, Protocol):
    """What translates texts: the text pipelines of both sides, and a network behind `_decode`."""

    src: TextPipeline
    tgt: TextPipeline
    settings: TranslatorSettings
    languages: tuple[str, str]
    decode: DecodeSettings
    folder: Path | None

    def _decode(
        self,
        sources: Sequence[ReadText],
        prefixes: Sequence[list[str]] | None,
        *,
        n_best: int,
        decode: DecodeSettings,
        attention: bool,
    ) -> Found:
        """The `n_best` outputs of each source."""
        ...

    @overload
    def translate(  # type: ignore[overload-overlap]  # a str is an iterable of str
        self, texts: str, *, decode: DecodeSettings | None = None, split_sentences: bool = True
    ) -> str: ...
    @overload
    def translate(
        self, texts: Iterable[str], *, decode: DecodeSettings | None = None, split_sentences: bool = True
    ) -> list[str]: ...
    def translate(
        self, texts: Texts, *, decode: DecodeSettings | None = None, split_sentences: bool = True
    ) -> str | list[str]:
        """The best translation of each text; an empty or blank text gives an empty one.

        Args:
            texts: one text, or what holds several (a list, a Series, a generator ...).
            decode: other search settings than the model's own.
            split_sentences: translate the sentences of a text one by one, as the model was trained on single ones, and
                keep its line breaks.

        Raises:
            UserError: an item that is no text.
        """
        found = self.search(texts, decode=decode, split_sentences=split_sentences)
        outputs = [hypotheses[0].text if hypotheses else "" for hypotheses in found]
        return outputs[0] if isinstance(texts, str) else outputs

    def search(
        self,
        texts: Texts,
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Texts | None = None,
        split_sentences: bool = False,
    ) -> list[list[Hypothesis]]:
        """The `n_best` translations of each text, best first, no two alike; none for a blank text.

        Args:
            texts: what to translate.
            n_best: translations a text, at most; the beam is as wide at least.
            decode: other search settings than the model's own.
            attention: keep the attention of every output token.
            prefixes: how the translation of each text must begin.
            split_sentences: as in `translate`: the n-th translation of a text is then made of the n-th ones of its
                sentences, its score and log-probability are their sums. A text with a prefix is not split.

        Raises:
            UserError: an item that is no text.
        """
        texts = as_texts(texts)
        begins = None if prefixes is None else as_texts(prefixes, name="prefixes")
        whole = not split_sentences or begins is not None
        parts = [[(text, "")] if whole else sentences_of(text, self.languages[0]) for text in texts]
        flat = [sentence for split in parts for sentence, _ in split]
        results: list[list[Hypothesis]] = [[] for _ in flat]
        batches = self.search_batches(flat, n_best=n_best, decode=decode, attention=attention, prefixes=begins)
        for index, hypotheses in batches:
            results[index] = hypotheses
        rest = iter(results)
        return [joined([(next(rest), after) for _, after in split]) for split in parts]

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The translation of each text and its score as columns of a table; the score of a blank text is None.

        Raises:
            UserError: an item that is no text.
        """
        found = self.search(texts, split_sentences=True)
        return {
            "translation": [hypotheses[0].text if hypotheses else "" for hypotheses in found],
            "score": [round(hypotheses[0].score, 4) if hypotheses else None for hypotheses in found],
        }

    def search_batches(
        self,
        texts: Texts,
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Texts | None = None,
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """(index, hypotheses) of each text that has tokens, as they come: batches of like lengths, short first.

        Of a text that is longer than 1,000 tokens the first ones are read, and a warning counts such texts.
        """
        begins = None if prefixes is None else self.tgt.tokenize_batch(as_texts(prefixes, name="prefixes"))
        yield from self.search_read(
            self.read(texts), n_best=n_best, decode=decode, attention=attention, prefixes=begins
        )

    def read(self, texts: Texts, *, name: str = "texts") -> list[ReadText]:
        """The texts as the network reads them, for `search_read` and `score_read`; `name` is theirs in errors."""
        texts = as_texts(texts, name=name)
        rows = self.src.tokenize_batch(texts)
        if longer := sum(len(tokens) > MAX_SOURCE_TOKENS for tokens in rows):
            log.warning(
                "of %d of %s only the beginning is read: longer than %s tokens; split what is long",
                longer, counted(len(rows), "text"), f"{MAX_SOURCE_TOKENS:,}",
            )  # fmt: skip
        cut = [tokens[:MAX_SOURCE_TOKENS] for tokens in rows]
        return [
            ReadText(text, tokens, [*self.src.ids_of(tokens), self.src.eos_id])
            for text, tokens in zip(texts, cut, strict=True)
        ]

    def search_read(
        self,
        texts: Sequence[ReadText],
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Sequence[list[str]] | None = None,
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """`search_batches` of texts that are read already; `prefixes` are tokens."""
        decode = decode or self.decode
        if n_best > decode.beam_size:
            decode = replace(decode, beam_size=n_best)
        if prefixes is not None and len(prefixes) != len(texts):
            raise ValueError(f"{len(texts)} texts need as many prefixes, not {len(prefixes)}")
        # A tokenizer may find nothing in a text that is not blank, such as basic_english in a quotation mark.
        filled = [index for index, read in enumerate(texts) if read.text.strip() and read.tokens]
        batches = size_batches(
            [(len(texts[index].ids),) for index in filled], self._cells(decode, attention),
            most_rows=max(1, min(decode.batch_sentences, -(-len(filled) // self._at_once))),
        )  # fmt: skip
        # Hypotheses of other pieces may spell one text: what is left of more of them is as many as asked for.
        wanted = 1 if n_best == 1 else decode.beam_size

        def decoded(rows: list[int]) -> tuple[list[int], list[ReadText], Sequence[list[str]] | None, Found]:
            indices = [filled[row] for row in rows]
            chosen = [texts[index] for index in indices]
            begins = None if prefixes is None else [prefixes[index] for index in indices]
            found = self._decode(chosen, begins, n_best=wanted, decode=decode, attention=attention)
            return indices, chosen, begins, found

        for indices, chosen, begins, found in self._each(decoded, batches):
            for place, index in enumerate(indices):
                begin = [] if begins is None else begins[place]
                yield index, unlike(self._hypotheses(found, place, chosen[place], decode, begin))[:n_best]

    def targets(self, texts: Texts) -> list[list[int]]:
        """The ids of target texts, each with the end mark, for `score_read`."""
        return [[*ids, self.tgt.eos_id] for ids in self.tgt.encode_batch(as_texts(texts, name="targets"))]

    def _cells(self, decode: DecodeSettings, attention: bool) -> Callable[[int], int]:
        """From the length of a source to the numbers that its search holds."""
        beam, hidden = decode.beam_size, self.settings.hidden_size
        additive = hidden if self.settings.attention == "additive" else 1

        def cells(source: int) -> int:
            kept = source * (decode.max_length_ratio * source + 10) if attention or decode.replace_unk else 0
            return int(source * (6 * hidden + beam * additive) + beam * (len(self.tgt.vocab) + kept))

        return cells

    def _replaces(self, decode: DecodeSettings) -> bool:
        """Whether the source word takes the place of an unknown one, which is worth writing then only."""
        pieces = isinstance(self.tgt.tokenizer, SubwordTokenizer)
        return decode.replace_unk and self.settings.attention != "none" and not pieces

    def _options(self, decode: DecodeSettings, *, n_best: int, attention: bool) -> DecodingOptions:
        kept = (attention and self.settings.attention != "none") or self._replaces(decode)
        return DecodingOptions.of(decode, n_best=n_best, return_attention=kept)

    def _hypotheses(
        self, found: Found, row: int, source: ReadText, decode: DecodeSettings, begin: list[str]
    ) -> list[Hypothesis]:
        source_tokens = [*source.tokens, EOS]
        hypotheses = []
        for n, (ids, score, log_prob) in enumerate(found.outputs(row)):
            weights = found.weights(row, n, len(ids), len(source_tokens))
            tokens = self.tgt.vocab.decode(ids)
            if weights is not None and decode.replace_unk:
                # Not the end mark: it has no word to lend.
                tokens = [
                    source_tokens[int(weights[t, :-1].argmax())] if ids[t] == self.tgt.unk_id else token
                    for t, token in enumerate(tokens)
                ]
            tokens[: len(begin)] = begin  # in the user's own words, even those the vocabulary does not hold
            text = self.tgt.tokenizer.decode(tokens)
            hypotheses.append(Hypothesis(text, score, log_prob, tokens, source_tokens, weights))
        return hypotheses


def most_tokens(sources: Sequence[ReadText], decode: DecodeSettings) -> list[int]:
    """How many tokens the translation of each source may have."""
    return [int(np.float32(len(source.ids)) * np.float32(decode.max_length_ratio)) + 10 for source in sources]
