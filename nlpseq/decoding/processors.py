"""What may be sampled next: small processors of logits that compose, and the options that choose them.

A processor is called with the logits (B, V) of the next token and the tokens that each row has generated so far
(B, T), the latest last, and returns logits (B, V), -inf where a token is ruled out. At least one token is always left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from nlpseq.errors import UserError

if TYPE_CHECKING:
    from torch import Tensor

NEVER = float("-inf")


class LogitsProcessor(Protocol):
    """Anything that turns logits (B, V) into logits (B, V), given the generated tokens (B, T)."""

    def __call__(self, logits: Tensor, generated: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class RepetitionPenalty:
    """Make the tokens among the last `window` generated ones less probable (Keskar et al. 2019, section 4.1).

    The paper divides their logits by `penalty`. Logits are known up to a constant only, and so would be its effect;
    here the log-probability, which is never positive, is multiplied instead.

    >>> import torch
    >>> log_probs = RepetitionPenalty(2.0, window=9)(torch.zeros(1, 2), torch.tensor([[1, 1]]))
    >>> log_probs.exp()
    tensor([[0.5000, 0.2500]])
    """

    penalty: float
    window: int

    def __call__(self, logits: Tensor, generated: Tensor) -> Tensor:
        log_probs = logits.log_softmax(-1)
        recent = generated[:, -self.window :]
        return log_probs.scatter(1, recent, log_probs.gather(1, recent) * self.penalty)


@dataclass(frozen=True)
class Temperature:
    """Divide the logits by `temperature`: below 1 sharper, above 1 flatter.

    >>> import torch
    >>> Temperature(0.5)(torch.tensor([[1.0, 3.0]]), torch.zeros(1, 0))
    tensor([[2., 6.]])
    """

    temperature: float

    def __call__(self, logits: Tensor, generated: Tensor) -> Tensor:
        return logits / self.temperature


@dataclass(frozen=True)
class TopK:
    """Keep the `k` most probable tokens (Fan et al. 2018, section 5); of equal ones the lower id.

    >>> import torch
    >>> TopK(2)(torch.tensor([[1.0, 3.0, 1.0]]), torch.zeros(1, 0))
    tensor([[1., 3., -inf]])
    """

    k: int

    def __call__(self, logits: Tensor, generated: Tensor) -> Tensor:
        if self.k >= logits.size(1):
            return logits
        order = logits.sort(dim=-1, descending=True, stable=True).indices
        return logits.scatter(1, order[:, self.k :], NEVER)


@dataclass(frozen=True)
class TopP:
    """Keep the fewest most probable tokens whose probabilities sum to `p` or more (Holtzman et al. 2020, section 3.1).

    >>> import torch
    >>> TopP(0.7)(torch.tensor([[0.2, 0.5, 0.3]]).log(), torch.zeros(1, 0)).exp()
    tensor([[0.0000, 0.5000, 0.3000]])
    """

    p: float

    def __call__(self, logits: Tensor, generated: Tensor) -> Tensor:
        ranked, order = logits.sort(dim=-1, descending=True, stable=True)
        probs = ranked.softmax(-1)
        # What stands before a token in the ranking, not what includes it: the token that reaches p is kept.
        ranked = ranked.masked_fill(probs.cumsum(-1) - probs >= self.p, NEVER)
        return logits.scatter(1, order, ranked)


@dataclass(frozen=True)
class MinP:
    """Keep the tokens at least `p` times as probable as the most probable one (Nguyen et al. 2024, section 3).

    >>> import torch
    >>> MinP(0.5)(torch.tensor([[0.6, 0.3, 0.1]]).log(), torch.zeros(1, 0)).exp()
    tensor([[0.6000, 0.3000, 0.0000]])
    """

    p: float

    def __call__(self, logits: Tensor, generated: Tensor) -> Tensor:
        return logits.masked_fill(logits < logits.amax(-1, keepdim=True) + math.log(self.p), NEVER)


@dataclass(frozen=True, kw_only=True)
class SamplingOptions:
    """Settings of sampling; the defaults draw from the network's own distribution.

    They apply in this order: repetition penalty, temperature, top-k, top-p, min-p.

    Attributes:
        temperature: divides the logits; 0 is the greedy choice, and so is a `top_k` of 1.
        top_k: keep the k best tokens; 0 keeps all.
        top_p: keep the most probable tokens that make up this share, above 0; 1 keeps all.
        min_p: keep tokens at least this times as probable as the best; 0 keeps all.
        repetition_penalty: 1 or more; what multiplies the log-probability of tokens generated lately.
        repetition_window: how many of the last generated tokens are penalised, 1 or more.

    Raises:
        UserError: a value is out of its range.

    >>> SamplingOptions(temperature=0.8, top_k=20).processors()
    (Temperature(temperature=0.8), TopK(k=20))
    >>> SamplingOptions(top_p=0)
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: top_p: must be above 0 and at most 1, not 0
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    repetition_window: int = 64

    def __post_init__(self) -> None:
        ranges = {
            "temperature": (self.temperature == 0 or 1e-3 <= self.temperature < math.inf, "0, or 0.001 or more"),
            "top_k": (self.top_k >= 0, "0 or more"),
            "top_p": (0 < self.top_p <= 1, "above 0 and at most 1"),
            "min_p": (0 <= self.min_p <= 1, "from 0 to 1"),
            "repetition_penalty": (1 <= self.repetition_penalty < math.inf, "1 or more"),
            "repetition_window": (self.repetition_window >= 1, "1 or more"),
        }
        for key, (fits, expected) in ranges.items():
            if not fits:
                raise UserError(f"{key}: must be {expected}, not {getattr(self, key)}")

    def window(self) -> int:
        """How many generated tokens the processors want to see."""
        return self.repetition_window if self.repetition_penalty != 1 else 0

    def processors(self) -> tuple[LogitsProcessor, ...]:
        """The processors that change anything, in their order."""
        wanted: tuple[tuple[bool, LogitsProcessor], ...] = (
            (self.repetition_penalty != 1, RepetitionPenalty(self.repetition_penalty, self.repetition_window)),
            (self.temperature not in (0, 1), Temperature(self.temperature)),
            (self.top_k > 0 or self.temperature == 0, TopK(self.top_k if self.temperature else 1)),
            (self.top_p < 1, TopP(self.top_p)),
            (self.min_p > 0, MinP(self.min_p)),
        )
        return tuple(processor for on, processor in wanted if on)


DEFAULT_SAMPLING = SamplingOptions()
