"""Tables through a model: rows, order and columns stay, whatever stops on the way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlpseq.config import ClassifySettings, GenerateSettings, SummarizeSettings, TranslateSettings
from nlpseq.data.table import open_table
from nlpseq.errors import UserError
from nlpseq.runs.lock import lock
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.predict import PredictOptions, Predictor, predict_table

TEXTS = [
    "The film was dull, but in the end fine.",
    "",
    'Our "dinner" was\nwarm, but in the end cold.',
    "🙂",
    "fine",
] * 3


def table_of(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def records(path: Path) -> list[dict[str, Any]]:
    return [row for chunk in open_table(path).chunks() for row in chunk.records()]


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    return table_of(tmp_path / "in.jsonl", [{"n": n, "comment": text} for n, text in enumerate(TEXTS)])


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpseq.data.table.BATCH_ROWS", 4)


def predictor(run: ClassifySettings, **options: Any) -> Predictor:
    return Predictor(run.run_dir, PredictOptions(**{"text": "comment", **options}))


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".tsv", ".parquet"])
def test_answers_stand_beside_their_rows(
    review_run: ClassifySettings, reviews: Path, tmp_path: Path, suffix: str, small_chunks: None
) -> None:
    target = tmp_path / "new" / f"out{suffix}"
    assert predict_table(predictor(review_run, everything=True), reviews, target) == 15
    found, alone = records(target), Classifier.from_pretrained(review_run.run_dir).predict(TEXTS)
    assert [(int(row["n"]), row["comment"]) for row in found] == list(enumerate(TEXTS))
    assert [row["label"] for row in found] == [prediction.label for prediction in alone]
    for row, prediction in zip(found, alone, strict=True):
        assert float(row["probability"]) == pytest.approx(prediction.probability, abs=1e-4)
        assert float(row["probability_good"]) + float(row["probability_bad"]) == pytest.approx(1, abs=1e-5)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_what_is_not_sure_is_not_said(review_run: ClassifySettings, reviews: Path, tmp_path: Path) -> None:
    predict_table(predictor(review_run, threshold=0.8, otherwise="?"), reviews, tmp_path / "out.jsonl")
    labels = {row["label"] for row in records(tmp_path / "out.jsonl") if row["probability"] < 0.8}
    assert labels == {"?"}
    sure = {row["label"] for row in records(tmp_path / "out.jsonl") if row["probability"] >= 0.8}
    assert sure and sure <= {"good", "bad"}


def test_a_stopped_call_goes_on(
    review_run: ClassifySettings, reviews: Path, tmp_path: Path, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, whole = tmp_path / "out.csv", tmp_path / "whole.csv"
    predict_table(predictor(review_run), reviews, whole)
    read: list[str] = []
    columns = Classifier.columns

    def interrupted(self: Classifier, texts: Sequence[str], **options: Any) -> dict[str, list[Any]]:
        if len(read) == 8:
            raise KeyboardInterrupt
        read.extend(texts)
        return columns(self, texts, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Classifier, "columns", interrupted)
        with pytest.raises(KeyboardInterrupt):
            predict_table(predictor(review_run), reviews, target)
        assert not target.exists()
    read.clear()

    def counted(self: Classifier, texts: Sequence[str], **options: Any) -> dict[str, list[Any]]:
        read.extend(texts)
        return columns(self, texts, **options)

    monkeypatch.setattr(Classifier, "columns", counted)
    assert predict_table(predictor(review_run), reviews, target, resume=True) == 15
    assert read == TEXTS[8:] and target.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.csv", "whole.csv"]


def test_two_do_not_write_one_table(review_run: ClassifySettings, reviews: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    (tmp_path / ".out.csv.answers").mkdir()
    with lock(tmp_path / ".out.csv.answers") as free:
        assert free
        with pytest.raises(UserError, match="out.csv: another nlpseq is at work on it; wait for its end"):
            predict_table(predictor(review_run), reviews, target)
    assert predict_table(predictor(review_run), reviews, target) == 15


@pytest.mark.parametrize("changed", ["table", "options"])
def test_what_was_begun_for_another_table_is_not_taken(
    review_run: ClassifySettings,
    reviews: Path,
    tmp_path: Path,
    small_chunks: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    changed: str,
) -> None:
    target = tmp_path / "out.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr("nlpseq.tasks.predict.write_table", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            predict_table(predictor(review_run), reviews, target)
    if changed == "table":
        table_of(reviews, [{"n": 1, "comment": "cold"}])
    options = {"everything": True} if changed == "options" else {}
    rows = predict_table(predictor(review_run, **options), reviews, target, resume=True)
    assert rows == (1 if changed == "table" else 15) == len(records(target))
    assert "probability_good" in records(target)[0] or not options
    assert "what was begun there was for another table or model" in caplog.text


def test_a_column_that_is_there_stays(review_run: ClassifySettings, tmp_path: Path) -> None:
    table_of(tmp_path / "in.jsonl", [{"label": "mine", "comment": "fine"}])
    predict_table(predictor(review_run), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    (row,) = records(tmp_path / "out.jsonl")
    assert list(row) == ["label", "comment", "predicted_label", "probability"] and row["label"] == "mine"
    predict_table(predictor(review_run), tmp_path / "in.jsonl", tmp_path / "in.jsonl")  # onto itself
    assert records(tmp_path / "in.jsonl") == [row]


def test_a_table_without_rows(review_run: ClassifySettings, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,comment\n")
    assert predict_table(predictor(review_run), tmp_path / "in.csv", tmp_path / "out.parquet") == 0
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["id", "comment", "label", "probability"]


@pytest.mark.parametrize(
    ("names", "wanted", "found"),
    [
        (["id", "comment"], "comment", ["comment"]),
        (["title", "body"], "title+body", ["title", "body"]),
        (["a+b", "a"], "a+b", ["a+b"]),
        (["id", "TEXT", "body"], None, ["TEXT"]),
        (["id", "Review"], None, ["Review"]),
        (["anything"], None, ["anything"]),
        (["id", "notes"], None, "t.csv: not obvious which column holds the text; add --text with one of id, notes"),
        (["id", "comment"], "coment", r"t.csv: no column 'coment' \(did you mean 'comment'\?\)"),
    ],
)
def test_the_column_of_the_text(
    review_run: ClassifySettings, names: list[str], wanted: str | None, found: list[str] | str
) -> None:
    if isinstance(found, str):
        with pytest.raises(UserError, match=found):
            predictor(review_run, text=wanted).text_columns(names, "t.csv")
    else:
        assert predictor(review_run, text=wanted).text_columns(names, "t.csv") == found


def test_the_column_of_the_text_is_found_by_what_it_holds(review_run: ClassifySettings, tmp_path: Path) -> None:
    rows = [{"id": f"a {n}", "body": {"text": text or "-", "n": n}, "day": "2026"} for n, text in enumerate(TEXTS[:5])]
    table_of(tmp_path / "in.jsonl", [{**row, "id": "a 1"} for row in rows])
    for options in (PredictOptions(), PredictOptions(text="body.text")):
        predict_table(Predictor(review_run.run_dir, options), tmp_path / "in.jsonl", tmp_path / "out.jsonl")
        found = records(tmp_path / "out.jsonl")
        assert [row["body"]["n"] for row in found] == [0, 1, 2, 3, 4]
        alone = Classifier.from_pretrained(review_run.run_dir).predict([row["body"]["text"] for row in rows])
        assert [row["label"] for row in found] == [prediction.label for prediction in alone]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    predict_table(predictor(review_run, text="body.text"), tmp_path / "in.parquet", tmp_path / "out.jsonl")
    assert [row["label"] for row in records(tmp_path / "out.jsonl")] == [prediction.label for prediction in alone]


@pytest.mark.parametrize("names", [["de-DE", "en-GB"], ["German", "English"], ["de", "source"], ["DE", "EN", "source"]])
def test_the_side_of_a_translator_is_found_by_its_language(tiny_run: TranslateSettings, names: list[str]) -> None:
    assert Predictor(tiny_run.run_dir, PredictOptions()).text_columns(names, "t.csv") == [names[1]]


def test_each_task_has_columns(
    tiny_run: TranslateSettings, notice_run: SummarizeSettings, story_run: GenerateSettings, tmp_path: Path
) -> None:
    rows = [{"de": "x", "en": "the cat waits here."}, {"de": "", "en": ""}]
    table_of(tmp_path / "pairs.jsonl", rows)
    target = tmp_path / "out.jsonl"
    predict_table(Predictor(tiny_run.run_dir, PredictOptions()), tmp_path / "pairs.jsonl", target)
    first, second = records(target)
    assert list(first) == ["de", "en", "translation", "score"] and first["translation"] and first["score"] < 0
    assert (second["translation"], second["score"]) == ("", None)

    table_of(tmp_path / "docs.jsonl", [{"id": 1, "Document": "Last week [Mara] won the cup."}])
    predict_table(Predictor(notice_run.run_dir, PredictOptions(everything=True)), tmp_path / "docs.jsonl", target)
    (row,) = records(target)
    assert list(row) == ["id", "Document", "summary", "score"] and row["summary"]

    table_of(tmp_path / "texts.jsonl", [{"text": "Zoë: a dog sleeps here."}, {"text": "xq,zj!"}])
    predict_table(Predictor(story_run.run_dir, PredictOptions()), tmp_path / "texts.jsonl", target)
    likely, unlikely = (row["bits_per_character"] for row in records(target))
    assert likely < unlikely
    with pytest.raises(UserError, match="a run of the task generate, which gives no probabilities for a threshold"):
        Predictor(story_run.run_dir, PredictOptions(threshold=0.5))
