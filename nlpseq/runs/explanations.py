"""The file that says of the mistakes in a run's report which tokens led to them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from nlpseq.models.attribution import Explanation
from nlpseq.report.weighted import TokenPlaces, TokenWeights
from nlpseq.runs.outputs import damaged_output, read_rows, write_rows

EXPLANATIONS_FILE = "explanations.json"


class Explanations(NamedTuple):
    """Of texts by their number: the weight of each token, where it stands, and what the weights leave unexplained."""

    weights: dict[int, TokenWeights]
    places: dict[int, TokenPlaces]
    residues: dict[int, float]


def write_explanations(folder: Path, explained: Mapping[int, Explanation]) -> None:
    """Write those of texts by their number."""
    rows = [
        {"text": index, "weights": found.token_weights, "places": found.spans, "residue": found.notable_residue}
        for index, found in explained.items()
    ]
    write_rows(folder / EXPLANATIONS_FILE, rows)


def read_explanations(folder: Path) -> Explanations:
    """What was written of the mistakes.

    Raises:
        UserError: the file is missing or damaged.
    """
    rows = read_rows(folder / EXPLANATIONS_FILE)
    try:
        return Explanations(
            {row["text"]: [(token, weight) for token, weight in row["weights"]] for row in rows},
            {row["text"]: [(start, end) for start, end in row["places"]] for row in rows if "places" in row},
            {row["text"]: float(row["residue"]) for row in rows if row.get("residue") is not None},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise damaged_output(folder / EXPLANATIONS_FILE, error) from error
