"""Text and label, document and summary are found where they are obvious, and asked for where they are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlpseq.data.columns import (
    DOCUMENT_NAMES,
    LABEL_NAMES,
    SUMMARY_NAMES,
    TEXT_NAMES,
    Columns,
    find_columns,
    summary_columns,
)
from nlpseq.data.parallel import load_parallel
from nlpseq.errors import UserError

Row = dict[str, object]
SENTENCES = ["it was fine", "not at all good", "so so", "never again, please", "oh well"]


def table(**columns: list[object]) -> Iterator[Row]:
    return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))


def find(rows: Iterator[Row], text: str | None = None, label: str | None = None, *, suffix: str = "") -> Columns:
    return find_columns(rows, text=text, label=label, origin="a.csv", suffix=suffix)


@pytest.mark.parametrize("text", TEXT_NAMES)
@pytest.mark.parametrize("label", LABEL_NAMES)
def test_the_usual_names_need_one_row(text: str, label: str) -> None:
    def rows() -> Iterator[Row]:
        yield {label.upper(): 1, "id": 7, f" {text.capitalize()}": "x"}
        raise AssertionError("a second row was read")

    assert find(rows()) == Columns((f" {text.capitalize()}",), label.upper())


def test_names_have_an_order() -> None:
    row = {"rating": 3, "label": 1, "tweet": "a", "content": "b", "text": "c", "class": 0}
    assert find(iter([row])) == Columns(("text",), "label")


def test_a_title_goes_before_the_text() -> None:
    assert find(iter([{"label": 1, "content": "b", "Title": "a"}])) == Columns(("Title", "content"), "label")
    rows = list(table(label=[1, 2, 1, 2, 2], title=["a b", "c d", "e f", "g h", "i j"], body=SENTENCES))
    assert find(iter(rows)) == Columns(("title", "body"), "label")
    assert find({"label": row["label"], "title": row["title"]} for row in rows) == Columns(("title",), "label")


def test_given_names_are_taken_as_they_are() -> None:
    row = {"text": "a", "label": 1, "title": "c", "stars": 5, "a+b": "d"}
    assert find(iter([row]), "title", "stars") == Columns(("title",), "stars")
    assert find(iter([row]), "title+text") == Columns(("title", "text"), "label")
    assert find(iter([row]), "a+b") == Columns(("a+b",), "label")


def test_columns_are_found_by_what_they_hold() -> None:
    rows = table(
        id=[1, 2, 3, 4, 5],
        source=["web"] * 5,
        utterance=SENTENCES,
        url=["http://a", "http://b", "http://c", "http://d", "http://e"],
        intent=["ask", "tell", "ask", "ask", "tell"],
        tokens=[["it"], ["not"], ["so"], ["never"], ["oh"]],
    )
    assert find(rows) == Columns(("utterance",), "intent")


def test_scripts_without_spaces_are_text() -> None:
    rows = table(a=["很好", "不好", "还可以", "再也不来", "好吧"], b=[1, 0, 1, 0, 1])
    assert find(rows) == Columns(("a",), "b")


def test_a_column_that_some_rows_lack_is_neither() -> None:
    rows = list(table(said=SENTENCES, kind=[1, 0, 1, 0, 1]))
    rows[0] |= {"note": "see below"}
    rows[1] |= {"kind2": 1}
    assert find(iter(rows)) == Columns(("said",), "kind")


def test_a_line_of_data_is_no_header() -> None:
    rows: dict[str, list[object]] = {"it was fine": [*SENTENCES], "1": ["0", "1", "1", "0", "1"]}
    turned = dict(reversed(rows.items()))
    assert find(table(**rows), suffix=".tsv") == Columns(("text",), "label", ("text", "label"))
    assert find(table(**turned), suffix=".tsv") == Columns(("text",), "label", ("label", "text"))
    for suffix, more in ((".csv", {}), (".tsv", {"more": [1, 2, 3, 4, 5]})):
        with pytest.raises(UserError, match="the first line looks like data, not like names: it was fine, 1; put the"):
            find(table(**rows, **more), suffix=suffix)
    assert find(table(**rows), label="1", suffix=".csv") == Columns(("it was fine",), "1")
    # A label that does not come again, above a long text.
    lone: dict[str, list[object]] = {"it was fine and we liked it": [*SENTENCES], "new": ["0", "1", "1", "0", "1"]}
    assert find(table(**lone), suffix=".tsv") == Columns(("text",), "label", ("text", "label"))
    # A usual name is a name, even over a column that is called like one of its labels.
    spam: dict[str, list[object]] = {"spam": ["ham", "spam", "ham", "ham", "spam"], "message": [*SENTENCES]}
    assert find(table(**spam), suffix=".tsv") == Columns(("message",), "spam")
    assert find(table(**rows), suffix=".jsonl") == Columns(("it was fine",), "1")
    named = {"utterance": SENTENCES, "intent": ["0", "1", "1", "0", "1"]}
    assert find(table(**named), suffix=".tsv") == Columns(("utterance",), "intent")


@pytest.mark.parametrize(
    ("given", "columns"),
    [
        ({"text": "1", "label": "2"}, Columns(("1",), "2", ("1", "2"))),
        ({"text": "2"}, Columns(("2",), "1", ("1", "2"))),
        ({"label": "1"}, Columns(("2",), "1", ("1", "2"))),
        ({"text": "1+2", "label": "1"}, Columns(("1", "2"), "1", ("1", "2"))),
    ],
)
def test_columns_without_a_header_are_given_by_their_places(given: dict[str, str], columns: Columns) -> None:
    rows: dict[str, list[object]] = {"a text": [*SENTENCES], "x": ["0", "1", "1", "0", "1"]}
    for suffix in (".csv", ".tsv", ".xlsx"):
        assert find(table(**rows), suffix=suffix, **given) == columns
    with pytest.raises(UserError, match="no column"):
        find(table(**rows), suffix=".jsonl", **given)


def test_a_given_column_is_not_found_again() -> None:
    assert find(table(target=SENTENCES, text=[0, 1, 0, 1, 0]), label="text") == Columns(("target",), "text")
    assert find(table(label=SENTENCES, kind=[0, 1, 0, 1, 0]), text="label") == Columns(("label",), "kind")


@pytest.mark.parametrize(
    ("columns", "given", "message"),
    [
        ({}, {}, "a.csv: holds no texts; give it some"),
        (
            {"text": ["a"], "lable": [1]},
            {"label": "label"},
            "no column 'label' (did you mean 'lable'?); its columns are",
        ),
        ({"txt": ["a"], "label": [1]}, {"text": "text"}, "a.csv: no column 'text' (did you mean 'txt'?)"),
        ({"text": ["a"], "label": [1]}, {"text": "title+text"}, "a.csv: no column 'title'"),
        (
            {"id": [1, 2, 3, 4, 5], "text": SENTENCES, "kind": [1, 2, 1, 2, 1], "sort": [1, 1, 2, 2, 1]},
            {},
            "a.csv: not obvious which column holds the label; set data.label to one of id, text, kind, sort",
        ),
        (
            {"sentence1": SENTENCES, "sentence2": SENTENCES, "label": [1, 2, 1, 2, 1]},
            {},
            "a.csv: not obvious which column holds the text; set data.text to one of sentence1, sentence2, label",
        ),
        ({"text": SENTENCES, "kind": [1, 1, 1, 1, 1]}, {}, "not obvious which column holds the label"),
        ({"text": SENTENCES, "id": [1, 2, 3, 4, 5]}, {}, "not obvious which column holds the label"),
    ],
)
def test_what_is_not_obvious_is_asked_for(
    columns: dict[str, list[object]], given: dict[str, str], message: str
) -> None:
    with pytest.raises(UserError) as caught:
        find(table(**columns), **given)
    assert message in str(caught.value)


def write(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("document", DOCUMENT_NAMES)
@pytest.mark.parametrize("summary", SUMMARY_NAMES)
def test_the_usual_names_of_documents_and_summaries(document: str, summary: str, tmp_path: Path) -> None:
    write(tmp_path, "train.jsonl", {"id": "7", summary.upper(): "s", f" {document.capitalize()}": "d"})
    assert summary_columns(tmp_path) == (f" {document.capitalize()}", summary.upper())
    assert summary_columns(tmp_path / "train.jsonl") == (f" {document.capitalize()}", summary.upper())


def test_names_have_an_order_and_given_ones_go_before(tmp_path: Path) -> None:
    write(tmp_path, "train.jsonl", {"title": "t", "text": "x", "article": "a", "summary": "s", "highlights": "h"})
    assert summary_columns(tmp_path) == ("article", "summary")
    assert summary_columns(tmp_path, document="title") == ("title", "summary")
    assert summary_columns(tmp_path, document="summary") == ("summary", "highlights")
    assert summary_columns(tmp_path, summary="article") == ("text", "article")
    assert summary_columns(tmp_path / "not there", document="a", summary="b") == ("a", "b")


def test_plain_files_and_a_table_without_a_header(tmp_path: Path, own_cache: Path) -> None:
    for name, text in (("train.text", "long\n"), ("train.title", "short\n"), ("notes.md", "x\n")):
        (tmp_path / name).write_text(text)
    assert summary_columns(tmp_path) == ("text", "title")
    bare = tmp_path / "bare.tsv"
    bare.write_text("A long document.\tshort\nAnother one.\tone\n")
    document, summary = summary_columns(bare)
    assert load_parallel(bare, src=document, tgt=summary)["train"][0] == {"src": "A long document.", "tgt": "short"}
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(UserError, match=r"empty\.csv: holds no pairs; give it some"):
        summary_columns(tmp_path / "empty.csv")


@pytest.mark.parametrize(
    ("row", "given", "message"),
    [
        ({"story": "d", "summary": "s"}, {}, r"train\.jsonl: .* holds the document; set data.document to one of story"),
        ({"text": "d", "tldr": "s"}, {}, r"holds the summary; set data\.summary to one of text, tldr"),
        ({"x" * 99: "d", "y": "s"}, {"summary": "y"}, r"set data\.document to one of x+ \.\.\. x+, y"),
        ({"text": "d"}, {"document": "text"}, "holds the summary"),
    ],
)
def test_the_document_that_is_not_obvious_is_asked_for(row: dict, given: dict, message: str, tmp_path: Path) -> None:
    write(tmp_path, "train.jsonl", row)
    with pytest.raises(UserError, match=message):
        summary_columns(tmp_path, **given)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file or folder"):
        summary_columns(tmp_path / "none")
    with pytest.raises(UserError, match="no split 'train'"):
        summary_columns(tmp_path)
    write(tmp_path, "test.jsonl", {"text": "d", "summary": "s"})
    assert summary_columns(tmp_path, splits={"test": None}) == ("text", "summary")


STORY = "the old boat went out to sea again and nobody on the shore had thought that it would come back"


@pytest.mark.parametrize(("turned", "places"), [(False, ("1", "2")), (True, ("2", "1"))])
def test_without_a_header_the_documents_are_the_longer_texts(
    turned: bool, places: tuple[str, str], tmp_path: Path, own_cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pairs = [(f"{STORY} {n}", f"boat goes out, {n} see it come back") for n in range(9)]
    path = tmp_path / "bare.tsv"
    path.write_text("".join("\t".join(pair[:: -1 if turned else 1]) + "\n" for pair in pairs), encoding="utf-8")
    assert summary_columns(path) == places
    assert len(caplog.messages) == 1
    assert f"column {places[0]} is taken as the document, column {places[1]} as the shorter" in caplog.messages[0]
    rows = load_parallel(path, src=places[0], tgt=places[1])["train"]
    assert [(row["src"], row["tgt"]) for row in rows] == pairs


@pytest.mark.parametrize("header", ["head\tstory", "Kopf\tLanger Text", "x\ty"])
def test_a_header_with_other_names_is_no_pair(header: str, tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(header + "\n" + "".join(f"boat {n}\t{STORY}\n" for n in range(5)), encoding="utf-8")
    with pytest.raises(UserError, match=f"holds the document; set data.document to one of {header.split(chr(9))[0]}"):
        summary_columns(path)


@pytest.mark.parametrize("name", ["cut.parquet", "a.xlsx", "a.arrow", "a.jsonl", "a.tmx"])
def test_a_damaged_table_is_one_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"PAR1 \x00 no \xff")
    with pytest.raises(UserError) as caught:
        summary_columns(tmp_path / name)
    assert name in str(caught.value) and str(caught.value).isprintable()
