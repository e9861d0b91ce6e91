"""What each processor leaves, by literal tables, and that they compose."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from nlpseq.decoding.processors import MinP, RepetitionPenalty, SamplingOptions, Temperature, TopK, TopP
from nlpseq.errors import UserError

NOTHING = torch.zeros(1, 0, dtype=torch.long)


def left_by(processor, probs: list[float]) -> list[int]:
    """The tokens that are not ruled out; those that are left keep their logits."""
    logits = torch.tensor([probs], dtype=torch.float64).log()
    found = processor(logits, NOTHING)
    kept = found[0] > -math.inf
    assert torch.equal(found[0, kept], logits[0, kept])
    return kept.nonzero().flatten().tolist()


@pytest.mark.parametrize(
    ("k", "probs", "left"),
    [
        (1, [0.2, 0.5, 0.3], [1]),
        (2, [0.2, 0.5, 0.3], [1, 2]),
        (3, [0.2, 0.5, 0.3], [0, 1, 2]),
        (9, [0.2, 0.5, 0.3], [0, 1, 2]),  # more than there are
        (1, [0.3, 0.35, 0.35], [1]),  # of equal ones the first
        (2, [0.25, 0.25, 0.25, 0.25], [0, 1]),
        (2, [1.0, 0.0, 0.0], [0]),  # what was ruled out stays so
    ],
)
def test_top_k(k, probs, left) -> None:
    assert left_by(TopK(k), probs) == left


@pytest.mark.parametrize(
    ("p", "probs", "left"),
    [
        (0.49, [0.2, 0.5, 0.3], [1]),
        (0.51, [0.2, 0.5, 0.3], [1, 2]),
        (0.9, [0.2, 0.5, 0.3], [0, 1, 2]),
        (1e-9, [0.2, 0.5, 0.3], [1]),  # the best is always left
        (0.4, [0.25, 0.25, 0.25, 0.25], [0, 1]),
        (0.999, [1.0, 0.0], [0]),
    ],
)
def test_top_p(p, probs, left) -> None:
    assert left_by(TopP(p), probs) == left


@pytest.mark.parametrize(
    ("p", "probs", "left"),
    [
        (0.25, [0.2, 0.5, 0.3], [0, 1, 2]),
        (0.5, [0.2, 0.5, 0.3], [1, 2]),
        (0.61, [0.2, 0.5, 0.3], [1]),
        (1.0, [0.4, 0.2, 0.4], [0, 2]),
    ],
)
def test_min_p(p, probs, left) -> None:
    assert left_by(MinP(p), probs) == left


def test_temperature_divides() -> None:
    logits = torch.tensor([[1.0, -3.0, -math.inf]])
    assert Temperature(2.0)(logits, NOTHING).tolist() == [[0.5, -1.5, -math.inf]]


def penalised(logits: Tensor, generated: list[list[int]], *, window: int = 9) -> Tensor:
    return RepetitionPenalty(2.0, window)(logits, torch.tensor(generated, dtype=torch.long))


def test_repetition_squares_the_probability_of_generated_tokens() -> None:
    probs = torch.tensor([[0.5, 0.4, 0.1], [0.5, 0.4, 0.1]], dtype=torch.float64)
    found = penalised(probs.log(), [[0, 0, 2], [1, 1, 1]]).exp()
    expected = torch.tensor([[0.25, 0.4, 0.01], [0.5, 0.16, 0.1]], dtype=torch.float64)
    torch.testing.assert_close(found, expected)


def test_repetition_sees_its_window_only() -> None:
    probs = torch.tensor([[0.5, 0.4, 0.1]], dtype=torch.float64)
    found = penalised(probs.log(), [[0, 1, 2, 1]], window=2).exp()
    torch.testing.assert_close(found, torch.tensor([[0.5, 0.16, 0.01]], dtype=torch.float64))


def test_repetition_does_not_hang_on_the_logits_constant() -> None:
    logits = torch.tensor([[1.0, 2.0, -1.0]], dtype=torch.float64)
    near, far = (penalised(logits + constant, [[1]]).softmax(-1) for constant in (0.0, -50.0))
    torch.testing.assert_close(near, far)


def test_repetition_has_nothing_to_do_at_first_and_leaves_what_is_ruled_out() -> None:
    logits = torch.tensor([[0.0, -math.inf]])
    assert torch.equal(RepetitionPenalty(2.0, 9)(logits, NOTHING), logits)
    assert penalised(logits, [[1, 0]]).tolist() == [[0.0, -math.inf]]


def test_processors_leave_their_argument_alone() -> None:
    logits = torch.randn(3, 5)
    before, generated = logits.clone(), torch.tensor([[1], [2], [2]])
    for processor in (Temperature(0.5), TopK(2), TopP(0.5), MinP(0.5), RepetitionPenalty(2.0, 1)):
        processor(logits, generated)
    assert torch.equal(logits, before)


def test_all_together_leave_at_least_one_token() -> None:
    options = SamplingOptions(
        temperature=0.001, top_k=1, top_p=1e-6, min_p=1.0, repetition_penalty=9.0, repetition_window=3
    )
    logits = torch.randn(50, 7, generator=torch.Generator().manual_seed(0))
    generated = torch.arange(7).expand(50, 7)
    for processor in options.processors():
        logits = processor(logits, generated)
    assert ((logits > -math.inf).sum(1) == 1).all()
    assert not logits.isnan().any()


def test_only_what_changes_something_runs() -> None:
    assert SamplingOptions().processors() == ()
    assert SamplingOptions(repetition_window=7).processors() == ()
    everything = SamplingOptions(
        temperature=0.8, top_k=3, top_p=0.9, min_p=0.1, repetition_penalty=1.2, repetition_window=5
    )
    assert everything.processors() == (RepetitionPenalty(1.2, 5), Temperature(0.8), TopK(3), TopP(0.9), MinP(0.1))


@pytest.mark.parametrize(("penalty", "window"), [(1.0, 0), (1.2, 7), (2.0, 7)])
def test_generated_tokens_are_kept_for_a_penalty_only(penalty, window) -> None:
    assert SamplingOptions(repetition_penalty=penalty, repetition_window=7).window() == window


def test_temperature_zero_is_greedy() -> None:
    assert SamplingOptions(temperature=0, top_k=5).processors() == (TopK(1),)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("temperature", -1.0),
        ("temperature", 1e-9),
        ("temperature", math.inf),
        ("temperature", math.nan),
        ("top_k", -1),
        ("top_p", 0.0),
        ("top_p", 1.1),
        ("top_p", math.nan),
        ("min_p", -0.1),
        ("min_p", 1.1),
        ("repetition_penalty", 0.9),
        ("repetition_penalty", math.nan),
        ("repetition_window", 0),
    ],
)
def test_values_out_of_range_are_named(key, value) -> None:
    with pytest.raises(UserError, match=f"{key}: must be .*, not {value}"):
        SamplingOptions(**{key: value})
