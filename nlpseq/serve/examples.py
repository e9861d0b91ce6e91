"""Inputs to try: some of the run's own test split."""

from __future__ import annotations

import logging
from pathlib import Path

from nlpseq.files import read_json
from nlpseq.onnx.folder import EXPORT_FILE, is_export
from nlpseq.serve.limits import CHARACTERS
from nlpseq.text.copy_alphabet import one_line

log = logging.getLogger("nlpseq")

COUNT = 5


def examples_of(folder: Path, column: str) -> list[str]:
    """A few texts of the test split's column, spread over it; none of a run without its data, or with damaged data.

    An export has some with it.
    """
    if is_export(folder):
        found = read_json(folder / EXPORT_FILE, dict).get("examples", [])
        return [text for text in found if isinstance(text, str) and 0 < len(text) <= CHARACTERS]
    corpus = folder / "data" / "corpus" / "test"
    if not corpus.is_dir():
        return []
    try:
        return _texts(corpus, column)
    except Exception as error:  # of whatever library finds the damage
        log.warning("%s: damaged (%s); the run is served without examples", corpus, type(error).__name__)
        return []


def _texts(corpus: Path, column: str) -> list[str]:
    from datasets import Dataset, load_from_disk

    from nlpseq.runs.corpus import check_texts

    split = load_from_disk(corpus)
    assert isinstance(split, Dataset)
    if column not in split.column_names:
        return []
    check_texts(split, column)
    places = [len(split) * (2 * number + 1) // (2 * COUNT) for number in range(COUNT)]
    found = [one_line(split[place][column]) for place in dict.fromkeys(places) if place < len(split)]
    return [text for text in found if 0 < len(text) <= CHARACTERS]
