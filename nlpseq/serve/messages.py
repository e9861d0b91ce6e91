"""What is asked and answered over REST, as pydantic models: the OpenAPI document is made of them."""

from __future__ import annotations

from typing import Annotated

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
ModelName = Annotated[str | None, Field(description="which run; the first one of the task if none is named")]


class Trouble(BaseModel):
    """Why there is no answer."""

    error: Annotated[str, Field(description="one sentence")]


class Health(BaseModel):
    """Whether the server takes requests, and how many wait."""

    status: Annotated[str, Field(description='"ok", "stopping" or "broken"')]
    queue: int


class ModelEntry(BaseModel):
    """A run that is served."""

    name: str
    task: Annotated[str, Field(description="translate, classify, summarize or generate")]
    description: Annotated[str, Field(description="one line")]
    languages: Annotated[list[str] | None, Field(description="of a translator: from and to")]
    labels: Annotated[list[str] | None, Field(description="of a classifier")]
    examples: Annotated[list[str], Field(description="inputs to try")]
    unfinished: Annotated[
        str | None, Field(description="how far the training came, where it was cut short or still goes on")
    ] = None


class LimitEntry(BaseModel):
    """What one request may ask for."""

    texts: int = limits.TEXTS
    characters: int = limits.CHARACTERS
    length: int = limits.LENGTH
    samples: int = limits.SAMPLES
    n_best: int = limits.N_BEST
    seconds: float


class Models(BaseModel):
    """All runs that are served, and what one request may ask for."""

    models: list[ModelEntry]
    limits: LimitEntry


class TranslateRequest(BaseModel):
    """Texts to translate."""

    model_config = STRICT
    texts: Texts
    n_best: Annotated[Count, Field(description="translations of each text")] = 1
    attention: Annotated[bool, Field(description="tell how each output token attended to the source")] = False
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


class ClassifyRequest(BaseModel):
    """Texts to classify."""

    model_config = STRICT
    texts: Texts
    explain: Annotated[bool, Field(description="tell how much each token spoke for the label")] = False
    model: ModelName = None


class Classification(BaseModel):
    """The label of one text."""

    model_config = FINITE
    label: str
    probability: float
    probabilities: dict[str, float]
    token_weights: Annotated[
        list[tuple[str, float]] | None, Field(description="by integrated gradients; above 0 it spoke for the label")
    ]
    residue: Annotated[
        float | None,
        Field(description="what the weights leave unexplained of the log-odds, where it is more than 2% of them"),
    ] = None
    unknown: Annotated[float, Field(description="share of the text's tokens that the model does not know")] = 0.0


class ClassifyAnswer(BaseModel):
    """The label of each text, in the order of the texts."""

    model: str
    results: list[Classification]


class SummarizeRequest(BaseModel):
    """Documents to summarise."""

    model_config = STRICT
    texts: Texts
    n_best: Annotated[Count, Field(description="summaries of each document")] = 1
    origins: Annotated[bool, Field(description="tell where each character was copied from")] = False
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


class GenerateRequest(BaseModel):
    """How a text begins, and how it shall go on."""

    model_config = STRICT
    prompt: Text = ""
    length: Annotated[int, Field(ge=1, le=limits.LENGTH, description="most characters to write"), WHOLE] = 400
    temperature: Annotated[
        float, Field(ge=0, le=100, description="below 1 tamer, above 1 wilder; 0 (below 0.001) is greedy")
    ] = 0.8
    top_k: Annotated[
        int, Field(ge=0, le=limits.LARGEST_NUMBER, description="draw from the k likeliest; 0 is all"), WHOLE
    ] = 0
    top_p: Annotated[float, Field(ge=1e-3, le=1, description="draw from the likeliest that make up this share")] = 1.0
    min_p: Annotated[
        float, Field(ge=0, le=1, description="draw from those at least this times as likely as the best")
    ] = 0.0
    repetition_penalty: Annotated[
        float, Field(ge=1, le=100, description="above 1: what was just written gets rarer")
    ] = 1.0
    seed: Annotated[int, Field(ge=0, le=limits.LARGEST_NUMBER, description="equal seeds give equal texts"), WHOLE] = 1
    samples: Annotated[int, Field(ge=1, le=limits.SAMPLES, description="texts to write"), WHOLE] = 1
    stop: Annotated[
        list[Annotated[str, Field(max_length=limits.STOP_CHARACTERS)]],
        Field(max_length=limits.STOPS, description="what ends a text once it is written"),
    ] = []
    stream: Annotated[bool, Field(description="answer with server-sent events, as it is written")] = False
    model: ModelName = None


class GenerateAnswer(BaseModel):
    """The texts, each of them the prompt and what follows."""

    model: str
    texts: list[str]
