"""Write the English-German corpus: `python make_en_de.py [FOLDER]`, this folder unless told otherwise.

The same files come out each time. Every pair of words that belong together (adjective and noun, verb and
object) is given to training, validation or test by its hash; a sentence goes to validation or test when it
holds a pair of theirs, so that each of their sentences asks for a combination that training never shows.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import en_de_complex as complex_sentences
import en_de_simple as simple_sentences
from en_de_grammar import AmbiguousEnglish, Phrase
from en_de_phrases import Sampler

SEED = 20
SPLIT_SALT = "212"  # with it no single pair of words makes up more than some 5% of validation or of test
SIZES = {"train": 12_000, "val": 500, "test": 500}
MIN_WORDS, MAX_WORDS = 4, 25  # of the English sentence
HELD_OUT_PERCENT = {"val": 5, "test": 5}

TEMPLATES = {
    simple_sentences.statement: 14,
    simple_sentences.liking: 3,
    simple_sentences.related_object: 10,
    simple_sentences.related_subject: 11,
    simple_sentences.description: 6,
    simple_sentences.comparison: 4,
    simple_sentences.superlative: 2,
    simple_sentences.price: 2,
    simple_sentences.position: 4,
    simple_sentences.belonging: 2,
    simple_sentences.timetable: 2,
    simple_sentences.existence: 2,
    simple_sentences.yes_no_question: 9,
    simple_sentences.open_question: 7,
    simple_sentences.command: 5,
    simple_sentences.passive: 6,
    complex_sentences.reason: 13,
    complex_sentences.condition: 9,
    complex_sentences.simultaneity: 10,
    complex_sentences.report: 12,
    complex_sentences.attempt: 5,
    complex_sentences.purpose: 7,
    complex_sentences.sequence: 11,
    complex_sentences.taken_up: 8,
}


@dataclass(frozen=True)
class Example:
    """A sentence pair and the pairs of words that meet in it."""

    pair: Phrase
    combinations: frozenset[tuple[str, str]]


def examples(seed: int) -> Iterator[Example]:
    """An endless stream of sentence pairs, the same for the same seed."""
    rng = random.Random(seed)
    templates, weights = tuple(TEMPLATES), tuple(TEMPLATES.values())
    while True:
        sampler = Sampler(rng)
        try:
            pair = rng.choices(templates, weights)[0](sampler)
        except AmbiguousEnglish:
            continue
        yield Example(pair, frozenset(sampler.combinations))


def owner(combination: tuple[str, str]) -> str:
    """The split that a pair of words belongs to, by its hash."""
    bucket = int(hashlib.sha256("+".join((SPLIT_SALT, *combination)).encode()).hexdigest(), 16) % 100
    for split, percent in HELD_OUT_PERCENT.items():
        if bucket < percent:
            return split
        bucket -= percent
    return "train"


def split_of(combinations: Iterable[tuple[str, str]]) -> str | None:
    """The split of a sentence, or None where pairs of validation and of test meet in it."""
    held_out = {owner(combination) for combination in combinations} - {"train"}
    if len(held_out) > 1:
        return None
    return held_out.pop() if held_out else "train"


def tokens(text: str) -> list[str]:
    """Words without the punctuation around them."""
    return text.replace(",", " ").replace("?", " ").replace("!", " ").rstrip(".").split()


def repetitive(pair: Phrase) -> bool:
    """Whether a noun, or another long word, comes twice ("the doctor remembers the good doctor")."""
    nouns = [word for word in tokens(pair.de)[1:] if word[0].isupper() and word not in ("Sie", "Uhr")]
    long_words = [word for word in tokens(pair.en) if len(word) > 4]
    return len(set(nouns)) < len(nouns) or len(set(long_words)) < len(long_words)


def corpus(seed: int = SEED) -> dict[str, list[Phrase]]:
    """The three splits: no sentence twice on either side, no word outside training that training lacks."""
    drawn: dict[str, list[Phrase]] = {split: [] for split in SIZES}
    seen: set[str] = set()
    stream = examples(seed)
    while len(drawn["train"]) < SIZES["train"] or any(len(drawn[s]) < 2 * SIZES[s] for s in HELD_OUT_PERCENT):
        example = next(stream)
        pair, split = example.pair, split_of(example.combinations)
        if split is None or pair.en in seen or pair.de in seen:
            continue
        if not MIN_WORDS <= len(tokens(pair.en)) <= MAX_WORDS or repetitive(pair):
            continue
        if split == "train" and len(drawn[split]) == SIZES[split]:
            continue
        seen |= {pair.en, pair.de}
        drawn[split].append(pair)
    known = {word for pair in drawn["train"] for word in tokens(pair.en) + tokens(pair.de)}
    for split in HELD_OUT_PERCENT:
        drawn[split] = [pair for pair in drawn[split] if known.issuperset(tokens(pair.en) + tokens(pair.de))]
    return {split: drawn[split][:size] for split, size in SIZES.items()}


def write(folder: Path, splits: dict[str, list[Phrase]]) -> list[Path]:
    """Write one line a sentence, two files a split."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for split, pairs in splits.items():
        for language in ("en", "de"):
            path = folder / f"{split}.{language}"
            lines = "".join(f"{getattr(pair, language)}\n" for pair in pairs)
            path.write_bytes(lines.encode())
            paths.append(path)
    return paths


def main(folder: Path) -> None:
    """Write the files and their line of sums beside them."""
    paths = write(folder / "en-de", corpus())
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  en-de/{path.name}\n" for path in paths)
    sums_path = folder / "SHA256SUMS"
    others = sums_path.read_text().splitlines(keepends=True) if sums_path.exists() else []
    kept = [line for line in others if "  en-de/" not in line]
    sums_path.write_text("".join([*sums, *kept]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
