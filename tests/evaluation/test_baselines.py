"""Baselines against scikit-learn put together independently, and on texts where only word order tells."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from nlpseq.evaluation.baselines import Baseline, bag_of_words, majority, nb_svm
from nlpseq.text.words import words_and_marks

SUBJECTS = ["the film", "this play", "her book", "his song", "our show"]


def negated_reviews() -> tuple[list[str], list[int]]:
    """Two judgements a text, one negated: which one only the order tells."""
    texts, labels = [], []
    for subject, (good, bad) in itertools.product(SUBJECTS, [("good", "dull"), ("warm", "cold"), ("fresh", "stale")]):
        texts += [f"{subject} was not {good} but {bad}", f"{subject} was not {bad} but {good}"]
        labels += [0, 1]
    return texts, labels


def random_texts(number: int, *, seed: int, classes: int) -> tuple[list[str], list[int]]:
    """Texts of unequal length whose words lean towards their class; classes of unequal size."""
    rng = np.random.default_rng(seed)
    labels = np.minimum(rng.integers(classes + 1, size=number), classes - 1)
    texts = [
        " ".join(f"w{word}" for word in (rng.integers(12, size=rng.integers(1, 9)) + 3 * label)) for label in labels
    ]
    return texts, labels.tolist()


def test_majority_is_the_commonest_training_class() -> None:
    result = majority([2, 0, 2, 1], [2, 0, 1, 2, 2])
    assert (result.name, result.accuracy, result.predictions) == ("majority", 0.6, (2,) * 5)
    assert result.macro_f1 == pytest.approx(0.75 / 3)  # the mean of 0, 0 and 2 * 0.6 / 1.6
    assert majority([1, 0], [0]).predictions == (0,)


def test_bag_of_words_cannot_read_order_and_nb_svm_can() -> None:
    texts, labels = negated_reviews()
    train, test = slice(0, 24), slice(24, None)
    bag = bag_of_words(texts[train], labels[train], texts[test], labels[test])
    ngrams = nb_svm(texts[train], labels[train], texts[test], labels[test])
    assert bag.accuracy == 0.5 and ngrams.accuracy == 1.0
    assert bag.name != ngrams.name and bag.seconds > 0


def binary_ngrams(train: list[str], test: list[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    vectorizer = CountVectorizer(ngram_range=(1, 3), binary=True, tokenizer=words_and_marks, token_pattern=None)
    return vectorizer.fit_transform(train).toarray(), vectorizer.transform(test).toarray()


def test_nb_svm_without_the_machine_is_naive_bayes() -> None:
    (texts, labels), (others, truth) = (random_texts(number, seed=number, classes=2) for number in (61, 37))
    train, test = binary_ngrams(texts, others)
    bayes = MultinomialNB().fit(train, labels).predict(test)
    assert nb_svm(texts, labels, others, truth, beta=0.0).predictions == tuple(bayes.tolist())


def test_nb_svm_without_interpolation_is_a_machine_on_scaled_features() -> None:
    (texts, labels), (others, truth) = (random_texts(number, seed=number, classes=2) for number in (61, 37))
    train, test = binary_ngrams(texts, others)
    is_one = np.array(labels) == 1
    p, q = 1 + train[is_one].sum(axis=0), 1 + train[~is_one].sum(axis=0)
    ratios = np.log((p / p.sum()) / (q / q.sum()))
    machine = LinearSVC(C=0.1, random_state=0, max_iter=10_000).fit(train * ratios, labels)
    assert nb_svm(texts, labels, others, truth, beta=1.0).predictions == tuple(machine.predict(test * ratios).tolist())


def test_several_classes_with_gaps_in_their_numbers() -> None:
    (texts, labels), (others, truth) = (random_texts(number, seed=number, classes=3) for number in (151, 53))
    numbers = np.array([0, 4, 9])
    for baseline in (bag_of_words, nb_svm):
        result = baseline(texts, numbers[labels].tolist(), others, numbers[truth].tolist())
        assert set(result.predictions) == {0, 4, 9}
        assert result.accuracy > majority(labels, truth).accuracy + 0.1
        again = baseline(texts, numbers[labels].tolist(), others, numbers[truth].tolist())
        assert again.predictions == result.predictions


def test_few_features_still_give_predictions() -> None:
    texts, labels = random_texts(40, seed=2, classes=2)
    for baseline in (bag_of_words, nb_svm):
        assert len(baseline(texts, labels, texts, labels, max_features=3).predictions) == 40


def test_scripts_without_spaces_are_read_by_character() -> None:
    train, labels = ["この映画は好き", "とても好きな本", "この映画は嫌い", "とても嫌いな本"], [1, 1, 0, 0]
    for baseline in (bag_of_words, nb_svm):
        assert baseline(train, labels, ["私は嫌い", "大好き"], [0, 1]).accuracy == 1.0


@pytest.mark.parametrize("baseline", [bag_of_words, nb_svm])
@pytest.mark.parametrize(
    ("texts", "labels", "predicted"),
    [
        (["a fine film", "a dull film", "x"], [3, 3, 3], 3),  # one class
        (["", " ", "\n"], [0, 1, 1], 1),  # no words
        (["good"], [7], 7),  # one text
    ],
)
def test_nothing_to_learn_gives_the_commonest_class(
    baseline: object, texts: list[str], labels: list[int], predicted: int
) -> None:
    assert callable(baseline)
    result = baseline(texts, labels, ["", "never seen"], [predicted, 5])
    assert isinstance(result, Baseline)
    assert (result.predictions, result.accuracy) == ((predicted, predicted), 0.5)


def test_texts_without_a_known_word_do_not_break() -> None:
    train, labels = ["good good", "good", "bad", "😀"], [1, 1, 0, 0]
    for baseline in (bag_of_words, nb_svm):
        result = baseline(train, labels, ["", "utterly new", "good", "😀"], [0, 0, 1, 0])
        assert result.predictions[2:] == (1, 0)


def test_a_test_class_unseen_in_training_counts_as_wrong() -> None:
    assert bag_of_words(["good", "bad"], [1, 0], ["good", "odd"], [1, 2]).accuracy == 0.5


@pytest.mark.parametrize(
    ("train", "labels", "test", "truth", "message"),
    [
        (["a", "b"], [1], ["c"], [0], "2 train texts but 1 labels"),
        (["a"], [1], ["c"], [0, 1], "1 test texts but 2 labels"),
        ([], [], ["c"], [0], "no train texts"),
        (["a"], [1], [], [], "no test texts"),
    ],
)
def test_bad_input(train: list[str], labels: list[int], test: list[str], truth: list[int], message: str) -> None:
    for baseline in (bag_of_words, nb_svm):
        with pytest.raises(ValueError, match=message):
            baseline(train, labels, test, truth)


def test_accuracy_is_a_plain_number() -> None:
    result = majority([0], [0, 1, 1])
    assert math.isclose(result.accuracy, 1 / 3) and type(result.accuracy) is float
    assert all(type(prediction) is int for prediction in result.predictions)
