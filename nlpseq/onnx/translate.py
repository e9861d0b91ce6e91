"""An exported translator: text in, text out, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlpseq.answers.translation import ReadText, Translations, most_tokens
from nlpseq.config.translate import DecodeSettings, TranslatorSettings
from nlpseq.decoding.hypotheses import Outputs
from nlpseq.errors import UserError
from nlpseq.onnx.decoder import Decoder
from nlpseq.onnx.folder import Export
from nlpseq.onnx.rows import padded
from nlpseq.onnx.search import Ids, beam_search, forced_log_probs
from nlpseq.runs.saved_model import check_names
from nlpseq.runs.size_batches import size_batches
from nlpseq.text import TextPipeline


@dataclass(frozen=True)
class Translator(Translations):
    """The graphs of a translator with the text pipelines of both its sides."""

    network: Decoder
    src: TextPipeline
    tgt: TextPipeline
    settings: TranslatorSettings
    languages: tuple[str, str]
    decode: DecodeSettings
    folder: Path | None = None

    @property
    def _at_once(self) -> int:
        return self.network.export.threads

    def score_read(
        self, sources: Sequence[ReadText], targets: Sequence[list[int]], *, batch_sentences: int = 64
    ) -> np.ndarray:
        """Log-probability (N,) of each target given its source, natural logarithm, the end included."""
        scores = np.empty(len(sources), np.float32)
        lengths = [(len(target), len(source.ids)) for source, target in zip(sources, targets, strict=True)]
        size = len(self.tgt.vocab)
        for rows in size_batches(lengths, lambda _, source: source + size, most_rows=batch_sentences):
            src, src_lengths = padded([sources[row].ids for row in rows], self.src.pad_id)
            tgt, tgt_lengths = padded([targets[row] for row in rows], self.tgt.pad_id)
            found = forced_log_probs(
                self.network, *self.network.start(src, src_lengths), bos=self.tgt.bos_id, targets=tgt
            )
            scores[rows] = (found * (np.arange(tgt.shape[1]) < tgt_lengths[:, None])).sum(axis=1)
        return scores

    def _decode(
        self,
        sources: Sequence[ReadText],
        prefixes: Sequence[list[str]] | None,
        *,
        n_best: int,
        decode: DecodeSettings,
        attention: bool,
    ) -> Outputs:
        if prefixes is not None:
            raise UserError("an export takes no prefixes; leave them out, or use the run itself")
        src, lengths = padded([source.ids for source in sources], self.src.pad_id)
        forbidden = () if self._replaces(decode) else (self.tgt.unk_id,)
        return beam_search(
            self.network, *self.network.start(src, lengths),
            ids=Ids(self.tgt.bos_id, self.tgt.eos_id, self.tgt.pad_id, forbidden),
            max_lengths=most_tokens(sources, decode),
            options=self._options(decode, n_best=n_best, attention=attention),
        )  # fmt: skip


def load(export: Export) -> Translator:
    """The translator of an export."""
    src, tgt = (TextPipeline.load(export.text, side) for side in ("src", "tgt"))
    source, target = check_names("src, tgt", [export.config["src"], export.config["tgt"]])
    return Translator(
        Decoder.of(export), src, tgt,
        export.settings("model", TranslatorSettings), (source, target), export.settings("decode", DecodeSettings),
        export.folder,
    )  # fmt: skip
