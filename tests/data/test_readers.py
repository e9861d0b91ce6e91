"""Lines end at a line feed only, and every broken line is named."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from nlpseq.data.pairs import read_table_pairs
from nlpseq.data.readers import missing_column, read_lines, read_plain_pairs, read_records
from nlpseq.errors import UserError


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path


def table(path: Path) -> list[tuple[str, str]]:
    return list(read_table_pairs(path, src="en", tgt="de"))


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r"])
def test_a_line_ends_at_a_line_feed_only(tmp_path: Path, inside: str) -> None:
    path = write(tmp_path / "a.en", f"one{inside}line\nnext\n")
    assert list(read_lines(path)) == [f"one{inside}line", "next"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("a", ["a"]),
        ("a\r\n\r\nb\r\n", ["a", "", "b"]),
        ("\ufeffa\n\ufeffb\n", ["a", "\ufeffb"]),
        (" a \n", [" a "]),
    ],
)
def test_line_ends_byte_order_mark_and_blanks(tmp_path: Path, text: str, lines: list[str]) -> None:
    assert list(read_lines(write(tmp_path / "a.en", text))) == lines


def test_broken_utf8_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.en"
    path.write_bytes(b"fine\nfine\nM\xfcnchen\n")
    with pytest.raises(
        UserError, match=r"a\.en, line 3, byte 11: not valid UTF-8; save the file as UTF-8, or set data\.encoding"
    ):
        list(read_lines(path))


@pytest.mark.parametrize(("src", "tgt"), [("a\nb\nc\n", "A\n"), ("a\n", "A\nB\nC\n")])
def test_unequal_line_counts_name_both(tmp_path: Path, src: str, tgt: str) -> None:
    paths = write(tmp_path / "t.en", src), write(tmp_path / "t.de", tgt)
    with pytest.raises(UserError) as caught:
        list(read_plain_pairs(*paths))
    message = str(caught.value)
    assert f"t.en has {src.count(chr(10))} line" in message
    assert f"t.de has {tgt.count(chr(10))};" in message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("header.tsv", 'id\tde\ten\n1\tJa "so"\tYes, "so"\n2\t\tno\u2028more\n'),
        ("bare.tsv", 'Yes, "so"\tJa "so"\nno\u2028more\t\n'),
        ("quoted.csv", 'de,en\r\n"Ja ""so""","Yes, ""so"""\r\n,no\u2028more\r\n'),
        ("flat.jsonl", '{"en": "Yes, \\"so\\"", "de": "Ja \\"so\\""}\n\n{"de": "", "en": "no\u2028more"}\n'),
        ("nested.json", '{"translation": {"en": "Yes, \\"so\\"", "de": "Ja \\"so\\""}}\n'
                        '{"translation": {"de": "", "en": "no\\u2028more"}}\n'),
    ],
)  # fmt: skip
def test_every_table_gives_the_same_pairs(tmp_path: Path, name: str, text: str) -> None:
    assert table(write(tmp_path / name, text)) == [('Yes, "so"', 'Ja "so"'), ("no\u2028more", "")]


def test_a_quoted_csv_field_may_span_lines(tmp_path: Path) -> None:
    assert table(write(tmp_path / "a.csv", 'en,de\n"two\nlines",zwei\n')) == [("two\nlines", "zwei")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.tsv", "en\tfr\nyes\toui\n", "a.tsv: no column 'de'; its columns are en, fr"),
        ("a.tsv", "id\tyes\tja\n1\tno\tnein\n", "a.tsv: no column 'en'; its columns are id, yes, ja"),
        ("a.tsv", "source\tja\nno\tnein\n", "a.tsv: no column 'en'; its columns are source, ja"),
        ("a.tsv", "French\tspa\noui\tsí\n", "a.tsv: no column 'en'; its columns are French, spa"),
        ("a.tsv", "a b\tc d\te f\nx\ty\tz\n", "and not obvious which two of a b, c d, e f are the texts; put a line"),
        ("a.csv", "en,de,en\nyes,ja,no\n", "a.csv: 2 columns are called 'en'; rename all but one"),
        ("a.json", "[" * 100_000, "a.json: not read, as its JSON is nested too deeply"),
        ("a.jsonl", '{"en": ' + "[" * 100_000 + "\n", "a.jsonl, line 1: not read, as its JSON is nested too deeply"),
        ("a.tsv", "yes\tja\nno\n", "a.tsv, line 2: 1 column where the header has 2; columns are separated by one tab"),
        ("a.csv", "yes,ja\n", "a.csv: no column 'en'; its columns are yes, ja"),
        ("a.csv", "", "a.csv: no column 'en'; its columns are none"),
        ("a.csv", "en,de\nyes, sir,ja\n", "a.csv, line 2: 3 columns where the header has 2"),
        ("a.csv", 'en,de\n"yes"x,ja\n', "a.csv, line 2: not valid csv"),
        ("a.jsonl", '{"en": "yes", "de": "ja"}\n{"en": \n', "a.jsonl, line 2: not valid JSON"),
        ("a.jsonl", '["yes", "ja"]\n', "a.jsonl, line 1: each line must be one JSON object"),
        ("a.jsonl", '{"translation": "ja"}\n', "a.jsonl, line 1: each line must be one JSON object"),
        (
            "a.jsonl",
            '{"en": "yes", "fr": "oui"}\n',
            "a.jsonl, line 1: no column 'de'; its columns are en, fr",
        ),
        ("a.jsonl", '{"en": "yes", "de": 7}\n', "a.jsonl, line 1: 'de' must be a string, not int"),
        (
            "a.jsonl",
            '{"en": "\\ud83d", "de": "ja"}\n',
            "a.jsonl, line 1: 'en' holds half of a surrogate pair",
        ),
    ],
)
def test_a_broken_table_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        table(write(tmp_path / name, text))
    assert message in str(caught.value)


def test_a_json_file_may_be_one_array(tmp_path: Path) -> None:
    text = '[\n {"en": "yes",\n  "de": "ja"},\n {"en": "no", "de": "nein"}\n]\n'
    assert table(write(tmp_path / "a.json", text)) == [("yes", "ja"), ("no", "nein")]
    with pytest.raises(UserError, match=r"a\.json, item 2: no column 'de'; its columns are en"):
        table(write(tmp_path / "a.json", '[{"en": "yes", "de": "ja"}, {"en": "no"}]'))
    with pytest.raises(UserError, match=r"a\.json: not valid JSON .*line 2.*; the file must be one array"):
        table(write(tmp_path / "a.json", '[\n{"en": "yes" "de": "ja"}]'))
    with pytest.raises(UserError, match=r"a\.jsonl, line 1: each line must be one JSON object"):
        table(write(tmp_path / "a.jsonl", '[{"en": "yes", "de": "ja"}]'))
    with pytest.raises(UserError, match=r"a\.jsonl, line 2: each line must be one JSON object such as \{'en': \.\.\.,"):
        table(write(tmp_path / "a.jsonl", '{"en": "yes", "de": "ja"}\n[]\n'))


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 1, "data": [{"en": "yes", "de": "ja"}, {"en": "no", "de": null}]}',
        '{\n"data": [{"en": "yes", "de": "ja"},\n{"en": "no", "de": null}],\n"tags": ["a"]\n}\n',
        '{"en": "yes", "de": "ja"}\n{"en": "no", "de": null}\n',
    ],
)
def test_a_json_file_may_be_an_object_with_its_rows_inside(tmp_path: Path, text: str) -> None:
    assert table(write(tmp_path / "a.json", text)) == [("yes", "ja"), ("no", "")]


def test_a_csv_field_may_be_long_and_lines_blank(tmp_path: Path) -> None:
    long = "x" * 200_000
    assert table(write(tmp_path / "a.csv", f"en,de\n\n{long},ja\n\n")) == [(long, "ja")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id,text\n7,fine\n"),
        ("a.tsv", "id\ttext\n7\tfine\n"),
        ("a.jsonl", '\n{"id": "7", "text": "fine"}\n'),
    ],
)
def test_records_name_their_line_and_hold_all_columns_unless_told(tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path / name, text)
    assert list(read_records(path)) == [(f"{path}, line 2", {"id": "7", "text": "fine"})]
    assert [record["text"] for _, record in read_records(path, columns=["text"])] == ["fine"]


def test_records_of_parquet_name_their_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a", None] * 700, "id": range(1400)}), path, row_group_size=9)
    records = list(read_records(path, columns=["text"]))
    assert records[1] == (f"{path}, row 2", {"text": None})
    assert records[-1][0] == f"{path}, row 1400"
    with pytest.raises(UserError, match=r"no column 'txt' \(did you mean 'text'\?\); its columns are text, id"):
        list(read_records(path, columns=["txt"]))


def test_a_headerless_tsv_has_the_columns_it_is_given(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "1\tfine\n0\tbad\n")
    rows = read_records(path, columns=["text"], bare=("label", "text"))
    assert [record for _, record in rows] == [{"text": "fine"}, {"text": "bad"}]


def test_the_nearest_column_is_named_whatever_its_letters() -> None:
    assert "'Sentiment'?" in str(missing_column("a.csv", "sentimnet", ["Text", "Sentiment"]))
    assert "did you mean" not in str(missing_column("a.csv", "zzz", ["Text", "Sentiment"]))
    assert str(missing_column("a.csv", "text", [])) == "a.csv: no column 'text'; its columns are none"
