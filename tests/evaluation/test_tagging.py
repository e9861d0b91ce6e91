"""Entities are counted as conlleval counts them, by hand; a mistake is of one kind; plain labels are scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from nlpseq.evaluation.bootstrap import resamples
from nlpseq.evaluation.tagging import (
    compare_tags,
    entity_outcomes,
    entity_words,
    memory_tags,
    score_entities,
    score_tokens,
    span_f1,
)

# Counted by hand as conlleval.pl does: (reference, prediction, right, found, true), sentences parted by "|".
CONLLEVAL = [
    ("B-PER I-PER O B-LOC", "B-PER I-PER O B-LOC", 2, 2, 2),
    ("B-PER I-PER O B-LOC", "B-PER O O B-LOC", 1, 2, 2),
    ("I-PER I-PER O I-LOC", "B-PER I-PER O B-LOC", 2, 2, 2),  # IOB1 and BIO of the same
    ("B-PER E-PER O S-LOC", "B-PER I-PER O B-LOC", 2, 2, 2),  # BIOES and BIO of the same
    ("B-PER I-PER", "B-PER I-LOC", 0, 2, 1),  # a new label begins a new entity
    ("O I-PER I-PER O", "O B-PER B-PER O", 0, 2, 1),
    ("I-PER B-PER | I-PER", "I-PER I-PER | I-PER", 1, 2, 3),  # B parts two of one label; so does the sentence's end
    ("B-PER I-PER I-PER", "O I-PER I-PER", 0, 1, 1),  # I alone begins one
    ("B-ORG I-ORG O O", "O O B-ORG I-ORG", 0, 1, 1),
    ("O O | O", "O O | O", 0, 0, 0),
    ("B-PER O", "O O", 0, 0, 1),
    ("O O", "B-PER O", 0, 1, 0),
    ("B I O B", "B I O O", 1, 1, 2),  # prefixes without labels
]


def sentences(text: str) -> list[list[str]]:
    return [part.split() for part in text.split("|")]


@pytest.mark.parametrize(("ref", "hyp", "right", "found", "true"), CONLLEVAL)
def test_scores_are_those_of_conlleval(ref: str, hyp: str, right: int, found: int, true: int) -> None:
    scores = score_entities(sentences(ref), sentences(hyp), bootstrap_samples=10)
    assert scores["entity_precision"] == pytest.approx(right / max(1, found), abs=1e-6)
    assert scores["entity_recall"] == pytest.approx(right / max(1, true), abs=1e-6)
    assert scores["entity_f1"] == pytest.approx(2 * right / max(1, found + true), abs=1e-6)
    assert scores["entities"] == true == sum(row["support"] for row in scores["labels"])
    assert found == sum(row["predicted"] for row in scores["labels"])
    total = sum(scores["mistakes"].values()) + right
    assert total == sum(map(sum, scores["label_confusion"])) == len(entity_outcomes(sentences(ref), sentences(hyp)))


@pytest.mark.parametrize("seed", range(5))
def test_seqeval_counts_what_the_outcomes_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    choices = ["O", "B-A", "I-A", "E-A", "S-A", "B-B-C", "I-B-C", "E-B-C", "S-B-C"]
    refs, hyps = ([list(rng.choice(choices, size=size)) for size in (9, 4, 1, 12)] for _ in "rh")
    found = entity_outcomes(refs, hyps)
    right = sum(one.outcome == "right" for one in found)
    true, predicted = (sum(one[place] is not None for one in found) for place in (2, 3))
    scores = score_entities(refs, hyps, bootstrap_samples=5)
    assert scores["entity_f1"] == pytest.approx(2 * right / (true + predicted), abs=1e-6)
    assert scores["entity_precision"] == pytest.approx(right / predicted, abs=1e-6)


def test_figures_of_each_label() -> None:
    refs = sentences("B-PER I-PER O B-LOC O B-ORG | B-LOC O B-LOC | O")
    hyps = sentences("B-PER I-PER O B-ORG O B-ORG | B-LOC O O | B-LOC")
    scores = score_entities(refs, hyps)
    rows = {row.pop("name"): row for row in scores["labels"]}
    assert rows == {
        "LOC": {"precision": 0.5, "recall": 0.333333, "f1": 0.4, "support": 3, "predicted": 2},
        "ORG": {"precision": 0.5, "recall": 1.0, "f1": 0.666667, "support": 1, "predicted": 2},
        "PER": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1, "predicted": 1},
    }
    assert scores["label_confusion"] == [[1, 1, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]
    assert scores["mistakes"] == {"wrong_label": 1, "wrong_border": 0, "wrong_both": 0, "missed": 1, "invented": 1}
    assert scores["token_accuracy"] == 0.7 and scores["tokens"] == 10
    low, high = scores["entity_f1_interval"]
    assert low < scores["entity_f1"] < high


@pytest.mark.parametrize(
    ("ref", "hyp", "outcomes"),
    [
        ("B-A I-A O", "B-A I-A O", "right"),
        ("B-A I-A O", "B-B I-B O", "wrong_label"),
        ("B-A I-A O", "O B-A I-A", "wrong_border"),
        ("B-A I-A O", "O B-B I-B", "wrong_both"),
        ("B-A I-A O", "O O O", "missed"),
        ("B-A I-A O", "O O B-A", "missed invented"),
        ("O O O", "O B-A B-B", "invented invented"),
        ("B-A I-A I-A", "B-A B-B B-A", "wrong_border invented invented"),  # one partner each
        ("B-A B-B B-A", "B-A I-A I-A", "wrong_border missed missed"),
        ("B-A I-A B-A", "B-B B-A B-A", "invented wrong_border right"),  # an exact partner goes first
        ("B-A I-A B-B", "B-B I-B I-B", "wrong_border missed"),  # a common label goes before
    ],
)
def test_every_entity_has_one_outcome(ref: str, hyp: str, outcomes: str) -> None:
    found = entity_outcomes([["O"], ref.split()], [["O"], hyp.split()])
    assert sorted(one.outcome for one in found) == sorted(outcomes.split())
    assert all(one.sentence == 1 for one in found)
    assert all((one.ref is None) == (one.outcome == "invented") for one in found)
    assert all((one.hyp is None) == (one.outcome == "missed") for one in found)


def test_entities_seen_in_training_and_others_are_scored_apart() -> None:
    train = [["New", "York", "and", "Rome"]]
    seen = entity_words(train, [["B-LOC", "I-LOC", "O", "B-LOC"]])
    assert seen == {("New", "York"), ("Rome",)}
    tokens = [["New", "York", "or", "Oslo", "or", "Rome", "or", "Bonn"]]
    refs, hyps = sentences("B-LOC I-LOC O B-LOC O B-LOC O B-LOC"), sentences("B-LOC I-LOC O B-PER O O O B-LOC")
    scores = score_entities(refs, hyps, tokens=tokens, seen=seen)
    assert scores["seen"] == {"precision": 1.0, "recall": 0.5, "f1": 0.666667, "support": 2}
    assert scores["unseen"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert "seen" not in score_entities(refs, hyps)


def random_tags(seed: int, labels: int = 5) -> list[list[str]]:
    rng = np.random.default_rng(seed)
    return [[f"T{tag}" for tag in rng.integers(labels, size=size)] for size in (3, 1, 7, 4, 2, 9, 5)]


def test_plain_labels_are_scored_by_their_definition() -> None:
    refs, hyps = random_tags(0), random_tags(1, labels=6)
    hyps = [[ref if place % 3 else hyp for place, (ref, hyp) in enumerate(zip(*pair, strict=True))]
            for pair in zip(refs, hyps, strict=True)]  # fmt: skip
    scores = score_tokens(refs, hyps, bootstrap_samples=200, seed=3)
    truths, guesses = sum(refs, []), sum(hyps, [])
    assert scores["token_accuracy"] == pytest.approx(np.mean(np.array(truths) == np.array(guesses)), abs=1e-6)
    macro_f1 = f1_score(truths, guesses, average="macro", zero_division=0)
    assert scores["token_macro_f1"] == pytest.approx(macro_f1, abs=1e-6)
    draws = []
    for picks in resamples(len(refs), 200, seed=3):
        ref, hyp = (sum((tags[pick] for pick in picks), []) for tags in (refs, hyps))
        draws.append(f1_score(ref, hyp, average="macro", zero_division=0))
    assert scores["token_macro_f1_interval"] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=1e-5)
    low, high = scores["token_accuracy_interval"]
    assert low < scores["token_accuracy"] < high
    assert sum(row["support"] for row in scores["labels"]) == 31 == scores["tokens"]


def test_all_right_and_one_sentence_have_no_interval() -> None:
    tags = sentences("B-A O | B-B I-B")
    scores = score_entities(tags, tags)
    assert scores["entity_f1"] == 1.0 and scores["entity_f1_interval"] is None
    assert score_tokens([["A", "B"]], [["A", "A"]])["token_macro_f1_interval"] is None


@pytest.mark.parametrize(
    ("refs", "hyps", "tokens", "message"),
    [
        ([], [], None, "0 references"),
        ([["O"]], [], None, "0 tagged sentences for 1"),
        ([["O"]], [["O"]], [], "1 references"),
        ([["O"], ["O", "O"]], [["O"], ["O"]], None, "sentence 1: 1 tags and 2 references"),
        ([["O"]], [["O"]], [["a", "b"]], "for 2 tokens"),
        ([[]], [[]], None, "sentence 0: 0 tags"),
    ],
)
def test_unequal_numbers_are_an_error(refs, hyps, tokens, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        score_entities(refs, hyps, tokens=tokens)


@pytest.mark.parametrize(("ref", "hyp", "right", "found", "true"), CONLLEVAL)
def test_the_quick_f1_is_that_of_the_scores(ref: str, hyp: str, right: int, found: int, true: int) -> None:
    assert span_f1(sentences(ref), sentences(hyp), "bio") == pytest.approx(2 * right / max(1, found + true))


def test_taggers_are_compared_sentence_by_sentence() -> None:
    refs = sentences("B-PER O | O B-LOC | B-PER I-PER | O O") * 10
    half = sentences("B-PER O | O O | B-PER I-PER | O O") * 10
    found = compare_tags(refs, half, refs, "bio")
    assert (found.score_a, found.score_b) == (pytest.approx(40 / 50), 1.0) and found.items == 40
    assert found.differ and found.interval is not None and found.interval.low > 0
    same = compare_tags(refs, half, half, "bio")
    assert same.difference == 0 and same.p_value == 1.0 and not same.differ
    plain = compare_tags([["A", "B"]] * 12, [["A", "A"]] * 12, [["A", "B"]] * 6 + [["B", "A"]] * 6, "plain")
    assert (plain.score_a, plain.score_b, plain.measure) == (0.5, 0.5, "accuracy")


def test_a_memory_gives_each_word_its_most_frequent_tag() -> None:
    train = ([["May", "in", "Bonn"], ["May", "May", "Bonn"]], [["B-PER", "O", "B-LOC"], ["O", "B-PER", "B-ORG"]])
    assert memory_tags(train, [["May", "Oslo"], ["Bonn"]]) == [["B-PER", "O"], ["B-LOC"]]
    assert memory_tags(([["a", "b", "b"]], [["DET", "VERB", "VERB"]]), [["c", "a"]]) == [["VERB", "DET"]]
