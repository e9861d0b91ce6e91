"""Greedy search: the most probable token at every step, for a whole batch at once; a beam of 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from nlpseq.decoding.beam import beam_search
from nlpseq.decoding.hypotheses import Decoded
from nlpseq.decoding.options import DEFAULT_OPTIONS, DecodingOptions
from nlpseq.decoding.step import StepModel


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

    >>> import torch
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
    return beam_search(
        model, hidden, memory,
        bos_id=bos_id, eos_id=eos_id, pad_id=pad_id, max_lengths=max_lengths,
        options=replace(options, beam_size=1, n_best=1),
        prefix=prefix, forbidden_ids=forbidden_ids, separator=separator,
    )  # fmt: skip
