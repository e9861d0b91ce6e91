"""Tagged sentences come out the same from every layout, and what is wrong with a file is named with its line."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path

import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Sequence, Value

from nlpseq.data import sources
from nlpseq.data.splits import tagged_files
from nlpseq.data.tagged import Places, conll_places, load_tagged
from nlpseq.errors import UserError

ROWS = [(["Ann", "saw", "New", "York"], ["B-PER", "O", "B-LOC", "I-LOC"]), (["#", "Oslo"], ["O", "B-LOC"])]
NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def load(path: Path, **given: object) -> DatasetDict:
    return load_tagged(path, cache_dir=(path if path.is_dir() else path.parent) / ".cache", **given)


def rows_of(dataset: Dataset) -> list[tuple[list[str], list[str]]]:
    assert dataset.column_names == ["tokens", "tags"]
    return [(row["tokens"], row["tags"]) for row in dataset]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


LAYOUTS = {
    "two columns": "Ann B-PER\nsaw O\nNew B-LOC\nYork I-LOC\n\n# O\nOslo B-LOC\n",
    "tabs and no end": "Ann\tB-PER\nsaw\tO\nNew\tB-LOC\nYork\tI-LOC\n\n#\tO\nOslo\tB-LOC",
    "documents": "-DOCSTART- -X- O O\n\nAnn NNP I-NP B-PER\nsaw VBD I-VP O\nNew NNP I-NP B-LOC\nYork NNP I-NP I-LOC\n\n"
    "-DOCSTART- -X- O O\n# # O O\nOslo NNP I-NP B-LOC\n\n",
    "windows, many blanks": "\r\n\r\nAnn  NNP   B-PER\r\nsaw VBD O \r\nNew NNP B-LOC\r\nYork NNP I-LOC\r\n \t\r\n\r\n"
    "# NN O\r\nOslo NNP B-LOC\r\n",
    "comments": "# a corpus\n# sent_id = 1\nAnn NNP x B-PER\nsaw VBD x O\nNew NNP x B-LOC\nYork NNP x I-LOC\n\n"
    "# a b\n# # x O\nOslo NNP x B-LOC\n",
    "numbered and nested": "#\tn-tv.de\t[2009]\n"
    "1\tAnn\tB-PER\tO\n2\tsaw\tO\tO\n3\tNew\tB-LOC\tB-PER\n4\tYork\tI-LOC\tO\n\n"
    "#\tfaz.net\t[2010]\n1\t#\tO\tO\n2\tOslo\tB-LOC\tO\n",
    "tags first": "B-PER\tAnn\nO\tsaw\nB-LOC\tNew\nI-LOC\tYork\n\nO\t#\nB-LOC\tOslo\n",
    "not the last": "Ann\tB-PER\t0.5\nsaw\tO\t1.0\nNew\tB-LOC\t1\nYork\tI-LOC\t1\n\n#\tO\t0\nOslo\tB-LOC\t0.1\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_of_lines_gives_the_rows(tmp_path: Path, layout: str) -> None:
    path = write(tmp_path, "train.conll", LAYOUTS[layout])
    assert rows_of(load(path)["train"]) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gzip"])
def test_files_of_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Åse\tB-PER\n\u2028\tO\n\u00a0\tO\n"
    content = gzip.compress(text.encode()) if encoding == "gzip" else text.encode(encoding)
    path = write(tmp_path, "train.conll" + (".gz" if encoding == "gzip" else ""), content)
    assert rows_of(load(path)["train"]) == [(["Åse", "\u2028", "\u00a0"], ["B-PER", "O", "O"])]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("# Sports\na O\nb B-X\n\n# World\nc O\n", [(["a", "b"], ["O", "B-X"]), (["c"], ["O"])]),
        ("#hey O\nyou O\n\n# O\n#b B-X\n", [(["#hey", "you"], ["O", "O"]), (["#", "#b"], ["O", "B-X"])]),
        ("# id = 7\na NN O\n\n#id = 8\n#b NN O\n", [(["a"], ["O"]), (["#b"], ["O"])]),
        ("1 B-N\n2 O\n\n1 O\n", [(["1", "2"], ["B-N", "O"]), (["1"], ["O"])]),
        ("a\u00a0b O\n\ufeff B-X\n", [(["a\u00a0b", "\ufeff"], ["O", "B-X"])]),
        ("New York\tB-L\nis\tO\n", [(["New York", "is"], ["B-L", "O"])]),
    ],
)
def test_tokens_that_look_like_something_else(tmp_path: Path, text: str, rows: list) -> None:
    assert rows_of(load(write(tmp_path, "train.conll", text))["train"]) == rows


def test_conllu_gives_its_words_and_their_parts_of_speech(tmp_path: Path) -> None:
    rest = "\t_\t_\t_\t_\t_\t_"
    text = (
        f"# text = Im Haus\n1-2\tIm\t_\t_{rest}\n1\tIn\tin\tADP{rest}\n2\tdem\tder\tDET{rest}\n"
        f"3\tHaus\tHaus\tNOUN{rest}\n3.1\tist\tsein\tAUX{rest}\n\n1\tJa\tja\tINTJ{rest}\n"
    )
    path = write(tmp_path, "de-ud-train.conllu", text)
    assert rows_of(load(path)["train"]) == [(["In", "dem", "Haus"], ["ADP", "DET", "NOUN"]), (["Ja"], ["INTJ"])]
    assert rows_of(load(path, tags="3")["train"])[0] == (["In", "dem", "Haus"], ["in", "der", "Haus"])


def test_columns_are_found_and_can_be_set(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nlpseq")
    path = write(tmp_path, "train.txt", LAYOUTS["documents"])
    assert conll_places(path) == Places(token=0, tag=3, numbered=False)
    load(path)
    assert "tokens from column 1, tags from column 4" in caplog.text
    assert rows_of(load(path, tags="2")["train"])[1] == (["#", "Oslo"], ["#", "NNP"])
    assert rows_of(load(path, tokens="2", tags="3")["train"])[1] == (["#", "NNP"], ["O", "I-NP"])
    parts_of_speech = write(tmp_path, "pos.txt", "the DET x\ndog NOUN y\n")
    assert conll_places(parts_of_speech) == Places(0, 2, False)


def write_table(path: Path, tokens: str = "tokens", tags: str = "tags") -> Path:
    records = [{"id": str(number), tokens: row[0], tags: row[1]} for number, row in enumerate(ROWS)]
    if path.suffix == ".parquet":
        Dataset.from_list(records).to_parquet(path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(records))
    else:
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".parquet"])
@pytest.mark.parametrize("names", [("tokens", "tags"), ("Words", "ner_tags")])
def test_every_table_gives_the_rows(tmp_path: Path, suffix: str, names: tuple[str, str]) -> None:
    write_table(tmp_path / f"train{suffix}", *names)
    assert rows_of(load(tmp_path)["train"]) == ROWS


def with_class_numbers() -> Dataset:
    kinds = {"tokens": Value("string"), "pos_tags": Value("int64"), "ner_tags": ClassLabel(names=NAMES)}
    features = Features({name: Sequence(kind) for name, kind in kinds.items()})
    numbers = [[NAMES.index(tag) for tag in tags] for _, tags in ROWS]
    columns = {"tokens": [tokens for tokens, _ in ROWS], "pos_tags": [[7] * len(row) for row in numbers]}
    return Dataset.from_dict({**columns, "ner_tags": numbers}, features=features)


def test_numbers_of_tags_become_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = with_class_numbers()
    dataset.to_parquet(tmp_path / "train.parquet")
    assert rows_of(load(tmp_path)["train"]) == ROWS
    assert rows_of(load(tmp_path, tags="pos_tags")["train"])[1] == (["#", "Oslo"], ["7", "7"])
    DatasetDict(train=dataset, test=dataset.select([1])).save_to_disk(tmp_path / "saved")
    assert rows_of(load(tmp_path / "saved")["test"]) == ROWS[1:]
    asked = []

    def load_hub(path: str, **given: object) -> dict[str, tuple[str, Dataset]]:
        asked.append(path)
        return {"train": (f"{path}, split train", dataset)}

    monkeypatch.setattr(sources, "load_hub", load_hub)
    assert rows_of(load_tagged("hf://owner/conll", cache_dir=tmp_path / "cache")["train"]) == ROWS
    assert asked == ["hf://owner/conll"]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("train.conll validation.conll test.conll README.md", "train.conll validation.conll test.conll"),
        ("eng.train eng.testa eng.testb", "eng.train eng.testa eng.testb"),
        ("de-ud-train.conllu de-ud-train.txt de-ud-dev.conllu", "de-ud-train.conllu de-ud-dev.conllu"),
        ("wnut17train.conll emerging.dev.conll emerging.test.annotated",
         "wnut17train.conll emerging.dev.conll emerging.test.annotated"),
        ("NER-de-train.tsv NER-de-dev.tsv NER-de-test.tsv", "NER-de-train.tsv NER-de-dev.tsv NER-de-test.tsv"),
        ("train.jsonl valid.txt.gz", "train.jsonl valid.txt.gz"),
    ],
)  # fmt: skip
def test_splits_are_found_by_their_names(tmp_path: Path, names: str, found: str) -> None:
    for name in names.split():
        (tmp_path / name).touch()
    files = tagged_files(tmp_path)
    assert list(files) == ["train", "validation", "test"][: len(files)]
    assert [path.name for paths in files.values() for path in paths] == found.split()


def test_files_of_several_kinds_and_rows_without_tokens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path, "train.conll", LAYOUTS["two columns"])
    write(
        tmp_path,
        "test.jsonl",
        '{"tokens": [], "tags": []}\n{"tokens": ["a"], "tags": ["O"]}\n{"tokens": null, "tags": null}\n',
    )
    corpus = load(tmp_path)
    assert rows_of(corpus["train"]) == ROWS
    assert rows_of(corpus["test"]) == [(["a"], ["O"])]
    assert "left out 2 of 3 sentences without tokens" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.conll", "a O\nb\n", "line 2: 1 column where line 1 has 2"),
        ("a.conll", "a x O\n\n# b\nb O\n", "line 4: 2 columns where line 1 has 3"),
        ("a.conll", "a\nb\n", "line 1: one column"),
        ("a.txt", "running text and no columns " * 60, "line 1: 300 columns; a line must hold one token and its tags"),
        ("a.conll", "a\tO\n\tO\n", "line 2: the token is empty"),
        ("a.conll", "a\t\tO\nb\tx\tO\n", None),
        ("a.conll", "-DOCSTART- O\n\n", "holds no sentences"),
        ("a.conll", b"a O\n\xff O\n", "line 2, byte 4: not valid UTF-8"),
        ("a.jsonl", '{"tokens": ["a", "b"], "tags": ["O"]}\n', "line 1: 2 tokens and 1 tag"),
        ("a.jsonl", '{"tokens": "a", "tags": ["O"]}\n', "must be a list"),
        ("a.jsonl", '{"tokens": ["a"], "tags": [""]}\n', "empty tag"),
        ("a.jsonl", '{"tokens": [""], "tags": ["O"]}\n', "empty token"),
        ("a.jsonl", '{"tokens": [1], "tags": ["O"]}\n', "line 1"),
        ("a.jsonl", '{"tokens": ["a"], "tags": ["O"]}\n{"tokens": ["a"]}\n', "line 2: no column 'tags'"),
        ("a.jsonl", '{"tokens": ["a"], "kind": ["O"]}\n', "data.tags to one of tokens, kind"),
        ("a.jsonl", '{"tokens": [], "tags": []}\n', "nothing but sentences without tokens"),
        ("a.jsonl", "", "holds no sentences"),
        ("a.xyz", "a O\n", "must end in .conll"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, name: str, content: str | bytes, message: str | None) -> None:
    path = write(tmp_path, name, content)
    if message is None:
        assert len(load(path)["train"]) == 1
        return
    with pytest.raises(UserError, match=message) as error:
        load(path)
    assert str(path) in str(error.value) and len(str(error.value)) - len(str(path)) < 400


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, "train.conll", LAYOUTS["two columns"])
    for wrong in ("3", "0", "ner", "-1"):
        with pytest.raises(UserError, match="set data.tags to a number from 1 to 2"):
            load(path, tags=wrong)
    with pytest.raises(UserError, match="cannot hold both"):
        load(path, tokens="1", tags="1")
    table = write_table(tmp_path / "b.jsonl")
    with pytest.raises(UserError, match="no column 'tagz' .did you mean 'tags'"):
        load(table, tags="tagz")
    write(tmp_path, "test.conll", "a\n")
    with pytest.raises(UserError, match="test.conll, line 1: 1 column"):
        load(tmp_path)


def test_a_class_number_without_a_name_is_an_error(tmp_path: Path) -> None:
    features = Features({"tokens": Sequence(Value("string")), "tags": Sequence(ClassLabel(names=["O"]))})
    Dataset.from_dict({"tokens": [["a"]], "tags": [[0]]}, features=features).to_parquet(tmp_path / "train.parquet")
    table = Dataset.from_parquet(str(tmp_path / "train.parquet"), cache_dir=str(tmp_path)).data.table
    import pyarrow as pa
    import pyarrow.parquet as pq

    broken = table.set_column(1, table.schema.field(1), pa.array([[-100]]))
    pq.write_table(broken, tmp_path / "train.parquet")
    with pytest.raises(UserError, match="row 1: 'tags' holds -100, but there are 1 tags"):
        load(tmp_path)
