"""The model beside its baselines: the best first, in either direction."""

from __future__ import annotations

import pytest

from nlpseq.report.plots.baselines import baselines_plot


@pytest.mark.parametrize(("higher_is_better", "order"), [(True, "b 4.00; a 3.00"), (False, "a 3.00; b 4.00")])
def test_the_best_stands_first(higher_is_better: bool, order: str) -> None:
    plot = baselines_plot(
        3.5, None, {"a": 3, "b": 4}, finding="f", axis="x", digits=2, higher_is_better=higher_is_better
    )
    assert plot.alt == f"x: this model 3.50; {order}"


def test_equal_values_and_an_interval_that_misses_its_value() -> None:
    plot = baselines_plot(5, [6, 6], {"a$b$": 5.0, "<b>": 5.0}, finding="f", axis="x", digits=1, higher_is_better=True)
    assert "95% interval 6.0 to 6.0" in plot.alt and "<b>" not in plot.svg and ">a$b$<" in plot.svg
