"""A run that begins from a trained model has its text pipeline and its weights, and goes on from there."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from nlpseq import CharRNN, Classifier, Summarizer, Tagger, Translator
from nlpseq.config import (
    RECIPES,
    ClassifySettings,
    GenerateSettings,
    MultiLabelDataSettings,
    MultiLabelSettings,
    MultiLabelTrainSettings,
    SummarizeSettings,
    TagSettings,
    TranslateSettings,
)
from nlpseq.errors import UserError
from nlpseq.runs.start import begun, start_of
from nlpseq.tasks import verbs
from nlpseq.training import loop

# The fixture with a run of each task.
RUNS = {
    "translate": "tiny_run",
    "classify": "review_run",
    "generate": "story_run",
    "summarize": "notice_run",
    "tag": "name_run",
    "multilabel": "labels_run",
}
TEXTS = ["The film was dull, but in the end fine.", "Our dinner was warm, but in the end cold.", ""]


def still(settings: Any, run_dir: Path, **data: Any) -> Any:
    """The settings of a run that begins from another one and hardly moves its weights."""
    train = replace(settings.train, max_epochs=1, lr=1e-12, weight_decay=0.0, monitor="loss")
    return replace(
        settings, run_dir=str(run_dir), init_from=settings.run_dir, train=train, data=replace(settings.data, **data),
        model=type(settings.model)(),
    )  # fmt: skip


def test_each_task_begins_where_the_other_model_ended(
    tiny_run: TranslateSettings,
    review_run: ClassifySettings,
    notice_run: SummarizeSettings,
    story_run: GenerateSettings,
    name_run: TagSettings,
    tmp_path: Path,
) -> None:
    """Sizes are taken over though the recipe has others, and nothing of the answers changes."""
    probes: dict[Any, Callable[[Any], Any]] = {
        (Classifier, review_run): lambda model: model.logits(TEXTS),
        (Translator, tiny_run): lambda model: model.score(["the cat waits here."], ["die Katze wartet hier."]).numpy(),
        (Summarizer, notice_run): lambda model: model.score(["Last week [Mara] won."], ["MARA WINS"]).numpy(),
        (Tagger, name_run): lambda model: np.array([e.probability for e in model.tag("They saw Bonn with Dr Kim .")]),
        (CharRNN, story_run): lambda model: model.nats(model.alphabet.encode("Zoë: a dog sleeps.")),
    }
    for (kind, settings), probe in probes.items():
        new = still(settings, tmp_path / settings.task)
        verbs.train(new)
        found = kind.from_pretrained(new.run_dir)
        assert found.settings.hidden_size == settings.model.hidden_size
        before, after = probe(kind.from_pretrained(settings.run_dir)), probe(found)
        assert np.abs(after - before).max() < 1e-3, settings.task


def weights_of(run_dir: str | Path) -> dict[str, torch.Tensor]:
    return load_file(Path(run_dir) / "model.safetensors")


@pytest.fixture(scope="module")
def labels_run(review_settings: ClassifySettings, tmp_path_factory: pytest.TempPathFactory) -> MultiLabelSettings:
    """A run of several labels, on the small reviews."""
    settings = MultiLabelSettings(
        run_dir=str(tmp_path_factory.mktemp("runs") / "labels"),
        data=MultiLabelDataSettings(path=review_settings.data.path),
        text=review_settings.text,
        model=review_settings.model,
        train=MultiLabelTrainSettings(max_epochs=1, batch_size=16, lr=2e-2, precision="fp32", device="cpu"),
    )
    verbs.train(settings)
    return settings


def write_corpus(folder: Path, good: str) -> Path:
    folder.mkdir(exist_ok=True)
    labels = {"fine": good, "splendid": good, "dull": "bad", "so": "meh", "it": "meh"}
    things = ("A ship", "My aunt", "Zeno", "This tree")
    rows = [(f"{thing} was {word} indeed.", label) for thing in things for word, label in labels.items()]
    for name, part in (("train", rows * 2), ("validation", rows[::3]), ("test", rows[1::3])):
        (folder / f"{name}.csv").write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in part))
    return folder


def test_other_labels_have_a_new_last_layer(review_run: ClassifySettings, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "new", "good")
    new = still(review_run, tmp_path / "run", path=str(corpus))
    verbs.run(new)
    old, found = Classifier.from_pretrained(review_run.run_dir), Classifier.from_pretrained(new.run_dir)
    assert (old.labels, found.labels) == (("bad", "good"), ("bad", "good", "meh"))
    assert found.text.vocab.get_itos() == old.text.vocab.get_itos()
    weights, before = (
        load_file(Path(new.run_dir) / "model.safetensors"),
        load_file(Path(old.folder or "") / "model.safetensors"),
    )
    assert torch.allclose(weights["output.weight"][:2], before["output.weight"], atol=1e-6)
    assert torch.allclose(found.model.embedding.weight, old.model.embedding.weight, atol=1e-6)
    card = (tmp_path / "run" / "README.md").read_text(encoding="utf-8")
    assert "began with the text pipeline and the weights of" in card and Path(review_run.data.path).name in card


@pytest.mark.parametrize("task", list(RECIPES))
def test_a_run_that_began_from_another_one_is_resumed_to_the_bit(
    task: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = request.getfixturevalue(RUNS[task])
    # With other labels the new last layer is drawn at random.
    data = {"path": str(write_corpus(tmp_path / "new", "fair"))} if task in ("classify", "multilabel") else {}
    train = replace(first.train, max_epochs=2, lr=first.train.lr / 10, resume_every_steps=2, monitor="loss")
    whole = replace(still(first, tmp_path / "whole", **data), train=train)
    verbs.train(whole)
    stopped, steps, step = replace(whole, run_dir=str(tmp_path / "stopped")), [0], loop.train_step

    def interrupted(*arguments: Any) -> float:
        steps[0] += 1
        if steps[0] == 4:
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(loop, "train_step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            verbs.train(stopped)
    verbs.train(stopped)
    models, before = [weights_of(run.run_dir) for run in (whole, stopped)], weights_of(first.run_dir)
    assert all(torch.equal(models[0][name], models[1][name]) for name in models[0])
    assert models[0].keys() == models[1].keys() == before.keys()
    assert not all(torch.equal(models[0][name], before[name]) for name in before)


def test_another_start_is_another_training(
    review_run: ClassifySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nlpseq")
    first = replace(review_run, run_dir=str(tmp_path / "first"), train=replace(review_run.train, max_epochs=1))
    verbs.train(first)
    new = still(first, tmp_path / "new")
    verbs.train(new)
    caplog.clear()
    verbs.train(new)
    assert "trained already" in caplog.text
    verbs.train(replace(first, train=replace(first.train, max_epochs=1, lr=0.01)))
    caplog.clear()
    verbs.train(new)
    assert "trained already" not in caplog.text and "the weights are those of" in caplog.text


def test_mistakes_are_named(review_run: ClassifySettings, tiny_run: TranslateSettings, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="init_from: .*: a run of the task translate, not classify"):
        start_of(replace(review_run, init_from=tiny_run.run_dir))
    with pytest.raises(UserError, match="init_from: runs/none: no such run folder"):
        begun(replace(review_run, init_from="runs/none"))
    with pytest.raises(UserError, match="init_from gives the network its start; set pretrain.max_epochs to 0"):
        replace(review_run, init_from="x", pretrain=replace(review_run.pretrain, max_epochs=1))
    with pytest.raises(UserError, match="init_from is empty; name a run to begin from"):
        replace(review_run, init_from=" ")
    (tmp_path / "config.json").write_text(json.dumps({"task": "classify", "model": {"hidden_size": "x"}}))
    with pytest.raises(UserError, match="config.json: missing or damaged"):
        begun(replace(review_run, init_from=str(tmp_path)))
    assert begun(review_run) is review_run
