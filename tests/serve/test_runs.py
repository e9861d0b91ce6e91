"""Runs are loaded by what their folders say of themselves; what is no run is one sentence, and leaves no thread."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
import torch

from nlpseq.config import CharRNNSettings
from nlpseq.errors import UserError
from nlpseq.serve.examples import examples
from nlpseq.serve.runs import load_runs
from nlpseq.tasks.char_rnn import CharRNN
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
        run.close()
    assert threads_of("bytes") == threads_of("bytes-2") == 0


def test_threads_are_shared_out(writer: Path) -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(4)
        runs = load_runs([writer] * 3)
        assert torch.get_num_threads() == 1
        for run in runs:
            run.close()
    finally:
        torch.set_num_threads(before)


def test_prompts_hold_what_the_model_knows(writer: Path, tmp_path: Path) -> None:
    letters = Alphabet.of_counts(torch.bincount(torch.tensor([ord(letter) for letter in "At noon"])).numpy())
    CharRNN.untrained(letters, CharRNNSettings(embedding_dim=2, hidden_size=3)).save_pretrained(tmp_path / "few")
    runs = load_runs([writer, tmp_path / "few"])
    assert len(runs[0].examples) > 2 and runs[1].examples == ["At noon "]
    for run in runs:
        run.close()


def test_examples_are_of_the_test_split(folders: list[Path], tmp_path: Path) -> None:
    found = examples(folders[0], "src")
    assert len(set(found)) == 5
    assert examples(folders[0], "text") == [] and examples(tmp_path, "src") == []


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
