"""The REST routes: what is asked goes to the threads of the runs, what they find comes back as JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Sequence
from contextlib import aclosing
from typing import Any

import numpy as np
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPBearer

from nlpseq.decoding.processors import SamplingOptions
from nlpseq.errors import UserError
from nlpseq.serve import messages
from nlpseq.serve.generation import Growth
from nlpseq.serve.limits import ATTENTION_SQUARE, Limits
from nlpseq.serve.refusals import ClientGone, Refusal
from nlpseq.serve.runs import Run, SearchOptions
from nlpseq.serve.waiting import Patience
from nlpseq.tasks.classifier import Prediction
from nlpseq.tasks.summarizer import Summary
from nlpseq.tasks.translator import Hypothesis

GREEDY_BELOW = 1e-3
ATTENTION_DIGITS = 4

TROUBLES: dict[int | str, dict[str, Any]] = {
    400: {"description": "The body is not JSON in UTF-8, or the request is not for this server"},
    401: {"description": "The bearer token is missing or wrong"},
    404: {"description": "No such run is served"},
    413: {"description": "The body is too large"},
    415: {"description": "The body is not called application/json"},
    422: {"description": "A key of the body is wrong, or the request took too long"},
    500: {"description": "A fault of the server's own"},
    503: {"description": "Too much is waiting, or the server is stopping; the header Retry-After says when to return"},
}
for _trouble in TROUBLES.values():
    _trouble["model"] = messages.Trouble
# One event; the data is JSON in turn.
EVENT_SCHEMA = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": {"enum": ["text", "done", "error"]}, "data": {"type": "string"}},
}


def router(runs: Sequence[Run], limits: Limits, *, locked: bool, stopping: Callable[[], bool]) -> APIRouter:
    """All routes; `locked` says in the OpenAPI document that `/api` wants a token."""
    routes = APIRouter()
    lock = [Depends(HTTPBearer(auto_error=False))] if locked else []

    @routes.get(
        "/health", responses={503: {"model": messages.Health, "description": "It is stopping"}}, tags=["server"]
    )
    async def health(response: Response) -> messages.Health:
        """Whether requests are taken, and how many wait."""
        waiting = sum(run.waiting() for run in runs)
        if stopping():
            response.status_code = 503
            return messages.Health(status="stopping", queue=waiting)
        return messages.Health(status="ok", queue=waiting)

    few: dict[int | str, dict[str, Any]] = {status: TROUBLES[status] for status in (400, 401, 503)}

    @routes.get("/api/models", dependencies=lock, responses=few, tags=["server"])
    async def models() -> messages.Models:
        """The runs that are served, and what one request may ask for."""
        entries = [
            messages.ModelEntry(
                name=run.name, task=run.task, description=run.description, languages=run.languages,
                labels=run.labels, examples=run.examples,
            )
            for run in runs
        ]  # fmt: skip
        return messages.Models(models=entries, limits=messages.LimitEntry(seconds=limits.seconds))

    @routes.post("/api/translate", dependencies=lock, responses=TROUBLES, tags=["tasks"])
    async def translate(body: messages.TranslateRequest, request: Request) -> messages.TranslateAnswer:
        """Translate each text."""
        run = _chosen(runs, "translate", body.model)
        attention = body.attention and body.n_best * sum(len(text) ** 2 for text in body.texts) <= ATTENTION_SQUARE
        found = await _answers(run, body.texts, SearchOptions(body.n_best, attention), request, limits)
        results = [_translations(hypotheses) for hypotheses in found]
        return messages.TranslateAnswer(model=run.name, results=results)

    @routes.post("/api/classify", dependencies=lock, responses=TROUBLES, tags=["tasks"])
    async def classify(body: messages.ClassifyRequest, request: Request) -> messages.ClassifyAnswer:
        """Label each text."""
        run = _chosen(runs, "classify", body.model)
        found = await _answers(run, body.texts, body.explain, request, limits)
        return messages.ClassifyAnswer(model=run.name, results=[_classification(prediction) for prediction in found])

    @routes.post("/api/summarize", dependencies=lock, responses=TROUBLES, tags=["tasks"])
    async def summarize(body: messages.SummarizeRequest, request: Request) -> messages.SummarizeAnswer:
        """Summarise each document."""
        run = _chosen(runs, "summarize", body.model)
        found = await _answers(run, body.texts, SearchOptions(body.n_best, body.origins), request, limits)
        return messages.SummarizeAnswer(model=run.name, results=[_summaries(summaries) for summaries in found])

    written: dict[int | str, dict[str, Any]] = {
        **TROUBLES,
        200: {"content": {"text/event-stream": {"schema": EVENT_SCHEMA}}},
    }

    @routes.post(
        "/api/generate", response_model=messages.GenerateAnswer, dependencies=lock, responses=written, tags=["tasks"]
    )
    async def generate(body: messages.GenerateRequest, request: Request) -> messages.GenerateAnswer | StreamingResponse:
        """Go on from a prompt: all of it at once or, with "stream", as server-sent events.

        Each event "text" adds its "text" to the sample "number"; the prompt comes first. The last event is "done" or,
        if something goes wrong midway, "error".
        """
        run = _chosen(runs, "generate", body.model)
        growth = _growth(run, body)
        if body.stream:
            return StreamingResponse(_events(growth, request, limits), media_type="text/event-stream")
        texts = [""] * body.samples
        with Patience(request, limits.seconds) as patience:
            async with aclosing(growth.slices(patience)) as slices:
                async for written in slices:
                    for number, text in written.items():
                        texts[number] += text
        return messages.GenerateAnswer(model=run.name, texts=texts)

    return routes


def _chosen(runs: Sequence[Run], task: str, name: str | None) -> Run:
    for run in runs:
        if run.task == task and name in (None, run.name):
            return run
    if name is None:
        raise Refusal(404, f"no run is served that can {task}; GET /api/models lists those that are")
    raise Refusal(404, f"no run of that name is served that can {task}; GET /api/models lists those that are")


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
        token_weights=prediction.token_weights,
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


def _growth(run: Run, body: messages.GenerateRequest) -> Growth:
    assert run.writer is not None and run.generation is not None
    options = SamplingOptions(
        temperature=0.0 if body.temperature < GREEDY_BELOW else body.temperature,
        top_k=body.top_k,
        top_p=body.top_p,
        min_p=body.min_p,
        repetition_penalty=body.repetition_penalty,
    )
    return run.generation.submit(
        run.writer.stream(
            [body.prompt] * body.samples, length=body.length, options=options, seed=body.seed, stop=body.stop
        )
    )


async def _events(growth: Growth, request: Request, limits: Limits) -> AsyncIterator[str]:
    with Patience(request, limits.seconds) as patience:
        try:
            async with aclosing(growth.slices(patience)) as slices:
                async for written in slices:
                    for number, text in written.items():
                        yield _event("text", number=number, text=text)
            yield _event("done")
        except ClientGone:
            return
        except Refusal as refusal:
            yield _event("error", error=refusal.sentence)
        except UserError as error:
            yield _event("error", error=str(error))


def _event(name: str, **data: str | int) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
