"""The REST routes of questions that have one answer: texts go to the threads of the runs, results come back as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPBearer

from nlpseq.serve import messages
from nlpseq.serve.limits import ATTENTION_SQUARE, Limits
from nlpseq.serve.refusals import TROUBLES
from nlpseq.serve.runs import Run, SearchOptions, chosen
from nlpseq.serve.waiting import Patience
from nlpseq.serve.writing import add_writing
from nlpseq.tasks.classify.classifier import Prediction
from nlpseq.tasks.summarize.summarizer import Summary
from nlpseq.tasks.translate.translator import Hypothesis

ATTENTION_DIGITS = 4


def router(runs: Sequence[Run], limits: Limits, *, locked: bool, stopping: Callable[[], bool]) -> APIRouter:
    """All routes but the pages; `locked` says in the OpenAPI document that `/api` wants a token."""
    open_routes = APIRouter(tags=["server"])
    _add_health(open_routes, runs, stopping)
    lock = [Depends(HTTPBearer(auto_error=False))] if locked else []
    routes = APIRouter(prefix="/api", dependencies=lock)
    _add_models(routes, runs, limits)
    _add_searches(routes, runs, limits)
    _add_classify(routes, runs, limits)
    add_writing(routes, runs, limits)
    open_routes.include_router(routes)
    return open_routes


def _add_health(routes: APIRouter, runs: Sequence[Run], stopping: Callable[[], bool]) -> None:
    @routes.get("/health", responses={503: {"model": messages.Health, "description": "It is stopping or broken"}})
    async def health(response: Response) -> messages.Health:
        """Whether requests are taken, and how many wait."""
        waiting = sum(run.waiting() for run in runs)
        if stopping():
            response.status_code = 503
            return messages.Health(status="stopping", queue=waiting)
        if not all(run.alive() for run in runs):
            response.status_code = 503
            return messages.Health(status="broken", queue=waiting)
        return messages.Health(status="ok", queue=waiting)


def _add_models(routes: APIRouter, runs: Sequence[Run], limits: Limits) -> None:
    @routes.get("/models", responses={status: TROUBLES[status] for status in (400, 401, 503)})
    async def models() -> messages.Models:
        """The runs that are served, and what one request may ask for."""
        entries = [
            messages.ModelEntry(
                name=run.name, task=run.task, description=run.description, languages=run.languages,
                labels=run.labels, examples=run.examples, unfinished=run.unfinished,
            )
            for run in runs
        ]  # fmt: skip
        return messages.Models(models=entries, limits=messages.LimitEntry(seconds=limits.seconds))


def _add_searches(routes: APIRouter, runs: Sequence[Run], limits: Limits) -> None:
    @routes.post("/translate", responses=TROUBLES)
    async def translate(body: messages.TranslateRequest, request: Request) -> messages.TranslateAnswer:
        """Translate each text."""
        run = chosen(runs, "translate", body.model)
        attention = body.attention and body.n_best * sum(len(text) ** 2 for text in body.texts) <= ATTENTION_SQUARE
        found = await _answers(run, body.texts, SearchOptions(body.n_best, attention), request, limits)
        results = [_translations(hypotheses) for hypotheses in found]
        return messages.TranslateAnswer(model=run.name, results=results)

    @routes.post("/summarize", responses=TROUBLES)
    async def summarize(body: messages.SummarizeRequest, request: Request) -> messages.SummarizeAnswer:
        """Summarise each document."""
        run = chosen(runs, "summarize", body.model)
        found = await _answers(run, body.texts, SearchOptions(body.n_best, body.origins), request, limits)
        return messages.SummarizeAnswer(model=run.name, results=[_summaries(summaries) for summaries in found])


def _add_classify(routes: APIRouter, runs: Sequence[Run], limits: Limits) -> None:
    @routes.post("/classify", responses=TROUBLES)
    async def classify(body: messages.ClassifyRequest, request: Request) -> messages.ClassifyAnswer:
        """Label each text."""
        run = chosen(runs, "classify", body.model)
        found = await _answers(run, body.texts, body.explain, request, limits)
        return messages.ClassifyAnswer(model=run.name, results=[_classification(prediction) for prediction in found])


async def _answers(run: Run, texts: list[str], options: Hashable, request: Request, limits: Limits) -> list[Any]:
    assert run.batches is not None
    job = run.batches.submit(texts, options)
    with Patience(request, limits.seconds, begun=lambda: job.begun) as patience:
        return await patience.wait(asyncio.wrap_future(job.future))


def _translations(hypotheses: Sequence[Hypothesis]) -> messages.Translations:
    return messages.Translations(
        source_tokens=hypotheses[0].source_tokens if hypotheses else [],
        translations=[
            messages.Translation(
                text=found.text, score=found.score, log_prob=found.log_prob, tokens=found.tokens,
                attention=None if found.attention is None else _rounded(found.attention),
            )
            for found in hypotheses
        ],
    )  # fmt: skip


def _rounded(weights: np.ndarray) -> list[list[float]]:
    rows: list[list[float]] = weights.astype(np.float64).round(ATTENTION_DIGITS).tolist()
    return rows


def _classification(prediction: Prediction) -> messages.Classification:
    return messages.Classification(
        label=prediction.label, probability=prediction.probability, probabilities=prediction.probabilities,
        token_weights=prediction.token_weights, residue=prediction.notable_residue, unknown=prediction.unknown,
    )  # fmt: skip


def _summaries(summaries: Iterable[Summary]) -> messages.Summaries:
    entries = [
        messages.SummaryEntry(
            text=found.text, score=found.score, log_prob=found.log_prob,
            copied=None if found.origin is None else found.origin.copied,
            places=None if found.origin is None else found.origin.places,
        )
        for found in summaries
    ]  # fmt: skip
    return messages.Summaries(summaries=entries)
