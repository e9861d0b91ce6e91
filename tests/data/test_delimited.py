"""Tables as spreadsheets, databases and pandas write them give the same fields."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.data.delimited import read_fields, seen_separator
from nlpseq.errors import UserError

ROWS = [["text", "label"], ["well, yes; it was", "1"], ['She said "wow", twice', "0"], ["a | b\tc", "x"], ["", "2"]]


def fields(path: Path, own: str = ",", **given: str) -> list[list[str]]:
    return [row for _, row in read_fields(path, own=own, **given)[1]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("own", [",", "\t"])
def test_the_separator_is_seen(separator: str, quoting: int, own: str, tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator="\r\n").writerows(ROWS)
    path = tmp_path / "a.csv"
    path.write_bytes(out.getvalue().encode())
    assert fields(path, own) == ROWS
    path.write_bytes(f"sep={separator}\r\n{out.getvalue()}".encode())
    assert fields(path, own) == ROWS
    assert next(read_fields(path, own=own)[1])[0] == 2


def test_a_separator_that_is_given(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b:c\nd:e,f\n", encoding="utf-8")
    assert fields(path, separator=":") == [["a,b", "c"], ["d", "e,f"]]


@pytest.mark.parametrize(
    ("head", "own", "separator"),
    [
        (["text;label", "yes, it was;1", "no;0"], ",", ";"),
        (["Text, German;Label", "yes;1", "no, no;0"], ",", ";"),
        (["text,label", "a;b,1", "c;d,0"], ",", ","),
        (["Hello, you, there\tHallo", "Go.\tGeh, du, da."], "\t", "\t"),
        (["text,label", "a,1"], "\t", ","),
        (["text\tlabel", "a, b\t1"], ",", "\t"),
        (["text|label", "a|1"], ",", "|"),
        (["text"], ",", ","),
        ([], "\t", "\t"),
        (['text,label,"a;b"', "x,y"], ",", ","),
    ],
)
def test_separators(head: list[str], own: str, separator: str) -> None:
    assert seen_separator(head, own) == separator


TEXTS = st.text(st.sampled_from("ab \"'\né,;"), max_size=8)


@settings(max_examples=80)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_a_tsv_of_pandas_comes_back(rows: list[tuple[str, str]]) -> None:
    import tempfile

    frame = pandas.DataFrame(rows, columns=["text", "label"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.tsv"
        frame.to_csv(path, sep="\t", index=False)
        assert fields(path, "\t")[1:] == [list(row) for row in rows]


def test_a_tab_inside_of_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text('text\tlabel\n"a\tb"\t1\nc\t"x ""y""\tz"\n', encoding="utf-8")
    assert fields(path, "\t")[1:] == [["a\tb", "1"], ["c", 'x "y"\tz']]


def test_quotes_between_tabs_are_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    rows = ['"Hello," he said.\tx', '"Yes."\t"no', "5\" or 6''\t'a'", 'say "so"\tsay "no"']
    path.write_text("\n".join(["text\tlabel", *rows]) + "\n", encoding="utf-8")
    assert fields(path, "\t")[1:] == [row.split("\t") for row in rows]


def test_broken_quotes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('sep=;\na;b\n"x"y;z\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"a\.csv, line 3: not valid csv"):
        fields(path)


def test_random_bytes_are_fields_or_one_sentence(tmp_path: Path) -> None:
    draw = random.Random(4)
    for number in range(200):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(bytes(draw.choices(b'ab,;\t|"\n\r\0\xff\xc3\xa9', k=draw.randrange(40))))
        for own in ",\t":
            try:
                fields(path, own)
            except UserError as error:
                assert len(str(error)) < 500 and str(error).isprintable()
