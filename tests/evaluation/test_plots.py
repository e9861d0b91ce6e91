"""Pictures: well-formed, titled by their finding, safe with any text, curves read as written."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from nlpseq.errors import UserError
from nlpseq.evaluation.plots import (
    LengthBucket,
    attention_plot,
    learning_curves,
    length_plot,
    read_curves,
)

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
    assert set(curves) == {"step", "minutes", "train_loss", "val_loss", "val_bleu"}
    assert curves["val_loss"].tolist() == pytest.approx([math.nan, 6.5, math.nan, 4.25, 4.5], nan_ok=True)
    assert np.isnan(curves["val_bleu"][-1])


def test_curve_titles_say_the_finding(curves_csv: Path) -> None:
    loss, bleu = learning_curves(read_curves(curves_csv))
    assert loss.title == "Validation loss is lowest, 4.25, after 2.0 minutes and 4.50 at the end"
    assert bleu.title == "Validation BLEU is highest, 28.0, at the end, after 2.0 minutes"
    for text in ("Training time (minutes)", "Optimizer step", "Loss (nats per token)", "validation"):
        assert f">{text}<" in loss.svg


def test_curves_over_steps_only_with_training_loss_only() -> None:
    (plot,) = learning_curves({"step": np.array([100.0, 2000.0]), "train_loss": np.array([8.0, 2.5])})
    assert plot.title == "Training loss goes from 8.00 to 2.50 at step 2,000"
    assert "minutes" not in plot.svg


def test_diverged_or_empty_curves_draw_nothing() -> None:
    assert learning_curves({"step": np.array([1.0, 2.0]), "val_loss": np.array([math.nan, math.inf])}) == []
    assert learning_curves({"step": np.array([])}) == []


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


def test_length_plot_claims_a_difference_only_where_intervals_part() -> None:
    short = LengthBucket(2, 5, 30, 40.0, 36.0, 44.0)
    assert "10.0 lower" in length_plot([short, LengthBucket(6, 9, 31, 30.0, 28.0, 32.0)], unit="words").title
    assert "no clear difference" in length_plot([short, LengthBucket(6, 9, 31, 39.0, 35.0, 43.0)], unit="words").title
    assert "same length (2–5 words)" in length_plot([short], unit="words").title


def test_attention_rows_are_output_tokens() -> None:
    weights = np.array([[0.8, 0.1, 0.1], [0.0, 0.4, 0.6]])
    plot = attention_plot(["the", "big", "dog"], ["der", "Hund"], weights)
    assert plot.alt.endswith("der from the, Hund from dog")
    assert "70%" in plot.title
    with pytest.raises(ValueError, match=r"shape \(3, 2\) but there are 2 output tokens and 3 source tokens"):
        attention_plot(["the", "big", "dog"], ["der", "Hund"], weights.T)


def test_attention_shows_any_token_as_text() -> None:
    src = ["<script>alert(1)</script>", "$x^2$", '"quoted"', "犬", "", "\x07\n", "w" * 500]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot = attention_plot(src, ["</svg>", "&amp;"], np.full((2, 7), 1 / 7))
    root = ElementTree.fromstring(plot.svg)  # well-formed
    labels = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"$x^2$", '"quoted"', "犬", "∅", "··", "</svg>", "&amp;", "w" * 19 + "…"} <= labels
    assert "<script" not in plot.svg and root.get("role") == "img"
