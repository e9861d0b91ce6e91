"""Scores of texts in batches of like lengths stand in the order of the texts."""

from __future__ import annotations

import numpy as np

from tests.onnx.conftest import Exported


def test_scores_keep_the_order_of_the_texts(exported: Exported) -> None:
    _, export = exported("classify")
    rows = [[5, 6, 7], [4], [8, 9]]
    both = export.logits_of(rows * 2)
    np.testing.assert_allclose(both[:3], both[3:], atol=1e-6)
    np.testing.assert_allclose(both[1], export.logits_of([[4]])[0], atol=1e-6)
    assert export.logits_of([]).shape == (0, 3)
