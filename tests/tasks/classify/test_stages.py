"""The verbs prepare, train and evaluate of a classification: what they write, and what a second call does again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlpseq.config import ClassifySettings, LabelledDataSettings
from nlpseq.errors import UserError
from nlpseq.evaluation import baselines
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import run_settings
from nlpseq.tasks import verbs
from nlpseq.tasks.classify.calibrate import calibrate
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.classify.outputs import read_predictions
from nlpseq.tasks.evaluate import evaluate


@pytest.fixture
def copied_run(review_run: ClassifySettings, tmp_path: Path) -> ClassifySettings:
    """A finished run that a test may change."""
    shutil.copytree(review_run.run_dir, tmp_path / "run")
    return replace(review_run, run_dir=str(tmp_path / "run"))


def test_a_run_folder_explains_itself(review_run: ClassifySettings) -> None:
    run_dir = Path(review_run.run_dir)
    for name in ("config.json", "settings.yaml", "model.safetensors", "curves.csv", "report.html", "report.md"):
        assert (run_dir / name).stat().st_size > 0, name
    assert run_settings(run_dir, ClassifySettings) == review_run
    metrics = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["texts"] == 20 and metrics["accuracy"] > 0.85
    assert np.sum(metrics["confusion"]) == 20
    names = {baseline["name"]: baseline["accuracy"] for baseline in metrics["baselines"]}
    assert len(names) == 3 and 0.4 <= names["majority"] <= 0.6
    assert names["bag of words"] < metrics["accuracy"]
    labels, predictions = saved_corpus(run_dir)["test"]["label"], read_predictions(run_dir, 20)
    right = [label == found.label for label, found in zip(labels, predictions, strict=True)]
    assert np.mean(right) == pytest.approx(metrics["accuracy"], abs=1e-6)
    assert (run_dir / "resume.ckpt").exists()  # more epochs go on from it
    assert {found.label for found in predictions} <= {"good", "bad"}
    assert all(0.5 <= found.probability <= 1 for found in predictions)


def test_the_label_mapping_stays_with_the_model(review_settings: ClassifySettings, tmp_path: Path) -> None:
    """Classes are numbered by value where they are numbers, and by name where they are not, whatever comes first."""
    for name in ("train", "validation", "test"):
        lines = [f"text {n},{label}" for n, label in enumerate([10, 2, -1, 10, 2, -1] * 3)]
        (tmp_path / f"{name}.csv").write_text("text,stars\n" + "\n".join(lines) + "\n")
    settings = replace(
        review_settings,
        run_dir=str(tmp_path / "run"),
        data=LabelledDataSettings(path=str(tmp_path)),
        train=replace(review_settings.train, max_epochs=1),
        baselines=False,
    )
    metrics = verbs.run(settings)
    assert Classifier.from_pretrained(tmp_path / "run").labels == ("-1", "2", "10")
    assert [entry["name"] for entry in metrics["classes"]] == ["-1", "2", "10"]
    assert "baselines" not in metrics


def test_the_same_command_again_does_nothing(copied_run: ClassifySettings, caplog: pytest.LogCaptureFixture) -> None:
    verbs.run(copied_run)
    caplog.set_level("INFO", logger="nlpseq")
    caplog.clear()
    before = {
        path: path.stat().st_mtime_ns for path in Path(copied_run.run_dir).rglob("*.json") if "data" not in path.parts
    }
    metrics = verbs.run(copied_run)
    assert metrics == evaluate(copied_run.run_dir)
    assert [line.split(":")[0] for line in caplog.messages[:3]] == [
        "prepared already", "trained already", "evaluated already",
    ]  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_baselines_are_kept_only_for_as_long_as_they_would_come_out_the_same(
    copied_run: ClassifySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(copied_run.run_dir) / "baselines.json"
    first = path.read_text(encoding="utf-8")
    shown = [base["name"] for base in json.loads(first)["baselines"]]

    def evaluated() -> list[str]:
        (Path(copied_run.run_dir) / "metrics.json").unlink()
        return [base["name"] for base in evaluate(copied_run.run_dir)["baselines"]]

    path.write_text(first.replace("majority", "kept"), encoding="utf-8")
    assert evaluated() == ["kept", *shown[1:]]
    for damage in ("[]", "{", first.replace('"majority"', "7"), first.replace('"name": "majority",', "")):
        path.write_text(damage, encoding="utf-8")
        assert evaluated() == shown
        assert json.loads(path.read_text(encoding="utf-8")).keys() == {"made_from", "baselines"}
    path.write_text(path.read_text(encoding="utf-8").replace("majority", "kept"), encoding="utf-8")
    monkeypatch.setattr(baselines, "VERSION", baselines.VERSION + 1)
    assert evaluated() == shown
    path.write_text(first.replace("majority", "kept"), encoding="utf-8")  # of the version before
    assert evaluated() == shown


def test_calibration_lowers_the_error_on_held_out_texts(
    review_settings: ClassifySettings, review_corpus: Path, tmp_path: Path
) -> None:
    """A fifth of the labels is wrong, and the model is made far too sure of itself."""
    for name in ("train", "validation", "test"):
        header, *lines = (review_corpus / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        noisy = [
            line if n % 5 else line.replace(",good", ",BAD").replace(",bad", ",good").replace(",BAD", ",bad")
            for n, line in enumerate(lines)
        ]
        assert sum(a != b for a, b in zip(lines, noisy, strict=True)) >= len(lines) // 5
        (tmp_path / f"{name}.csv").write_text("\n".join([header, *noisy]) + "\n", encoding="utf-8")
    settings = replace(
        review_settings, run_dir=str(tmp_path / "run"), data=LabelledDataSettings(path=str(tmp_path)), baselines=False
    )
    verbs.train(settings)
    run_dir = Path(settings.run_dir)
    classifier = Classifier.from_pretrained(run_dir)
    classifier.model.output.weight.data.mul_(30.0)
    classifier.model.output.bias.data.mul_(30.0)
    replace(classifier, temperature=1.0).save_pretrained(run_dir)
    calibrate(settings, saved_corpus(run_dir), run_dir)
    found = Classifier.from_pretrained(run_dir).temperature
    assert found > 3
    metrics = evaluate(run_dir)
    assert metrics["ece"] < metrics["ece_uncalibrated"]
    assert metrics["temperature"] == pytest.approx(found, abs=1e-4)


def test_other_text_is_scored_with_the_runs_own_labels(review_run: ClassifySettings, tmp_path: Path) -> None:
    before = (Path(review_run.run_dir) / "metrics.json").read_bytes()
    (tmp_path / "news.csv").write_text("text,label\nThe film was dull but in the end splendid.,good\nx,bad\n")
    other = LabelledDataSettings(path=str(tmp_path / "news.csv"))
    metrics = evaluate(review_run.run_dir, data=other)
    assert metrics["texts"] == 2
    assert evaluate(review_run.run_dir, split="validation")["texts"] == 21
    assert (Path(review_run.run_dir) / "metrics.json").read_bytes() == before
    (tmp_path / "news.csv").write_text("text,label\nGrand.,superb\nx,bad\n")
    with pytest.raises(UserError, match="the label 'superb' is not one that the model was trained on"):
        evaluate(review_run.run_dir, data=other)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,label\na,x\nb,x\nc,x\n", "x"),
        ("text,label\na,\nb,x\n", "label"),
        ("words\na\n", "words"),
        ("", "train.csv"),
    ],
)
def test_labels_that_cannot_be_learnt(
    review_settings: ClassifySettings, tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "train.csv").write_text(content)
    settings = replace(
        review_settings, run_dir=str(tmp_path / "run"),
        data=LabelledDataSettings(path=str(tmp_path), validation_size=1, test_size=1),
    )  # fmt: skip
    with pytest.raises(UserError, match=message):
        verbs.train(settings)


def test_missing_splits_are_held_out_by_class_shares(
    review_settings: ClassifySettings, review_corpus: Path, tmp_path: Path
) -> None:
    shutil.copy(review_corpus / "train.csv", tmp_path)
    data = LabelledDataSettings(path=str(tmp_path), validation_size=10, test_size=6)
    corpus = verbs.prepare(replace(review_settings, run_dir=str(tmp_path / "run"), data=data)).corpus
    assert {name: len(split) for name, split in corpus.items()} == {"train": 87, "validation": 10, "test": 6}
    assert corpus["test"]["label"][:].count("good") == 3 and corpus["validation"]["label"][:].count("good") == 5


def test_a_validation_split_that_is_tested_on_is_not_validated_on(
    review_settings: ClassifySettings, review_corpus: Path, tmp_path: Path
) -> None:
    for name in ("train", "validation"):
        shutil.copy(review_corpus / f"{name}.csv", tmp_path)
    data = LabelledDataSettings(path=str(tmp_path), validation_size=10, test="validation")
    corpus = verbs.prepare(replace(review_settings, run_dir=str(tmp_path / "run"), data=data)).corpus
    assert {name: len(split) for name, split in corpus.items()} == {"train": 93, "validation": 10, "test": 21}
    assert not set(corpus["test"]["text"]) & (set(corpus["validation"]["text"]) | set(corpus["train"]["text"]))


# ---- vectors, n-grams


@pytest.mark.parametrize("frozen", [False, True])
def test_word_vectors_start_the_embedding(
    frozen: bool, review_settings: ClassifySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    vectors = np.random.default_rng(0).normal(size=(3, 12))
    lines = [
        f"{word} {' '.join(f'{value:.5f}' for value in row)}"
        for word, row in zip(["film", "dull", "ship"], vectors, strict=True)
    ]
    (tmp_path / "vectors.txt").write_text("\n".join(lines) + "\n")
    settings = replace(
        review_settings,
        run_dir=str(tmp_path / "run"),
        text=replace(review_settings.text, vectors=str(tmp_path / "vectors.txt"), freeze_vectors=frozen),
        train=replace(review_settings.train, max_epochs=1, adversarial=0.2),
    )
    classifier = verbs.train(settings)
    assert "vectors.txt: " in caplog.text and "%" in caplog.text
    row = classifier.model.embedding.weight[classifier.text.vocab["film"]].detach().numpy()
    start = vectors[0] / np.linalg.norm(vectors[:2], axis=1).mean()
    assert np.allclose(row, start, atol=1e-5) == frozen
    wrong = replace(settings, model=replace(settings.model, embedding_dim=7), run_dir=str(tmp_path / "other"))
    with pytest.raises(UserError, match=r"vectors\.txt.*12.*7"):
        verbs.train(wrong)


def test_an_ensemble_weighs_n_grams_against_the_network(
    copied_run: ClassifySettings, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is trained anew; a network that knows nothing leaves it all to the n-grams, and the other way round."""
    caplog.set_level("INFO", logger="nlpseq")
    run_dir = Path(copied_run.run_dir)
    before = (run_dir / "model.safetensors").read_bytes()
    both = verbs.train(replace(copied_run, ensemble="nb_svm"))
    assert (run_dir / "model.safetensors").read_bytes() == before and "NB-SVM" in caplog.text
    assert both.ngrams is not None
    again = Classifier.from_pretrained(run_dir)
    texts = ["The film was dull, but in the end splendid.", "", "x"]
    np.testing.assert_allclose(again.probabilities(texts), both.probabilities(texts), atol=1e-12)
    logits, scores = both.logits(texts), both.ngrams.scores(texts)
    expected = np.exp(logits.astype(float) / both.temperature + both.ngram_weight * scores)
    np.testing.assert_allclose(both.probabilities(texts), expected / expected.sum(1, keepdims=True), atol=1e-6)
    metrics = evaluate(run_dir)
    assert metrics["ngram_weight"] == pytest.approx(both.ngram_weight, abs=1e-4)
    assert "Accuracy of the network alone" in (run_dir / "report.html").read_text(encoding="utf-8")
    alone = verbs.train(copied_run)
    assert alone.ngrams is None and evaluate(run_dir)["ngram_weight"] == 0.0
