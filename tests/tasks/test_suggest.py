"""What is suggested for a corpus is a recipe that can be run, and has the reasons in it."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.config import LabelledDataSettings, ParallelDataSettings, PlainDataSettings, SummaryDataSettings
from nlpseq.errors import UserError
from nlpseq.recipe import parse_recipe
from nlpseq.tasks.suggest import suggest


def test_each_task_has_a_recipe(review_corpus: Path, tiny_corpus: Path, notice_corpus: Path, story_text: Path) -> None:
    for task, data, title in (
        ("classify", LabelledDataSettings(path=str(review_corpus)), "# 103 training texts of 2 classes."),
        ("translate", ParallelDataSettings(path=str(tiny_corpus)), "# 105 training pairs, en to de."),
        ("summarize", SummaryDataSettings(path=str(notice_corpus)), "# 160 training documents and their summaries."),
        ("generate", PlainDataSettings(path=str(story_text)), r"# 4,\d\d\d training characters."),
    ):
        text = suggest(task, data)
        settings = parse_recipe(text)
        assert re.match(title, text) and (settings.task, settings.data.path) == (task, data.path)
        assert settings.run_dir == f"runs/{Path(data.path).stem}"
        assert len(re.findall("^ *[a-z_]+: .+  # .+", text, re.MULTILINE)) >= 5


def test_what_is_missing_is_held_out_and_what_is_rare_counts(tmp_path: Path, own_cache: Path) -> None:
    rows = [f'"{a} {b} is: good",{"rare" if a == b == "w1" else n % 2}\n' for n, (a, b) in enumerate(
        product([f"w{n}" for n in range(20)], repeat=2))]  # fmt: skip
    (tmp_path / "a b.csv").write_text("Review,Stars\n" + "".join(rows))
    settings = parse_recipe(suggest("classify", LabelledDataSettings(path=str(tmp_path / "a b.csv"))))
    assert (settings.data.text, settings.data.label) == ("Review", "Stars")
    assert (settings.data.validation_size, settings.data.test_size) == (40, 40)
    assert settings.train.monitor == "macro_f1" and settings.text.max_length == 20
    shares = LabelledDataSettings(path=str(tmp_path / "a b.csv"), validation_size=0.2, text="Review")
    assert parse_recipe(suggest("classify", shares)).data.validation_size == 80


def test_steps_on_long_texts_are_made_of_small_batches(tmp_path: Path, own_cache: Path) -> None:
    for words, expected in ((300, (16, 2)), (100, (32, 1))):
        rows = [f"{n} {'word ' * words},{'ab'[n % 2]}\n" for n in range(2300)]
        (tmp_path / f"{words}.csv").write_text("text,label\n" + "".join(rows))
        train = parse_recipe(suggest("classify", LabelledDataSettings(path=str(tmp_path / f"{words}.csv")))).train
        assert (train.batch_size, train.accumulate) == expected


def test_few_pairs_have_more_steps(tiny_corpus: Path) -> None:
    found = parse_recipe(suggest("translate", ParallelDataSettings(path=str(tiny_corpus)))).train
    assert (found.max_epochs, found.batch_tokens) == (80, 300)


def test_what_was_said_of_the_data_stays(tmp_path: Path, own_cache: Path) -> None:
    rows = "".join(f"{n};wie schön {n};{'ab'[n % 2]}\n" for n in range(40))
    (tmp_path / "a.csv").write_text("Nr;Nachricht;Art\n" + rows, encoding="cp1252")
    data = LabelledDataSettings(path=str(tmp_path / "a.csv"), encoding="cp1252", separator=";")
    found = parse_recipe(suggest("classify", data)).data
    assert (found.encoding, found.separator, found.text, found.label) == ("cp1252", ";", "Nachricht", "Art")


def test_texts_without_spaces_are_read_by_characters(tmp_path: Path, own_cache: Path) -> None:
    rows = [f"我爱北京天安门{chr(0x4E00 + n)},{'ab'[n % 2]}\n" for n in range(40)]
    (tmp_path / "a.csv").write_text("text,label\n" + "".join(rows), encoding="utf-8")
    settings = parse_recipe(suggest("classify", LabelledDataSettings(path=str(tmp_path / "a.csv"))))
    assert (settings.text.tokenizer, settings.ensemble) == ("char", "none")


def test_the_command(review_corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "classify", str(review_corpus), "--data.validation", "test"]) == 0
    assert "task: classify\n" in capsys.readouterr().out
    for words, message in (
        (["clasify", "x"], "task: 'clasify' is not a task"),
        (
            ["classify", str(review_corpus), "--train.lr", "1"],
            "--train.lr: settings of the data alone can be given here",
        ),
        (["my.csv"], "nlpseq init takes the task, then the data: nlpseq init classify my.csv"),
        (["my.csv", "tag"], "the task, then the data: nlpseq init tag my.csv"),
        (["tag"], "the task, then the data: nlpseq init tag my.csv"),
        (["classify", str(review_corpus), "--data.txt", "x"], "unknown setting data.txt; did you mean data.text?"),
        (["classify", ""], "no data; name a file, a folder or a hub name"),
    ):
        assert main(["init", *words]) == 2
        out, err = capsys.readouterr()
        assert message in err and out == ""
    with pytest.raises(UserError, match="no data"):
        suggest("generate", PlainDataSettings())
