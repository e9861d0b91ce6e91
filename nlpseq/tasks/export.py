"""A run's model as an ONNX export, checked on the spot against the run's own: numbers, score, size and speed.

1. The task's graphs are made of the weights, beside the files of the tokenizers and `config.json`.
2. The export is loaded as anybody would load it, and both models take the first test texts of the run.
3. What differs too much fails here; what is kept says in `export.json` and on its card by how much it differs.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nlpseq.counting import counted
from nlpseq.errors import UserError
from nlpseq.files import file_sha256, write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.onnx.folder import EXPORT_FILE, WEIGHTS_FILE, load_export, made_whole
from nlpseq.program import install
from nlpseq.report.markdown import table
from nlpseq.runs.folder import SETTINGS_FILE
from nlpseq.runs.saved_model import NGRAMS_FILE, TEXT_FOLDER, model_folder, model_settings, write_config
from nlpseq.tasks import task_named
from nlpseq.tasks.card import CARD_FILE, write_card
from nlpseq.tasks.task import Evaluation, Figures, Task

log = logging.getLogger("nlpseq")

# What an export in full precision may differ by, in what the task's `figures` are.
LARGEST_DIFFERENCE = 1e-4
# What the score of one in 8-bit integers may fall by, in points; of one that has no points, as a share of it.
LARGEST_FALL, LARGEST_RISE = 0.3, 0.01
MOST_TEXTS = 500
EXAMPLES = 5
# Of a run whose test split is one text: characters.
MOST_CHARACTERS = 20_000


def export_run(run: str | Path, out: str | Path, *, int8: bool = False, texts: int = MOST_TEXTS) -> Figures:
    """Write the model of a run to `out` as an export; what its `export.json` says.

    Args:
        run: a run with its test split.
        out: the folder, which appears whole or not at all; an earlier export there is replaced.
        int8: store the matrices as 8-bit integers, and multiply as such.
        texts: of the test split, how many both models are compared on.

    Raises:
        UserError: there is no such run, or `out` is in use; or the export differs from the run's model too much.
    """
    folder, out = model_folder(run), Path(out)
    if not (folder / SETTINGS_FILE).is_file():
        raise UserError(f"{folder}: a saved model has no test texts to check an export on; export the run it is from")
    settings = model_settings(folder)
    task = task_named(settings.task)
    with made_whole(out) as beside:
        model = task.load(folder)
        write_export(task, model, beside, int8=int8)
        figures = _compared(task, settings, folder, model, beside, texts, threads=1)
        figures = {"format": "onnx", "precision": "int8" if int8 else "fp32", **figures}
        _check(task, figures, out)
        _write_card(task, model, beside, figures)
        write_text_atomically(beside / EXPORT_FILE, json.dumps(figures, indent=2) + "\n")
    return figures


def in_words(task: str, figures: Figures) -> list[str]:
    """The lines that `nlpseq export` ends with."""
    score = task_named(task).scores[0]
    own, other = figures["score"]["run"], figures["score"]["export"]
    texts = counted(figures["texts"], "test text")
    speed, size = figures["per_second"], figures["bytes"]
    return [
        f"{score.label} on {texts}: {score.show(own)} by the run, {score.show(other)} exported",
        f"largest difference: {figures['largest_difference']:.2g}; size: {size['run'] / 2**20:.1f} MiB by the run, "
        f"{size['export'] / 2**20:.1f} exported",
        f"a second, on one thread: {speed['run']:,.1f} by the run, {speed['export']:,.1f} exported",
    ]


def write_export(task: Task, model: Any, folder: Path, *, int8: bool = False) -> None:
    """Write an export of a model, unchecked.

    Raises:
        UserError: what makes graphs is not installed.
    """
    try:
        import onnx

        from nlpseq.onnx.graphs.graph import Weights
    except ImportError as error:
        raise UserError(f"export needs {error.name}; run {install('export')}") from error
    model.save_without_weights(folder)
    weights = Weights()
    for name, graph in task.export.graphs(model, weights, int8=int8).items():
        onnx.save(graph, str(folder / f"{name}.onnx"))
    with open(folder / WEIGHTS_FILE, "wb") as file:
        file.writelines(weights.parts)
    write_config(folder, model.config)
    checksums = {path.relative_to(folder).as_posix(): file_sha256(path) for path in sorted(_files(folder))}
    write_text_atomically(folder / EXPORT_FILE, json.dumps({"sha256": checksums}) + "\n")


def _compared(
    task: Task, settings: Any, folder: Path, model: Any, beside: Path, texts: int, *, threads: int
) -> Figures:
    """What the run's model and its export give for the same test texts."""
    import torch

    rows, split = task.stages.split(settings, folder, None, None)
    rows = rows[: texts * MOST_CHARACTERS // MOST_TEXTS] if isinstance(rows, np.ndarray) else _first(rows, texts)
    export, score = load_export(beside, threads=threads), task.scores[0]
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        differences = np.abs(task.export.figures(model, rows) - task.export.figures(export, rows))
        scores, speeds = {}, {}
        for name, each in (("run", model), ("export", export)):
            scores[name], speeds[name] = _scored(task, settings, folder, rows, split, each)
    finally:
        torch.set_num_threads(before)
    return {
        "task": task.name,
        "text_column": getattr(settings.data, task.text_columns[0], None),
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "split": split,
        "texts": len(rows),
        "examples": _examples(rows),
        "largest_difference": float(differences.max(initial=0.0)),
        "score": {"key": score.key, **scores},
        "per_second": speeds,
        "bytes": {"run": (folder / MODEL_FILE).stat().st_size, "export": _size(beside)},
        **json.loads((beside / EXPORT_FILE).read_text(encoding="utf-8")),
    }


def _scored(
    task: Task, settings: Any, folder: Path, rows: Any, split: str, model: Any
) -> tuple[float, float]:  # fmt: skip
    """The headline of some rows by a model, and what it takes of them in a second."""
    with TemporaryDirectory(prefix="nlpseq-") as out:
        evaluation = Evaluation(task.export.prepared(settings), folder, rows, split, Path(out))
        figures = task.stages.decode(evaluation, model)
        found = task.stages.score(evaluation, figures)
    speed = next((value for key, value in figures.items() if key.endswith("_per_second")), 0.0)
    return float(found[task.scores[0].key]), float(speed)


def _check(task: Task, figures: Figures, out: Path) -> None:
    """Raise UserError where the export is not what the run's model is."""
    score, exact = task.scores[0], figures["precision"] == "fp32"
    own, other = figures["score"]["run"], figures["score"]["export"]
    difference = figures["largest_difference"]
    if exact and not difference <= LARGEST_DIFFERENCE:
        raise UserError(
            f"{out}: not written, as the export differs from the run's model by {difference:.2g} (at most "
            f"{LARGEST_DIFFERENCE:g}); this is a fault of nlpseq's, please report it with the run's settings"
        )
    fall = score.scale * (own - other) if score.higher_is_better else score.scale * (other - own)
    if not exact and not fall <= (LARGEST_FALL if score.higher_is_better else LARGEST_RISE * score.scale * own):
        raise UserError(
            f"{out}: not written, as in 8-bit integers {score.label} goes from {score.show(own)} to "
            f"{score.show(other)} on {counted(figures['texts'], 'text')}; leave --int8 out, or compare more --texts"
        )


def _write_card(task: Task, model: Any, folder: Path, figures: Figures) -> None:
    """The run's card, with how the export is used and what it was found to differ by."""
    write_card(folder, model.model, source=model.folder)
    path = folder / CARD_FILE
    card = path.read_text(encoding="utf-8")
    card = re.sub(r"^from nlpseq import \w+$", "from nlpseq import load_export", card, flags=re.MULTILINE)
    card = re.sub(r'\b\w+\.from_pretrained\("\."\)', 'load_export(".")', card)
    score = task.scores[0]
    rows = [
        [score.label, *(score.show(figures["score"][name]) for name in ("run", "export"))],
        ["MiB", *(f"{figures['bytes'][name] / 2**20:.1f}" for name in ("run", "export"))],
        ["A second, on one thread", *(f"{figures['per_second'][name]:,.1f}" for name in ("run", "export"))],
    ]
    about = (
        f"These are ONNX graphs in {figures['precision']}, which nlpseq-runtime runs without PyTorch. On "
        f"{counted(figures['texts'], 'text')} of the split {figures['split']} they differ from the run's model by "
        f"at most {figures['largest_difference']:.2g}:"
    )
    section = f"## Export\n\n{about}\n\n{table(['', 'The run', 'This export'], rows, align='lrr')}\n\n## Limits"
    write_text_atomically(path, card.replace("## Limits", section, 1))


def _first(rows: Any, count: int) -> Any:
    return rows.select(range(min(count, len(rows))))


def _examples(rows: Any) -> list[str]:
    """Some of the test texts, for a page to show."""
    column = next((name for name in ("src", "text") if name in getattr(rows, "column_names", ())), None)
    if column is None:
        return []
    return [" ".join(text.split()) for text in rows.select(range(0, len(rows), max(1, len(rows) // EXAMPLES)))[column]][
        :EXAMPLES
    ]


def _files(folder: Path) -> list[Path]:
    """What an export is made of."""
    kept = [*folder.glob("*.onnx"), *folder.glob("*.bin"), *folder.glob("*.json"), folder / NGRAMS_FILE]
    return [path for path in (*kept, *(folder / TEXT_FOLDER).iterdir()) if path.is_file()]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for pattern in ("*.onnx", "*.bin") for path in folder.glob(pattern))
