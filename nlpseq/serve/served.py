"""A run that is served, and what the server asks of its task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request

from nlpseq.serve.batches import Batches
from nlpseq.serve.generation import Generation
from nlpseq.serve.limits import Limits
from nlpseq.serve.refusals import Refusal
from nlpseq.serve.waiting import Patience
from nlpseq.tasks import TASKS


@dataclass(frozen=True)
class ServedRun:
    """A trained run as it is served.

    Attributes:
        name: under which it is asked.
        task: what it can do.
        description: a line, which also says where the training was cut short.
        examples: inputs to try.
        facts: what else is told of it, where the task has them: its "labels", its "languages".
        model: what a user holds of the task.
        worker: the thread that works for it.
        unfinished: how far the training came, where it was cut short.
        sha256: of the weights, if they were sealed.
        changed: when they were written, as ISO 8601.
        exported: whether it is an export, which gives no weights of tokens and no origins of summaries.
    """

    name: str
    task: str
    description: str
    examples: list[str]
    facts: dict[str, list[str]]
    model: Any
    worker: Batches | Generation
    unfinished: str | None = None
    sha256: str | None = None
    changed: str | None = None
    exported: bool = False

    async def answers(self, texts: list[str], options: Hashable, request: Request, limits: Limits) -> list[Any]:
        """What the run's thread says of each text, in its turn.

        Raises:
            Refusal: there is too much of it, too much waits, or the time is over.
            ClientGone: nobody waits for it any more.
        """
        assert isinstance(self.worker, Batches)
        if len(texts) > limits.texts:
            raise Refusal(422, f"texts: at most {limits.texts:,} in one request; send fewer at a time")
        if (longest := max(map(len, texts), default=0)) > limits.characters:
            raise Refusal(422, f"texts: at most {limits.characters:,} characters each, not {longest:,}")
        job = self.worker.submit(texts, options)
        with Patience(request, limits.seconds, begun=lambda: job.begun) as patience:
            return await patience.wait(asyncio.wrap_future(job.future))


@dataclass(frozen=True)
class Route:
    """How runs of a task are served: the one `ROUTE` of `routes/<task>.py`.

    Attributes:
        does: model -> what a run of it does, such as "translates en to de".
        examples: (folder, model) -> inputs to try.
        worker: (model, name=, limits=, prepare_thread=) -> the thread that works for it.
        add: adds the task's routes to a router, for the runs that are served.
        request: one to try, for the description of the interface.
        facts: model -> what else is told of it, such as its "labels".
    """

    does: Callable[[Any], str]
    examples: Callable[[Path, Any], list[str]]
    worker: Callable[..., Batches | Generation]
    add: Callable[[APIRouter, Sequence[ServedRun], Limits], None]
    request: Mapping[str, Any]
    facts: Callable[[Any], dict[str, list[str]]] = lambda model: {}


def in_batches(answer: Callable[[Any, list[str], Any], list[Any]]) -> Callable[..., Batches]:
    """A `worker` of a route, whose thread answers many texts at once: (model, texts, options) -> an answer for each."""

    def worker(model: Any, **start: Any) -> Batches:
        return Batches(answer=partial(answer, model), **start)

    return worker


def route_of(task: str) -> Route:
    """The route of a task, which is found by its name."""
    found: Route = import_module(f"nlpseq.serve.routes.{task}").ROUTE
    return found


def served_tasks() -> list[str]:
    """The tasks that have a route."""
    return [task for task in TASKS if find_spec(f"nlpseq.serve.routes.{task}") is not None]


def chosen(runs: Sequence[ServedRun], task: str, name: str | None) -> ServedRun:
    """The run of this name, or the first one of the task.

    Raises:
        Refusal: there is none that is for the task.
    """
    for run in runs:
        if run.task == task and name in (None, run.name):
            return run
    if name is None:
        raise Refusal(404, f"no run is served that can {task}; GET /api/models lists those that are")
    raise Refusal(404, f"no run of that name is served that can {task}; GET /api/models lists those that are")
