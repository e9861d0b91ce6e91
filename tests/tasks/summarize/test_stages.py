"""The verbs prepare, train and evaluate of a summarisation: what they write, and what a second call does again."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq.config import (
    GenerateSettings,
    SummarizerSettings,
    SummarizeSettings,
    SummarizeTrainSettings,
    SummaryDataSettings,
    SummaryDecodeSettings,
    SummaryTextSettings,
)
from nlpseq.errors import UserError
from nlpseq.recipe import write_settings
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import run_settings
from nlpseq.tasks import verbs
from nlpseq.tasks.compare import compare_runs
from nlpseq.tasks.evaluate import evaluate
from nlpseq.tasks.summarize.outputs import read_summaries
from nlpseq.tasks.summarize.summarizer import Summarizer
from nlpseq.text.copy_alphabet import CopyAlphabet
from nlpseq.training import folder as training_folder
from nlpseq.training import loop, validation
from nlpseq.training.folder import TrainingFolder


@pytest.fixture
def copied_run(notice_run: SummarizeSettings, tmp_path: Path) -> SummarizeSettings:
    """A finished run that a test may change."""
    shutil.copytree(notice_run.run_dir, tmp_path / "run")
    return replace(notice_run, run_dir=str(tmp_path / "run"))


def files(settings: SummarizeSettings) -> dict[str, bytes]:
    """The files at the top of the run folder."""
    return {path.name: path.read_bytes() for path in Path(settings.run_dir).iterdir() if path.is_file()}


def test_a_run_folder_explains_itself(notice_run: SummarizeSettings) -> None:
    run_dir = Path(notice_run.run_dir)
    for name in ("config.json", "settings.yaml", "model.safetensors", "curves.csv", "report.html", "report.md"):
        assert (run_dir / name).stat().st_size > 0, name
    assert run_settings(run_dir, SummarizeSettings) == notice_run
    metrics = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["documents"] == 24 and metrics["rouge1"] > 80
    low, high = metrics["rougeL_interval"] or (100, 100)  # none where all are perfect
    assert low <= metrics["rougeL"] <= high
    leads = {base["name"]: base["rouge1"] for base in metrics["baselines"]}
    assert leads.keys() == {"lead-8", "lead-12"} and 0 < leads["lead-8"] < metrics["rouge1"]
    # The name is copied, the verb never stands in the notice.
    assert metrics["copying"]["references"]["copied_1grams"] == 0.5
    assert 0 < metrics["copying"]["summaries"]["novel_1grams"] < 1
    assert metrics["documents_per_second"] > 0 and metrics["decode"] == asdict(notice_run.decode)
    refs, hyps = saved_corpus(run_dir)["test"]["tgt"], read_summaries(run_dir, 24)
    assert sum(ref == hyp for ref, hyp in zip(refs, hyps, strict=True)) > 15
    assert (run_dir / "resume.ckpt").exists()  # more epochs go on from it
    assert "lead-12" in (run_dir / "report.md").read_text(encoding="utf-8")


def test_validation_is_the_loss_and_greedy_rouge(notice_run: SummarizeSettings) -> None:
    with open(Path(notice_run.run_dir) / "curves.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {"val_loss", "val_rouge1", "val_rouge2", "val_rougeL"} <= rows[0].keys()
    summarizer = Summarizer.from_pretrained(notice_run.run_dir)
    corpus = verbs.prepare(notice_run).corpus["validation"]
    documents, refs = list(corpus["src"]), list(corpus["tgt"])
    loss = -float(summarizer.score(documents, refs).sum()) / sum(len(ref) + 1 for ref in refs)
    assert loss == pytest.approx(min(float(row["val_loss"]) for row in rows), abs=1e-3)


def test_the_longest_summary_follows_from_training(notice_run: SummarizeSettings) -> None:
    longest = max(map(len, verbs.prepare(notice_run).corpus["train"]["tgt"]))
    assert Summarizer.from_pretrained(notice_run.run_dir).max_length == int(1.1 * longest) + 5 == 17


def test_the_same_command_again_does_nothing(copied_run: SummarizeSettings, caplog: pytest.LogCaptureFixture) -> None:
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


def test_other_search_settings_only_evaluate_again(copied_run: SummarizeSettings) -> None:
    before = files(copied_run)
    searched = replace(copied_run, decode=replace(copied_run.decode, beam_size=1, max_length=4))
    metrics = verbs.run(searched)
    assert metrics["decode"] == asdict(searched.decode)
    assert max(map(len, read_summaries(Path(copied_run.run_dir), 24))) == 4
    after = files(copied_run)
    assert after["model.safetensors"] == before["model.safetensors"] and after["curves.csv"] == before["curves.csv"]
    assert Summarizer.from_pretrained(copied_run.run_dir).decode == searched.decode


def test_scores_of_other_text_leave_the_runs_own_alone(notice_run: SummarizeSettings, tmp_path: Path) -> None:
    before = files(notice_run)
    greedy = replace(notice_run.decode, beam_size=1)
    other = evaluate(notice_run.run_dir, split="validation", decode=greedy)
    assert (other["split"], other["documents"], other["decode"]["beam_size"]) == ("validation", 24, 1)
    (tmp_path / "news.csv").write_text('headline,body\nKAMO WINS,"Last week [Kamo]\nwon the cup."\n,\n')
    found = evaluate(notice_run.run_dir, data=SummaryDataSettings(path=str(tmp_path / "news.csv")))
    assert found["documents"] == 2 and found["rouge1"] <= 50  # nothing is like nothing, for ROUGE too
    assert files(notice_run) == before
    with pytest.raises(UserError, match="no split 'tset'"):
        evaluate(notice_run.run_dir, split="tset")


def test_two_runs_are_compared_by_rouge(
    notice_run: SummarizeSettings, copied_run: SummarizeSettings, tmp_path: Path
) -> None:
    path = Path(copied_run.run_dir) / "summaries.txt"
    path.write_text("".join(f"{line[:3]}\n" for line in path.read_text(encoding="utf-8").splitlines()))
    comparison = compare_runs(notice_run.run_dir, copied_run.run_dir)
    assert comparison.measure == "ROUGE-1" and comparison.items == 24
    assert comparison.differ and comparison.score_a > comparison.score_b
    path.unlink()
    with pytest.raises(UserError, match=r"summaries\.txt: not there yet; run nlpseq evaluate"):
        compare_runs(notice_run.run_dir, copied_run.run_dir)
    write_settings(GenerateSettings(run_dir=str(tmp_path)), tmp_path / "settings.yaml")
    with pytest.raises(UserError, match="of the task generate are not compared here"):
        compare_runs(tmp_path, tmp_path)


def test_missing_splits_are_held_out(notice_settings: SummarizeSettings, notice_corpus: Path, tmp_path: Path) -> None:
    for name in ("train", "validation"):
        shutil.copy(notice_corpus / f"{name}.jsonl", tmp_path)
    data = SummaryDataSettings(path=str(tmp_path), validation_size=10, test="validation")
    prepared = verbs.prepare(replace(notice_settings, run_dir=str(tmp_path / "run"), data=data))
    assert {name: len(split) for name, split in prepared.corpus.items()} == {
        "train": 150, "validation": 10, "test": 24,
    }  # fmt: skip
    assert not set(prepared.corpus["test"]["src"]) & set(prepared.corpus["train"]["src"])
    assert len(prepared.train) == 150


def test_other_settings_of_the_text_prepare_anew(notice_settings: SummarizeSettings, tmp_path: Path) -> None:
    settings = replace(notice_settings, run_dir=str(tmp_path), text=SummaryTextSettings(max_summary_characters=8))
    first = verbs.prepare(settings)
    assert (first.alphabet.case, len(first.train) < 160) == ("upper", True)
    text = SummaryTextSettings(copy_case="same", max_source_characters=9)
    other = verbs.prepare(replace(settings, text=text))
    assert (other.alphabet.case, len(other.train)) == ("same", 160)
    src, copies, tgt = other.train[0]
    assert len(src) == 10 and src.tolist() == copies.tolist() and max(tgt) < len(other.alphabet)
    again = verbs.prepare(replace(settings, text=text))
    assert again.alphabet == other.alphabet and again.train[159][2].tolist() == other.train[159][2].tolist()


def test_a_preparation_that_was_cut_short_is_done_again(
    notice_settings: SummarizeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(notice_settings, run_dir=str(tmp_path))
    first = verbs.prepare(settings)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(CopyAlphabet, "save", fail)
        verbs.prepare(replace(settings, text=SummaryTextSettings(max_source_characters=9)))
    again = verbs.prepare(settings)
    assert again.train.lengths()[0].tolist() == first.train.lengths()[0].tolist()
    with pytest.raises(UserError, match="its training is not finished"):
        evaluate(tmp_path)


def test_a_character_that_nobody_can_write_is_unknown(notice_settings: SummarizeSettings, tmp_path: Path) -> None:
    """It stands in the summary alone, and more rarely than the alphabet asks for."""
    (tmp_path / "train.csv").write_text("document,summary\n" + "Kamo won.,KAMO €\n" * 3 + "Kamo won.,KAMO\n" * 9)
    data = SummaryDataSettings(path=str(tmp_path), validation_size=2, test_size=2)
    settings = replace(notice_settings, run_dir=str(tmp_path / "run"), data=data)
    settings = replace(settings, train=replace(settings.train, max_epochs=1))
    metrics = verbs.run(settings)
    assert metrics["documents"] == 2
    prepared = verbs.prepare(settings)
    assert any(prepared.alphabet.unk_id in prepared.train[row][2] for row in range(len(prepared.train)))


@pytest.mark.parametrize(
    ("content", "data", "message"),
    [
        ("story,tldr\na,b\n", {}, r"train\.csv: not obvious which column holds the document; set data\.document"),
        ("text,tldr\na,b\n", {}, r"holds the summary; set data\.summary to one of text, tldr"),
        ("text,summary\na,b\n", {"document": "txt"}, r"no column 'txt' \(did you mean 'text'\?\)"),
        ("text,summary\n ,b\na,\n", {}, "holds nothing but training pairs with an empty side"),
        ("text,summary\n", {}, "holds no pairs"),
        ("text,summary\na,b\nc,d\n", {}, "holding out 2 of 2 pairs leaves none to train on; set data.validation_size"),
    ],
)
def test_mistakes_in_the_corpus(
    notice_settings: SummarizeSettings, tmp_path: Path, content: str, data: dict[str, str], message: str
) -> None:
    (tmp_path / "train.csv").write_text(content)
    settings = replace(
        notice_settings, run_dir=str(tmp_path / "run"), data=SummaryDataSettings(path=str(tmp_path), **data)
    )
    with pytest.raises(UserError, match=message):
        verbs.train(settings)
    assert not (tmp_path / "run" / "settings.yaml").exists()
    with pytest.raises(UserError, match=r"data\.path is not set"):
        verbs.prepare(replace(settings, data=SummaryDataSettings()))


@pytest.mark.parametrize(
    ("section", "kind", "values"),
    [
        ("data", SummaryDataSettings, {"validation_size": 0, "test_size": -1}),
        ("text", SummaryTextSettings, {"min_freq": 0, "max_source_characters": 0, "max_summary_characters": 0}),
        ("model", SummarizerSettings, {"hidden_size": 7, "reduction": 0, "dropout": 1.0, "word_dropout": -0.1}),
        ("train", SummarizeTrainSettings, {"batch_tokens": 0, "label_smoothing": 1.0, "validation_documents": 0}),
        ("decode", SummaryDecodeSettings, {"beam_size": 0, "alpha": -1.0, "max_length": -1, "min_length": -1}),
    ],
)
def test_settings_out_of_range_are_named(section: str, kind: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        with pytest.raises(UserError, match=rf"^{section}\.{name} .*not {value}$"):
            kind(**{name: value})
    with pytest.raises(UserError, match=r"data\.document and data\.summary are both 'text'"):
        SummaryDataSettings(document="text", summary="text")


# ---- a training goes on exactly where it was left


class Killed(BaseException):
    """Ends a training as SIGKILL would."""


def die(settings: SummarizeSettings, home: Any, method: str, call: int) -> bool:
    """Train until the given call of the method or function; whether it came to that."""
    calls = 0
    original = getattr(home, method)

    def counting(*arguments: Any, **keywords: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise Killed
        return original(*arguments, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, method, counting)
        try:
            verbs.train(settings)
        except Killed:
            return True
    return False


def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    notice_settings: SummarizeSettings, tmp_path: Path
) -> None:
    settings = replace(
        notice_settings,
        model=replace(notice_settings.model, dropout=0.2, recurrent_dropout=0.2, word_dropout=0.2),
        train=replace(
            notice_settings.train, accumulate=2, resume_every_steps=1, eval_every_steps=3, validation_documents=5
        ),
    )
    whole, broken = (replace(settings, run_dir=str(tmp_path / name)) for name in ("whole", "broken"))
    verbs.train(whole)
    kills = [
        (loop, "train_step", 4), (TrainingFolder, "checkpoint", 2), (validation, "candidate", 1),
        (training_folder, "write_text_atomically", 1), (loop, "train_step", 2),
    ]  # fmt: skip
    assert sum(die(broken, *kill) for kill in kills) >= 4
    verbs.train(broken)
    assert files(broken)["model.safetensors"] == files(whole)["model.safetensors"]
    assert files(broken)["config.json"] == files(whole)["config.json"]
