"""Attention pictures: one row an output token, any token shown as text."""

from __future__ import annotations

import warnings
from xml.etree import ElementTree

import numpy as np
import pytest

from nlpseq.report.plots.attention import attention_plot


def test_attention_rows_are_output_tokens() -> None:
    weights = np.array([[0.8, 0.1, 0.1], [0.0, 0.4, 0.6]])
    plot = attention_plot(["the", "big", "dog"], ["der", "Hund"], weights)
    assert plot.alt.endswith("der from the, Hund from dog")
    assert "70%" in plot.title
    with pytest.raises(ValueError, match=r"shape \(3, 2\) but there are 2 output tokens and 3 source tokens"):
        attention_plot(["the", "big", "dog"], ["der", "Hund"], weights.T)


def test_attention_shows_any_token_as_text() -> None:
    src = ["<script>alert(1)</script>", "$x^2$", '"quoted"', "犬", "", "\x07\n", "\ud800", "w" * 500]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot = attention_plot(src, ["</svg>", "&amp;"], np.full((2, 8), 1 / 8))
    root = ElementTree.fromstring(plot.svg)  # well-formed
    labels = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"$x^2$", '"quoted"', "犬", "∅", "··", "·", "</svg>", "&amp;", "w" * 23 + "…"} <= labels
    assert "<script" not in plot.svg and root.get("role") == "img"
