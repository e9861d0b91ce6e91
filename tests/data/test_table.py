"""Tables come out as they went in, with a column more: any of four formats from any."""

from __future__ import annotations

import datetime
import gzip
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, Features, Value
from datasets import List as ListOf
from hypothesis import given
from hypothesis import strategies as st

from nlpseq.data.readers import file_format
from nlpseq.data.table import open_table
from nlpseq.data.table_writer import ColumnTypes, check_writable, write_table
from nlpseq.errors import UserError

HARD = [
    "plain", "", " spaces ", 'say "x"', '"', '""', '"all"', "a,b;c\td|e", "two\nlines", "win\r\ndows", "old\rmac",
    "\n", "\r\n", "😀 zwölf ñ", "\u2028 \x0c \x1c", "'", "=1+1", "NULL", "nan", "1e3", "007", "\ufeff", "sep=;", "\\N",
    '\t"\n\t"', "a\n\tb",
]  # fmt: skip


def copied(source: Path, target: Path) -> Path:
    """The table with a column `row` that counts its rows."""
    table = open_table(source)
    types = ColumnTypes(table.schema)
    parts, number = [], 0
    for chunk in table.chunks():
        if table.schema is None:
            types.learn(chunk.records())
        added = {"row": [number + place for place in range(len(chunk.places))]}
        number += len(chunk.places)
        types.learn_column("row", added["row"])
        parts.append((chunk, added))
    write_table(target, types.schema(), parts)
    return target


def records(path: Path) -> list[dict[str, Any]]:
    return [row for chunk in open_table(path).chunks() for row in chunk.records()]


@pytest.fixture
def hard(tmp_path: Path) -> Path:
    """Every pair of hard strings, as parquet."""
    rows = [{"a": one, "b": other} for one in HARD for other in HARD]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "hard.parquet")
    return tmp_path / "hard.parquet"


@pytest.mark.parametrize(
    "way", [".csv", ".tsv", ".jsonl", ".csv.parquet.csv", ".jsonl.csv.tsv.parquet", ".tsv.parquet"]
)
def test_strings_come_out_to_the_character(way: str, hard: Path, tmp_path: Path) -> None:
    path = hard
    for number, suffix in enumerate(way.split(".")[1:]):
        table = open_table(path)
        types = ColumnTypes(table.schema)
        for chunk in table.chunks() if table.schema is None else ():
            types.learn(chunk.records())
        write_table(tmp_path / f"{number}.{suffix}", types.schema(), ((chunk, {}) for chunk in table.chunks()))
        path = tmp_path / f"{number}.{suffix}"
    assert records(path) == records(hard)


@given(st.lists(st.tuples(*[st.text(st.sampled_from('a"\n\r\t,; é'), max_size=5)] * 2), min_size=1, max_size=4))
@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_fields_come_out_to_the_character(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, rows: Sequence[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    pq.write_table(pa.Table.from_pylist([{"a": a, "b": b} for a, b in rows]), folder / "given.parquet")
    copy = copied(folder / "given.parquet", folder / f"copy{suffix}")
    assert [(row["a"], row["b"], row["row"]) for row in records(copy)] == [
        (a, b, str(n)) for n, (a, b) in enumerate(rows)
    ]


def test_one_column_of_empty_cells_keeps_its_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('text\n""\nx\n""\n')
    table = open_table(tmp_path / "a.csv")
    assert table.schema is not None
    write_table(tmp_path / "b.csv", table.schema, ((chunk, {}) for chunk in table.chunks()))
    assert (tmp_path / "b.csv").read_text() == 'text\n""\nx\n""\n'


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    day = datetime.date(2026, 11, 30)
    rows = pa.table({
        "count": pa.array([1, None], pa.int16()),
        "when": pa.array([datetime.datetime(2026, 11, 30, 1, 2, 3), None], pa.timestamp("ns", tz="UTC")),
        "day": [day, None],
        "price": [Decimal("1.50"), None],
        "many": [["a", "b"], []],
        "kind": pa.array(["x", "y"]).dictionary_encode(),
        "where": [{"lat": 1.5}, None],
    }).replace_schema_metadata({"made": "by hand"})  # fmt: skip
    pq.write_table(rows, tmp_path / "in.parquet")
    copy = pq.read_table(copied(tmp_path / "in.parquet", tmp_path / "out.parquet"))
    assert copy.drop(["row"]).equals(rows) and copy.schema.metadata == {b"made": b"by hand"}
    lines = (copied(tmp_path / "in.parquet", tmp_path / "out.jsonl")).read_text().splitlines()
    assert json.loads(lines[0]) == {
        "count": 1, "when": "2026-11-30T01:02:03+00:00", "day": "2026-11-30", "price": "1.50", "many": ["a", "b"],
        "kind": "x", "where": {"lat": 1.5}, "row": 0,
    }  # fmt: skip
    assert copied(tmp_path / "in.parquet", tmp_path / "out.csv").read_text().splitlines()[1:] == [
        '1,2026-11-30T01:02:03+00:00,2026-11-30,1.50,"[""a"", ""b""]",x,"{""lat"": 1.5}",0',
        ",,,,[],y,,1",
    ]


def test_class_labels_stand_by_name_and_keep_their_type_in_parquet(tmp_path: Path) -> None:
    kind = ClassLabel(names=["neg", "pos"])
    features = Features({"text": Value("string"), "label": kind, "tags": ListOf(kind)})
    columns = {"text": list("abc"), "label": [1, -1, None], "tags": [[0, 1], [], None]}
    source = tmp_path / "in.parquet"
    Dataset.from_dict(columns, features=features).to_parquet(source)
    assert copied(source, tmp_path / "a.csv").read_text().splitlines() == [
        "text,label,tags,row", 'a,pos,"[""neg"", ""pos""]",0', "b,,[],1", "c,,,2",
    ]  # fmt: skip
    (chunk,) = open_table(copied(source, tmp_path / "a.parquet")).chunks()
    assert chunk.between(1, 3).records()[0] == {"text": "b", "label": None, "tags": [], "row": 1}
    again = Dataset.from_parquet(str(tmp_path / "a.parquet"), cache_dir=str(tmp_path / "cache"))
    assert again.features["label"] == kind and again.remove_columns("row").to_dict() == columns


def test_objects_of_many_kinds(tmp_path: Path) -> None:
    lines = ['{"a": 1, "b": "x"}', "", '{"b": null, "a": 2.5, "c": [1]}', '{"a": true, "b": "y", "d": NaN}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    assert copied(tmp_path / "in.jsonl", tmp_path / "out.jsonl").read_text().splitlines() == [
        '{"a": 1, "b": "x", "row": 0}', '{"b": null, "a": 2.5, "c": [1], "row": 1}',
        '{"a": true, "b": "y", "d": null, "row": 2}',
    ]  # fmt: skip
    assert copied(tmp_path / "in.jsonl", tmp_path / "out.csv").read_text().splitlines() == [
        "a,b,c,d,row", "1,x,,,0", "2.5,,[1],,1", "true,y,,,2",
    ]  # fmt: skip
    found = pq.read_table(copied(tmp_path / "in.jsonl", tmp_path / "out.parquet"))
    assert found["a"].to_pylist() == ["1", "2.5", "true"] and found["c"].to_pylist() == [None, [1], None]
    assert open_table(tmp_path / "in.jsonl").columns == ["a", "b"]


def test_types_learnt_in_another_chunk_hold_for_the_first(tmp_path: Path) -> None:
    rows = [{"n": 1}] * 1500 + [{"n": 2.5, "late": "x"}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = pq.read_table(copied(tmp_path / "in.jsonl", tmp_path / "out.parquet"))
    assert found["n"].type == pa.float64() and found["n"][1500].as_py() == 2.5
    assert found["late"].null_count == 1500 and found["row"].to_pylist() == list(range(1501))


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n")
    table = open_table(tmp_path / "in.csv")
    assert table.columns == ["id", "text"] and list(table.chunks()) == []
    assert table.schema is not None
    write_table(tmp_path / "out.parquet", table.schema, [])
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["id", "text"]


def test_files_of_excel_and_old_programs(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes('sep=;\r\ntext;n\r\n"a\r\nb";1\r\n\r\nzwölf;2\r\n'.encode("cp1252"))
    found = [
        row for chunk in open_table(tmp_path / "a.csv", file_format("cp1252", None)).chunks() for row in chunk.records()
    ]
    assert found == [{"text": "a\r\nb", "n": "1"}, {"text": "zwölf", "n": "2"}]
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(b"text\nx\n"))
    assert records(tmp_path / "b.csv.gz") == [{"text": "x"}]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "x", "a.txt: a table ends in .csv, .tsv"),
        ("a.csv", "", "a.csv: holds no rows"),
        ("a.csv", "x,x\n1,2\n", "a.csv: 2 columns are called 'x'"),
        ("a.csv", "x,y\n1,2\n1\n", "a.csv, line 3: 1 column where the header has 2"),
        ("a.jsonl", '{"x": 1}\n[1]\n', "a.jsonl, line 2: each line must be one JSON object"),
        ("a.parquet", "PAR1", "a.parquet: cannot be read"),
        ("b.csv", None, "b.csv: cannot be read"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(UserError, match=message):
        list(open_table(tmp_path / name).chunks())


def test_texts_are_strings_of_all_columns(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "A", "body": null}\n{"title": "B", "body": "b"}\n{"title": "C"}\n')
    (chunk,) = open_table(tmp_path / "a.jsonl").chunks()
    assert chunk.texts(["title"]) == ["A", "B", "C"]
    with pytest.raises(UserError, match="a.jsonl, line 3: no column 'body'"):
        chunk.texts(["title", "body"])
    (tmp_path / "b.jsonl").write_text('{"title": "A", "body": null}\n{"title": "B", "body": "b"}\n')
    assert [chunk.texts(["title", "body"]) for chunk in open_table(tmp_path / "b.jsonl").chunks()] == [["A", "B b"]]
    (tmp_path / "c.jsonl").write_text('{"text": 3}\n')
    with pytest.raises(UserError, match="c.jsonl, line 1: 'text' must be a string, not int"):
        [chunk.texts(["text"]) for chunk in open_table(tmp_path / "c.jsonl").chunks()]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "\\ud83d"}\n')
    for suffix in (".csv", ".tsv", ".jsonl", ".parquet"):
        with pytest.raises(UserError, match="half of a surrogate pair|a value does not fit"):
            copied(tmp_path / "a.jsonl", tmp_path / f"out{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    with pytest.raises(UserError, match="out.xlsx: a table is written as .csv"):
        check_writable("out.xlsx")
