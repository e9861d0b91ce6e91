"""Which model is the best, and when patience ends: ties go to the loss, and nothing learnt is nothing to wait for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq.config import ClassifyTrainSettings, TrainSettings, TranslateTrainSettings
from nlpseq.errors import UserError
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.interrupts import Interrupts
from nlpseq.training.validation import candidate, validation
from nlpseq.training.watch import watched_by


def steps_of(folder: Path) -> list[int]:
    return [int(line.split(",")[0]) for line in (folder / "curves.csv").read_text().splitlines()[1:]]


def train(
    fit_slope: Any, folder: Path, scores: list[dict[str, float]], settings: type[TrainSettings], **changes: Any
) -> Any:
    """One step and one validation for each of `scores`."""
    left = iter(scores)
    return fit_slope(folder, lambda: next(left), settings, max_epochs=len(scores), **changes)


def bleu(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    return [{"loss": loss, "bleu": score} for score, loss in pairs]


@pytest.mark.parametrize(
    ("pairs", "best"),
    [
        ([(0.0, 6.2), (0.0, 5.0), (0.0, 4.6), (0.0, 4.9)], 3),  # all at zero: the loss decides
        ([(0.0072, 6.1), (0.0, 5.4), (0.004, 5.5)], 2),  # a BLEU of noise is zero
        ([(7.0, 3.0), (9.0, 2.9), (9.0, 2.5), (9.0, 2.7)], 3),
        ([(7.0, 3.0), (9.0, 2.9), (8.9, 0.5)], 2),
        ([(9.0, 2.5), (9.0, 2.5)], 1),  # equal in both: the earlier
    ],
)
def test_the_best_is_the_best_score_and_of_equal_ones_the_best_loss(
    pairs: list[tuple[float, float]], best: int, tmp_path: Path, fit_slope: Any
) -> None:
    train(fit_slope, tmp_path, bleu(*pairs), TranslateTrainSettings)
    assert [path.name for path in (tmp_path / "best").iterdir()] == [f"step-{best:07d}.safetensors"]


def test_the_mean_is_of_the_best_in_the_same_order(tmp_path: Path, fit_slope: Any) -> None:
    scores = [{"loss": loss, "accuracy": 1.0, "macro_f1": 1.0} for loss in (0.8, 0.1, 0.5, 0.2)]
    train(fit_slope, tmp_path, scores, ClassifyTrainSettings, average="best", keep_best=2)
    assert sorted(path.stem for path in (tmp_path / "best").iterdir()) == ["step-0000002", "step-0000004"]


@pytest.mark.parametrize(
    ("pairs", "last"),
    [
        ([(0.0, 5.0), (0.0, 6.0), (0.0, 7.0), (0.0, 8.0), (1.0, 9.0), (0.5, 1.0), (0.4, 1.0), (9.0, 1.0)], 7),
        ([(3.0, 5.0), (3.0, 4.0), (3.0, 3.0), (3.0, 2.0), (3.0, 2.0), (3.0, 2.5), (9.0, 1.0)], 6),  # loss still falls
        ([(3.0, 5.0), (2.0, 4.0), (3.0, 4.9), (2.0, 1.0), (1.0, 1.0), (9.0, 1.0)], 5),
    ],
)
def test_patience_counts_validations_that_are_no_better(
    pairs: list[tuple[float, float]], last: int, tmp_path: Path, fit_slope: Any
) -> None:
    outcome = train(fit_slope, tmp_path, bleu(*pairs), TranslateTrainSettings, patience=2)
    assert steps_of(tmp_path)[-1] == last
    assert (outcome.stopped_by, outcome.epochs) == ("patience", last)
    assert str(outcome) == f"epochs {last}.0 of {len(pairs)} (patience)"


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), 2000.0, 700.5])
def test_a_validation_loss_beyond_measure_is_a_divergence(loss: float, tmp_path: Path, fit_slope: Any) -> None:
    """A loss of 2,000 nats is finite, but no number holds its perplexity."""
    message = (
        r"^the training diverged: its validation loss after step 2 is \S+; lower train\.lr or set train\.clip_norm$"
    )
    with pytest.raises(UserError, match=message):
        train(fit_slope, tmp_path, bleu((0.0, 3.0), (0.0, loss)), TranslateTrainSettings)


def test_weights_that_are_not_finite_are_a_divergence(tmp_path: Path, fit_slope: Any) -> None:
    """Said before a validation that could not bear them: each step multiplies the weight by a million."""
    validated: list[int] = []

    def validate() -> dict[str, float]:
        validated.append(1)
        return {"loss": 1.0}

    with pytest.raises(UserError, match=r"^the training diverged: \S+ .* is not finite|are not finite.*; lower train"):
        fit_slope(tmp_path, validate, max_epochs=99, lr=1000.0, weight_decay=1000.0)
    assert len(validated) < 15


def test_a_model_whose_weights_are_not_finite_is_not_validated(tmp_path: Path, begin_slope: Any) -> None:
    state, settings = begin_slope(tmp_path, max_epochs=2)
    state.model.weight.data.fill_(float("inf"))
    with pytest.raises(UserError, match="its weights are not finite after step 0"), Interrupts() as interrupts:
        validation(state, settings, TrainingFolder(tmp_path), lambda: {"loss": 1 / 0}, interrupts)


def test_the_largest_loss_that_has_a_perplexity_is_none(tmp_path: Path, fit_slope: Any) -> None:
    train(fit_slope, tmp_path, [{"loss": 700.0}], TrainSettings)
    assert steps_of(tmp_path) == [1]


def test_curves_have_the_losses_since_the_validation_before(tmp_path: Path, fit_slope: Any) -> None:
    """The weight is 0, 1, 2 and so on, and its negative is the loss of a step."""
    train(fit_slope, tmp_path, [{"loss": loss} for loss in (0.1234567, 2.0, 2.5, 1.0)], TrainSettings, accumulate=2)
    head, *lines = (tmp_path / "curves.csv").read_text().splitlines()
    rows = [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]
    assert [(row["train_loss"], row["val_loss"]) for row in rows] == [("0.0", "0.1235"), ("-1.0", "2.0")]


def test_a_row_of_the_curves_has_the_speed_since_the_validation_before(
    tmp_path: Path, begin_slope: Any, caplog: pytest.LogCaptureFixture
) -> None:
    state, settings = begin_slope(tmp_path, max_epochs=8)
    state.step = state.batches.drawn = 5
    state.tokens, state.measured = 1030, (1000, 29.55)
    state.clock.seconds = lambda: 30.05
    state.loss_sum, state.loss_count = 10.0, 3
    shown: list[Any] = []
    with caplog.at_level("INFO", "nlpseq"), watched_by(shown.append), Interrupts() as interrupts:
        found = validation(
            state, replace(settings, max_epochs=3), TrainingFolder(tmp_path), lambda: {"loss": 0.1234567}, interrupts
        )
    assert found == {"val_loss": 0.1234567}
    assert state.rows == shown == [
        {
            "step": 5, "epoch": 1.88, "minutes": 0.501, "train_loss": 3.3333, "val_loss": 0.1235, "lr": 1.0,
            "tokens_per_second": 60,
        }
    ]  # fmt: skip
    assert caplog.messages == ["step 5, epoch 1.9/3, 0.5 min, loss 3.333, val. loss 0.1235, 60 tokens/s"]
    assert (state.loss_sum, state.loss_count, state.validated, state.measured) == (0.0, 0, 5, (1030, 30.05))


def test_a_score_is_something_from_a_hundredth_on() -> None:
    assert candidate({"loss": 5.0, "bleu": 0.01}, 8, monitor="bleu") == (0.01, 5.0, 8)
    assert candidate({"loss": 5.0, "bleu": 0.0099}, 8, monitor="bleu") == (0.0, 5.0, 8)
