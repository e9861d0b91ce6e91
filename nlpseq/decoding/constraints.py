"""Which tokens may come next: small functions that set the log-probability of the others to -inf.

What is left is not renormalised, so a score stays the network's own log-probability of the text. A table of
log-probabilities is large and made anew at each step, so all but `force` work in place, as their names say.
`Constraints` applies all of them in the one order that makes sense; a forced prefix comes last because it
overrules the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from nlpseq.decoding.options import DecodingOptions

NEVER = float("-inf")


def forbid_(log_probs: Tensor, ids: Tensor) -> Tensor:
    """Rule out the tokens `ids` (any number, 1-D int64) everywhere in `log_probs` (B, K, V).

    >>> forbid_(torch.zeros(1, 1, 3), torch.tensor([0, 2]))
    tensor([[[-inf, 0., -inf]]])
    """
    return log_probs.index_fill_(-1, ids, NEVER)


def forbid_end_(log_probs: Tensor, eos_id: int, where: Tensor | None = None) -> Tensor:
    """Rule out the end of the sentence, but not where nothing else is left: a hypothesis must not get stuck.

    Shape:
        log_probs: (B, K, V). where: (B, K) bool, the hypotheses meant; None for all. Returns (B, K, V).

    >>> forbid_end_(torch.tensor([[[-1.0, -2.0], [-1.0, float("-inf")]]]), eos_id=0)
    tensor([[[-inf, -2.],
             [-1., -inf]]])
    """
    end = log_probs[..., eos_id].clone()  # (B, K)
    log_probs[..., eos_id] = NEVER
    stays = log_probs.amax(-1) == NEVER
    if where is not None:
        stays |= ~where
    log_probs[..., eos_id] = end.masked_fill(~stays, NEVER)
    return log_probs


def forbid_repeats_(log_probs: Tensor, history: Tensor, size: int) -> Tensor:
    """Rule out every token that would complete an n-gram of `size` tokens which its hypothesis already holds.

    Shape:
        log_probs: (B, K, V). history: (B, K, T) the tokens so far, without the start. Returns (B, K, V).

    >>> forbid_repeats_(torch.zeros(1, 1, 4), torch.tensor([[[1, 2, 3, 1]]]), size=2)
    tensor([[[0., 0., -inf, 0.]]])
    """
    length = history.size(-1)
    if length < size:
        return log_probs
    ngrams = history.unfold(-1, size, 1)  # (B, K, T - size + 1, size)
    latest = history[..., length - size + 1 :].unsqueeze(-2)  # (B, K, 1, size - 1)
    repeats = (ngrams[..., :-1] == latest).all(-1)
    # Adding 0 or -inf is exact in any order, so one token under several n-grams does no harm.
    penalties = torch.zeros_like(repeats, dtype=log_probs.dtype).masked_fill(repeats, NEVER)
    return log_probs.scatter_add_(-1, ngrams[..., -1], penalties)


def force(allowed: Tensor, log_probs: Tensor, tokens: Tensor, pad_id: int) -> Tensor:
    """Leave a sentence only its forced token, and leave sentences whose token is `pad_id` as `allowed` has
    them.

    Shape:
        allowed: (B, K, V) after the other constraints. log_probs: (B, K, V) before them. tokens: (B,).

    >>> force(torch.zeros(2, 1, 3), torch.full((2, 1, 3), -1.0), torch.tensor([2, 0]), pad_id=0)
    tensor([[[-inf, -inf, -1.]],
    <BLANKLINE>
            [[ 0.,  0.,  0.]]])
    """
    index = tokens.view(-1, 1, 1).expand(-1, log_probs.size(1), 1)
    forced = torch.full_like(log_probs, NEVER).scatter(-1, index, log_probs.gather(-1, index))
    return torch.where((tokens == pad_id).view(-1, 1, 1), allowed, forced)


def forbid_stray_(log_probs: Tensor, history: Tensor, separator: int, eos_id: int) -> Tensor:
    """Rule out a token that separates others where it would stand first, twice in a row or last.

    Shape:
        log_probs: (B, K, V). history: (B, K, T) the tokens so far, without the start. Returns (B, K, V).

    >>> forbid_stray_(torch.zeros(1, 2, 3), torch.tensor([[[2], [0]]]), separator=0, eos_id=1)
    tensor([[[0., 0., 0.],
             [-inf, -inf, 0.]]])
    """
    if history.size(-1) == 0:
        log_probs[..., separator] = NEVER
        return log_probs
    behind = history[..., -1] == separator  # (B, K)
    log_probs[..., separator].masked_fill_(behind, NEVER)
    return forbid_end_(log_probs, eos_id, where=behind)


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """All constraints of one search, applied together at each step.

    Attributes:
        eos_id: the end of the sentence.
        pad_id: marks the free places of a prefix.
        forbidden: (F,) int64, tokens that are never generated, but may stand in a prefix.
        min_length: tokens before the end is allowed.
        no_repeat_ngram_size: see `forbid_repeats_`; 0 switches it off.
        separator: see `forbid_stray_`; None for no such token.

    >>> options = DecodingOptions(min_length=1)
    >>> constraints = Constraints.of(options, torch.device("cpu"), eos_id=1, pad_id=0, forbidden_ids=[0])
    >>> constraints.apply(torch.zeros(1, 1, 3), torch.zeros(1, 1, 0, dtype=torch.long), prefix=None)
    tensor([[[-inf, -inf, 0.]]])
    """

    eos_id: int
    pad_id: int
    forbidden: Tensor
    min_length: int
    no_repeat_ngram_size: int
    separator: int | None = None

    @classmethod
    def of(
        cls,
        options: DecodingOptions,
        device: torch.device,
        *,
        eos_id: int,
        pad_id: int,
        forbidden_ids: Iterable[int],
        separator: int | None = None,
    ) -> Constraints:
        """The constraints that `options` ask for; `eos_id` among `forbidden_ids` is ignored."""
        return cls(
            eos_id=eos_id,
            pad_id=pad_id,
            forbidden=torch.tensor(sorted(set(forbidden_ids) - {eos_id}), dtype=torch.long, device=device),
            min_length=options.min_length,
            no_repeat_ngram_size=options.no_repeat_ngram_size,
            separator=separator,
        )

    def apply(self, log_probs: Tensor, history: Tensor, prefix: Tensor | None) -> Tensor:
        """Mask `log_probs` (B, K, V), in place, given `history` (B, K, T) and the forced `prefix` (B, P), if any."""
        time = history.size(-1)
        if prefix is not None and time < prefix.size(1):
            allowed = self._apply(log_probs.clone(), history)
            return force(allowed, log_probs, prefix[:, time], self.pad_id)
        return self._apply(log_probs, history)

    def _apply(self, log_probs: Tensor, history: Tensor) -> Tensor:
        allowed = forbid_(log_probs, self.forbidden)
        if self.no_repeat_ngram_size:
            allowed = forbid_repeats_(allowed, history, self.no_repeat_ngram_size)
        if history.size(-1) < self.min_length:
            allowed = forbid_end_(allowed, self.eos_id)
        if self.separator is not None:
            allowed = forbid_stray_(allowed, history, self.separator, self.eos_id)
        return allowed
