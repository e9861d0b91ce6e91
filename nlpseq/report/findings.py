"""The three sentences that matter of a run: what it is good at, where it fails, what to do next; each from figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlpseq.report.facets import Facet
from nlpseq.report.plots.curves import Curves, points
from nlpseq.report.scores import BaselineScores, ScoreKind, best_baseline, clearly

GOOD, FAILS, NEXT = "Good at", "Fails at", "Next"
EARLY, RISEN = 0.7, 1.02  # of the training, and of the lowest validation loss: what overfitting looks like


def findings(
    facets: Sequence[Facet],
    *,
    good: str = "",
    fails: str = "",
    advice: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """Named sentences.

    Args:
        facets: scores over groups; the group that is surely the farthest above, or below, is told of.
        good, fails: what is said where no group stands out.
        advice: what could be done next, the most pressing first; empty sentences are passed over.
    """
    led = [(facet.lead(bar), facet, bar) for facet in facets for bar in facet.rows]
    _, best, best_bar = max(led, key=lambda one: one[0], default=(0.0, None, None))
    _, worst, worst_bar = min(led, key=lambda one: one[0], default=(0.0, None, None))
    if best is not None and best_bar is not None and best.lead(best_bar) > 0:
        good = best.sentence(best_bar)
    if worst is not None and worst_bar is not None and worst.lead(worst_bar) < 0:
        fails = worst.sentence(worst_bar)
    found = [
        (GOOD, good or "no group of items, by length or by words, is surely better than the others"),
        (FAILS, fails or "no group of items, by length or by words, is surely worse than the others"),
        (NEXT, next((each for each in advice if each), _NOTHING)),
    ]
    return [(name, f"{sentence[0].upper()}{sentence[1:]}.") for name, sentence in found]


_NOTHING = (
    "nothing in these figures points at one thing; nlpseq search tries settings, and more training text seldom harms"
)


def behind_baseline(score: ScoreKind, metrics: Mapping[str, Any], baselines: Sequence[BaselineScores]) -> str:
    """What to do where a simple method is as good; empty where the model is clearly better.

    >>> accuracy = ScoreKind("accuracy", "Accuracy", "", "", scale=100, unit="%")
    >>> behind_baseline(accuracy, {"accuracy": 0.7}, [BaselineScores("NB-SVM", {"accuracy": 0.8})])[:50]
    'look at the data and the settings first: the basel'
    """
    best = best_baseline(score, baselines)
    if best is None or clearly(score, metrics, best.scores[score.key]) > 0:
        return ""
    return (
        f"look at the data and the settings first: the baseline {best.name} reaches "
        f"{score.show(best.scores[score.key])} and the model does not clearly beat it, as with too few texts or too "
        "short a training"
    )


def of_the_curves(curves: Curves) -> str:
    """What the learning curves ask for: more training, or less learning by heart; empty where neither shows.

    >>> import numpy as np
    >>> of_the_curves({"step": np.array([1.0, 2.0, 3.0]), "val_loss": np.array([3.0, 2.0, 1.5])})[:40]
    'train longer: the validation loss was st'
    """
    time, loss = points(curves, "val_loss")
    if len(loss) < 2:
        return ""
    best = int(loss.argmin())
    if best == len(loss) - 1 and loss[-1] < 0.995 * loss[-2]:
        return (
            f"train longer: the validation loss was still falling when the training ended, from {loss[-2]:.3g} to "
            f"{loss[-1]:.3g}; a larger train.max_epochs goes on from there"
        )
    if time[best] < EARLY * time[-1] and loss[-1] > RISEN * loss[best]:
        _, train = points(curves, "train_loss")
        fell = f" while the training loss fell to {train[-1]:.3g}" if len(train) else ""
        return (
            f"hold it from learning by heart: the validation loss rose from {loss[best]:.3g} to {loss[-1]:.3g}{fell}; "
            "a larger model.dropout, a smaller network or more text"
        )
    return ""


def of_unknown_words(facets: Sequence[Facet]) -> str:
    """What to do where unknown words cost much; empty where they do not."""
    for facet in facets:
        if "not have" in facet.title and facet.rows and facet.lead(facet.rows[-1]) < 0:
            worst, shown = facet.rows[-1], facet.bars()
            return (
                f"more text of this kind, subwords or word vectors: {facet.phrased(worst)} get "
                f"{shown.show(worst.value)} {facet.header[2]} against {shown.show(facet.overall)} over all"
            )
    return ""
