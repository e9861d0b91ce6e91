"""The tags of sentences from their emissions, on arrays: what `nlpseq.layers.crf` does on tensors.

B sentences, S tokens, K tags.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# What the network learnt with: a score that makes a path impossible.
IMPOSSIBLE = -1e5


@dataclass(frozen=True)
class CRF:
    """The scores of two neighbouring tags (K + 1, K + 1), number K the edge of a sentence, where they are `allowed`."""

    transitions: np.ndarray
    allowed: np.ndarray

    def decode(self, emissions: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """The best allowed path (B, S) of each sentence (Viterbi 1967).

        >>> crf = CRF(np.zeros((3, 3)), np.ones((3, 3), dtype=bool))
        >>> crf.decode(np.array([[[0.0, 2.0], [1.0, 0.0], [9.0, 9.0]]]), np.array([2])).tolist()
        [[1, 0, 0]]
        """
        start, between, end = self._scores(emissions.dtype)
        mask = np.arange(emissions.shape[1]) < lengths[:, None]
        emissions = np.where(mask[..., None], emissions, 0)
        score, origins = emissions[:, 0] + start, []
        still = np.arange(emissions.shape[2])
        for place in range(1, emissions.shape[1]):
            sums, real = score[:, :, None] + between, mask[:, place, None]
            score = np.where(real, sums.max(axis=1) + emissions[:, place], score)
            origins.append(np.where(real, sums.argmax(axis=1), still))  # padding leads back to the last token
        path = [(score + end).argmax(axis=1)]
        for origin in reversed(origins):
            path.append(_at(origin, path[-1]))
        return np.stack(path[::-1], axis=1) * mask

    def segment_probs(
        self, emissions: np.ndarray, tags: np.ndarray, segments: np.ndarray, lengths: np.ndarray
    ) -> np.ndarray:
        """Probability (N,) that the tokens of each segment (sentence, first, end) have these `tags` (B, S)."""
        if not len(segments):
            return np.zeros(0)
        mask = np.arange(emissions.shape[1]) < lengths[:, None]
        scores = np.where(mask[..., None], emissions, 0).astype(np.float64)
        start, between, end = self._scores(scores.dtype)
        forward, backward = _forward(scores, start, between), self._backward(scores, mask)
        final = forward[np.arange(len(lengths)), lengths - 1] + end
        partition = _log_sum(final, axis=1)
        row, first, last = segments.T
        last = last - 1
        arrivals = np.concatenate([start[tags[:, :1]], between[tags[:, :-1], tags[:, 1:]]], axis=1)
        steps = ((_at(scores, tags) + arrivals) * mask).cumsum(axis=1)
        inside = steps[row, last] - steps[row, first]
        before, after = forward[row, first, tags[row, first]], backward[row, last, tags[row, last]]
        shares: np.ndarray = np.exp(before + inside + after - partition[row])
        return shares

    def _backward(self, scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Summed scores (B, S, K) of what stands behind each tag."""
        _, between, end = self._scores(scores.dtype)
        lengths = mask.sum(axis=1, keepdims=True)
        positions = np.arange(scores.shape[1])
        mirror = np.where(mask, lengths - 1 - positions, positions)[..., None]
        found = _forward(np.take_along_axis(scores, mirror, axis=1), end, between.T)
        mirrored: np.ndarray = np.take_along_axis(found, mirror, axis=1) - scores
        return mirrored

    def _scores(self, kind: np.dtype) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        scores = np.where(self.allowed, self.transitions, IMPOSSIBLE).astype(kind)
        return scores[-1, :-1], scores[:-1, :-1], scores[:-1, -1]


def _forward(scores: np.ndarray, start: np.ndarray, between: np.ndarray) -> np.ndarray:
    """Summed scores (B, S, K) of all paths up to each tag, its emission included."""
    summed = [scores[:, 0] + start]
    for place in range(1, scores.shape[1]):
        summed.append(_log_sum(summed[-1][:, :, None] + between, axis=1) + scores[:, place])
    return np.stack(summed, axis=1)


def _log_sum(values: np.ndarray, axis: int) -> np.ndarray:
    largest = values.max(axis=axis, keepdims=True)
    found: np.ndarray = np.log(np.exp(values - largest).sum(axis=axis)) + largest.squeeze(axis)
    return found


def _at(values: np.ndarray, index: np.ndarray) -> np.ndarray:
    """The value of the last axis at an index for each of the others."""
    return np.take_along_axis(values, index[..., None], axis=-1)[..., 0]
