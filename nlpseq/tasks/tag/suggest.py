"""Settings for tagged sentences that nobody has written a recipe for."""

from __future__ import annotations

from nlpseq.config import TaggedDataSettings
from nlpseq.counting import counted
from nlpseq.tasks.suggest import Suggestion, epochs_for, held_out
from nlpseq.tasks.tag.stages import load_corpus
from nlpseq.text.tag_scheme import SCHEME_NAMES, recognise_scheme, scheme_spans

# Sentences up to which small batches pay, and steps that a training wants.
FEW, STEPS = 5000, 6000


def suggest(data: TaggedDataSettings) -> tuple[str, list[Suggestion]]:
    """What the corpus is, and settings for it."""
    corpus = load_corpus(data)
    tags = corpus["train"]["tags"][:]
    rows, scheme = len(tags), recognise_scheme(tags)
    labels = {span.label for row in tags for span in scheme_spans(row, scheme)}
    batch = 8 if rows < FEW else 32
    epochs = epochs_for(STEPS, rows / batch, least=10, most=40)
    return f"{counted(rows, 'training sentence')}, {counted(len(labels), 'label')}, tags {SCHEME_NAMES[scheme]}.", [
        Suggestion("data.path", str(data.path)),
        *held_out(corpus, data),
        Suggestion("text.lang", "en", "whose rules cut raw text into tokens; xx fits many"),
        Suggestion("train.max_epochs", epochs, f"about {epochs * rows // batch:,} steps"),
        Suggestion("train.max_minutes", 30, "a guard; a larger one goes on from where it ended"),
        Suggestion("train.batch_size", batch, "sentences"),
    ]
