"""What a request may hold: whole numbers however they are written, texts of a size, no other key."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from nlpseq.serve.limits import CHARACTERS, N_BEST, TEXTS
from nlpseq.serve.messages import STRICT, Count, Texts


class Request(BaseModel):
    model_config = STRICT
    texts: Texts
    count: Count = 1


def test_a_whole_number_is_one_however_it_is_written() -> None:
    assert Request(texts=[], count=2.0).count == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        {"texts": ["a"], "count": 1.5}, {"texts": ["a"], "count": "2"}, {"texts": ["a"], "count": N_BEST + 1},
        {"texts": ["a"], "count": 0}, {"texts": [1]}, {"texts": "a"}, {"texts": ["a" * (CHARACTERS + 1)]},
        {"texts": [""] * (TEXTS + 1)}, {"texts": [], "other": 1}, {},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_beyond_the_limits_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Request.model_validate(body)
