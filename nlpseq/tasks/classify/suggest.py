"""Settings for labelled texts that nobody has written a recipe for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from nlpseq.config import LabelledDataSettings
from nlpseq.data.labelled import labelled_columns
from nlpseq.runs.splits import wanted_splits
from nlpseq.tasks.classify.stages import load_corpus
from nlpseq.tasks.suggest import Suggestion, epochs_for, held_out, named, round_up, sample
from nlpseq.text.scripts import writing_of
from nlpseq.text.tokenizers import BasicEnglishTokenizer

# Texts up to which a network is small, and of middle size.
FEW, MANY = 20_000, 200_000
# Steps that a training of few texts wants.
STEPS = 2000
LONGEST = 400
# Of texts of more tokens than this so many are read at once, and some batches make up a step.
LONG, AT_ONCE = 200, 16
# A class below this share of an even one is rare.
RARE = 0.3


def suggest(data: LabelledDataSettings) -> tuple[str, list[Suggestion]]:
    """What the corpus is, and settings for it."""
    corpus = load_corpus(data)
    columns = labelled_columns(data.path, splits=wanted_splits(data), **_how(data))
    train = corpus["train"]
    rows, classes = len(train), Counter(train["label"])
    texts = sample(train["text"][:])
    unspaced = writing_of(texts) in ("chinese", "japanese", "unspaced")
    lengths = [len(text) if unspaced else len(words) for text, words in zip(texts, _words(texts), strict=True)]
    batch = 16 if rows < 2000 else 32 if rows < FEW else 64
    hidden = 64 if rows < FEW else 128 if rows < MANY else 256
    epochs = epochs_for(STEPS, rows / batch, least=3, most=40)
    rarest, share = min(classes.items(), key=lambda pair: pair[1]), len(classes) / rows
    found = {} if columns is None else {"text": "+".join(columns.text), "label": columns.label}
    usual = int(np.percentile(lengths, 98))
    steps = epochs * rows // batch
    batches = [Suggestion("train.batch_size", batch)]
    if batch > AT_ONCE and usual > LONG:
        why = f"a step on {batch} long texts, {AT_ONCE} at a time: less memory, and faster"
        batches = [Suggestion("train.batch_size", AT_ONCE), Suggestion("train.accumulate", batch // AT_ONCE, why)]
    suggestions = [
        Suggestion("data.path", str(data.path)),
        *named(data, found),
        *held_out(corpus, data),
        Suggestion("text.tokenizer", "char" if unspaced else "basic_english",
                   "no spaces stand between the words" if unspaced else "words, in small letters"),
        Suggestion("text.min_freq", 1 if rows < 5000 else 2, "rarer words are read as unknown ones"),
        Suggestion("text.max_length", min(LONGEST, round_up(usual, 20)), f"98% of the texts: {usual} tokens at most"),
        Suggestion("model.embedding_dim", hidden, "as the states"),
        Suggestion("model.hidden_size", hidden, f"for {rows:,} texts; larger is slower, and wants more texts"),
        Suggestion("train.max_epochs", epochs, f"about {steps:,} steps"),
        Suggestion("train.max_minutes", 30, "a guard; a larger one goes on from where it ended"),
        *([Suggestion("train.patience", 6, "validations without a better score before it ends")] if epochs > 9 else []),
        *batches,
        Suggestion("train.lr", 2e-3 if hidden == 64 else 1e-3, "a small network takes larger steps"),
        Suggestion("train.ema_decay", 0.99 if steps < 2500 else 0.998, "the model is a mean over steps"),
    ]  # fmt: skip
    if rarest[1] * share < RARE:
        why = f"the class {rarest[0]} is rare: {rarest[1]:,} of {rows:,}"
        suggestions.append(Suggestion("train.monitor", "macro_f1", why))
        suggestions.append(Suggestion("train.class_weights", "balanced", "rare classes count as much as common ones"))
    if rows < FEW and not unspaced:
        suggestions.append(Suggestion("ensemble", "nb_svm_char", "with few texts n-grams have a say; or none"))
    return f"{rows:,} training texts of {len(classes)} classes.", suggestions


def _how(data: LabelledDataSettings) -> dict[str, Any]:
    return {name: getattr(data, name) for name in ("text", "label", "encoding", "separator")}


def _words(texts: list[str]) -> list[list[str]]:
    tokenizer = BasicEnglishTokenizer()
    return [tokenizer.encode(text[: 20 * LONGEST]) for text in texts]
