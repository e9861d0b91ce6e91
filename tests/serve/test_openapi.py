"""The server keeps to its OpenAPI document, and answers no malformed request with more than a sentence."""

from __future__ import annotations

import json
import logging
import runpy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "serve_load.py"
TIMEOUT_SECONDS = 300.0
MALFORMED = 400
EXAMPLES = 12
POSTS = [f"/api/{task}" for task in ("translate", "classify", "summarize", "generate", "tag", "multilabel")]


@pytest.fixture(scope="module")
def document(site: httpx.Client) -> Any:
    """What schemathesis knows of the server."""
    return schemathesis.openapi.from_url(str(site.base_url.join("/openapi.json")))


def test_the_document_has_every_path(document: Any) -> None:
    assert set(document) == {"/health", "/ready", "/api/models", *POSTS}


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", POSTS)
def test_answers_are_as_the_document_says(document: Any, path: str, mode: schemathesis.GenerationMode) -> None:
    """To requests that keep to it, which are answered, and to those that do not, which are refused."""
    assert kept_to(document[path]["POST"], mode, EXAMPLES)


@pytest.mark.parametrize("path", ["/health", "/ready", "/api/models"])
def test_answers_without_a_question_are_as_the_document_says(document: Any, path: str) -> None:
    assert kept_to(document[path]["GET"], schemathesis.GenerationMode.POSITIVE, 1)


def kept_to(operation: Any, mode: schemathesis.GenerationMode, examples: int) -> bool:
    """Whether some cases were tried, all of which schemathesis finds to be answered as they should."""
    tried = []

    @settings(max_examples=examples, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def every_case(case: Any) -> None:
        tried.append(case.call_and_validate(timeout=TIMEOUT_SECONDS))

    every_case()
    return bool(tried)


def test_malformed_requests_are_sentences(site: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    benchmark = runpy.run_path(str(BENCHMARK))
    host, _, port = urlsplit(str(site.base_url)).netloc.partition(":")
    statuses: dict[int | None, int] = {}
    for request in benchmark["malformed_requests"](MALFORMED, seed=1):
        status, body = benchmark["raw_answer"](host, int(port), request)
        statuses[status] = statuses.get(status, 0) + 1
        assert status is None or status < 500, request[:300]
        if body.startswith(b"{") and status != 200:
            assert list(json.loads(body)) == ["error"], body
    assert caplog.messages == []
    assert {200, 400, 404, 405, 413, 415, 422} <= statuses.keys() and statuses[422] > MALFORMED / 5
