"""How a classifier is spoken of: on its card, and at the end of its run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpseq.config.choices import CELL_NAMES
from nlpseq.counting import counted
from nlpseq.report.card import CardWords, Wording, setting
from nlpseq.report.classification import never_predicted
from nlpseq.report.scores import interval_in_words
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.outputs import shortened, spread
from nlpseq.tasks.classify.outputs import read_predictions
from nlpseq.tasks.task import Words

SHOWN, SHOWN_CHARACTERS = 4, 100
# More labels than these would bury the sentence.
NAMED_LABELS = 20


def last_lines(run_dir: Path, metrics: Mapping[str, Any]) -> list[str]:
    """The scores, those of linear models, and a few of the texts."""
    if "folds" in metrics:
        return _folds(metrics)
    around = interval_in_words(metrics["accuracy_interval"], 2, scale=100)
    lines = [
        f"\n{counted(metrics['texts'], 'test text')}",
        f"  accuracy  {100 * metrics['accuracy']:.2f}  ({around})",
        f"  macro F1  {100 * metrics['macro_f1']:.2f}    calibration error {100 * metrics['ece']:.2f}",
    ]
    lines += [
        f"  {base['name']}  {100 * base['accuracy']:.2f}"
        + (f", macro F1 {100 * base['macro_f1']:.2f}" if "macro_f1" in base else "")
        for base in metrics.get("baselines", [])
    ]
    if missed := never_predicted(metrics):
        lines.append(f"  never predicted: {', '.join(missed[:10])}{', ...' * (len(missed) > 10)}")
    test = saved_corpus(run_dir)["test"]
    predictions = read_predictions(run_dir, len(test))
    for place in spread(len(test), SHOWN):
        row, (label, share) = test[place], predictions[place]
        lines.append(f"\n  text       {shortened(row['text'], SHOWN_CHARACTERS)}")
        lines.append(f"  label      {row['label']}, found {label} ({share:.2f})")
    return lines


def wording(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    """What its card says."""
    labels, model = config["labels"], config["model"]
    named = ", ".join(labels[:NAMED_LABELS]) + (", ..." if len(labels) > NAMED_LABELS else "")
    ways = "both ways" if model["bidirectional"] else "forward"
    ensemble = ", with a linear model over n-grams (NB-SVM) added" if config.get("ngram_weight") else ""
    reads = {
        "head": "the first {} tokens are read",
        "tail": "the last {} tokens are read",
        "both": "{} tokens are read, half of them at its start and half at its end",
    }[config["truncate"]]
    # The recipe's language is that of the word tokenizer; the others know none.
    lang = str(setting(settings, "text", "lang")) if setting(settings, "text", "tokenizer") == "word" else ""
    return Wording(
        title="Text classification",
        about=f"A recurrent classifier ({CELL_NAMES[model['cell']]} cells read {ways}, {model['pooling']} "
        f"pooling{ensemble}) that gives a text one of {len(labels)} labels, with a probability: {named}.",
        use="from nlpseq import Classifier\n\n"
        'classifier = Classifier.from_pretrained(".")\n'
        'prediction = classifier.predict("A text to classify.")\n'
        "print(prediction.label, prediction.probability)",
        command="echo 'A text to classify.' | nlpseq classify .",
        limits=[
            "Any text gets one of the labels, even where none fits, such as one in another language.",
            "The probabilities were calibrated on the validation split; they mean little for text unlike it.",
            f"Of a long text, {reads.format(config['max_length'])}.",
            "It knows words, not people: decide nothing about a person by its label alone.",
        ],
        languages=[lang] if re.fullmatch(r"[a-z]{2,3}", lang) else [],
    )


def _folds(metrics: Mapping[str, Any]) -> list[str]:
    folds = "  ".join(f"{100 * value:.2f}" for value in metrics["accuracy_folds"])
    return [
        f"\n{metrics['folds']} folds",
        f"  accuracy  {100 * metrics['accuracy']:.2f} ± {100 * metrics['accuracy_deviation']:.2f}  ({folds})",
        f"  macro F1  {100 * metrics['macro_f1']:.2f} ± {100 * metrics['macro_f1_deviation']:.2f}",
    ]


WORDS = Words(
    card=CardWords(
        pipeline_tag="text-classification",
        unit="texts",
        counted=("texts", "texts"),
        hub_metrics={"accuracy": "accuracy", "macro_f1": "f1"},
        wording=wording,
    ),
    last_lines=last_lines,
)
