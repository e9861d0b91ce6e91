"""Settings for plain text that nobody has written a recipe for."""

from __future__ import annotations

from nlpseq.config import PlainDataSettings
from nlpseq.counting import counted
from nlpseq.data.characters import read_codes, text_splits
from nlpseq.tasks.suggest import Suggestion, epochs_for

# Characters up to which a network is small, and of middle size.
FEW, MANY = 600_000, 20_000_000
STEPS = 9000
BATCH, WINDOW = 16, 96


def suggest(data: PlainDataSettings) -> tuple[str, list[Suggestion]]:
    """What the text is, and settings for it."""
    files = text_splits(data.path)
    characters = sum(len(block) for block in read_codes(files["train"], "codepoint", data.encoding))
    size = 0 if characters < FEW else 1 if characters < MANY else 2
    steps_per_epoch = characters / (BATCH * WINDOW)
    epochs = epochs_for(STEPS, steps_per_epoch, least=1, most=20)
    split = [] if "validation" in files else [
        Suggestion("data.validation_share", data.validation_share, "of the text, at its end: there is no valid.txt")
    ]  # fmt: skip
    return f"{counted(characters, 'training character')}.", [
        Suggestion("data.path", str(data.path)),
        *split,
        Suggestion("text.min_freq", (1, 2, 10)[size], "rarer characters are read as unknown ones"),
        Suggestion("model.embedding_dim", 64),
        Suggestion("model.hidden_size", (384, 512, 768)[size], f"for {characters:,} characters; larger is slower"),
        Suggestion("model.dropout", (0.3, 0.2, 0.1)[size], "more where the text is short"),
        Suggestion("train.max_epochs", epochs, f"about {int(epochs * steps_per_epoch):,} steps"),
        Suggestion("train.max_minutes", 60, "a guard; a larger one goes on from where it ended"),
        Suggestion("train.batch_size", BATCH, "places of the text that are read side by side"),
        Suggestion("train.window", WINDOW, "characters that the gradient goes back"),
        Suggestion("train.lr", 4e-3),
    ]
