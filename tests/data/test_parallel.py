"""A corpus comes out the same from every format, cached until a file changes."""

from __future__ import annotations

import gzip
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from datasets import Dataset, DatasetDict

from nlpseq.data.parallel import load_parallel
from nlpseq.errors import UserError

PAIRS = [("yes", "ja"), ("no\u2028never", "nein"), ("three words here", "drei")]
ROOT = Path(__file__).resolve().parents[2]


def load(path: Path, **splits: str | None) -> DatasetDict:
    cache = (path if path.is_dir() else path.parent) / "cache"
    return load_parallel(path, src="en", tgt="de", splits=splits or None, cache_dir=cache)


def write_plain(folder: Path, stem: str, pairs: list[tuple[str, str]]) -> Path:
    for side, language in enumerate(("en", "de")):
        text = "".join(pair[side] + "\n" for pair in pairs)
        (folder / f"{stem}.{language}").write_bytes(text.encode())
    return folder


def write_table(folder: Path, suffix: str, pairs: list[tuple[str, str]]) -> Path:
    path = folder / f"train{suffix}"
    rows = [{"en": en, "de": de} for en, de in pairs]
    if suffix == ".parquet":
        Dataset.from_list([{"id": 1, **row} for row in rows]).to_parquet(path)
    elif suffix == ".json":
        path.write_text("".join(json.dumps({"translation": row}) + "\n" for row in rows))
    else:
        path.write_bytes("".join(f"{en}\t{de}\n" for en, de in pairs).encode())
    return path


def pairs_of(dataset: Dataset) -> list[tuple[str, str]]:
    assert dataset.column_names == ["src", "tgt"]
    return [(row["src"], row["tgt"]) for row in dataset]


@pytest.mark.parametrize("suffix", [".tsv", ".json", ".parquet"])
@pytest.mark.parametrize("single", [True, False])
def test_tables_give_the_pairs(tmp_path: Path, suffix: str, single: bool) -> None:
    path = write_table(tmp_path, suffix, PAIRS)
    corpus = load(path if single else tmp_path)
    assert list(corpus) == ["train"]
    assert pairs_of(corpus["train"]) == PAIRS


def test_a_parquet_file_may_be_nested_as_on_the_hub(tmp_path: Path) -> None:
    Dataset.from_list([{"translation": {"de": de, "en": en}} for en, de in PAIRS]).to_parquet(tmp_path / "a.parquet")
    assert pairs_of(load(tmp_path / "a.parquet")["train"]) == PAIRS


def test_plain_files_of_three_splits(tmp_path: Path) -> None:
    for stem, rows in (("train", PAIRS), ("dev", PAIRS[:2]), ("test_b", PAIRS[:1])):
        write_plain(tmp_path, stem, rows)
    corpus = load(tmp_path)
    assert {split: len(rows) for split, rows in corpus.items()} == {"train": 3, "validation": 2, "test": 1}
    assert pairs_of(corpus["train"]) == PAIRS
    assert list(load(tmp_path, test="test_b")) == ["test"]


def test_the_rows_are_memory_mapped_from_the_cache(tmp_path: Path) -> None:
    files = load(write_plain(tmp_path, "train", PAIRS))["train"].cache_files
    assert [Path(file["filename"]).is_relative_to(tmp_path / "cache") for file in files] == [True]


def test_a_cache_is_used_until_the_file_changes(tmp_path: Path) -> None:
    write_plain(tmp_path, "train", PAIRS)
    first = load(tmp_path)["train"].cache_files
    path = tmp_path / "train.de"
    path.touch()
    assert load(tmp_path)["train"].cache_files == first
    # Same size and time, other text: only a checksum tells.
    times = path.stat()
    path.write_bytes(path.read_bytes().replace(b"ja", b"jo"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert load(tmp_path)["train"][0] == {"src": "yes", "tgt": "jo"}


def test_empty_sides_leave_the_training_split_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [("a", "A"), ("", "B"), ("c", " \u3000"), ("d", "D"), ("", "")]
    write_plain(tmp_path, "train", rows)
    write_plain(tmp_path, "val", rows)
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        corpus = load(tmp_path)
    assert pairs_of(corpus["train"]) == [("a", "A"), ("d", "D")]
    assert pairs_of(corpus["validation"]) == rows
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path}: left out 3 of 5 training pairs with an empty side"
    ]


def test_an_empty_training_split(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"train\.en: holds no pairs; give it some"):
        load(write_plain(tmp_path, "train", []))
    with pytest.raises(UserError, match="holds nothing but training pairs with an empty side; give it others"):
        load(write_plain(tmp_path, "train", [("a", ""), ("", "B")]))


def test_a_reader_error_arrives_as_it_was_raised(tmp_path: Path) -> None:
    write_plain(tmp_path, "train", PAIRS)
    (tmp_path / "train.de").write_bytes(b"ja\n\xff\nja\n")
    with pytest.raises(UserError, match=r"train\.de, line 2, byte 3: not valid UTF-8"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"en": "a", "fr": "b"}, "a.parquet: no column 'de'; its columns are en, fr"),
        ({"en": "a", "de": 7}, "a.parquet, row 1: 'de' must be a string, not int"),
        ({"en": "a", "de": ["b"]}, "a.parquet, row 1: 'de' must be a string, not list"),
    ],
)
def test_a_wrong_parquet_column_is_named(tmp_path: Path, row: dict[str, object], message: str) -> None:
    Dataset.from_list([row]).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UserError) as caught:
        load(tmp_path / "a.parquet")
    assert message in str(caught.value)


def test_a_missing_parquet_value(tmp_path: Path) -> None:
    Dataset.from_list([{"en": "a", "de": "b"}, {"en": "c", "de": None}]).to_parquet(tmp_path / "a.parquet")
    assert pairs_of(load(tmp_path / "a.parquet")["train"]) == [("a", "b")]
    assert pairs_of(load(tmp_path / "a.parquet", test=None)["test"]) == [("a", "b"), ("c", "")]


def test_a_damaged_parquet_file(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(UserError, match=r"a\.parquet: cannot be read .*; check the file"):
        load(tmp_path / "a.parquet")


def test_a_hub_name_offline_is_one_sentence(tmp_path: Path) -> None:
    code = (
        "from nlpseq.data.parallel import load_parallel\n"
        "from nlpseq.errors import UserError\n"
        "try:\n"
        f"    load_parallel('someone/some-corpus', src='en', tgt='de', cache_dir={str(tmp_path)!r})\n"
        "except UserError as error:\n"
        "    print(error)\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("someone/some-corpus: no such local file or folder, and the hub cannot be reached")
    assert done.stdout.endswith("check the path, or go online\n")


def test_a_real_corpus(shared_corpora: Path, tmp_path: Path) -> None:
    corpus = load_parallel(
        shared_corpora / "multi30k",
        src="en",
        tgt="de",
        splits={"validation": None, "test": "test_2016_flickr"},
        cache_dir=tmp_path,
    )
    assert {name: len(rows) for name, rows in corpus.items()} == {"validation": 1014, "test": 1000}


CELLS = [("yes", "ja"), ("", "nein"), ("three", ""), ("four", "vier")]


def write_cells(path: Path) -> Path:
    frame = pandas.DataFrame(CELLS, columns=["en", "de"])
    nulls = frame.replace({"": None})
    separators = {".csv": ";", ".tsv": "\t"}
    if path.suffix in separators:
        frame.to_csv(path, index=False, sep=separators[path.suffix])
    elif path.suffix == ".xlsx":
        nulls.to_excel(path, index=False)
    elif path.suffix == ".jsonl":
        nulls.to_json(path, orient="records", lines=True)
    elif path.suffix == ".json":
        nulls.to_json(path, orient="table", index=False)
    elif path.suffix == ".parquet":
        nulls.to_parquet(path)
    elif path.suffix == ".tmx":
        parts = [[("en", en), ("de", de)] for en, de in CELLS]
        units = "".join(
            "<tu>" + "".join(f'<tuv xml:lang="{key}"><seg>{text}</seg></tuv>' for key, text in part if text) + "</tu>"
            for part in parts
        )
        path.write_text(f"<tmx><body>{units}</body></tmx>", encoding="utf-8")
    elif path.suffix == ".xlf":
        units = "".join(
            f"<trans-unit><source>{en or ''}</source><target>{de or ''}</target></trans-unit>" for en, de in CELLS
        )
        head = '<file source-language="en" target-language="de">'
        path.write_text(f"<xliff>{head}<body>{units}</body></file></xliff>", encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".jsonl", ".json", ".parquet", ".tmx", ".xlf"])
@pytest.mark.parametrize("packed", [False, True])
def test_nulls_are_alike_in_all_formats(
    suffix: str, packed: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for split in ("train", "test"):
        path = write_cells(tmp_path / f"{split}{suffix}")
        if packed and suffix not in (".xlsx", ".parquet"):  # these are packed inside
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    corpus = load(tmp_path)
    assert pairs_of(corpus["train"]) == [CELLS[0], CELLS[3]]
    assert pairs_of(corpus["test"]) == CELLS
    assert caplog.messages == [f"{tmp_path}: left out 2 of 4 training pairs with an empty side"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_plain_files_of_other_programs(end: str, encoding: str, tmp_path: Path) -> None:
    for language, texts in (("en", ["five", "six"]), ("de", ["fünf", "sechs"])):
        (tmp_path / f"train.{language}").write_bytes(end.join([*texts, ""]).encode(encoding))
    given = encoding if encoding == "cp1252" else None
    corpus = load_parallel(tmp_path, src="en", tgt="de", encoding=given, cache_dir=tmp_path / "cache")
    assert pairs_of(corpus["train"]) == [("five", "fünf"), ("six", "sechs")]


def test_a_folder_of_save_to_disk(tmp_path: Path) -> None:
    rows = Dataset.from_list([{"translation": {"de": de, "en": en}} for en, de in PAIRS])
    DatasetDict(train=rows, test=rows.select([1])).save_to_disk(tmp_path / "saved")
    corpus = load(tmp_path / "saved")
    assert pairs_of(corpus["train"]) == PAIRS and pairs_of(corpus["test"]) == PAIRS[1:2]


def test_what_was_guessed_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "deu.txt").write_text("Go.\tGeh.\tCC-BY 2.0\nI am here.\tIch bin hier.\tCC-BY 2.0\n", encoding="utf-8")
    assert pairs_of(load(tmp_path / "deu.txt")["train"]) == [("Go.", "Geh."), ("I am here.", "Ich bin hier.")]
    assert len(caplog.messages) == 1 and "column 1 is taken as en, column 2 as de" in caplog.messages[0]


def test_packed_pieces_are_one_text_in_their_order(tmp_path: Path) -> None:
    for piece, (src, tgt) in enumerate((("one\ntwo\n", "eins\nzwei\n"), ("three\n", "drei\n"))):
        (tmp_path / f"train.{piece}.en.gz").write_bytes(gzip.compress(src.encode()))
        (tmp_path / f"train.{piece}.de.gz").write_bytes(gzip.compress(tgt.encode()))
        line = json.dumps({"en": src.strip(), "de": tgt.strip()}) + "\n"
        (tmp_path / f"dev.{piece}.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    found = load_parallel(tmp_path, src="en", tgt="de", cache_dir=tmp_path / "cache")
    assert found["train"]["src"][:] == ["one", "two", "three"] and found["train"]["tgt"][:] == ["eins", "zwei", "drei"]
    assert found["validation"]["tgt"][:] == ["eins\nzwei", "drei"]
