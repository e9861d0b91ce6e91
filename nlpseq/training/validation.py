"""A validation: the scores of the model as it is, its row in the curves, and its place among the best."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

import torch

from nlpseq.config import TrainSettings
from nlpseq.errors import UserError
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.interrupts import Interrupts
from nlpseq.training.state import Candidate, TrainState, finite
from nlpseq.training.watch import show

log = logging.getLogger("nlpseq")

# Scores below this (of 100 or of 1) are luck, as a BLEU of 0.007 is. Models that score no more differ by their loss.
NOTHING_LEARNT = 0.01
# A mean loss above this has no perplexity: exp of it is more than a number can hold.
MAX_LOSS = 700.0


def validation(
    state: TrainState,
    settings: TrainSettings,
    folder: TrainingFolder,
    validate: Callable[[], dict[str, float]],
    interrupts: Interrupts,
) -> dict[str, float]:
    """Score the model as it is now, and note that; the scores as val_NAME.

    In full precision, as the model will be used. The best models are written; nothing refers to them yet.

    Raises:
        UserError: the training diverged.
        KeyboardInterrupt, SystemExit: a signal came; nothing has changed.
    """
    tokens, seconds = state.tokens - state.measured[0], state.clock.seconds() - state.measured[1]
    if not finite(list(state.model.parameters())):
        raise diverged(settings, f"its weights are not finite after step {state.step}")
    scores = state.ranks.told(partial(_scores, state, validate, interrupts))
    if isinstance(scores, BaseException):
        interrupts.at_rest = True
        raise scores
    if not scores["loss"] <= MAX_LOSS:
        raise diverged(settings, f"its validation loss after step {state.step} is {scores['loss']:.3g}")
    named = {f"val_{name}": float(value) for name, value in scores.items()}
    row = {
        "step": state.step,
        "epoch": round(state.epochs(settings.max_epochs), 2),
        "minutes": round(state.clock.seconds() / 60, 3),
        "train_loss": round(state.train_loss, 4),
        **{name: round(value, 4) for name, value in named.items()},
        "lr": state.optimizer.param_groups[0]["lr"],
        "tokens_per_second": round(tokens / max(1e-9, seconds)),
    }
    log.info(in_words(row, settings.max_epochs))
    state.rows.append(row)
    rank(state, settings, folder, candidate(scores, state.step, monitor=settings.monitor))
    if state.plateau is not None:
        state.plateau.step(scores["loss"])
    state.loss_sum, state.loss_count = 0.0, 0
    state.validated, state.measured = state.step, (state.tokens, state.clock.seconds())
    show(row)
    return named


def _scores(
    state: TrainState, validate: Callable[[], dict[str, float]], interrupts: Interrupts
) -> dict[str, float] | BaseException:
    """The scores, or the stop that a signal was, which is one for all processes."""
    state.model.eval()
    try:
        with interrupts.allowed(), torch.inference_mode():
            return validate()
    except (KeyboardInterrupt, SystemExit) as stop:
        return stop
    finally:
        state.model.train()


def in_words(row: dict[str, float], max_epochs: int) -> str:
    """A row of the curves on one line.

    >>> in_words({"step": 1200, "epoch": 2.0, "minutes": 3.512, "train_loss": 2.25, "val_loss": 2.5, "val_bleu": 31.25,
    ...     "lr": 0.001, "tokens_per_second": 12345}, 10)
    'step 1,200, epoch 2.0/10, 3.5 min, loss 2.250, val. loss 2.5, val. bleu 31.25, 12,345 tokens/s'
    """
    scores = [f"val. {name.removeprefix('val_')} {value:.4g}" for name, value in row.items() if name.startswith("val_")]
    parts = [f"step {row['step']:,}", f"epoch {row['epoch']:.1f}/{max_epochs}", f"{row['minutes']:.1f} min"]
    return ", ".join([*parts, f"loss {row['train_loss']:.3f}", *scores, f"{row['tokens_per_second']:,} tokens/s"])


def candidate(scores: dict[str, float], step: int, *, monitor: str) -> Candidate:
    """The model of these scores, as `monitor` sees it.

    >>> candidate({"loss": 5.4, "bleu": 0.007}, 8, monitor="bleu")
    Candidate(score=0.0, loss=5.4, step=8)
    >>> candidate({"loss": 5.4, "bleu": 0.007}, 8, monitor="loss")
    Candidate(score=-5.4, loss=5.4, step=8)
    """
    loss = float(scores["loss"])
    if monitor == "loss":
        return Candidate(-loss, loss, step)
    return Candidate(float(scores[monitor]) if scores[monitor] >= NOTHING_LEARNT else 0.0, loss, step)


def rank(state: TrainState, settings: TrainSettings, folder: TrainingFolder, new: Candidate) -> None:
    """Give `new` its place among the best models, and patience its due.

    Patience does not count while nothing has been learnt: a score still at its worst says nothing of the training.
    """
    if not state.best or new.better_than(state.best[0]):
        state.waited = 0
    elif settings.monitor == "loss" or state.best[0].score > 0:
        state.waited += 1
    best = sorted([*state.best, new], key=lambda model: model.rank)[: settings.keep_best]
    if new in best:
        folder.keep(state, new)
    state.best = best


class Diverged(UserError):
    """The training has left all reason; all of its processes find that at once."""


def diverged(settings: TrainSettings, how: str) -> Diverged:
    """What to tell the user then."""
    return Diverged(f"the training diverged: {how}; lower {settings.section}.lr or set {settings.section}.clip_norm")
