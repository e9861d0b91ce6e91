"""The two sides of a table are found by name, else by what the columns hold, and what was guessed is said."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpseq.data.languages import find_name, find_pair, is_language, language_key
from nlpseq.data.pairs import read_table_pairs
from nlpseq.data.readers import Format
from nlpseq.errors import UserError

PAIRS = [("Go.", "Geh."), ("The dog is here.", "Der Hund ist hier."), ("I am not there.", "Ich bin nicht da.")]
TURNED = [(de, en) for en, de in PAIRS]


def read(path: Path, text: str | bytes, src: str = "en", tgt: str = "de") -> list[tuple[str, str]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_table_pairs(path, src=src, tgt=tgt))


def rows(pairs: list[tuple[str, str]], separator: str = "\t") -> str:
    return "".join(f"{one}{separator}{other}\n" for one, other in pairs)


@pytest.mark.parametrize(
    "header",
    ["de\ten", "DE\tEN", "En\tDe", "de_DE\ten_US", "de-AT\ten-GB", " en\t de", "German\tEnglish", "deu\teng",
     "ger\tENG", "Deutsch\tenglish", "target\tsource", "Zieltext\tAusgangstext",
     "Deutsch\tEnglisch", "Source\tTarget", "tgt\tsrc", "trg\tsrc"],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".jsonl", ".xlsx"])
def test_names_of_columns(header: str, suffix: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    names = header.split("\t")
    turned = names[0].strip().lower() in ("en", "source")
    table = PAIRS if turned else TURNED
    path = tmp_path / f"a{suffix}"
    with caplog.at_level(logging.INFO, logger="nlpseq"):
        if suffix == ".xlsx":
            book = openpyxl.Workbook()
            for row in [names, *table]:
                book.active.append(row)
            book.save(path)
            found = list(read_table_pairs(path, src="en", tgt="de"))
        elif suffix == ".jsonl":
            found = read(path, "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in table))
        else:
            separator = "\t" if suffix == ".tsv" else ";"
            found = read(path, rows([tuple(names), *table], separator))  # type: ignore[list-item]
    assert found == PAIRS
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == (0 if set(names) == {"en", "de"} else 1)
    assert all(" is taken as en, column " in line for line in said)


@pytest.mark.parametrize("suffix", [".tsv", ".txt", ".TSV"])
@pytest.mark.parametrize(
    "line",
    [
        "{en}\t{de}",
        "{en}\t{de}\tCC-BY 2.0 (France) Attribution: tatoeba.org #{n} (CK) & #{n} (Zaghawa)",
        "{n}\t{en}\t{n}1\t{de}",
        "eng\t{en}\tdeu\t{de}",
        "0.{n}\t{en}\t{de}",
        "{de}\t{en}",
        "{n}\t{de}\t{n}2\t{en}",
    ],
)
def test_a_table_without_a_header(line: str, suffix: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = "".join(line.format(en=en, de=de, n=n) + "\n" for n, (en, de) in enumerate(PAIRS, 100))
    assert read(tmp_path / f"deu{suffix}", text) == PAIRS
    (said,) = [record.getMessage() for record in caplog.records]
    places = [line.split("\t").index(name) + 1 for name in ("{en}", "{de}")]
    assert f"no header with en and de; column {places[0]} is taken as en, column {places[1]} as de" in said
    assert said.endswith("first pair: 'Go.', 'Geh.'")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_sentences_are_no_header(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in PAIRS:
            book.active.append(row)
        book.save(path)
        assert list(read_table_pairs(path, src="en", tgt="de")) == PAIRS
    else:
        assert read(path, rows(PAIRS, ";")) == PAIRS
    with pytest.raises(UserError, match="no column 'en'; its columns are Foo, Bar"):
        read(tmp_path / "b.csv", "Foo,Bar\nyes,ja\n")


def test_columns_may_be_given_by_their_places(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", "Geh.,7,Go.\n", src="3", tgt="1") == [("Go.", "Geh.")]
    assert read(tmp_path / "a.tsv", "1\tGeh.\tGo.\n", src="3", tgt="2") == [("Go.", "Geh.")]


def test_the_separator_and_encoding_that_are_given(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("en:de\nfive:fünf\n".encode("cp1252"))
    assert list(read_table_pairs(path, src="en", tgt="de", form=Format("cp1252", ":"))) == [("five", "fünf")]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("EN", "en"),
        ("zho_Hans", "zh"),
        ("cmn", "zh"),
        ("jpn_Jpan", "ja"),
        ("Español", "es"),
        ("x-klingon", "x-klingon"),
    ],
)
def test_keys_of_languages(name: str, key: str) -> None:
    assert language_key(name) == key
    assert is_language(name) == (key in ("en", "zh", "ja", "es"))


@given(st.sampled_from(["en", "de", "summary", "日本語"]), st.lists(st.sampled_from(["id", "note", "x"]), max_size=3))
def test_a_name_is_found_whatever_its_case_and_the_others(name: str, others: list[str]) -> None:
    for written in (name, name.upper(), f" {name.title()} "):
        assert find_name(name, [*others, written]) == written
    assert find_name(name, others) is None


def test_two_names_for_one_are_none() -> None:
    assert find_pair("en", "de", ["en_US", "en_GB", "de"]) == (None, "de")
    assert find_pair("en", "de", ["en", "EN", "de"]) == ("en", "de")
    assert find_pair("en_US", "en_GB", ["en_GB", "en_US"]) == ("en_US", "en_GB")
