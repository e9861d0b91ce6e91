"""A linear-chain conditional random field (Lafferty et al. 2001): scores of whole tag sequences, all in log space.

B sentences, S tokens, K tags. Nothing loops over sentences; every algorithm is one loop over time of kernels on
(B, K, K). The backward scores are the forward ones of the mirrored sentences with transposed transitions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from nlpseq.layers.packing import Lengths, integer_lengths

# Added to a score it makes a path impossible, and unlike infinity it leaves every gradient a number.
_IMPOSSIBLE = -1e5


class BestPaths(NamedTuple):
    """`tags` (B, S) int64, 0 on padding, and `scores` (B,), not normalised."""

    tags: Tensor
    scores: Tensor


class LinearChainCRF(nn.Module):
    """Scores of tag sequences: an emission for each token's tag and a transition between each two tags.

    Args:
        num_tags: K.
        allowed: (K + 1, K + 1), True where the second tag may follow the first; number K is the edge of a sentence, so
            that the last row says which tags may begin one and the last column which may end one. None allows all.

    Shape:
        emissions (B, S, K), floating point, lengths (B,), a tensor or a list, each from 1 to S; None is S for all.

    Raises:
        ValueError: shapes that do not fit, lengths not from 1 to S, or `allowed` that lets no tag begin or end.

    What stands on padding is never read. Half precision is computed in float32.

    >>> crf = LinearChainCRF(2)
    >>> emissions = torch.tensor([[[0.0, 2.0], [1.0, 0.0], [9.0, 9.0]]])
    >>> crf.decode(emissions, [2]).tags.tolist()
    [[1, 0, 0]]
    >>> [round(share, 4) for share in crf.marginals(emissions, [2])[0, 0].tolist()]
    [0.1192, 0.8808]
    """

    allowed: Tensor

    def __init__(self, num_tags: int, *, allowed: Sequence[Sequence[bool]] | None = None) -> None:
        super().__init__()
        if num_tags < 1:
            raise ValueError(f"num_tags must be 1 or more, not {num_tags}")
        edge = num_tags + 1
        rows = [[True] * edge] * edge if allowed is None else [[bool(may) for may in row] for row in allowed]
        if {len(rows), *map(len, rows)} != {edge}:
            raise ValueError(f"allowed must be of shape {(edge, edge)} for {num_tags} tags, not of {len(rows)} rows")
        if not (any(rows[-1][:-1]) and any(row[-1] for row in rows[:-1])):
            raise ValueError("allowed lets no tag begin, or no tag end, a sentence")
        self.num_tags = num_tags
        self.transitions = nn.Parameter(torch.zeros(edge, edge))  # as `allowed`; the last number is never read
        self.register_buffer("allowed", torch.tensor(rows), persistent=False)  # it follows from the tags

    def log_likelihood(self, emissions: Tensor, tags: Tensor, lengths: Lengths | None = None) -> Tensor:
        """Log-probability (B,) of the `tags` (B, S).

        Raises:
            ValueError: tags of another shape, unknown ones, or a transition among them that is not allowed.
        """
        emissions, mask = self._checked(emissions, lengths)
        tags = self._checked_tags(tags, mask)
        start, between, end = self._scores(emissions)
        last = mask.sum(1) - 1
        path = _path_scores(emissions, tags, mask, start, between).sum(1) + end[_at(tags, last)]
        return path - self._log_partition(_forward(emissions, start, between), last, end)

    def log_partition(self, emissions: Tensor, lengths: Lengths | None = None) -> Tensor:
        """Logarithm (B,) of the summed exponentials of the scores of all allowed paths."""
        emissions, mask = self._checked(emissions, lengths)
        start, between, end = self._scores(emissions)
        return self._log_partition(_forward(emissions, start, between), mask.sum(1) - 1, end)

    def decode(self, emissions: Tensor, lengths: Lengths | None = None) -> BestPaths:
        """The best allowed path of each sentence (Viterbi 1967)."""
        emissions, mask = self._checked(emissions, lengths)
        start, between, end = self._scores(emissions)
        score = emissions[:, 0] + start  # (B, K)
        still = torch.arange(self.num_tags, device=emissions.device)
        origins = []
        for emission, real in zip(emissions.unbind(1)[1:], mask.unbind(1)[1:], strict=True):
            best, origin = (score.unsqueeze(2) + between).max(1)  # (B, K)
            score = torch.where(real.unsqueeze(1), best + emission, score)
            origins.append(torch.where(real.unsqueeze(1), origin, still))  # padding leads back to the last token
        scores, tag = (score + end).max(1)
        path = [tag]
        for origin in reversed(origins):
            path.append(_at(origin, path[-1]))
        return BestPaths(torch.stack(path[::-1], dim=1) * mask, scores)

    def marginals(self, emissions: Tensor, lengths: Lengths | None = None) -> Tensor:
        """Probability (B, S, K) of each tag of each token, over all allowed paths; 0 on padding."""
        emissions, mask = self._checked(emissions, lengths)
        forward, backward, _ = self._both_ways(emissions.double(), mask)
        # Of each token they sum to the partition but for rounding, which this keeps out of their sum.
        return (forward + backward).softmax(2).to(emissions.dtype) * mask.unsqueeze(2)

    def segment_log_probs(
        self, emissions: Tensor, tags: Tensor, segments: Tensor, lengths: Lengths | None = None
    ) -> Tensor:
        """Log-probability (N,) that the tokens of each segment have these `tags` (B, S), whatever the others have.

        Under BIOES tags that is the probability of an entity, exactly: its tags say where it begins and ends.

        Shape:
            segments (N, 3): sentence, first token, and the token behind the last one.

        Raises:
            ValueError: as `log_likelihood`, or a segment that is empty or not inside of its sentence.
        """
        emissions, mask = self._checked(emissions, lengths)
        tags = self._checked_tags(tags, mask)
        if not len(segments):
            return emissions.new_zeros(0)
        row, first, last = segments.to(emissions.device).unbind(1)
        last = last - 1
        if bool(((first < 0) | (last < first) | (last >= mask.sum(1)[row])).any()):
            raise ValueError("a segment must hold one token or more, all of them inside of its sentence")
        double = emissions.double()
        start, between, _ = self._scores(double)
        forward, backward, log_partition = self._both_ways(double, mask)
        steps = _path_scores(double, tags, mask, start, between).cumsum(1)  # (B, S)
        inside = steps[row, last] - steps[row, first]
        before, after = forward[row, first, tags[row, first]], backward[row, last, tags[row, last]]
        return (before + inside + after - log_partition[row]).to(emissions.dtype)

    def _both_ways(self, emissions: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Summed scores (B, S, K) up to each tag, its emission included, and behind it; and of all paths (B,).

        They grow with the sentence, and probabilities are their small differences: float32 loses these of long ones.
        """
        start, between, end = self._scores(emissions)
        lengths = mask.sum(1, keepdim=True)  # (B, 1)
        positions = torch.arange(emissions.size(1), device=emissions.device)
        mirror = torch.where(mask, lengths - 1 - positions, positions).unsqueeze(2).expand_as(emissions)
        forward = _forward(emissions, start, between)
        backward = _forward(emissions.gather(1, mirror), end, between.T).gather(1, mirror)
        return forward, backward - emissions, self._log_partition(forward, lengths[:, 0] - 1, end)

    def _log_partition(self, forward: Tensor, last: Tensor, end: Tensor) -> Tensor:
        return (forward[torch.arange(len(last), device=last.device), last] + end).logsumexp(1)

    def _scores(self, emissions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of the first tag (K,), of two neighbours (K, K) and of the last tag (K,)."""
        scores = self.transitions.to(emissions.dtype).masked_fill(~self.allowed, _IMPOSSIBLE)
        return scores[-1, :-1], scores[:-1, :-1], scores[:-1, -1]

    def _checked(self, emissions: Tensor, lengths: Lengths | None) -> tuple[Tensor, Tensor]:
        """Emissions, 0 on padding, and the mask (B, S) of the tokens."""
        if emissions.dim() != 3 or emissions.size(2) != self.num_tags or not emissions.size(1):
            raise ValueError(f"emissions must be of shape (B, S, {self.num_tags}), not {tuple(emissions.shape)}")
        batch, steps, _ = emissions.shape
        emissions = emissions if emissions.dtype == torch.float64 else emissions.float()
        if lengths is None:
            return emissions, torch.ones(batch, steps, dtype=torch.bool, device=emissions.device)
        found = integer_lengths(lengths)
        if found.shape != (batch,):
            raise ValueError(f"lengths must be {batch} numbers, one a row, not of shape {tuple(found.shape)}")
        if batch and (int(found.min()) < 1 or int(found.max()) > steps):
            raise ValueError(f"lengths must be from 1 to {steps}, not {int(found.min())} to {int(found.max())}")
        mask = torch.arange(steps, device=emissions.device) < found.to(emissions.device).unsqueeze(1)
        return emissions.masked_fill(~mask.unsqueeze(2), 0.0), mask

    def _checked_tags(self, tags: Tensor, mask: Tensor) -> Tensor:
        if tags.shape != mask.shape:
            raise ValueError(f"tags must be of shape {tuple(mask.shape)}, not {tuple(tags.shape)}")
        tags = tags.masked_fill(~mask, 0)
        if bool(((tags < 0) | (tags >= self.num_tags)).any()):
            raise ValueError(f"tags must be from 0 to {self.num_tags - 1}")
        ends = _at(tags, mask.sum(1) - 1)
        within = self.allowed[tags[:, :-1], tags[:, 1:]] | ~mask[:, 1:]
        if not bool(self.allowed[-1][tags[:, 0]].all() & within.all() & self.allowed[ends, -1].all()):
            raise ValueError("the tags make a transition that is not allowed; convert them to the scheme of `allowed`")
        return tags


def _forward(emissions: Tensor, start: Tensor, between: Tensor) -> Tensor:
    """Summed scores (B, S, K) of all paths up to each tag, its emission included; on padding it goes on over zeros."""
    summed = [emissions[:, 0] + start]
    for emission in emissions.unbind(1)[1:]:
        summed.append((summed[-1].unsqueeze(2) + between).logsumexp(1) + emission)
    return torch.stack(summed, dim=1)


def _path_scores(emissions: Tensor, tags: Tensor, mask: Tensor, start: Tensor, between: Tensor) -> Tensor:
    """What each token adds (B, S) to the score of the path: its emission and the transition to it; 0 on padding."""
    arrivals = torch.cat([start[tags[:, :1]], between[tags[:, :-1], tags[:, 1:]]], dim=1)
    return (_at(emissions, tags) + arrivals) * mask


def _at(values: Tensor, index: Tensor) -> Tensor:
    """The value of the last dimension at an index for each of the others."""
    return values.gather(-1, index.unsqueeze(-1)).squeeze(-1)
