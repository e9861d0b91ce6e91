"""Scores of tagged sentences: entities by seqeval, as conlleval counts them, and plain labels by scikit-learn.

Sentences are what the intervals resample, as the tokens and entities of one are not independent of each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.evaluation.bootstrap import Interval, bootstrap_interval, percentile_interval, resamples, rounded
from nlpseq.evaluation.classification import label_row
from nlpseq.evaluation.significance import Comparison, paired_bootstrap
from nlpseq.text.tag_scheme import OUTSIDE, Scheme, Span, convert_tags, scheme_spans, tag_spans

Tags = Sequence[Sequence[str]]
Outcome = Literal["right", "wrong_label", "wrong_border", "wrong_both", "missed", "invented"]
# What a mistake can be, beside being right.
MISTAKES: tuple[Outcome, ...] = ("wrong_label", "wrong_border", "wrong_both", "missed", "invented")
SAMPLES, SEED = 1000, 12345
# What tags of bare prefixes (B, I, O) name their spans in figures and tables.
UNNAMED = "entity"


class EntityOutcome(NamedTuple):
    """An entity of the reference and what was found in its place; no `ref` is invented, no `hyp` missed."""

    sentence: int
    outcome: Outcome
    ref: Span | None
    hyp: Span | None


def score_entities(
    refs: Tags,
    hyps: Tags,
    *,
    tokens: Sequence[Sequence[str]] | None = None,
    seen: Collection[tuple[str, ...]] = (),
    bootstrap_samples: int = SAMPLES,
    seed: int = SEED,
) -> dict[str, Any]:
    """Everything about the entities of a test set that belongs into `metrics.json`.

    Keys: `entity_precision`, `entity_recall` and `entity_f1`, 0 to 1, over all entities, right where label and borders
    are; `entity_f1_interval`, 95% [low, high], None where no resample differs; `labels`, a list of name, precision,
    recall, f1, support and predicted for each label; `mistakes`, how many entities of each kind of `MISTAKES` there
    are (see `entity_outcomes`); `label_confusion`, counts, a row for each label of the reference and one for none, a
    column for each predicted label and one for none; `seen` and `unseen`, precision, recall, f1 and support of the
    entities whose words are, and are not, among `seen`; the figures of `score_tokens`, without its `labels`;
    `entities`, `entity_signature`.

    Args:
        refs, hyps: the tags of each sentence, in any scheme but plain, not the same one of necessity.
        tokens: the words of each sentence; without them nothing is said on `seen`.
        seen: the words of each entity of the training text, see `entity_words`.

    Raises:
        ValueError: no sentences, or unequal numbers of sentences, tokens or tags.

    >>> scores = score_entities([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "O", "B-ORG"]])
    >>> scores["entity_f1"], scores["mistakes"]["wrong_label"], scores["token_accuracy"]
    (0.5, 1, 0.75)
    """
    _check(refs, hyps, tokens)
    outcomes = entity_outcomes(refs, hyps)
    counts = _counts(outcomes, len(refs), tokens, set(seen))
    of_sentences = counts.sum(1)
    draws = [_f1(of_sentences[picks].sum(0)) for picks in resamples(len(refs), bootstrap_samples, seed)]
    precision, recall, f1, _ = _by_seqeval(refs, hyps, average="micro")
    spans = [(_name(one.ref), _name(one.hyp)) for one in outcomes]
    labels = sorted({name for pair in spans for name in pair if name is not None})
    confusion = Counter(spans)
    predicted = Counter(hyp for _, hyp in spans)
    columns = _by_seqeval(refs, hyps, average=None) if labels else [()] * 4
    figures: dict[str, Any] = {
        "entity_precision": round(float(precision), 6),
        "entity_recall": round(float(recall), 6),
        "entity_f1": round(float(f1), 6),
        "entity_f1_interval": rounded(percentile_interval(draws), 6),
        "labels": [label_row(*row) for row in zip(labels, *columns, map(predicted.__getitem__, labels), strict=True)],
        "mistakes": {kind: sum(one.outcome == kind for one in outcomes) for kind in MISTAKES},
        "label_confusion": [[confusion[ref, hyp] for hyp in (*labels, None)] for ref in (*labels, None)],
        "entities": int(of_sentences[:, 2].sum()),
        "entity_signature": f"match:exact|spans:conlleval|bs:{bootstrap_samples}|seed:{seed}"
        f"|version:seqeval-{version('seqeval')}",
    }
    if tokens is not None:
        for name, (right, found, true) in zip(("unseen", "seen"), counts.sum(0).tolist(), strict=True):
            row = label_row(name, right / max(1, found), right / max(1, true), 2 * right / max(1, found + true), true)
            figures[name] = {key: row[key] for key in ("precision", "recall", "f1", "support")}
    # Tokens are compared by what they are in, and not by how it is written.
    bio = ([convert_tags(tags, "bio") for tags in side] for side in (refs, hyps))
    per_token = score_tokens(*bio, bootstrap_samples=bootstrap_samples, seed=seed)
    return figures | {name: per_token[name] for name in ("token_accuracy", "token_accuracy_interval", "tokens")}


def score_tokens(refs: Tags, hyps: Tags, *, bootstrap_samples: int = SAMPLES, seed: int = SEED) -> dict[str, Any]:
    """Everything about plain labels, such as parts of speech, that belongs into `metrics.json`.

    Keys: `token_accuracy` and `token_macro_f1`, 0 to 1, the latter the mean over all labels among references or
    predictions; `token_accuracy_interval` and `token_macro_f1_interval`, 95% [low, high], None where no resample
    differs; `labels`, a list of name, precision, recall, f1, support and predicted; `tokens`; `token_signature`.

    Raises:
        ValueError: no sentences, one without tokens, or unequal numbers of sentences or tags.

    >>> scores = score_tokens([["DET", "NOUN"], ["VERB", "NOUN"]], [["DET", "NOUN"], ["NOUN", "NOUN"]])
    >>> scores["token_accuracy"], round(scores["token_macro_f1"], 3)
    (0.75, 0.6)
    """
    import sklearn
    from sklearn.metrics import precision_recall_fscore_support

    _check(refs, hyps, None)
    names = sorted({tag for sentence in (*refs, *hyps) for tag in sentence})
    truths, guesses = _numbers(refs, names), _numbers(hyps, names)
    columns = precision_recall_fscore_support(truths, guesses, labels=np.arange(len(names)), zero_division=0.0)
    rows = zip(names, *columns, np.bincount(guesses, minlength=len(names)), strict=True)
    lengths = np.array([len(sentence) for sentence in refs])
    right = np.add.reduceat(truths == guesses, np.cumsum(lengths) - lengths, dtype=np.int64)
    accuracy = bootstrap_interval(right, lengths, samples=bootstrap_samples, seed=seed)
    macro = _macro_f1_interval(truths, guesses, lengths, samples=bootstrap_samples, seed=seed)
    return {
        "token_accuracy": round(float((truths == guesses).mean()), 6),
        "token_accuracy_interval": rounded(accuracy, 6),
        "token_macro_f1": round(float(columns[2].mean()), 6),
        "token_macro_f1_interval": rounded(macro, 6),
        "labels": [label_row(*figures) for figures in rows],
        "tokens": len(truths),
        "token_signature": f"average:macro|zero:0|bs:{bootstrap_samples}|seed:{seed}"
        f"|version:sklearn-{sklearn.__version__}",
    }


def span_counts(refs: Tags, hyps: Tags, scheme: Scheme) -> NDArray[np.int64]:
    """Right, predicted and true spans of each sentence, shape (N, 3); of plain tags each token is a span.

    >>> span_counts([["B-PER", "I-PER", "O"], ["O"]], [["B-PER", "O", "B-LOC"], ["O"]], "bio").tolist()
    [[0, 2, 1], [0, 0, 0]]
    """
    pairs = [[set(scheme_spans(tags, scheme)) for tags in pair] for pair in zip(refs, hyps, strict=True)]
    return np.array([[len(ref & hyp), len(hyp), len(ref)] for ref, hyp in pairs], dtype=np.int64)


def span_f1(refs: Tags, hyps: Tags, scheme: Scheme) -> float:
    """F1, 0 to 1, of the spans: of entities, or of plain tags, of which it is the accuracy.

    >>> span_f1([["DET", "NOUN"]], [["DET", "VERB"]], "plain")
    0.5
    """
    return _f1(span_counts(refs, hyps, scheme).sum(0))


def compare_tags(
    refs: Tags, hyps_a: Tags, hyps_b: Tags, scheme: Scheme, *, bootstrap_samples: int = SAMPLES, seed: int = SEED
) -> Comparison:
    """F1 of the spans of two taggers, see `span_f1`, by the paired bootstrap over the sentences.

    >>> found = compare_tags([["B-PER", "O"]] * 20, [["B-PER", "O"]] * 20, [["B-PER", "O"], ["O", "O"]] * 10, "bio")
    >>> found.score_a, round(found.score_b, 3), found.differ
    (1.0, 0.667, True)
    """
    counts = np.stack([span_counts(refs, hyps, scheme) for hyps in (hyps_a, hyps_b)])  # (2, N, 3)

    def scores(picks: NDArray[np.int64]) -> tuple[float, float]:
        of_a, of_b = counts[:, picks].sum(1)
        return _f1(of_a), _f1(of_b)

    measure = "accuracy" if scheme == "plain" else "entity F1"
    return paired_bootstrap(scores, items=len(refs), measure=measure, bootstrap_samples=bootstrap_samples, seed=seed)


def memory_tags(train: tuple[Tags, Tags], tokens: Sequence[Sequence[str]]) -> list[list[str]]:
    """What a memory makes of sentences: of each word the tag that it has most often in training, a pair (tokens, tags).

    A word that is not there is outside, or has the most frequent tag of all.

    >>> memory_tags(([["in", "Bonn"], ["in"]], [["O", "B-LOC"], ["O"]]), [["Bonn", "sings"]])
    [['B-LOC', 'O']]
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for words, tags in zip(*train, strict=True):
        for word, tag in zip(words, tags, strict=True):
            counts[word][tag] += 1
    most = {word: found.most_common(1)[0][0] for word, found in counts.items()}
    total = sum(counts.values(), Counter[str]())
    other = OUTSIDE if OUTSIDE in total else total.most_common(1)[0][0]
    return [[most.get(word, other) for word in sentence] for sentence in tokens]


def entity_outcomes(refs: Tags, hyps: Tags) -> list[EntityOutcome]:
    """What became of every entity, and what was invented, sentence by sentence in the order of the tokens.

    Each entity is in one outcome. Entities of the reference find their partners in this order, the first of several:
    the same one ("right"), the same tokens ("wrong_label"), some of its tokens with its label ("wrong_border"), some
    of its tokens ("wrong_both"). What is left is "missed" or "invented".

    >>> [found.outcome for found in entity_outcomes([["B-PER", "I-PER", "O"]], [["B-PER", "O", "B-LOC"]])]
    ['wrong_border', 'invented']
    """
    return [found for number, pair in enumerate(zip(refs, hyps, strict=True)) for found in _matched(number, *pair)]


def entity_words(tokens: Sequence[Sequence[str]], tags: Tags) -> set[tuple[str, ...]]:
    """The words of each entity.

    >>> entity_words([["in", "New", "York"]], [["O", "B-LOC", "I-LOC"]])
    {('New', 'York')}
    """
    pairs = zip(tokens, tags, strict=True)
    return {_words(sentence, span) for sentence, found in pairs for span in tag_spans(found)}


def _matched(sentence: int, ref_tags: Sequence[str], hyp_tags: Sequence[str]) -> list[EntityOutcome]:
    refs, hyps = tag_spans(ref_tags), tag_spans(hyp_tags)
    found = []
    for outcome, fits in _FITS:
        for ref in list(refs):
            hyp = next(filter(partial(fits, ref), hyps), None)
            if hyp is not None:
                found.append(EntityOutcome(sentence, outcome, ref, hyp))
                refs.remove(ref)
                hyps.remove(hyp)
    found += [EntityOutcome(sentence, "missed", ref, None) for ref in refs]
    found += [EntityOutcome(sentence, "invented", None, hyp) for hyp in hyps]
    return sorted(found, key=lambda one: (one.ref or one.hyp or Span(0, 0, "")).start)


def _overlap(ref: Span, hyp: Span) -> bool:
    return ref.start < hyp.end and hyp.start < ref.end


_FITS: tuple[tuple[Outcome, Callable[[Span, Span], bool]], ...] = (
    ("right", lambda ref, hyp: ref == hyp),
    ("wrong_label", lambda ref, hyp: ref[:2] == hyp[:2]),
    ("wrong_border", lambda ref, hyp: ref.label == hyp.label and _overlap(ref, hyp)),
    ("wrong_both", _overlap),
)


def _check(refs: Tags, hyps: Tags, tokens: Sequence[Sequence[str]] | None) -> None:
    if not refs or len(refs) != len(hyps) or (tokens is not None and len(tokens) != len(refs)):
        raise ValueError(f"{len(hyps)} tagged sentences for {len(refs)} references: there must be one for each")
    for number, (ref, hyp) in enumerate(zip(refs, hyps, strict=True)):
        words = ref if tokens is None else tokens[number]
        if not ref or not len(ref) == len(hyp) == len(words):
            raise ValueError(f"sentence {number}: {len(hyp)} tags and {len(ref)} references for {len(words)} tokens")


def _by_seqeval(refs: Tags, hyps: Tags, *, average: str | None) -> tuple[Any, ...]:
    """Precision, recall, F1 and support, over all entities or of each label in the order of their names."""
    from seqeval.metrics.sequence_labeling import precision_recall_fscore_support

    named = (
        [
            [tag if tag == OUTSIDE or "-" in tag else f"{tag}-{UNNAMED}" for tag in convert_tags(sentence, "bio")]
            for sentence in side
        ]
        for side in (refs, hyps)
    )
    figures: tuple[Any, ...] = precision_recall_fscore_support(*named, average=average, zero_division=0)
    return figures


def _name(span: Span | None) -> str | None:
    return None if span is None else span.label or UNNAMED


def _counts(
    outcomes: Sequence[EntityOutcome],
    sentences: int,
    tokens: Sequence[Sequence[str]] | None,
    seen: Collection[tuple[str, ...]],
) -> NDArray[np.int64]:
    """Right, predicted and true entities of each sentence, those whose own words are not seen and those that are.

    Shape: (N, 2, 3).
    """
    counts = np.zeros((sentences, 2, 3), dtype=np.int64)
    for one in outcomes:
        for place, span in ((0, one.hyp if one.outcome == "right" else None), (1, one.hyp), (2, one.ref)):
            if span is not None:
                known = tokens is not None and _words(tokens[one.sentence], span) in seen
                counts[one.sentence, int(known), place] += 1
    return counts


def _words(tokens: Sequence[str], span: Span) -> tuple[str, ...]:
    return tuple(tokens[span.start : span.end])


def _f1(counts: NDArray[np.int64]) -> float:
    right, predicted, true = counts.tolist()
    return 2 * right / max(1, predicted + true)


def _numbers(sentences: Tags, names: Sequence[str]) -> NDArray[np.int64]:
    """The number of each token's tag among the `names`, all sentences in one array."""
    number = {name: place for place, name in enumerate(names)}
    return np.array([number[tag] for sentence in sentences for tag in sentence], dtype=np.int64)


def _macro_f1_interval(
    truths: NDArray[np.int64], guesses: NDArray[np.int64], lengths: NDArray[np.int64], *, samples: int, seed: int
) -> Interval | None:
    """As in the score itself, a resample's mean is over the labels that are in it."""
    from scipy.sparse import csr_matrix

    sentences, labels = np.repeat(np.arange(len(lengths)), lengths), int(max(truths.max(), guesses.max())) + 1

    def counts(numbers: NDArray[np.int64], weights: NDArray[np.int64]) -> Any:
        return csr_matrix((weights, (numbers, sentences)), shape=(labels, len(lengths)))

    ones = np.ones_like(truths)
    right, named = counts(truths, (truths == guesses).astype(np.int64)), counts(truths, ones) + counts(guesses, ones)

    def draws() -> Iterator[float]:
        for picks in resamples(len(lengths), samples, seed):
            times = np.bincount(picks, minlength=len(lengths))
            both = named @ times  # (labels,)
            yield float((2 * (right @ times)[both > 0] / both[both > 0]).mean())

    return percentile_interval(list(draws()))
