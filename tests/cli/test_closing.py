"""Five lines close a run: the same on a terminal, between rules, and in a pipe, without."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from nlpseq.cli.closing import closing
from nlpseq.report.scores import ScoreKind

ACCURACY = ScoreKind("accuracy", "Accuracy", "", "", scale=100, unit="%")
METRICS = {
    "accuracy": 0.9, "accuracy_interval": [0.88, 0.92],
    "baselines": [{"name": "NB-SVM", "accuracy": 0.85}, {"name": "majority", "accuracy": 0.5}],
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "my run"
    folder.mkdir()
    facts = {"minutes": 8.123, "epochs": 10.0, "max_epochs": 10, "stopped_by": "epochs"}
    (folder / "training.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_five_lines(run: Path) -> None:
    (run / "last_run.json").write_text(
        json.dumps({"name": "before", "score": 0.84, "difference": 0.06, "real": True}), encoding="utf-8"
    )
    blank, *lines = closing("classify", ACCURACY, run, METRICS)
    assert blank == "" and len(lines) == 5
    assert lines[:3] == [
        "Accuracy 90.0%, 95% interval 88.0% to 92.0%",
        "beside: really better than NB-SVM (85.0%); really better than the last run, before (84.0%)",
        "time: 8.1 minutes of training, epochs 10.0 of 10",
    ]
    assert lines[3] == f"report: {run / 'report.html'}"
    assert shlex.split(lines[4].partition("try it: ")[2])[-2:] == ["classify", str(run)]  # as a shell reads it


@pytest.mark.parametrize(
    ("score", "verdict"),
    [(0.85, "really better than"), (0.9, "not clearly different from"), (0.95, "really worse than")],
)
def test_a_baseline_is_beaten_or_not(run: Path, score: float, verdict: str) -> None:
    metrics = {**METRICS, "baselines": [{"name": "b", "accuracy": score}]}
    assert list(closing("classify", ACCURACY, run, metrics))[2] == f"beside: {verdict} b ({100 * score:.1f}%)"


@pytest.mark.parametrize(("no_color", "bold"), [("", True), ("1", False)])
def test_a_terminal_has_rules_and_bold_figures(
    run: Path, no_color: str, bold: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    first, figure, *_, last = closing("classify", ACCURACY, run, METRICS)
    assert set(first) == set(last) == {"─"} and len(first) < 80
    assert figure.startswith("\x1b[1mAccuracy 90.0%\x1b[0m" if bold else "Accuracy 90.0%")
