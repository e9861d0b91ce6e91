"""The door of every public method: what holds texts, and what does not."""

from __future__ import annotations

from typing import Any

import datasets
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import torch

from nlpseq.errors import UserError
from nlpseq.text.texts import as_texts

WORDS = ["drei", "eins", "zwei"]
COLUMN = datasets.Dataset.from_dict({"text": WORDS})


@pytest.mark.parametrize(
    "texts",
    [
        WORDS,
        tuple(WORDS),
        (word for word in WORDS),
        map(str, WORDS),
        dict.fromkeys(WORDS),
        dict(enumerate(WORDS)).values(),
        np.array(WORDS),
        np.array(WORDS, dtype=object),
        pd.Series(WORDS),
        pd.Series(WORDS, index=[2, 0, 1]),
        pd.Series(WORDS, index=[10, 11, 12]),
        pd.Series(WORDS, index=["x", "x", "y"], dtype="string"),
        pd.Series(WORDS, dtype="category"),
        pd.Index(WORDS),
        pa.array(WORDS),
        pa.chunked_array([WORDS[:1], WORDS[1:]]),
        COLUMN["text"],
        COLUMN.with_format("numpy")["text"],
        COLUMN.with_format("pandas")["text"],
    ],
    ids=lambda texts: type(texts).__name__,
)
def test_the_texts_come_in_their_order_whatever_holds_them(texts: Any) -> None:
    if isinstance(texts, dict):
        texts = texts.keys()
    found = as_texts(texts)
    assert found == WORDS
    assert {type(text) for text in found} == {str}


def test_one_string_is_one_text() -> None:
    assert as_texts("eins zwei") == ["eins zwei"]
    assert as_texts(np.str_("eins")) == ["eins"]
    assert as_texts([]) == []


@pytest.mark.parametrize("item", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT], ids=str)
@pytest.mark.parametrize("holder", [list, lambda texts: np.array(texts, dtype=object), pd.Series, iter])
def test_what_is_missing_is_named_by_its_position(item: Any, holder: Any) -> None:
    with pytest.raises(UserError, match=r"^texts\[2\] is (None|nan|<NA>|NaT), not a string; leave it out"):
        as_texts(holder(["a", "b", item, "c"]))


@pytest.mark.parametrize("item", [3, 3.5, True, b"text", ["a"], {"text": "a"}, np.array(["a"]), torch.zeros(2)])
def test_what_is_no_text_is_named_by_its_position_and_type(item: Any) -> None:
    with pytest.raises(UserError, match=rf"^prompts\[1\] is of type {type(item).__name__}, not a string"):
        as_texts(["a", item], name="prompts")


@pytest.mark.parametrize(
    "texts", [None, 3, float("nan"), b"text", bytearray(b"text"), {"a"}, frozenset("a"), np.array("a")]
)
def test_what_holds_no_texts_is_refused(texts: Any) -> None:
    with pytest.raises(
        TypeError, match=f"^texts must be a string or a list of strings, not {type(texts).__name__}|not None"
    ):
        as_texts(texts)


@pytest.mark.parametrize(
    "table",
    [{"text": "a"}, pd.DataFrame({"text": WORDS}), COLUMN, pa.table({"text": WORDS})],
    ids=lambda t: type(t).__name__,
)
def test_a_table_is_not_its_column_names(table: Any) -> None:
    with pytest.raises(UserError, match="is a table, not texts; give one column of it"):
        as_texts(table)
