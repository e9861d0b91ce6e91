"""The verbs prepare, train and evaluate of a character model: what they write, and what a second call does again."""

from __future__ import annotations

import csv
import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from nlpseq.config import CharacterSettings, CharRNNSettings, GenerateSettings, PlainDataSettings, SampleSettings
from nlpseq.data.characters import load_ids
from nlpseq.data.windows import WindowStream
from nlpseq.errors import UserError
from nlpseq.models.char_rnn import CharRNNModel
from nlpseq.runs.folder import run_settings
from nlpseq.tasks import generate, verbs
from nlpseq.tasks.evaluate import evaluate
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.generate.objective import NextCharacter
from nlpseq.text.alphabet import Alphabet
from nlpseq.training import folder as training_folder
from nlpseq.training import loop, validation
from nlpseq.training.folder import TrainingFolder
from nlpseq.training.state import TrainState


def rows(run_dir: Path | str) -> list[dict[str, str]]:
    with open(Path(run_dir) / "curves.csv", encoding="utf-8") as file:
        return [
            {k: v for k, v in row.items() if k not in ("minutes", "tokens_per_second")} for row in csv.DictReader(file)
        ]


def lengths(run_dir: Path | str) -> dict[str, int]:
    return {name: len(ids) for name, ids in load_ids(Path(run_dir) / "data").items()}


@pytest.fixture
def copied_run(story_run: GenerateSettings, tmp_path: Path) -> GenerateSettings:
    """A finished run that a test may change, with a text of its own."""
    shutil.copytree(story_run.run_dir, tmp_path / "run")
    return replace(story_run, run_dir=str(tmp_path / "run"))


@pytest.fixture
def fresh(story_settings: GenerateSettings, tmp_path: Path) -> GenerateSettings:
    """A run that has not begun, one short epoch long."""
    return replace(
        story_settings, run_dir=str(tmp_path / "run"), train=replace(story_settings.train, max_epochs=1, window=99)
    )


def with_text(settings: GenerateSettings, path: Path, **shares: float) -> GenerateSettings:
    return replace(settings, data=PlainDataSettings(path=str(path), **shares))


def test_a_run_folder_explains_itself(story_run: GenerateSettings, story_text: Path) -> None:
    run_dir = Path(story_run.run_dir)
    for name in ("config.json", "settings.yaml", "model.safetensors", "curves.csv", "report.html", "report.md"):
        assert (run_dir / name).stat().st_size > 0, name
    assert run_settings(run_dir, GenerateSettings) == story_run
    assert (run_dir / "resume.ckpt").exists()  # more epochs go on from it
    size = len(story_text.read_text(encoding="utf-8"))
    assert sum(lengths(run_dir).values()) == size and lengths(run_dir)["test"] == size - int(0.9 * size)
    metrics = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    assert (metrics["task"], metrics["split"], metrics["characters"]) == (
        "generate",
        "test",
        size - int(0.9 * size) - 1,
    )
    baselines = {base["name"]: base["nats_per_character"] for base in metrics["baselines"]}
    assert metrics["nats_per_character"] < 0.6 < 2.5 < baselines["unigram"] < baselines["uniform"]
    assert metrics["bits_per_character"] == pytest.approx(metrics["nats_per_character"] / math.log(2), abs=1e-5)
    assert "dynamic" not in metrics
    losses = [float(row["val_loss"]) for row in rows(run_dir)]
    assert len(losses) == story_run.train.max_epochs and losses[-1] < losses[0] / 3


def test_the_scores_are_the_models_own(story_run: GenerateSettings) -> None:
    writer = CharRNN.from_pretrained(story_run.run_dir)
    ids = load_ids(Path(story_run.run_dir) / "data")
    for split in ("train", "validation", "test"):
        metrics = evaluate(story_run.run_dir, split=split)
        assert metrics["split"] == split and metrics["characters"] == len(ids[split]) - 1
        assert metrics["nats_per_character"] == pytest.approx(float(writer.nats(ids[split]).mean()), abs=1e-6)


def test_the_same_command_again_does_nothing(copied_run: GenerateSettings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    settings = {"settings.yaml", "config.json", "alphabet.json"}
    files = [path for path in Path(copied_run.run_dir).rglob("*") if path.is_file() and path.name not in settings]
    before = {path: path.stat().st_mtime_ns for path in files}
    metrics = verbs.run(copied_run)
    assert metrics == evaluate(copied_run.run_dir)
    assert [line.split(":")[0] for line in caplog.messages[:3]] == [
        "prepared already", "trained already", "evaluated already",
    ]  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in files} == before


def test_what_only_the_report_needs_is_evaluated_again(
    copied_run: GenerateSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    run_dir = Path(copied_run.run_dir)
    before = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    samples = SampleSettings(prompt="the cat", length=9, temperatures=(0.3,), top_k=7)
    settings = replace(copied_run, sample=samples, dynamic_lr=0.01)
    metrics = verbs.run(settings)
    assert "trained already" in caplog.text and "evaluated already" not in caplog.text
    assert run_settings(run_dir, GenerateSettings) == settings
    assert metrics["nats_per_character"] == before["nats_per_character"]
    assert metrics["dynamic"]["lr"] == 0.01 and metrics["dynamic"]["characters"] == metrics["characters"]
    assert metrics["dynamic"]["nats_per_character"] != metrics["nats_per_character"]
    report = (run_dir / "report.md").read_text(encoding="utf-8")
    assert "### Sample 1 at temperature 0.3, top-k 7, seed 1" in report and "Sample 2" not in report
    assert "## Dynamic evaluation" in report
    caplog.clear()
    assert verbs.run(settings) == metrics and "evaluated already" in caplog.text


# ---- preparing


def test_a_changed_text_is_prepared_and_trained_anew(fresh: GenerateSettings, story_text: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    shutil.copy(story_text, path)
    settings = with_text(fresh, path, test_share=0.1)
    verbs.run(settings)
    before = (tmp_path / "run" / "model.safetensors").read_bytes()
    path.write_text("Ω\n" * 300 + path.read_text(encoding="utf-8"), encoding="utf-8")
    verbs.run(settings)
    assert (tmp_path / "run" / "model.safetensors").read_bytes() != before
    assert sum(lengths(tmp_path / "run").values()) == len(path.read_text(encoding="utf-8"))
    assert "Ω" in CharRNN.from_pretrained(tmp_path / "run").alphabet.vocab

    # Without a share there is no test split any more, and the report is on the other one.
    metrics = verbs.run(with_text(fresh, path))
    assert lengths(tmp_path / "run").keys() == {"train", "validation"}
    assert metrics["split"] == "validation"
    with pytest.raises(UserError, match="run: no split test; it has train, validation"):
        evaluate(tmp_path / "run", split="test")


def test_files_of_one_name_are_told_apart(fresh: GenerateSettings, tmp_path: Path) -> None:
    """Each by its place in the folder: a change in any of them is noticed."""
    for folder in ("one", "two"):
        (tmp_path / "texts" / folder).mkdir(parents=True)
        (tmp_path / "texts" / folder / "a.txt").write_text(f"{folder} " * 50)
    settings = with_text(fresh, tmp_path / "texts")
    first = verbs.prepare(settings)
    checksums = json.loads((tmp_path / "run" / "training" / "data" / "checksums.json").read_text())
    assert checksums["train"].keys() == {"one/a.txt", "two/a.txt"}
    (tmp_path / "texts" / "one" / "a.txt").write_text("three " * 50)
    second = verbs.prepare(settings)
    assert "h" not in first.alphabet.vocab and "h" in second.alphabet.vocab


def test_a_preparation_that_failed_is_not_taken_for_a_finished_one(
    fresh: GenerateSettings, story_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = verbs.prepare(fresh)
    (tmp_path / "other.txt").write_text("nothing but letters " * 90)

    def full(path: Path, text: str) -> None:
        raise UserError(f"{path}: the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(verbs, "write_text_atomically", full)
        with pytest.raises(UserError, match="the disk is full"):
            verbs.prepare(with_text(fresh, tmp_path / "other.txt"))
    again = verbs.prepare(fresh)
    assert again.alphabet == whole.alphabet and again.ids.keys() == {"train", "validation", "test"}
    assert (
        again.alphabet.decode(again.ids["train"]) == story_text.read_text(encoding="utf-8")[: len(again.ids["train"])]
    )


def test_a_model_keeps_its_alphabet_until_another_one_is_trained(copied_run: GenerateSettings, tmp_path: Path) -> None:
    run_dir = Path(copied_run.run_dir)
    before = "".join(CharRNN.from_pretrained(run_dir).generate("the ", length=50))
    (tmp_path / "other.txt").write_text("aehinost .:\nZ" * 99, encoding="utf-8")
    with pytest.raises(UserError, match="it holds a run on .*story.txt, and the recipe is for .*other.txt"):
        verbs.prepare(with_text(copied_run, tmp_path / "other.txt"))
    verbs.prepare(replace(copied_run, text=CharacterSettings(min_freq=9)))
    assert "".join(CharRNN.from_pretrained(run_dir).generate("the ", length=50)) == before
    assert evaluate(run_dir, split="validation")["characters"] == lengths(run_dir)["validation"] - 1


@pytest.mark.parametrize(
    "name", ["data/train.npy", "data/validation.npy", "data/alphabet.json", "text/alphabet.json", "config.json"]
)
@pytest.mark.parametrize("gone", [True, False], ids=["gone", "damaged"])
def test_damaged_files_are_mended_and_nothing_trained(
    name: str, gone: bool, copied_run: GenerateSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    path = Path(copied_run.run_dir) / name
    before = path.read_bytes()
    if gone:
        path.unlink()
    else:
        path.write_bytes(before[:-9])
    verbs.run(copied_run)
    assert path.read_bytes() == before
    assert ("prepared already" in caplog.text) == (name == "config.json")
    assert "trained already" in caplog.text and "evaluated already" in caplog.text


def test_a_folder_of_splits_is_scored_on_its_test_file(
    fresh: GenerateSettings, story_text: Path, tmp_path: Path
) -> None:
    text = story_text.read_text(encoding="utf-8")
    folder = tmp_path / "splits"
    folder.mkdir()
    for name, part in {"train": text[:3000], "valid": text[3000:3300], "test": text[3300:3500] + "漢"}.items():
        (folder / f"{name}.txt").write_text(part, encoding="utf-8")
    metrics = verbs.run(with_text(fresh, folder, validation_share=0.4, test_share=0.3))
    assert lengths(tmp_path / "run") == {"train": 3000, "validation": 300, "test": 201}
    assert (metrics["split"], metrics["characters"]) == ("test", 200)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"a": "a"}, r"a\.txt: 1 character, too few to leave a train split"),
        ({"a": ""}, r"a\.txt: there is no text in it"),
        ({"train": "ab" * 9, "valid": "a"}, r"its validation split is a single character; use a longer text"),
        ({"train": "ab" * 9, "valid": "ab", "test": "b"}, r"its test split is a single character; use a longer text"),
        ({"a": "ab" * 5}, r"its validation split is a single character"),
        ({"train": "abcde", "valid": "abc"}, r"has 5 characters, too few for 6 tracks; lower the batch size"),
    ],
)
def test_too_short_texts_are_one_sentence(
    texts: dict[str, str], message: str, fresh: GenerateSettings, tmp_path: Path
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    with pytest.raises(UserError, match=message):
        verbs.train(with_text(fresh, folder))


def test_a_text_must_be_named(fresh: GenerateSettings) -> None:
    with pytest.raises(UserError, match="data.path is not set; give a text file or a folder"):
        verbs.prepare(replace(fresh, data=PlainDataSettings()))


def test_the_shortest_text_there_can_be(fresh: GenerateSettings, tmp_path: Path) -> None:
    """Fewer characters than the 5-grams and the samples' contexts need."""
    for name, text in {"train": "abab", "valid": "ab"}.items():
        (tmp_path / f"{name}.txt").write_text(text)
    settings = replace(
        with_text(fresh, tmp_path), train=replace(fresh.train, batch_size=2), sample=SampleSettings(temperatures=())
    )
    metrics = verbs.run(settings)
    assert metrics["characters"] == 1 and metrics["chunks"] == 1


# ---- evaluating


def test_other_text_is_scored_and_leaves_the_runs_own_scores(
    story_run: GenerateSettings, story_text: Path, tmp_path: Path
) -> None:
    run_dir = Path(story_run.run_dir)
    before = (run_dir / "metrics.json").read_bytes()
    writer = CharRNN.from_pretrained(run_dir)

    def scored(path: Path, split: str | None = None) -> tuple[str, int, float]:
        metrics = evaluate(run_dir, split=split, data=replace(story_run.data, path=str(path)))
        return metrics["split"], metrics["characters"], metrics["nats_per_character"]

    texts = {"train": "the cat sings here.\r\n", "test": "the sea ändert 漢 nothing.", "other": "nobody"}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_bytes(text.encode())

    def expected(text: str) -> tuple[int, float]:
        nats = writer.nats(writer.alphabet.encode(text))
        return len(text) - 1, pytest.approx(float(nats.mean()), abs=1e-6)

    assert scored(tmp_path / "other.txt") == ("all", *expected("nobody"))
    assert scored(tmp_path) == ("test", *expected(texts["test"]))
    assert scored(tmp_path, "train") == ("train", *expected("the cat sings here.\n"))
    with pytest.raises(UserError, match="no split validation; it has train, test"):
        scored(tmp_path, "validation")
    (tmp_path / "other.txt").write_text("x")
    with pytest.raises(UserError, match="no character to score behind the text's first one; use a longer text"):
        scored(tmp_path / "other.txt")
    (tmp_path / "other.txt").write_text("")
    with pytest.raises(UserError, match="use a longer text"):
        scored(tmp_path / "other.txt")
    assert (run_dir / "metrics.json").read_bytes() == before
    # The run's own text is its own test split.
    assert evaluate(run_dir, data=story_run.data) == json.loads(before)


def test_evaluation_is_not_told_how_to_split(story_run: GenerateSettings) -> None:
    with pytest.raises(UserError, match="data.validation_share and data.test_share belong to training"):
        evaluate(story_run.run_dir, data=replace(story_run.data, test_share=0.2))


def test_what_is_missing_is_named(story_run: GenerateSettings, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a run folder"):
        evaluate(tmp_path)
    with pytest.raises(UserError, match="no split dev; it has train, validation, test"):
        evaluate(story_run.run_dir, split="dev")


# ---- bytes


def test_bytes_are_scored_by_the_character(fresh: GenerateSettings, tmp_path: Path) -> None:
    path = tmp_path / "greek.txt"
    path.write_text("ἐν ἀρχῇ ἦν ὁ λόγος\n" * 40, encoding="utf-8")
    settings = replace(with_text(fresh, path), text=CharacterSettings(unit="byte"))
    metrics = verbs.run(settings)
    ids = load_ids(tmp_path / "run" / "data")["validation"]
    assert len(ids) == len(path.read_bytes()) - int(0.9 * len(path.read_bytes()))
    # The first byte is not predicted, so that a character which it begins is not counted.
    assert metrics["characters"] == len(bytes(ids[1:]).decode(errors="ignore"))
    writer = CharRNN.from_pretrained(tmp_path / "run")
    assert metrics["nats_per_character"] * metrics["characters"] == pytest.approx(
        float(writer.nats(ids).sum()), abs=0.01
    )
    uniform = metrics["baselines"][0]["nats_per_character"]
    assert uniform == pytest.approx(math.log(256) * (len(ids) - 1) / metrics["characters"], abs=1e-3)


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("text", ["aé€\U0001f600b€", "€a", "\U0001f600" * 5])
def test_chunks_lose_nothing_wherever_they_cut(text: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate.stages, "CHUNK", chunk)
    alphabet = Alphabet.of_bytes()
    ids = alphabet.encode(f"\n{text}")
    nats = np.arange(1.0, len(ids))
    sums, characters = generate.stages._in_chunks(alphabet, ids, nats)
    assert sums.sum() == nats.sum() and characters.sum() == len(text) and characters.min() >= 1


# ---- training with a carried state


def test_a_carried_state_is_one_long_pass() -> None:
    """The losses of an epoch's windows are those of its tracks, read in one go; the next epoch begins anew."""
    torch.manual_seed(0)
    model = CharRNNModel(9, embedding_dim=4, hidden_size=5, num_layers=2)
    stream = WindowStream(np.arange(103) % 9, batch_size=3, window=8, epochs=2, seed=4)
    objective, batches, losses = NextCharacter(), list(stream), []
    for batch in batches:
        losses.append(objective(model, batch))
        assert not any(part.requires_grad for part in objective.state["hidden"])
    for epoch in range(2):
        part = slice(epoch * stream.steps_per_epoch, (epoch + 1) * stream.steps_per_epoch)
        inputs, targets = (torch.cat([getattr(b, name) for b in batches[part]], 1) for name in ("inputs", "targets"))
        whole = F.cross_entropy(model(inputs)[0].flatten(0, 1), targets.flatten(), reduction="sum")
        carried = sum(loss.total for loss in losses[part])
        torch.testing.assert_close(carried, whole, rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
def test_a_state_out_of_a_checkpoint_follows_the_batch() -> None:
    model = CharRNNModel(9, embedding_dim=4, hidden_size=5).cuda()
    first, second = (
        batch.to("cuda") for batch in WindowStream(np.arange(24), batch_size=2, window=6, epochs=1, seed=1)
    )
    objective = NextCharacter()
    objective(model, first)
    objective.state = {"hidden": tuple(part.cpu() for part in objective.state["hidden"])}
    assert objective(model, second).total.is_cuda


@pytest.mark.parametrize("size", [2, 500, 1001, 2501, 40_000])
def test_validation_is_the_mean_over_its_tracks(size: int) -> None:
    ids = np.random.default_rng(0).integers(4, 12, size).astype(np.uint8)
    writer = CharRNN.untrained(
        Alphabet.of_counts(np.bincount(np.arange(97, 105))), CharRNNSettings(embedding_dim=3, hidden_size=4)
    )
    writer.model.train()
    found = generate.stages.validator(writer, ids)()["loss"]
    assert writer.model.training
    tracks = {2: 1, 500: 1, 1001: 1, 2501: 2, 40_000: 16}[size]
    length = (size - 1) // tracks
    nats = [writer.nats(ids[n * length : (n + 1) * length + 1]) for n in range(tracks)]
    assert found == pytest.approx(float(np.mean(nats)), rel=1e-5)


class Killed(BaseException):
    """Ends a training as SIGKILL would."""


def die(settings: GenerateSettings, home: Any, method: str, call: int) -> bool:
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


@pytest.fixture(scope="module")
def whole(story_settings: GenerateSettings, tmp_path_factory: pytest.TempPathFactory) -> GenerateSettings:
    """A finished run with all that a training can have; epochs, validations and checkpoints interleave."""
    settings = replace(
        story_settings,
        run_dir=str(tmp_path_factory.mktemp("whole") / "run"),
        model=CharRNNSettings(
            embedding_dim=8, hidden_size=12, num_layers=2, dropout=0.2, embedding_dropout=0.1, recurrent_dropout=0.2,
            tie_embeddings=True, layer_norm=True, residual=True,
        ),
        train=replace(
            story_settings.train, max_epochs=3, window=64, accumulate=2, eval_every_steps=5, resume_every_steps=2,
            average="ema", l1=1e-6,
        ),
    )  # fmt: skip
    verbs.train(settings)
    return settings


@pytest.mark.parametrize(
    "kills",
    [
        [(TrainingFolder, "checkpoint", 2)] * 9,
        [(loop, "validation", 1), (loop, "validation", 2)],
        [
            (loop, "train_step", 6),
            (loop, "train_step", 3),
            (loop, "train_step", 5),
            (loop, "train_step", 2),
        ],
        [(validation, "candidate", 1), (training_folder, "write_text_atomically", 2)],
    ],
    ids=["at checkpoints", "after validations", "between them", "in validations"],
)
def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    kills: list[tuple[Any, str, int]], whole: GenerateSettings, tmp_path: Path
) -> None:
    """The carried state is part of the checkpoint."""
    settings = replace(whole, run_dir=str(tmp_path / "run"))
    deaths = sum(die(settings, *kill) for kill in kills)
    verbs.train(settings)
    assert deaths >= 2
    assert (tmp_path / "run" / "model.safetensors").read_bytes() == (
        Path(whole.run_dir) / "model.safetensors"
    ).read_bytes()
    assert rows(tmp_path / "run") == rows(whole.run_dir)


def test_the_carried_state_matters(whole: GenerateSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were it forgotten at a resume, the test above would notice."""
    settings = replace(whole, run_dir=str(tmp_path / "run"))
    assert die(settings, loop, "train_step", 7)
    original = TrainState.load_state_dict

    def forgetting(self: TrainState, checkpoint: dict[str, Any]) -> None:
        assert checkpoint["objective"]["hidden"][0].shape == (2, 6, 12)
        original(self, checkpoint | {"objective": {}})

    monkeypatch.setattr(TrainState, "load_state_dict", forgetting)
    verbs.train(settings)
    assert rows(tmp_path / "run") != rows(whole.run_dir)
