"""Samples on arrays are those on tensors: the same streams, options and ends."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nlpseq.decoding import DONE, SamplingOptions, StepOutput
from nlpseq.decoding import sample as tensor_sample
from nlpseq.errors import UserError
from nlpseq.onnx.sampling import sample

VOCAB, EOS = 11, 2


class Bigrams:
    def __init__(self) -> None:
        self.table = torch.randn(VOCAB, VOCAB, generator=torch.Generator().manual_seed(0)) * 2

    def step(self, tokens, hidden, memory):
        return StepOutput(self.table[tokens], hidden, None)


@pytest.mark.parametrize(
    "options",
    [
        {}, {"temperature": 0.5}, {"temperature": 0}, {"top_k": 3}, {"top_p": 0.6}, {"min_p": 0.2},
        {"repetition_penalty": 1.8, "repetition_window": 3, "temperature": 0.9, "top_k": 6, "top_p": 0.9},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("ends", [{}, {"eos_id": EOS, "separator": 4}, {"stop": [[5], [7, 8]]}], ids=str)
def test_samples_are_those_on_tensors(options: dict, ends: dict) -> None:
    network, first, numbers = Bigrams(), np.array([3, 9, 1]), [4, 0, 7]
    common = {"options": SamplingOptions(**options), "seed": 6, "numbers": numbers, "forbidden_ids": (0, 1), **ends}
    states = (torch.zeros(3, 1, 1),)
    expected = list(tensor_sample(network, states, (), tokens=torch.from_numpy(first), max_lengths=40, **common))

    def step(tokens, states):
        return network.table[torch.from_numpy(tokens)].numpy(), states

    assert list(sample(step, (), tokens=first, max_length=40, **common)) == expected


def test_scores_that_are_no_numbers_are_an_error() -> None:
    def step(tokens, states):
        return np.full((len(tokens), 5), np.nan), states

    with pytest.raises(UserError, match="not numbers"):
        list(sample(step, (), tokens=np.zeros(2, int), max_length=3, options=SamplingOptions(), seed=1, numbers=[0, 1]))


def test_no_step_writes_nothing() -> None:
    assert (
        DONE == -1
        and list(
            sample(None, (), tokens=np.zeros(1, int), max_length=0, options=SamplingOptions(), seed=1, numbers=[0])
        )
        == []
    )
