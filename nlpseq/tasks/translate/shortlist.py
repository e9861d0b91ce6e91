"""Which target tokens a source may be translated to: a table that is learnt from the training pairs.

With it the search scores some hundred candidates instead of the whole vocabulary (Jean et al. 2015, section 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from nlpseq.config.translate import LARGEST_SHORTLIST
from nlpseq.data.encode import Ragged
from nlpseq.errors import UserError
from nlpseq.files import atomic_path
from nlpseq.text import SPECIALS

SHORTLIST_FILE = "shortlist.safetensors"
COMMON = 200  # of the most frequent target tokens, which any source may give
ROUNDS = 4
# Source tokens times target tokens, over all pairs, that the table is learnt from.
MOST_CELLS = 8_000_000


@dataclass(frozen=True)
class Shortlist:
    """The likely target tokens of each source token, and the most frequent ones of all.

    Shape: candidates (source vocabulary, N) int32, the likeliest first, -1 where there are no more; common (C,) int32.

    >>> src, tgt = (Ragged(np.array(ids), np.array([0, 2, 4, 5])) for ids in ([5, 6, 5, 7, 6], [9, 8, 9, 7, 8]))
    >>> shortlist = Shortlist.of(src, tgt, src_size=8, tgt_size=10)
    >>> shortlist.candidates[[5, 6], :1].tolist()
    [[9], [8]]
    >>> Shortlist(shortlist.candidates, shortlist.common[:1]).ids([6], 1).tolist()  # with the most frequent one, 8
    [0, 1, 2, 3, 8]
    """

    candidates: np.ndarray
    common: np.ndarray

    @classmethod
    def of(cls, src: Ragged, tgt: Ragged, *, src_size: int, tgt_size: int) -> Shortlist:
        """Learn p(target token | source token) by IBM model 1 (Brown et al. 1993) from pairs all over the text."""
        source, target, position = _cells(src, tgt)
        keys, kind = np.unique(source.astype(np.int64) * tgt_size + target, return_inverse=True)
        del source, target
        given, written = np.divmod(keys, tgt_size)
        probability = np.ones(len(keys))
        for _ in range(ROUNDS):
            share = probability[kind]
            share /= np.bincount(position, share)[position]
            counts = np.bincount(kind, share)
            probability = counts / np.bincount(given, counts)[given]
        best = np.lexsort((-probability, given))
        given, written = given[best], written[best]
        rank = np.arange(len(given)) - np.searchsorted(given, given)
        kept = rank < LARGEST_SHORTLIST
        candidates = np.full((src_size, LARGEST_SHORTLIST), -1, dtype=np.int32)
        candidates[given[kept], rank[kept]] = written[kept]
        frequent = np.argsort(-tgt.counts(tgt_size), kind="stable")
        return cls(candidates, frequent[:COMMON].astype(np.int32))

    def ids(self, tokens: list[int], count: int) -> np.ndarray:
        """What sources of these tokens may be translated to, `count` candidates each: int64 ids, rising.

        The special tokens are among them, and keep their numbers: they are the lowest.
        """
        found = [self.candidates[np.unique(tokens), :count].ravel(), self.common, np.arange(len(SPECIALS))]
        ids = np.unique(np.concatenate(found)).astype(np.int64)
        return ids[ids >= 0]

    def save(self, folder: Path) -> None:
        """Write `shortlist.safetensors`."""
        with atomic_path(folder / SHORTLIST_FILE) as beside:
            beside.write_bytes(save({"candidates": self.candidates, "common": self.common}))

    @classmethod
    def load(cls, folder: Path, *, src_size: int, tgt_size: int) -> Shortlist | None:
        """What `save` wrote; None if there is none.

        Raises:
            UserError: it is damaged, or of other vocabularies.
        """
        path = folder / SHORTLIST_FILE
        if not path.is_file():
            return None
        try:
            found = load_file(path)
            candidates, common = found["candidates"], found["common"]
            if not candidates.dtype == common.dtype == np.int32 or candidates.shape != (src_size, LARGEST_SHORTLIST):
                raise ValueError("of another shape")
            if common.ndim != 1 or max(candidates.max(), common.max(initial=0)) >= tgt_size:
                raise ValueError("of another vocabulary")
        except (SafetensorError, KeyError, ValueError, OSError) as error:
            raise UserError(f"{path}: damaged ({error}); make the model again, or get it again") from error
        return cls(candidates, common)


def _cells(src: Ragged, tgt: Ragged) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each source token with each target token of its pair: their ids, and the number of the target's position."""
    lengths = np.stack([np.diff(side.offsets) for side in (src, tgt)]).astype(np.int64)  # (2, pairs)
    pairs = np.arange(0, lengths.shape[1], max(1, -(-int(lengths.prod(0).sum()) // MOST_CELLS)))
    of_pair = lengths[:, pairs].prod(0)
    pair = np.repeat(pairs, of_pair)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(of_pair) - of_pair, of_pair)
    row, column = np.divmod(place, lengths[1, pair])
    position = tgt.offsets[pair] + column
    return src.values[src.offsets[pair] + row], tgt.values[position], position
