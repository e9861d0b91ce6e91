from __future__ import annotations

import pytest

from nlpseq.counting import counted


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("epoch", "epochs"), ("batch", "batches"), ("hypothesis", "hypotheses"), ("class", "classes"), ("key", "keys"),
        ("test summary", "test summaries"), ("entity", "entities"), ("index", "indexes"), ("test text", "test texts"),
    ],
)  # fmt: skip
def test_one_and_many(noun: str, many: str) -> None:
    assert counted(1, noun) == f"1 {noun}"
    assert counted(0, noun) == f"0 {many}" and counted(12345, noun) == f"12,345 {many}"
