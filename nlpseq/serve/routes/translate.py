"""Translation over REST: texts in, the best translations of each out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, NamedTuple

import numpy as np
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from nlpseq.answers.hypothesis import Hypothesis
from nlpseq.answers.translation import Translations as Model
from nlpseq.serve.examples import examples_of
from nlpseq.serve.limits import ATTENTION_SQUARE, Limits
from nlpseq.serve.messages import FINITE, STRICT, WHOLE, Beam, Count, Given, ModelName, Texts, given
from nlpseq.serve.refusals import TROUBLES
from nlpseq.serve.served import Route, ServedRun, chosen, in_batches

ATTENTION_DIGITS = 4


class TranslateRequest(BaseModel):
    """Texts to translate."""

    model_config = STRICT
    texts: Texts
    n_best: Annotated[Count, Field(description="translations of each text")] = 1
    attention: Annotated[bool, Field(description="tell how each output token attended to the source")] = False
    beam_size: Beam = None
    alpha: Annotated[
        float | None, Field(ge=0, le=3, description="strength of the length penalty; the model's own if not given")
    ] = None
    no_repeat_ngram_size: Annotated[
        int | None, Field(ge=0, le=10, description="no n-gram of this size twice; the model's own if not given"), WHOLE
    ] = None
    model: ModelName = None


class Translation(BaseModel):
    """One translation of a text."""

    model_config = FINITE
    text: str
    score: Annotated[float, Field(description="what translations are ranked by; higher is better")]
    log_prob: Annotated[float, Field(description="natural logarithm")]
    tokens: list[str]
    attention: Annotated[
        list[list[float]] | None,
        Field(
            description="a row for each token, a column for each source token; null if it was not asked for, the "
            "network has none, or the texts are too long for it"
        ),
    ]


class Translations(BaseModel):
    """The translations of one text, best first; none of a blank one."""

    source_tokens: list[str]
    translations: list[Translation]


class TranslateAnswer(BaseModel):
    """The translations of each text, in the order of the texts."""

    model: str
    results: list[Translations]


class SearchOptions(NamedTuple):
    """What requests must share to be decoded together."""

    n_best: int
    attention: bool
    decode: Given = ()


def add(routes: APIRouter, runs: Sequence[ServedRun], limits: Limits) -> None:
    """Add the route `/translate`."""

    @routes.post("/translate", responses=TROUBLES)
    async def translate(body: TranslateRequest, request: Request) -> TranslateAnswer:
        """Translate each text."""
        run = chosen(runs, "translate", body.model)
        attention = body.attention and body.n_best * sum(len(text) ** 2 for text in body.texts) <= ATTENTION_SQUARE
        options = SearchOptions(body.n_best, attention, given(body, "beam_size", "alpha", "no_repeat_ngram_size"))
        found = await run.answers(body.texts, options, request, limits)
        return TranslateAnswer(model=run.name, results=[_translations(hypotheses) for hypotheses in found])


def _translations(hypotheses: Sequence[Hypothesis]) -> Translations:
    return Translations(
        source_tokens=hypotheses[0].source_tokens if hypotheses else [],
        translations=[
            Translation(
                text=found.text, score=found.score, log_prob=found.log_prob, tokens=found.tokens,
                attention=None if found.attention is None else _rounded(found.attention),
            )
            for found in hypotheses
        ],
    )  # fmt: skip


def _rounded(weights: np.ndarray) -> list[list[float]]:
    rows: list[list[float]] = weights.astype(np.float64).round(ATTENTION_DIGITS).tolist()
    return rows


def _search(translator: Model, texts: list[str], options: SearchOptions) -> list[list[Hypothesis]]:
    decode = replace(translator.decode, **dict(options.decode))
    return translator.search(
        texts, n_best=options.n_best, attention=options.attention, split_sentences=True, decode=decode
    )


ROUTE = Route(
    does=lambda translator: "translates {} to {}".format(*translator.languages),
    examples=lambda folder, model: examples_of(folder, "src"),
    worker=in_batches(_search),
    add=add,
    request={"texts": ["The boy opens the door."], "n_best": 2},
    facts=lambda translator: {"languages": list(translator.languages)},
)
