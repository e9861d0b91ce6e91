"""Texts in, labels out: one each, in order, the same whatever their neighbours; weights that say why."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from nlpseq.config import ClassifierSettings, ClassifySettings
from nlpseq.errors import UserError
from nlpseq.models.weights import own_weights
from nlpseq.runs.length_batches import length_batches
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.text import build_pipeline

TEXTS = [
    "The film was dull, but in the end splendid.", "", "\t \n", "unheard-of wörds 漢字 \U0001f600", "fine " * 900,
    "The film was splendid, but in the end dull.", "\ud800 lone", "Our dinner", "x",
]  # fmt: skip


@pytest.fixture(scope="module")
def classifier(review_run: ClassifySettings) -> Classifier:
    return Classifier.from_pretrained(review_run.run_dir)


def test_it_has_learnt_what_no_bag_of_words_can_tell(classifier: Classifier) -> None:
    first, last = classifier.predict([TEXTS[0], TEXTS[5]])
    assert (first.label, last.label) == ("good", "bad")
    assert first.probability > 0.7 and first.probability == first.probabilities["good"]
    alone = classifier.predict(TEXTS[0])
    assert alone.label == first.label and alone.probabilities == pytest.approx(first.probabilities, abs=1e-6)


def test_each_text_has_one_prediction_whatever_its_neighbours(classifier: Classifier) -> None:
    together = classifier.probabilities(TEXTS)
    assert together.shape == (len(TEXTS), 2)
    np.testing.assert_allclose(together.sum(1), 1.0, atol=1e-12)
    for order in ([8, 0, 4, 2, 1, 7, 3, 6, 5], range(len(TEXTS))):
        alone = np.concatenate([classifier.probabilities([TEXTS[i]]) for i in order])
        np.testing.assert_allclose(alone, together[list(order)], atol=1e-6)
    np.testing.assert_allclose(together[1], together[2], atol=1e-6)  # both are one unknown word
    assert classifier.predict([]) == []


def test_long_texts_are_read_at_both_ends(classifier: Classifier) -> None:
    short = replace(classifier, max_length=4)
    text = "splendid splendid film film film film dull dull"
    for keep, read in (("head", "splendid splendid film film"), ("tail", "film film dull dull"),
                       ("both", "splendid splendid dull dull")):  # fmt: skip
        cut = replace(short, keep=keep)
        np.testing.assert_allclose(cut.probabilities([text]), classifier.probabilities([read]), atol=1e-6)
        assert [token for token, _ in cut.predict(text, explain=True).token_weights or []] == read.split()


def test_the_weights_name_the_words_that_decide(classifier: Classifier) -> None:
    for text, word, other in ((TEXTS[0], "splendid", "dull"), (TEXTS[5], "dull", "splendid")):
        weights = classifier.predict(text, explain=True).token_weights
        assert weights is not None
        assert [token for token, _ in weights] == classifier.text.tokenize(text)
        # What the words around them weigh hangs on the training, and that on the processor.
        assert dict(weights)[word] > 0 > dict(weights)[other]
    empty = classifier.predict(["", "fine"], explain=True)
    assert empty[0].token_weights == [] and len(empty[1].token_weights or []) == 1
    assert not classifier.model.training


@pytest.mark.parametrize(
    "column",
    [
        lambda texts: pd.Series(texts, index=[2, 0, 1]),
        lambda texts: pd.Series(texts, index=["x", "x", "y"]),
        lambda texts: np.array(texts),
        lambda texts: tuple(texts),
        lambda texts: iter(texts),
        lambda texts: (text for text in texts),
    ],
    ids=["shuffled index", "named index", "array", "tuple", "iterator", "generator"],
)
def test_whatever_holds_the_texts_each_gets_its_own_answer(classifier: Classifier, column: Any) -> None:
    texts = [TEXTS[0], TEXTS[5], "Our dinner was cold."]
    plain = classifier.predict(texts, explain=True)
    found = classifier.predict(column(texts), explain=True)
    assert [[token for token, _ in each.token_weights or []] for each in found] == [
        [token for token, _ in each.token_weights or []] for each in plain
    ]
    np.testing.assert_array_equal(classifier.logits(column(texts)), classifier.logits(texts))
    np.testing.assert_array_equal(classifier.probabilities(column(texts)), classifier.probabilities(texts))


def test_one_string_is_one_text(classifier: Classifier) -> None:
    assert classifier.logits("fine").shape == classifier.probabilities("fine").shape == (1, 2)
    np.testing.assert_array_equal(classifier.probabilities("fine"), classifier.probabilities(["fine"]))


@pytest.mark.parametrize("method", ["predict", "probabilities", "logits"])
@pytest.mark.parametrize("missing", [None, float("nan"), 3, b"fine"])
def test_what_is_no_text_is_named_by_its_place(classifier: Classifier, method: str, missing: object) -> None:
    with pytest.raises(UserError, match=r"texts\[1\] is "):
        getattr(classifier, method)(["fine", missing])


def test_what_is_printed_is_short(classifier: Classifier) -> None:
    assert repr(classifier) == f"Classifier(2 labels: bad, good; lstm, {len(classifier.text.vocab)} tokens)"
    found = classifier.predict("fine " * 300, explain=True)
    assert repr(found).endswith(", 300 token weights)") and len(repr(found)) < 90


def test_the_weights_add_up_to_the_log_odds(classifier: Classifier) -> None:
    """Trained without word dropout it is held against a text of empty words."""
    texts = [TEXTS[0], TEXTS[5], "Our dinner was cold.", "fine"]
    for text, prediction in zip(texts, classifier.predict(texts, explain=True), strict=True):
        logits = classifier.logits([text])[0] / classifier.temperature
        best = int(logits.argmax())
        length = len(classifier.text.tokenize(text))
        empty = torch.zeros(1, length, classifier.settings.embedding_dim)
        base = classifier.model.classify(empty, torch.tensor([length])).detach()[0].numpy() / classifier.temperature
        odds, before = (float(each[best] - each[1 - best]) for each in (logits, base))
        assert prediction.baseline == pytest.approx(before, abs=1e-4)
        assert sum(weight for _, weight in prediction.token_weights or []) == pytest.approx(odds - before, rel=0.02)


def test_saved_and_loaded_it_says_the_same(classifier: Classifier, tmp_path: Path) -> None:
    warm = replace(classifier, temperature=1.7)
    warm.save_pretrained(tmp_path)
    found = Classifier.from_pretrained(tmp_path)
    assert (found.labels, found.temperature, found.settings) == (warm.labels, 1.7, warm.settings)
    np.testing.assert_array_equal(found.probabilities(TEXTS), warm.probabilities(TEXTS))
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".json", ".md", ".safetensors"}
    # A temperature changes how sure it is, never the label.
    np.testing.assert_array_equal(found.logits(TEXTS).argmax(1), classifier.probabilities(TEXTS).argmax(1))


def test_running_means_of_batch_norm_are_saved(tmp_path: Path) -> None:
    pipeline = build_pipeline(["a b c d e f"], kind="basic_english", vocab_size=20)
    settings = ClassifierSettings(embedding_dim=6, hidden_size=4, norm="batch")
    one = Classifier.untrained(pipeline, settings, labels=["x", "y", "z"], max_length=9, keep="head")
    assert one.model.batch_norm is not None
    one.model.batch_norm.norm.running_mean.uniform_(-1, 1)
    one.save_pretrained(tmp_path)
    found = Classifier.from_pretrained(tmp_path)
    assert own_weights(found.model).keys() == own_weights(one.model).keys()
    one.model.eval()
    np.testing.assert_array_equal(found.logits(["a b", "c"]), one.logits(["a b", "c"]))


def test_batches_hold_every_row_once_within_their_budget() -> None:
    lengths = np.random.default_rng(0).integers(1, 900, 401).tolist() + [60_000]
    found = list(length_batches(lengths))
    assert sorted(np.concatenate(found).tolist()) == list(range(402))
    assert all(len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= 16_000 for batch in found)
    assert list(length_batches([])) == []


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda config: config.update(task="translate"), "a run of the task translate, not classify"),
        (lambda config: config.pop("labels"), r"config\.json: missing or damaged \('labels'\)"),
        (lambda config: config["model"].update(hidden=3), r"config\.json: missing or damaged"),
        (lambda config: config["labels"].append("third"), r"model\.safetensors: damaged, or of another model"),
    ],
)
def test_a_damaged_model_is_one_sentence(classifier: Classifier, tmp_path: Path, damage, message: str) -> None:
    classifier.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    damage(config)
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match=message):
        Classifier.from_pretrained(tmp_path)


def test_what_is_missing_is_named(classifier: Classifier, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such run folder"):
        Classifier.from_pretrained(tmp_path / "none")
    classifier.save_pretrained(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    with pytest.raises(UserError, match="damaged, or of another model"):
        Classifier.from_pretrained(tmp_path)
    weights.unlink()
    with pytest.raises(UserError, match="not there yet"):
        Classifier.from_pretrained(tmp_path)


def test_batches_on_several_threads_give_what_one_thread_gives(classifier: Classifier) -> None:
    texts = [
        f"The film was dull {'and cold ' * (n % 90)}, but in the end {'fine' if n % 2 else 'awful'}."
        for n in range(900)
    ]
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        many = classifier.logits(texts)
        assert torch.get_num_threads() == 3
        torch.set_num_threads(1)
        np.testing.assert_allclose(many, classifier.logits(texts), atol=1e-5)
    finally:
        torch.set_num_threads(before)


def test_a_cross_validation_is_called_one(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save_pretrained(tmp_path / "fold-1")
    with pytest.raises(UserError, match=r"a cross-validation; use one of its folds, as in .*fold-1$"):
        Classifier.from_pretrained(tmp_path)
