"""Training from Python: one call, whatever holds the data; again, stopped and refused."""

from __future__ import annotations

import logging
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nlpseq import CharRNN, Classifier, Summarizer, Translator
from nlpseq.errors import UserError
from nlpseq.tasks.trained import Trained
from tests.conftest import PLACES, SUBJECTS, VERBS, story

THINGS, WORDS = ["The film", "This book", "Our dinner"], {"fine": "good", "warm": "good", "dull": "bad", "cold": "bad"}
REVIEWS = [(f"{thing} was {one}, in the end {two}.", WORDS[two]) for thing, one, two in product(THINGS, WORDS, WORDS)]
SMALL = {
    "model.embedding_dim": 8, "model.hidden_size": 8, "train.max_epochs": 2, "train.precision": "fp32",
    "train.device": "cpu",
}  # fmt: skip
LABELLED = {**SMALL, "ensemble": "none"}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_three_lines_from_a_data_frame_to_a_labelled_table(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nlpseq")
    table = pd.DataFrame(REVIEWS, columns=["message", "kind"], index=range(len(REVIEWS), 0, -1))
    classifier = Classifier.train(table, text="message", label="kind", minutes=5, settings=LABELLED)
    labelled = table.assign(**classifier.columns(table["message"]))
    assert labelled.columns.tolist() == ["message", "kind", "label", "probability"]
    assert set(labelled["label"]) <= {"good", "bad"} and labelled["probability"].between(0.5, 1).all()
    assert classifier.run_dir is not None and classifier.run_dir.parent == Path("runs")
    assert 0 <= classifier.metrics["accuracy"] <= 1 and classifier.metrics["texts"] == 4
    assert classifier.report().read_text(encoding="utf-8").startswith("<!doctype html>")
    caplog.clear()
    again = Classifier.train(table.copy(), text="message", label="kind", minutes=6, settings=LABELLED)
    assert again.run_dir == classifier.run_dir and "trained already" in caplog.text
    other = Classifier.train(table[:-1], text="message", label="kind", settings=LABELLED)
    assert other.run_dir != classifier.run_dir


def test_a_recipe_by_its_name(tmp_path: Path) -> None:
    found = Classifier.train(REVIEWS, recipe="classify", run_dir="mine", settings={**LABELLED, "text.max_length": 20})
    assert found.run_dir == Path("mine") and found.max_length == 20
    assert found.settings.dropout == 0.3  # the recipe's
    with pytest.raises(UserError, match="translate: a recipe for the task translate, not classify; choose another one"):
        Classifier.train(REVIEWS, recipe="translate")
    with pytest.raises(UserError, match="mine: it holds a run on mine/given-.*; choose another --run_dir"):
        Classifier.train(REVIEWS[1:], recipe="classify", run_dir="mine", settings=LABELLED)


def test_ctrl_c_gives_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    from nlpseq.training import loop

    steps: list[float] = []
    step = loop.train_step

    def interrupted(*arguments: Any) -> float:
        if len(steps) == 5:
            raise KeyboardInterrupt
        steps.append(step(*arguments))
        return steps[-1]

    with monkeypatch.context() as patch:
        patch.setattr(loop, "train_step", interrupted)
        settings = {**LABELLED, "train.eval_every_steps": 2, "train.max_epochs": 9}
        stopped = Classifier.train(REVIEWS, settings=settings)
    assert stopped.metrics == {} and stopped.predict("The film was cold.").label in ("good", "bad")
    with pytest.raises(UserError, match="no report here; a run that has come to its end has one"):
        stopped.report()
    whole = Classifier.train(REVIEWS, settings=settings)
    assert whole.run_dir == stopped.run_dir and whole.metrics


def test_ctrl_c_before_there_is_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpseq.tasks.verbs.run", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        Classifier.train(REVIEWS, settings=LABELLED)


def test_a_translator_trains() -> None:
    sides = product(SUBJECTS.items(), VERBS.items(), PLACES.items())
    pairs = [tuple(" ".join(words) for words in zip(*parts, strict=True)) for parts in sides]
    translation = {**SMALL, "text.vocab_size": 330, "train.monitor": "loss", "decode.beam_size": 1}
    translator = Translator.train(pairs[:60], src="en", tgt="de", settings=translation)
    assert translator.languages == ("en", "de") and "bleu" in translator.metrics
    size = sum(weight.numel() for weight in translator.model.parameters())
    assert repr(translator) == f"Translator({size:,} parameters, {translator.run_dir})"


def test_columns_of_a_table_may_be_called_by_their_languages(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = pd.DataFrame(REVIEWS, columns=["English", "Deutsch"])
    translation = {**SMALL, "text.vocab_size": 330, "train.monitor": "loss", "decode.beam_size": 1}
    translator = Translator.train(pairs, src="en", tgt="de", settings=translation, quiet=True)
    assert translator.languages == ("en", "de") and capsys.readouterr().err == ""
    with pytest.raises(UserError, match="no column 'fr'"):
        Translator.train(pairs, src="en", tgt="fr", settings=translation, quiet=True)


def test_a_summarizer_trains() -> None:
    notices = [{"body": f"Last week {name} won the cup.", "title": f"{name} wins"} for name in "ABCDEFGHIJKLMNOPQRST"]
    summary = {**SMALL, "train.monitor": "loss", "decode.beam_size": 1, "decode.max_length": 9}
    summarizer = Summarizer.train(notices, document="body", summary="title", settings=summary)
    assert "rouge1" in summarizer.metrics


def test_a_character_model_trains() -> None:
    settings = {**SMALL, "sample.length": 9, "sample.temperatures": [0]}
    writer = CharRNN.train(story().splitlines(), settings=settings)
    assert writer.metrics["characters"] > 100
    assert CharRNN.train(story().rstrip("\n"), settings=settings).run_dir == writer.run_dir  # the same text


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (REVIEWS, {"settings": {"train.lrr": 1}}, "unknown setting train.lrr; did you mean train.lr?"),
        (REVIEWS, {"settings": {"train.lr": "fast"}}, "train.lr: 'fast' is not a number"),
        (REVIEWS, {"settings": {"data.folds": 3}}, "data.folds: a cross-validation gives no single model"),
        (REVIEWS, {"recipe": "clasify"}, "clasify: no such recipe file; did you mean classify?"),
        ("none.csv", {}, "none.csv: no such file or folder"),
        (pd.DataFrame(REVIEWS, columns=["a", "b"]), {"text": "c", "label": "b"}, "data: no column 'c'"),
        ([], {}, "data: holds no rows"),
        (REVIEWS, {"epochs": 3}, "epochs: no option of train, which are recipe, minutes, init_from, run_dir, settings"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_mistakes_are_named(data: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as caught:
        Classifier.train(data, **options)
    assert message in str(caught.value)


def test_a_path_at_home_is_named_as_it_is() -> None:
    with pytest.raises(UserError, match="none.csv: no such file or folder") as caught:
        Classifier.train("~/none.csv")
    assert str(caught.value).startswith(str(Path("~/none.csv").expanduser()))


def test_what_comes_from_no_run() -> None:
    class Model(Trained):
        folder = None

    assert Model().run_dir is None and Model().metrics == {}
    with pytest.raises(UserError, match="this model: no report here"):
        Model().report()
