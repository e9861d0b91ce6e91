"""What a run keeps of its text is read only where it is what was written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from datasets import Dataset, DatasetDict

from nlpseq.data.overlap import overlap
from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.runs import corpus as corpus_module
from nlpseq.runs.corpus import CORPUS_FOLDER, OVERLAP_FILE, SPLITS, save_corpus, saved_corpus


def test_a_record_of_nothing_but_size_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sparse file costs a stranger nothing, and whoever reads it all memory."""
    corpus = DatasetDict({split: Dataset.from_dict({"text": [split]}) for split in SPLITS})
    save_corpus(corpus, tmp_path)
    assert saved_corpus(tmp_path)["test"]["text"][0] == "test"
    with (tmp_path / CORPUS_FOLDER / "dataset_dict.json").open("wb") as file:
        file.truncate(900_000_000)
    monkeypatch.setattr("datasets.load_from_disk", lambda path: pytest.fail("it is read"))
    with pytest.raises(UserError, match="the texts of this run are damaged"):
        saved_corpus(tmp_path)


@pytest.mark.parametrize(("column", "noun"), [("src", "pairs"), ("text", "texts")])
def test_what_is_seen_in_training_is_counted_once_and_said(
    column: str, noun: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    monkeypatch.setattr(corpus_module, "overlap", lambda splits: counted.append(1) or overlap(splits))
    splits = {"train": ["a", "b", "c"], "validation": ["c", "a", "c"], "test": ["x"]}
    save_corpus(DatasetDict({name: Dataset.from_dict({column: texts}) for name, texts in splits.items()}), tmp_path)
    assert counted == [1]
    assert caplog.messages == [f"seen in training too, so that scores flatter: 3 of 3 validation {noun}"]
    assert read_json(tmp_path / OVERLAP_FILE, dict)["validation"]["in_training"] == 3


@pytest.mark.parametrize("seed", range(30))
def test_a_split_with_any_bytes_changed_is_read_or_refused_and_never_ends_the_process(
    seed: int, tmp_path: Path
) -> None:
    """Offsets of Arrow files are places in memory."""
    texts = {"src": [f"text {number} é" for number in range(40)], "tgt": ["one"] * 40}
    save_corpus(DatasetDict({split: Dataset.from_dict(texts) for split in SPLITS}), tmp_path)
    (path,) = (tmp_path / CORPUS_FOLDER / "test").glob("*.arrow")
    dice = random.Random(seed)
    content = bytearray(path.read_bytes())
    place = dice.randrange(len(content) - 64)
    content[place : place + 64] = dice.randbytes(64)
    path.unlink()  # what is mapped elsewhere stays as it is
    path.write_bytes(content)
    try:
        found = saved_corpus(tmp_path, "src", "tgt")["test"]
    except UserError as error:
        assert "the texts of this run are damaged" in str(error)
    else:
        assert all(isinstance(text, str) for name in texts for text in found[name])


@pytest.mark.parametrize("rows", [{"src": ["a", None]}, {"src": [1, 2]}, {"text": ["a", "b"]}])
def test_columns_that_are_not_there_or_no_texts_are_damage(rows: dict[str, list], tmp_path: Path) -> None:
    DatasetDict({split: Dataset.from_dict(rows) for split in SPLITS}).save_to_disk(tmp_path / CORPUS_FOLDER)
    assert len(saved_corpus(tmp_path)["test"]) == 2
    with pytest.raises(UserError, match="the texts of this run are damaged"):
        saved_corpus(tmp_path, "src")
