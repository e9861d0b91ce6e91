"""The data doctor finds what is wrong, and nothing where all is well."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.errors import UserError
from nlpseq.tasks.check import check


@pytest.fixture
def ill(tmp_path: Path, own_cache: Path) -> Path:
    """A folder of labelled texts with one fault of each kind."""
    words = ["red", "blue", "green", "old", "new", "fine", "cold"]
    texts = [f"the {a} and the {b} {c} house" for a, b, c in product(words, words, words)][:300]
    rows = [(text, "common" if place % 3 else "usual") for place, text in enumerate(texts)]
    rows += [(f"rare thing {n}", "rare") for n in range(4)] + [("more of it", "Rare")] * 12
    rows += [
        ("lost \ufffd letters", "usual"),
        ("CafÃ© and itâ€™s", "usual"),
        ("a<br />b &amp; c", "usual"),
        ("a\x07b", "usual"),
    ]
    rows += [(texts[0], "common"), (texts[0] + " ", "usual"), ("", "usual"), ("unlabelled", "")]
    for name, part in (("train", rows), ("test", [*rows[:3], ("unseen text", "usual")])):
        lines = "".join(json.dumps({"message": text, "kind": label}) + "\n" for text, label in part)
        (tmp_path / f"{name}.jsonl").write_text(lines)
    return tmp_path


def test_each_fault_is_found(ill: Path) -> None:
    found = check(None, {"path": str(ill), "text": "message", "label": "kind"})
    assert found.task == "classify" and found.rows == {"train": 322, "test": 4}
    assert found.classes == {"Rare": 12, "common": 201, "rare": 4, "usual": 105}
    assert found.lengths["text"]["words_max"] == 7 and found.lengths["text"]["characters_max"] < 50
    assert set(found.tokenizers) == {"basic_english", "subword", "char"}
    assert all(0 <= row["unknown"] < 1 and row["tokens_a_text"] > 1 for row in found.tokenizers.values())
    said = "\n".join(found.problems)
    for words in (
        "left out 2 of 324 training texts that are empty or have no label",
        "13 of 322 training texts come again, apart from white space",
        "1 of them stand there with several labels",
        "3 of 4 test texts stand in training too: scores flatter",
        "1 class has fewer than 10 texts: rare",
        "the classes are uneven: common has 50 times as many texts as rare",
        "labels that look alike are classes of their own: 'Rare'",
        "1 of 322 texts hold replacement characters",
        "1 of 322 texts look like UTF-8 read as another encoding",
        "1 of 322 texts hold HTML",
        "1 of 322 texts hold control characters",
    ):
        assert words in said, words


def test_all_is_well(review_corpus: Path, tiny_corpus: Path, notice_corpus: Path) -> None:
    for folder, task, columns in (
        (review_corpus, "classify", {"text"}),
        (notice_corpus, "summarize", {"src", "tgt"}),
        (tiny_corpus, "translate", {"src", "tgt"}),
    ):
        found = check(None, {"path": str(folder)})
        assert (found.task, found.problems, set(found.lengths)) == (task, [], columns)


def test_what_cannot_be_checked(story_text: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="task generate: its text has no rows to check"):
        check("generate", {"path": str(story_text)})
    with pytest.raises(UserError, match="none.csv: no such file or folder"):
        check(None, {"path": "none.csv"})
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(UserError, match="not obvious which column holds the text; set data.text to one of x, y"):
        check(None, {"path": str(tmp_path / "a.csv")})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("text,label\n" + "".join(f"it was {n} fine,x\n" for n in range(60)), "'x' is the only label"),
        ("a,b\n1,2\n", "set data.text to one of a, b; if it is not to classify, --task says what it is for"),
        (
            "text,good,new\n" + "".join(f"it was {n} fine,{n % 2},{n % 3 % 2}\n" for n in range(60)),
            "the columns good, new say yes or no: --data.labels good+new makes labels of them, of several a text",
        ),
    ],
)
def test_what_is_wrong_is_said_of_the_task_that_is_meant(
    table: str, message: str, tmp_path: Path, own_cache: Path
) -> None:
    (tmp_path / "a.csv").write_text(table)
    with pytest.raises(UserError) as caught:
        check(None, {"path": str(tmp_path / "a.csv")})
    assert message in str(caught.value)


def test_several_labels_are_counted_and_seen(tmp_path: Path, own_cache: Path) -> None:
    rows = [f"it was {n} fine,{('a', 'a, b', 'b', 'b, c')[n % 4]}\n".replace(", ", "; ") for n in range(80)]
    (tmp_path / "a.csv").write_text("text,label\n" + "".join(rows))
    found = check(None, {"path": str(tmp_path / "a.csv")})
    assert found.task == "classify" and "labels such as 'a; b' look like several" in found.problems[-1]
    found = check("multilabel", {"path": str(tmp_path / "a.csv"), "label_separator": "; "})
    assert found.classes == {"a": 40, "b": 60, "c": 20} and found.problems == []


def test_tables_and_json(ill: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ill), "--data.text", "message", "--data.label=kind"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("classify: train 322 rows, test 4 rows\n") and "common  " in out and "\n! 13 of 322" in out
    assert main(["check", str(ill), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["classes"]["rare"] == 4
    for words, message in ((["--text", "x"], "as in --data.text VALUE"), (["--task", "x"], "--task x: choose one of")):
        assert main(["check", str(ill), *words]) == 2
        assert message in capsys.readouterr().err
