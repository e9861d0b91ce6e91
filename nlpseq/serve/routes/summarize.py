"""Summaries over REST: documents in, the best summaries of each out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nlpseq.answers.summaries import Summaries as Model
from nlpseq.answers.summaries import Summary
from nlpseq.serve.examples import examples_of
from nlpseq.serve.limits import Limits
from nlpseq.serve.messages import FINITE, STRICT, Beam, Count, Given, ModelName, Texts, given
from nlpseq.serve.refusals import TROUBLES
from nlpseq.serve.served import Route, ServedRun, chosen, in_batches


class SummarizeRequest(BaseModel):
    """Documents to summarise."""

    model_config = STRICT
    texts: Texts
    n_best: Annotated[Count, Field(description="summaries of each document")] = 1
    origins: Annotated[bool, Field(description="tell where each character was copied from")] = False
    beam_size: Beam = None
    model: ModelName = None


class SummaryEntry(BaseModel):
    """One summary of a document."""

    model_config = FINITE
    text: str
    score: Annotated[float, Field(description="what summaries are ranked by; higher is better")]
    log_prob: Annotated[float, Field(description="natural logarithm")]
    copied: Annotated[
        list[float] | None, Field(description="probability of each character that it was copied; null if not asked for")
    ]
    places: Annotated[
        list[int | None] | None,
        Field(description="where in the document, as it was read, each was copied from; null if it was written"),
    ]


class Summaries(BaseModel):
    """The summaries of one document, best first; none of a blank one."""

    summaries: list[SummaryEntry]


class SummarizeAnswer(BaseModel):
    """The summaries of each document, in the order of the documents."""

    model: str
    results: list[Summaries]


class SearchOptions(NamedTuple):
    """What requests must share to be decoded together."""

    n_best: int
    origins: bool
    decode: Given = ()


def add(routes: APIRouter, runs: Sequence[ServedRun], limits: Limits) -> None:
    """Add the route `/summarize`."""

    @routes.post("/summarize", responses=TROUBLES)
    async def summarize(body: SummarizeRequest, request: Request) -> SummarizeAnswer:
        """Summarise each document."""
        run = chosen(runs, "summarize", body.model)
        options = SearchOptions(body.n_best, body.origins, given(body, "beam_size"))
        found = await run.answers(body.texts, options, request, limits)
        return SummarizeAnswer(model=run.name, results=[_summaries(summaries) for summaries in found])


def _summaries(summaries: Iterable[Summary]) -> Summaries:
    entries = [
        SummaryEntry(
            text=found.text, score=found.score, log_prob=found.log_prob,
            copied=None if found.origin is None else found.origin.copied,
            places=None if found.origin is None else found.origin.places,
        )
        for found in summaries
    ]  # fmt: skip
    return Summaries(summaries=entries)


def _search(summarizer: Model, texts: list[str], options: SearchOptions) -> list[list[Summary]]:
    decode = replace(summarizer.decode, **dict(options.decode))
    return summarizer.search(texts, n_best=options.n_best, origins=options.origins, decode=decode)


ROUTE = Route(
    does=lambda summarizer: "writes a headline for a text",
    examples=lambda folder, model: examples_of(folder, "src"),
    worker=in_batches(_search),
    add=add,
    request={
        "texts": ["The council of the town met on Monday and agreed to build a new bridge over the river."],
        "origins": True,
    },
)
