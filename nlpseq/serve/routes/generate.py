"""Texts that are written over REST: at once, or as server-sent events while they grow."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from nlpseq.answers.continuation import Continuations
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.serve import limits as most
from nlpseq.serve.generation import Generation, Growth
from nlpseq.serve.limits import Limits
from nlpseq.serve.messages import STRICT, WHOLE, ModelName, Text
from nlpseq.serve.refusals import TROUBLES, ClientGone, Refusal
from nlpseq.serve.served import Route, ServedRun, chosen
from nlpseq.serve.waiting import Patience

# Prompts of ours, in the manner of the embedded stories.
PROMPTS = ["At noon ", "The old woman ", "Nobody walks to ", "BRUNO: "]
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


class GenerateRequest(BaseModel):
    """How a text begins, and how it shall go on."""

    model_config = STRICT
    prompt: Text = ""
    length: Annotated[int, Field(ge=1, le=most.LENGTH, description="most characters to write"), WHOLE] = 400
    temperature: Annotated[
        float, Field(ge=0, le=100, description="below 1 tamer, above 1 wilder; 0 (below 0.001) is greedy")
    ] = 0.8
    top_k: Annotated[
        int, Field(ge=0, le=most.LARGEST_NUMBER, description="draw from the k likeliest; 0 is all"), WHOLE
    ] = 0
    top_p: Annotated[float, Field(ge=1e-3, le=1, description="draw from the likeliest that make up this share")] = 1.0
    min_p: Annotated[
        float, Field(ge=0, le=1, description="draw from those at least this times as likely as the best")
    ] = 0.0
    repetition_penalty: Annotated[
        float, Field(ge=1, le=100, description="above 1: what was just written gets rarer")
    ] = 1.0
    seed: Annotated[int, Field(ge=0, le=most.LARGEST_NUMBER, description="equal seeds give equal texts"), WHOLE] = 1
    samples: Annotated[int, Field(ge=1, le=most.SAMPLES, description="texts to write"), WHOLE] = 1
    stop: Annotated[
        list[Annotated[str, Field(max_length=most.STOP_CHARACTERS)]],
        Field(max_length=most.STOPS, description="what ends a text once it is written"),
    ] = []
    stream: Annotated[bool, Field(description="answer with server-sent events, as it is written")] = False
    model: ModelName = None


class GenerateAnswer(BaseModel):
    """The texts, each of them the prompt and what follows."""

    model: str
    texts: list[str]


def add(routes: APIRouter, runs: Sequence[ServedRun], limits: Limits) -> None:
    """Add the route `/generate`."""

    @routes.post("/generate", response_model=GenerateAnswer, responses=ANSWERS)
    async def generate(body: GenerateRequest, request: Request) -> GenerateAnswer | StreamingResponse:
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
        return GenerateAnswer(model=run.name, texts=texts)


def _growth(run: ServedRun, body: GenerateRequest) -> Growth:
    assert isinstance(run.worker, Generation)
    options = SamplingOptions(
        temperature=0.0 if body.temperature < GREEDY_BELOW else body.temperature,
        top_k=body.top_k,
        top_p=body.top_p,
        min_p=body.min_p,
        repetition_penalty=body.repetition_penalty,
    )
    return run.worker.submit(
        run.model.stream(
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


def _examples(folder: Path, writer: Continuations) -> list[str]:
    prompts = [*dict.fromkeys([*_prompts_of(folder), *PROMPTS])][: len(PROMPTS)]
    known = [prompt for prompt in prompts if not writer.alphabet.unknown(prompt)]
    # A small text may have no capitals.
    return known or [prompt.lower() for prompt in prompts if not writer.alphabet.unknown(prompt.lower())]


def _prompts_of(folder: Path) -> list[str]:
    """What the samples of the run itself begin with; none of a saved model, nor where the file is damaged."""
    try:
        rows = read_json(folder / "samples.json", list)
    except UserError:
        return []
    found = [row.get("prompt") for row in rows if isinstance(row, dict)]
    return [prompt for prompt in found if isinstance(prompt, str) and 0 < len(prompt.strip()) <= most.CHARACTERS]


def _worker(writer: Continuations, **start: Any) -> Generation:
    return Generation(**start)


ROUTE = Route(
    does=lambda writer: "goes on from a prompt",
    examples=_examples,
    worker=_worker,
    add=add,
    request={"prompt": "At noon ", "length": 200, "temperature": 0.7, "stream": True},
)
