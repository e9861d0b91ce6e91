"""The REST routes: those of the server itself here, those of a task in `routes/<task>.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Depends, Response
from fastapi.security import HTTPBearer

from nlpseq.serve import messages
from nlpseq.serve.limits import Limits
from nlpseq.serve.metrics import CONTENT_TYPE, Metrics
from nlpseq.serve.refusals import TROUBLES
from nlpseq.serve.served import ServedRun, route_of, served_tasks


def router(
    runs: Sequence[ServedRun], limits: Limits, metrics: Metrics, *, locked: bool, stopping: Callable[[], bool]
) -> APIRouter:
    """All routes but the pages; `locked` says in the OpenAPI document that `/api` wants a token."""
    open_routes = APIRouter(tags=["server"])
    _add_health(open_routes, runs, stopping)
    _add_metrics(open_routes, runs, metrics)
    lock = [Depends(HTTPBearer(auto_error=False))] if locked else []
    routes = APIRouter(prefix="/api", dependencies=lock)
    _add_models(routes, runs, limits)
    for task in served_tasks():
        route_of(task).add(routes, runs, limits)
    open_routes.include_router(routes)
    return open_routes


def _add_health(routes: APIRouter, runs: Sequence[ServedRun], stopping: Callable[[], bool]) -> None:
    @routes.get("/health", responses={503: {"model": messages.Health, "description": "It is stopping or broken"}})
    async def health(response: Response) -> messages.Health:
        """Whether requests are taken, and how many wait."""
        waiting = sum(run.worker.waiting() for run in runs)
        if stopping():
            response.status_code = 503
            return messages.Health(status="stopping", queue=waiting)
        if not all(run.worker.alive() for run in runs):
            response.status_code = 503
            return messages.Health(status="broken", queue=waiting)
        return messages.Health(status="ok", queue=waiting)

    @routes.get("/ready", responses={503: {"model": messages.Ready, "description": "Not now"}})
    async def ready(response: Response) -> messages.Ready:
        """Whether the models are there and requests for them are taken: what a balancer in front asks."""
        able = not stopping() and all(run.worker.alive() for run in runs)
        response.status_code = 200 if able else 503
        return messages.Ready(ready=able, models=[run.name for run in runs])


def _add_metrics(routes: APIRouter, runs: Sequence[ServedRun], metrics: Metrics) -> None:
    @routes.get("/metrics", include_in_schema=False)
    async def counts() -> Response:
        found = metrics.text([(run.name, run.worker.waiting()) for run in runs])
        return Response(found, media_type=CONTENT_TYPE)


def _add_models(routes: APIRouter, runs: Sequence[ServedRun], limits: Limits) -> None:
    @routes.get("/models", responses={status: TROUBLES[status] for status in (400, 401, 503)})
    async def models() -> messages.Models:
        """The runs that are served, and what one request may ask for."""
        entries = [
            messages.ModelEntry(
                name=run.name, task=run.task, description=run.description, examples=run.examples,
                languages=run.facts.get("languages"), labels=run.facts.get("labels"), unfinished=run.unfinished,
                sha256=run.sha256, changed=run.changed, exported=run.exported,
            )
            for run in runs
        ]  # fmt: skip
        return messages.Models(
            models=entries,
            limits=messages.LimitEntry(seconds=limits.seconds, texts=limits.texts, characters=limits.characters),
        )
