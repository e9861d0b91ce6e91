"""Linear models trained on the same texts, which stand beside the classifier's scores."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from nlpseq.counting import counted
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.runs.stages import fingerprint

log = logging.getLogger("nlpseq")

Labelled = tuple[Sequence[str], Sequence[int]]
BASELINES_FILE = "baselines.json"


def baselines(run_dir: Path, train: Labelled, test: Labelled) -> list[dict[str, Any]]:
    """Their scores on the test texts; kept in the run folder for as long as they would come out the same."""
    from nlpseq.evaluation.baselines import VERSION, bag_of_words, majority, nb_svm

    made_from = fingerprint(VERSION, metadata.version("scikit-learn"), *map(list, (*train, *test)))
    if kept := _kept(run_dir / BASELINES_FILE, made_from):
        return kept
    log.info("training linear baselines on the same data, %s", counted(len(train[0]), "text"))
    found = [
        {
            "name": result.name,
            "accuracy": round(result.accuracy, 6),
            "macro_f1": round(result.macro_f1, 6),
            "seconds": round(result.seconds, 1),
        }
        for result in (majority(train[1], test[1]), bag_of_words(*train, *test), nb_svm(*train, *test))
    ]
    content = {"made_from": made_from, "baselines": found}
    write_text_atomically(run_dir / BASELINES_FILE, json.dumps(content, indent=2) + "\n")
    return found


def _kept(path: Path, made_from: str) -> list[dict[str, Any]]:
    """The scores of an earlier evaluation that were made from the same; none of another, or of a damaged file."""
    try:
        content = read_json(path, dict)
    except UserError:
        return []
    found = content.get("baselines")
    if content.get("made_from") != made_from or not isinstance(found, list):
        return []
    kinds = {"name": str, "accuracy": float, "macro_f1": float, "seconds": float}
    whole = all(isinstance(base, dict) and {key: type(value) for key, value in base.items()} == kinds for base in found)
    return found if whole else []
