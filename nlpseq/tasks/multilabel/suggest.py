"""Settings for texts with several labels that nobody has written a recipe for."""

from __future__ import annotations

import numpy as np

from nlpseq.config import MultiLabelDataSettings
from nlpseq.data.multilabelled import labels_of
from nlpseq.tasks.multilabel.stages import load_corpus
from nlpseq.tasks.suggest import Suggestion, epochs_for, held_out, named, round_up, sample

# Texts up to which a network is small, and steps that a training wants.
FEW, STEPS = 20_000, 2500
LONGEST = 400


def suggest(data: MultiLabelDataSettings) -> tuple[str, list[Suggestion]]:
    """What the corpus is, and settings for it."""
    corpus = load_corpus(data)
    train = corpus["train"]
    rows, labels = train["labels"][:], labels_of(train["labels"][:])
    mean = sum(map(len, rows)) / len(rows)
    words = int(np.percentile([len(text.split()) for text in sample(train["text"][:])], 98))
    batch, hidden = (16 if len(rows) < 2000 else 32), (64 if len(rows) < FEW else 128)
    epochs = epochs_for(STEPS, len(rows) / batch, least=4, most=40)
    given = {key: getattr(data, key) for key in ("text", "labels")}
    return f"{len(rows):,} training texts, {mean:.1f} of {len(labels)} labels a text.", [
        Suggestion("data.path", str(data.path)),
        *named(data, given),
        *held_out(corpus, data),
        Suggestion("text.min_freq", 1 if len(rows) < 5000 else 2, "rarer words are read as unknown ones"),
        Suggestion("text.max_length", min(LONGEST, round_up(1.3 * words, 20)), f"98% of the texts: {words} words"),
        Suggestion("model.embedding_dim", hidden, "as the states"),
        Suggestion("model.hidden_size", hidden, f"for {len(rows):,} texts; larger is slower, and wants more texts"),
        Suggestion("train.max_epochs", epochs, f"about {epochs * len(rows) // batch:,} steps"),
        Suggestion("train.max_minutes", 30, "a guard; a larger one goes on from where it ended"),
        Suggestion("train.batch_size", batch),
        Suggestion("train.lr", 2e-3 if hidden == 64 else 1e-3, "a small network takes larger steps"),
    ]  # fmt: skip
