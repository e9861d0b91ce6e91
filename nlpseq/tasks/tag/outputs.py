"""The files of a tagging run: its words and characters, and its test split as the model tags it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from nlpseq.runs.outputs import read_lines, write_lines
from nlpseq.text.tag_scheme import OUTSIDE

WORDS_FILE, CHARS_FILE = "text/words.vocab.json", "text/chars.vocab.json"
# A line a token and an empty one behind each sentence: token, probability, tag of the data, tag of the model. The tool
# conlleval reads it.
PREDICTIONS_FILE = "predictions.tsv"
OUTPUTS = (PREDICTIONS_FILE,)


class TaggedSplit(NamedTuple):
    """Sentences with the tags of the data (`refs`) and the model's (`hyps`), and the probability of each of those."""

    tokens: list[list[str]]
    refs: list[list[str]]
    hyps: list[list[str]]
    probabilities: list[list[float]]


def slashed(tokens: Sequence[str], tags: Sequence[str]) -> str:
    """The tokens, with a slash and the tag behind those that have one.

    >>> slashed(["in", "Bonn"], ["O", "B-LOC"])
    'in Bonn/B-LOC'
    """
    return " ".join(token if tag == OUTSIDE else f"{token}/{tag}" for token, tag in zip(tokens, tags, strict=True))


def write_tags(folder: Path, split: TaggedSplit) -> None:
    """Write the tags of a split."""
    lines = []
    for sentence in zip(*split, strict=True):
        for token, ref, hyp, probability in zip(*sentence, strict=True):
            lines.append(f"{'_'.join(token.split()) or '_'}\t{probability:.4f}\t{ref}\t{hyp}")
        lines.append("")
    write_lines(folder / PREDICTIONS_FILE, lines)


def read_tags(folder: Path, tokens: Sequence[list[str]], refs: Sequence[list[str]]) -> TaggedSplit:
    """What `write_tags` left of the split with these tokens and tags.

    Raises:
        UserError: the run has not been evaluated, or the file is of another split.
    """
    lines = read_lines(folder / PREDICTIONS_FILE, count=sum(map(len, tokens)) + len(tokens))
    fields = iter([line.split("\t") for line in lines if line])
    rows = [[next(fields) for _ in sentence] for sentence in tokens]
    hyps, shares = ([[row[place] for row in sentence] for sentence in rows] for place in (3, 1))
    return TaggedSplit(list(tokens), list(refs), hyps, [[*map(float, row)] for row in shares])
