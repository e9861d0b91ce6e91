"""Token weights: they add up to the log-odds of the label that is given, or say by how much they do not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from nlpseq.answers.classification import MANY_TEXTS, Prediction
from nlpseq.config import ClassifierSettings, ClassifySettings
from nlpseq.errors import UserError
from nlpseq.models import attribution
from nlpseq.models.nb_svm import NbSvm
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier
from nlpseq.text import build_pipeline

TEXTS = ["The film was dull, but in the end splendid.", "Our dinner: cold?", "fine", "never met, yet fine", "", '";:"']


@pytest.fixture(scope="module")
def classifier(review_run: ClassifySettings) -> Classifier:
    return Classifier.from_pretrained(review_run.run_dir)


def steep(*, labels: int = 2, pooling: str = "concat") -> Classifier:
    """A network that turns from one side to the other within a small part of the way to a text."""
    torch.manual_seed(3)
    words = build_pipeline(["the film was dull , but in the end splendid"], kind="basic_english", vocab_size=20)
    settings = ClassifierSettings(embedding_dim=12, hidden_size=10, pooling=pooling)  # type: ignore[arg-type]
    names = [f"l{number}" for number in range(labels)]
    classifier = Classifier.untrained(words, settings, labels=names, max_length=30, keep="both")
    with torch.no_grad():
        for weight in classifier.model.parameters():
            weight *= 4.0
        classifier.model.embedding.weight *= 6.0
    return replace(classifier, temperature=1.7)


def ngrams(labels: int) -> NbSvm:
    texts = ["a dull film", "splendid film", "so dull , so cold", "fine and splendid", "neither nor", "neither fine"]
    classes = [number % labels for number in (0, 1, 0, 1, 2, 2)]
    return NbSvm.fit(texts, classes, num_classes=labels, max_features=1 << 10)


def log_odds(prediction: Prediction) -> float:
    others = sum(share for label, share in prediction.probabilities.items() if label != prediction.label)
    return math.log(prediction.probability / others)


def parts(prediction: Prediction) -> tuple[float, float, float]:
    assert prediction.token_weights is not None
    assert prediction.baseline is not None and prediction.residue is not None
    return sum(weight for _, weight in prediction.token_weights), prediction.baseline, prediction.residue


@pytest.mark.parametrize("pooling", ["concat", "last", "attention"])
@pytest.mark.parametrize("labels", [2, 5])
def test_they_add_up_where_the_way_is_steep(labels: int, pooling: str) -> None:
    classifier = steep(labels=labels, pooling=pooling)
    for text, prediction in zip(TEXTS, classifier.predict(TEXTS, explain=True), strict=True):
        explained, baseline, residue = parts(prediction)
        assert explained + baseline + residue == pytest.approx(log_odds(prediction), abs=1e-4)
        assert abs(residue) <= max(0.02 * abs(log_odds(prediction) - baseline), 1e-4), text
        assert prediction.notable_residue is None


@pytest.mark.parametrize("labels", [2, 3])
def test_with_an_ensemble_they_explain_the_label_that_is_given(labels: int) -> None:
    """The network and the n-grams disagree, and the n-grams decide."""
    alone = steep(labels=labels)
    linear = ngrams(labels)
    both = replace(alone, ngrams=linear, ngram_weight=60.0, temperature=40.0)
    texts = ["a dull film", "splendid film", "fine and splendid, never met"]
    assert alone.probabilities(texts).argmax(1).tolist() != both.probabilities(texts).argmax(1).tolist()
    for text, prediction in zip(texts, both.predict(texts, explain=True), strict=True):
        explained, baseline, residue = parts(prediction)
        assert explained + baseline + residue == pytest.approx(log_odds(prediction), abs=1e-4)
        assert abs(residue) <= max(0.02 * abs(explained), 1e-4)
        label = both.labels.index(prediction.label)
        assert linear.scores([text])[0].argmax() == label and explained > 0
    weights = dict(both.predict("a dull film", explain=True).token_weights or [])
    assert max(weights, key=weights.__getitem__) == "dull" and weights["dull"] > 0


def test_the_shares_of_ngrams_are_exact_and_go_to_their_words() -> None:
    """A network that says nothing leaves the linear model alone."""
    silent = steep()
    with torch.no_grad():
        silent.model.output.weight.zero_()
    linear = ngrams(2)
    classifier = replace(silent, ngrams=linear, ngram_weight=2.0)
    text = 'A "dull", dull film: unseen'
    found = classifier.predict(text, explain=True)
    words, scores = linear.word_scores(text)
    side = 2.0 * (scores[:, classifier.labels.index(found.label)] * 2)  # against the other class
    expected = dict.fromkeys(("A", "dull", "film", "unseen"), 0.0)
    owner = "A"
    for (start, end), share in zip(words, side.tolist(), strict=True):
        owner = text[start:end] if text[start:end] in expected or text[start:end] == "," else owner
        expected[owner] = expected.get(owner, 0.0) + share
    weights: dict[str, float] = {}
    for (_, weight), (start, end) in zip(found.token_weights or [], found.token_spans or [], strict=True):
        weights[text[start:end]] = weights.get(text[start:end], 0.0) + weight
    assert weights == pytest.approx(expected, abs=1e-5)
    assert found.residue == pytest.approx(0.0, abs=1e-5)


def test_ngrams_read_what_the_network_does_not() -> None:
    classifier = replace(steep(), max_length=2, keep="tail")
    text = "dull splendid film"
    assert [token for token, _ in classifier.predict(text, explain=True).token_weights or []] == ["splendid", "film"]
    both = replace(classifier, ngrams=ngrams(2), ngram_weight=1.0).predict(text, explain=True)
    assert [token for token, _ in both.token_weights or []] == text.split()
    assert sum(parts(both)) == pytest.approx(log_odds(both), abs=1e-4)


def test_many_texts_have_the_ngrams_of_each() -> None:
    both = replace(steep(), ngrams=ngrams(2), ngram_weight=3.0)
    texts = [" ".join(text.split()[:length]) for text in TEXTS for length in range(12)]
    assert len(texts) > MANY_TEXTS
    many, alone = both.predict(texts), [both.predict(text) for text in texts]
    assert [each.probability for each in many] == pytest.approx([each.probability for each in alone], abs=1e-5)
    assert [each.unknown for each in many] == [each.unknown for each in alone]
    assert both.probabilities(texts).max(1) == pytest.approx([each.probability for each in alone], abs=1e-5)


def test_unknown_words_say_nothing_and_are_counted() -> None:
    classifier = steep()
    for text, unknown in (("zzz qqq", 1.0), ("", 1.0), ("zzz dull", 0.5), ("dull", 0.0)):
        found = classifier.predict(text, explain=True)
        assert found.unknown == unknown
        assert [weight for token, weight in found.token_weights or [] if token != "dull"] == pytest.approx(
            [0.0] * text.count("z" * 3) + [0.0] * text.count("q" * 3), abs=1e-9
        )
        if unknown == 1.0:
            assert found.baseline == pytest.approx(log_odds(found), abs=1e-4)


def test_what_does_not_add_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution, "MAX_POINTS", 11)
    found = steep().predict(TEXTS[:2], explain=True)
    assert any(prediction.notable_residue for prediction in found)
    for prediction in found:
        assert sum(parts(prediction)) == pytest.approx(log_odds(prediction), abs=1e-4)


def test_of_several_labels_each_is_explained_by_itself() -> None:
    one = steep(labels=3)
    parts = (one.model, one.text, one.settings, one.labels, one.max_length, one.keep)
    labeller = MultiLabelClassifier(*parts, thresholds=(0.0, 0.5, 0.5), temperature=1.7)
    texts = [text for text in TEXTS[:3] for _ in one.labels]
    logits = one.logits(TEXTS[:3]).ravel() / 1.7
    for logit, found in zip(logits, labeller.explain(texts, [*one.labels] * 3), strict=True):
        assert sum(found.weights) + found.baseline + found.residue == pytest.approx(logit, abs=1e-4)
        assert abs(found.residue) < 0.01
    for each in labeller.predict(TEXTS, explain=True):
        assert each.explanations is not None and list(each.explanations) == each.labels
    with pytest.raises(UserError, match="there is no label 'l9'; the labels are l0, l1, l2"):
        labeller.explain(["x"], ["l9"])


def test_the_spelling_of_the_writer_is_kept(classifier: Classifier) -> None:
    text = "FINE: the Film!"
    found = classifier.predict(text, explain=True)
    assert [text[start:end] for start, end in found.token_spans or []] == ["FINE", "the", "Film", "!"]


def test_nothing_of_the_network_is_changed(classifier: Classifier) -> None:
    classifier.model.train()
    try:
        classifier.predict(TEXTS, explain=True)
        assert all(module.training for module in classifier.model.modules())
        assert all(weight.grad is None for weight in classifier.model.parameters())
    finally:
        classifier.model.eval()


def test_neighbours_and_threads_change_nothing(classifier: Classifier) -> None:
    texts = [f"The film was dull {'and cold ' * (n % 9)}but fine" for n in range(40)]
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        together = classifier.predict(texts, explain=True)
    finally:
        torch.set_num_threads(before)
    for text, prediction in zip(texts[::13], together[::13], strict=True):
        alone = [weight for _, weight in classifier.predict(text, explain=True).token_weights or []]
        np.testing.assert_allclose(alone, [weight for _, weight in prediction.token_weights or []], atol=1e-3)
