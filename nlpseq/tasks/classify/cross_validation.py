"""k-fold cross-validation of a classification recipe: k ordinary runs, and what they say together."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from nlpseq.config import ClassifySettings, LabelledDataSettings
from nlpseq.data.partition import folds, hold_out, rows_of_size
from nlpseq.files import write_text_atomically
from nlpseq.recipe import write_settings
from nlpseq.runs.folder import METRICS_FILE, SETTINGS_FILE, evaluated_metrics
from nlpseq.runs.stages import Stages, fingerprint
from nlpseq.runs.swap import FOLDS, TRAINING, copy_version, drop, publish
from nlpseq.tasks.classify.stages import load_corpus
from nlpseq.tasks.task import Checksums, Figures

if TYPE_CHECKING:
    from datasets import Dataset

log = logging.getLogger("nlpseq")

# Where the texts of the folds lie, by the settings and the files that they were drawn from.
TEXTS_FOLDER = "folds"


def cross_validate(settings: ClassifySettings, checksums: Checksums, run: Callable[[Any], Figures]) -> Figures:
    """`run` the recipe once a fold of the training split, in `fold-1`, `fold-2`, ... below the run folder.

    The other folds train; a share of them validates. The figures are means over the folds with their standard
    deviation (n - 1), in `metrics.json`. A second call only redoes what changed, and all folds are swapped in at once.

    Raises:
        UserError: anything wrong with the corpus or the settings.
    """
    home = Path(settings.run_dir)
    drawn = fingerprint(asdict(settings.data), settings.train.seed, checksums)
    evaluation = fingerprint(drawn, asdict(replace(settings, run_dir=".")))
    if (found := evaluated_metrics(home, evaluation)) is not None:
        return found
    version = home / TRAINING
    if Stages(version).get("folds") != drawn:  # else an interrupted call goes on
        shutil.rmtree(version, ignore_errors=True)
        if Stages(home).get("folds") == drawn:
            copy_version(home, version)
        Stages(version).mark("folds", drawn)
    metrics = _summary([
        run(replace(settings, run_dir=str(version / f"fold-{number}"), data=data))
        for number, data in enumerate(_draw(settings, home / TEXTS_FOLDER / drawn), start=1)
    ])  # fmt: skip
    unused = [path.name for path in version.glob(FOLDS) if int(path.name[5:]) > settings.data.folds]
    drop(version, *unused)
    write_text_atomically(version / METRICS_FILE, json.dumps(metrics, indent=2) + "\n")
    write_settings(settings, version / SETTINGS_FILE)
    Stages(version).mark("evaluate", evaluation)
    publish(version)
    for texts in (home / TEXTS_FOLDER).iterdir():
        if texts.name != drawn:
            shutil.rmtree(texts)
    return metrics


def _draw(settings: ClassifySettings, folder: Path) -> list[LabelledDataSettings]:
    """Write the texts of each fold as a corpus of its own into `folder`; how to read them."""
    data, seed = settings.data, settings.train.seed
    train = load_corpus(data, {"train": data.train})["train"]
    found = []
    for number, parts in enumerate(folds(train, data.folds, seed=seed, stratify="label"), start=1):
        log.info("fold %d of %d", number, data.folds)
        size = min(rows_of_size(data.validation_size, len(parts["train"])), len(parts["train"]) // 10)
        rest = hold_out(parts["train"], validation_size=max(1, size), seed=seed, stratify="label")
        corpus = folder / str(number)
        for name, split in {**rest, "test": parts["test"]}.items():
            _write_jsonl(split, corpus / f"{name}.jsonl")
        found.append(LabelledDataSettings(path=str(corpus), text="text", label="label"))
    return found


def _summary(found: list[Mapping[str, Any]]) -> dict[str, Any]:
    metrics: dict[str, Any] = {"task": "classify", "folds": len(found)}
    for name in ("accuracy", "macro_f1", "ece"):
        values = [fold[name] for fold in found]
        metrics |= {name: mean(values), f"{name}_deviation": stdev(values), f"{name}_folds": values}
    return metrics


def _write_jsonl(dataset: Dataset, path: Path) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in dataset)
    if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != lines:
        write_text_atomically(path, lines)
