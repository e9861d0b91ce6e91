"""The report of a run written again from its folder, and what the reports of all tasks say of how a run was made."""

from __future__ import annotations

import json
import logging
import math
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nlpseq.config import ClassifySettings, Settings
from nlpseq.errors import UserError, one_line
from nlpseq.files import atomic_path, read_bytes, read_json, write_text_atomically
from nlpseq.runs.corpus import OVERLAP_FILE
from nlpseq.runs.folder import METRICS_FILE, any_run_settings, reading_outputs
from nlpseq.runs.record import facts_in_words, read_record
from nlpseq.runs.swap import locked, renewed
from nlpseq.tasks import verbs

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger("nlpseq")

# Of a file of saved outputs; the attention of twenty long sentences has 2 million.
MAX_OUTPUT_BYTES = 32 << 20
# Of a file of arrays, as it lies there and unpacked: a million texts have some 100 million probabilities.
MAX_PACKED_BYTES, MAX_ARRAY_BYTES, MAX_ARRAYS = 256 << 20, 1 << 30, 16

REPORTS = {
    "translate": "nlpseq.tasks.translate.report",
    "classify": "nlpseq.tasks.classify.report",
    "generate": "nlpseq.tasks.generate.report",
    "summarize": "nlpseq.tasks.summarize.report",
}
# Facts of a training that have a unit: their key in training.json, their name, how they are shown.
UNITS = (
    ("parameters", "Parameters", "{:,}"),
    ("minutes", "Training time", "{:.1f} minutes"),
    ("batches", "Batches", "{:,}"),
    ("padded_share", "Padded share", "{:.1%} of what the batches hold"),
    ("peak_memory_mib", "Peak memory", "{:,} MiB"),
)
# Settings that the report names; all of them stand in settings.yaml.
SHOWN = {"text": "Text", "model": "Network", "train": "Training"}


class RunReport(Protocol):
    """What each task's module of a report has."""

    def rescore(self, run_dir: Path) -> dict[str, Any]:
        """The metrics of the run, computed anew from its saved outputs."""

    def rewrite_run_report(self, run_dir: Path) -> Path:
        """Write `report.html` and `report.md` from the folder alone."""


def report_run(run_dir: str | Path) -> Path:
    """Write `metrics.json`, `report.html` and `report.md` again from the run's saved outputs; the path of the page.

    Only where outputs are missing is the model asked again, by an evaluation of the run.

    Raises:
        UserError: there is no such run, it is not trained, it is a cross-validation, or a file of it is damaged.
    """
    run_dir = Path(run_dir)
    settings = any_run_settings(run_dir)
    if isinstance(settings, ClassifySettings) and settings.data.folds:
        raise UserError(f"{run_dir}: a cross-validation; report one of its folds, as in {run_dir / 'fold-1'}")
    module: Any = import_module(REPORTS[settings.task])
    task_report: RunReport = module
    outputs = import_module(f"nlpseq.tasks.{settings.task}.outputs").OUTPUTS
    with locked(run_dir), renewed(run_dir) as version:
        missing = [name for name in (METRICS_FILE, *outputs) if not (version / name).is_file()]
        if missing:
            log.info("%s: %s not there; the run is evaluated again", run_dir, ", ".join(missing))
            verbs.evaluate_version(import_module(f"nlpseq.tasks.{settings.task}").TASK, settings, version)
        else:
            with reading_outputs(run_dir):
                write_metrics(version, task_report.rescore(version))
                task_report.rewrite_run_report(version)
    return run_dir / "report.html"


def write_metrics(run_dir: Path, metrics: Mapping[str, Any]) -> None:
    """Write `metrics.json`."""
    write_text_atomically(run_dir / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")


def run_facts(run_dir: Path, settings: Settings) -> dict[str, str]:
    """How a run was made, in words: its size, time, memory, machine, versions, seed, settings and data."""
    record = read_record(run_dir)
    training = dict(record.training)
    facts = {name: form.format(training.pop(key)) for key, name, form in UNITS if key in training}
    facts |= facts_in_words(training)
    for section, name in SHOWN.items():
        facts[name] = in_words(asdict(settings).get(section, {}))
    facts["Data"] = record.data
    if seen := seen_in_training(run_dir):
        facts["Seen in training too"] = seen
    for split, files in record.checksums.items():
        facts |= {f"SHA-256 of {name} ({split})": digest for name, digest in files.items()}
    return facts


def seen_in_training(run_dir: Path) -> str:
    """How many test rows stand in the training split too, in words; empty if none do, or nobody counted.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_text_atomically(folder / OVERLAP_FILE, '{"test": {"rows": 9, "in_training": 3, "source_in_training": 5}}')
    >>> seen_in_training(folder)
    '3 of 9 test rows (33.3%), and 5 sources'
    """
    with suppress(UserError):
        test = read_json(run_dir / OVERLAP_FILE, dict).get("test", {})
        rows, both, sources = (test.get(key, 0) for key in ("rows", "in_training", "source_in_training"))
        if rows and (both or sources):
            return f"{both} of {rows} test rows ({both / rows:.1%})" + (f", and {sources} sources" if sources else "")
    return ""


def in_words(settings: Mapping[str, Any]) -> str:
    """Settings on one line; those that are not set are left out.

    >>> in_words({"beam_size": 5, "prefix": None})
    'beam_size 5'
    """
    return ", ".join(f"{key} {value}" for key, value in settings.items() if value is not None)


def curves_of(run_dir: Path) -> Path | None:
    """The run's `curves.csv`, if it has one."""
    curves = run_dir / "curves.csv"
    return curves if curves.is_file() else None


def data_name(run_dir: Path) -> str:
    """The name of the run's corpus: that of its folder or file, or its name on the hub."""
    return read_record(run_dir).data


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Save arrays by their names; no pickle."""
    import numpy as np

    with atomic_path(path) as beside:
        np.savez_compressed(beside, allow_pickle=False, **arrays)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """What `write_arrays` saved.

    Raises:
        UserError: it is missing or damaged, or a stranger's who wants all memory.
    """
    import numpy as np

    if not path.exists():
        raise UserError(f"{path}: not there yet; run nlpseq report {path.parent} first")
    content = read_bytes(path, max_bytes=MAX_PACKED_BYTES, fix="delete it, and nlpseq report makes it anew")
    try:
        _check_arrays(content)
        with np.load(BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except Exception as error:  # what zipfile, zlib, tokenize, ast and numpy make of any bytes
        raise damaged_output(path, f"{type(error).__name__}: {one_line(error, most=150)}") from error


def _check_arrays(content: bytes) -> None:
    """Look at the headers of the arrays of an .npz file: few bytes can ask for all memory there is.

    Raises:
        ValueError: they are too many or too large.
    """
    from numpy.lib import format as npy

    if content.count(b"PK\1\2") > MAX_ARRAYS:  # what stands before each name in the list of a zip file
        raise ValueError("more arrays than a run has")
    total = 0
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                if npy.read_magic(file) != (1, 0):
                    raise ValueError(f"{name}: not as a run writes it")
                shape, _, dtype = npy.read_array_header_1_0(file)
            total += math.prod(shape) * dtype.itemsize
            if min(shape, default=0) < 0 or total > MAX_ARRAY_BYTES:
                raise ValueError(f"{name}: of shape {shape}")


def read_output(path: Path) -> list[Any]:
    """What a JSON file of saved outputs holds.

    Raises:
        UserError: it is missing or damaged.
    """
    return read_json(path, list, max_bytes=MAX_OUTPUT_BYTES, fix="delete it, and nlpseq report makes it anew")


def damaged_output(path: Path, error: Exception | str) -> UserError:
    """What to say of a file of saved outputs that does not hold what it should."""
    return UserError(f"{path}: damaged ({error}); delete it, and nlpseq report makes it anew")
