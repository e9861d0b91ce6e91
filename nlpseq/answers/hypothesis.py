"""A translation, and how those of a text's sentences make that of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlpseq.text import EOS
from nlpseq.text.sentences import join_sentences, paragraph_lines, split_sentences


@dataclass(frozen=True)
class Hypothesis:
    """One translation: its text, its ranking `score`, log-probability, tokens on both sides and attention (T, S).

    >>> weights = np.array([[0.2, 0.7, 0.1], [0.6, 0.3, 0.1]])
    >>> Hypothesis("Hund da", -0.5, -1.0, ["Hund", "da"], ["there", "dog", "</s>"], weights).alignment()
    [1, 0]
    """

    text: str
    score: float
    log_prob: float
    tokens: list[str]
    source_tokens: list[str]
    attention: np.ndarray | None

    def alignment(self) -> list[int] | None:
        """For each output token, the place of the source token that had most of its attention; never an end mark."""
        if self.attention is None:
            return None
        ends = np.array([token == EOS for token in self.source_tokens])
        return np.where(ends, -1.0, self.attention).argmax(axis=1).tolist()


def unlike(hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """The first of those that spell one text."""
    return list({hypothesis.text: hypothesis for hypothesis in reversed(hypotheses)}.values())[::-1]


def sentences_of(text: str, lang: str) -> list[tuple[str, str]]:
    """(sentence, line break after it) for each sentence of a text, as many as there are lines at least."""
    if not text.strip():
        return [(text, "")]
    split = []
    for line, end in paragraph_lines(text):
        *before, last = split_sentences(line, lang)
        split += [*((sentence, "") for sentence in before), (last, end)]
    return split


def joined(parts: Sequence[tuple[list[Hypothesis], str]]) -> list[Hypothesis]:
    """The hypotheses of a text from those of its sentences and the line breaks after these."""
    if len(parts) == 1 and not parts[0][1]:
        return parts[0][0]
    filled = [found for found, _ in parts if found]
    texts_joined = []
    for n in range(max(map(len, filled), default=0)):
        chosen = [(found[min(n, len(found) - 1)] if found else None, end) for found, end in parts]
        lines: list[list[str]] = [[]]
        ends = []
        for hypothesis, end in chosen:
            lines[-1].append("" if hypothesis is None else hypothesis.text)
            if end:
                ends.append(end)
                lines.append([])
        text = "".join(map(str.__add__, map(join_sentences, lines), [*ends, ""]))
        found = [hypothesis for hypothesis, _ in chosen if hypothesis is not None]
        texts_joined.append(
            Hypothesis(
                text,
                sum(hypothesis.score for hypothesis in found),
                sum(hypothesis.log_prob for hypothesis in found),
                [token for hypothesis in found for token in hypothesis.tokens],
                [token for hypothesis in found for token in hypothesis.source_tokens],
                _block_diagonal([hypothesis.attention for hypothesis in found]),
            )
        )
    return texts_joined


def _block_diagonal(blocks: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """Attention (T, S) of sentences one after the other: none goes from one to another."""
    known = [block for block in blocks if block is not None]
    if len(known) < len(blocks):
        return None
    whole = np.zeros((sum(len(block) for block in known), sum(block.shape[1] for block in known)), dtype=np.float32)
    row = column = 0
    for block in known:
        whole[row : row + len(block), column : column + block.shape[1]] = block
        row, column = row + len(block), column + block.shape[1]
    return whole
