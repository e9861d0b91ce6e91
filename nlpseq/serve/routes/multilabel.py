"""Labels over REST: texts in, all labels that apply to each out."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from pydantic import BaseModel

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
    model: ModelName = None


class Labels(BaseModel):
    """The labels of one text, the surest first, and the probability of every label."""

    model_config = FINITE
    labels: list[str]
    probabilities: dict[str, float]


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
        found = await run.answers(body.texts, None, request, limits)
        return LabelAnswer(model=run.name, results=[Labels(**vars(one)) for one in found])


def _label(labeller: Labellings, texts: list[str], options: None) -> list[LabelSet]:
    return labeller.predict(texts)


ROUTE = Route(
    does=lambda labeller: f"gives any number of {len(labeller.labels)} labels",
    examples=lambda folder, model: examples_of(folder, "text"),
    worker=in_batches(_label),
    add=add,
    request={"texts": ["Cold rain, and warm soup."]},
    facts=lambda labeller: {"labels": list(labeller.labels)},
)
