"""What a training leaves in its folder is whole and of one moment, wherever it was killed."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from nlpseq.config import TrainSettings
from nlpseq.errors import UserError
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.state import Candidate, Clock, TrainState
from nlpseq.training.validation import candidate, rank


class NoBatches:
    """A stream that only counts."""

    drawn = 0

    def __len__(self) -> int:
        return 9

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def state_dict(self) -> dict[str, Any]:
        return {"drawn": self.drawn}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.drawn = state["drawn"]


class NoObjective:
    def __init__(self) -> None:
        self.state: dict[str, Any] = {}


def new_state() -> TrainState:
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    return TrainState(model, optimizer, [], None, NoBatches(), NoObjective(), Clock(None))  # type: ignore[arg-type]


def validate(state: TrainState, folder: TrainingFolder, settings: TrainSettings, step: int, **scores: float) -> None:
    """As the loop does, without a network to score; the weights say the step."""
    state.step = step
    nn.init.constant_(state.model.weight, step)  # type: ignore[arg-type]
    state.rows.append({"step": step, **scores})
    rank(state, settings, folder, candidate(scores, step, monitor=settings.monitor))


def shown(path: Path) -> float:
    return float(load_file(path / "model.safetensors")["weight"][0, 0])


def names(path: Path) -> list[str]:
    return sorted(file.name for file in (path / "best").iterdir())


@pytest.mark.parametrize("keep_best", [1, 2])
def test_a_model_goes_after_the_checkpoint_that_forgets_it(keep_best: int, tmp_path: Path) -> None:
    settings, folder, state = TrainSettings(keep_best=keep_best), TrainingFolder(tmp_path), new_state()
    for step, loss in ((10, 0.6), (20, 0.5)):
        validate(state, folder, settings, step, loss=loss)
    folder.checkpoint(state)
    validate(state, folder, settings, 30, loss=0.4)  # and killed before the checkpoint that knows of it
    assert shown(tmp_path) == 20
    resumed, again = new_state(), TrainingFolder(tmp_path)
    assert again.load(resumed)
    assert [model.step for model in resumed.best] == [20, 10][:keep_best]
    again.average(resumed)  # all that the checkpoint names is there
    assert shown(tmp_path) == [20, 15][keep_best - 1]
    validate(resumed, again, settings, 25, loss=0.45)
    again.checkpoint(resumed)
    assert names(tmp_path) == ["step-0000020.safetensors", "step-0000025.safetensors"][-keep_best:]
    assert shown(tmp_path) == 25


def test_what_is_shown_is_what_the_checkpoint_knows(tmp_path: Path) -> None:
    settings, folder, state = TrainSettings(), TrainingFolder(tmp_path), new_state()
    validate(state, folder, settings, 10, loss=0.6)
    folder.checkpoint(state)
    (tmp_path / "curves.csv").write_text("of a later moment")
    (tmp_path / "model.safetensors").write_text("of a later moment")
    TrainingFolder(tmp_path).load(new_state())
    assert (tmp_path / "curves.csv").read_text().split() == ["step,loss", "10,0.6"]
    assert shown(tmp_path) == 10


def test_a_checkpoint_whose_best_model_is_gone_is_named(tmp_path: Path) -> None:
    settings, folder, state = TrainSettings(), TrainingFolder(tmp_path), new_state()
    validate(state, folder, settings, 10, loss=0.6)
    folder.checkpoint(state)
    (tmp_path / "best" / "step-0000010.safetensors").unlink()
    with pytest.raises(UserError, match=r"resume\.ckpt: cannot be resumed from; delete it to train from the start"):
        TrainingFolder(tmp_path).load(new_state())


def test_weights_that_are_not_finite_are_not_gone_on_from(tmp_path: Path) -> None:
    state = new_state()
    nn.init.constant_(state.model.weight, torch.nan)  # type: ignore[arg-type]
    TrainingFolder(tmp_path).checkpoint(state)
    with pytest.raises(UserError, match=r"resume\.ckpt: cannot be resumed from"):
        TrainingFolder(tmp_path).load(new_state())


def test_parts_of_killed_processes_are_swept(tmp_path: Path) -> None:
    for name in (".resume.123.part.ckpt", ".stages.9.part.json", ".README.77.part.md", ".model.1.part"):
        (tmp_path / name).write_text("half")
    for name in (".mine", "notes.part.md", ".x.part.md"):
        (tmp_path / name).write_text("the user's")
    TrainingFolder(tmp_path).load(new_state())
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine", ".x.part.md", "notes.part.md"]


def test_a_checkpoint_is_written_beside_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/proc/no/such/folder")
    monkeypatch.setattr("tempfile.tempdir", "/proc/no/such/folder")
    TrainingFolder(tmp_path).checkpoint(new_state())
    assert [path.name for path in tmp_path.iterdir()] == ["resume.ckpt"]


def test_a_full_disk_is_said_and_leaves_the_checkpoint_before(tmp_path: Path) -> None:
    folder, state = TrainingFolder(tmp_path), new_state()
    folder.checkpoint(state)
    before = (tmp_path / "resume.ckpt").read_bytes()
    usual, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        with pytest.raises(UserError, match=r"resume\.ckpt: .*the disk is full"):
            folder.checkpoint(state)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, usual)
    assert [path.name for path in tmp_path.iterdir()] == ["resume.ckpt"]
    assert (tmp_path / "resume.ckpt").read_bytes() == before


def test_a_state_goes_through_a_checkpoint(tmp_path: Path) -> None:
    state = new_state()
    state.averages = [torch.tensor([[1.0, 2.0]]), torch.tensor([3.0])]
    state.step, state.tokens, state.waited, state.measured = 7, 99, 2, (50, 1.5)
    state.loss_sum, state.loss_count = 1.25, 3
    state.objective.state = {"hidden": (torch.tensor([4.0]),)}
    state.clock.go_on_from(100.0)
    TrainingFolder(tmp_path).checkpoint(state)
    drawn = torch.rand(3)
    other = new_state()
    assert TrainingFolder(tmp_path).load(other)
    assert torch.equal(torch.rand(3), drawn)
    assert (other.step, other.tokens, other.waited, other.measured) == (7, 99, 2, (50, 1.5))
    assert (other.loss_sum, other.loss_count, other.saved) == (1.25, 3, 7)
    assert other.clock.seconds() >= 100 and other.objective.state["hidden"][0].item() == 4
    for mine, theirs in zip(state.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    assert other.averages is not None and torch.equal(other.averages[0], state.averages[0])
    live = other.model.weight.detach().clone()  # type: ignore[union-attr,operator]
    with other.averaged_weights():
        assert other.model.weight.tolist() == [[1.0, 2.0]]  # type: ignore[union-attr,operator]
    assert torch.equal(other.model.weight, live)  # type: ignore[arg-type]


def test_candidates_are_ranked_by_score_then_loss_then_step() -> None:
    models = [Candidate(0.0, 6.2, 10), Candidate(0.0, 4.6, 30), Candidate(0.0, 4.6, 20), Candidate(1.0, 9.0, 40)]
    assert [model.step for model in sorted(models, key=lambda model: model.rank)] == [40, 20, 30, 10]
