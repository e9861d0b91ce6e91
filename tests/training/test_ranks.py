"""Processes that train together take the steps of a single one, and what is killed goes on exactly."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from nlpseq.config import ClassifySettings, GenerateSettings, TranslateSettings
from nlpseq.data.windows import WindowStream
from nlpseq.errors import UserError
from nlpseq.runs.swap import TRAINING, copy_version
from nlpseq.tasks import verbs
from nlpseq.training import loop
from nlpseq.training.fit import fit
from nlpseq.training.ranks import Ranks, joined
from tests.processes import codes, done, started
from tests.training.test_loop import CASES, Batches, assert_moved_by, gradient, settings


class Shared(Batches):
    """Given batches, of which a process is given some rows."""

    share = slice(None)

    def __iter__(self) -> Iterator[Any]:
        for batch in super().__iter__():
            rows = {field.name: getattr(batch, field.name) for field in fields(batch)}
            mine = {name: part[self.share] for name, part in rows.items() if isinstance(part, Tensor)}
            yield replace(batch, **mine) if all(map(len, mine.values())) else None


def descend(folder: Path) -> None:
    """Every case takes its step on two batches; this process has the weights of descent on the mean over all rows."""
    for name, make in CASES.items():
        torch.manual_seed(3)
        case = make()
        before = deepcopy(case.model)
        fit(
            case.model, case.objective, Shared(case.batches), settings(accumulate=2), folder / name,
            steps_per_epoch=1, validate=lambda: {"loss": 1.0},
        )  # fmt: skip
        assert_moved_by(case, before, gradient(case, before, case.batches))


@pytest.mark.parametrize("size", [2, 3])
def test_the_step_of_several_processes_is_that_of_one(size: int, tmp_path: Path) -> None:
    """Some of them have no rows: three texts in one batch, and one in the other."""
    done(size, descend, tmp_path / "runs", output=tmp_path)


def test_the_penalty_counts_once_and_the_gradient_is_clipped_as_a_whole(tmp_path: Path) -> None:
    done(2, penalised, tmp_path / "two", output=tmp_path)
    case = penalised(tmp_path / "one")
    for name, weight in torch.load(tmp_path / "two" / "weights.pt").items():
        torch.testing.assert_close(weight, case[name], rtol=1e-5, atol=1e-6, msg=name)


def penalised(folder: Path) -> dict[str, Tensor]:
    rank = int(os.environ.get("RANK", 0))
    torch.manual_seed(3 + rank)  # the others have the weights of the first all the same
    case = CASES["translation"]()
    fit(
        case.model, case.objective, Shared(3 * case.batches), settings(l1=0.01, clip_norm=0.05), folder,
        steps_per_epoch=6, validate=lambda: {"loss": 1.0},
    )  # fmt: skip
    weights = {name: weight.detach() for name, weight in case.model.named_parameters()}
    # Each has dropout of its own, and the first that of a single process.
    assert torch.initial_seed() == (settings().seed + (rank << 32) if rank else 3)
    if os.environ.get("RANK") == "0":
        torch.save(weights, folder / "weights.pt")
    return weights


# ---- whole trainings


def calm(settings: Any, run_dir: Path, **train: Any) -> Any:
    """Without chance in the network, so that any number of processes takes the same steps."""
    model = {field.name: 0.0 for field in fields(settings.model) if field.name.endswith("dropout")}
    return replace(
        settings, run_dir=str(run_dir), model=replace(settings.model, **model),
        train=replace(settings.train, **{"resume_every_steps": 4, **train}),
    )  # fmt: skip


def recorded(settings: Any, kill_at: int | None = None) -> None:
    """Train, and leave the loss of each step in `losses.json` beside the run; or die once so many steps are done."""
    step, losses, place = loop.train_step, {}, Path(f"{settings.run_dir}-losses.json")

    def record(fabric: Any, state: Any, *rest: Any) -> float:
        if state.step == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        loss = step(fabric, state, *rest)
        losses[state.step] = loss
        return loss

    loop.train_step = record
    try:
        verbs.train(settings)
    finally:
        loop.train_step = step
    if os.environ.get("RANK", "0") == "0":
        place.write_text(json.dumps(losses))


def losses_of(settings: Any) -> dict[int, float]:
    return {int(step): loss for step, loss in json.loads(Path(f"{settings.run_dir}-losses.json").read_text()).items()}


@pytest.fixture
def task_settings(
    request: pytest.FixtureRequest,
    tiny_settings: TranslateSettings,
    review_settings: ClassifySettings,
    story_settings: GenerateSettings,
) -> Any:
    return {
        "translate": replace(tiny_settings, train=replace(tiny_settings.train, accumulate=2, consistency=1.0)),
        "classify": replace(review_settings, train=replace(review_settings.train, adversarial=0.5)),
        "generate": story_settings,
    }[request.param]


def on(*tasks: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("task_settings", tasks, indirect=True)


@on("translate", "classify", "generate")
def test_any_number_of_processes_has_the_losses_of_one(task_settings: Any, tmp_path: Path) -> None:
    one, two = (calm(task_settings, tmp_path / name, max_epochs=2) for name in ("one", "two"))
    recorded(one)
    done(2, recorded, two, output=tmp_path)
    assert len(losses_of(one)) >= 6
    assert losses_of(two) == pytest.approx(losses_of(one), abs=1e-5)
    assert (tmp_path / "two" / "curves.csv").read_text().count("\n") == 3


@on("translate", "generate")
def test_what_two_began_one_or_three_go_on_with(task_settings: Any, tmp_path: Path) -> None:
    one, three, whole = (calm(task_settings, tmp_path / name, max_epochs=2) for name in ("one", "three", "whole"))
    recorded(whole)
    with started(2, recorded, one, 5, output=tmp_path) as processes:
        assert codes(processes) == [-signal.SIGKILL] * 2
    copy_version(tmp_path / "one" / TRAINING, tmp_path / "three" / TRAINING)
    recorded(one)
    done(3, recorded, three, output=tmp_path)
    for resumed in (one, three):
        rest = {step: loss for step, loss in losses_of(whole).items() if step > 4}  # from the checkpoint of step 4 on
        assert losses_of(resumed) == pytest.approx(rest, abs=1e-5)


@on("classify", "generate")
def test_killed_processes_go_on_as_if_nothing_had_been(task_settings: Any, tmp_path: Path) -> None:
    """With dropout, and the state that a language model carries from window to window."""
    whole, killed = (replace(task_settings, run_dir=str(tmp_path / name)) for name in ("whole", "killed"))
    whole, killed = (
        replace(run, train=replace(run.train, resume_every_steps=3, max_epochs=2)) for run in (whole, killed)
    )
    done(2, recorded, whole, output=tmp_path)
    with started(2, recorded, killed, 5, output=tmp_path) as processes:
        assert codes(processes) == [-signal.SIGKILL] * 2
    done(2, recorded, killed, output=tmp_path)
    assert (tmp_path / "killed/model.safetensors").read_bytes() == (tmp_path / "whole/model.safetensors").read_bytes()
    assert losses_of(killed) == {step: loss for step, loss in losses_of(whole).items() if step > 3}
    saved = torch.load(tmp_path / "killed" / "resume.ckpt")
    assert not torch.equal(saved["random"]["cpu"], saved["random_of_others"][0]["cpu"])  # each has dropout of its own


# ---- what they tell each other


def note(folder: Path, word: str) -> None:
    (folder / f"{word}-{os.environ['RANK']}").touch()


def fails(error: BaseException) -> None:
    raise error


def talk(folder: Path) -> None:
    """Each line is said by every process; what they do is noted in files named word-RANK."""
    ranks = joined()
    rank, first = ranks.rank, ranks.rank == 0
    folder.mkdir(exist_ok=True)
    assert ranks is joined() and (ranks.first, ranks.size) == (first, 3)
    assert ranks.gathered(f"of {rank}") == (["of 0", "of 1", "of 2"] if first else [f"of {rank}"])
    assert ranks.most(float(rank), 5.0 - rank) == [2.0, 5.0]
    assert ranks.told(partial(mark, folder, "told", rank)) == 0
    assert ranks.lead(partial(leads, folder)) == "led"
    for say in (ranks.told, ranks.lead):
        for error, heard in ((ValueError("x"), UserError), (KeyboardInterrupt(), KeyboardInterrupt)):
            with pytest.raises(type(error) if first else heard) as caught:
                say(partial(fails, error))
            if not first and heard is UserError:
                assert "the first of the 3 processes could not go on, and says why" in str(caught.value)
    assert ranks.lead(partial(mark, folder, "again", rank)) == 0


def mark(folder: Path, word: str, found: int) -> int:
    note(folder, word)
    return found


def leads(folder: Path) -> str:
    ranks = joined()
    with ranks.asked(partial(note, folder, "asked")):
        note(folder, "leads")
    assert ranks.lead(partial(mark, folder, "within", 7)) == 7
    return "led"


def test_they_do_what_the_first_asks_and_hear_what_it_finds(tmp_path: Path) -> None:
    done(3, talk, tmp_path / "notes", output=tmp_path)
    found = sorted(path.name for path in (tmp_path / "notes").iterdir())
    assert found == ["again-0", "asked-1", "asked-2", "leads-0", "told-0", "within-0"]


def test_alone_nothing_is_asked_of_anybody() -> None:
    ranks, model = Ranks(), torch.nn.Linear(2, 2)
    assert ranks.first and ranks.share == slice(None) and ranks.rank == 0
    assert ranks.lead(lambda: 5) == ranks.told(lambda: 5) == 5
    assert ranks.gathered("x") == ["x"] and ranks.add_up([], 2.5, 3, 4) == (2.5, 3, 4)
    with ranks.asked(lambda: 1 / 0):
        ranks.spread(model)
    state = {"hidden": (torch.ones(1, 2, 3),)}
    assert ranks.joint([state]) is state and ranks.part(state) == state


# ---- parts


def test_the_state_of_dealt_rows_is_put_together_again() -> None:
    whole = {"hidden": (torch.arange(10.0).view(1, 5, 2), torch.arange(30.0).view(2, 5, 3))}
    for size in (2, 3, 7):
        parts, ranks = [], Ranks()
        ranks.size = size
        for rank in range(size):
            ranks.share = slice(rank, None, size)
            parts.append(ranks.part(whole))
        joint = ranks.joint(parts)["hidden"]
        assert [part.tolist() for part in joint] == [part.tolist() for part in whole["hidden"]]
        assert [bool(part) for part in parts] == [rank < 5 for rank in range(size)]


def test_tracks_are_dealt_out() -> None:
    def stream() -> WindowStream:
        return WindowStream(np.arange(50), batch_size=3, window=4, epochs=1, seed=2)

    whole, shares = list(stream()), []
    for rank in range(4):
        part = stream()
        part.share = slice(rank, None, 4)
        shares.append(list(part))
    assert shares[3] == [None] * len(whole)
    for place, batch in enumerate(whole):
        assert [shares[rank][place].inputs.tolist() for rank in range(3)] == [[row] for row in batch.inputs.tolist()]
