"""How far gradients reach back in each recurrent cell, on the text and at the size of a recipe or a run."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlpseq.config import Settings
from nlpseq.config.checks import check
from nlpseq.runs.folder import SETTINGS_FILE, any_run_settings
from nlpseq.tasks import task_named

if TYPE_CHECKING:
    from nlpseq.diagnosis.flow import Experiment, GradientFlow
    from nlpseq.diagnosis.report import GradientReport

FOLDER = "diagnosis"
# The most frequent tokens are told apart, so that the softmax is cheap and the recurrent layer has most of the work.
VOCABULARY = 2000
# Enough for windows from many places, and little memory however long the text is.
MOST_TOKENS = 10_000_000


def diagnose_gradients(
    settings: Settings, *, out: str | Path | None = None, length: int = 100, steps: int = 60, batch_size: int = 32
) -> GradientReport:
    """Measure and train every cell with both kinds of starting weights; write tables, picture and page into `out`.

    Args:
        settings: of a recipe or a run: text, embedding_dim and hidden_size, optimizer, lr, clip_norm, seed.
        out: a folder, `diagnosis` in the run folder if not given.
        length: tokens that the gradient is followed over.
        steps: updates of each training; 0 measures the start only.
        batch_size: windows that are measured, and that an update is made of.

    Raises:
        UserError: anything wrong with the corpus or the settings, or too little text.
    """
    from tqdm import tqdm

    from nlpseq.diagnosis.flow import CELLS, INITIALISATIONS, Experiment, gradient_flows
    from nlpseq.diagnosis.report import GradientReport

    check(length >= 2, f"--length must be 2 or more, not {length}")
    check(steps >= 0, f"--steps must not be negative, not {steps}")
    check(batch_size >= 1, f"--batch-size must be 1 or more, not {batch_size}")
    out = Path(out or Path(settings.run_dir) / FOLDER)
    ids, vocab_size = _frequent(training_ids(settings)[:MOST_TOKENS], VOCABULARY)
    experiment = Experiment(
        ids, vocab_size, settings.model.embedding_dim, settings.model.hidden_size,
        length=length, batch_size=batch_size, updates=steps, train=settings.train,
    )  # fmt: skip
    pairs = [(cell, initialisation) for cell in CELLS for initialisation in INITIALISATIONS]
    flows: list[GradientFlow] = []
    with tqdm(total=2 * steps * len(pairs), unit=" updates", disable=None) as progress:
        for cell, initialisation in pairs:
            progress.set_description(f"{cell}, {initialisation} weights")
            flows += gradient_flows(experiment, cell, initialisation, advance=progress.update)
    report = GradientReport(
        flows, experiment.hidden_size, steps, experiment.clip_norm, facts=_facts(settings, experiment)
    )
    report.write(out)
    return report


def training_ids(settings: Settings) -> NDArray[np.integer]:
    """The token ids of the training text in one row, `</s>` between its texts; of pairs, the source side.

    The text of a run that was made with other text settings, or of one that has not begun, is prepared for this alone.

    Raises:
        UserError: anything wrong with the corpus or the text settings.
    """
    run_dir, task = Path(settings.run_dir), task_named(settings.task)
    if (run_dir / SETTINGS_FILE).is_file():
        own = any_run_settings(run_dir)
        parts = [(part.task, part.data, part.text, part.train.seed) for part in (own, settings)]
        if parts[0] == parts[1] and (run_dir / "data").is_dir():
            return task.stages.training_ids(run_dir)
    with TemporaryDirectory(prefix="nlpseq-") as folder:
        task.stages.prepare(settings, Path(folder))
        return np.array(task.stages.training_ids(Path(folder)))


def _frequent(ids: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """The ids renumbered from the most frequent down, all but `size` as one more; and how many there are.

    >>> ids, count = _frequent(np.array([7, 9, 9, 4, 7, 9, 5]), 2)
    >>> ids.tolist(), count
    ([1, 0, 0, 2, 1, 0, 2], 3)
    """
    counts = np.bincount(ids)
    ranks = np.empty(len(counts), dtype=np.int32)
    ranks[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    used = int((counts > 0).sum())
    return np.minimum(ranks[ids], size), min(used, size + 1)


def _facts(settings: Settings, experiment: Experiment) -> dict[str, str]:
    import torch

    train = settings.train
    return {
        "Text": f"{Path(settings.data.path).name}, {len(experiment.ids):,} tokens, {experiment.vocab_size:,} kinds",
        "Models": f"embedding {experiment.embedding_dim}, hidden {experiment.hidden_size}, one layer, float32",
        "Windows": f"{experiment.batch_size} of {experiment.length} tokens measured, as many in an update",
        "Training": f"{experiment.updates} updates, {train.optimizer}, learning rate {train.lr:g}",
        "Seed": str(train.seed),
        "torch": torch.__version__,
    }
