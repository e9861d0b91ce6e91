"""The linear model keeps what it learnt: saved and loaded it scores the same, for two classes and for more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from nlpseq.errors import UserError
from nlpseq.models.nb_svm import NbSvm
from nlpseq.text.words import words_and_marks

TEXTS = ["not good at all", "good, not bad", "not bad", "bad, really bad", "it was so-so", "so-so I think"]


@pytest.mark.parametrize("characters", [False, True], ids=["words", "characters too"])
@pytest.mark.parametrize("labels", [[0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 2, 2]], ids=["two classes", "three"])
def test_saved_and_loaded_it_scores_the_same(labels: list[int], characters: bool, tmp_path: Path) -> None:
    classes = max(labels) + 1
    model = NbSvm.fit(TEXTS, labels, num_classes=classes, characters=characters, max_features=1 << 12)
    scores = model.scores([*TEXTS, "", "漢字 never seen"])
    assert scores.shape == (8, classes) and scores[:6].argmax(1).tolist() == labels
    if classes == 2:
        np.testing.assert_allclose(scores.sum(1), 0.0, atol=1e-6)
    model.save(tmp_path / "ngrams.safetensors")
    found = NbSvm.load(tmp_path / "ngrams.safetensors", num_classes=classes)
    assert (found.num_features, found.num_classes, found.characters) == (1 << 12, classes, characters)
    np.testing.assert_array_equal(found.scores([*TEXTS, "", "漢字 never seen"]), scores)


@pytest.mark.parametrize("characters", [False, True], ids=["words", "characters too"])
@pytest.mark.parametrize("labels", [[0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 2, 2]], ids=["two classes", "three"])
def test_what_words_give_adds_up_to_the_scores(labels: list[int], characters: bool) -> None:
    """So few columns that n-grams collide, and n-grams that stand twice in a text: each column counts once."""
    model = NbSvm.fit(TEXTS, labels, num_classes=max(labels) + 1, characters=characters, max_features=1 << 5)
    for text in [*TEXTS, "bad bad bad bad", "İSTANBUL: good!", "", "good 漢字 good 漢字"]:
        words, scores = model.word_scores(text)
        assert [text[start:end] for start, end in words] == words_and_marks(text)
        np.testing.assert_allclose(scores.sum(0) + model.class_biases, model.scores([text])[0], atol=1e-5)


def test_characters_and_ends_see_what_words_do_not() -> None:
    """An unseen form of a seen word, and where in the text a word stands."""
    texts, labels = ["he walked home", "she talked much", "he is walking", "she was talking"], [0, 0, 1, 1]
    words, both = (NbSvm.fit(texts, labels, num_classes=2, characters=kind) for kind in (False, True))
    assert (words.scores(["jumped"]) == words.scores([""])).all()
    assert both.scores(["jumped", "jumping"]).argmax(1).tolist() == [0, 1]
    first = NbSvm.fit(["who is it", "it is who"], [0, 1], num_classes=2, characters=True)
    assert first.scores(["who was", "was who"]).argmax(1).tolist() == [0, 1]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ngrams.safetensors"
    with pytest.raises(UserError, match="no such file; train the run again"):
        NbSvm.load(path, num_classes=2)
    path.write_bytes(b"no weights")
    with pytest.raises(UserError, match=r"ngrams\.safetensors: damaged"):
        NbSvm.load(path, num_classes=2)


DAMAGE = {
    "other classes": {"sizes": np.array([16, 3])},
    "characters of a third kind": {"sizes": np.array([16, 2, 2])},
    "no columns": {"sizes": np.array([0, 2])},
    "a column beyond the last": {"columns": np.array([3, 16])},
    "a column before the first": {"columns": np.array([-1, 3])},
    "columns in disorder": {"columns": np.array([3, 3])},
    "more columns than memory": {"sizes": np.array([1 << 40, 2])},
    "weights of another shape": {"weights": np.zeros((2, 2), np.float32)},
    "weights of another type": {"weights": np.zeros((1, 2), np.float64)},
    "weights that are no numbers": {"weights": np.array([[1, np.nan]], np.float32)},
    "an infinite bias": {"biases": np.array([np.inf], np.float32)},
    "something more": {"more": np.zeros(1, np.float32)},
}


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_does_not_fit_together_is_refused(change: dict[str, np.ndarray], tmp_path: Path) -> None:
    path = tmp_path / "ngrams.safetensors"
    whole = {
        "columns": np.array([3, 5]), "weights": np.ones((1, 2), np.float32), "biases": np.zeros(1, np.float32),
        "sizes": np.array([16, 2]),
    }  # fmt: skip
    save_file(whole, path)
    assert NbSvm.load(path, num_classes=2).num_features == 16
    save_file(whole | {"sizes": np.array([16, 2, 1])}, path)
    assert NbSvm.load(path, num_classes=2).characters
    save_file(whole | change, path)
    with pytest.raises(UserError, match=r"ngrams\.safetensors: .*train"):
        NbSvm.load(path, num_classes=2)
