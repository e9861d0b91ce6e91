"""Rows are read once for each version of their files; those with nothing in them are left out with a count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset

from nlpseq.data.arrow import cached_rows, rows_where, without_empty
from nlpseq.errors import UserError


def rows(path: str) -> Iterator[dict[str, str]]:
    """Each line of a file, and another line in a file beside it for each time that it is read."""
    with open(f"{path}.reads", "a", encoding="utf-8") as file:
        file.write("read\n")
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        yield {"text": line}


def test_equal_fingerprints_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\n", encoding="utf-8")

    def load(fingerprint: str) -> Dataset:
        return cached_rows(
            rows, {"path": str(path)}, columns=["text"], fingerprint=[fingerprint], origin="a.txt", noun="lines",
            cache_dir=tmp_path / "cache",
        )  # fmt: skip

    def reads() -> int:
        return (tmp_path / "a.txt.reads").read_text(encoding="utf-8").count("\n")

    assert load("first")["text"] == ["one", "two"]
    first = reads()
    assert load("first")["text"] == ["one", "two"] and reads() == first + 1  # whether there are any rows
    load("second")
    assert reads() > first + 2
    path.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"a\.txt: holds no lines; give it some"):
        load("third")


def test_rows_without_anything_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    table = Dataset.from_dict({"text": ["a", " ", "b", ""], "label": ["x", "y", "z", "u"]})
    kept = without_empty(table, ["text"], origin="a.csv", split="train", empty="texts that are empty")
    assert kept["label"] == ["x", "z"]
    assert "a.csv: left out 2 of 4 training texts that are empty" in caplog.text
    with pytest.raises(UserError, match="a.csv: holds nothing but training texts that are empty"):
        without_empty(
            Dataset.from_dict({"text": [" "]}), ["text"], origin="a.csv", split="train", empty="texts that are empty"
        )


@pytest.mark.parametrize("left_out", [[], [0], [1999], [5, 6, 7, 900, 1500], range(0, 2000, 2), range(2000)])
def test_the_rows_of_a_mask(left_out: Sequence[int]) -> None:
    rows, kept = Dataset.from_dict({"n": range(2000)}), np.ones(2000, dtype=bool)
    kept[list(left_out)] = False
    found = rows_where(rows, kept)
    assert found["n"][:] == [n for n in range(2000) if kept[n]]
    assert (found._indices is None) == (len(left_out) != 1000)
