"""What is served is listed; limits are sentences; a client may leave."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from nlpseq.answers.classification import Prediction
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.serve.app import build_app
from nlpseq.serve.batches import Batches
from nlpseq.serve.limits import CHARACTERS, LENGTH, N_BEST, SAMPLES, TEXTS, Limits
from nlpseq.serve.routes.translate import SearchOptions
from nlpseq.serve.runs import load_runs
from nlpseq.serve.served import ServedRun
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.generate.char_rnn import CharRNN

Serve = Callable[[FastAPI], AbstractContextManager[httpx.Client]]


def ask(site: httpx.Client, task: str, **body: Any) -> dict[str, Any]:
    """The answer to a request that is answered."""
    response = site.post(f"/api/{task}", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def refused(site: httpx.Client, task: str, **body: Any) -> tuple[int, str]:
    """The status and the sentence of one that is not."""
    response = site.post(f"/api/{task}", json=body)
    answer = response.json()
    assert list(answer) == ["error"] and "\n" not in answer["error"]
    return response.status_code, answer["error"]


def events(lines: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """(name, data) of server-sent events."""
    blocks = "\n".join(lines).removesuffix("\n").split("\n\n")
    parts = [block.split("\n") for block in blocks if block]
    assert all(len(part) == 2 for part in parts)
    return [(part[0].removeprefix("event: "), json.loads(part[1].removeprefix("data: "))) for part in parts]


# ---- what is served


def test_the_runs_and_limits_are_listed(site: httpx.Client, classifier: Classifier) -> None:
    found = site.get("/api/models").json()
    entries = {entry["name"]: entry for entry in found["models"]}
    assert {name: entry["task"] for name, entry in entries.items()} == {
        "tiny": "translate", "reviews": "classify", "headlines": "summarize", "story": "generate", "names": "tag",
        "labels": "multilabel",
    }  # fmt: skip
    assert entries["tiny"]["languages"] == ["en", "de"] and entries["tiny"]["labels"] is None
    assert entries["reviews"]["labels"] == list(classifier.labels) and entries["reviews"]["languages"] is None
    assert "translates en to de" in entries["tiny"]["description"]
    assert len(entries["tiny"]["examples"]) == 5 and all(text.endswith(".") for text in entries["tiny"]["examples"])
    assert all(", but in the end" in text for text in entries["reviews"]["examples"])
    assert len(entries["headlines"]["examples"]) == 1  # saved without its data
    assert found["limits"] == {
        "texts": 64, "characters": 5000, "length": 2000, "samples": 8, "n_best": 10, "beam_size": 20,
        "seconds": 30.0,
    }  # fmt: skip


def test_health_is_open_and_counts_what_waits(site: httpx.Client) -> None:
    assert site.get("/health").json() == {"status": "ok", "queue": 0}


def test_a_run_is_chosen_by_its_name(site: httpx.Client, folders: list[Path], serve_app: Serve) -> None:
    assert ask(site, "translate", texts=["a dog."], model="tiny")["model"] == "tiny"
    assert refused(site, "translate", texts=["a dog."], model="reviews") == (
        404, "no run of that name is served that can translate; GET /api/models lists those that are",
    )  # fmt: skip
    twice = load_runs([folders[1], folders[1]])
    with serve_app(build_app(twice)) as other:
        assert [entry["name"] for entry in other.get("/api/models").json()["models"]] == ["reviews", "reviews-2"]
        assert ask(other, "classify", texts=["fine"], model="reviews-2")["model"] == "reviews-2"
        assert ask(other, "classify", texts=["fine"], model=None)["model"] == "reviews"
        status, sentence = refused(other, "translate", texts=["a dog."])
        assert status == 404 and "no run is served that can translate" in sentence
    for run in twice:
        run.worker.close()


# ---- limits


@pytest.mark.parametrize(
    ("task", "body", "named"),
    [
        ("translate", {"texts": ["a"] * (TEXTS + 1)}, "texts: list should have at most 64 items, not 65"),
        ("translate", {"texts": ["a", "b" * (CHARACTERS + 1)]}, "texts[1]: string should have at most 5000 characters"),
        ("translate", {"texts": ["a"], "n_best": N_BEST + 1}, "n_best: must be less than or equal to 10"),
        ("translate", {"texts": ["a"], "n_best": 0}, "n_best: must be greater than or equal to 1"),
        ("translate", {"texts": ["a"], "n_best": 1.5}, "n_best: must be a valid integer"),
        ("translate", {"texts": ["a"], "n_best": True}, "n_best: must be a valid integer"),
        ("translate", {"texts": ["a"], "n_best": "2"}, "n_best: must be a valid integer"),
        ("translate", {"texts": "a"}, "texts: must be a valid list"),
        ("translate", {"texts": [1]}, "texts[0]: must be a valid string"),
        ("translate", {"texts": ["a"], "path": "/etc/passwd"}, "path: no such key"),
        ("translate", {}, "texts: missing"),
        ("classify", {"texts": ["a"], "explain": 1}, "explain: must be a valid boolean"),
        ("summarize", {"texts": ["a"], "origins": None}, "origins: must be a valid boolean"),
        ("summarize", {"texts": ["a"], "model": 7}, "model: must be a valid string"),
        ("generate", {"length": LENGTH + 1}, "length: must be less than or equal to 2000"),
        ("generate", {"samples": SAMPLES + 1}, "samples: must be less than or equal to 8"),
        ("generate", {"temperature": -0.1}, "temperature: must be greater than or equal to 0"),
        ("generate", {"top_p": 0}, "top_p: must be greater than or equal to 0.001"),
        ("generate", {"seed": 10**400}, "seed: must be less than or equal to 9007199254740991"),
        ("generate", {"min_p": 10**400}, "min_p: must be a valid number"),
        ("generate", {"stop": ["a"] * 9}, "stop: list should have at most 8 items"),
        ("generate", {"prompt": "a" * (CHARACTERS + 1)}, "prompt: string should have at most 5000 characters"),
    ],
)  # fmt: skip
def test_what_is_beyond_the_limits_is_named(site: httpx.Client, task: str, body: dict[str, Any], named: str) -> None:
    status, sentence = refused(site, task, **body)
    assert (status, sentence[: len(named)]) == (422, named)


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        (b'{"texts": ["\\ud800"]}', 422, "texts[0]: must be a valid string"),
        (b'{"\\ud800": 1, "texts": []}', 422, "a key of the body has half of a surrogate pair"),
        ('{"texts": ["a"]}'.encode("utf-16"), 400, "the body is not JSON in UTF-8"),
        ('{"texts": ["a"]}'.encode("utf-16-le"), 400, "the body is not JSON in UTF-8"),
        ('{"texts": ["a"]}'.encode("utf-32-be"), 400, "the body is not JSON in UTF-8"),
        (json.dumps({"texts": [], "x" * 3000: 1}).encode(), 422, "no such key"),
        (b'{"texts": [NaN]}', 422, "texts[0]: must be a valid string"),
        (b'{"texts": ["\xff"]}', 400, "the body is not JSON in UTF-8"),
        (b'{"texts": ' + b"[" * 100_000, 400, "nested too deeply"),
        (b'{"texts": ["a"], "n_best": ' + b"9" * 4000 + b"}", 422, "n_best: must be less"),
        (b'{"texts": ["a"], "n_best": ' + b"9" * 5000 + b"}", 400, "the body is not JSON"),
        (b'{"texts": ["a"]', 422, "the body is not JSON"),
        (b"", 422, "the body must be a JSON object"),
        (b"null", 422, "the body must be a JSON object"),
        (b'["a"]', 422, "the body must be a JSON object"),
    ],
    ids=[
        "surrogate",
        "surrogate key",
        "utf-16",
        "utf-16-le",
        "utf-32-be",
        "long key",
        "nan",
        "utf-8",
        "deep",
        "huge",
        "too huge",
        "cut",
        "empty",
        "null",
        "list",
    ],
)
def test_a_body_that_is_none_is_one_sentence(site: httpx.Client, body: bytes, status: int, named: str) -> None:
    response = site.post("/api/translate", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status and named in response.json()["error"]
    assert len(response.json()["error"]) <= 500


def test_a_score_that_is_no_number_is_never_null(serve_app: Serve) -> None:
    def answer(texts: list[str], options: object) -> list[Prediction]:
        return [Prediction("good", float("nan"), {"good": float("nan")}) for _ in texts]

    run = ServedRun("nan", "classify", "fails", [], {}, None, Batches("nan", answer))
    with serve_app(build_app([run])) as client:
        response = client.post("/api/classify", json={"texts": ["a"]})
        assert (response.status_code, response.json()) == (
            500, {"error": "the model's scores are not numbers; train the run again"},
        )  # fmt: skip
    run.worker.close()


def test_what_is_not_a_number_is_refused(site: httpx.Client) -> None:
    for value in ("NaN", "Infinity", "-Infinity", "1e999"):
        content = f'{{"temperature": {value}}}'
        response = site.post("/api/generate", content=content, headers={"Content-Type": "application/json"})
        assert (response.status_code, response.json()) == (422, {"error": "temperature: must be a finite number"})


# ---- time, queues and clients that leave


class Held:
    """A run whose thread waits in its first call until it is let go."""

    def __init__(self, task: str, limits: Limits) -> None:
        self.entered, self.open = threading.Event(), threading.Event()
        self.calls: list[list[str]] = []
        self.run = ServedRun("held", task, "waits", [], {}, None, Batches("held", self._answer, limits=limits))

    def _answer(self, texts: list[str], options: SearchOptions) -> list[list[Any]]:
        self.calls.append(texts)
        self.entered.set()
        self.open.wait()
        return [[] for _ in texts]


def test_the_time_of_a_request_ends(serve_app: Serve) -> None:
    limits = Limits(seconds=0.2)
    held = Held("translate", limits)
    with serve_app(build_app([held.run], limits=limits)) as site:
        assert refused(site, "translate", texts=["a"]) == (
            422, "this took longer than the 0.2 seconds allowed; ask for less at a time",
        )  # fmt: skip
        response = site.post("/api/translate", json={"texts": ["b"]})
        assert response.status_code == 503 and response.headers["Retry-After"] == "5"
        assert "not enough to come to this" in response.json()["error"]
        held.open.set()
        assert ask(site, "translate", texts=["c"])["results"] == [{"source_tokens": [], "translations": []}]
    assert held.calls == [["a"], ["c"]]
    held.run.worker.close()


def test_a_full_queue_is_said_to_be_full(serve_app: Serve) -> None:
    limits = Limits(queue_requests=2)
    held = Held("summarize", limits)
    with serve_app(build_app([held.run], limits=limits)) as site, ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(ask, site, "summarize", texts=["first"])]
        held.entered.wait()
        waiting += [pool.submit(ask, site, "summarize", texts=["more"]) for _ in range(2)]
        while site.get("/health").json()["queue"] < 2:
            pass
        response = site.post("/api/summarize", json={"texts": ["too many"]})
        assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
        assert response.json() == {"error": "too many requests are waiting; try again in a second"}
        held.open.set()
        assert all(answer.result()["results"] == [{"summaries": []}] for answer in waiting)
    held.run.worker.close()


def test_a_request_whose_client_has_gone_is_dropped(serve_app: Serve) -> None:
    held = Held("translate", Limits())
    with serve_app(build_app([held.run])) as site, ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, site, "translate", texts=["first"])
        held.entered.wait()
        with pytest.raises(httpx.ReadTimeout):
            site.post("/api/translate", json={"texts": ["gone"]}, timeout=0.3)
        while site.get("/health").json()["queue"]:
            pass
        held.open.set()
        first.result()
        ask(site, "translate", texts=["there"])
    assert held.calls == [["first"], ["there"]]
    held.run.worker.close()


def endless_run(writer: CharRNN, run: ServedRun, closed: threading.Event) -> ServedRun:
    """A run that writes without end, and says when it is stopped."""

    class Endless:
        alphabet = writer.alphabet

        def stream(self, prompts: list[str], **options: Any) -> Any:
            try:
                yield from writer.stream(prompts, **{**options, "length": 10**9})
            finally:
                closed.set()

    return ServedRun("endless", "generate", "", [], {}, Endless(), run.worker)  # a double


def test_a_client_that_goes_away_stops_its_text(serve_app: Serve, writer: CharRNN, runs: list[ServedRun]) -> None:
    closed = threading.Event()
    with serve_app(build_app([endless_run(writer, runs[3], closed)])) as site:
        with site.stream("POST", "/api/generate", json={"prompt": "Zoë", "stream": True}) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: text"
            assert not closed.is_set() and site.get("/health").json()["queue"] == 1
        assert closed.wait(300)
        closed.clear()
        with pytest.raises(httpx.ReadTimeout):
            site.post("/api/generate", json={"prompt": "Zoë"}, timeout=0.3)
        assert closed.wait(300)
        while site.get("/health").json()["queue"]:
            pass


def test_a_long_text_does_not_hold_up_others(serve_app: Serve, writer: CharRNN, runs: list[ServedRun]) -> None:
    closed = threading.Event()
    both = [endless_run(writer, runs[3], closed), runs[3]]
    with serve_app(build_app(both)) as site:
        with site.stream("POST", "/api/generate", json={"stream": True}) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: text"
            short = ask(site, "generate", prompt="the", length=20, model="story")["texts"]
            assert short == writer.samples(["the"], length=20, options=SamplingOptions(temperature=0.8))
            assert not closed.is_set()
        assert closed.wait(300)


def test_a_stream_ends_with_what_went_wrong(serve_app: Serve, writer: CharRNN, runs: list[ServedRun]) -> None:
    limits = Limits(seconds=0.5)
    with serve_app(build_app([endless_run(writer, runs[3], threading.Event())], limits=limits)) as site:
        with site.stream("POST", "/api/generate", json={"stream": True}) as response:
            found = events(list(response.iter_lines()))
        assert found[0][0] == "text"
        assert found[-1] == (
            "error",
            {"error": "this took longer than the 0.5 seconds allowed; ask for less at a time"},
        )
        assert refused(site, "generate") == (422, found[-1][1]["error"])
