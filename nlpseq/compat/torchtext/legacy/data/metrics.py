"""BLEU: that of `nlpseq.compat.torchtext.data.metrics`."""

from __future__ import annotations

from nlpseq.compat.torchtext.data.metrics import bleu_score

__all__ = ["bleu_score"]
