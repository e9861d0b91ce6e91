"""What stands in a run folder belongs together at every moment, whenever a writer is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlpseq.errors import UserError
from nlpseq.runs import swap
from nlpseq.runs.swap import (
    INCOMING,
    RENEWAL,
    TRAINING,
    copy_version,
    drop,
    home,
    in_force,
    locked,
    publish,
    renewed,
    settle,
    whole,
)


class Killed(BaseException):
    """Ends a call as SIGKILL would: nothing cleans up after it."""


def make(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_json", ".json").replace("_safetensors", ".safetensors")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of two folders and three files, one of which the new version has not, and a file of the user's."""
    run_dir = make(
        tmp_path / "run", config_json="old", model_safetensors="old", metrics_json="old", data__a="old", data__b="old",
        text__v="old", outputs__tags="old",
    )  # fmt: skip
    (run_dir / "notes.txt").write_text("the user's")
    return run_dir


@pytest.fixture
def version(run: Path) -> Path:
    """What is to take its place."""
    return make(run / TRAINING, config_json="new", model_safetensors="new", data__a="new", data__c="new", text__v="new")


OLD = {
    "config.json": "old", "model.safetensors": "old", "metrics.json": "old", "data/a": "old", "data/b": "old",
    "text/v": "old", "outputs/tags": "old", "notes.txt": "the user's",
}  # fmt: skip
NEW = {
    "config.json": "new", "model.safetensors": "new", "data/a": "new", "data/c": "new", "text/v": "new",
    "notes.txt": "the user's",
}  # fmt: skip


def test_a_version_takes_the_place_of_the_one_before_and_leaves_the_users_files(run: Path, version: Path) -> None:
    publish(version)
    assert contents(run) == NEW
    assert not (run / TRAINING).exists() and not (run / INCOMING).exists()


def die_at(patch: pytest.MonkeyPatch, call: int) -> None:
    """Raise in place of the `call`-th change to the file system that a swap makes."""
    calls = 0

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == call:
                raise Killed
            return function(*args, **kwargs)

        return counting

    patch.setattr(swap.os, "rename", counted(os.rename))
    patch.setattr(swap.os, "replace", counted(os.replace))
    patch.setattr(swap.shutil, "rmtree", counted(swap.shutil.rmtree))
    patch.setattr(Path, "unlink", counted(Path.unlink))
    patch.setattr(Path, "mkdir", counted(Path.mkdir))


def test_whenever_it_is_killed_the_run_is_the_old_one_or_becomes_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    for call in range(1, 40):
        run_dir = make(
            tmp_path / str(call), config_json="old", model_safetensors="old", metrics_json="old", data__a="old",
            data__b="old", text__v="old", outputs__tags="old",
        )  # fmt: skip
        (run_dir / "notes.txt").write_text("the user's")
        made = make(
            run_dir / TRAINING, config_json="new", model_safetensors="new", data__a="new", data__c="new", text__v="new"
        )
        with monkeypatch.context() as patch:
            die_at(patch, call)
            try:
                publish(made)
            except Killed:
                ended = False
            else:
                ended = True
        if made.exists():  # not yet the moment of the swap
            swap.shutil.rmtree(made)
            expected = OLD
        else:
            expected = NEW
        # A reader settles what was begun, and so does the next writer.
        assert in_force(run_dir) == run_dir
        assert contents(run_dir) == expected, call
        seen.add(len(expected))
        if ended:
            break
    assert ended and call > 6 and seen == {len(OLD), len(NEW)}


def test_a_second_kill_while_it_is_settled_changes_nothing(
    run: Path, version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = 0
    for call in (2, 1, 2, 3, 1, 2, 99):
        with monkeypatch.context() as patch:
            die_at(patch, call)
            try:
                publish(version) if version.exists() else settle(run)
            except Killed:
                deaths += 1
    assert deaths >= 4 and contents(run) == NEW


def test_only_one_process_writes_and_its_lock_dies_with_it(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    code = (
        "import sys, time; from pathlib import Path; from nlpseq.runs.swap import locked\n"
        f"with locked(Path({str(run_dir)!r})):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None and other.stdout.readline() == "held\n"
            with pytest.raises(UserError, match="run: another nlpseq is at work in this folder"), locked(run_dir):
                pass
        finally:
            other.kill()
    with locked(run_dir):
        (run_dir / "kept").touch()
    assert (run_dir / "kept").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_worker_does_not_hold_the_lock_of_its_parent(tmp_path: Path) -> None:
    code = f"""
import os
from pathlib import Path
from nlpseq.runs.swap import locked
run_dir, (reading, writing), (hearing, telling) = Path({str(tmp_path / "run")!r}), os.pipe(), os.pipe()
with locked(run_dir):
    (run_dir / "kept").touch()
    worker = os.fork()
    if worker == 0:
        os.write(telling, b".")
        os.close(writing)
        os.read(reading, 1)  # until its parent ends
        os._exit(0)
    os.read(hearing, 1)
with locked(run_dir):  # while the worker is still there
    print("had")
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.returncode) == ("had\n", 0), ended.stderr


def test_the_lock_takes_away_what_a_kill_has_left(run: Path) -> None:
    (run / ".README.123.part.md").write_text("half")
    (run / TRAINING).mkdir()
    (run / TRAINING / ".resume.123.part.ckpt").write_text("half")
    (run / RENEWAL).mkdir()
    with locked(run):
        assert contents(run) == OLD
    assert (run / TRAINING).is_dir()  # an unfinished training goes on


def test_a_folder_that_came_to_nothing_is_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no data"), locked(tmp_path / "new"):
        raise UserError("no data")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", [TRAINING, RENEWAL, INCOMING])
def test_a_run_folder_has_a_name_of_its_own(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be called"), locked(tmp_path / name):
        pass


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    with pytest.raises(UserError, match="run: cannot be used as a run folder"), locked(tmp_path / "run"):
        pass


def test_a_copy_changes_nothing_in_the_original(run: Path) -> None:
    with locked(run), renewed(run) as copy:
        assert contents(copy) == {name: text for name, text in OLD.items() if name != "notes.txt"}
        drop(copy, "metrics.json", "outputs", "data", "none.json")
        os.replace(make(copy, other="new") / "other", copy / "config.json")
        assert contents(run) == OLD | {f"{RENEWAL}/{name}": text for name, text in contents(copy).items()}
    assert contents(run) == {
        "config.json": "new", "model.safetensors": "old", "text/v": "old", "notes.txt": "the user's"
    }  # fmt: skip


def test_a_renewal_that_fails_leaves_the_run_as_it_was(run: Path) -> None:
    with pytest.raises(KeyboardInterrupt), locked(run), renewed(run) as copy:
        drop(copy, "config.json")
        raise KeyboardInterrupt
    assert contents(run) == OLD


def test_some_entries_can_be_copied(run: Path) -> None:
    copy_version(run, run / TRAINING, only=("data",))
    assert contents(run / TRAINING) == {"data/a": "old", "data/b": "old"}


def test_a_first_training_is_read_where_it_lies_a_later_one_is_not(tmp_path: Path, run: Path, version: Path) -> None:
    first = make(tmp_path / "first" / TRAINING, model_safetensors="new", config_json="new")
    assert in_force(tmp_path / "first") == first
    assert in_force(run) == run
    assert home(first) == tmp_path / "first"


def test_what_is_loaded_is_of_one_version(run: Path, version: Path) -> None:
    calls = 0

    def load() -> tuple[str, str]:
        nonlocal calls
        calls += 1
        config = (run / "config.json").read_text()
        if calls == 1:
            publish(version)  # by another process, in the middle of reading
        return config, (run / "model.safetensors").read_text()

    assert whole(run, load) == ("new", "new") and calls == 2


def test_an_error_is_told_unless_it_came_from_a_swap(run: Path) -> None:
    def load() -> str:
        raise UserError("damaged")

    with pytest.raises(UserError, match="damaged"):
        whole(run, load)


# ---- folders that a stranger made


@pytest.mark.parametrize("name", ["data", "data/corpus", "README.md", "tensorboard", "training", ".incoming"])
@pytest.mark.parametrize("target", ["outside", "/dev/zero", "/"])
def test_nothing_that_leads_out_of_the_folder_is_copied_or_moved(name: str, target: str, tmp_path: Path) -> None:
    make(tmp_path / "outside", a_json="1")
    run_dir = make(tmp_path / "run", config_json="1", data__kept="1")
    path = run_dir / name
    if path.is_dir():
        (path / "kept").unlink(missing_ok=True)
        path.rmdir()
    path.symlink_to(tmp_path / target)
    with pytest.raises(UserError, match="leads out of the folder"), locked(run_dir):
        pass
    assert (tmp_path / "outside" / "a.json").read_text() == "1"


def test_links_deep_in_what_nobody_reads_are_copied_as_links(tmp_path: Path) -> None:
    run_dir = make(tmp_path / "run", config_json="1", tensorboard__events="1")
    (run_dir / "tensorboard" / "all").symlink_to("/")
    with locked(run_dir), renewed(run_dir) as version:
        assert (version / "tensorboard" / "all").is_symlink() and (version / "tensorboard" / "events").is_file()
    assert (run_dir / "tensorboard" / "all").is_symlink()


@pytest.mark.parametrize("listed", ['["../../victim"]', '["fold-1/../../victim"]', '[["x"], 3, null]', '["/etc"]'])
def test_a_swap_moves_a_runs_own_entries_and_nothing_else(listed: str, tmp_path: Path) -> None:
    make(tmp_path / "victim", a_json="1")
    run_dir = make(tmp_path / "deep" / "run", config_json="1")
    make(run_dir / INCOMING, **{"config_json": "2"})
    (run_dir / INCOMING / ".entries.json").write_text(listed.replace("[", '["config.json", ', 1))
    settle(run_dir)
    assert (run_dir / "config.json").read_text() == "2" and not (run_dir / INCOMING).exists()
    assert (tmp_path / "victim" / "a.json").read_text() == "1"


def test_a_list_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    run_dir = make(tmp_path / "run", config_json="1")
    make(run_dir / INCOMING, config_json="2")
    (run_dir / INCOMING / ".entries.json").write_text("{")
    with pytest.raises(UserError, match=r"\.incoming/\.entries\.json: damaged"):
        settle(run_dir)
