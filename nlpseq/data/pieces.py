"""A large table or text in several files: its pieces, known by their numbers, are one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from nlpseq.data.textfile import stem_of

# train-00000-of-00002, as the hub has them, or train.0, train_1, train-002.
PIECE = re.compile(r"(?P<stem>.+?)[._-](?P<number>\d+)(?P<of>-of-\d+)?")


def joined(found: Mapping[str, list[Path]], *, files: int) -> dict[str, list[Path]]:
    """Pieces of `files` files each under one stem, in their order, if they are numbered from 0 or 1 without a gap.

    Others are what they are called: test.2016 and test.2018 are two test sets.

    >>> paths = {stem: [Path(f"{stem}.csv")] for stem in ("train.1", "train.2", "test.2016", "dev-00003-of-00009")}
    >>> {stem: len(pieces) for stem, pieces in joined(paths, files=1).items()}
    {'test.2016': 1, 'train': 2, 'dev': 1}
    """
    pieces: dict[str, dict[int, str]] = {}
    for stem, paths in found.items():
        match = PIECE.fullmatch(stem)
        if match and len(paths) == files and match["stem"] not in found:
            pieces.setdefault(match["stem"], {}).setdefault(int(match["number"]), stem)
    whole = dict(found)
    for stem, numbered in pieces.items():
        order = sorted(numbered)
        if "-of-" in numbered[order[0]] or order in (list(range(len(order))), list(range(1, len(order) + 1))):
            whole[stem] = [path for number in order for path in whole.pop(numbered[number])]
    return whole


def are_pieces(paths: Sequence[Path]) -> bool:
    """Whether several files of one stem are the pieces of one."""
    return all(PIECE.fullmatch(stem_of(path)) for path in paths)
