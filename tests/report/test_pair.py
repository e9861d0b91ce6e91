"""Two runs side by side: who is better and how sure that is, signatures, settings that differ, missing curves."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from nlpseq.evaluation.significance import compare_classifiers, compare_scores
from nlpseq.report.blocks import Paragraph, Section, Table
from nlpseq.report.generation import BITS
from nlpseq.report.pair import Compared, PairReport, write_pair_report
from nlpseq.report.scores import ScoreKind

ACCURACY = ScoreKind("accuracy", "Accuracy", "", "signature", scale=100, unit="%")


def report_of(test: Compared, **changed: object) -> PairReport:
    metrics = {test.score.key: 0.5, "signature": "s:1"}
    given = {"scores": [test.score], "metrics": (metrics, metrics), "tests": [test]} | changed
    return PairReport(names=("small", "large"), data="reviews", items="texts", **given)  # type: ignore[arg-type]


def accuracies(right_a: int, right_b: int, total: int) -> Compared:
    chosen = [[1] * right + [0] * (total - right) for right in (right_a, right_b)]
    return Compared(ACCURACY, compare_classifiers([1] * total, *chosen))


def table_of(section: Section, first: str) -> list[list[str]]:
    (found,) = [block for block in section.blocks if isinstance(block, Table) and block.header[0] == first]
    return [list(row) for row in found.rows]


def test_the_better_one_is_named_first() -> None:
    opening = report_of(accuracies(60, 90, 100)).opening()
    assert opening.startswith("large is really better than small: Accuracy 60.0% and 90.0% on the same 100 texts of")
    assert "a difference of +30.0 points, with 95% confidence between +" in opening
    assert opening.endswith("(p < 0.0001 by exact McNemar).")
    opening = report_of(accuracies(90, 60, 100)).opening()
    assert opening.startswith("small is really better than large: Accuracy 90.0% and 60.0% on")
    assert "a difference of +30.0 points, with 95% confidence between +" in opening  # the better less the other


def test_two_that_never_disagree_are_not_known_to_be_equal() -> None:
    opening = report_of(accuracies(60, 60, 60)).opening()
    assert "a difference of 0.0 points, with 95% confidence between −6.0 points and +6.0 points" in opening


def test_no_difference_is_claimed_where_none_is_sure() -> None:
    report = report_of(accuracies(60, 61, 100))
    assert report.opening().startswith("small and large may well be equally good: ")
    (row,) = table_of(report.sections()[0], "Is the difference real?")
    assert row[1] == "+1.0 points" and row[3:] == ["1.0000", "not sure", "exact McNemar"]


def test_fewer_bits_are_better() -> None:
    rng = np.random.default_rng(1)
    bits = rng.uniform(1, 3, size=50)
    opening = report_of(Compared(BITS, compare_scores(bits, bits + 0.5))).opening()
    assert opening.startswith("small is really better than large: Bits per character")
    assert "a difference of −0.500, how sure that is is not known" in opening
    opening = report_of(Compared(BITS, compare_scores(bits, bits + rng.uniform(0.4, 0.6, size=50)))).opening()
    assert re.search(r"a difference of −0\.[45]\d\d, with 95% confidence between −0\.5\d\d and −0\.4\d\d", opening)


def test_unequal_signatures_are_warned_of() -> None:
    metrics = {"accuracy": 0.5, "signature": "s:1"}, {"accuracy": 0.75, "signature": "s:2"}
    scores = report_of(accuracies(50, 75, 100), metrics=metrics).sections()[0]
    assert table_of(scores, "Signature of") == [["Accuracy", "s:1", "s:2"]]
    assert Paragraph("Not comparable, for the signatures differ: Accuracy.") in scores.blocks
    scores = report_of(accuracies(5, 7, 10)).sections()[0]
    assert ["Score", "Signature of both"] in [block.header for block in scores.blocks if isinstance(block, Table)]
    assert not any(isinstance(block, Paragraph) for block in scores.blocks)


def test_settings_that_differ_and_all_facts() -> None:
    settings = {"train.lr": 0.1, "train.seed": 1}, {"train.lr": 0.2, "train.seed": 1}
    report = report_of(accuracies(5, 7, 10), settings=settings, facts=({"CPU": "x"}, {"CPU": "x", "Date": "today"}))
    made = report.sections()[-1]
    assert table_of(made, "Setting that differs") == [["train.lr", "0.1", "0.2"]]
    assert table_of(made, "Fact that differs") == [["Date", "–", "today"]]
    assert table_of(made, "Fact of both") == [["CPU", "x"]]
    equal = dataclasses.replace(report, settings=(settings[0], settings[0]), facts=({}, {})).sections()[-1]
    assert equal.blocks == [Paragraph("Nothing was noted down that differs.")]


def test_one_without_curves(curves_csv: Path, tmp_path: Path) -> None:
    report = report_of(accuracies(5, 7, 10), curves=(None, curves_csv), loss_unit="nats per text")
    page = write_pair_report(tmp_path / "new" / "both.html", report).read_text(encoding="utf-8")
    assert "No learning curves were recorded for small." in page
    assert "Validation loss is at its lowest 2.5 for large<" in page
    assert "The pictures are in both.html." in (tmp_path / "new" / "both.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["_hidden", "a$b$c"])
def test_a_name_that_matplotlib_would_misread(name: str, curves_csv: Path) -> None:
    report = dataclasses.replace(report_of(accuracies(5, 7, 10)), names=(name, "b"), curves=(curves_csv, curves_csv))
    loss = report.overview().curve
    assert loss is not None
    assert name in loss.svg.replace("\N{ZERO WIDTH SPACE}", "").replace("\\$", "$")
