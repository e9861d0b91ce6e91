"""What a parquet or Arrow file says of its columns."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from datasets import ClassLabel, Features, LargeList, Value
from datasets import List as ListOf

from nlpseq.data.arrowfile import classes_by_column
from nlpseq.errors import UserError

KIND = ClassLabel(names=["neg", "pos"])


def test_the_names_of_classes_in_columns_and_lists() -> None:
    kinds = {"text": Value("string"), "one": KIND, "some": ListOf(KIND), "large": LargeList(KIND),
             "deep": ListOf(ListOf(KIND)), "number": Value("int64"), "inside": {"one": KIND}}  # fmt: skip
    schema = Features(kinds).arrow_schema
    assert classes_by_column("a", schema) == dict.fromkeys(["one", "some", "large", "deep"], ("neg", "pos"))
    assert classes_by_column("a", schema.remove_metadata()) == {}
    other = pa.schema([("one", pa.string()), ("some", pa.int32())], metadata=schema.metadata)  # no longer class labels
    assert classes_by_column("a", other) == {}


def test_lists_as_older_versions_of_datasets_wrote_them() -> None:
    label = {"_type": "ClassLabel", "names": ["a"]}
    about = {
        "info": {"features": {"x": [label], "y": {"_type": "Sequence", "feature": label}, "z": label, "other": label}}
    }
    kinds = [("x", pa.list_(pa.int64())), ("y", pa.list_(pa.int64())), ("z", pa.int64())]
    schema = pa.schema(kinds, metadata={"huggingface": json.dumps(about)})
    assert classes_by_column("a", schema) == dict.fromkeys("xyz", ("a",))


@pytest.mark.parametrize(
    "about",
    [
        "[]",
        '{"info": 7}',
        '{"info": {"features": [1]}}',
        '{"info": {"features": {"x": 1}}}',
        '{"info": {"features": {"x": {"_type": "ClassLabel", "names": 3}}}}',
    ],
)
def test_what_is_not_of_datasets_names_nothing(about: str) -> None:
    assert classes_by_column("a", pa.schema([("x", pa.int64())], metadata={"huggingface": about})) == {}


def test_damage_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.parquet: cannot be read .*; check the file, it may be damaged"):
        classes_by_column("a.parquet", pa.schema([("x", pa.int64())], metadata={"huggingface": "{"}))
