"""What is seen of a request from outside: its id, its line, its count; HEAD, a prefix, pages of elsewhere."""

from __future__ import annotations

import json
import logging

import httpx
import pytest

from nlpseq.serve.app import build_app
from nlpseq.serve.metrics import Metrics
from nlpseq.serve.observe import JsonLines
from nlpseq.serve.served import ServedRun
from tests.serve.conftest import served


def test_head_is_get_without_a_body(site: httpx.Client) -> None:
    for path in ("/", "/health", "/static/page.js", "/api/models"):
        found = site.head(path)
        assert (found.status_code, found.content) == (200, b""), path
        assert found.headers["content-type"] == site.get(path).headers["content-type"]
    assert site.head("/nothing").status_code == 404


def test_each_answer_has_an_id_and_a_good_one_is_kept(site: httpx.Client) -> None:
    ids = [site.get("/health").headers["X-Request-ID"] for _ in range(2)]
    assert len(set(ids)) == 2
    assert site.get("/health", headers={"X-Request-ID": "a-b.c_1"}).headers["X-Request-ID"] == "a-b.c_1"
    assert site.get("/health", headers={"X-Request-ID": "two words"}).headers["X-Request-ID"] != "two words"


def test_requests_are_logged_and_counted_without_their_texts(
    runs: list[ServedRun], caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    caplog.set_level(logging.INFO, "nlpseq.access")
    with served(build_app(runs, metrics=metrics, log_requests=True)) as site:
        site.post("/api/classify", json={"texts": ["a secret"]}, headers={"X-Request-ID": "mine"})
        site.get("/nothing/secret")
        counted = site.get("/metrics").text
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "nlpseq.access"]
    first = next(line for line in lines if line["request_id"] == "mine")
    assert (first["method"], first["path"], first["status"], first["level"]) == ("POST", "/api/classify", 200, "info")
    assert "a secret" not in caplog.text
    assert 'nlpseq_requests_total{path="/api/classify",status="200"} 1.0' in counted
    assert 'nlpseq_requests_total{path="other",status="404"} 1.0' in counted


def test_behind_a_proxy_the_prefix_may_be_there_or_not(runs: list[ServedRun]) -> None:
    with served(build_app(runs, root_path="/nlp", token="secret")) as site:
        for prefix in ("", "/nlp"):
            assert site.get(f"{prefix}/health").status_code == 200
            assert site.get(f"{prefix}/api/models").status_code == 401
        assert site.get("/openapi.json").json()["servers"] == [{"url": "/nlp"}]


def test_only_the_named_pages_of_elsewhere_may_ask(runs: list[ServedRun]) -> None:
    with served(build_app(runs, origins=["https://example.org"], token="secret")) as site:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        allowed = site.options("/api/tag", headers={"Origin": "https://example.org", **asked})
        assert allowed.status_code == 200
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://example.org"
        other = site.options("/api/tag", headers={"Origin": "https://example.com", **asked})
        assert "Access-Control-Allow-Origin" not in other.headers


def test_operations_have_plain_names(site: httpx.Client) -> None:
    document = site.get("/openapi.json").json()
    found = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert found >= {"health", "ready", "models", "translate", "classify", "summarize", "generate", "tag"}


def test_models_say_which_weights_they_have_and_since_when(site: httpx.Client) -> None:
    for model in site.get("/api/models").json()["models"]:
        assert len(model["sha256"]) == 64 and model["changed"].startswith("20")
    assert site.get("/ready").json()["ready"] is True
