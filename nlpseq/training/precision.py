"""In which precision a training computes: as it is set, or in the one whose steps are faster on this machine."""

from __future__ import annotations

import json
import logging
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nlpseq.config import TrainSettings
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.training import PRECISION_FILE
from nlpseq.training.objective import Objective, Stream

log = logging.getLogger("nlpseq")

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
# Batches are tried until this much time is gone, at most so many; of each the first pass, which may compile kernels for
# its shapes, does not count.
SECONDS, BATCHES, PASSES = 2.0, 8, 2
# More of a training's own passes the trial must not take: of a few steps it would take more than it can spare them.
SHARE = 0.05
# bf16 rounds, so it must win by more than a measurement errs.
ENOUGH = 0.95
# Where a product takes this many times as long in bf16, it is emulated, and a step in it could take minutes.
EMULATED = 4.0


@dataclass(frozen=True)
class Chosen:
    """A precision, "fp32" or "bf16"; and where it was measured, the milliseconds of a step in each but the optimizer's.

    >>> str(Chosen("fp32", {"fp32": 127.14, "bf16": 222.0})), str(Chosen("bf16"))
    ('fp32 (measured: a step takes 127.1 ms in fp32, 222.0 ms in bf16)', 'bf16')
    """

    precision: str
    step_ms: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        figures = ", ".join(f"{figure:.1f} ms in {name}" for name, figure in self.step_ms.items())
        return f"{self.precision} (measured: a step takes {figures})" if figures else self.precision


def choose_precision(
    model: nn.Module, objective: Objective, batches: Stream, settings: TrainSettings, folder: Path
) -> Chosen:
    """The precision of the training in `folder`: as set, as it began there, or measured, and then noted there.

    A training of few steps is not worth a measurement, and stays in fp32.

    Args:
        model: on its device.
        batches: from their beginning; they, the model, the objective and the random generators are left as they were.

    Raises:
        UserError: what was noted is damaged.
    """
    if settings.precision != "auto":
        return Chosen(settings.precision)
    path = folder / PRECISION_FILE
    if path.exists():  # a training keeps what it began with, wherever it goes on
        fix = "delete it to have it measured again"
        try:
            noted = Chosen(**read_json(path, dict, fix=fix))
            DTYPES[noted.precision]
        except (TypeError, KeyError) as error:
            raise UserError(f"{path}: names no precision; {fix}") from error
        return noted
    chosen = Chosen("fp32")
    if tried := min(BATCHES, int(SHARE * len(batches) / (len(DTYPES) * (1 + PASSES)))):
        chosen = measured(model, objective, batches, most=tried)
    write_text_atomically(path, json.dumps(asdict(chosen)) + "\n")
    log.info("precision: %s", chosen)
    return chosen


def measured(model: nn.Module, objective: Objective, batches: Stream, *, most: int = BATCHES) -> Chosen:
    """bf16 if the model's own first steps, on `most` batches, are clearly faster in it, forwards and backwards."""
    device = next(model.parameters()).device
    if device.type == "mps" or _emulated(device):  # how long a step takes on Apple's GPU is not known without waiting
        return Chosen("fp32")
    seconds: dict[str, list[float]] = {name: [] for name in DTYPES}
    with _without_a_trace(model, objective, batches, device):
        started = time.perf_counter()
        for batch in islice(iter(batches), most):
            for name, best in _fastest_passes(model, objective, batch.to(device), device).items():
                seconds[name].append(best)
            if time.perf_counter() - started > SECONDS:
                break
    means = {name: round(1e3 * statistics.fmean(found), 2) for name, found in seconds.items()}
    return Chosen("bf16" if means["bf16"] < ENOUGH * means["fp32"] else "fp32", means)


@contextmanager
def _without_a_trace(model: nn.Module, objective: Objective, batches: Stream, device: torch.device) -> Iterator[None]:
    """Passes in this block leave model, objective, batches and random generators as they were."""
    drawn, state, training = batches.state_dict(), objective.state, model.training
    model.train()
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        yield
    model.zero_grad()
    model.train(training)
    objective.state = state
    batches.load_state_dict(drawn)


def _fastest_passes(model: nn.Module, objective: Objective, batch: Any, device: torch.device) -> dict[str, float]:
    """Seconds of the fastest pass over `batch` in each precision, by turns."""
    given, seconds = objective.state, dict.fromkeys(DTYPES, math.inf)
    for number in range(1 + PASSES):
        for name in reversed(DTYPES):  # fp32 last: what the objective keeps for the next batch is its
            objective.state = given
            spent = _seconds(partial(_pass, model, objective, batch, device.type, DTYPES[name]), device)
            if number:
                seconds[name] = min(seconds[name], spent)
    return seconds


def _pass(model: nn.Module, objective: Objective, batch: Any, device: str, dtype: torch.dtype) -> None:
    with torch.autocast(device, dtype, enabled=dtype != torch.float32):
        loss = objective(model, batch)
    loss.total.backward()


def _emulated(device: torch.device) -> bool:
    """Whether bf16 products are so slow that no step need be tried."""
    best = {}
    for name, dtype in DTYPES.items():
        matrix = torch.ones(256, 256, dtype=dtype, device=device)
        best[name] = min(_seconds(partial(torch.mm, matrix, matrix), device) for _ in range(4))
    return best["bf16"] > EMULATED * best["fp32"]


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    started = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started
