"""Labels over REST: texts in, all labels that apply to each out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nlpseq.answers.labels import Labellings, LabelSet
from nlpseq.serve.examples import examples_of
from nlpseq.serve.limits import Limits
from nlpseq.serve.messages import FINITE, STRICT, ModelName, Texts
from nlpseq.serve.refusals import TROUBLES
from nlpseq.serve.served import Route, ServedRun, chosen, in_batches


class LabelRequest(BaseModel):
    """Texts to label."""

    model_config = STRICT
    texts: Texts
    explain: Annotated[bool, Field(description="tell how much each token spoke for each label of its text")] = False
    model: ModelName = None


class LabelExplanation(BaseModel):
    """Why a text has a label."""

    model_config = FINITE
    token_weights: Annotated[
        list[tuple[str, float]], Field(description="by integrated gradients; above 0 it spoke for the label")
    ]
    residue: Annotated[
        float | None,
        Field(description="what the weights leave unexplained of the log-odds, where it is more than 2% of them"),
    ]


class Labels(BaseModel):
    """The labels of one text, the surest first, and the probability of every label."""

    model_config = FINITE
    labels: list[str]
    probabilities: dict[str, float]
    explanations: Annotated[
        dict[str, LabelExplanation] | None, Field(description="of each of its labels, if asked for")
    ] = None


class LabelAnswer(BaseModel):
    """The labels of each text, in the order of the texts."""

    model: str
    results: list[Labels]


def add(routes: APIRouter, runs: Sequence[ServedRun], limits: Limits) -> None:
    """Add the route `/multilabel`."""

    @routes.post("/multilabel", responses=TROUBLES)
    async def multilabel(body: LabelRequest, request: Request) -> LabelAnswer:
        """Give each text all labels that apply."""
        run = chosen(runs, "multilabel", body.model)
        found = await run.answers(body.texts, body.explain, request, limits)
        return LabelAnswer(model=run.name, results=[_labels(one) for one in found])


def _labels(found: LabelSet) -> Labels:
    if (explained := found.explanations) is None:
        return Labels(labels=found.labels, probabilities=found.probabilities)
    explanations = {
        label: LabelExplanation(token_weights=why.token_weights, residue=why.notable_residue)
        for label, why in explained.items()
    }
    return Labels(labels=found.labels, probabilities=found.probabilities, explanations=explanations)


def _label(labeller: Labellings, texts: list[str], explain: bool) -> list[LabelSet]:
    return labeller.predict(texts, explain=explain)


ROUTE = Route(
    does=lambda labeller: f"gives any number of {len(labeller.labels)} labels",
    examples=lambda folder, model: examples_of(folder, "text"),
    worker=in_batches(_label),
    add=add,
    request={"texts": ["Cold rain, and warm soup."], "explain": True},
    facts=lambda labeller: {"labels": list(labeller.labels)},
)
