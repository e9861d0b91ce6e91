"""The REST route of texts that are written: at once, or as server-sent events while they grow."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from nlpseq.decoding.processors import SamplingOptions
from nlpseq.errors import UserError
from nlpseq.serve import messages
from nlpseq.serve.generation import Growth
from nlpseq.serve.limits import Limits
from nlpseq.serve.refusals import TROUBLES, ClientGone, Refusal
from nlpseq.serve.runs import Run, chosen
from nlpseq.serve.waiting import Patience

GREEDY_BELOW = 1e-3
# One event; its data is JSON in turn.
EVENT_SCHEMA = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": {"enum": ["text", "done", "error"]}, "data": {"type": "string"}},
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    **TROUBLES, 200: {"content": {"text/event-stream": {"schema": EVENT_SCHEMA}}},
}  # fmt: skip


def add_writing(routes: APIRouter, runs: Sequence[Run], limits: Limits) -> None:
    """Add the route `/generate`."""

    @routes.post("/generate", response_model=messages.GenerateAnswer, responses=ANSWERS)
    async def generate(body: messages.GenerateRequest, request: Request) -> messages.GenerateAnswer | StreamingResponse:
        """Go on from a prompt: all of it at once or, with "stream", as server-sent events.

        Each event "text" adds its "text" to the sample "number"; the prompt comes first. The last event is "done" or,
        if something goes wrong midway, "error".
        """
        run = chosen(runs, "generate", body.model)
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
