"""Match lengths, shares and distributions are their definitions, in numbers far beyond a float's too."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from nlpseq.layers.copying import (
    IMPOSSIBLE,
    LONGEST_MATCH,
    Copying,
    extended_log_probs,
    log_share,
    match_lengths,
    next_match_lengths,
    target_log_probs,
)


def count_matches(source: list[int], written: list[int], step: int, position: int) -> int:
    """The definition: how many tokens before `position` equal the last ones written, up to `step`."""
    count = 0
    while count < min(step + 1, position) and source[position - 1 - count] == written[step - count]:
        count += 1
    return min(count, LONGEST_MATCH)


@pytest.mark.parametrize(
    ("alphabet", "steps", "positions"), [(1, 12, 15), (2, 9, 20), (3, 1, 7), (2, 6, 1), (5, 11, 4)]
)
def test_match_lengths_are_their_definition_whole_and_step_by_step(alphabet, steps, positions) -> None:
    generator = torch.Generator().manual_seed(alphabet * steps)
    source = torch.randint(4, 4 + alphabet, (3, positions), generator=generator)
    written = torch.randint(4, 4 + alphabet, (3, steps), generator=generator)
    found = match_lengths(source, written)
    assert found.dtype == torch.uint8
    current = torch.zeros(3, 1, positions, dtype=torch.uint8)
    for step in range(steps):
        current = next_match_lengths(current, source, written[:, step : step + 1])
        assert torch.equal(current[:, 0], found[:, step])
        for row in range(3):
            sequences = source[row].tolist(), written[row].tolist()
            expected = [count_matches(*sequences, step, position) for position in range(positions)]
            assert found[row, step].tolist() == expected


def shares(scores: Tensor, chosen: Tensor) -> Tensor:
    """The definition, in double precision and by torch's own gradients."""
    weights = scores.double().softmax(2)
    return (weights * chosen).sum(2).log()


def test_log_shares_and_their_gradients_are_the_definition() -> None:
    generator = torch.Generator().manual_seed(0)
    scores = (3 * torch.randn(4, 5, 9, generator=generator)).requires_grad_()
    chosen = torch.rand(4, 5, 9, generator=generator) < 0.4
    chosen[..., 0] = True
    chosen[2, 3] = True
    weights = torch.randn(4, 5, generator=generator)
    found, expected = log_share(scores, chosen), shares(scores, chosen)
    torch.testing.assert_close(found.double(), expected, atol=1e-6, rtol=1e-5)
    assert found[2, 3].abs() < 1e-6
    (gradient,) = torch.autograd.grad((found * weights).sum(), scores)
    (wanted,) = torch.autograd.grad((expected * weights).sum(), scores)
    torch.testing.assert_close(gradient, wanted, atol=1e-6, rtol=1e-4)


def test_shares_too_small_for_a_float_keep_logarithm_and_gradient() -> None:
    scores = torch.tensor([[[-500.0, -501.0, 0.0, -70.0], [-500.0, 3.0, 3.0, -math.inf]]], requires_grad=True)
    chosen = torch.tensor([[[True, True, False, False], [True, False, False, True]]])
    found = log_share(scores, chosen)
    expected = [-500 + math.log1p(math.exp(-1)), -503 - math.log(2)]
    assert found[0].tolist() == pytest.approx(expected, rel=1e-6)
    found.sum().backward()
    first = 1 / (1 + math.exp(-1))
    assert scores.grad[0, 0].tolist() == pytest.approx([first, 1 - first, -1, 0], abs=1e-6)
    assert scores.grad[0, 1].tolist() == pytest.approx([1, -0.5, -0.5, 0], abs=1e-6)


def test_what_cannot_be_copied_is_impossible_and_has_no_gradient() -> None:
    scores = torch.tensor([[[0.0, 1.0, -math.inf]] * 2], requires_grad=True)
    # Chosen are none, then padding alone.
    found = log_share(scores, torch.tensor([[[False] * 3, [False, False, True]]]))
    assert found.tolist() == [[pytest.approx(IMPOSSIBLE)] * 2]
    assert not torch.autograd.grad(found.sum(), scores, retain_graph=True)[0].any()
    gate, log_softmax = torch.zeros(2, requires_grad=True), torch.tensor([[-1.0, -0.5]] * 2, requires_grad=True)
    total = target_log_probs(log_softmax, gate, found[0], torch.tensor([1, 0]))
    assert total.tolist() == pytest.approx([-0.5 - math.log(2), -1.0 - math.log(2)])
    total.sum().backward()
    assert not scores.grad.any()
    assert gate.grad.tolist() == pytest.approx([0.5, 0.5])


def mixture(logits: Tensor, gate: Tensor, weights: Tensor, source: Tensor, size: int) -> Tensor:
    """See et al. 2017, equation 9, id after id, in probabilities."""
    table = torch.zeros(*gate.shape, size, dtype=torch.float64)
    for b, k in torch.cartesian_prod(*(torch.arange(n) for n in gate.shape)).tolist():
        writes = 1 / (1 + math.exp(-float(gate[b, k])))
        for token in range(size):
            if token < logits.size(2):
                table[b, k, token] += writes * float(logits[b, k].double().softmax(0)[token])
            for position in range(source.size(1)):
                if int(source[b, position]) == token:
                    table[b, k, token] += (1 - writes) * float(weights[b, k, position])
    return table


def test_the_distribution_is_equation_9_for_every_id() -> None:
    generator = torch.Generator().manual_seed(3)
    logits, gate = torch.randn(2, 3, 6, generator=generator), 2 * torch.randn(2, 3, generator=generator)
    scores = 2 * torch.randn(2, 3, 5, generator=generator)
    source = torch.tensor([[4, 7, 4, 6, 3], [5, 6, 5, 3, 0]])
    scores[1, :, 4] = -math.inf
    found = extended_log_probs(logits, gate, scores.softmax(2), source, size=9)
    expected = mixture(logits, gate, scores.softmax(2), source, 9)
    torch.testing.assert_close(found.exp().double(), expected, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(found.logsumexp(2), torch.zeros(2, 3), atol=1e-6, rtol=0)
    assert (found[0, :, 8] == -math.inf).all() and (found[1, :, 7:] == -math.inf).all()  # not in these rows

    for token in range(8):
        targets = torch.full((6,), token)
        chosen = (source == token).unsqueeze(1).expand(2, 3, 5) & (scores > -math.inf)
        log_copied = log_share(scores, chosen).flatten()
        one = target_log_probs(logits.flatten(0, 1).log_softmax(1), gate.flatten(), log_copied, targets)
        torch.testing.assert_close(one.exp(), found[:, :, token].flatten().exp(), atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_a_match_is_worth_a_nat_a_token_at_the_start() -> None:
    torch.manual_seed(0)
    copying = Copying(6, 5, 4, size=3, reduction=2)
    source, mask = torch.tensor([[5, 6, 7, 8, 6]]), torch.tensor([[True, True, True, True, False]])
    matches = match_lengths(source, torch.tensor([[2, 5, 6, 7]]))
    readout, keys = torch.randn(1, 4, 6), copying.keys(torch.randn(1, 5, 5), torch.randn(1, 3, 4))
    found, gate = copying(readout, keys, matches, mask)
    torch.testing.assert_close(gate, copying.gate(readout)[..., 0])
    without = copying(readout, keys, torch.zeros_like(matches), mask).scores
    expected = torch.tensor([[0.0] * 4, [0, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 3]])
    torch.testing.assert_close((found - without)[0, :, :4], expected)
    assert (found[..., 4] == -math.inf).all()


@pytest.mark.parametrize("reduction", [1, 2, 3])
@torch.no_grad()
def test_a_key_is_made_of_its_character_and_its_block(reduction) -> None:
    torch.manual_seed(0)
    copying = Copying(6, 5, 4, size=3, reduction=reduction)
    embedded, memory = torch.randn(2, 7, 5), torch.randn(2, -(-7 // reduction), 4)
    keys = copying.keys(embedded, memory)
    for s in range(7):
        expected = copying.character(embedded[:, s]) + copying.block(memory[:, s // reduction])
        torch.testing.assert_close(keys[:, s], expected)


def test_bfloat16_autocast_gives_float32_scores() -> None:
    torch.manual_seed(0)
    copying = Copying(6, 5, 4, size=3, reduction=1)
    matches, mask = torch.zeros(1, 2, 3, dtype=torch.uint8), torch.ones(1, 3, dtype=torch.bool)
    readout, embedded, memory = torch.randn(1, 2, 6), torch.randn(1, 3, 5), torch.randn(1, 3, 4)
    exact = copying(readout, copying.keys(embedded, memory), matches, mask)
    with torch.autocast("cpu", torch.bfloat16):
        rough = copying(readout, copying.keys(embedded, memory), matches, mask)
    for one, other in zip(rough, exact, strict=True):
        assert one.dtype == torch.float32
        torch.testing.assert_close(one, other, atol=0.03, rtol=0.03)
