"""Labelled text comes out the same from every layout and format, and what is wrong with it is named."""

from __future__ import annotations

import gzip
import json
import logging
import os
import random
import subprocess
import sys
from functools import partial
from pathlib import Path

import datasets
import pandas
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

from nlpseq.data.labelled import load_labelled
from nlpseq.data.textfile import suffix_of
from nlpseq.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
ROWS = [("it was\u2028fine", "1"), ('not "good", no', "0"), ("<br />so so", "1")]


def load(path: Path, **given: object) -> DatasetDict:
    return load_labelled(path, cache_dir=(path if path.is_dir() else path.parent) / ".cache", **given)


def rows_of(dataset: Dataset) -> list[tuple[str, str]]:
    assert dataset.features == Features({"text": Value("string"), "label": Value("string")})
    return [(row["text"], row["label"]) for row in dataset]


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def write_table(path: Path, rows: list[tuple[str, str]]) -> Path:
    records = [{"id": 7, "text": text, "label": int(label)} for text, label in rows]
    if path.suffix == ".parquet":
        Dataset.from_list(records).to_parquet(path)
        return path
    quoted = [(text.replace('"', '""'), label) for text, label in rows]
    content = {
        ".csv": "label,text\r\n" + "".join(f'{label},"{text}"\r\n' for text, label in quoted),
        ".tsv": "text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows),
        ".jsonl": "".join(json.dumps(record) + "\n" for record in records),
        ".json": json.dumps(records, indent=1),
        ".txt": "".join(f"__label__{label} {text}\n\n" for text, label in rows),
    }[path.suffix]
    path.write_bytes(content.encode())
    return path


def write_classes(path: Path, *numbers: int, names: tuple[str, ...] = ("neg", "pos")) -> None:
    features = Features({"text": Value("string"), "label": ClassLabel(names=list(names))})
    texts = [f"text {n}" for n in range(len(numbers))]
    Dataset.from_dict({"text": texts, "label": list(numbers)}, features=features).to_parquet(path)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".json", ".parquet", ".txt"])
@pytest.mark.parametrize("single", [True, False])
def test_every_format_gives_the_rows(tmp_path: Path, suffix: str, single: bool) -> None:
    path = write_table(tmp_path / f"train{suffix}", ROWS)
    corpus = load(path if single else tmp_path)
    assert list(corpus) == ["train"]
    assert rows_of(corpus["train"]) == ROWS


def test_three_splits_of_three_formats(tmp_path: Path) -> None:
    write_table(tmp_path / "train.csv", ROWS)
    write_table(tmp_path / "val.jsonl", ROWS[:2])
    write_table(tmp_path / "test_b.tsv", ROWS[1:2])
    assert {split: rows_of(rows) for split, rows in load(tmp_path).items()} == {
        "train": ROWS, "validation": ROWS[:2], "test": ROWS[1:2]
    }  # fmt: skip
    assert rows_of(load(tmp_path, splits={"test": "test_b"})["test"]) == ROWS[1:2]


def test_the_layout_of_acl_imdb(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path, {
        "README": "x", "imdbEr.txt": "0.1\n", "train/urls_pos.txt": "x", "train/unsup/0.txt": "who knows",
        "train/pos/10_9.txt": "\ufefffine\r\n\r\nreally\r\n", "train/pos/2_10.txt": "splendid",
        "train/neg/0_1.txt": "no", "test/pos/0_8.txt": "", "test/neg/0_2.txt": "no\u2028never",
    })  # fmt: skip
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        corpus = load(tmp_path)
    assert rows_of(corpus["train"]) == [("no", "neg"), ("fine\n\nreally", "pos"), ("splendid", "pos")]
    assert rows_of(corpus["test"]) == [("no\u2028never", "neg"), ("", "pos")]
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path}/train: left out as no text: urls_pos.txt, unsup/0.txt"
    ]


def test_classes_without_splits(tmp_path: Path) -> None:
    write(tmp_path, {"very  good/1.txt": "fine", "bad/1.txt": "no", "notes.txt": "x"})
    assert rows_of(load(tmp_path)["train"]) == [("no", "bad"), ("fine", "very good")]
    assert rows_of(load(tmp_path, splits={"test": None})["test"]) == [("no", "bad"), ("fine", "very good")]


def test_fasttext_lines(tmp_path: Path) -> None:
    text = "__label__a  two  spaces \n\n __label__b-1\tsee __label__a\n__label__a\n"
    corpus = load(write(tmp_path, {"test.txt": text}), splits={"test": None})
    assert rows_of(corpus["test"]) == [("two  spaces", "a"), ("see __label__a", "b-1"), ("", "a")]


def test_class_numbers_take_their_names_also_from_pieces(tmp_path: Path) -> None:
    write_classes(tmp_path / "train-00000-of-00002.parquet", 1, 0, names=("very  bad", "good"))
    write_classes(tmp_path / "train-00001-of-00002.parquet", 1, names=("very  bad", "good"))
    assert list(load(tmp_path)["train"]["label"]) == ["good", "very bad", "good"]


@pytest.mark.parametrize(
    ("values", "names"),
    [([3, 1], ["3", "1"]), ([2.0, 0.5], ["2", "0.5"]), ([False, True], ["false", "true"]), (["b", " a"], ["b", "a"])],
)
def test_labels_of_any_type_become_strings(tmp_path: Path, values: list[object], names: list[str]) -> None:
    records = [{"review": "x", "stars": value} for value in values]
    Dataset.from_list(records).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    for name in ("a.parquet", "a.jsonl"):
        assert rows_of(load(tmp_path / name)["train"]) == [("x", name) for name in names]


def test_columns_are_those_of_the_first_split(tmp_path: Path) -> None:
    header = "utterance,intent\n"
    many = "".join(f"text number {n},{n % 2}\n" for n in range(8))
    write(tmp_path, {"train.csv": header + many, "test.csv": header + "one two,1\n"})
    assert rows_of(load(tmp_path)["test"]) == [("one two", "1")]
    write(tmp_path, {"test.csv": "utterance,label\none two,1\n"})
    with pytest.raises(UserError, match=r"test\.csv: no column 'intent'; its columns are utterance, label"):
        load(tmp_path)


def test_a_tsv_without_a_header(tmp_path: Path) -> None:
    write(tmp_path, {"train.tsv": "1\tfine it was\n0\tnot so good\n1\twell well\n", "test.tsv": "0\tno no\n"})
    corpus = load(tmp_path)
    assert rows_of(corpus["train"]) == [("fine it was", "1"), ("not so good", "0"), ("well well", "1")]
    assert rows_of(corpus["test"]) == [("no no", "0")]


def test_several_text_columns_are_joined(tmp_path: Path) -> None:
    write(tmp_path, {"train.csv": "title,content,stars\nA,b,1\n,c,2\nD,,3\n"})
    assert rows_of(load(tmp_path)["train"]) == [("A b", "1"), ("c", "2"), ("D", "3")]
    assert rows_of(load(tmp_path, text="title")["train"]) == [("A", "1"), ("D", "3")]
    assert rows_of(load(tmp_path, text="content+title")["train"])[0] == ("b A", "1")


def test_fields_of_objects_are_columns(tmp_path: Path) -> None:
    rows = [{"body": {"text": text, "n": n}, "kind": {"name": label}} for n, (text, label) in enumerate(ROWS)]
    write(tmp_path, {"a.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
    Dataset.from_list(rows).to_parquet(tmp_path / "a.parquet")
    for data in (tmp_path / "a.jsonl", tmp_path / "a.parquet"):
        assert rows_of(load(data, text="body.text", label="kind.name")["train"]) == ROWS
        with pytest.raises(UserError, match=r"no column 'body.txt'.*its columns are body"):
            load(data, text="body.txt", label="kind.name")


def test_what_was_found_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, {"a.csv": "Review,stars,id\nfine,5,1\nno,1,2\n"}) / "a.csv"
    with caplog.at_level(logging.INFO, logger="nlpseq"):
        load(path)
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}: text from column Review, label from stars; first row: 'fine', '5'"
    ]  # fmt: skip
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="nlpseq"):
        load(path, text="Review", label="stars")
    assert not caplog.records


def test_empty_texts_leave_the_training_split_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = "text,label\na,1\n,1\n \u3000,0\nb,0\n"
    write(tmp_path, {"train.csv": table, "test.csv": table})
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        corpus = load(tmp_path)
    assert rows_of(corpus["train"]) == [("a", "1"), ("b", "0")]
    assert rows_of(corpus["test"]) == [("a", "1"), ("", "1"), (" \u3000", "0"), ("b", "0")]
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path}: left out 2 of 4 training texts that are empty or have no label"
    ]


def test_a_cache_is_used_until_a_text_changes(tmp_path: Path) -> None:
    write(tmp_path, {"pos/1.txt": "fine", "neg/1.txt": "no"})
    first = load(tmp_path)["train"].cache_files
    assert first and load(tmp_path)["train"].cache_files == first
    path = tmp_path / "pos" / "1.txt"
    times = path.stat()
    path.write_text("good")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert rows_of(load(tmp_path)["train"]) == [("no", "neg"), ("good", "pos")]


def test_an_edited_parquet_file_is_seen(tmp_path: Path) -> None:
    path = write_table(tmp_path / "a.parquet", ROWS)
    times = path.stat()
    assert rows_of(load(path)["train"]) == ROWS
    write_table(path, ROWS[::-1])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert rows_of(load(path)["train"]) == ROWS[::-1]


def test_other_columns_are_another_cache(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": "text,review,label,stars\na,b,1,5\nc,d,0,4\n"}) / "a.csv"
    assert rows_of(load(path)["train"]) == [("a", "1"), ("c", "0")]
    assert rows_of(load(path, text="review", label="stars")["train"]) == [("b", "5"), ("d", "4")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"train.csv": ""}, "train.csv: holds no texts; give it some"),
        ({"train.csv": "text,label\n"}, "train.csv: holds no texts; give it some"),
        ({"train.txt": "\n"}, "train.txt: holds no texts; give it some"),
        (
            {"train.csv": "text,label\n,1\n ,0\n"},
            "holds nothing but training texts that are empty or have no label; give it others",
        ),
        ({"train.csv": "text,label\na,1\nb,1\n"}, "train.csv: '1' is the only label; a classifier needs two or more"),
        ({"pos/1.txt": "a"}, "pos: 'pos' is the only label"),
        ({"train.csv": "text,label\na,1\nb\n"}, "train.csv, line 3: 1 column where the header has 2"),
        ({"train.csv": b"text,label\na,1\n\xff,1\n"}, "train.csv, line 3, byte 15: not valid UTF-8"),
        ({"train.csv": "text,label,text\na,1,b\n"}, "train.csv: 2 columns are called 'text'; rename all but one"),
        ({"train.csv": "fine it was,1\nnot at all,0\nso so,1\n"}, "train.csv: the first line looks like data"),
        ({"pos/1.txt": "a", "neg/1.txt": b"a\n\xff"}, "neg/1.txt, line 2, byte 2: not valid UTF-8"),
        ({"train.txt": "__label__a __label__b x\n"}, "train.txt, line 1: 2 labels where one is expected"),
        ({"train.txt": "__label__a x\nb\n"}, "train.txt, line 2: 0 labels where one is expected, as in"),
        ({"train.jsonl": '{"text": 7, "label": 1}\n'}, "train.jsonl, line 1: 'text' must be a string, not int"),
        ({"train.jsonl": '{"text": "a", "label": [1]}\n'}, "'label' holds a list; give each text one label"),
        ({"train.jsonl": "[" * 100_000}, "train.jsonl, line 1: not read, as its JSON is nested too deeply"),
        ({"train.json": "[7]"}, "train.json, item 1: each line must be one JSON object"),
        ({"train.parquet": b"PAR1 no"}, "train.parquet: cannot be read"),
        (
            {"train.csv": "text,label\na,1\nb,0\n", "dev.csv": "text,label\na,1\n\nb,2\n"},
            "dev.csv: row 2 of validation has label '2', never seen in training; the labels are 0, 1",
        ),
        (
            {"train.csv": "text,label\na,1\nb,0\n", "test.csv": "text,label\na,-1\nb,-1\n"},
            "test.csv: all its labels are kept back (-1 or nothing); set data.test to a split that has them",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, files: dict[str, str | bytes], message: str) -> None:
    with pytest.raises(UserError) as caught:
        load(write(tmp_path, files))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_column_names_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": "text,label\na,1\n"}) / "a.csv"
    with pytest.raises(UserError, match=r"no column 'lables' \(did you mean 'label'\?\); its columns are text, label"):
        load(path, label="lables")


def test_class_numbers_without_a_class(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_classes(tmp_path / "train.parquet", 0, -1, 1)
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        assert list(load(tmp_path)["train"]["label"]) == ["neg", "pos"]
    assert "left out 1 of 3 training texts" in caplog.text
    write_classes(tmp_path / "test.parquet", 0, -1, 1)
    assert list(load(tmp_path)["test"]["label"]) == ["neg", "pos"]
    assert "left out 1 of 3 test texts that have no label" in caplog.text
    write_classes(tmp_path / "test.parquet", -1, -1)
    with pytest.raises(UserError, match=r"test\.parquet: all its labels are kept back \(-1 or nothing\)"):
        load(tmp_path)


def test_a_data_set_of_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No hub is within reach of the tests: what it would give is built here.
    features = Features({"idx": Value("int32"), "sentence": Value("string"), "label": ClassLabel(names=["neg", "pos"])})
    columns = {"idx": [0, 1], "sentence": ["fine", "no"], "label": [1, 0]}
    hub = DatasetDict({name: Dataset.from_dict(columns, features=features) for name in ("train", "dev", "more")})
    monkeypatch.setattr(datasets, "load_dataset", lambda name, config, cache_dir: hub)
    corpus = load_labelled("owner/name", cache_dir=tmp_path)
    assert {split: rows_of(rows) for split, rows in corpus.items()} == {
        split: [("fine", "pos"), ("no", "neg")] for split in ("train", "validation")
    }
    with pytest.raises(UserError, match=r"owner/name, split train: no column 'labels' \(did you mean 'label'\?\)"):
        load_labelled("owner/name", label="labels", cache_dir=tmp_path)
    with pytest.raises(UserError, match="owner/name: no split 'train'; found dev; expected train, validation or test"):
        monkeypatch.setattr(datasets, "load_dataset", lambda name, config, cache_dir: DatasetDict(dev=hub["dev"]))
        load_labelled("owner/name", cache_dir=tmp_path)


def test_real_corpora(shared_corpora: Path, tmp_path: Path) -> None:
    sst2 = load_labelled(shared_corpora / "sst2", cache_dir=tmp_path)
    assert {name: (len(rows), sorted(rows.unique("label"))) for name, rows in sst2.items()} == {
        "train": (6920, ["0", "1"]), "validation": (872, ["0", "1"])
    }  # fmt: skip


CELLS = [
    ("fine", "5"),
    ("", "4"),
    ("so so", ""),
    ("", ""),
    ("no", "NaN"),
    ("well", "5.0"),
    ("bad", "+4"),
    ("x", "TRUE"),
]


def write_cells(path: Path) -> Path:
    """The same table in any format, with its nulls and numbers as a program of that format writes them."""
    frame = pandas.DataFrame(CELLS, columns=["text", "label"])
    # Text formats know strings only; others have nulls.
    nulls = frame.replace({"": None, "NaN": None})
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, sep=";")
    elif path.suffix == ".tsv":
        nulls.to_csv(path, index=False, sep="\t")
    elif path.suffix == ".xlsx":
        nulls.to_excel(path, index=False)
    elif path.suffix == ".jsonl":
        nulls.to_json(path, orient="records", lines=True)
    elif path.suffix == ".json":
        nulls.to_json(path, orient="records")
    elif path.suffix == ".parquet":
        nulls.to_parquet(path)
    else:
        nulls.to_feather(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".jsonl", ".json", ".parquet", ".feather"])
def test_what_is_missing_is_left_out_alike_in_all_formats(
    suffix: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_cells(tmp_path / f"train{suffix}")
    write_cells(tmp_path / f"test{suffix}")
    corpus = load(tmp_path)
    assert rows_of(corpus["train"]) == [("fine", "5"), ("well", "5"), ("bad", "4"), ("x", "true")]
    assert rows_of(corpus["test"]) == [("fine", "5"), ("", "4"), ("well", "5"), ("bad", "4"), ("x", "true")]
    rows = 8 - (suffix == ".xlsx")  # an empty row of a sheet is none
    assert [record.getMessage() for record in caplog.records if "left out" in record.getMessage()] == [
        f"{tmp_path}: left out {rows - 4} of {rows} training texts that are empty or have no label",
        f"{tmp_path}: left out {rows - 5} of {rows} test texts that have no label",
    ]


@pytest.mark.parametrize("name", ["train.csv.gz", "Train.CSV", "train.tsv.gz", "train.ndjson", "TRAIN.JSONL.GZ"])
def test_names_and_packing(name: str, tmp_path: Path) -> None:
    kinds = {
        ".csv": "text,label\na,1\nb,0\n",
        ".tsv": "text\tlabel\na\t1\nb\t0\n",
        ".jsonl": '{"text": "a", "label": 1}\n{"text": "b", "label": 0}\n',
    }
    content = kinds[suffix_of(name)].encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.lower().endswith(".gz") else content)
    for path in (tmp_path, tmp_path / name):
        assert rows_of(load(path)["train"]) == [("a", "1"), ("b", "0")]


def test_excel_files_with_a_separator_and_an_encoding(tmp_path: Path) -> None:
    text = 'sep=;\r\ntext;label\r\n"schön; gut";1\r\nübel;0\r\n;\r\n'
    path = tmp_path / "a.csv"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(text.encode(encoding))
        assert rows_of(load(path)["train"]) == [("schön; gut", "1"), ("übel", "0")]
    path.write_bytes(text.replace("sep=;\r\n", "").encode("cp1252"))
    assert rows_of(load(path, encoding="cp1252")["train"])[1] == ("übel", "0")
    path.write_bytes(b"text:label\na:1\nb:0\n")
    assert rows_of(load(path, separator=":")["train"]) == [("a", "1"), ("b", "0")]


def test_a_header_that_comes_again_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, {"a.csv": "text,label\na,1\ntext,label\nb,0\n"}) / "a.csv"
    assert rows_of(load(path)["train"]) == [("a", "1"), ("b", "0")]
    assert caplog.messages.count(f"{path}, line 3: left out, as it is the header once more") == 1


def frames() -> list[object]:
    frame = pandas.DataFrame({"text": ["no", "fine", None, "b"], "label": [0.0, 1.0, 1.0, None]}, index=[9, 3, 3, 1])
    rows = Dataset.from_pandas(frame, preserve_index=False)
    features = Features({"text": Value("string"), "label": ClassLabel(names=["0", "1"])})
    classes = Dataset.from_dict({"text": ["no", "fine", "b"], "label": [0, 1, -1]}, features=features)
    turned = Dataset.from_list([{"text": "fine", "label": "1"}, {"text": "no", "label": "0"}]).select([1, 0])
    return [frame, rows, classes, DatasetDict(train=classes), turned]


@pytest.mark.parametrize("table", frames(), ids=["frame", "rows", "classes", "splits", "selected"])
def test_tables_in_memory(table: object, own_cache: Path) -> None:
    corpus = load_labelled(table)  # type: ignore[arg-type]
    assert {split: rows_of(rows) for split, rows in corpus.items()} == {"train": [("no", "0"), ("fine", "1")]}


@pytest.mark.parametrize("table", [None, 7, ["a"], {"text": ["a"]}])
def test_what_is_no_table_is_said(table: object) -> None:
    with pytest.raises(UserError, match="labelled text must be a path, a hub name, a pandas DataFrame or a Dataset"):
        load_labelled(table)  # type: ignore[arg-type]


def test_folders_of_save_to_disk(tmp_path: Path) -> None:
    _, _, classes, splits, turned = frames()
    classes.save_to_disk(tmp_path / "one")  # type: ignore[attr-defined]
    turned.save_to_disk(tmp_path / "turned")  # type: ignore[attr-defined]
    DatasetDict(train=classes, test=turned).save_to_disk(tmp_path / "splits")
    expected = [("no", "0"), ("fine", "1")]
    assert rows_of(load(tmp_path / "one")["train"]) == rows_of(load(tmp_path / "turned")["train"]) == expected
    both = load(tmp_path / "splits")
    assert {split: rows_of(rows) for split, rows in both.items()} == {"train": expected, "test": expected}
    (tmp_path / "one" / "state.json").write_text("{}")
    with pytest.raises(UserError, match=r"state\.json: missing or damaged; save the data set anew"):
        load(tmp_path / "one")


def test_shards_with_other_orders_of_the_classes(tmp_path: Path) -> None:
    write_classes(tmp_path / "train-00000-of-00002.parquet", 0, 1, names=("neg", "pos"))
    write_classes(tmp_path / "train-00001-of-00002.parquet", 0, 1, names=("pos", "neg"))
    assert list(load(tmp_path)["train"]["label"]) == ["neg", "pos", "pos", "neg"]


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather", ".xlsx", ".jsonl", ".csv"])
def test_damage_is_one_short_sentence(suffix: str, tmp_path: Path) -> None:
    frame = pandas.DataFrame({"text": [f"text {n} é" for n in range(60)], "label": ["a", "b"] * 30})
    whole = tmp_path / f"whole{suffix}"
    if suffix == ".arrow":
        Dataset.from_pandas(frame).save_to_disk(tmp_path / "saved")
        whole = next((tmp_path / "saved").glob("*.arrow"))
    else:
        writers = {".parquet": frame.to_parquet, ".feather": frame.to_feather, ".csv": frame.to_csv}
        writers |= {".xlsx": frame.to_excel, ".jsonl": partial(frame.to_json, orient="records", lines=True)}
        writers[suffix](whole)
    content = whole.read_bytes()
    draw = random.Random(suffix)
    path = tmp_path / f"train{suffix}"
    for number in range(25):
        broken = bytearray(content if number % 3 else content[: draw.randrange(len(content))])
        for place in draw.sample(range(len(broken)), k=min(len(broken), draw.choice([0, 1, 30]))):
            broken[place] = draw.randrange(256)
        path.write_bytes(broken)
        try:
            load(path)
        except UserError as error:
            assert len(str(error)) <= 500 and str(error).isprintable()


def test_a_cache_that_cannot_be_written_names_hf_home(tmp_path: Path) -> None:
    path = write(tmp_path, {"train.csv": "text,label\na,1\nb,0\n"}) / "train.csv"
    code = (
        "from nlpseq.data.labelled import load_labelled\n"
        "from nlpseq.errors import UserError\n"
        "try:\n"
        f"    load_labelled({str(path)!r})\n"
        "except UserError as error:\n"
        "    print(error)\n"
    )
    for place in ("/proc/none", str(path)):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        environment |= {"HF_HOME": place, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.startswith(f"{place}/datasets: the cache of data sets cannot be written (")
        assert done.stdout.endswith("; make room there, or set HF_HOME to a folder of yours\n")
