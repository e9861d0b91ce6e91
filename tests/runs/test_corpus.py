"""What a run keeps of its text is read only where it is what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import Dataset, DatasetDict

from nlpseq.errors import UserError
from nlpseq.runs.corpus import CORPUS_FOLDER, SPLITS, save_corpus, saved_corpus


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
