"""The application: routes, pages and the guard before them, for runs that are loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from nlpseq import __version__
from nlpseq.errors import UserError
from nlpseq.serve.api import router
from nlpseq.serve.guard import Guard, trouble
from nlpseq.serve.limits import DEFAULT_LIMITS, Limits
from nlpseq.serve.metrics import Metrics
from nlpseq.serve.observe import ID_HEADER, Observe
from nlpseq.serve.pages import add_pages
from nlpseq.serve.refusals import Refusal, first_mistake
from nlpseq.serve.served import ServedRun, served_tasks

# What is counted by its name, besides the routes of the tasks.
OPEN_PATHS = ("/", "/docs", "/health", "/ready", "/metrics", "/openapi.json", "/api/models")
# What the routing itself refuses.
SENTENCES = {
    400: "the body is not JSON in UTF-8, or is nested too deeply",
    404: "there is nothing at this path; /docs lists what there is",
    405: "this path is not for that method; /docs lists what there is",
}


def build_app(
    runs: Sequence[ServedRun],
    *,
    limits: Limits = DEFAULT_LIMITS,
    token: str | None = None,
    hosts: frozenset[str] | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
    root_path: str = "",
    origins: Sequence[str] = (),
    metrics: Metrics | None = None,
    log_requests: bool = False,
) -> FastAPI:
    """The application that serves `runs`; see `Guard` for what may be asked of it.

    Args:
        runs: may change while it serves: each request takes the one that is there.
        limits: of requests and queues.
        token: what the REST interface asks for.
        hosts: names by which the server may be called; None for any.
        is_stopping: whether no more requests are taken.
        root_path: the prefix under which a proxy in front shows the server.
        origins: whose pages may use the REST interface (CORS).
        metrics: where requests are counted.
        log_requests: whether each has a line in the log.
    """
    metrics = metrics or Metrics()
    app = FastAPI(
        title="nlpseq",
        version=__version__,
        description=f"Trained runs of nlpseq: {', '.join(served_tasks())}.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,  # so that the methods of a generated client read well
    )
    app.include_router(router(runs, limits, metrics, locked=token is not None, stopping=is_stopping))
    add_pages(app, locked=token is not None)
    app.add_middleware(Guard, limits=limits, token=token, hosts=hosts, is_stopping=is_stopping)
    if origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(origins), allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["Authorization", "Content-Type", ID_HEADER], expose_headers=[ID_HEADER, "Retry-After"],
        )  # fmt: skip
    paths = frozenset([*OPEN_PATHS, *(f"/api/{task}" for task in served_tasks())])
    app.add_middleware(Observe, metrics=metrics, paths=paths, root_path=root_path, logged=log_requests)

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        return trouble(refusal.status, refusal.sentence, refusal.headers)

    @app.exception_handler(UserError)
    async def impossible(request: Request, error: UserError) -> Response:
        return trouble(422, str(error))

    @app.exception_handler(RequestValidationError)
    async def mistaken(request: Request, error: RequestValidationError) -> Response:
        return trouble(422, first_mistake(error.errors()))

    @app.exception_handler(ValidationError)
    async def no_numbers(request: Request, error: ValidationError) -> Response:
        # What is answered is made of the library's types: only NaN and infinity can be wrong with it.
        return trouble(500, "the model's scores are not numbers; train the run again")

    @app.exception_handler(HTTPException)
    async def unrouted(request: Request, error: HTTPException) -> Response:
        sentence = SENTENCES.get(error.status_code, str(error.detail))
        return trouble(error.status_code, sentence, dict(error.headers or {}))

    return app
