"""Monotonic beam search: a wider beam never returns a lower score, and a beam of 1 is greedy search.

In the usual beam search all live hypotheses compete for all places, so a wider beam can lose what a narrower
one finds. Here slot k takes the best child that is left among the children of slots 0 to k only (Lemons,
Linares López, Holte and Ruml, "Beam Search: Faster and Monotonic", ICAPS 2022): the slots of a beam of K are,
at every step, the first K of a beam of K + 1, and so are the hypotheses it finishes. A slot whose pick ends
its sentence is dead for one step and may be filled again from the slots below it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from nlpseq.decoding.constraints import Constraints
from nlpseq.decoding.hypotheses import DEAD, Decoded, FinishedHypotheses, LiveHypotheses
from nlpseq.decoding.options import DEFAULT_OPTIONS, DecodingOptions
from nlpseq.decoding.step import StepModel

# Neighbouring tokens of which only the best is looked at first.
GROUP_TOKENS = 64


def best_tokens(log_probs: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` best tokens of each hypothesis; of equal tokens the lower id comes first.

    Shape:
        log_probs: (B, K, V). Returns values and tokens, both (B, K, min(count, V)).

    >>> best_tokens(torch.tensor([[[-3.0, -1.0, -2.0, -1.0]]]), 3)[1]
    tensor([[[1, 3, 2]]])
    """
    # `topk` promises no order among equals, so ties are sorted again; one token more shows a tie at the edge.
    values, tokens = _largest(log_probs, min(count + 1, log_probs.size(-1)))
    tied = ((values[..., 1:] == values[..., :-1]) & (values[..., 1:] > DEAD)).any(-1)
    if bool(tied.any()):
        ranked = log_probs[tied].sort(dim=-1, descending=True, stable=True)
        values[tied] = ranked.values[:, : values.size(-1)]
        tokens[tied] = ranked.indices[:, : values.size(-1)]
    return values[..., :count], tokens[..., :count]


def _largest(log_probs: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """`topk`, faster over a large vocabulary: only the groups of tokens with the largest maxima are searched.

    No value outside of those `count` groups is larger than all of their `count` maxima.
    """
    groups = log_probs.size(-1) // GROUP_TOKENS
    if groups < 4 * count:
        return log_probs.topk(count, dim=-1)
    grouped, rest = log_probs.split([groups * GROUP_TOKENS, log_probs.size(-1) % GROUP_TOKENS], dim=-1)
    grouped = grouped.unflatten(-1, (groups, GROUP_TOKENS))
    best = grouped.amax(-1).topk(count, dim=-1).indices.unsqueeze(-1)  # (B, K, count, 1)
    members = torch.arange(GROUP_TOKENS, device=best.device)
    tokens = torch.cat(
        [
            (best * GROUP_TOKENS + members).flatten(-2),
            torch.arange(groups * GROUP_TOKENS, log_probs.size(-1), device=best.device).expand(*rest.shape),
        ],
        dim=-1,
    )
    values, places = log_probs.gather(-1, tokens).topk(count, dim=-1)
    return values, tokens.gather(-1, places)


def fill_slots(totals: Tensor, beam_size: int) -> Tensor:
    """Fill slots 0, 1, ... in turn, slot k with the best child left among those of parents 0 to k.

    No loop over slots is needed: what the first k slots take is the heaviest basis of a nested matroid. Call
    "room i" i minus the number of better children of parents below i. A child of parent r goes to slot i - 1
    for the first i at which its room exceeds that of all i up to r; if there is none, better children hold
    every slot open to it.

    Shape:
        totals: (B, R, C) log-probability of each child of R parents, -inf for children that may not be taken.
        Returns (B, beam_size) places in the flattened (R * C) children, -1 for slots that stay dead. Equal
        children go by their place.

    >>> fill_slots(torch.tensor([[[-5.0, -7.0], [-1.0, -2.0]]]), beam_size=2)
    tensor([[0, 2]])
    """
    ranked, children = totals.flatten(1).sort(dim=1, descending=True, stable=True)  # (B, R * C)
    parents = (children // totals.size(-1)).unsqueeze(-1)  # (B, R * C, 1)
    widths = torch.arange(beam_size + 1, device=totals.device)
    below = (parents < widths).int()  # (B, R * C, beam_size + 1)
    room = widths - (below.cumsum(dim=1) - below)
    highest = room.cummax(dim=-1).values
    slots = (highest <= highest.gather(-1, parents)).sum(-1) - 1
    slots = slots.masked_fill(ranked == DEAD, beam_size)  # slot `beam_size` gathers what no slot takes
    picks = children.new_full((totals.size(0), beam_size + 1), -1)
    return picks.scatter(1, slots, children)[:, :beam_size]


def may_improve(live: LiveHypotheses, finished: FinishedHypotheses, options: DecodingOptions) -> Tensor:
    """Whether a sentence (B,) can still enter its n best.

    The bound is exact: log-probabilities only fall, no hypothesis is divided by more than its maximum length
    gives, and the coverage penalty is never positive; so stopping here changes no result.

    >>> live = LiveHypotheses.start((torch.zeros(2, 1, 4),), (), bos_id=2, max_lengths=9, prefix=None)
    >>> may_improve(live, FinishedHypotheses(live, n_best=1, eos_id=3, pad_id=0), DEFAULT_OPTIONS)
    tensor([True, True])
    """
    bound = live.log_probs.amax(dim=1) / options.normaliser(live.limits)
    return bound > finished.best.scores[live.rows, -1]


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
    """Find the `options.n_best` best hypotheses of every sentence.

    Live hypotheses compete by log-probability, finished ones by normalised score. What reaches its maximum
    length is cut there and ranked as it is, without an end. A row's result does not depend on the other rows.

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
    live = LiveHypotheses.start(hidden, memory, bos_id=bos_id, max_lengths=max_lengths, prefix=prefix)
    finished = FinishedHypotheses(live, n_best=options.n_best, eos_id=eos_id, pad_id=pad_id)
    constraints = Constraints.of(
        options,
        live.rows.device,
        eos_id=eos_id,
        pad_id=pad_id,
        forbidden_ids=(bos_id, pad_id, *forbidden_ids),
        separator=separator,
    )
    while live.rows.numel():
        output = model.step(live.tokens[..., -1], live.hidden, live.memory)
        log_probs = output.logits.log_softmax(-1, dtype=torch.float32)  # (B, K, V)
        log_probs = constraints.apply(log_probs, live.tokens[..., 1:], live.prefix)
        values, tokens = best_tokens(log_probs, options.beam_size)  # (B, K, C)
        totals = live.log_probs.unsqueeze(-1) + values
        picks = fill_slots(totals, options.beam_size)  # (B, K)
        dead, places = picks < 0, picks.clamp(min=0)
        live.follow(
            output,
            places // values.size(-1),
            tokens.flatten(1).gather(1, places).masked_fill(dead, pad_id),
            totals.flatten(1).gather(1, places).masked_fill(dead, DEAD),
            options,
        )
        finished.collect(live, options)
        live = live.keep(may_improve(live, finished, options))
    return finished.best
