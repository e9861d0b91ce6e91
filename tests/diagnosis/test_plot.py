"""The picture of gradients: well-formed, every line named, whatever cannot stand on a log axis left out."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from nlpseq.diagnosis.plot import Panel, gradient_plot
from nlpseq.report.plots.drawing import Plot

FADING = 0.5 ** np.arange(60.0)


def panel(**lines: np.ndarray) -> Panel:
    return Panel("Start\nreach: a 6", lines, "Tokens", "Share", (0.01, "1%"))


def texts(plot: Plot) -> list[str]:
    root = ElementTree.fromstring(plot.svg)
    return [element.text or "" for element in root.iter() if element.tag.endswith("text")]


def test_every_panel_has_its_title_its_mark_and_a_name_for_each_line() -> None:
    lines = {"tanh": FADING, "LSTM": FADING**0.2}
    plot = gradient_plot("It fades", [[panel(**lines)], [panel(**lines)], [panel(**lines)]])
    found = texts(plot)
    for text in ("Start", "reach: a 6", "Tokens", "Share", "1%", "tanh", "LSTM"):
        assert found.count(text) == 3, text
    assert plot.title == "It fades"
    assert plot.alt.startswith("Start. reach: a 6: tanh from 1 to 1.7e-18, LSTM from 1 to 0.00028. Start.")
    assert 'role="img"' in plot.svg


def test_lines_differ_in_style_and_not_only_in_colour() -> None:
    plot = gradient_plot("", [[panel(a=FADING, b=FADING / 2, c=FADING / 3, d=FADING / 4)]])
    drawn = [match for match in re.findall(r'style="fill: none;([^"]*)"', plot.svg) if "stroke-width: 1.5" in match]
    assert len({re.search(r"dasharray: ([\d., ]+)", style) is None for style in drawn}) == 2
    assert len({match[1] for style in drawn if (match := re.search(r"dasharray: ([\d., ]+)", style))}) == 3


@pytest.mark.parametrize(
    "line",
    [
        np.full(60, np.nan),
        np.r_[1.0, np.zeros(59)],
        np.r_[1.0, np.inf, np.nan, 1.0],
        10.0 ** np.arange(60.0),
        np.array([1.0]),
        np.full(3, 1e-30),
    ],
    ids=["diverged", "zero", "infinite", "explodes", "one point", "out of sight"],
)
def test_what_a_log_axis_cannot_show_is_left_out(line: np.ndarray) -> None:
    plot = gradient_plot("", [[panel(odd=line, even=FADING)], [panel(odd=line)]])
    assert "even" in texts(plot)
    assert ElementTree.fromstring(plot.svg) is not None


def test_names_of_lines_that_end_together_do_not_overlap() -> None:
    plot = gradient_plot("", [[panel(a=FADING, b=FADING * 0.99, c=FADING * 0.98, d=FADING * 0.97)]])
    root = ElementTree.fromstring(plot.svg)
    names = [
        element for element in root.iter() if element.tag.endswith("text") and element.text in ("a", "b", "c", "d")
    ]
    assert len(names) == 4 and len({name.get("x") for name in names}) == 1
    heights = sorted(float(name.get("y", "")) for name in names)
    assert all(below - above > 10 for above, below in pairwise(heights))  # letters are 10 units high
