"""The diagnosis of a recipe or a run: its text, its sizes, its settings; and a run that it leaves as it is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlpseq.config import (
    ClassifySettings,
    GenerateSettings,
    LabelledDataSettings,
    PlainDataSettings,
    SummarizeSettings,
    TranslateSettings,
)
from nlpseq.diagnosis.gradients import diagnose_gradients, training_ids
from nlpseq.diagnosis.report import GradientReport
from nlpseq.errors import UserError
from nlpseq.tasks import verbs


@pytest.fixture(scope="module")
def settings(review_settings: ClassifySettings, tmp_path_factory: pytest.TempPathFactory) -> ClassifySettings:
    """A recipe whose text is prepared."""
    prepared = replace(review_settings, run_dir=str(tmp_path_factory.mktemp("runs") / "reviews"))
    verbs.prepare(prepared)
    return prepared


@pytest.fixture(scope="module")
def report(settings: ClassifySettings, tmp_path_factory: pytest.TempPathFactory) -> GradientReport:
    return diagnose_gradients(settings, out=tmp_path_factory.mktemp("out"), length=30, steps=3, batch_size=5)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_cell_is_measured_at_the_size_of_the_recipe(report: GradientReport) -> None:
    assert len(report.flows) == 4 * 2 * 3
    assert (report.hidden_size, report.updates, report.clip_norm) == (10, 3, 1.0)
    assert {len(flow.relative) for flow in report.flows} == {30}
    assert {len(flow.norms) for flow in report.flows if flow.clip_norm is not None} == {3}
    assert not any(flow.diverged for flow in report.flows)
    assert report.facts["Models"].startswith("embedding 12, hidden 10,")
    assert report.facts["Training"] == "3 updates, adamw, learning rate 0.02"


def test_an_lstm_reaches_further_than_a_tanh_cell_on_the_reviews(report: GradientReport) -> None:
    start = {(flow.cell, flow.initialisation): flow for flow in report.flows if flow.clip_norm is None}
    for initialisation in ("torch", "good"):
        lstm, tanh = start["lstm", initialisation], start["rnn_tanh", initialisation]
        assert lstm.reach > tanh.reach
    assert "the LSTM's gradient still has 1% of its strength" in report.summary()


def test_only_the_start_is_measured_without_updates(settings: ClassifySettings) -> None:
    report = diagnose_gradients(settings, length=20, steps=0, batch_size=2)
    assert len(report.flows) == 8 and {flow.clip_norm for flow in report.flows} == {None}
    assert (Path(settings.run_dir) / "diagnosis" / "gradients.html").is_file()


def test_the_text_is_that_of_the_training_split_with_a_mark_between_texts(settings: ClassifySettings) -> None:
    ids = training_ids(settings)
    prepared = verbs.prepare(settings)
    rows = [prepared.train[row][0].tolist() for row in range(len(prepared.train))]
    assert ids.tolist() == [index for row in rows for index in [*row, prepared.text.eos_id]][:-1]


def test_no_unfinished_run_is_left_where_there_was_none(tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    fresh = replace(tiny_settings, run_dir=str(tmp_path / "run"))
    report = diagnose_gradients(fresh, length=20, steps=0, batch_size=4)
    assert report.hidden_size == 16
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["diagnosis"]
    assert sorted(path.name for path in (tmp_path / "run" / "diagnosis").iterdir()) == [
        "gradients.csv", "gradients.html", "gradients.md", "gradients.svg", "updates.csv",
    ]  # fmt: skip
    prepared = verbs.prepare(fresh)
    ids = training_ids(fresh)
    assert ids[: len(prepared.train[0][0])].tolist() == prepared.train[0][0].tolist()


def test_a_run_made_with_other_text_settings_stays_as_it_is(settings: ClassifySettings, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(settings.run_dir, run)
    before = files(run)
    other = replace(settings, run_dir=str(run), text=replace(settings.text, tokenizer="char"))
    report = diagnose_gradients(other, length=20, steps=0, batch_size=2)
    assert {name: content for name, content in files(run).items() if not name.startswith("diagnosis")} == {
        name: content for name, content in before.items() if not name.startswith("diagnosis")
    }
    kinds = int(report.facts["Text"].split()[-2])
    assert kinds < 40  # letters, not words
    larger = replace(settings, run_dir=str(run), model=replace(settings.model, hidden_size=7))
    assert diagnose_gradients(larger, out=tmp_path / "out", length=9, steps=0, batch_size=2).hidden_size == 7
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".csv", ".html", ".md", ".svg"}


def test_characters_of_a_generation_recipe(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Ünder the öld brücke, " * 90, encoding="utf-8")
    settings = GenerateSettings(run_dir=str(tmp_path / "run"), data=PlainDataSettings(path=str(tmp_path / "text.txt")))
    settings = replace(settings, model=replace(settings.model, embedding_dim=5, hidden_size=9))
    report = diagnose_gradients(settings, length=20, steps=0, batch_size=2)
    assert int(report.facts["Text"].split()[-2]) == len(set("Ünder the öld brücke, "))


def test_documents_of_a_summarisation_recipe(notice_settings: SummarizeSettings, tmp_path: Path) -> None:
    settings = replace(notice_settings, run_dir=str(tmp_path / "run"))
    ids = training_ids(settings)
    prepared = verbs.prepare(settings)
    assert ids.tolist() == [index for row in range(len(prepared.train)) for index in prepared.train[row][0].tolist()]


def test_the_same_settings_give_the_same_files(settings: ClassifySettings, tmp_path: Path) -> None:
    for name in ("one", "two"):
        diagnose_gradients(settings, out=tmp_path / name, length=12, steps=0, batch_size=3)
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 1}, "--length must be 2 or more, not 1"),
        ({"steps": -1}, "--steps must not be negative, not -1"),
        ({"batch_size": 0}, "--batch-size must be 1 or more, not 0"),
        ({"length": 5000}, r"has 1235 tokens, too few for windows of 5000 .* or --length 1234 at most"),
    ],
)
def test_options_that_cannot_be(settings: ClassifySettings, options: dict[str, int], message: str) -> None:
    with pytest.raises(UserError, match=message):
        diagnose_gradients(settings, **options)


def test_one_text_only_is_no_corpus(settings: ClassifySettings, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("text,label\nIt was fine.,good\n")
    data = LabelledDataSettings(path=str(tmp_path / "one.csv"))
    with pytest.raises(UserError):
        diagnose_gradients(replace(settings, run_dir=str(tmp_path / "run"), data=data))


def test_rare_tokens_share_one_number(
    settings: ClassifySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlpseq.diagnosis.gradients.VOCABULARY", 4)
    report = diagnose_gradients(settings, out=tmp_path, length=12, steps=0, batch_size=3)
    assert report.facts["Text"].endswith("tokens, 5 kinds")
    assert all(flow.loss < np.log(5) + 1 for flow in report.flows)
