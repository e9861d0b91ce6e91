"""A finished run stays in force until a finished one takes its place, and no run is lost to another recipe."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq.cli import main
from nlpseq.config import ClassifySettings, GenerateSettings, LabelledDataSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.recipe import write_settings
from nlpseq.runs.corpus import SPLITS
from nlpseq.tasks import task_named, verbs
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.evaluate import evaluate, evaluate_version, report_run
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.translate.translator import Translator
from nlpseq.training.folder import TrainingFolder


class Killed(BaseException):
    """Ends a call as SIGKILL would."""


@pytest.fixture(scope="module")
def finished(story_settings: GenerateSettings, tmp_path_factory: pytest.TempPathFactory) -> GenerateSettings:
    """A finished run of two epochs; only to be read."""
    settings = replace(
        story_settings,
        run_dir=str(tmp_path_factory.mktemp("finished") / "run"),
        train=replace(story_settings.train, max_epochs=2),
    )
    verbs.run(settings)
    return settings


@pytest.fixture
def copied(finished: GenerateSettings, tmp_path: Path) -> GenerateSettings:
    """The same in a folder that a test may change."""
    shutil.copytree(finished.run_dir, tmp_path / "run")
    return replace(finished, run_dir=str(tmp_path / "run"))


def with_train(settings: Any, **train: Any) -> Any:
    return replace(settings, train=replace(settings.train, **train))


def contents(run_dir: str | Path) -> dict[str, bytes]:
    """All files of a run but what TensorBoard reads."""
    root = Path(run_dir)
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "tensorboard" not in path.parts
    }


def curves(run_dir: str | Path) -> list[list[str]]:
    """Steps and losses of `curves.csv`."""
    lines = (Path(run_dir) / "curves.csv").read_text(encoding="utf-8").splitlines()
    return [[line.split(",")[place] for place in (0, 1, 3, 4)] for line in lines]


# ---- a finished run


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, Killed])
@pytest.mark.parametrize("verb", ["prepare", "train", "run"])
def test_other_settings_leave_the_finished_run_as_it_is_until_they_are_finished(
    verb: str, stopped: type[BaseException], copied: GenerateSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(copied.run_dir)
    other = replace(with_train(copied, lr=1e-3), text=replace(copied.text, min_freq=40))

    def stop(*_: object) -> None:
        raise stopped

    with monkeypatch.context() as patch:
        patch.setattr(TrainingFolder, "_show", stop)  # after the checkpoint of the first validation
        if verb == "prepare":
            verbs.prepare(other)
        else:
            with pytest.raises(stopped):
                getattr(verbs, verb)(other)
    now = contents(copied.run_dir)
    assert {name: data for name, data in now.items() if not name.startswith("training/")} == before
    assert "".join(CharRNN.from_pretrained(copied.run_dir).generate("the ", length=20))
    verbs.run(copied)
    assert {name: data for name, data in contents(copied.run_dir).items() if not name.startswith("training/")} == before

    verbs.run(other)
    after = contents(copied.run_dir)
    assert not any(name.startswith(("training/", ".")) for name in after)
    assert after["model.safetensors"] != before["model.safetensors"] and after["metrics.json"] != before["metrics.json"]
    assert after["text/alphabet.json"] == after["data/alphabet.json"] != before["text/alphabet.json"]
    assert b"lr: 0.001" in after["settings.yaml"] and b"lr: 0.001" in after["README.md"]


def test_a_setting_that_is_refused_costs_nothing(copied: GenerateSettings) -> None:
    before = contents(copied.run_dir)
    with pytest.raises(UserError, match="train.device is cuda"):
        verbs.run(with_train(copied, device="cuda", lr=1e-3))
    assert {name: data for name, data in contents(copied.run_dir).items() if not name.startswith("training/")} == before


def test_the_results_of_an_evaluation_change_all_at_once(
    copied: GenerateSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(copied.run_dir)
    other = replace(copied, sample=replace(copied.sample, prompt="the cat"))

    def killed(*_: object, **__: object) -> None:
        raise Killed

    for place in ("write_run_card", "write_report"):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(f"nlpseq.tasks.evaluate.{place}", killed)
            verbs.run(other)
        now = contents(copied.run_dir)
        assert now == before
    verbs.run(other)
    after = contents(copied.run_dir)
    assert after["samples.json"] != before["samples.json"] and after["model.safetensors"] == before["model.safetensors"]
    assert not any(name.startswith(".") for name in after)


def test_a_training_alone_takes_the_scores_of_the_model_before_with_it(copied: GenerateSettings) -> None:
    verbs.train(with_train(copied, lr=1e-3))
    assert contents(copied.run_dir).keys().isdisjoint({"metrics.json", "report.html", "report.md", "losses.npz"})


# ---- more of the same training


def test_more_epochs_go_on_from_where_it_ended_and_fewer_are_another_training(
    copied: GenerateSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    plain = with_train(copied, schedule="constant", warmup_steps=0)
    verbs.run(plain)
    two = curves(copied.run_dir)
    verbs.run(with_train(plain, max_epochs=4))
    four = curves(copied.run_dir)
    assert four[: len(two)] == two and len(four) == len(two) + 2
    whole = with_train(replace(plain, run_dir=str(Path(copied.run_dir).parent / "whole")), max_epochs=4)
    verbs.run(whole)
    assert curves(whole.run_dir) == four
    assert contents(whole.run_dir)["model.safetensors"] == contents(copied.run_dir)["model.safetensors"]
    caplog.clear()
    verbs.run(with_train(plain, max_epochs=4))
    assert f"trained already: {copied.run_dir}" in caplog.messages
    verbs.run(plain)
    assert curves(copied.run_dir) == two


def test_a_training_that_the_clock_has_cut_says_so_first_and_goes_on(
    copied: GenerateSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    run_dir = Path(copied.run_dir)
    short = with_train(copied, max_epochs=5, eval_every_steps=9, max_minutes=1e-9, lr=3e-3)
    verbs.run(short)
    facts = json.loads((run_dir / "training.json").read_text())
    assert facts["stopped_by"] == "time budget" and facts["epochs"] < 1 and facts["max_epochs"] == 5
    notice = re.compile(r"Training was cut short: epochs 0\.\d of 5 \(time budget\)")
    for name in ("report.html", "report.md", "README.md"):
        page = (run_dir / name).read_text(encoding="utf-8")
        found = notice.search(page)
        assert found, name
        assert found.start() < page.index("<h2" if name.endswith("html") else "## "), name  # in the opening
    verbs.run(short)
    assert f"trained already: {run_dir}" in caplog.messages
    verbs.run(with_train(short, max_minutes=60.0))
    facts = json.loads((run_dir / "training.json").read_text())
    assert (facts["stopped_by"], facts["epochs"]) == ("epochs", 5.0)
    assert not notice.search((run_dir / "report.md").read_text(encoding="utf-8"))
    assert curves(run_dir)[1][0] == "1"  # the cut training's own first validation


# ---- another run in the folder


@pytest.mark.parametrize("unfinished", [False, True], ids=["finished", "unfinished"])
def test_a_folder_with_another_run_is_refused_by_name(
    unfinished: bool,
    copied: GenerateSettings,
    review_settings: ClassifySettings,
    story_text: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if unfinished:
        copied = with_train(replace(copied, run_dir=str(tmp_path / "begun")), max_epochs=3)

        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(TrainingFolder, "_show", stop)
            verbs.run(copied)
    before = contents(copied.run_dir)
    with pytest.raises(UserError, match="it holds a run of the task generate, and the recipe is for classify"):
        verbs.run(replace(review_settings, run_dir=copied.run_dir))
    (tmp_path / "other.txt").write_text("nothing but letters " * 200)
    for verb in (verbs.prepare, verbs.train, verbs.run):
        with pytest.raises(UserError, match="it holds a run on .*story.txt, and the recipe is for .*other.txt"):
            verb(replace(copied, data=replace(copied.data, path=str(tmp_path / "other.txt"))))
    assert contents(copied.run_dir) == before
    # The same text in another place is the same text.
    shutil.copy(story_text, tmp_path / "story.txt")
    verbs.run(replace(copied, data=replace(copied.data, path=str(tmp_path / "story.txt"))))


def test_languages_the_other_way_round_are_other_data(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.run_dir, tmp_path / "run")
    data = replace(tiny_run.data, src="de", tgt="en")
    with pytest.raises(UserError, match=r"it holds a run on .* \(en-de\), and the recipe is for .* \(de-en\)"):
        verbs.run(replace(tiny_run, run_dir=str(tmp_path / "run"), data=data))


def test_a_cross_validation_and_a_single_run_do_not_share_a_folder(
    review_run: ClassifySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(review_run.run_dir, tmp_path / "run")
    single = replace(review_run, run_dir=str(tmp_path / "run"))
    with pytest.raises(UserError, match="it holds a single run, and the recipe is for a cross-validation"):
        verbs.run(replace(single, data=replace(single.data, folds=2)))
    folds = with_train(
        replace(single, run_dir=str(tmp_path / "cv"), data=replace(single.data, folds=2), baselines=False), max_epochs=1
    )
    verbs.run(folds)
    with pytest.raises(UserError, match="it holds a cross-validation, and the recipe is for a single run"):
        verbs.run(replace(folds, data=replace(folds.data, folds=0)))
    with pytest.raises(UserError, match="a cross-validation; evaluate one of its folds"):
        evaluate(tmp_path / "cv", split="test")
    before = contents(tmp_path / "cv")

    # Other folds are made beside, and swapped in at once.
    def killed(*_: object) -> None:
        raise Killed

    other = with_train(folds, seed=5)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("nlpseq.tasks.classify.cross_validation.publish", killed)
        verbs.run(other)
    kept = {
        name: data for name, data in contents(tmp_path / "cv").items() if not name.startswith(("training", "folds"))
    }
    assert kept == {name: data for name, data in before.items() if not name.startswith("folds")}
    verbs.run(other)
    after = contents(tmp_path / "cv")
    assert after["fold-1/model.safetensors"] != before["fold-1/model.safetensors"]
    assert len({name.split("/")[1] for name in after if name.startswith("folds/")}) == 1
    assert b"run_dir: " + str(tmp_path / "cv" / "fold-1").encode() in after["fold-1/settings.yaml"]


# ---- what was damaged or cleaned up


@pytest.mark.parametrize(
    "damage", ["no data", "no corpus", "cut corpus", "no text", "cut text", "cut labels", "cut config"]
)
def test_what_is_damaged_is_made_again_and_nothing_trained(
    damage: str, review_run: ClassifySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    run_dir = tmp_path / "run"
    shutil.copytree(review_run.run_dir, run_dir)
    before = {name: data for name, data in contents(run_dir).items() if name != "stages.json"}
    damages: dict[str, Callable[[], object]] = {
        "no data": lambda: shutil.rmtree(run_dir / "data"),
        "no corpus": lambda: shutil.rmtree(run_dir / "data" / "corpus"),
        "cut corpus": lambda: cut(next((run_dir / "data" / "corpus" / "test").glob("*.arrow"))),
        "no text": lambda: shutil.rmtree(run_dir / "text"),
        "cut text": lambda: cut(next((run_dir / "text").glob("*.json"))),
        "cut labels": lambda: cut(run_dir / "data" / "labels.json"),
        "cut config": lambda: cut(run_dir / "config.json"),
    }
    damages[damage]()
    verbs.run(replace(review_run, run_dir=str(run_dir)))
    after = {name: data for name, data in contents(run_dir).items() if name != "stages.json"}
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert not {name for name in differing if not name.startswith(("data/", "settings.yaml"))}, differing
    assert f"trained already: {run_dir}" in caplog.messages
    assert not any(message.startswith("training:") for message in caplog.messages)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("verb", ["evaluate", "report", "other split"])
def test_a_run_that_was_shipped_without_its_texts_says_so(
    verb: str, review_run: ClassifySettings, tmp_path: Path
) -> None:
    run_dir = tmp_path / "shipped"
    shutil.copytree(review_run.run_dir, run_dir)
    shutil.rmtree(run_dir / "data")
    moved = replace(review_run, run_dir=str(run_dir))
    calls: dict[str, Callable[[], object]] = {
        "evaluate": lambda: evaluate_version(task_named("classify"), moved, run_dir),
        "report": lambda: report_run(run_dir),
        "other split": lambda: evaluate(run_dir, split="validation"),
    }
    with pytest.raises(UserError, match="/shipped/data/corpus: the texts of this run are not in its folder; nlpseq"):
        calls[verb]()
    assert Classifier.from_pretrained(run_dir).predict("The film was dull, but in the end splendid.").label == "good"
    (tmp_path / "new.csv").write_text("text,label\nThe film was dull but in the end splendid.,good\nx,bad\n")
    data = LabelledDataSettings(path=str(tmp_path / "new.csv"))
    assert evaluate(run_dir, data=data)["texts"] == 2


# ---- splits


def test_splits_are_the_runs_own_by_their_names(review_run: ClassifySettings, tmp_path: Path) -> None:
    rows = [line for line in (Path(review_run.data.path) / "train.csv").read_text().splitlines()[1:]]
    path = tmp_path / "one.csv"
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    data = LabelledDataSettings(path=str(path), validation_size=20, test_size=10)
    settings = with_train(replace(review_run, data=data, run_dir=str(tmp_path / "run"), baselines=False), max_epochs=1)
    verbs.run(settings)
    sizes = {split: evaluate(tmp_path / "run", split=split)["texts"] for split in SPLITS}
    assert sizes == {"train": len(rows) - 30, "validation": 20, "test": 10}
    for wrong in ("nonsense", "tset", "dev"):
        with pytest.raises(UserError, match=f"run: no split '{wrong}'; it has train, validation, test"):
            evaluate(tmp_path / "run", split=wrong)


def test_a_corpus_with_more_splits_gives_them_by_name(
    tiny_run: TranslateSettings, tiny_corpus: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_run.run_dir, tmp_path / "run")
    assert evaluate(tmp_path / "run", split="validation")["sentences"] == 12
    assert evaluate(tmp_path / "run", split="val")["sentences"] == 12  # as the corpus calls it
    with pytest.raises(UserError, match="no split 'test_b'"):
        evaluate(tmp_path / "run", split="test_b")


def test_another_text_is_scored_with_the_runs_own_metric(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    shutil.copytree(tiny_run.run_dir, run_dir)
    metrics = json.loads((run_dir / "metrics.json").read_text())
    (run_dir / "metrics.json").write_text(json.dumps(metrics | {"tokenize": "char"}))
    (tmp_path / "new.tsv").write_text("source\ttarget\na dog sleeps.\tein Hund schläft.\n")
    data = replace(tiny_run.data, path=str(tmp_path / "new.tsv"), src="source", tgt="target")
    assert evaluate(run_dir, data=data)["tokenize"] == "char"


def test_bleus_tokenizer_can_be_set(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.run_dir, tmp_path / "run")
    settings = replace(tiny_run, run_dir=str(tmp_path / "run"), bleu_tokenizer="char")
    before = json.loads((tmp_path / "run" / "metrics.json").read_text())
    metrics = verbs.run(replace(settings, train=replace(settings.train, monitor="loss")))
    assert (before["tokenize"], metrics["tokenize"]) == ("13a", "char") and metrics["bleu"] != before["bleu"]


@pytest.mark.parametrize("lines", ["text,label\nThe film was dull but in the end splendid.,good\nx,bad\n"])
def test_a_saved_model_is_scored_on_a_text_that_is_given(
    lines: str, review_run: ClassifySettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from nlpseq.cli import main

    Classifier.from_pretrained(review_run.run_dir).save_pretrained(tmp_path / "saved")
    (tmp_path / "new.csv").write_text(lines)
    assert main(["evaluate", str(tmp_path / "saved"), "--data.path", str(tmp_path / "new.csv")]) == 0
    assert json.loads(capsys.readouterr().out)["texts"] == 2
    assert main(["evaluate", str(tmp_path / "saved")]) == 2
    assert "a saved model has no texts of its own; give some, as in --data.path FILE" in capsys.readouterr().err


def test_a_saved_translator_knows_its_languages(tiny_run: TranslateSettings, tiny_corpus: Path, tmp_path: Path) -> None:
    Translator.from_pretrained(tiny_run.run_dir).save_pretrained(tmp_path / "saved")
    assert evaluate(tmp_path / "saved", data=replace(tiny_run.data, path=str(tiny_corpus)))["sentences"] == 11


# ---- a folder without write rights


@pytest.mark.parametrize("name", ["tiny_run", "review_run", "story_run", "notice_run"])
def test_a_finished_run_that_cannot_be_written_is_found_done(
    name: str, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = request.getfixturevalue(name)
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        run_dir, data = Path(folder, "run"), Path(folder, Path(settings.data.path).name)
        shutil.copytree(settings.run_dir, run_dir)
        (shutil.copytree if Path(settings.data.path).is_dir() else shutil.copy)(settings.data.path, data)
        settings = replace(settings, run_dir=str(run_dir), data=replace(settings.data, path=str(data)))
        write_settings(settings, Path(folder, "recipe.yaml"))
        metrics = verbs.run(settings)  # what depends on the place of the data is made again
        before = contents(run_dir)
        with closed_to_us(Path(folder)):
            assert verbs.run(settings) == metrics
            for command in (["run", f"{folder}/recipe.yaml"], ["evaluate", str(run_dir)], ["runs", folder]):
                assert main(command) == 0, capfd.readouterr().err
        assert contents(run_dir) == before


@contextmanager
def closed_to_us(folder: Path) -> Iterator[None]:
    """All of `folder` can be read and not written, as another user if we are root, to whom all is open."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no users")
    user, paths = os.geteuid(), [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        if user == 0:
            os.seteuid(65534)
    except OSError:  # in a container of one user
        pytest.skip("all files are open to root, and there is no other user")
    try:
        if not os.path.isdir(folder):  # pathlib says so by an error
            pytest.skip("what is for temporary files here is closed to other users")
        yield
    finally:
        os.seteuid(user)
        for path in paths:
            path.chmod(0o755)
