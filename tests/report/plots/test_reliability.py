"""Reliability diagrams: what calibration did, said in the title; empty bins left out."""

from __future__ import annotations

import pytest

from nlpseq.report.plots.reliability import Reliability, reliability_plot

EMPTY = {"low": 0.0, "high": 0.5, "count": 0, "confidence": None, "accuracy": None}
BINS = [EMPTY, {"low": 0.5, "high": 1.0, "count": 1234, "confidence": 0.875, "accuracy": 0.75}]


@pytest.mark.parametrize(
    ("before", "title"),
    [
        (0.2, "Calibration lowers the calibration error from 20.0 to 12.5 percentage points"),
        (0.05, "Calibration raises the calibration error from 5.0 to 12.5 percentage points"),
        (0.1251, "Calibration leaves the calibration error at 12.5 percentage points"),
    ],
)
def test_titles(before: float, title: str) -> None:
    plot = reliability_plot(Reliability(0.125, BINS), Reliability(before, BINS))
    assert plot.title == title
    assert ">before calibration<" in plot.svg and ">after calibration<" in plot.svg


def test_without_calibration_and_with_full_confidence_only() -> None:
    sure = [EMPTY, {"low": 0.5, "high": 1.0, "count": 1, "confidence": 1.0, "accuracy": 0.0}]
    plot = reliability_plot(Reliability(1.0, sure))
    assert plot.title.endswith("off by 100.0 percentage points on average")
    assert plot.alt == "Accuracy by confidence. This model: at 100% confidence 0% right of 1 text"


def test_a_change_within_the_interval_is_none_that_is_sure() -> None:
    plot = reliability_plot(Reliability(0.042, BINS, [0.023, 0.065]), Reliability(0.047, BINS))
    assert plot.title == (
        "Calibration does not clearly change the calibration error: 4.7 percentage points before, 4.2 after"
    )
    assert reliability_plot(Reliability(0.042, BINS, [0.023, 0.045]), Reliability(0.047, BINS)).title.startswith(
        "Calibration lowers the calibration error from 4.7 to 4.2"
    )
