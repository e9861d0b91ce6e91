"""Every line of code in docs/from-torchtext.md runs: each column of its tables is one program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "from-torchtext.md"
COLUMNS = ("0.6", "0.18", "nlpseq")
PACKAGES = {"0.6": "nlpseq.compat.torchtext.legacy", "0.18": "nlpseq.compat.torchtext", "nlpseq": "torchtext"}
TEXTS = ["It's a fine film.", "The book, however, was dull!", "A dull film?", "The cat sat on the mat; it was fine."]


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
    (tmp_path / "reviews" / "train.csv").write_text(f"text,label\n{rows}", encoding="utf-8")
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


def run(column: str) -> dict[str, Any]:
    names: dict[str, Any] = {"text": TEXTS[0], "texts": list(TEXTS)}
    torch.manual_seed(0)
    for code in cells(column):
        code = re.sub(r"\btorchtext\b", PACKAGES[column], code) if column != "nlpseq" else code
        try:
            exec(code, names)
        except Exception as error:
            raise AssertionError(f"{column}: {code}") from error
    return names


def test_the_three_columns_run_and_agree(files: Path) -> None:
    old, new, own = map(run, COLUMNS)
    words = old["TEXT"].vocab.itos
    assert words == new["words"].get_itos() == own["words"].get_itos()
    assert own["pipeline"].vocab.get_itos()[4:] == words[2:]
    assert old["ids"].tolist() == new["ids"].tolist()
    assert old["lengths"].tolist() == own["lengths"].tolist()
    for names in (old, new, own):
        assert torch.equal(names["matrix"][words.index("film")], torch.tensor([1.0, 2.0, 3.0]))
        assert names["outputs"].shape[2] == 8 and names["outputs"].shape[0] > 1
        assert names["inputs"].numel() == names["targets"].numel() > 0
    assert old["score"] == new["score"] == pytest.approx(0.7071, abs=1e-4)


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
