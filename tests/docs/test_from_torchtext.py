"""Every line of code in docs/from-torchtext.md runs: each column of its tables is one program."""

from __future__ import annotations

import json
import random
import re
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy
import torch
from torch.utils.data import DataLoader

import nlpseq
from nlpseq.compat.torchtext.legacy import data

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "from-torchtext.md"
COLUMNS = ("0.6", "0.18", "nlpseq")
PACKAGES = {"0.6": "nlpseq.compat.torchtext.legacy", "0.18": "nlpseq.compat.torchtext"}
TEXTS = ["It's a fine film.", "The book, however, was dull!", "A dull film?", "The cat sat on the mat; it was fine."]

# A part of each message under "What you may see", and the test of the way on.
ANSWERED = {
    "libtorchtext.so": "compat/test_alias.py::test_it_stands_in_for_a_broken_one",
    "import name 'Field'": "compat/test_alias.py::test_the_generation_can_be_changed",
    "'torchtext.legacy'": "compat/legacy/test_paths.py::test_code_for_torchtext_0_9_runs_after_install",
    "another library": "compat/test_alias.py::test_a_library_that_imports_torchtext_works_after_install",
    "Vocab.__init__()": "compat/test_notebooks.py::test_those_of_0_9_to_0_11",
    "'stoi'": "compat/test_vocab.py::test_what_vocabularies_had_before_0_10_names_what_to_write",
    "no attribute 'vocab'": "compat/test_alias.py::test_one_of_the_older_generation_is_left_alone_and_its_age_told",
    "attribute 'splits'": "compat/test_datasets.py::test_what_data_sets_had_before_0_9_names_where_it_is",
    "is not an iterator": "docs/test_from_torchtext.py::test_a_data_set_gives_an_iterator_and_a_list",
    "IMDB: the labels": "compat/test_datasets.py::test_imdb_says_once_what_its_labels_are",
    "valid length": "docs/test_from_torchtext.py::test_a_data_set_gives_an_iterator_and_a_list",
    "torchdata": "compat/test_datasets.py::test_methods_of_torchdata_name_it",
    "the links written": "compat/test_datasets.py::test_links_of_ones_own_are_told_once_that_nobody_follows_them",
    "quest.dcs.shef": "compat/legacy/test_differences.py::test_what_cannot_be_fetched_is_named_with_where_to_put_it",
    "[E050]": "compat/test_data_utils.py::test_spacy_needs_no_model",
    "'<' not supported": "compat/legacy/test_differences.py::test_sorting_without_a_key_is_named",
    "'tuple' object": "compat/legacy/test_differences.py::test_an_iterator_wants_one_data_set",
    "'lengths' argument": "compat/legacy/test_differences.py::test_lengths_are_whole_numbers_on_the_cpu",
    "sorted in decreasing order": "docs/test_from_torchtext.py::test_rows_in_any_order_and_empty_ones_can_be_packed",
    "Length of all samples": "docs/test_from_torchtext.py::test_rows_in_any_order_and_empty_ones_can_be_packed",
    "Weights only": "compat/test_loading.py::test_ours_are_safe_to_load",
    "the file holds": "compat/test_loading.py::test_what_the_library_alone_can_load_says_what_to_do",
    "tensor_type": "docs/test_from_torchtext.py::test_a_field_has_a_dtype",
    "torch.jit.script": "compat/test_vocab.py::test_it_says_that_it_cannot_be_compiled",
}


def cells(column: str) -> Iterator[str]:
    """The code in each cell of a column, line by line."""
    header: list[str] = []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            header = []
            continue
        row = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not header:
            header = [cell.strip() for cell in line.strip("|").split("|")]
        elif set(line) - set("|-") and len(header) == 4:
            assert len(row) == 4, line
            yield "\n".join(re.findall("`([^`]+)`", row[header.index(column)]))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path) -> Path:
    """The files that the document names, in the working folder."""
    monkeypatch.chdir(tmp_path)
    prose = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if not line.startswith("|")]
    (tmp_path / "lines.txt").write_text("\n".join(prose), encoding="utf-8")
    for path in ("vectors.txt", ".vector_cache/glove.6B.50d.txt"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("film 1 2 3\nthe 4 5 6\n", encoding="utf-8")
    (tmp_path / "reviews").mkdir()
    rows = "".join(f'"{text}",{label}\n' for text in TEXTS for label in ("good", "bad", "good"))
    for split in ("train", "test"):
        (tmp_path / "reviews" / f"{split}.csv").write_text(f"text,label\n{rows}", encoding="utf-8")
    objects = (json.dumps({"text": text, "label": label}) for text in TEXTS for label in ("good", "bad"))
    (tmp_path / "reviews.jsonl").write_text("\n".join(objects), encoding="utf-8")
    tags = tmp_path / ".data" / "datasets" / "UDPOS" / "train.txt"
    tags.parent.mkdir(parents=True)
    for path in (tmp_path / "tags.tsv", tags):
        path.write_text("The\tDET\ncat\tNOUN\n\nSit\tVERB\n", encoding="utf-8")
    for home in (".data/imdb/aclImdb", ".data/datasets/IMDB/aclImdb"):
        for split in ("train", "test"):
            for label in ("pos", "neg"):
                folder = tmp_path / home / split / label
                folder.mkdir(parents=True)
                (folder / "0_5.txt").write_text(f"a {label} film", encoding="utf-8")
    for home, test in ((".data/multi30k", "test2016"), (".data/datasets/Multi30k", "test")):
        (tmp_path / home).mkdir(parents=True)
        for split in ("train", "val", test):
            (tmp_path / home / f"{split}.de").write_text("ein Hund\n", encoding="utf-8")
            (tmp_path / home / f"{split}.en").write_text("a dog\n", encoding="utf-8")
    return tmp_path


def run(column: str, package: str | None = None) -> dict[str, Any]:
    """The names that a column's program leaves; `package` is what stands for torchtext in it."""
    names: dict[str, Any] = {"text": TEXTS[0], "texts": list(TEXTS)}
    torch.manual_seed(0)
    random.seed(0)
    for code in cells(column):
        code = re.sub(r"\btorchtext\b", package, code) if package else code
        try:
            exec(code, names)
        except Exception as error:
            raise AssertionError(f"{column}: {code}") from error
    return names


def test_the_three_columns_run_and_agree(files: Path) -> None:
    old, new, own = (run(column, PACKAGES.get(column)) for column in COLUMNS)
    words = old["TEXT"].vocab.itos
    assert words == new["words"].get_itos() == own["words"].get_itos()
    assert own["pipeline"].vocab.get_itos()[4:] == words[2:]
    assert old["more"].itos == new["more"].get_itos() == own["more"].get_itos() == ["<unk>", "a", "b", "c"]
    assert old["ids"].tolist() == new["ids"].tolist()
    assert old["lengths"].tolist() == own["lengths"].tolist()
    for names in (old, new, own):
        assert torch.equal(names["matrix"][words.index("film")], torch.tensor([1.0, 2.0, 3.0]))
        assert names["outputs"].shape[2] == 8 and names["outputs"].shape[0] > 1
        assert names["inputs"].numel() == names["targets"].numel() > 0
    assert old["score"] == new["score"] == pytest.approx(0.7071, abs=1e-4)
    assert [len(names["rows"]) for names in (old, new)] == [9, 9] == [len(own["splits"]["train"])] * 2


def test_the_first_column_is_that_of_the_real_torchtext(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import torchtext
        except Exception as error:  # a later version's library does not fit this torch
            pytest.skip(f"no torchtext 0.6.0 to compare with ({error})")
        if torchtext.__version__ != "0.6.0":
            pytest.skip(f"torchtext {torchtext.__version__} is not 0.6.0")
        monkeypatch.setattr(spacy, "load", spacy.blank)  # torchtext wants a model where the rules would do
        # Its vectors switch the check of certificates off: put back after the test.
        monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_default_https_context)
        # Today's SentencePiece does not understand what torchtext tells it.
        monkeypatch.setattr(torchtext.data, "generate_sp_model", data.generate_sp_model)
        real = run("0.6")
    ours = run("0.6", PACKAGES["0.6"])
    assert real["TEXT"].vocab.itos == ours["TEXT"].vocab.itos and real["more"].itos == ours["more"].itos
    for name in ("ids", "lengths", "matrix", "inputs", "targets"):
        assert torch.equal(real[name], ours[name]), name
    assert real["score"] == ours["score"] and len(real["rows"]) == len(ours["rows"])
    shared = {name for name in real if not name.startswith("_")}
    assert shared == {name for name in ours if not name.startswith("_")}


def test_no_column_is_without_code() -> None:
    for column in COLUMNS:
        found = list(cells(column))
        assert len(found) > 30 and sum(not code for code in found) <= 3
    assert sum(not code for code in cells("nlpseq")) == 0


def test_the_blocks_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        names: dict[str, Any] = {}
        exec(block, names)
    assert names["TEXT"].vocab.stoi["film"] == names["words"]["film"] == 3


def test_links_and_recipes_are_there() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (DOCUMENT.parent / link).exists(), link
    for recipe in re.findall(r"recipes/[\w-]+\.yaml", text):
        assert (DOCUMENT.parents[1] / recipe).is_file(), recipe


def test_what_one_may_see_has_a_way_on_that_is_tested() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").partition("## What you may see")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| it says")]
    for row in rows:
        (test,) = (test for part, test in ANSWERED.items() if part in row.split(" | ")[0])
        file, _, name = test.partition("::")
        assert f"def {name}(" in (DOCUMENT.parents[1] / "tests" / file).read_text(encoding="utf-8"), test
    assert len(rows) == len(ANSWERED)


def test_a_data_set_gives_an_iterator_and_a_list(files: Path) -> None:
    from nlpseq.compat.torchtext.data.functional import to_map_style_dataset
    from nlpseq.compat.torchtext.datasets import IMDB

    rows = IMDB(root=".data", split="train")
    with pytest.raises(TypeError, match="'ShardingFilterIterDataPipe' object is not an iterator"):
        next(rows)
    with pytest.raises(TypeError, match="instance doesn't have valid length"):
        len(DataLoader(rows, batch_size=2))
    assert len(DataLoader(to_map_style_dataset(rows), batch_size=2)) == len(list(DataLoader(rows, batch_size=2))) > 0
    assert next(iter(rows)) == to_map_style_dataset(rows)[0] == (1, "a neg film")


def test_a_field_has_a_dtype() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'tensor_type'"):
        data.Field(sequential=False, use_vocab=False, tensor_type=torch.FloatTensor)
    assert data.Field(sequential=False, use_vocab=False, dtype=torch.float).process([1]).dtype == torch.float32


def test_rows_in_any_order_and_empty_ones_can_be_packed() -> None:
    pack = torch.nn.utils.rnn.pack_padded_sequence
    TEXT = data.Field(include_lengths=True, batch_first=True)
    fields = [("text", TEXT)]
    rows = data.Dataset([data.Example.fromlist([text], fields) for text in ("", "a b", "a b c")], fields)
    TEXT.build_vocab(rows)
    ids, lengths = next(iter(data.Iterator(rows, 3, train=False, sort=False))).text
    with pytest.raises(RuntimeError, match="sorted in decreasing order"):
        pack(ids[1:], lengths[1:], batch_first=True)
    with pytest.raises(RuntimeError, match="Length of all samples has to be greater than 0"):
        pack(ids, lengths, batch_first=True, enforce_sorted=False)
    assert len(pack(ids[1:], lengths[1:], batch_first=True, enforce_sorted=False).data) == 5
    assert len(nlpseq.pack(ids, lengths, on_empty="clamp").data) == 6
    assert len(data.Dataset(rows.examples, fields, filter_pred=lambda row: len(row.text) > 0)) == 2
    batches = data.BucketIterator(rows, 3, sort_key=lambda row: len(row.text), sort_within_batch=True)
    assert next(iter(batches)).text[1].tolist() == [3, 2, 0]
