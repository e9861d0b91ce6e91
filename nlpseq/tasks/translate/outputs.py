"""The files that a translation run's test split leaves: a translation a line, and where the model looked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.report import SentenceAttention, best_and_worst
from nlpseq.runs.outputs import damaged_output, read_lines, read_rows, write_lines, write_rows
from nlpseq.text.texts import without_breaks

if TYPE_CHECKING:
    from nlpseq.answers.translation import ReadText
    from nlpseq.tasks.translate.translator import Translator

TRANSLATIONS_FILE = "translations.txt"
ATTENTION_FILE = "attention.json"
OUTPUTS = (TRANSLATIONS_FILE, ATTENTION_FILE)


def write_translations(folder: Path, hyps: Sequence[str]) -> None:
    """Write the translations of a split."""
    write_lines(folder / TRANSLATIONS_FILE, map(without_breaks, hyps))


def read_translations(folder: Path, count: int) -> list[str]:
    """The translations of a split of `count` sentences.

    Raises:
        UserError: the run has not been evaluated, or the file is damaged.
    """
    return read_lines(folder / TRANSLATIONS_FILE, count=count)


def write_attention(folder: Path, translator: Translator, *, sources: Sequence[ReadText], refs: Sequence[str]) -> None:
    """Write where the model looked in its best and worst sentences."""
    hyps = read_translations(folder, len(refs))
    chosen = [index for found in best_and_worst(hyps, refs) for index in found]
    rows = []
    for place, beam in translator.search_read([sources[index] for index in chosen], attention=True):
        index, best = chosen[place], beam[0]
        # In another batch a sum may be rounded otherwise and another beam win: that one is not what is shown.
        if best.tokens and best.attention is not None and without_breaks(best.text) == hyps[index]:
            weights = [[round(float(weight), 4) for weight in row] for row in best.attention]
            rows.append(
                {"sentence": index, "source_tokens": best.source_tokens, "tokens": best.tokens, "weights": weights}
            )
    write_rows(folder / ATTENTION_FILE, sorted(rows, key=lambda row: chosen.index(row["sentence"])))


def read_attention(folder: Path) -> dict[int, SentenceAttention]:
    """Number of a sentence -> where the model looked.

    Raises:
        UserError: the file is missing or damaged.
    """
    path = folder / ATTENTION_FILE
    try:
        return {
            row["sentence"]: SentenceAttention(row["source_tokens"], row["tokens"], np.array(row["weights"]))
            for row in read_rows(path)
        }
    except (KeyError, TypeError) as error:
        raise damaged_output(path, error) from error
