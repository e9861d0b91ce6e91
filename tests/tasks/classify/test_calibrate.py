"""What the fit of the probabilities says of itself."""

from __future__ import annotations

import pytest

from nlpseq.tasks.classify.calibrate import _remark, _weights_remark


@pytest.mark.parametrize(("temperature", "said"), [(0.02, "far below 1"), (30.0, "far above 1"), (1.3, ""), (0.3, "")])
def test_an_extreme_temperature_is_remarked_on(temperature: float, said: str) -> None:
    assert said in _remark(temperature) and bool(_remark(temperature)) == bool(said)


def test_a_part_without_a_say_is_remarked_on() -> None:
    assert "the network had nothing to add" in _weights_remark(0.0, 8.3)
    assert "the n-grams had nothing to add" in _weights_remark(0.9, 0.0)
    assert _weights_remark(0.109, 8.255) == ""
