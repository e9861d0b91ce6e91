"""Runs are loaded by what their folders say of themselves; what is no run is one sentence, and leaves no thread."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest
import torch
from starlette.testclient import TestClient

from nlpseq.config import CharRNNSettings
from nlpseq.errors import UserError
from nlpseq.serve.app import build_app
from nlpseq.serve.examples import examples_of
from nlpseq.serve.runs import load_runs
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.text.alphabet import Alphabet


@pytest.fixture
def writer(tmp_path: Path) -> Path:
    """A saved character model of a name of its own."""
    folder = tmp_path / "bytes"
    CharRNN.untrained(Alphabet.of_bytes(), CharRNNSettings(embedding_dim=2, hidden_size=3)).save_pretrained(folder)
    return folder


def threads_of(name: str) -> int:
    return sum(thread.name == f"nlpseq-{name}" for thread in threading.enumerate())


def test_a_saved_model_is_served_by_its_task(writer: Path) -> None:
    runs = load_runs([writer, f"{writer}/../bytes/"])
    assert [(run.name, run.task) for run in runs] == [("bytes", "generate"), ("bytes-2", "generate")]
    assert runs[0].description == "goes on from a prompt; lstm, 1,620 parameters"
    assert threads_of("bytes") == threads_of("bytes-2") == 1
    for run in runs:
        run.worker.close()
    assert threads_of("bytes") == threads_of("bytes-2") == 0


def test_threads_are_shared_out(writer: Path) -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(4)
        runs = load_runs([writer] * 3)
        assert torch.get_num_threads() == 1
        for run in runs:
            run.worker.close()
    finally:
        torch.set_num_threads(before)


def test_prompts_hold_what_the_model_knows(writer: Path, tmp_path: Path) -> None:
    letters = Alphabet.of_counts(torch.bincount(torch.tensor([ord(letter) for letter in "At noon"])).numpy())
    CharRNN.untrained(letters, CharRNNSettings(embedding_dim=2, hidden_size=3)).save_pretrained(tmp_path / "few")
    runs = load_runs([writer, tmp_path / "few"])
    assert len(runs[0].examples) > 2 and runs[1].examples == ["At noon "]
    for run in runs:
        run.worker.close()
    (tmp_path / "few" / "samples.json").write_text('[{"prompt": "on to "}, {"prompt": "KING: "}, {"prompt": 3}, 5]')
    (run,) = load_runs([tmp_path / "few"])
    assert run.examples == ["on to ", "At noon "]
    run.worker.close()


def test_examples_are_of_the_test_split(folders: list[Path], tmp_path: Path) -> None:
    found = examples_of(folders[0], "src")
    assert len(set(found)) == 5
    assert examples_of(folders[0], "text") == [] and examples_of(tmp_path, "src") == []


def test_what_is_no_run_is_named(writer: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="none: no such run folder"):
        load_runs([writer, tmp_path / "none"])
    with pytest.raises(UserError, match=r"config\.json: missing or damaged"):
        load_runs([writer, tmp_path])
    (tmp_path / "config.json").write_text(json.dumps({"task": "parse"}))
    with pytest.raises(UserError, match="no task is called 'parse'"):
        load_runs([tmp_path])
    (tmp_path / "config.json").write_text(json.dumps({"task": "generate"}))
    with pytest.raises(UserError, match=r"alphabet\.json"):
        load_runs([writer, tmp_path])
    assert threads_of("bytes") == 0


@pytest.mark.parametrize("damage", ["delete", "cut", "flip", "empty", "nest"])
@pytest.mark.parametrize("name", ["data-00000-of-00001.arrow", "state.json", "dataset_info.json"])
def test_a_run_with_a_damaged_corpus_is_served_without_examples(
    folders: list[Path], tmp_path: Path, name: str, damage: str
) -> None:
    shutil.copytree(folders[0] / "data" / "corpus" / "test", tmp_path / "data" / "corpus" / "test")
    path = tmp_path / "data" / "corpus" / "test" / name
    content = bytearray(path.read_bytes())
    if damage == "delete":
        path.unlink()
    else:
        flipped = bytes(byte ^ 255 if 20 < place < 60 else byte for place, byte in enumerate(content))
        path.write_bytes(
            {"cut": content[: len(content) // 2], "flip": flipped, "empty": b"", "nest": b"[" * 10**5}[damage]
        )
    assert isinstance(examples_of(tmp_path, "src"), list)  # at most those that can still be read


def test_a_training_that_was_cut_short_is_said(writer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (writer / "settings.yaml").write_text("task: generate\n")
    for facts, said in (
        (None, "the training is not finished"),
        ({"epochs": 2.04, "max_epochs": 10, "stopped_by": "time budget"}, "epochs 2.0 of 10 (time budget)"),
        ({"epochs": 4, "max_epochs": 10, "stopped_by": "interrupted"}, "epochs 4.0 of 10 (interrupted)"),
        ({"epochs": 4, "max_epochs": 10, "stopped_by": "patience"}, None),
        ({"epochs": 10.0, "max_epochs": 10, "stopped_by": "epochs"}, None),
        ({"epochs": "x" * 999, "max_epochs": [], "stopped_by": {}}, None),
        ({"minutes": 3}, None),
    ):
        (writer / "training.json").unlink(missing_ok=True)
        if facts is not None:
            (writer / "training.json").write_text(json.dumps(facts))
        (run,) = load_runs([writer])
        assert run.unfinished == said
        assert run.description == "goes on from a prompt; lstm, 1,620 parameters" + (f"; {said}" if said else "")
        with TestClient(build_app([run])) as client:
            assert client.get("/api/models").json()["models"][0]["unfinished"] == said
        run.worker.close()
