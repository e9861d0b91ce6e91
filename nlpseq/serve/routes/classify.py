"""Classification over REST: texts in, the label of each out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nlpseq.answers.classification import Classifications, Prediction
from nlpseq.serve.examples import examples_of
from nlpseq.serve.limits import Limits
from nlpseq.serve.messages import FINITE, STRICT, ModelName, Texts
from nlpseq.serve.refusals import TROUBLES
from nlpseq.serve.served import Route, ServedRun, chosen, in_batches

# Of a classifier with more labels their number is said instead.
NAMED_LABELS = 4


class ClassifyRequest(BaseModel):
    """Texts to classify."""

    model_config = STRICT
    texts: Texts
    explain: Annotated[bool, Field(description="tell how much each token spoke for the label")] = False
    model: ModelName = None


class Classification(BaseModel):
    """The label of one text."""

    model_config = FINITE
    label: str
    probability: float
    probabilities: dict[str, float]
    token_weights: Annotated[
        list[tuple[str, float]] | None, Field(description="by integrated gradients; above 0 it spoke for the label")
    ]
    residue: Annotated[
        float | None,
        Field(description="what the weights leave unexplained of the log-odds, where it is more than 2% of them"),
    ] = None
    unknown: Annotated[float, Field(description="share of the text's tokens that the model does not know")] = 0.0


class ClassifyAnswer(BaseModel):
    """The label of each text, in the order of the texts."""

    model: str
    results: list[Classification]


def add(routes: APIRouter, runs: Sequence[ServedRun], limits: Limits) -> None:
    """Add the route `/classify`."""

    @routes.post("/classify", responses=TROUBLES)
    async def classify(body: ClassifyRequest, request: Request) -> ClassifyAnswer:
        """Label each text."""
        run = chosen(runs, "classify", body.model)
        found = await run.answers(body.texts, body.explain, request, limits)
        return ClassifyAnswer(model=run.name, results=[_classification(prediction) for prediction in found])


def _classification(prediction: Prediction) -> Classification:
    return Classification(
        label=prediction.label, probability=prediction.probability, probabilities=prediction.probabilities,
        token_weights=prediction.token_weights, residue=prediction.notable_residue, unknown=prediction.unknown,
    )  # fmt: skip


def _predict(classifier: Classifications, texts: list[str], explain: bool) -> list[Prediction]:
    return classifier.predict(texts, explain=explain)


def _does(classifier: Classifications) -> str:
    labels = classifier.labels
    return f"chooses among {', '.join(labels) if len(labels) <= NAMED_LABELS else f'{len(labels)} labels'}"


ROUTE = Route(
    does=_does,
    examples=lambda folder, model: examples_of(folder, "text"),
    worker=in_batches(_predict),
    add=add,
    request={"texts": ["Not bad at all."], "explain": True},
    facts=lambda classifier: {"labels": list(classifier.labels)},
)
