"""A classifier of texts for scikit-learn: grid searches, pipelines and cross-validation, on raw text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from nlpseq.counting import counted
from nlpseq.data.labels import label_name
from nlpseq.errors import UserError
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.text.texts import as_texts

# The score is scikit-learn's affair: as little as can be is held out for one.
TEST_ROWS = 1


class TextClassifier(ClassifierMixin, BaseEstimator):
    """Texts in, labels out: a recurrent network that is trained as `nlpseq.Classifier.train` does it.

    X holds strings, y labels of any one kind. A tenth of the texts, at most 500, validates.

    Args:
        recipe: a recipe's file, or the name of one that comes with nlpseq; default: settings chosen from the data.
        minutes: budget of a training.
        settings: others by their names on the command line: `{"model.hidden_size": 256, "train.max_epochs": 3}`.
        run_dir: where the run stays; default: nowhere.
        random_state: seed of the training.
        verbose: log how it goes.

    Attributes:
        classes_: the labels, sorted.
        classifier_: the trained `nlpseq.Classifier`, whose `predict` explains, and whose `save_pretrained` keeps it.
    """

    classes_: np.ndarray
    classifier_: Classifier

    def __init__(
        self,
        *,
        recipe: str | Path | None = None,
        minutes: float | None = None,
        settings: Mapping[str, Any] | None = None,
        run_dir: str | Path | None = None,
        random_state: int = 1,
        verbose: bool = False,
    ) -> None:
        self.recipe = recipe
        self.minutes = minutes
        self.settings = settings
        self.run_dir = run_dir
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any) -> TextClassifier:
        """Train on texts and their labels.

        Raises:
            UserError: unequal numbers of both, an item that is no text, or two labels that are written alike.
        """
        from nlpseq.tasks.learn import learn

        texts, labels = as_texts(X, name="X"), np.asarray(y)
        if len(texts) != len(labels):
            raise UserError(
                f"X holds {counted(len(texts), 'text')} and y {counted(len(labels), 'label')}; every text needs one"
            )
        self.classes_, places = np.unique(labels, return_inverse=True)
        names = [label_name("y", "y", label.item() if hasattr(label, "item") else label) for label in self.classes_]
        if len(set(names)) < len(names) or "" in names:
            raise UserError("y: labels that are missing, or written alike; give each class a name of its own")
        rows = [(text, names[place]) for text, place in zip(texts, places, strict=True)]
        settings = {"data.test_size": TEST_ROWS, "train.seed": self.random_state, **(self.settings or {})}
        with TemporaryDirectory(prefix="nlpseq-") as place:
            self.classifier_ = learn(
                "classify", rows, columns={"text": "text", "label": "label"}, recipe=self.recipe, minutes=self.minutes,
                run_dir=self.run_dir or Path(place) / "run", settings=settings, quiet=not self.verbose, evaluate=False,
            )  # fmt: skip
        # The network's labels have an order of their own.
        self._order = [self.classifier_.labels.index(name) for name in names]
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Calibrated probabilities (N, C) of `classes_`."""
        check_is_fitted(self)
        return self.classifier_.probabilities(as_texts(X, name="X"))[:, self._order]

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest label (N,) of each text."""
        shares = self.predict_proba(X)
        found: np.ndarray = self.classes_[shares.argmax(axis=1)]
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags
