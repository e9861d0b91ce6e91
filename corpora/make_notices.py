"""Write the notices and their headlines: `python make_notices.py [FOLDER]`, this folder unless told otherwise.

The same files come out each time. Every made-up name belongs by its hash to training, validation or test, so that
the headlines of the last two ask for names that no training notice shows.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from pathlib import Path

from notices_grammar import KINDS, Notice, notice, sentences
from notices_names import Names
from stories_grammar import Teller

SEED = 4
SIZES = {"train": 6_000, "validation": 300, "test": 300}
MIN_CHARACTERS, MAX_CHARACTERS = 300, 700  # of a document
MIN_SENTENCES, MAX_SENTENCES = 3, 7
MIN_WORDS, MAX_WORDS = 5, 12  # of a summary


def fits(drawn: Notice) -> bool:
    """Whether the sizes are those that are asked for."""
    return (
        MIN_CHARACTERS <= len(drawn.document) <= MAX_CHARACTERS
        and MIN_SENTENCES <= sentences(drawn.document) <= MAX_SENTENCES
        and MIN_WORDS <= len(drawn.summary.split()) <= MAX_WORDS
    )


def new_notice(teller: Teller, names: Names, seen: set[str]) -> Notice:
    """A notice that fits and that has not been seen, of each kind as often as of any other."""
    kind = teller.draw(range(len(KINDS)))
    while True:
        candidate = notice(teller, names, kind)
        if fits(candidate) and not seen & {candidate.document, candidate.summary}:
            seen |= {candidate.document, candidate.summary}
            return candidate


def corpus(seed: int = SEED) -> dict[str, list[Notice]]:
    """The three splits; no document and no summary twice."""
    splits: dict[str, list[Notice]] = {}
    seen: set[str] = set()
    for number, (split, size) in enumerate(SIZES.items()):
        teller = Teller(random.Random(seed + number), {})
        names = Names(teller.rng, split)
        drawn = splits[split] = []
        while len(drawn) < size:
            drawn.append(new_notice(teller, names, seen))
    return splits


def write(folder: Path, splits: dict[str, list[Notice]]) -> list[Path]:
    """One JSON object a line, one file a split."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for split, drawn in splits.items():
        path = folder / f"{split}.jsonl"
        lines = (json.dumps({"document": one.document, "summary": one.summary}) + "\n" for one in drawn)
        path.write_bytes("".join(lines).encode())
        paths.append(path)
    return paths


def main(folder: Path) -> None:
    """Write the files and their lines of sums beside them."""
    paths = write(folder / "notices", corpus())
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  notices/{path.name}\n" for path in paths)
    sums_path = folder / "SHA256SUMS"
    others = sums_path.read_text().splitlines(keepends=True) if sums_path.exists() else []
    kept = [line for line in others if "  notices/" not in line]
    sums_path.write_text("".join([*kept, *sums]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
