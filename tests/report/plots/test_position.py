"""Bits over a text: nothing is lost between windows, whatever the number of chunks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlpseq.report.plots.position import ChunkLosses, dynamic_plot, position_plot


@pytest.mark.parametrize("chunks", [1, 2, 59, 60, 61, 5000])
def test_equal_chunks_are_equal_everywhere(chunks: int) -> None:
    characters = np.arange(chunks) % 7 + 1
    plot = position_plot(ChunkLosses(1.5 * math.log(2) * characters, characters))
    assert plot.alt.endswith("this model 1.50 on average, from 1.50 to 1.50")
    assert len(plot.svg) < 60_000


def test_the_hardest_stretch_is_named() -> None:
    nats = np.log(2) * np.array([10.0, 90.0, 20.0])
    plot = position_plot(ChunkLosses(nats, np.array([10, 30, 20])))
    assert plot.title == "Between 1.00 and 3.00 bits per character over the text, most from character 11 to 40"


def test_dynamic_evaluation_that_does_harm_says_so() -> None:
    losses = ChunkLosses(np.array([1.0, 2.0]), np.array([2, 3]))
    plot = dynamic_plot(losses, losses._replace(nats=2 * losses.nats))
    assert plot.title == "Learning while reading costs 0.87 bits per character"
    assert ">as trained<" in plot.svg
