"""The hypotheses of a search are arrays, wherever the network runs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from nlpseq.decoding.hypotheses import Outputs


def test_they_need_no_torch() -> None:
    code = "import sys; sys.modules['torch'] = None; import nlpseq.decoding.hypotheses"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_outputs_are_the_hypotheses_that_are_there() -> None:
    tokens = np.array([[[5, 6, 3], [7, 3, 0], [0, 0, 0]]])
    scores, log_probs = np.array([[-1.0, -2.0, -np.inf]]), np.array([[-2.0, -3.0, -np.inf]])
    weights = np.arange(36.0).reshape(1, 3, 3, 4)
    found = Outputs(tokens, np.array([[2, 1, 0]]), log_probs, scores, weights)
    assert list(found.outputs(0)) == [([5, 6], -1.0, -2.0), ([7], -2.0, -3.0)]
    part = found.weights(0, 1, 2, 3)
    assert part is not None and part.tolist() == [[12.0, 13.0, 14.0], [16.0, 17.0, 18.0]]
    assert found._replace(attention=None).weights(0, 1, 2, 3) is None


@pytest.mark.parametrize("kept", [True, False])
def test_those_of_tensors_are_the_same(kept: bool) -> None:
    torch = pytest.importorskip("torch")
    from nlpseq.decoding import Decoded

    weights = torch.arange(8.0).view(1, 1, 2, 4) if kept else None
    numbers = torch.tensor([[-1.5]])
    found = Decoded(torch.tensor([[[5, 3]]]), torch.tensor([[1]]), numbers, numbers / 2, weights)
    assert list(found.outputs(0)) == [([5], -0.75, -1.5)]
    part = found.weights(0, 0, 1, 3)
    assert (part is not None and part.tolist() == [[0.0, 1.0, 2.0]]) if kept else part is None
