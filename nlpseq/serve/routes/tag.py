"""Tagging over REST: texts in, their tokens with tags and their entities out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nlpseq.answers.tagging import Tagged, Taggings
from nlpseq.counting import counted
from nlpseq.serve.examples import examples_of
from nlpseq.serve.limits import Limits
from nlpseq.serve.messages import FINITE, STRICT, ModelName, Texts
from nlpseq.serve.refusals import TROUBLES
from nlpseq.serve.served import Route, ServedRun, chosen, in_batches

# Of a tagger with more labels their number is said instead.
NAMED_LABELS = 6


class TagRequest(BaseModel):
    """Texts to tag."""

    model_config = STRICT
    texts: Texts
    model: ModelName = None


class EntityEntry(BaseModel):
    """What stands between two places of a text; of plain tags each token is one."""

    model_config = FINITE
    text: str
    label: str
    start: Annotated[int, Field(description="its first character")]
    end: Annotated[int, Field(description="the character behind its last one")]
    probability: float


class TaggedText(BaseModel):
    """One text."""

    tokens: list[str]
    places: Annotated[list[tuple[int, int]], Field(description="the first character of each token, and its end")]
    tags: list[str]
    entities: list[EntityEntry]


class TagAnswer(BaseModel):
    """What was found in each text, in the order of the texts."""

    model: str
    results: list[TaggedText]


def add(routes: APIRouter, runs: Sequence[ServedRun], limits: Limits) -> None:
    """Add the route `/tag`."""

    @routes.post("/tag", responses=TROUBLES)
    async def tag(body: TagRequest, request: Request) -> TagAnswer:
        """Tag the tokens of each text."""
        run = chosen(runs, "tag", body.model)
        found = await run.answers(body.texts, None, request, limits)
        return TagAnswer(model=run.name, results=[_tagged(one) for one in found])


def _tagged(found: Tagged) -> TaggedText:
    entities = [EntityEntry(**vars(entity)) for entity in found]
    return TaggedText(tokens=found.tokens, places=found.places, tags=found.tags, entities=entities)


def _tag(tagger: Taggings, texts: list[str], options: None) -> list[Tagged]:
    return tagger.tag(texts)


def _does(tagger: Taggings) -> str:
    named = (
        ", ".join(tagger.labels) if len(tagger.labels) <= NAMED_LABELS else f"{counted(len(tagger.labels), 'label')}"
    )
    return f"marks {named}"


ROUTE = Route(
    does=_does,
    examples=lambda folder, model: examples_of(folder, "text"),
    worker=in_batches(_tag),
    add=add,
    request={"texts": ["Ann Hill lives in Bonn."]},
    facts=lambda tagger: {"labels": tagger.labels},
)
