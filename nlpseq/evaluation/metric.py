"""Any score of nlpseq as a metric of the `evaluate` library, which needs neither the network nor a writable home.

To add a score: a function `(predictions, references, **options) -> dict` in this room, and a line in `SCORES`.
Importing this module imports `evaluate` and with it `datasets`, over a second.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any, NamedTuple

import datasets
import evaluate

from nlpseq.errors import UserError
from nlpseq.evaluation.classification import score_predictions
from nlpseq.evaluation.language_model import score_language_model
from nlpseq.evaluation.rouge import score_rouge
from nlpseq.evaluation.translation import score_bleu, score_chrf, score_ter, score_translations


class ScoreOf(NamedTuple):
    """A function that scores, and the kinds of lists, (predictions, references), that it takes."""

    score: Callable[..., dict[str, Any]]
    kinds: tuple[tuple[Any, Any], ...]


_TEXT, _NUMBER = datasets.Value("string"), datasets.Value("int64")
_ONE_REFERENCE = (_TEXT, _TEXT)
_REFERENCES = ((_TEXT, datasets.Sequence(_TEXT)), _ONE_REFERENCE)

SCORES = {
    "bleu": ScoreOf(score_bleu, _REFERENCES),
    "chrf": ScoreOf(score_chrf, _REFERENCES),
    "ter": ScoreOf(score_ter, _REFERENCES),
    "translation": ScoreOf(score_translations, _REFERENCES),
    "rouge": ScoreOf(score_rouge, (_ONE_REFERENCE,)),
    "classification": ScoreOf(score_predictions, ((_NUMBER, _NUMBER), _ONE_REFERENCE)),
    "language_model": ScoreOf(score_language_model, ((datasets.Value("float64"), _NUMBER),)),
}


def as_metric(name: str, *, keep_in_memory: bool = True, **options: Any) -> evaluate.Metric:
    """One of nlpseq's scores as an `evaluate.Metric`: `compute`, `add`, `add_batch`, `evaluate.combine`.

    Args:
        name: "bleu", "chrf", "ter" or "translation" (all three), of texts with one reference each or a list of them;
            "rouge", of texts with one reference each; "classification", of the numbers or names of classes;
            "language_model", of nats (predictions) and characters (references) of each chunk
        keep_in_memory: False keeps what was added in evaluate's cache on disk until it is scored
        options: of the function that scores, such as `bootstrap_samples` and `seed`, or BLEU's `tokenize`;
            `compute` takes them too

    Raises:
        UserError: no score has this name.
        ValueError: by `compute` or `add_batch`, where there is nothing to score.

    >>> import evaluate
    >>> both = evaluate.combine([as_metric("bleu", tokenize="none"), as_metric("chrf", bootstrap_samples=0)])
    >>> scores = both.compute(predictions=["a b c d"], references=[["a b c e", "a b c d"]])
    >>> scores["bleu"], scores["chrf2"], scores["bleu_signature"].split("|")[5]
    (100.0, 100.0, 'tok:none')
    """
    if name not in SCORES:
        near = difflib.get_close_matches(str(name), SCORES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(SCORES)}"
        raise UserError(f"no score is called {name!r}; {hint}")
    return _ScoreMetric(name, options, keep_in_memory=keep_in_memory)


class _ScoreMetric(evaluate.Metric):
    def __init__(self, name: str, options: dict[str, Any], **kept: Any) -> None:
        self._score, self._options = name, options
        super().__init__(**kept)

    @property
    def name(self) -> str:
        """What `evaluate.combine` puts before keys that two metrics share."""
        return self._score

    def add_batch(self, *, predictions: Any = None, references: Any = None, **inputs: Any) -> None:
        """Take a batch in, as `compute` does too."""
        if predictions is not None and not len(predictions):
            raise ValueError("there is nothing to score: predictions is empty")
        super().add_batch(predictions=predictions, references=references, **inputs)

    def _info(self) -> evaluate.MetricInfo:
        score, kinds = SCORES[self._score]
        description = (score.__doc__ or "").partition("\n")[0]
        features = [datasets.Features({"predictions": one, "references": other}) for one, other in kinds]
        return evaluate.MetricInfo(
            description=description,
            citation="",
            inputs_description=f"\n{description}\n",
            features=features if len(features) > 1 else features[0],
        )

    def _build_data_dir(self) -> str:
        # evaluate makes a folder under the home even for metrics that it keeps in memory: spare that.
        return "" if self.keep_in_memory else super()._build_data_dir()

    def _finalize(self) -> None:
        if self.writer is None:
            raise ValueError("there is nothing to score: no predictions were added")
        super()._finalize()

    def _compute(self, predictions: Any, references: Any, **options: Any) -> dict[str, Any]:
        return SCORES[self._score].score(predictions, references, **{**self._options, **options})
