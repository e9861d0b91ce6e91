"""Settings for documents and summaries that nobody has written a recipe for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nlpseq.config import SummaryDataSettings
from nlpseq.counting import counted
from nlpseq.runs.splits import wanted_splits
from nlpseq.tasks.suggest import Suggestion, epochs_for, held_out, named, round_up, sample
from nlpseq.tasks.summarize.stages import corpus_columns, load_corpus

if TYPE_CHECKING:
    pass

FEW = 20_000
STEPS = 8000
# Characters beyond which reading takes too long on a CPU.
LONGEST = 600


def suggest(data: SummaryDataSettings) -> tuple[str, list[Suggestion]]:
    """What the corpus is, and settings for it."""
    corpus = load_corpus(data)
    columns = corpus_columns(data, wanted_splits(data))
    train = corpus["train"]
    rows = len(train)
    source, target = ([len(text) for text in sample(train[side][:])] for side in ("src", "tgt"))
    few = rows < FEW
    longest = min(LONGEST, round_up(float(np.percentile(source, 95)), 50))
    batch_tokens = 4000 if few else 12_000
    steps_per_epoch = rows * min(longest, float(np.mean(source))) / batch_tokens
    epochs = epochs_for(STEPS, steps_per_epoch, least=4, most=40)
    covered = float(np.mean(np.asarray(source) <= longest))
    return f"{counted(rows, 'training document')} and their summaries.", [
        Suggestion("data.path", str(data.path)),
        *named(data, {"document": columns["src"], "summary": columns["tgt"]}),
        *held_out(corpus, data),
        Suggestion("text.min_freq", 5 if few else 20, "rarer characters can only be copied"),
        Suggestion("text.max_source_characters", longest, f"{covered:.0%} of the documents are as short"),
        Suggestion("text.max_summary_characters", round_up(max(target), 50), f"the longest one has {max(target):,}"),
        Suggestion("model.embedding_dim", 64 if few else 96),
        Suggestion("model.hidden_size", 192 if few else 384, f"for {rows:,} documents; larger is slower"),
        Suggestion("model.encoder_layers", 1 if few else 2),
        Suggestion("train.max_epochs", epochs, f"about {int(epochs * steps_per_epoch):,} steps"),
        Suggestion("train.max_minutes", 60, "a guard; a larger one goes on from where it ended"),
        Suggestion("train.batch_tokens", batch_tokens, "characters of a batch"),
        Suggestion("train.lr", 3e-3 if few else 2e-3, "a small network takes larger steps"),
    ]  # fmt: skip
