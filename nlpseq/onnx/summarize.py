"""An exported summariser: documents in, summaries out, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlpseq.answers.summaries import Origin, Summaries, pairs_of_texts
from nlpseq.config.summarize import SummarizerSettings, SummaryDecodeSettings
from nlpseq.decoding.hypotheses import Outputs
from nlpseq.decoding.options import DecodingOptions
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.decoding.streams import DONE
from nlpseq.errors import UserError
from nlpseq.onnx.decoder import Decoder
from nlpseq.onnx.folder import Export
from nlpseq.onnx.rows import padded
from nlpseq.onnx.sampling import sample
from nlpseq.onnx.search import Ids, States, beam_search, forced_log_probs
from nlpseq.runs.saved_model import check_count
from nlpseq.text.copy_alphabet import CopyAlphabet, CopySource, one_line
from nlpseq.text.texts import Texts


@dataclass(frozen=True)
class Summarizer(Summaries):
    """The graphs of a summariser with its alphabet."""

    network: Decoder
    alphabet: CopyAlphabet
    settings: SummarizerSettings
    max_length: int
    decode: SummaryDecodeSettings
    folder: Path | None = None

    @property
    def _at_once(self) -> int:
        return self.network.export.threads

    def score(self, documents: Texts, summaries: Texts) -> np.ndarray:
        """Log-probability (N,) of each summary given its document, natural logarithm, the end included."""
        scores = []
        for document, summary in zip(*pairs_of_texts(documents, summaries), strict=True):
            source = self.alphabet.source(document)
            ids = self.alphabet.summary(one_line(summary), source.extra)
            if not self.settings.copy:  # what the alphabet lacks can be copied only
                ids = np.where(ids < len(self.alphabet), ids, self.alphabet.unk_id)
            found = forced_log_probs(self.network, *self._start([source]), bos=self.alphabet.bos_id, targets=ids[None])
            scores.append(found.sum())
        return np.array(scores, np.float32)

    def origins(self, documents: Texts, summaries: Texts) -> list[Origin]:
        """An export does not say where characters were copied from; the run itself does.

        Raises:
            UserError: always.
        """
        raise UserError("an export does not say where characters were copied from; ask the run itself")

    def _start(self, sources: Sequence[CopySource]) -> tuple[States, States]:
        src, lengths = padded([source.src for source in sources], self.alphabet.pad_id)
        copies, _ = padded([source.copies for source in sources], self.alphabet.pad_id)
        matches = np.zeros((len(src), 1, src.shape[1]), np.int64)
        return self.network.start(src, lengths, copies=copies, matches=matches)

    def _decode(self, sources: Sequence[CopySource], *, n_best: int, decode: SummaryDecodeSettings) -> Outputs:
        alphabet = self.alphabet
        return beam_search(
            self.network, *self._start(sources),
            ids=Ids(alphabet.bos_id, alphabet.eos_id, alphabet.pad_id, (alphabet.unk_id,), alphabet.blank_id),
            max_lengths=[decode.max_length or self.max_length] * len(sources),
            options=DecodingOptions.of(decode, n_best=n_best),
        )  # fmt: skip

    def _sample(
        self, sources: Sequence[CopySource], *, options: SamplingOptions, seed: int, numbers: Sequence[int]
    ) -> list[list[int]]:
        states, memory = self._start(sources)

        def step(tokens: np.ndarray, states: States) -> tuple[np.ndarray, States]:
            found, new = self.network.log_probs(tokens[:, None], states, memory)
            return found[:, 0], new

        alphabet = self.alphabet
        steps = sample(
            step, states, tokens=np.full(len(sources), alphabet.bos_id),
            max_length=self.decode.max_length or self.max_length, options=options, seed=seed, numbers=numbers,
            eos_id=alphabet.eos_id, forbidden_ids=(alphabet.pad_id, alphabet.unk_id, alphabet.bos_id),
            separator=alphabet.blank_id,
        )  # fmt: skip
        return [[token for token in row if token != DONE] for row in zip(*steps, strict=True)]


def load(export: Export) -> Summarizer:
    """The summariser of an export."""
    return Summarizer(
        Decoder.of(export), CopyAlphabet.load(export.text),
        export.settings("model", SummarizerSettings), check_count("max_length", export.config["max_length"]),
        export.settings("decode", SummaryDecodeSettings), export.folder,
    )  # fmt: skip
