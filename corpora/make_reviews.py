"""Write the review corpus: `python make_reviews.py [FOLDER]`, this folder unless told otherwise.

The same files come out each time. Every pair of an adjective and the thing it describes, and of a template and a
signed word in it, is given to training, validation or test by its hash; a review goes to validation or test when
it holds a pair of theirs, so that each of their reviews asks for a combination that training never shows.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reviews_domains import DOMAINS
from reviews_writer import Writer

SEED = 3
SPLIT_SALT = "2"  # with it no single pair is in more than some 3% of the reviews of validation or of test
SIZES = {"train": 10_000, "validation": 600, "test": 600}
LABELS = ("negative", "positive")
MAX_SENTENCES = 5
HELD_OUT_PERCENT = {"validation": 3, "test": 3}


@dataclass(frozen=True)
class Review:
    """A review, its label, and the pairs of words that meet in it."""

    text: str
    label: str
    combinations: frozenset[tuple[str, str]]


def reviews(seed: int) -> Iterator[Review]:
    """An endless stream of reviews, negative and positive by turns, the same for the same seed."""
    rng = random.Random(seed)
    while True:
        for label in LABELS:
            writer = Writer(rng, rng.choice(DOMAINS))
            text = writer.review(positive=label == "positive")
            yield Review(text, label, frozenset(writer.combinations))


def owner(combination: tuple[str, str]) -> str:
    """The split that a pair belongs to, by its hash."""
    bucket = int(hashlib.sha256("+".join((SPLIT_SALT, *combination)).encode()).hexdigest(), 16) % 100
    for split, percent in HELD_OUT_PERCENT.items():
        if bucket < percent:
            return split
        bucket -= percent
    return "train"


def split_of(combinations: Iterable[tuple[str, str]]) -> str | None:
    """The split of a review, or None where pairs of validation and of test meet in it."""
    held_out = {owner(combination) for combination in combinations} - {"train"}
    if len(held_out) > 1:
        return None
    return held_out.pop() if held_out else "train"


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return re.findall(r"[\w'-]+", text.lower())


def sentences(text: str) -> int:
    """How many sentences a text has."""
    return len(re.findall(r"[.?!](?= |$)", text))


def corpus(seed: int = SEED) -> dict[str, list[Review]]:
    """The three splits: half of each is negative, no text comes twice, held-out words are all in training."""
    drawn: dict[tuple[str, str], list[Review]] = {(split, label): [] for split in SIZES for label in LABELS}
    spare = {split: size if split == "train" else 2 * size for split, size in SIZES.items()}
    seen: set[str] = set()
    stream = reviews(seed)
    while any(len(texts) < spare[split] // 2 for (split, _), texts in drawn.items()):
        review = next(stream)
        split = split_of(review.combinations)
        if split is None or review.text in seen or sentences(review.text) > MAX_SENTENCES:
            continue
        if len(drawn[split, review.label]) == spare[split] // 2:
            continue
        seen.add(review.text)
        drawn[split, review.label].append(review)
    known = {word for label in LABELS for review in drawn["train", label] for word in words(review.text)}
    splits = {}
    for split, size in SIZES.items():
        halves = ([r for r in drawn[split, label] if known.issuperset(words(r.text))] for label in LABELS)
        splits[split] = [review for half in halves for review in half[: size // 2]]
        random.Random(seed).shuffle(splits[split])
    return splits


def write(folder: Path, splits: dict[str, list[Review]]) -> list[Path]:
    """Write one JSON object a line, one file a split."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for split, rows in splits.items():
        path = folder / f"{split}.jsonl"
        lines = (json.dumps({"text": row.text, "label": row.label}, ensure_ascii=False) for row in rows)
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
        paths.append(path)
    return paths


def main(folder: Path) -> None:
    """Write the files and their lines of sums."""
    paths = write(folder / "reviews", corpus())
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  reviews/{path.name}\n" for path in paths)
    sums_path = folder / "SHA256SUMS"
    others = sums_path.read_text().splitlines(keepends=True) if sums_path.exists() else []
    kept = [line for line in others if "  reviews/" not in line]
    sums_path.write_text("".join([*kept, *sums]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
