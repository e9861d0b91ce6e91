"""What is asked and answered over REST, as pydantic models: the OpenAPI document is made of them.

Here is what tasks share; those of one task stand in `routes/<task>.py`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from nlpseq.serve import limits

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
# JSON has no NaN: it would be null, where a number is promised.
FINITE = ConfigDict(allow_inf_nan=False)


def _whole(value: object) -> object:
    """2.0 is an integer in JSON, and how some languages write it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
Text = Annotated[str, Field(max_length=limits.CHARACTERS)]
Texts = Annotated[list[Text], Field(max_length=limits.TEXTS, description="what to read, each answered in its place")]
Count = Annotated[int, Field(ge=1, le=limits.N_BEST), WHOLE]
Beam = Annotated[
    int | None,
    Field(ge=1, le=limits.BEAM, description="hypotheses kept a text; 1 is greedy; the model's own if not given"),
    WHOLE,
]
ModelName = Annotated[str | None, Field(description="which run; the first one of the task if none is named")]


# Some keys of a body and their values: of whichever types the settings of a search have.
Given = tuple[tuple[str, Any], ...]


def given(body: BaseModel, *names: str) -> Given:
    """Those of the named keys that a body has, with their values, to be compared."""
    return tuple((name, getattr(body, name)) for name in names if getattr(body, name) is not None)


class Trouble(BaseModel):
    """Why there is no answer."""

    error: Annotated[str, Field(description="one sentence")]


class Health(BaseModel):
    """Whether the server takes requests, and how many wait."""

    status: Annotated[str, Field(description='"ok", "stopping" or "broken"')]
    queue: int


class Ready(BaseModel):
    """Whether requests are taken, and the names of the models that are there."""

    ready: bool
    models: list[str]


class ModelEntry(BaseModel):
    """A run that is served."""

    name: str
    task: Annotated[str, Field(description="what it can do, as in the path /api/TASK")]
    description: Annotated[str, Field(description="one line")]
    languages: Annotated[list[str] | None, Field(description="of a translator: from and to")]
    labels: Annotated[list[str] | None, Field(description="of a classifier")]
    examples: Annotated[list[str], Field(description="inputs to try")]
    unfinished: Annotated[
        str | None, Field(description="how far the training came, where it was cut short or still goes on")
    ] = None
    sha256: Annotated[str | None, Field(description="of the weights")] = None
    changed: Annotated[str | None, Field(description="when the weights were written, ISO 8601")] = None
    exported: Annotated[
        bool, Field(description="an ONNX export, which cannot `explain` labels or tell the `origins` of summaries")
    ] = False


class LimitEntry(BaseModel):
    """What one request may ask for."""

    texts: int = limits.TEXTS
    characters: int = limits.CHARACTERS
    length: int = limits.LENGTH
    samples: int = limits.SAMPLES
    n_best: int = limits.N_BEST
    beam_size: int = limits.BEAM
    seconds: float


class Models(BaseModel):
    """All runs that are served, and what one request may ask for."""

    models: list[ModelEntry]
    limits: LimitEntry
