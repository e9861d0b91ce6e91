"""How a model of texts with any number of labels is spoken of: at the end of its run, and on its card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpseq.config.choices import CELL_NAMES
from nlpseq.counting import counted
from nlpseq.report.card import CardWords, Wording
from nlpseq.report.scores import interval_in_words
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.outputs import read_lines, shortened, spread
from nlpseq.tasks.multilabel.outputs import PREDICTIONS_FILE
from nlpseq.tasks.multilabel.report import SCORES
from nlpseq.tasks.task import Words

SHOWN, SHOWN_CHARACTERS, NAMED_LABELS = 4, 100, 20
WIDEST = max(len(score.label) for score in SCORES)


def last_lines(run_dir: Path, metrics: Mapping[str, Any]) -> list[str]:
    """The scores, those of simple methods, and a few of the texts."""
    lines = [f"\n{counted(metrics['texts'], 'test text')}, {metrics['labels_a_text']:.2f} labels a text"]
    for score in [score for score in SCORES if score.key in metrics]:  # older runs lack the calibration error
        around = interval_in_words(metrics[f"{score.key}_interval"], 1, scale=100)
        lines.append(f"  {score.label:<{WIDEST}}  {score.show(metrics[score.key])}  ({around})")
    for base in metrics["baselines"]:
        lines.append(f"  {base['name']}  micro F1 {100 * base['micro_f1']:.1f}, macro F1 {100 * base['macro_f1']:.1f}")
    test = saved_corpus(run_dir)["test"]["text"][:]
    rows = [row.split("\t") for row in read_lines(run_dir / PREDICTIONS_FILE, count=len(test), header=True)]
    for place in spread(len(test), SHOWN):
        truth, predicted = (part.replace("|", ", ") or "none" for part in rows[place])
        lines += [f"\n  text    {shortened(test[place], SHOWN_CHARACTERS)}", f"  labels  {truth}; found {predicted}"]
    return lines


def wording(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    """What its card says."""
    labels, model = config["labels"], config["model"]
    named = ", ".join(labels[:NAMED_LABELS]) + (", ..." if len(labels) > NAMED_LABELS else "")
    return Wording(
        title="Text classification, any number of labels a text",
        about=f"A recurrent classifier ({CELL_NAMES[model['cell']]} cells, {model['pooling']} pooling) that gives a "
        f"text any number of {len(labels)} labels, each with a probability: {named}.",
        use="from nlpseq import MultiLabelClassifier\n\n"
        'classifier = MultiLabelClassifier.from_pretrained(".")\n'
        'found = classifier.predict("A text to label.")\n'
        "print(found.labels, found.probabilities)",
        command="echo 'A text to label.' | nlpseq multilabel .",
        limits=[
            "Each label has a threshold of its own, chosen on the validation split for the best F1 of that label.",
            "The probabilities were calibrated on the validation split; they mean little for text unlike it."
            if "temperature" in config
            else "A probability is the network's own; it was not calibrated.",
            f"Of a long text {config['max_length']} tokens are read.",
            "It knows words, not people: decide nothing about a person by its labels alone.",
        ],
    )


WORDS = Words(
    card=CardWords(
        pipeline_tag="text-classification",
        unit="texts",
        counted=("texts", "texts"),
        hub_metrics={"micro_f1": "f1", "macro_f1": "f1", "exact": "accuracy"},
        wording=wording,
    ),
    last_lines=last_lines,
)
