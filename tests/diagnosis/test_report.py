"""What is said of gradients: fading, reaching through, growing and diverging, each in words that hold."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from nlpseq.diagnosis.flow import CELLS, INITIALISATIONS, GradientFlow
from nlpseq.diagnosis.report import GradientReport
from nlpseq.errors import UserError

FADING = {"rnn_tanh": 0.5, "rnn_relu": 1.1, "gru": 0.8, "lstm": 0.9}
NONE = np.zeros(0)


def report(*, updates: int = 3, length: int = 61, **changed: np.ndarray) -> GradientReport:
    """Gradients that are multiplied by a constant at every step; `changed` replaces those of a cell after training."""
    flows = []
    for cell in CELLS:
        for initialisation in INITIALISATIONS:
            relative = FADING[cell] ** np.arange(float(length))
            flows.append(GradientFlow(cell, initialisation, None, relative, 7.5, NONE, NONE))
            for clip_norm in (0.0, 0.25) if updates else ():
                now = changed.get(cell, relative**0.5)
                bad = not np.isfinite(now).any()
                norms = np.array([0.5, math.inf]) if bad else np.array([0.125, 0.5, 0.25])
                losses = np.linspace(7, 6, len(norms))
                flows.append(
                    GradientFlow(cell, initialisation, clip_norm, now, math.nan if bad else 5.25, losses, norms)
                )
    return GradientReport(flows, 96, updates, 0.25, {"Text": "a & b"})


def test_one_sentence_compares_the_lstm_with_the_tanh_cell() -> None:
    assert report().summary() == (
        "After 3 updates at 96 units, with good starting weights and clipping at 0.25, the LSTM's gradient still has "
        "1% of its strength 60 tokens back, the tanh cell's 13 (at the start: 43 and 6)."
    )
    assert report(updates=0).summary() == (
        "At the start at 96 units, with good starting weights, the LSTM's gradient still has 1% of its strength "
        "43 tokens back, the tanh cell's 6."
    )


@pytest.mark.parametrize(
    ("tanh", "said"),
    [
        (np.full(61, np.nan), "60 tokens back and the tanh cell's is not finite (at"),
        (1.1 ** np.arange(61.0), "60 tokens back and the tanh cell's is 3e+02 times as strong 60 tokens back (at"),
        (np.zeros(61), "60 tokens back, the tanh cell's 0 (at"),
    ],
)
def test_growth_and_divergence_are_said_as_such(tanh: np.ndarray, said: str) -> None:
    assert said in report(rnn_tanh=tanh).summary()


def test_tables_hold_the_figures() -> None:
    (first, start), (second, after) = report(rnn_tanh=np.full(61, np.nan)).tables()
    assert first == "Gradient left at the start, by distance in tokens"
    assert second == "Gradient left after 3 updates, by distance in tokens"
    assert start.header == ["Cell", "Weights", "at 1", "at 10", "at 25", "at 50", "at 60", "Reach", "Loss"]
    assert start.rows[0] == ["tanh", "torch", "0.5", "0.00098", "3e-08", "8.9e-16", "8.7e-19", "6", "7.50"]
    assert start.rows[3][-2:] == ["grows 3e+02-fold", "7.50"]
    assert len(start.rows) == 8 and len(after.rows) == 16
    assert after.rows[0] == ["tanh", "torch", "none", *["–"] * 5, "diverged at update 2", "inf", "–"]
    assert after.rows[-1][:3] == ["LSTM", "good", "at 0.25"]
    assert after.rows[-1][-3:] == ["all 60", "0.5", "5.25"]
    for table in (start, after):
        assert {len(row) for row in table.rows} == {len(table.header)} == {len(table.align)}


@pytest.mark.parametrize(
    ("length", "header"), [(2, ["at 1"]), (12, ["at 1", "at 10", "at 11"]), (11, ["at 1", "at 10"])]
)
def test_short_windows_show_the_distances_they_have(length: int, header: list[str]) -> None:
    ((_, table),) = report(updates=0, length=length).tables()
    assert table.header[2:-2] == header


def test_the_terminal_shows_tables_and_sentence() -> None:
    lines = report().text().splitlines()
    assert lines[1].split()[:2] == ["Cell", "Weights"]
    assert len({len(line) for line in lines[1:10]}) == 1
    assert lines[-1] == report().summary()


def test_panels_say_their_findings() -> None:
    plot = report(gru=np.full(61, np.nan)).plot()
    assert "At the start, good starting weights. Tokens back with 1% left: relu grows 3e+02-fold, LSTM 43" in plot.alt
    assert "After 3 updates, torch's starting weights, clipping at 0.25" in plot.alt
    assert "GRU diverged at update 2" in plot.alt
    assert "Updates above 0.25, of 3: tanh 1, relu 1, GRU 2, LSTM 1" in plot.alt
    assert plot.alt.count("Tokens back") == 6


def test_files_hold_every_number(tmp_path: Path) -> None:
    found = report(rnn_tanh=np.full(61, np.nan))
    page = found.write(tmp_path / "new")
    rows = list(csv.DictReader((tmp_path / "new" / "gradients.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 8 * 3 * 61
    assert rows[1] == {
        "cell": "rnn_tanh", "initialisation": "torch", "clipping": "", "when": "start", "distance": "1",
        "relative_gradient": "0.5",
    }  # fmt: skip
    assert (rows[61]["when"], rows[61]["clipping"], rows[61]["relative_gradient"]) == ("after", "0", "nan")
    updates = list(csv.DictReader((tmp_path / "new" / "updates.csv").read_text(encoding="utf-8").splitlines()))
    assert len(updates) == 4 * 2 + 12 * 3
    assert list(updates[1].values()) == ["rnn_tanh", "torch", "0", "2", "6", "inf"]
    text = page.read_text(encoding="utf-8")
    assert found.summary().replace("'", "&#39;") in text
    assert "a &amp; b" in text and "Hochreiter 1998" in text and text.count("<svg") == 1 and text.count("<table") == 3
    assert not any(word in text for word in ("<script", "<link", "src=", "@import"))
    assert (tmp_path / "new" / "gradients.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(UserError, match="taken"):
        report(updates=0).write(tmp_path / "taken")
