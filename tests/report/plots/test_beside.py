"""Two runs in one picture: titles with both findings, axes with units, whatever is missing."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from nlpseq.report.plots.beside import curves_beside
from nlpseq.report.plots.curves import CurveScore

ACCURACY = CurveScore("val_accuracy", "accuracy", scale=100, unit="%")


def run(*, minutes: bool = True, **columns: list[float]) -> dict[str, np.ndarray]:
    count = len(next(iter(columns.values())))
    time = {"step": np.arange(1.0, count + 1)} | ({"minutes": np.arange(count) / 2} if minutes else {})
    return time | {name: np.array(values) for name, values in columns.items()}


def test_titles_say_what_both_reach_and_axes_their_units() -> None:
    runs = {
        "a": run(val_loss=[3.0, 2.0, 2.5], val_accuracy=[0.5, 0.917], lr=[0.1, 0.2], tokens_per_second=[900.0, 1100.0]),
        "b": run(val_loss=[3.0, 1.5], val_accuracy=[0.5, 0.8], lr=[0.1, 0.1], tokens_per_second=[2000.0, 2000.0]),
    }
    runs["a"] = {name: np.resize(values, 3) for name, values in runs["a"].items()}
    loss, accuracy, rate, speed = curves_beside(runs, [ACCURACY], loss_unit="nats per text")
    assert loss.title == "Validation loss is at its lowest 2 for a, 1.5 for b"
    assert accuracy.title == "Validation accuracy is at its best 91.7% for a, 80.0% for b"
    assert rate.title == "The learning rate is at its highest 0.2 for a, 0.1 for b"
    assert speed.title == "Tokens a second in training, median: 900 for a, 2,000 for b"
    for plot, label in zip(
        (loss, accuracy, rate, speed),
        ("Validation loss (nats per text)", "Validation accuracy (%)", "Learning rate", "Tokens a second"),
        strict=True,
    ):
        texts = {element.text for element in ElementTree.fromstring(plot.svg).iter() if element.tag.endswith("text")}
        assert {label, "Training time (minutes)", "a", "b"} <= texts
        assert plot.alt.startswith(f"{label} over training time: a from ")


def test_minutes_and_steps_are_not_mixed() -> None:
    runs = {"a": run(train_loss=[3.0, 2.0]), "b": run(train_loss=[4.0, 1.0], minutes=False)}
    (plot,) = curves_beside(runs, loss_unit="nats")
    assert ">Optimizer step<" in plot.svg and plot.title == "Training loss is at its lowest 2 for a, 1 for b"


def test_only_one_has_the_score() -> None:
    runs = {"a": run(val_loss=[1.0]), "b": run(val_accuracy=[0.5, 0.6])}
    loss, accuracy = curves_beside(runs, [ACCURACY], loss_unit="nats")
    assert loss.title.endswith("1 for a") and accuracy.title.endswith("60.0% for b")
