"""Settings for parallel text that nobody has written a recipe for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlpseq.config import ParallelDataSettings
from nlpseq.counting import counted
from nlpseq.tasks.suggest import Suggestion, epochs_for, held_out, sample
from nlpseq.tasks.translate.stages import load_corpus

if TYPE_CHECKING:
    pass

# Pairs up to which a network and its vocabulary are small, and of middle size.
FEW, MANY = 15_000, 100_000
# Pairs that make too few batches of the usual size.
HARDLY_ANY = 2000
STEPS = 8000


def suggest(data: ParallelDataSettings) -> tuple[str, list[Suggestion]]:
    """What the corpus is, and settings for it."""
    corpus = load_corpus(data)
    train = corpus["train"]
    rows = len(train)
    words = [max(len(src.split()), len(tgt.split())) for src, tgt in zip(
        sample(train["src"][:]), sample(train["tgt"][:]), strict=True
    )]  # fmt: skip
    size = 0 if rows < FEW else 1 if rows < MANY else 2
    batch_tokens = 300 if rows < HARDLY_ANY else (1000, 1500, 3000)[size]
    steps_per_epoch = rows * 1.4 * float(np.mean(words)) / batch_tokens
    epochs = epochs_for(STEPS, steps_per_epoch, least=4, most=80 if rows < FEW else 30)
    return f"{counted(rows, 'training pair')}, {data.src} to {data.tgt}.", [
        Suggestion("data.path", str(data.path)),
        Suggestion("data.src", data.src, "language or column of the source"),
        Suggestion("data.tgt", data.tgt, "and of the target"),
        *held_out(corpus, data),
        Suggestion("text.vocab_size", (2000, 4000, 8000)[size], "subwords of both languages together"),
        Suggestion("model.embedding_dim", (128, 256, 256)[size]),
        Suggestion("model.hidden_size", (256, 512, 512)[size], f"for {rows:,} pairs; larger is slower"),
        Suggestion("model.tie_embeddings", "all", "one table for both languages: less to learn"),
        Suggestion("model.dropout", (0.2, 0.25, 0.2)[size], "more where pairs are few"),
        Suggestion("train.max_epochs", epochs, f"about {int(epochs * steps_per_epoch):,} steps"),
        Suggestion("train.max_minutes", 60, "a guard; a larger one goes on from where it ended"),
        Suggestion("train.batch_tokens", batch_tokens, "small ones, for more steps" if rows < HARDLY_ANY else ""),
        Suggestion("train.lr", (2e-3, 1.2e-3, 1e-3)[size], "a small network takes larger steps"),
    ]  # fmt: skip
