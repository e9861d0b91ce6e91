"""k-fold cross-validation of a classification recipe: k ordinary runs, and what they say together."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from nlpseq.config import ClassifySettings, LabelledDataSettings
from nlpseq.data.labelled import load_labelled
from nlpseq.data.partition import folds, hold_out, rows_of_size
from nlpseq.files import write_text_atomically
from nlpseq.recipe import write_settings
from nlpseq.tasks import classify
from nlpseq.tasks.folder import METRICS_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from datasets import Dataset

log = logging.getLogger("nlpseq")


def cross_validate(settings: ClassifySettings) -> dict[str, Any]:
    """Run the recipe once a fold of the training split, in `fold-1`, `fold-2`, ... below the run folder.

    The other folds train; a share of them validates. The figures are means over the folds with their standard
    deviation (n - 1), in `metrics.json`. A second call only redoes what changed.

    Raises:
        UserError: anything wrong with the corpus or the settings.
    """
    data, run_dir = settings.data, Path(settings.run_dir)
    train = load_labelled(
        data.path, text=data.text, label=data.label, splits={"train": data.train},
        encoding=data.encoding, separator=data.separator,
    )["train"]  # fmt: skip
    found = []
    for number, parts in enumerate(folds(train, data.folds, seed=settings.train.seed, stratify="label"), start=1):
        log.info("fold %d of %d", number, data.folds)
        folder = run_dir / f"fold-{number}"
        size = min(rows_of_size(data.validation_size, len(parts["train"])), len(parts["train"]) // 10)
        rest = hold_out(parts["train"], validation_size=max(1, size), seed=settings.train.seed, stratify="label")
        for name, split in {**rest, "test": parts["test"]}.items():
            _write_jsonl(split, folder / "corpus" / f"{name}.jsonl")
        own_data = LabelledDataSettings(path=str(folder / "corpus"), text="text", label="label")
        found.append(classify.run(replace(settings, run_dir=str(folder), data=own_data)))
    metrics: dict[str, Any] = {"task": "classify", "folds": len(found)}
    for name in ("accuracy", "macro_f1", "ece"):
        values = [fold[name] for fold in found]
        metrics |= {name: mean(values), f"{name}_deviation": stdev(values), f"{name}_folds": values}
    write_text_atomically(run_dir / METRICS_FILE, json.dumps(metrics, indent=2) + "\n")
    write_settings(settings, run_dir / SETTINGS_FILE)
    return metrics


def _write_jsonl(dataset: Dataset, path: Path) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in dataset)
    if not path.exists() or path.read_text(encoding="utf-8") != lines:
        write_text_atomically(path, lines)
