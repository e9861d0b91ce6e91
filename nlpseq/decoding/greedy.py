"""Greedy search: the most probable token at every step, for a whole batch at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from nlpseq.decoding.constraints import Constraints
from nlpseq.decoding.hypotheses import DEAD, Decoded, FinishedHypotheses, LiveHypotheses
from nlpseq.decoding.options import DEFAULT_OPTIONS, DecodingOptions
from nlpseq.decoding.step import StepModel


@torch.inference_mode()
def greedy_search(
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
    """Decode every sentence greedily; the result has one hypothesis a sentence (N = 1).

    A sentence ends with `eos_id` or is cut at its maximum length. Arguments and errors are those of
    `beam_search`, and so is the result with a beam of 1.

    >>> from nlpseq.decoding.step import StepOutput
    >>> class Alphabet:
    ...     def step(self, tokens, hidden, memory):
    ...         following = torch.tensor([0, 4, 0, 0, 5, 6, 3])[tokens]
    ...         return StepOutput(9.0 * torch.nn.functional.one_hot(following, 7), hidden, None)
    >>> hidden = (torch.zeros(2, 1, 1),)
    >>> limits = torch.tensor([9, 2])
    >>> found = greedy_search(Alphabet(), hidden, (), bos_id=1, eos_id=3, pad_id=0, max_lengths=limits)
    >>> found.tokens.tolist(), found.lengths.tolist()
    ([[[4, 5, 6, 3]], [[4, 5, 0, 0]]], [[3], [2]])
    """
    live = LiveHypotheses.start(hidden, memory, bos_id=bos_id, max_lengths=max_lengths, prefix=prefix)
    finished = FinishedHypotheses(live, n_best=1, eos_id=eos_id, pad_id=pad_id)
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
        log_probs = output.logits.log_softmax(-1, dtype=torch.float32)  # (B, 1, V)
        log_probs = constraints.apply(log_probs, live.tokens[..., 1:], live.prefix)
        best, tokens = log_probs.max(dim=-1)  # (B, 1); of equal tokens the first
        live.follow(output, torch.zeros_like(tokens), tokens, live.log_probs + best, options)
        finished.collect(live, options)
        live = live.keep((live.log_probs > DEAD).squeeze(1))
    return finished.best
