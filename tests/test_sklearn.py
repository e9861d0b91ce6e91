"""The estimator keeps to scikit-learn's rules, on texts."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks

from nlpseq.errors import UserError
from nlpseq.sklearn import TextClassifier

THINGS, WORDS = ["The film", "This book", "Our dinner"], {"fine": 10.0, "warm": 10.0, "dull": 9.0, "cold": 9.0}
ROWS = [(f"{thing} was {one}, in the end {two}.", WORDS[two]) for thing, one, two in product(THINGS, WORDS, WORDS)]
X, Y = np.array([text for text, _ in ROWS]), np.array([label for _, label in ROWS])
SMALL: dict[str, Any] = {
    "model.embedding_dim": 8, "model.hidden_size": 8, "train.max_epochs": 1, "train.precision": "fp32",
    "train.device": "cpu", "ensemble": "none",
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []  # no run stays


def test_fit_and_predict() -> None:
    settings = {**SMALL, "train.max_epochs": 25, "train.lr": 0.02, "train.patience": 0}
    model = TextClassifier(settings=settings).fit(pd.Series(X, index=range(9, 9 + len(X))), Y)
    assert model.classes_.tolist() == [9.0, 10.0] and model.classifier_.labels == ("9", "10")
    shares = model.predict_proba(X)
    assert shares.shape == (48, 2) and np.allclose(shares.sum(axis=1), 1)
    assert model.predict(X).tolist() == model.classes_[shares.argmax(axis=1)].tolist()
    assert model.score(X, Y) > 0.9
    assert (pickle.loads(pickle.dumps(model)).predict_proba(X) == shares).all()


@pytest.mark.parametrize(("labels", "kind"), [((True, False), np.bool_), (("b", "a"), np.str_), ((3, -1), np.int64)])
def test_labels_keep_their_kind(labels: tuple[Any, Any], kind: type) -> None:
    y = np.where(Y == 9, *labels)
    model = TextClassifier(settings=SMALL, recipe="classify").fit(X, y)
    assert model.classes_.tolist() == sorted(labels) and isinstance(model.predict(X[:1])[0], kind)


def test_a_grid_over_a_pipeline() -> None:
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    grid = {"textclassifier__settings": [{**SMALL, "train.lr": lr} for lr in (1e-3, 2e-2)]}
    search = GridSearchCV(make_pipeline(lower, TextClassifier()), grid, cv=2).fit(X, Y)
    assert len(search.cv_results_["params"]) == 2 and set(search.predict(["It was cold."])) <= {9.0, 10.0}


def test_clones_have_the_same_arguments_and_are_not_fitted() -> None:
    model = TextClassifier(minutes=2, settings={"train.lr": 1e-3}, run_dir="runs/x")
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        clone(model).predict(["a"])


@pytest.mark.filterwarnings("ignore:Can't test estimator")  # all checks of numbers, which texts are not
def test_scikit_learn_finds_nothing_wrong() -> None:
    estimator_checks.check_estimator(TextClassifier())
    for check in (
        estimator_checks.check_estimator_repr,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_estimator_tags_renamed,
    ):
        check("TextClassifier", TextClassifier())


def test_mistakes_are_named() -> None:
    with pytest.raises(UserError, match="X holds 48 texts and y 2 labels"):
        TextClassifier().fit(X, Y[:2])
    with pytest.raises(UserError, match=r"X\[0\] is of type int, not a string"):
        TextClassifier().fit([1, 2], [0, 1])
    with pytest.raises(UserError, match="y: labels that are missing, or written alike"):
        TextClassifier().fit(["a", "b"], ["x", " x"])
