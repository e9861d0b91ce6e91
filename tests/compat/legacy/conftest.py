"""torchtext 0.6's interface to be tested: ours, and the real 0.6.0 where it is installed.

Each test says what it found to `recorded`, which compares it with recorded.json: so ours is held against the real one
also where that is not installed. With NLPSEQ_RECORD=1 the file is written anew from the real one:

    python -m venv --system-site-packages old && old/bin/pip install --no-deps torchtext==0.6.0
    NLPSEQ_RECORD=1 old/bin/python -m pytest tests/compat/legacy -k original
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

RECORDED = Path(__file__).with_name("recorded.json")
RECORDING = bool(os.environ.get("NLPSEQ_RECORD"))


def plain(value: Any) -> Any:
    """`value` as JSON gives it back; a tensor with its dtype."""
    if isinstance(value, torch.Tensor):
        return {str(value.dtype): value.tolist()}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | Iterator):
        return [plain(item) for item in value]
    return value


@pytest.fixture
def ours() -> ModuleType:
    """Our package."""
    from nlpseq.compat.torchtext import legacy

    return legacy


@pytest.fixture(params=["ours", "original"])
def torchtext(request: pytest.FixtureRequest) -> ModuleType:
    """Ours, then the real one."""
    found: ModuleType = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def records() -> Iterator[dict[str, Any]]:
    """What the real torchtext gave, by test."""
    known = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    yield known
    if RECORDING:
        lines = (f"{json.dumps(name)}: {json.dumps(known[name], separators=(',', ':'))}" for name in sorted(known))
        RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


@pytest.fixture
def recorded(request: pytest.FixtureRequest, records: dict[str, Any]) -> Callable[[Any], None]:
    """Asserts that what a test found is what the real torchtext gave."""
    name = f"{request.path.stem}.{request.node.originalname}"

    def compare(found: Any) -> None:
        value = json.loads(json.dumps(plain(found)))
        if RECORDING and request.node.callspec.params["torchtext"] == "original":
            records[name] = value
        assert value == records[name]

    return compare


@pytest.fixture
def raised() -> Callable[[Callable[[], Any]], str]:
    """Gives the name of what a function raises."""

    def name(function: Callable[[], Any]) -> str:
        try:
            function()
        except Exception as error:
            return type(error).__name__
        return "nothing"

    return name


@pytest.fixture
def batches() -> Callable[..., list[Any]]:
    """Gives the size and the named columns of each batch."""

    def columns(iterator: Iterable[Any], *names: str) -> list[Any]:
        return [[len(batch), *(plain(getattr(batch, name)) for name in names)] for batch in iterator]

    return columns


def draw_text(seed: int, words: int, vocabulary: str = "abcdefgh") -> list[str]:
    return random.Random(seed).choices(vocabulary, k=words)


@pytest.fixture
def text_of() -> Callable[..., list[str]]:
    """Draws words from a seed."""
    return draw_text


@pytest.fixture
def dataset_of(torchtext: Any) -> Callable[..., tuple[Any, Any, Any]]:
    """Draws a labelled data set from a seed; gives it with its two fields, which have vocabularies."""

    def make(seed: int = 1, count: int = 57, **options: Any) -> tuple[Any, Any, Any]:
        draw = random.Random(seed)
        texts = [draw_text(draw.randrange(10**6), draw.randint(1, 9)) for _ in range(count)]
        TEXT, LABEL = torchtext.data.Field(**options), torchtext.data.LabelField()
        fields = [("text", TEXT), ("label", LABEL)]
        rows = [torchtext.data.Example.fromlist([text, "good" if len(text) % 2 else "bad"], fields) for text in texts]
        dataset = torchtext.data.Dataset(rows, fields)
        TEXT.build_vocab(dataset)
        LABEL.build_vocab(dataset)
        return dataset, TEXT, LABEL

    return make
