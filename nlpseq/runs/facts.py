"""How a run was made, in words, and what every report of a run shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlpseq.config import Settings
from nlpseq.counting import counted
from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.report.scores import ScoreKind, baselines_of
from nlpseq.runs.corpus import OVERLAP_FILE
from nlpseq.runs.record import facts_in_words, read_record
from nlpseq.training import CURVES_FILE

# What a run was compared with when it was evaluated: the run before, both scores, and whether they really differ.
LAST_RUN_FILE = "last_run.json"
# Facts of a training that have a unit: their key in training.json, their name, how they are shown.
UNITS = (
    ("parameters", "Parameters", "{:,}"),
    ("minutes", "Training time", "{:.1f} minutes"),
    ("batches", "Batches", "{:,}"),
    ("fp32_step_ms", "A step in fp32, measured at the start", "{:.1f} ms"),
    ("bf16_step_ms", "A step in bf16, measured at the start", "{:.1f} ms"),
    ("padded_share", "Padded share", "{:.1%} of what the batches hold"),
    ("peak_memory_mib", "Peak memory", "{:,} MiB"),
)
# Settings that the report names; all of them stand in settings.yaml.
SHOWN = {"text": "Text", "model": "Network", "train": "Training"}


def report_parts(
    folder: Path,
    settings: Settings,
    metrics: Mapping[str, Any],
    *,
    scores: Sequence[ScoreKind],
    facts: Mapping[str, str],
) -> dict[str, Any]:
    """What every task's report is made of besides its own: metrics, baselines, curves and facts.

    Args:
        folder: of the run.
        settings, metrics: of the run.
        scores: those that its report shows.
        facts: what the task tells of the evaluation.
    """
    with suppress(UserError):
        metrics = {**metrics, "last_run": read_json(folder / LAST_RUN_FILE, dict)}
    return {
        "metrics": metrics,
        "baselines": baselines_of(metrics, scores),
        "curves": curves_of(folder),
        "facts": {
            "Command": "nlpseq evaluate . (in the folder of the run)",
            **facts,
            **run_facts(folder, settings),
        },
    }


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
    >>> from nlpseq.files import write_text_atomically
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_text_atomically(folder / OVERLAP_FILE, '{"test": {"rows": 9, "in_training": 3, "source_in_training": 5}}')
    >>> seen_in_training(folder)
    '3 of 9 test rows (33.3%), and 5 sources'
    """
    with suppress(UserError):
        test = read_json(run_dir / OVERLAP_FILE, dict).get("test", {})
        rows, both, sources = (test.get(key, 0) for key in ("rows", "in_training", "source_in_training"))
        if rows and (both or sources):
            return f"{both} of {counted(rows, 'test row')} ({both / rows:.1%})" + (
                f", and {counted(sources, 'source')}" if sources else ""
            )
    return ""


def in_words(settings: Mapping[str, Any]) -> str:
    """Settings on one line; those that are not set are left out.

    >>> in_words({"beam_size": 5, "prefix": None})
    'beam_size 5'
    """
    return ", ".join(f"{key} {value}" for key, value in settings.items() if value is not None)


def curves_of(run_dir: Path) -> Path | None:
    """The run's `curves.csv`, if it has one."""
    curves = run_dir / CURVES_FILE
    return curves if curves.is_file() else None
