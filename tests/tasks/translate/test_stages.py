"""The verbs prepare, train and evaluate: what they write, and what a second call does again."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq.config import TextSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.runs.folder import run_settings
from nlpseq.tasks import verbs
from nlpseq.tasks.evaluate import evaluate
from nlpseq.tasks.translate.translator import Translator


@pytest.fixture
def copied_run(tiny_run: TranslateSettings, tmp_path: Path) -> TranslateSettings:
    """A finished run that a test may change."""
    shutil.copytree(tiny_run.run_dir, tmp_path / "run")
    return replace(tiny_run, run_dir=str(tmp_path / "run"))


def test_a_run_folder_explains_itself(tiny_run: TranslateSettings) -> None:
    run_dir = Path(tiny_run.run_dir)
    for name in ("config.json", "settings.yaml", "model.safetensors", "curves.csv", "report.html", "report.md"):
        assert (run_dir / name).stat().st_size > 0, name
    assert run_settings(run_dir, TranslateSettings) == tiny_run
    assert len((run_dir / "translations.txt").read_text(encoding="utf-8").split("\n")) == 11 + 1
    facts = json.loads((run_dir / "training.json").read_text(encoding="utf-8"))
    assert facts["batches"] == 12 * 7 and facts["precision"] == "fp32"
    assert (run_dir / "resume.ckpt").exists()  # more epochs go on from it
    assert {path.name for path in run_dir.rglob("*.pkl")} == set()


def test_a_run_folder_can_be_moved(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    moved = shutil.copytree(tiny_run.run_dir, tmp_path / "elsewhere")
    assert run_settings(moved, TranslateSettings).run_dir == str(moved)
    assert evaluate(moved) == evaluate(tiny_run.run_dir)


def test_the_same_command_again_does_nothing(copied_run: TranslateSettings, caplog: pytest.LogCaptureFixture) -> None:
    verbs.run(copied_run)  # the copy's own name is now in its files
    caplog.set_level("INFO", logger="nlpseq")
    caplog.clear()
    before = files(copied_run)
    metrics = verbs.run(copied_run)
    assert metrics == evaluate(copied_run.run_dir)
    assert [line.split(":")[0] for line in caplog.messages[:3]] == [
        "prepared already", "trained already", "evaluated already",
    ]  # fmt: skip
    assert files(copied_run) == before


def test_other_search_settings_only_evaluate_again(copied_run: TranslateSettings) -> None:
    before = files(copied_run)
    searched = replace(copied_run, decode=replace(copied_run.decode, beam_size=3, min_length=2))
    metrics = verbs.run(searched)
    assert metrics["decode"] == asdict(searched.decode)
    after = files(copied_run)
    assert after["model.safetensors"] == before["model.safetensors"] and after["curves.csv"] == before["curves.csv"]
    assert Translator.from_pretrained(copied_run.run_dir).decode == searched.decode
    assert run_settings(Path(copied_run.run_dir), TranslateSettings) == searched


def test_other_training_settings_train_anew_on_the_same_text(copied_run: TranslateSettings) -> None:
    run_dir = Path(copied_run.run_dir)
    (run_dir / "best").mkdir(exist_ok=True)
    (run_dir / "best" / "step-9999999.safetensors").write_bytes(b"of the old training")
    encoded = (run_dir / "data" / "train" / "pairs.arrow").stat().st_mtime_ns
    events = {path.name for path in run_dir.glob("tensorboard/events*")}
    before = files(copied_run)

    short = replace(copied_run, train=replace(copied_run.train, max_epochs=1, eval_every_steps=3))
    verbs.train(short)

    after = files(copied_run)
    assert (run_dir / "data" / "train" / "pairs.arrow").stat().st_mtime_ns == encoded
    assert after["model.safetensors"] != before["model.safetensors"]
    assert [line.split(b",")[0] for line in after["curves.csv"].splitlines()[1:]] == [b"3", b"6", b"7"]
    assert b"of the old training" not in [path.read_bytes() for path in (run_dir / "best").iterdir()]
    assert events.isdisjoint(path.name for path in run_dir.glob("tensorboard/events*"))


def test_an_edited_corpus_is_prepared_and_trained_anew(
    tiny_settings: TranslateSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    corpus = shutil.copytree(tiny_settings.data.path, tmp_path / "corpus")
    settings = replace(
        tiny_settings,
        run_dir=str(tmp_path / "run"),
        data=replace(tiny_settings.data, path=str(corpus)),
        train=replace(tiny_settings.train, max_epochs=1),
    )
    verbs.train(settings)
    before = files(settings)
    for name, line in (("train.en", "the boat sings.\n"), ("train.de", "das Boot singt.\n")):
        with open(corpus / name, "a", encoding="utf-8") as file:
            file.write(line)
    caplog.clear()
    verbs.train(settings)
    assert "train 106 pairs" in caplog.text and "already" not in caplog.text
    assert files(settings)["model.safetensors"] != before["model.safetensors"]


def test_a_run_whose_preparation_was_cut_short_is_prepared_again(
    tiny_settings: TranslateSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(tiny_settings, run_dir=str(tmp_path / "run"))

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(verbs, "as_yaml", fail)
        verbs.prepare(settings)
    with pytest.raises(UserError, match="not a run folder"):
        evaluate(settings.run_dir)
    prepared = verbs.prepare(settings)
    assert len(prepared.train) == 105
    assert verbs.prepare(settings).train[104][0].tolist() == prepared.train[104][0].tolist()
    with pytest.raises(UserError, match="its training is not finished"):
        evaluate(settings.run_dir)


def test_splits_that_are_missing_are_held_out(tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    for name in ("train.en", "train.de"):
        shutil.copy(Path(tiny_settings.data.path) / name, tmp_path)
    settings = replace(
        tiny_settings,
        run_dir=str(tmp_path / "run"),
        data=replace(tiny_settings.data, path=str(tmp_path), validation_size=9, test_size=6),
    )
    prepared = verbs.prepare(settings)
    assert {name: len(split) for name, split in prepared.corpus.items()} == {"train": 90, "validation": 9, "test": 6}
    rows = [row["src"] for split in prepared.corpus.values() for row in split]
    assert sorted(rows) == sorted((tmp_path / "train.en").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("tokenizer", ["word", "char", "basic_english"])
def test_other_tokenizers_train_and_translate(tokenizer: Any, tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    settings = replace(
        tiny_settings,
        run_dir=str(tmp_path),
        text=TextSettings(tokenizer=tokenizer, vocab_size=60),
        train=replace(tiny_settings.train, max_epochs=1),
    )
    metrics = verbs.run(settings)
    assert metrics["perplexity"] < 60
    assert evaluate(tmp_path, split="val")["sentences"] == 12


def test_scores_of_other_text_leave_the_runs_own_alone(tiny_run: TranslateSettings) -> None:
    before = files(tiny_run)
    other = evaluate(tiny_run.run_dir, split="val", decode=replace(tiny_run.decode, beam_size=1))
    assert (other["split"], other["sentences"]) == ("val", 12)
    low, high = other["bleu_interval"]
    assert low <= other["bleu"] <= high
    assert files(tiny_run) == before


def files(settings: TranslateSettings) -> dict[str, bytes]:
    """The files at the top of the run folder."""
    return {path.name: path.read_bytes() for path in Path(settings.run_dir).iterdir() if path.is_file()}
