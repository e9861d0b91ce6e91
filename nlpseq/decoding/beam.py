"""Beam search with a torch network: the search of `slots.py` over tensors, which stay where the network is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from nlpseq.decoding.constraints import Constraints
from nlpseq.decoding.hypotheses import DEAD, Children, Decoded, LiveHypotheses
from nlpseq.decoding.options import DEFAULT_OPTIONS, DecodingOptions
from nlpseq.decoding.slots import search
from nlpseq.decoding.step import StepModel

# Neighbouring tokens of which only the best is looked at first, where there are so many numbers that it pays.
GROUP_TOKENS, FEWEST_GROUPED = 64, 65_536


def best_tokens(log_probs: Tensor, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` best tokens of each hypothesis; of equal tokens the lower id comes first.

    Shape:
        log_probs: (B, K, V). Returns values and tokens, both (B, K, min(count, V)).

    >>> best_tokens(torch.tensor([[[-3.0, -1.0, -2.0, -1.0]]]), 3)[1]
    array([[[1, 3, 2]]])
    """
    if count == 1:
        best = log_probs.max(dim=-1, keepdim=True)  # of equal tokens the first
        return _array(best.values), _array(best.indices)
    # `topk` promises no order among equals, so ties are sorted again; one token more shows a tie at the edge.
    values, tokens = (_array(part) for part in _largest(log_probs, min(count + 1, log_probs.size(-1))))
    tied = ((values[..., 1:] == values[..., :-1]) & (values[..., 1:] > DEAD)).any(-1)
    if tied.any():
        rows = torch.from_numpy(tied).to(log_probs.device)
        ranked = log_probs[rows].sort(dim=1, descending=True, stable=True)
        values[tied], tokens[tied] = (_array(part[:, : values.shape[-1]]) for part in ranked)
    return values[..., :count], tokens[..., :count]


def _largest(log_probs: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """`topk`, faster over a large table: only the groups of tokens with the largest maxima are searched.

    No value outside of those `count` groups is larger than all of their `count` maxima.
    """
    *_, vocab_size = log_probs.shape
    groups = vocab_size // GROUP_TOKENS
    if groups < 4 * count or log_probs.numel() < FEWEST_GROUPED:
        return log_probs.topk(count, dim=-1)
    grouped, rest = log_probs.split([groups * GROUP_TOKENS, vocab_size % GROUP_TOKENS], dim=-1)
    grouped = grouped.unflatten(-1, (groups, GROUP_TOKENS))
    best = grouped.amax(-1).topk(count, dim=-1).indices.unsqueeze(-1)  # (B, K, count, 1)
    members = torch.arange(GROUP_TOKENS, device=best.device)
    tokens = torch.cat(
        [
            (best * GROUP_TOKENS + members).flatten(2),
            torch.arange(groups * GROUP_TOKENS, vocab_size, device=best.device).expand(*rest.shape),
        ],
        dim=-1,
    )
    values, places = log_probs.gather(-1, tokens).topk(count, dim=-1)
    return values, tokens.gather(-1, places)


class _TensorSteps:
    """The `Steps` of a `StepModel`; arguments as of `beam_search`."""

    def __init__(
        self,
        model: StepModel,
        hidden: tuple[Tensor, ...],
        memory: tuple[Tensor, ...],
        constraints: Constraints,
        prefix: Tensor | None,
        options: DecodingOptions,
    ) -> None:
        self.model, self.hidden, self.memory = model, hidden, memory
        self.constraints, self.prefix, self.options = constraints, prefix, options

    def step(self, live: LiveHypotheses) -> Children:
        tokens = torch.from_numpy(live.tokens).to(self.constraints.forbidden.device)
        output = self.model.step(tokens[..., -1], self.hidden, self.memory)
        self.hidden = output.hidden
        log_probs = output.logits.log_softmax(-1, dtype=torch.float32)  # (B, K, V)
        log_probs = self.constraints.apply(log_probs, tokens[..., 1:], self.prefix)
        attention = None
        if self.options.coverage_penalty or self.options.return_attention:
            if output.attention is not None:
                attention = _array(output.attention)
            elif self.options.coverage_penalty:
                raise ValueError("coverage_penalty needs a network with attention; set it to 0 for this one")
        return Children(*best_tokens(log_probs, self.options.beam_size), attention)

    def follow(self, parents: np.ndarray) -> None:
        if not self.hidden:
            return
        slots = self.hidden[0].size(1)
        if slots == parents.shape[1] and (parents == np.arange(slots)).all():
            return  # as they are, which in a greedy search is always
        flat = parents + slots * np.arange(len(parents))[:, None]
        index = torch.from_numpy(flat.ravel()).to(self.constraints.forbidden.device)
        self.hidden = tuple(
            part.flatten(0, 1).index_select(0, index).view(*parents.shape, *part.shape[2:]) for part in self.hidden
        )

    def keep(self, index: np.ndarray) -> None:
        rows = torch.from_numpy(index).to(self.constraints.forbidden.device)
        self.hidden = tuple(part.index_select(0, rows) for part in self.hidden)
        self.memory = tuple(part.index_select(0, rows) for part in self.memory)
        self.prefix = None if self.prefix is None else self.prefix.index_select(0, rows)


@torch.inference_mode()
def beam_search(
    model: StepModel,
    hidden: tuple[Tensor, ...],
    memory: tuple[Tensor, ...],
    *,
    bos_id: int,
    eos_id: int,
    pad_id: int,
    max_lengths: Tensor | int,
    options: DecodingOptions = DEFAULT_OPTIONS,
    prefix: Tensor | None = None,
    forbidden_ids: Sequence[int] = (),
    separator: int | None = None,
) -> Decoded:
    """Find the `options.n_best` best hypotheses of every sentence; `slots.py` says how.

    Args:
        model: the network's step.
        hidden: states before the first step, each (B, 1, ...).
        memory: what belongs to a sentence, each (B, ...); () for a network without a source.
        bos_id, eos_id, pad_id: start, end and padding; start and padding are never generated.
        max_lengths: tokens to generate at most, the end included; one number or one a sentence (B,).
        options: the settings of the search.
        prefix: (B, P) tokens that every hypothesis must begin with, filled up with `pad_id` where shorter;
            they count as generated tokens and overrule the other constraints.
        forbidden_ids: further tokens that are never generated, such as the unknown word.
        separator: a token that is generated between others only, such as a blank between words.

    Raises:
        ValueError: tensors disagree on the number of sentences, a maximum length is below 1, or a coverage
            penalty is asked of a network without attention.

    >>> from nlpseq.decoding.step import StepOutput
    >>> class Bigrams:  # greedy takes 4 (0.6) and then the end (0.5); 5 (0.4) and the end (1.0) is better
    ...     def step(self, tokens, hidden, memory):
    ...         probs = torch.tensor([[1.0] * 6, [0, 0, 0, 0, 0.6, 0.4], [1.0] * 6, [1.0] * 6,
    ...                               [0, 0, 0, 0.5, 0.3, 0.2], [0, 0, 0, 1.0, 0, 0]])
    ...         return StepOutput(probs[tokens].log(), hidden, None)
    >>> options = DecodingOptions(beam_size=2, n_best=2)
    >>> found = beam_search(Bigrams(), (torch.zeros(1, 1, 1),), (), bos_id=1, eos_id=3, pad_id=0,
    ...                     max_lengths=7, options=options)
    >>> found.tokens.tolist(), found.log_probs.exp()
    ([[[5, 3], [4, 3]]], tensor([[0.4000, 0.3000]]))
    """
    if not (*hidden, *memory):
        raise ValueError("hidden and memory are both empty: the number of sentences is unknown")
    first = (*hidden, *memory)[0]
    limits = _array(torch.as_tensor(max_lengths))
    limits = np.full(len(first), limits) if limits.ndim == 0 else limits
    per_sentence = [*hidden, *memory] + ([] if prefix is None else [prefix])
    if len(limits) != len(first) or any(len(part) != len(first) for part in per_sentence):
        raise ValueError(f"hidden, memory, max_lengths and prefix must all have {len(first)} rows")
    if (limits < 1).any():
        raise ValueError("max_lengths must be 1 or more")
    constraints = Constraints.of(
        options,
        first.device,
        eos_id=eos_id,
        pad_id=pad_id,
        forbidden_ids=(bos_id, pad_id, *forbidden_ids),
        separator=separator,
    )
    steps = _TensorSteps(model, hidden, memory, constraints, prefix, options)
    found = search(steps, limits, bos_id=bos_id, eos_id=eos_id, pad_id=pad_id, options=options)
    tokens, lengths, log_probs, scores = (torch.from_numpy(part).to(first.device) for part in found[:4])
    attention = None if found.attention is None else torch.from_numpy(found.attention).to(first.device)
    return Decoded(tokens, lengths, log_probs, scores, attention)


def _array(part: Tensor) -> np.ndarray:
    """A tensor on the host; numpy lacks bfloat16."""
    found: np.ndarray = (part.float() if part.dtype == torch.bfloat16 else part).cpu().numpy()
    return found
