"""Copied shares: one line a name, with what is missing left out."""

from __future__ import annotations

from nlpseq.report.plots.copying import copying_plot


def test_missing_orders_and_names() -> None:
    plot = copying_plot({"summaries": [0.5, None], "<b>": [None, None]})
    assert plot.title == "Of their words, the summaries copy 50% from the document"
    assert plot.alt.endswith("summaries 50, none; <b> none, none")
    assert "<b>" not in plot.svg


def test_no_words_at_all() -> None:
    assert copying_plot({"summaries": [None]}).title == "There is not a word that could be copied"
