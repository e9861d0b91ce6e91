"""`Batch`, as torchtext 0.6.0 has it."""

from __future__ import annotations

from typing import Any

import pytest
import torch


def test_batches_and_their_names(torchtext: Any, recorded: Any) -> None:
    TEXT, LABEL, RAW = torchtext.data.Field(), torchtext.data.LabelField(), torchtext.data.RawField()
    fields = [("text", TEXT), ("label", LABEL), ("raw", RAW), ("nothing", None)]
    rows = torchtext.data.Dataset([torchtext.data.Example.fromlist(["a b", "x", 1, 2], fields)] * 3, fields)
    TEXT.build_vocab(rows)
    LABEL.build_vocab(rows)
    batch = torchtext.data.Batch(list(rows), rows)
    inputs, targets = batch
    from_tensors = torchtext.data.Batch.fromvars(rows, 3, text=torch.zeros(2, 3))
    lines = str(batch).splitlines()
    rows.name = "films"
    recorded(
        [
            list(batch.fields), batch.input_fields, batch.target_fields, len(batch), inputs, targets,
            [line.split(":", 1)[1] for line in lines[2:]], str(batch).splitlines()[1].rpartition(" of ")[2],
            len(from_tensors), from_tensors.text, list(from_tensors.fields), str(torchtext.data.Batch())[:5],
            batch.dataset is rows,
        ]
    )  # fmt: skip


def test_a_column_without_a_name_is_not_shown(torchtext: Any) -> None:
    TEXT = torchtext.data.Field()
    fields = [("a", TEXT), (None, None), ("b", TEXT)]
    rows = torchtext.data.Dataset([torchtext.data.Example.fromlist(["x y", "left out", "z"], fields)], fields)
    TEXT.build_vocab(rows)
    (batch,) = torchtext.data.Iterator(rows, batch_size=1, sort_key=lambda row: len(row.a))
    shown = [line.split(":") for line in str(batch).splitlines()[2:]]
    assert shown == [["\t[.a]", "[torch.LongTensor of size 2x1]"], ["\t[.b]", "[torch.LongTensor of size 1x1]"]]
    with pytest.raises(ValueError, match="strata_field"):
        rows.split(stratified=True, strata_field="c")
