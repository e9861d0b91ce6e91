"""Folders of parts: every row once and in order, whatever stops on the way, and nothing of another call's mixed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlpseq.config import ClassifySettings, GenerateSettings, SummarizeSettings, TranslateSettings
from nlpseq.data.table import find_tables, open_table
from nlpseq.errors import UserError
from nlpseq.runs.lock import lock
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.parts import predict_folder
from nlpseq.tasks.predict import PredictOptions, Predictor

TEXTS = ["The film was dull, but in the end fine.", "", 'Our "dinner" was\nwarm, but cold.', "🙂", "fine", "cold"]


def predictor(run: ClassifySettings, **options: Any) -> Predictor:
    return Predictor(run.run_dir, PredictOptions(**{"text": "comment", **options}))


def records(folder: Path) -> list[dict[str, Any]]:
    parts = sorted(folder.glob("part-*"))
    return [row for part in parts for chunk in open_table(part).chunks() for row in chunk.records()]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Thirteen rows in three tables with other columns and formats."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text('comment,n\n"warm, but",0\ncold,1\n"two\nlines",2\n', encoding="utf-8")
    rows = [{"n": n, "comment": TEXTS[n - 3], "tags": [{"x": None}] * (n % 2)} for n in range(3, 9)]
    (folder / "b.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    typed = pa.table({"n": pa.array([9, 10, 11, 12], pa.int16()), "comment": ["fine", None, "cold", "warm"]})
    pq.write_table(typed.replace_schema_metadata({"made": "by hand"}), folder / "c.parquet")
    return folder


def test_every_row_once_in_order_and_with_its_columns(
    review_run: ClassifySettings, tables: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out"
    assert predict_folder(predictor(review_run), find_tables(tables), out, part_rows=2) == 13
    assert sorted(path.name for path in out.iterdir()) == ["_parts.json", *(
        f"part-{table:05}-{part:06}.{ending}"
        for table, (ending, parts) in enumerate([("csv", 2), ("jsonl", 3), ("parquet", 2)]) for part in range(parts)
    )]  # fmt: skip
    found = records(out)
    assert [int(row["n"]) for row in found] == list(range(13))
    assert [list(row) for row in found[2:4]] == [
        ["comment", "n", "label", "probability"], ["n", "comment", "tags", "label", "probability"],
    ]  # fmt: skip
    assert found[2]["comment"] == "two\nlines" and found[5]["tags"] == [{"x": None}]
    alone = Classifier.from_pretrained(review_run.run_dir).predict([row["comment"] or "" for row in found])
    assert [row["label"] for row in found] == [prediction.label for prediction in alone]
    assert json.loads((out / "_parts.json").read_text())["rows"] == 13
    schema = pq.read_schema(out / "part-00002-000001.parquet")
    assert schema.field("n").type == pa.int16() and schema.metadata[b"made"] == b"by hand"


@pytest.mark.parametrize("part_rows", [1, 3, 1000])
def test_parts_may_have_any_size(review_run: ClassifySettings, tables: Path, tmp_path: Path, part_rows: int) -> None:
    predict_folder(predictor(review_run), [tables / "c.parquet"], tmp_path / "out", part_rows=part_rows)
    assert [row["n"] for row in records(tmp_path / "out")] == [9, 10, 11, 12]
    sizes = [pq.read_metadata(part).num_rows for part in sorted((tmp_path / "out").glob("*.parquet"))]
    assert all(size == part_rows for size in sizes[:-1])


def test_what_was_stopped_goes_on_with_the_parts_that_are_missing(
    review_run: ClassifySettings, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, out, read = tmp_path / "whole", tmp_path / "out", list[str]()
    predict_folder(predictor(review_run), find_tables(tables), whole, part_rows=2)
    columns = Classifier.columns

    def stopping(self: Classifier, texts: Sequence[str], **options: Any) -> dict[str, list[Any]]:
        if texts and len(read) >= 6:
            raise KeyboardInterrupt
        read.extend(texts if texts != ["a"] else [])
        return columns(self, texts, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Classifier, "columns", stopping)
        with pytest.raises(KeyboardInterrupt):
            predict_folder(predictor(review_run), find_tables(tables), out, part_rows=2)
    assert read == ["warm, but", "cold", "two\nlines", *TEXTS[:4]]
    (out / f".part-00002-000000.{10**7}.part.parquet").write_text("half")  # of a process that was killed
    again = list[str]()

    def counted(self: Classifier, texts: Sequence[str], **options: Any) -> dict[str, list[Any]]:
        again.extend(texts if texts != ["a"] else [])
        return columns(self, texts, **options)

    monkeypatch.setattr(Classifier, "columns", counted)
    assert predict_folder(predictor(review_run), find_tables(tables), out, part_rows=2, resume=True) == 13
    assert again == [*TEXTS[4:], "fine", "", "cold", "warm"]
    assert [path.name for path in sorted(out.iterdir())] == [path.name for path in sorted(whole.iterdir())]
    assert all(path.read_bytes() == (whole / path.name).read_bytes() for path in out.iterdir())


def test_no_other_call_is_mixed_in(review_run: ClassifySettings, tables: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    predict_folder(predictor(review_run), [tables / "c.parquet"], out)
    with pytest.raises(UserError, match="out: not empty; add --resume to go on where the same command was stopped"):
        predict_folder(predictor(review_run), [tables / "c.parquet"], out)
    for other in ({"predictor": predictor(review_run, everything=True)}, {"tables": [tables / "a.csv"]}):
        call = {"predictor": predictor(review_run), "tables": [tables / "c.parquet"], **other}
        with pytest.raises(UserError, match="made from other tables, with another model or with other options"):
            predict_folder(**call, folder=out, resume=True)
    assert predict_folder(predictor(review_run), [tables / "c.parquet"], out, resume=True) == 4
    with pytest.raises(UserError, match="in: the tables themselves lie there; name another folder"):
        predict_folder(predictor(review_run), find_tables(tables), tables)
    with lock(out) as free, pytest.raises(UserError, match="out: another nlpseq is at work in it"):
        assert free
        predict_folder(predictor(review_run), [tables / "c.parquet"], out, resume=True)
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="file: no folder can be made there"):
        predict_folder(predictor(review_run), [tables / "c.parquet"], tmp_path / "file")


def test_a_table_without_rows_is_a_part_with_its_columns(review_run: ClassifySettings, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("n,comment\n")
    assert predict_folder(predictor(review_run), [tmp_path / "in.csv"], tmp_path / "out") == 0
    assert (tmp_path / "out" / "part-00000-000000.csv").read_text() == "n,comment,label,probability\n"


def test_the_parts_of_each_task_have_one_schema(
    tiny_run: TranslateSettings, notice_run: SummarizeSettings, story_run: GenerateSettings, tmp_path: Path
) -> None:
    rows = pa.table({"text": ["", "", "Last week [Mara] won the cup."]})
    pq.write_table(rows, tmp_path / "in.parquet")
    for number, run in enumerate((tiny_run, notice_run, story_run)):
        model = Predictor(run.run_dir, PredictOptions(text="text", everything=True))
        predict_folder(model, [tmp_path / "in.parquet"], tmp_path / str(number), part_rows=2)
        blank, said = (pq.read_schema(part) for part in sorted((tmp_path / str(number)).glob("*.parquet")))
        assert blank == said and pa.null() not in said.types
