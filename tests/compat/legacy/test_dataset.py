"""`Dataset` and `TabularDataset`, as torchtext 0.6.0 has them."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any


def length(example: Any) -> int:
    return len(example.text)


TABLE = [["id", "text", "label"], ["1", 'say "a, b"', "pos"], ["2", "line\nfeed", "neg"], ["3", "", "pos"]]


def write_tables(folder: Path) -> None:
    for name, delimiter in (("rows.csv", ","), ("rows.tsv", "\t"), ("rows.txt", "|")):
        with open(folder / name, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(TABLE)
    lines = [json.dumps({"id": row[0], "q": {"text": row[1]}, "label": row[2]}) for row in TABLE[1:]]
    (folder / "rows.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for split in ("train", "valid", "test"):
        (folder / f"{split}.csv").write_text(f"{split} a,1\n{split} b,0\n", encoding="utf-8")


def test_data_sets(torchtext: Any, recorded: Any) -> None:
    RAW = torchtext.data.RawField()
    fields = [("x", RAW), (("y", "z"), (RAW, RAW))]
    rows = [torchtext.data.Example.fromlist([number, number * 2], fields) for number in range(5)]
    whole = torchtext.data.Dataset(rows, fields)
    some = torchtext.data.Dataset(rows, fields, filter_pred=lambda example: example.x % 2)
    endless = torchtext.data.Dataset(iter(rows), fields, filter_pred=lambda example: example.x > 2)
    recorded(
        [
            list(whole.fields),
            list(whole.x),
            list(whole.z),
            whole[1].y,
            len(whole[1:3]),
            len(whole),
            [example.x for example in some],
            len(endless),
            [example.x for example in endless],
            whole.sort_key is None,
        ]
    )


def test_a_column_that_is_not_there_is_empty(torchtext: Any) -> None:
    TEXT = torchtext.data.Field()
    rows = torchtext.data.Dataset([torchtext.data.Example.fromlist(["x y"], [("src", TEXT)])], [("src", TEXT)])
    assert [target for target in rows.trg] == [] and list(rows.src) == [["x", "y"]]


def test_splitting(torchtext: Any, recorded: Any, raised: Any, dataset_of: Any) -> None:
    rows, _, _ = dataset_of(5, 43)
    state = random.Random(7).getstate()
    LABEL = torchtext.data.RawField()
    fields = [("text", LABEL), ("label", LABEL)]
    numbered = [torchtext.data.Example.fromlist([number, number % 3], fields) for number in range(40)]
    strata = torchtext.data.Dataset(numbered, fields)
    strata.sort_key = length
    found: dict[str, Any] = {}
    for ratio in (0.7, 0.5, 0.99, [0.6, 0.4], [3, 1], [0.7, 0.2, 0.1], [1, 1, 1], [0.5, 0.5, 0]):
        parts = rows.split(ratio, random_state=state)
        found[str(ratio)] = [["".join(example.text) for example in part] for part in parts]
        parts = strata.split(ratio, stratified=True, random_state=state)
        found[f"{ratio} stratified"] = [[example.text for example in part] for part in parts]
        found[f"{ratio} keys"] = [part.sort_key is length for part in parts]
    wrong: tuple[Any, ...] = (1.0, 0.0, -0.5, 1, (0.5, 0.5), [0.1], [1, 2, 3, 4], "0.7")
    found["wrong"] = {str(ratio): raised(lambda ratio=ratio: rows.split(ratio)) for ratio in wrong}  # type: ignore[misc]
    found["no stratum"] = raised(lambda: rows.split(stratified=True, strata_field="nothing"))
    recorded(found)


def test_filtering(torchtext: Any, recorded: Any) -> None:
    TEXT = torchtext.data.Field()
    fields = [("text", TEXT), ("more", TEXT)]
    rows = torchtext.data.Dataset([torchtext.data.Example.fromlist(["a b c", "c d"], fields)], fields)
    TEXT.build_vocab([["a", "c"]])
    rows.filter_examples(["text"])
    recorded([rows[0].text, rows[0].more])


def test_tables(torchtext: Any, recorded: Any, raised: Any, tmp_path: Path) -> None:
    write_tables(tmp_path)
    TEXT, RAW = torchtext.data.Field(), torchtext.data.RawField()
    listed = [("id", None), ("text", TEXT), ("label", RAW)]
    named = {"text": ("text", TEXT), "label": [("label", RAW), ("again", RAW)]}
    in_json = {"q.text": ("text", TEXT), "label": ("label", RAW)}
    found = {}
    calls: dict[str, tuple[str, str, Any, dict[str, Any]]] = {
        "csv": ("rows.csv", "csv", listed, {"skip_header": True}),
        "CSV with its header": ("rows.csv", "CSV", listed, {}),
        "csv by name": ("rows.csv", "csv", named, {}),
        "tsv": ("rows.tsv", "TSV", listed, {"skip_header": True}),
        "tsv by name": ("rows.tsv", "tsv", named, {}),
        "other delimiter": ("rows.txt", "csv", named, {"csv_reader_params": {"delimiter": "|"}}),
        "json": ("rows.jsonl", "json", in_json, {}),
        "json but the first": ("rows.jsonl", "json", in_json, {"skip_header": True}),
        "filtered": ("rows.csv", "csv", named, {"filter_pred": lambda example: example.label == "pos"}),
    }
    for name, (file, kind, fields, options) in calls.items():
        rows = torchtext.data.TabularDataset(str(tmp_path / file), kind, fields, **options)
        found[name] = [list(rows.fields), [vars(example) for example in rows]]
    splits = torchtext.data.TabularDataset.splits(
        path=str(tmp_path), train="train.csv", validation="valid.csv", test="test.csv", format="csv", fields=listed[1:]
    )
    found["splits"] = [[vars(example) for example in split] for split in splits]
    some = torchtext.data.TabularDataset.splits(path=str(tmp_path), test="test.csv", format="csv", fields=listed[1:])
    found["one split"] = [len(some), some[0][0].text]
    found["header needed"] = raised(
        lambda: torchtext.data.TabularDataset(str(tmp_path / "rows.csv"), "csv", named, skip_header=True)
    )
    recorded(found)
