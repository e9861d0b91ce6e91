"""Learning curves: read as written, titled by their finding, whatever is missing."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from nlpseq.errors import UserError
from nlpseq.report.plots.curves import CurveScore, learning_curves, read_curves

BLEU = CurveScore("val_bleu", "BLEU")
ACCURACY = CurveScore("val_accuracy", "accuracy", scale=100, unit="%")

CURVES = """step,epoch,minutes,train_loss,val_loss,val_bleu,lr,tokens_per_second
10,0,0.5,9.1,,,0.001,2000
20,0,1.0,7.0,6.5,10.6,0.003,2100
30,1,1.5,5.0,,,0.002,2050
40,1,2.0,4.0,4.25,28.0,0.001,2075
50,2,2.5,3.0,4.5
"""


@pytest.fixture
def curves_csv(tmp_path: Path) -> Path:
    path = tmp_path / "curves.csv"
    path.write_text(CURVES, encoding="utf-8")
    return path


def test_curves_keep_their_gaps_and_survive_a_cut_last_line(curves_csv: Path) -> None:
    curves = read_curves(curves_csv)
    assert set(curves) == {"step", "minutes", "train_loss", "val_loss", "val_bleu", "lr", "tokens_per_second"}
    assert curves["val_loss"].tolist() == pytest.approx([math.nan, 6.5, math.nan, 4.25, 4.5], nan_ok=True)
    assert np.isnan(curves["val_bleu"][-1])


def test_curve_titles_say_the_finding(curves_csv: Path) -> None:
    loss, bleu, rate, speed = learning_curves(read_curves(curves_csv), [BLEU, ACCURACY], loss_unit="nats per token")
    assert loss.title == "Validation loss is lowest, 4.25, after 2.0 minutes and 4.50 at the end"
    assert bleu.title == "Validation BLEU is highest, 28.0, at the end, after 2.0 minutes"
    assert rate.title == "The learning rate is highest, 0.003, after 1.0 minutes and ends at 0.001"
    assert speed.title == "Training reads 2,062 tokens a second in the median"
    for text in ("Training time (minutes)", "Optimizer step", "Loss (nats per token)", "validation"):
        assert f">{text}<" in loss.svg
    assert ">BLEU (0 to 100)<" in bleu.svg


def test_scores_are_shown_in_their_unit() -> None:
    curves = {"step": np.array([1.0, 2.0, 3.0]), "val_accuracy": np.array([0.5, 0.9171, 0.917])}
    (plot,) = learning_curves(curves, [ACCURACY], loss_unit="nats per text")
    assert plot.title == "Validation accuracy is highest, 91.7%, at step 2 and again at the end"
    assert plot.alt == "Accuracy (%) over training time: validation from 50 to 91.7, lowest 50, highest 91.71"


def test_curves_over_steps_only_with_training_loss_only() -> None:
    curves = {"step": np.array([100.0, 2000.0]), "train_loss": np.array([8.0, 2.5])}
    (plot,) = learning_curves(curves, loss_unit="nats per token")
    assert plot.title == "Training loss goes from 8.00 to 2.50 at step 2,000"
    assert "minutes" not in plot.svg


def test_one_point_is_seen() -> None:
    curves = {name: np.array([1.5]) for name in ("step", "minutes", "train_loss", "lr", "tokens_per_second")}
    plots = learning_curves(curves, loss_unit="nats per token")
    assert plots[1].title == "The learning rate is 1.5 all the time"
    for plot in plots:
        root = ElementTree.fromstring(plot.svg)
        uses = [element for element in root.iter() if element.tag.endswith("use")]
        assert any("var(--blue)" in (element.get("style") or "") for element in uses)  # the marker, in its colour


def test_many_points_keep_the_last() -> None:
    curves = {"step": np.arange(1.0, 30_001), "train_loss": np.linspace(9, 1, 30_000)}
    (plot,) = learning_curves(curves, loss_unit="nats per token")
    assert len(plot.svg) < 50_000 and "to 1," in plot.alt


def test_numbers_of_steps_do_not_lie_on_each_other() -> None:
    steps = np.linspace(1000, 25_000, 25)
    minutes = np.where(steps <= 5000, steps / 200, 70 + steps / 1000)  # slow at first, then fast
    curves = {"step": steps, "minutes": minutes, "train_loss": np.linspace(9, 1, 25)}
    (plot,) = learning_curves(curves, loss_unit="nats per token")
    numbers = [number for number in ("5,000", "10,000", "15,000", "20,000", "25,000") if f">{number}<" in plot.svg]
    assert numbers in (["5,000", "10,000"], ["5,000", "10,000", "25,000"])


def test_diverged_or_empty_curves_draw_nothing() -> None:
    diverged = {"step": np.array([1.0, 2.0]), "val_loss": np.array([math.nan, math.inf])}
    assert learning_curves(diverged, [BLEU], loss_unit="nats per token") == []
    assert learning_curves({"step": np.array([])}, [BLEU], loss_unit="nats per token") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("step,val_loss\n10,4.5\n20,oops\n", r"line 3, column val_loss: 'oops' is not a number"),
        ("epoch,val_loss\n1,4.5\n", "needs a column named step or minutes"),
        ("", "needs a column named step or minutes"),
    ],
)
def test_broken_curves_name_the_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "curves.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=message):
        read_curves(path)
    with pytest.raises(UserError, match="no such file"):
        read_curves(tmp_path / "elsewhere.csv")
