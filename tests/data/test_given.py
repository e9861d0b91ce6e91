"""Whatever holds rows becomes the same corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

from nlpseq.data.given import write_given, write_text
from nlpseq.data.labelled import load_labelled
from nlpseq.errors import UserError
from nlpseq.text.texts import TextTypeError

ROWS = [("fine", "good"), ("awful\nfood", "bad"), ("", "good"), ("zwölf 🙂", "bad")]
DICTS = [{"message": text, "kind": kind, "n": n} for n, (text, kind) in enumerate(ROWS)]
FRAME = pd.DataFrame(DICTS, index=[5, 3, 3, 0])
ROLES = {"text": "message", "label": "kind"}


@pytest.mark.parametrize(
    "data",
    [
        ROWS,
        iter(ROWS),
        [list(row) for row in ROWS],
        DICTS,
        FRAME,
        pa.Table.from_pylist(DICTS),
        {"message": [text for text, _ in ROWS], "kind": pd.Series([kind for _, kind in ROWS], index=[9, 8, 7, 6])},
        Dataset.from_list(DICTS),
        Dataset.from_list([DICTS[3], *DICTS[:3]]).select([1, 2, 3, 0]),
        {"train": ROWS},
    ],
    ids=lambda data: type(data).__name__,
)
def test_whatever_holds_rows(data: Any, tmp_path: Path) -> None:
    write_given(data, tmp_path / "given", roles=ROLES)
    assert [path.name for path in (tmp_path / "given").iterdir()] == ["train.parquet"]
    found = pq.read_table(tmp_path / "given" / "train.parquet")
    assert found.to_pylist() == [{"message": text, "kind": kind} for text, kind in ROWS]


def test_equal_data_is_written_equally(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_given(FRAME, tmp_path / name, roles=ROLES)
    assert (tmp_path / "a" / "train.parquet").read_bytes() == (tmp_path / "b" / "train.parquet").read_bytes()


def test_splits_and_class_names(tmp_path: Path) -> None:
    features = Features({"text": Value("string"), "label": ClassLabel(names=["neg", "pos"])})
    rows = Dataset.from_dict({"text": ["a", "b"], "label": [1, 0]}, features=features)
    for data in (DatasetDict(train=rows, test=rows.select([1])), {"train": rows, "test": rows.select([1])}):
        write_given(data, tmp_path / "given", roles={"text": None, "label": None})
        found = load_labelled(tmp_path / "given", cache_dir=tmp_path / "cache")
        assert {name: split[:] for name, split in found.items()} == {
            "train": {"text": ["a", "b"], "label": ["pos", "neg"]}, "test": {"text": ["b"], "label": ["neg"]},
        }  # fmt: skip
    write_given({"train": ROWS, "dev": ROWS[:2]}, tmp_path / "lists", roles={"text": None, "label": None})
    assert {path.stem for path in (tmp_path / "lists").iterdir()} == {"train", "validation"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "data: holds no rows"),
        (FRAME["kind"], "data: a Series is one column; give a DataFrame, a list of tuples"),
        (7, "data must be a DataFrame, a list of tuples or dicts, .* not int"),
        (["a", "b"], r"data\[0\] is a str; each row must be a tuple \(message, kind\)"),
        ([("a", "b"), ("a", "b", "c")], r"data\[1\] is a tuple of 3; each row must be a tuple"),
        (FRAME.rename(columns={"kind": "kid"}), r"data: no column 'kind' \(did you mean 'kid'\?\)"),
        (DICTS + [{"message": ["list"], "kind": "x"}], "data: cannot be read"),
        ({"test": Dataset.from_list(DICTS)}, "data: no split 'train'; found test"),
    ],
    ids=str,
)
def test_what_holds_no_rows(data: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message):
        write_given(data, tmp_path / "given", roles=ROLES)


def test_texts_become_one_text(tmp_path: Path) -> None:
    for data in (
        "a\nb\nc",
        ["a\nb", "c"],
        pd.Series(["a\nb", "c"], index=[1, 0]),
        pd.DataFrame({"text": ["a\nb", "c"]}),
    ):
        write_text(data, tmp_path / "given" / "text.txt", column=None)
        assert (tmp_path / "given" / "text.txt").read_bytes() == b"a\nb\nc"
    write_text(FRAME, tmp_path / "text.txt", column="message")
    assert (tmp_path / "text.txt").read_text(encoding="utf-8") == "\n".join(text for text, _ in ROWS)
    with pytest.raises(TextTypeError, match=r"data\[1\] is None"):
        write_text(["a", None], tmp_path / "text.txt", column=None)
