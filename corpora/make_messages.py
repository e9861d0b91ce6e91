"""Write the messages and their labels: `python make_messages.py [FOLDER]`, this folder unless told otherwise.

The same files come out each time. The things that are sold belong by their hash to training, validation or test, so
that the last two hold some that no training message shows.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from pathlib import Path

from messages_writer import Message, items, message
from notices_names import owner
from stories_grammar import Teller

SEED = 8
SIZES = {"train": 6_000, "validation": 500, "test": 500}


def corpus(seed: int = SEED) -> dict[str, list[Message]]:
    """The three splits; no message twice."""
    splits: dict[str, list[Message]] = {}
    seen: set[str] = set()
    for number, (split, size) in enumerate(SIZES.items()):
        teller = Teller(random.Random(seed + number), {})
        things = tuple(thing for thing in items() if owner(thing) in {split, "train"})
        drawn = splits[split] = []
        while len(drawn) < size:
            candidate = message(teller, things)
            if candidate.text not in seen:
                seen.add(candidate.text)
                drawn.append(candidate)
    return splits


def write(folder: Path, splits: dict[str, list[Message]]) -> list[Path]:
    """One JSON object a line, one file a split."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for split, drawn in splits.items():
        path = folder / f"{split}.jsonl"
        lines = (json.dumps({"text": one.text, "labels": one.labels}) + "\n" for one in drawn)
        path.write_bytes("".join(lines).encode())
        paths.append(path)
    return paths


def main(folder: Path) -> None:
    """Write the files and their lines of sums beside them."""
    paths = write(folder / "messages", corpus())
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  messages/{path.name}\n" for path in paths)
    sums_path = folder / "SHA256SUMS"
    others = sums_path.read_text().splitlines(keepends=True) if sums_path.exists() else []
    kept = [line for line in others if "  messages/" not in line]
    sums_path.write_text("".join([*kept, *sums]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
