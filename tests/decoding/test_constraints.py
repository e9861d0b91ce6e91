from __future__ import annotations

import random

import pytest
import torch

from nlpseq.decoding import DecodingOptions
from nlpseq.decoding.constraints import Constraints, forbid_, forbid_end_, forbid_repeats_, forbid_stray_, force

CPU = torch.device("cpu")


def allowed_ids(log_probs: torch.Tensor) -> list[list[list[int]]]:
    return [[row.isfinite().nonzero().flatten().tolist() for row in sentence] for sentence in log_probs]


def test_constraints_leave_the_other_values_alone():
    log_probs = torch.randn(2, 3, 5).log_softmax(-1)
    history = torch.tensor([4, 1, 4]).expand(2, 3, 3)
    for mask in (
        lambda copy: forbid_(copy, torch.tensor([0, 4])),
        lambda copy: forbid_end_(copy, 3),
        lambda copy: forbid_repeats_(copy, history, 2),
        lambda copy: forbid_stray_(copy, history, 4, 3),
        lambda copy: force(copy, log_probs, torch.tensor([2, 0]), pad_id=0),
    ):
        masked = mask(log_probs.clone())
        assert masked.shape == log_probs.shape
        assert torch.equal(masked[masked.isfinite()], log_probs[masked.isfinite()])
        assert not masked.isfinite().all()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_forbid_repeats_rules_out_exactly_the_tokens_that_repeat_an_ngram(size):
    random.seed(size)
    for length in range(9):
        history = torch.randint(0, 4, (2, 3, length))
        found = allowed_ids(forbid_repeats_(torch.zeros(2, 3, 4), history, size))
        for b in range(2):
            for k in range(3):
                tokens = history[b, k].tolist()
                held = {tuple(tokens[i : i + size]) for i in range(length - size + 1)}
                stem = tokens[length - size + 1 :] if length >= size - 1 else None
                free = [v for v in range(4) if stem is None or (*stem, v) not in held]
                assert found[b][k] == free


def test_a_hypothesis_with_nothing_else_left_may_end_before_the_minimum_length():
    constraints = Constraints.of(
        DecodingOptions(min_length=9, no_repeat_ngram_size=1), CPU, eos_id=3, pad_id=0, forbidden_ids=[0, 1]
    )
    history = torch.tensor([[[2, 4], [2, 2]]])
    assert allowed_ids(constraints.apply(torch.zeros(1, 2, 5), history, None)) == [[[3], [4]]]


def test_a_separator_stands_between_others_only():
    constraints = Constraints.of(DecodingOptions(), CPU, eos_id=3, pad_id=0, forbidden_ids=[0], separator=2)
    start = torch.zeros(1, 1, 0, dtype=torch.long)
    assert allowed_ids(constraints.apply(torch.zeros(1, 1, 5), start, None)) == [[[1, 3, 4]]]
    history = torch.tensor([[[4, 2], [2, 4], [4, 4]]])
    assert allowed_ids(constraints.apply(torch.zeros(1, 3, 5), history, None)) == [[[1, 4], [1, 2, 3, 4], [1, 2, 3, 4]]]
    stuck = Constraints.of(DecodingOptions(), CPU, eos_id=3, pad_id=0, forbidden_ids=[0, 1, 4], separator=2)
    assert allowed_ids(stuck.apply(torch.zeros(1, 3, 5), history, None)) == [[[3], [2, 3], [2, 3]]]


def test_the_end_cannot_be_forbidden():
    constraints = Constraints.of(DecodingOptions(), CPU, eos_id=3, pad_id=0, forbidden_ids=[3, 1])
    assert constraints.forbidden.tolist() == [1]


@pytest.mark.parametrize("time", [2, 3, 5])
def test_beyond_its_prefix_a_sentence_is_free(time):
    log_probs, history = torch.randn(2, 1, 6), torch.full((2, 1, time), 4)
    constraints = Constraints.of(DecodingOptions(), CPU, eos_id=3, pad_id=0, forbidden_ids=[])
    assert torch.equal(constraints.apply(log_probs.clone(), history, torch.full((2, 2), 5)), log_probs)


def test_a_prefix_overrules_the_other_constraints_and_ends_by_sentence():
    constraints = Constraints.of(DecodingOptions(min_length=5), CPU, eos_id=3, pad_id=0, forbidden_ids=[0, 1])
    prefix = torch.tensor([[4, 1], [2, 0], [4, 3]])
    history = torch.full((3, 1, 1), 4)
    found = allowed_ids(constraints.apply(torch.zeros(3, 1, 5), history, prefix))
    assert found == [[[1]], [[2, 4]], [[3]]]
