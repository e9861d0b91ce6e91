"""Every setting of a search in one frozen dataclass, and the score by which finished hypotheses are
ranked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, get_args

import numpy as np

from nlpseq.config.choices import LengthPenalty
from nlpseq.errors import UserError


@dataclass(frozen=True, kw_only=True)
class DecodingOptions:
    """Settings that greedy and beam search share (greedy reads neither `beam_size` nor `n_best`).

    Finished hypotheses are ranked by `log_prob / normaliser(length) + coverage penalty` after Wu et al. 2016,
    "Google's Neural Machine Translation System", section 7.

    Attributes:
        beam_size: live hypotheses a sentence (K).
        n_best: hypotheses to return for a sentence, at most `beam_size`.
        min_length: tokens before the end of the sentence is allowed.
        length_penalty: "gnmt" divides by ((5 + length) / 6) ** alpha, "average" by length ** alpha, "none" by
            1; the length counts generated tokens and the end.
        alpha: strength of the length penalty, 0 or more; with "average", 1 ranks by the mean log-probability.
        coverage_penalty: GNMT's beta, 0 or more; needs a network with attention when it is not 0.
        no_repeat_ngram_size: no hypothesis holds an n-gram of this size twice; 0 allows all.
        return_attention: keep the attention of every returned token.

    Raises:
        UserError: a value is out of its range.

    >>> DecodingOptions(beam_size=3, n_best=2).length_penalty
    'gnmt'
    >>> DecodingOptions(beam_size=2, n_best=3)
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: n_best: 3 hypotheses need a beam_size of 3 or more, not 2
    """

    beam_size: int = 5
    n_best: int = 1
    min_length: int = 0
    length_penalty: LengthPenalty = "gnmt"
    alpha: float = 1.0
    coverage_penalty: float = 0.0
    no_repeat_ngram_size: int = 0
    return_attention: bool = False

    def __post_init__(self) -> None:
        for key in ("beam_size", "n_best", "min_length", "alpha", "coverage_penalty", "no_repeat_ngram_size"):
            lowest = 1 if key in ("beam_size", "n_best") else 0
            if not getattr(self, key) >= lowest:
                raise UserError(f"{key}: must be {lowest} or more, not {getattr(self, key)}")
        if self.n_best > self.beam_size:
            needed = f"need a beam_size of {self.n_best} or more, not {self.beam_size}"
            raise UserError(f"n_best: {self.n_best} hypotheses {needed}")
        if self.length_penalty not in get_args(LengthPenalty):
            raise UserError(f"length_penalty: must be gnmt, average or none, not {self.length_penalty!r}")

    @classmethod
    def of(cls, settings: Any, **others: Any) -> DecodingOptions:
        """Those that a dataclass of settings has, such as a recipe's `decode`, and others.

        >>> from nlpseq.config import DecodeSettings
        >>> DecodingOptions.of(DecodeSettings(beam_size=3, alpha=0.5), n_best=2).alpha
        0.5
        """
        known = {option.name for option in fields(cls)}
        return cls(**{name: value for name, value in asdict(settings).items() if name in known} | others)

    def normaliser(self, lengths: np.ndarray) -> np.ndarray:
        """What a log-probability of `lengths` tokens (any shape, all at least 1) is divided by, float32; grows with
        length.

        >>> DecodingOptions(length_penalty="average", alpha=0.5).normaliser(np.array([1, 4]))
        array([1., 2.], dtype=float32)
        """
        counts, alpha = np.asarray(lengths, np.float32), np.float32(self.alpha)
        if self.length_penalty == "gnmt":
            return ((5 + counts) / 6) ** alpha
        return counts ** (alpha if self.length_penalty == "average" else 0)

    def score(self, log_probs: np.ndarray, lengths: np.ndarray, coverage: np.ndarray | None) -> np.ndarray:
        """The ranking score of hypotheses that end now.

        Shape:
            log_probs: (B, K). lengths: broadcast to (B, K). coverage: (B, K, S) attention summed over the target,
            padding at 1 or more, or None for no coverage penalty. Returns (B, K).

        >>> options = DecodingOptions(length_penalty="none", coverage_penalty=1.0)
        >>> options.score(np.array([[-2.0]]), np.array([[3]]), np.array([[[1.2, 1.0]]]))
        array([[-2.]])
        """
        scores = log_probs / self.normaliser(lengths)
        if coverage is not None:
            with np.errstate(divide="ignore"):
                scores = scores + self.coverage_penalty * np.log(np.minimum(coverage, 1)).sum(-1)
        return scores


DEFAULT_OPTIONS = DecodingOptions()
