"""Documents and summaries are found by the usual names, and asked for where there are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlpseq.data.corpus import load_parallel
from nlpseq.data.summary_columns import DOCUMENT_NAMES, SUMMARY_NAMES, summary_columns
from nlpseq.errors import UserError


def write(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("document", DOCUMENT_NAMES)
@pytest.mark.parametrize("summary", SUMMARY_NAMES)
def test_the_usual_names(document: str, summary: str, tmp_path: Path) -> None:
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
def test_what_is_not_obvious_is_asked_for(row: dict, given: dict, message: str, tmp_path: Path) -> None:
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
