"""A search for better settings: trials of a recipe under a budget, by Optuna, the worse half stopped early.

1. The first trial is the recipe itself, so that what is found is at least as good.
2. Each of the others trains with settings that the sampler (TPE, Bergstra et al. 2011) draws, in a folder named after
   them, for an equal share of the time that is left; one that is below the median of the others at the same number of
   validations is stopped.
3. What was found so far lies in `trials.log`: the same command goes on, and a trial that was cut off goes on too.
4. The trials become a table, the best of them a recipe.
"""

from __future__ import annotations

import csv
import logging
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.counting import counted
from nlpseq.errors import UserError
from nlpseq.files import atomic_path
from nlpseq.program import install
from nlpseq.recipe import option_words, write_settings
from nlpseq.runs.stages import Stages, fingerprint
from nlpseq.runs.swap import copy_version
from nlpseq.tasks import verbs
from nlpseq.tasks.ranges import Range, drawn_from, own_values, usual_ranges
from nlpseq.tasks.together import refuse_several
from nlpseq.training import CURVES_FILE
from nlpseq.training.watch import watched_by

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial, Trial

log = logging.getLogger("nlpseq")

TRIALS_LOG, TABLE_FILE, BEST_FILE = "trials.log", "trials.csv", "best.yaml"
# Trials that are drawn at random before the sampler learns from them, and before any is stopped early.
FIRST_TRIALS = 4


# Options as on the command line -> the settings of the recipe with them.
Read = Callable[[Sequence[str]], Any]


@dataclass(frozen=True)
class TrialOutcome:
    """A trial: its number, its settings, what it scored in validation, its minutes, and how it ended."""

    number: int
    settings: dict[str, Any]
    score: float | None
    minutes: float
    state: str


def search(read: Read, *, trials: int, minutes: float, home: Path, over: Mapping[str, Range]) -> list[TrialOutcome]:
    """Search, or go on with a search, until there are `trials` trials or they have taken `minutes`; the best first.

    Args:
        read: options as on the command line -> the settings of the recipe with them.
        trials: of the search, those of earlier calls among them.
        minutes: of all trainings together, those of earlier calls among them.
        home: the folder of the search.
        over: setting by its dotted name -> its range; by default those of `usual_ranges`.

    Raises:
        UserError: Optuna is not installed, the recipe cannot be run, or `home` holds another search.
    """
    try:
        import optuna
    except ModuleNotFoundError as error:
        raise UserError(f"search needs {error.name}; run {install('search')}") from error
    refuse_several("a search")
    settings = read([])
    ranges = dict(over) or usual_ranges(settings)
    for key, found in ranges.items():  # is it a setting at all?
        for value in found.choices or (found.low, found.high):
            read(option_words({key: value}))
    study = _study(home, settings, ranges)
    maximise = study.direction is optuna.study.StudyDirection.MAXIMIZE
    while len(_ended(study)) < trials:
        left = minutes - sum(_minutes(trial) for trial in _ended(study))
        if left <= 0:
            log.info("the time is spent after %s", counted(len(_ended(study)), "trial"))
            break
        trial = study.ask()
        drawn = {key: drawn_from(trial, key, found) for key, found in ranges.items()}
        share = left / (trials - len(_ended(study)))
        log.info("trial %d of %d, %.1f minutes: %s", len(_ended(study)) + 1, trials, share, _in_words(drawn))
        try:
            score = _train(read, drawn, share, home, trial, maximise)
        except optuna.TrialPruned:
            log.info("stopped: worse than the median of the others at this point")
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        except UserError as error:
            if trial.number == 0:  # the recipe itself
                raise
            log.warning("trial %d failed: %s", trial.number + 1, error)
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            study.tell(trial, score)
    outcomes = _outcomes(study, maximise)
    _write_table(home / TABLE_FILE, outcomes, list(ranges), settings.train.monitor)
    if outcomes and outcomes[0].score is not None:
        write_settings(read(option_words(outcomes[0].settings)), home / BEST_FILE)
    return outcomes


def _study(home: Path, settings: Any, ranges: Mapping[str, Range]) -> Study:
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    home.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name="search",
        storage=JournalStorage(JournalFileBackend(str(home / TRIALS_LOG))),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=FIRST_TRIALS, n_warmup_steps=1),
        direction="minimize" if settings.train.monitor == "loss" else "maximize",
        load_if_exists=True,
    )
    recipe = {key: value for key, value in asdict(settings).items() if key != "run_dir"}
    made_from = fingerprint(recipe, {key: list(found) for key, found in ranges.items()})
    known = study.user_attrs.get("made_from")
    if known not in (None, made_from):
        raise UserError(f"{home}: it holds a search of another recipe or over other settings; choose another --output")
    study.set_user_attr("made_from", made_from)
    # The random numbers of an earlier call are not drawn again.
    study.sampler = optuna.samplers.TPESampler(
        seed=settings.train.seed + len(study.trials), n_startup_trials=FIRST_TRIALS
    )
    if not study.trials:
        study.enqueue_trial(own_values(settings, ranges))
    for trial in study.trials:
        if trial.state is optuna.trial.TrialState.RUNNING:  # an earlier call was stopped in it
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
            study.set_user_attr(f"cut off {trial.number}", True)
            study.enqueue_trial(trial.params)
    return study


def _train(
    read: Callable[[Sequence[str]], Any],
    drawn: Mapping[str, Any],
    minutes: float,
    home: Path,
    trial: Trial,
    maximise: bool,
) -> float:
    """The best validation of a training with these settings.

    Raises:
        optuna.TrialPruned: it is not worth going on.
    """
    import optuna

    settings = read(option_words(drawn))
    run_dir = home / f"trial-{fingerprint(drawn)[:8]}"
    budget = min(minutes, settings.train.max_minutes or math.inf)
    settings = replace(settings, run_dir=str(run_dir), train=replace(settings.train, max_minutes=round(budget, 3)))
    name, best, number = f"val_{settings.train.monitor}", -math.inf if maximise else math.inf, 0

    def watch(row: Mapping[str, float]) -> None:
        nonlocal best, number
        if name not in row:  # of a pretraining
            return
        best, number = (max if maximise else min)(best, row[name]), number + 1
        trial.report(best, number)
        if trial.should_prune():
            raise optuna.TrialPruned

    _share_text(home, run_dir)
    try:
        with watched_by(watch):
            verbs.train(settings)
    except optuna.TrialPruned:
        shutil.rmtree(run_dir, ignore_errors=True)
        raise
    with open(run_dir / CURVES_FILE, encoding="utf-8", newline="") as file:
        return (max if maximise else min)(float(row[name]) for row in csv.DictReader(file))


def _share_text(home: Path, run_dir: Path) -> None:
    """Give a new trial the prepared text of another one; where the settings of the text differ it is not taken."""
    if run_dir.exists():
        return
    for other in home.glob("trial-*"):
        if (prepared := Stages(other).get("prepare")) is not None:
            copy_version(other, run_dir, only=("data", "text"))
            Stages(run_dir).mark("prepare", prepared)
            return


def _ended(study: Study) -> list[FrozenTrial]:
    """The trials that count: not those that an earlier call was stopped in, which come again."""
    return [
        trial for trial in study.trials
        if trial.state.is_finished() and f"cut off {trial.number}" not in study.user_attrs
    ]  # fmt: skip


def _minutes(trial: FrozenTrial) -> float:
    return trial.duration.total_seconds() / 60 if trial.duration is not None else 0.0


def _outcomes(study: Study, maximise: bool) -> list[TrialOutcome]:
    states = {"COMPLETE": "trained", "PRUNED": "stopped early", "FAIL": "failed"}
    found = [
        TrialOutcome(
            trial.number + 1, dict(trial.params),
            trial.value if trial.state.name == "COMPLETE" else None, round(_minutes(trial), 2),
            states.get(trial.state.name, trial.state.name.lower()),
        )
        for trial in _ended(study)
    ]  # fmt: skip
    worst = -math.inf if maximise else math.inf
    return sorted(found, key=lambda outcome: worst if outcome.score is None else outcome.score, reverse=maximise)


def _write_table(path: Path, outcomes: Sequence[TrialOutcome], keys: Sequence[str], monitor: str) -> None:
    with atomic_path(path) as beside, open(beside, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["trial", f"val_{monitor}", "minutes", "state", *keys])
        for outcome in outcomes:
            score = "" if outcome.score is None else outcome.score
            settings = [outcome.settings.get(key, "") for key in keys]
            writer.writerow([outcome.number, score, outcome.minutes, outcome.state, *settings])


def _in_words(settings: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in settings.items()
    )
