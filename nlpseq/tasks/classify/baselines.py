"""Linear models trained on the same texts, which stand beside the classifier's scores."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.runs.stages import Stages

log = logging.getLogger("nlpseq")

Labelled = tuple[Sequence[str], Sequence[int]]


def baselines(run_dir: Path, train: Labelled, test: Labelled) -> list[dict[str, Any]]:
    """Their scores on the test texts; kept in the run folder as long as the prepared text is the same."""
    from nlpseq.evaluation.baselines import bag_of_words, majority, nb_svm

    path, stages = run_dir / "baselines.json", Stages(run_dir)
    prepared_from = stages.get("prepare") or ""
    if stages.done("baselines", prepared_from) and path.exists():
        with suppress(UserError):  # damaged: they are trained again
            return read_json(path, list)
    log.info("training linear baselines on the same %d texts", len(train[0]))
    found = [
        {
            "name": result.name,
            "accuracy": round(result.accuracy, 6),
            "macro_f1": round(result.macro_f1, 6),
            "seconds": round(result.seconds, 1),
        }
        for result in (majority(train[1], test[1]), bag_of_words(*train, *test), nb_svm(*train, *test))
    ]
    write_text_atomically(path, json.dumps(found, indent=2) + "\n")
    stages.mark("baselines", prepared_from)
    return found
