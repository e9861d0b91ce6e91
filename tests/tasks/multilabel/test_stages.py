"""A run on texts with any number of labels, from a table of strings to labels in a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from nlpseq import MultiLabelClassifier
from nlpseq.cli import main
from nlpseq.config import (
    ClassifierSettings,
    ClassifierTextSettings,
    MultiLabelDataSettings,
    MultiLabelSettings,
    MultiLabelTrainSettings,
)
from nlpseq.data.batch import TextBatch
from nlpseq.errors import UserError
from nlpseq.evaluation.multilabel import uncalibrated
from nlpseq.models.classifier import ClassifierModel
from nlpseq.recipe import parse_recipe
from nlpseq.runs.explanations import read_explanations
from nlpseq.tasks import task_named, verbs
from nlpseq.tasks.check import check
from nlpseq.tasks.evaluate import evaluate
from nlpseq.tasks.multilabel.objective import LabelsObjective
from nlpseq.tasks.multilabel.outputs import LabelSets, explain_mistakes, read_labels, shown_mistakes, wrongness
from nlpseq.tasks.multilabel.report import report
from nlpseq.tasks.suggest import suggest

THINGS = {"rain": "weather", "snow": "weather", "soup": "food", "bread": "food", "song": "music", "drum": "music"}


def write_corpus(folder: Path) -> Path:
    """Sentences about none, one or two things, their labels parted by a bar."""
    rows = [("It is late today.", ""), ("Nobody came.", ""), ("So it goes.", "")] * 4
    for one, other in product([*THINGS, ""], repeat=2):
        named = {THINGS[thing] for thing in (one, other) if thing}
        rows.append((f"They had {one or 'none'} and then {other or 'nothing'}.", "|".join(sorted(named))))
    folder.mkdir()
    for name, part in (("train", rows), ("validation", rows[1::4]), ("test", rows[2::5])):
        lines = "".join(f'"{text}",{labels}\n' for text, labels in part)
        (folder / f"{name}.csv").write_text(f"text,labels\n{lines}")
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> MultiLabelSettings:
    folder = tmp_path_factory.mktemp("labelled")
    return MultiLabelSettings(
        run_dir=str(folder / "run"),
        data=MultiLabelDataSettings(path=str(write_corpus(folder / "corpus")), label_separator="|"),
        text=ClassifierTextSettings(min_freq=1),
        model=ClassifierSettings(
            embedding_dim=16, hidden_size=12, dropout=0.1, word_dropout=0.0, embedding_dropout=0.0
        ),
        train=MultiLabelTrainSettings(
            max_epochs=25, batch_size=8, lr=2e-2, warmup_steps=3, ema_decay=0.9, precision="fp32", device="cpu"
        ),
    )


@pytest.fixture(scope="module")
def run(settings: MultiLabelSettings) -> Iterator[Path]:
    verbs.run(settings)
    yield Path(settings.run_dir)


def test_a_run_learns_and_is_scored(run: Path, settings: MultiLabelSettings) -> None:
    metrics = json.loads((run / "metrics.json").read_text())
    assert metrics["micro_f1"] > 0.8 and metrics["texts"] == 12
    assert [row["name"] for row in metrics["classes"]] == ["food", "music", "weather"]
    assert set(metrics["thresholds"]) == {"food", "music", "weather"}
    assert [base["name"] for base in metrics["baselines"]] == ["the commonest labels", "bag of words"]
    found = read_labels(run, texts=12, labels=3)
    config = json.loads((run / "config.json").read_text())
    assert metrics["temperature"] == round(config["temperature"], 4) != 1
    assert 0 <= metrics["ece_interval"][0] <= metrics["ece"] <= metrics["ece_interval"][1] < 0.3
    assert (found.predicted == (found.probabilities >= list(metrics["thresholds"].values()))).all()
    page = (run / "report.md").read_text(encoding="utf-8")
    assert "with 1.3 of 3 labels a text, the model reaches" in page and "## Each label" in page
    assert "## Can its probabilities be believed?" in page and "| Labels that apply (%) |" in page
    assert evaluate(run, split="validation")["micro_f1"] > 0.8
    lines = task_named("multilabel").words.last_lines(run, metrics)
    assert lines[0].startswith("\n12 test texts") and any("; found " in line for line in lines)
    assert "any number of 3 labels" in (run / "README.md").read_text(encoding="utf-8")


def test_labels_are_those_above_their_thresholds(run: Path) -> None:
    labeller = MultiLabelClassifier.from_pretrained(run)
    both, none = labeller.predict(["They had soup and then snow.", "Nobody came."])
    assert set(both.labels) == {"food", "weather"} and none.labels == []
    assert both.probabilities["food"] > 0.5 > both.probabilities["music"]
    assert labeller.predict("They had soup and then snow.").labels == both.labels
    assert set(labeller.with_thresholds([0, 0, 0]).predict("x").labels) == {"food", "music", "weather"}
    columns = labeller.columns(["They had soup and then snow.", ""], everything=True)
    assert list(columns) == ["labels", "probability_food", "probability_music", "probability_weather"]


def test_a_saved_model_is_the_same(run: Path, tmp_path: Path) -> None:
    labeller = MultiLabelClassifier.from_pretrained(run)
    labeller.save_pretrained(tmp_path / "saved")
    again = MultiLabelClassifier.from_pretrained(tmp_path / "saved")
    texts = ["They had bread.", "A drum!"]
    assert again.thresholds == labeller.thresholds
    assert np.array_equal(again.probabilities(texts), labeller.probabilities(texts))
    config = json.loads((tmp_path / "saved" / "config.json").read_text())
    (tmp_path / "saved" / "config.json").write_text(json.dumps({**config, "thresholds": [0.5]}))
    with pytest.raises(UserError, match="1 thresholds for 3 labels"):
        MultiLabelClassifier.from_pretrained(tmp_path / "saved")


def test_what_calibrates_does_not_choose(run: Path) -> None:
    """The temperature is one for all, so that it moves probabilities and not their order."""
    labeller, texts = MultiLabelClassifier.from_pretrained(run), ["They had soup and then snow.", "They had a drum."]
    plain = replace(labeller, temperature=1.0)
    logits = labeller.logits(texts)
    assert np.allclose(plain.probabilities(texts), 1 / (1 + np.exp(-logits)))
    assert np.allclose(uncalibrated(labeller.probabilities(texts), labeller.temperature), plain.probabilities(texts))


def test_a_model_of_before_is_read_as_it_was(run: Path, tmp_path: Path) -> None:
    MultiLabelClassifier.from_pretrained(run).save_pretrained(tmp_path / "old")
    config = json.loads((tmp_path / "old" / "config.json").read_text())
    del config["temperature"]
    (tmp_path / "old" / "config.json").write_text(json.dumps(config))
    assert MultiLabelClassifier.from_pretrained(tmp_path / "old").temperature == 1.0
    (tmp_path / "old" / "config.json").write_text(json.dumps({**config, "temperature": 0}))
    with pytest.raises(UserError, match="temperature is 0"):
        MultiLabelClassifier.from_pretrained(tmp_path / "old")


def test_mistakes_are_explained(run: Path, settings: MultiLabelSettings, tmp_path: Path) -> None:
    """Of the label that is most wrong, given or left out."""
    labeller, texts = MultiLabelClassifier.from_pretrained(run), ["They had soup and then snow.", "Nobody came."]
    shares = labeller.probabilities(texts)
    truth = np.array([[True, True, True], [False, False, False]])
    found = LabelSets(truth, np.array([[True, False, False], [False, False, False]]), shares)
    assert shown_mistakes(found, texts) == ([0], []) and wrongness(found)[1].tolist() == [0, 0, 0]
    label = ["food", "music", "weather"][int(wrongness(found)[0].argmax())]
    explain_mistakes(tmp_path, labeller, texts, found)
    weights = read_explanations(tmp_path).weights
    assert list(weights) == [0] and [token for token, _ in weights[0]] == "they had soup and then snow .".split()
    expected = labeller.explain(texts[:1], [label])[0].weights
    assert [weight for _, weight in weights[0]] == pytest.approx(expected, abs=1e-6)
    page = replace(report(run), texts=texts, sets=found, explanations=read_explanations(tmp_path))
    fields = dict(page.sections()[0].blocks[1].fields)
    assert fields["Explained"] == f"{label}, which was left out wrongly ({shares[0, found.truth[0]].min():.1%})"
    assert "snow" in fields["Strongest"] or "soup" in fields["Strongest"]


def test_tables_and_commands(
    run: Path, settings: MultiLabelSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text("id,text\n1,They had soup and then snow.\n2,Nobody came.\n")
    assert main(["predict", str(run), str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.jsonl")]) == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [sorted(row["labels"]) for row in rows] == [["food", "weather"], []]
    assert main(["classify", str(run)]) == 2
    assert "a run of the task multilabel, not classify; use nlpseq multilabel for it" in capsys.readouterr().err
    other = replace(settings, run_dir=str(tmp_path / "other"), train=replace(settings.train, max_epochs=1))
    verbs.run(other)
    assert main(["compare", str(run), other.run_dir]) == 0
    assert main(["report", str(run), other.run_dir, "--out", str(tmp_path / "pair.html")]) == 0
    assert "F1" in capsys.readouterr().out


def test_through_a_pipe(run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import os
    import sys

    for words, expected in (([], ["weather", ""]), (["--json"], None)):
        reader, writer = os.pipe()
        os.write(writer, b"They had rain and then nothing.\nNobody came.\n")
        os.close(writer)
        with open(reader, encoding="utf-8") as piped, monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", piped)
            assert main(["multilabel", str(run), *words]) == 0
        lines = capsys.readouterr().out.splitlines()
        if expected:
            assert lines == expected
            continue
        rain, nobody = map(json.loads, lines)
        assert rain["labels"] == ["weather"] and nobody["explanations"] == {}
        assert list(rain["explanations"]) == ["weather"]
        weights = dict(rain["explanations"]["weather"]["tokens"])
        assert max(weights, key=weights.__getitem__) == "rain" and rain["explanations"]["weather"]["places"][0] == [
            0,
            4,
        ]


def test_a_suggestion_and_a_check(settings: MultiLabelSettings) -> None:
    found = parse_recipe(suggest("multilabel", settings.data))
    assert (found.task, found.data.label_separator) == ("multilabel", "|")
    assert check("multilabel", {"path": settings.data.path, "label_separator": "|"}).rows["train"] == 61


def test_from_python(settings: MultiLabelSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [(f"{thing} number {n}", [label] * (n % 3 > 0)) for thing, label in THINGS.items() for n in range(6)]
    small = {"model.hidden_size": 8, "model.embedding_dim": 8, "train.max_epochs": 1, "train.device": "cpu"}
    labeller = MultiLabelClassifier.train(rows, settings=small)
    assert labeller.labels == ("food", "music", "weather") and "micro_f1" in labeller.metrics
    begun = MultiLabelClassifier.train(rows, settings=small, init_from=labeller.run_dir)
    assert begun.text.vocab.get_itos() == labeller.text.vocab.get_itos()


def test_the_loss_is_that_of_each_label() -> None:
    torch.manual_seed(0)
    network = ClassifierModel(9, 3, embedding_dim=4, hidden_size=5).eval()
    labels = torch.tensor([[True, False, True], [False, False, False]])
    batch = TextBatch(torch.tensor([[5, 6, 7], [8, 0, 0]]), torch.tensor([3, 1]), labels)
    logits = network(batch.ids, batch.lengths)
    for smoothing in (0.0, 0.2):
        loss = LabelsObjective(smoothing)(network, batch)
        wanted = torch.where(labels, 1 - smoothing / 2, smoothing / 2)
        expected = -(wanted * F.logsigmoid(logits) + (1 - wanted) * F.logsigmoid(-logits)).sum()
        assert loss.total.item() == pytest.approx(expected.item(), rel=1e-5) and loss.count == 2
