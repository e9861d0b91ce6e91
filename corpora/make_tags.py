"""Write the tagged sentences: `python make_tags.py [FOLDER]`, this folder unless told otherwise.

The same files come out each time. Names and sentence patterns belong by their hash to training, validation or test, so
that the last two hold names that no training sentence shows.
"""

from __future__ import annotations

import hashlib
import random
import sys
from pathlib import Path

from stories_grammar import Teller
from tags_grammar import Sentence, Templates, sentence
from tags_names import EntityNames

SEED = 6
SIZES = {"train": 6_000, "validation": 500, "test": 500}
MIN_TOKENS, MAX_TOKENS = 5, 35  # of a sentence


ABBREVIATIONS = {"Co.", "GmbH", "Ltd"}  # a full stop right behind them is not a token of its own


def fits(candidate: Sentence) -> bool:
    """Whether the length is one that is asked for, and the end can be parted in one way only."""
    in_size = MIN_TOKENS <= len(candidate.tokens) <= MAX_TOKENS
    return in_size and not (candidate.tokens[-1] == "." and candidate.tokens[-2] in ABBREVIATIONS)


def corpus(seed: int = SEED) -> dict[str, list[Sentence]]:
    """The three splits; no sentence twice."""
    splits: dict[str, list[Sentence]] = {}
    seen: set[tuple[str, ...]] = set()
    for number, (split, size) in enumerate(SIZES.items()):
        teller = Teller(random.Random(seed + number), {})
        names, templates = EntityNames(teller.rng, split), Templates(split)
        drawn = splits[split] = []
        while len(drawn) < size:
            candidate = sentence(teller, names, templates)
            if fits(candidate) and candidate.tokens not in seen:
                seen.add(candidate.tokens)
                drawn.append(candidate)
    return splits


def write(folder: Path, splits: dict[str, list[Sentence]]) -> list[Path]:
    """A token, a tab and its tag a line, an empty line behind each sentence; one file a split."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for split, drawn in splits.items():
        path = folder / f"{split}.conll"
        blocks = ("".join(f"{token}\t{tag}\n" for token, tag in zip(s.tokens, s.tags, strict=True)) for s in drawn)
        path.write_bytes("".join(f"{block}\n" for block in blocks).encode())
        paths.append(path)
    return paths


def main(folder: Path) -> None:
    """Write the files and their lines of sums beside them."""
    paths = write(folder / "entities", corpus())
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  entities/{path.name}\n" for path in paths)
    sums_path = folder / "SHA256SUMS"
    others = sums_path.read_text().splitlines(keepends=True) if sums_path.exists() else []
    kept = [line for line in others if "  entities/" not in line]
    sums_path.write_text("".join([*kept, *sums]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
