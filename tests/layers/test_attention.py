"""Scores are the formulas of their papers, weights are a distribution over the tokens, padding has none of it."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from nlpseq.layers import attention as attention_module
from nlpseq.layers.attention import Attention

SCORES = ["dot", "general", "additive"]
BATCH, STEPS, TOKENS, QUERY = 3, 4, 6, 5
MASK = torch.arange(TOKENS) < torch.tensor([[6], [1], [3]])

each_score = pytest.mark.parametrize("score", SCORES)


def build(score: str) -> tuple[Attention, Tensor, Tensor]:
    """An attention, queries (B, T, Q) and a memory (B, S, M) of another size where the score allows it."""
    torch.manual_seed(0)
    memory_size = QUERY if score == "dot" else 7
    attention = Attention(QUERY, memory_size, score=score, attention_size=8)  # type: ignore[arg-type]
    return attention, torch.randn(BATCH, STEPS, QUERY), torch.randn(BATCH, TOKENS, memory_size)


def energy(attention: Attention, query: Tensor, memory: Tensor) -> float:
    """The score of one query (Q,) and one memory vector (M,), written out."""
    if attention.score == "dot":
        return sum(q * m for q, m in zip(query.tolist(), memory.tolist(), strict=True)) / math.sqrt(QUERY)
    if attention.score == "general":
        return float(query @ (attention.keys.weight @ memory)) / math.sqrt(QUERY)
    projected = attention.query_proj.weight @ query + attention.query_proj.bias
    return float(attention.energy.weight[0] @ torch.tanh(projected + attention.keys.weight @ memory))


@each_score
@torch.no_grad()
def test_weights_and_context_are_those_of_the_formula(score) -> None:
    attention, query, memory = build(score)
    context, weights = attention(query, attention.keys(memory), memory, MASK)
    for b in range(BATCH):
        length = int(MASK[b].sum())
        for t in range(STEPS):
            scores = [math.exp(energy(attention, query[b, t], memory[b, s])) for s in range(length)]
            expected = torch.tensor([value / sum(scores) for value in scores])
            torch.testing.assert_close(weights[b, t, :length], expected, atol=1e-6, rtol=1e-5)
            torch.testing.assert_close(context[b, t], expected @ memory[b, :length], atol=1e-6, rtol=1e-5)


@each_score
def test_weights_sum_to_one_and_are_exactly_zero_on_padding(score) -> None:
    attention, query, memory = build(score)
    weights = attention(30 * query, attention.keys(memory), memory, MASK).weights
    torch.testing.assert_close(weights.sum(-1), torch.ones(BATCH, STEPS))
    assert not weights.masked_select(~MASK.unsqueeze(1)).any()
    torch.testing.assert_close(weights[1, :, 0], torch.ones(STEPS))  # the only token there is


@each_score
def test_a_masked_row_is_the_shorter_row(score) -> None:
    attention, query, memory = build(score)
    whole = attention(query, attention.keys(memory), memory, MASK)
    for b in range(BATCH):
        row = memory[b : b + 1, : int(MASK[b].sum())]
        alone = attention(query[b : b + 1], attention.keys(row), row, torch.ones(row.shape[:2], dtype=torch.bool))
        torch.testing.assert_close(whole.context[b], alone.context[0], atol=1e-6, rtol=1e-6)
        torch.testing.assert_close(whole.weights[b, :, : row.size(1)], alone.weights[0], atol=1e-6, rtol=1e-6)


@each_score
def test_steps_do_not_see_each_other(score) -> None:
    attention, query, memory = build(score)
    keys = attention.keys(memory)
    whole = attention(query, keys, memory, MASK)
    for t in range(STEPS):
        step = attention(query[:, t : t + 1], keys, memory, MASK)
        torch.testing.assert_close(step.context[:, 0], whole.context[:, t], atol=1e-6, rtol=1e-6)


@each_score
def test_bfloat16_autocast_keeps_a_distribution(score) -> None:
    attention, query, memory = build(score)
    exact = attention(query, attention.keys(memory), memory, MASK)
    with torch.autocast("cpu", torch.bfloat16):
        rough = attention(query, attention.keys(memory), memory, MASK)
    assert rough.weights.dtype == torch.float32
    torch.testing.assert_close(rough.weights.sum(-1), torch.ones(BATCH, STEPS))
    torch.testing.assert_close(rough.weights, exact.weights, atol=0.03, rtol=0.03)
    torch.testing.assert_close(rough.context.float(), exact.context, atol=0.05, rtol=0.05)
    assert not rough.weights.masked_select(~MASK.unsqueeze(1)).any()


def test_dot_needs_equal_sizes() -> None:
    with pytest.raises(ValueError, match="query 5 and memory 7"):
        Attention(5, 7, score="dot")


def test_an_unknown_score_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'mlp'; choose one of dot, general, additive"):
        Attention(5, 5, score="mlp")  # type: ignore[arg-type]


def test_a_long_pair_is_attended_to_in_parts_with_the_same_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    attention, query, memory = build("additive")
    found = []
    for cells in (attention_module.MOST_CELLS, 3 * BATCH * TOKENS * 8, 1):  # all steps at once, three, one
        monkeypatch.setattr(attention_module, "MOST_CELLS", cells)
        attention.zero_grad()
        inputs = [part.clone().requires_grad_() for part in (query, memory)]
        context, weights = attention(inputs[0], attention.keys(inputs[1]), inputs[1], MASK)
        context.pow(2).sum().backward()
        gradients = [part.grad for part in (*inputs, *attention.parameters())]
        found.append([context, weights, *gradients])
    for part in found[1:]:
        torch.testing.assert_close(part, found[0], atol=1e-5, rtol=1e-5)
