"""Who may ask, how much, and what every answer has: before any route is asked."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI

from nlpseq.serve.app import build_app
from nlpseq.serve.batches import Batches
from nlpseq.serve.guard import THROWN_AWAY
from nlpseq.serve.limits import Limits
from nlpseq.serve.listen import LOOPBACK_NAMES
from nlpseq.serve.served import ServedRun

Serve = Callable[[FastAPI], AbstractContextManager[httpx.Client]]
JSON = {"Content-Type": "application/json"}
LIMITS = Limits(seconds=0.5, body_bytes=3000)
TOKEN = "s3cret+/="


@pytest.fixture(scope="module")
def broken() -> Iterator[ServedRun]:
    """A run that fails in a way that nobody foresaw."""

    def answer(texts: list[str], options: object) -> list[object]:
        raise RuntimeError(f"no memory for {texts}")

    run = ServedRun("broken", "translate", "fails", [], {}, None, Batches("broken", answer))
    yield run
    run.worker.close()


@pytest.fixture(scope="module")
def locked(broken: ServedRun, serve_app: Serve) -> Iterator[httpx.Client]:
    """A server that wants a token."""
    with serve_app(build_app([broken], limits=LIMITS, token=TOKEN)) as client:
        yield client


@pytest.fixture(scope="module")
def small(broken: ServedRun, serve_app: Serve) -> Iterator[httpx.Client]:
    """A server of this machine alone that takes small bodies only."""
    with serve_app(build_app([broken], limits=LIMITS, hosts=LOOPBACK_NAMES)) as client:
        yield client


def test_every_answer_has_the_headers(site: httpx.Client) -> None:
    for method, path, cached in [
        ("GET", "/health", "no-cache"), ("GET", "/docs", "no-cache"), ("GET", "/static/docs.css", "no-cache"),
        ("GET", "/nothing", "no-cache"), ("GET", "/api/models", "no-store"), ("POST", "/api/translate", "no-store"),
        ("PUT", "/api/translate", "no-store"), ("GET", "/api/nothing", "no-store"),
    ]:  # fmt: skip
        headers = site.request(method, path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;")
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == cached
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404), ("GET", "/api", 404), ("POST", "/api/translate/", 404),
        ("GET", "/static/app.py", 404),
        ("GET", "/static/..%2fapp.py", 404), ("GET", "/static/%2e%2e/app.py", 404), ("GET", "/static/", 404),
        ("GET", "/static/page.js%00.css", 404), ("GET", "//etc/passwd", 404),
        ("GET", "/api/translate", 405), ("DELETE", "/health", 405), ("PATCH", "/api/generate", 405),
        ("OPTIONS", "/api/translate", 405), ("POST", "/", 405),
    ],
)  # fmt: skip
def test_paths_and_methods_that_are_none(site: httpx.Client, method: str, path: str, status: int) -> None:
    content = b"{}" if method in ("POST", "PATCH") else b""
    response = site.request(method, path, content=content, headers=JSON)
    assert response.status_code == status and list(response.json()) == ["error"]
    assert (status == 405) == ("Allow" in response.headers)


# ---- the token


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_without_the_token_there_is_no_api(locked: httpx.Client, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.encode("latin-1")}
    for method, path in [("GET", "/api/models"), ("POST", "/api/translate"), ("GET", "/api/none")]:
        response = locked.request(method, path, headers=headers)
        assert response.status_code == 401 and response.headers["WWW-Authenticate"] == "Bearer"
        assert response.json() == {"error": "the header Authorization: Bearer TOKEN is missing or wrong"}


def test_the_token_opens_the_api(locked: httpx.Client) -> None:
    for given in (f"Bearer {TOKEN}", f"bearer  {TOKEN}"):
        assert locked.get("/api/models", headers={"Authorization": given}).status_code == 200


def test_what_is_not_the_api_is_open(locked: httpx.Client) -> None:
    for path in ("/health", "/docs", "/openapi.json", "/static/docs.css"):
        assert locked.get(path).status_code == 200
    assert "Authorization: Bearer" in locked.get("/docs").text
    assert "bearer" in str(locked.get("/openapi.json").json()["components"]["securitySchemes"])


# ---- whose request it is


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8000", 200), ("LOCALHOST", 200), ("127.0.0.1:1", 200), ("[::1]:8000", 200), ("[::1]", 200),
     ("example.org", 400), ("localhost.example.org:8000", 400), ("127.0.0.1.example.org", 400)],
)  # fmt: skip
def test_a_page_of_elsewhere_whose_name_leads_here_is_refused(small: httpx.Client, host: str, status: int) -> None:
    response = small.get("/health", headers={"Host": host})
    assert response.status_code == status
    assert status == 200 or "answers to localhost only" in response.json()["error"]


def test_a_form_of_elsewhere_is_refused(small: httpx.Client) -> None:
    """What a browser sends to any site without asking it first."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        response = small.post("/api/translate", content=b'{"texts": ["a"]}', headers={"Content-Type": kind})
        assert response.status_code == 415 and "application/json" in response.json()["error"]
    for kind in ("Application/JSON", "application/json; charset=utf-8"):
        response = small.post("/api/translate", content=b'{"texts": []}', headers={"Content-Type": kind})
        assert response.status_code == 200


# ---- bodies


def test_a_body_that_is_too_large_is_refused(small: httpx.Client) -> None:
    fits = b'{"texts": ["' + b" " * 2980 + b'"], "n_best": 0}'
    for size, status in [(len(fits), 413), (3001, 413), (3000, 422), (3000 * THROWN_AWAY, 413), (200_000, 413)]:
        body = fits.replace(b" " * 2980, b" " * (2980 - len(fits) + size))
        assert len(body) == size
        response = small.post("/api/translate", content=body, headers=JSON)
        assert response.status_code == status, size
        assert status == 422 or response.json() == {
            "error": "the body must have at most 3,000 bytes; send fewer texts at a time"
        }


def test_a_body_of_unsaid_size_is_counted_while_it_comes(small: httpx.Client) -> None:
    def parts(count: int) -> Iterator[bytes]:
        yield b'{"texts": []'
        for _ in range(count):
            yield b" " * 100
        yield b"}"

    for count, status in [(1, 200), (29, 200), (30, 413), (THROWN_AWAY * 30 - 1, 413)]:
        assert small.post("/api/translate", content=parts(count), headers=JSON).status_code == status


def test_a_size_that_is_a_lie_is_refused(small: httpx.Client) -> None:
    connection = http.client.HTTPConnection(urlsplit(str(small.base_url)).netloc)
    connection.putrequest("POST", "/api/translate")
    for name, value in {**JSON, "Content-Length": "9" * 15}.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_body_that_does_not_come_is_not_waited_for(small: httpx.Client) -> None:
    connection = http.client.HTTPConnection(urlsplit(str(small.base_url)).netloc)
    connection.putrequest("POST", "/api/translate")
    for name, value in {**JSON, "Content-Length": "9"}.items():
        connection.putheader(name, value)
    connection.endheaders(b"{")
    response = connection.getresponse()
    assert response.status == 400 and b"did not come within 0.5 seconds" in response.read()
    connection.close()


@pytest.mark.parametrize("path", ["/api/translate", "/health"])
def test_a_body_of_two_lengths_is_refused_and_the_connection_closed(small: httpx.Client, path: str) -> None:
    host, _, port = urlsplit(str(small.base_url)).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 6\r\n"
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1 ") == 1
    assert b"Content-Length or Transfer-Encoding, not in both" in answer


def test_a_client_that_goes_away_in_its_body_is_no_trouble(
    small: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = urlsplit(str(small.base_url)).netloc.partition(":")
    for _ in range(3):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(
                b"POST /api/translate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 900\r\n\r\n{"
            )
    assert small.get("/health").status_code == 200
    assert caplog.messages == []


# ---- faults and the end


def test_a_fault_is_one_sentence_here_and_there(small: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="nlpseq")
    response = small.post("/api/translate", json={"texts": ["\x1b[31m secret"]})
    assert response.status_code == 500
    assert response.json() == {"error": "a fault of the server's own; its log says more"}
    assert len(caplog.records) == 1 and caplog.records[0].exc_info is None
    assert "RuntimeError" in caplog.messages[0] and "\x1b" not in caplog.messages[0]


def test_a_server_that_stops_takes_no_more(broken: ServedRun, serve_app: Serve) -> None:
    with serve_app(build_app([broken], is_stopping=lambda: True)) as client:
        health = client.get("/health")
        assert (health.status_code, health.json()) == (503, {"status": "stopping", "queue": 0})
        response = client.post("/api/translate", json={"texts": ["a"]})
        assert response.status_code == 503 and "the server is stopping" in response.json()["error"]
        assert response.headers["Retry-After"] == "10"


def test_a_body_that_is_packed_is_refused(small: httpx.Client) -> None:
    for name in ("gzip", "br", "gzip, identity"):
        response = small.post("/api/translate", content=b"{}", headers=JSON | {"Content-Encoding": name})
        assert response.status_code == 415 and "Content-Encoding" in response.json()["error"]
    response = small.post("/api/translate", content=b"{}", headers=JSON | {"Content-Encoding": "identity"})
    assert (response.status_code, response.json()) == (422, {"error": "texts: missing"})


def test_half_a_body_does_not_hold_up_the_end(broken: ServedRun, serve_app: Serve) -> None:
    ending = threading.Event()
    app = build_app([broken], limits=Limits(seconds=600), is_stopping=ending.is_set)
    with serve_app(app) as client:
        place = urlsplit(str(client.base_url))
        with socket.create_connection((place.hostname, place.port), timeout=60) as half:
            head = b"POST /api/translate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            half.sendall(head + b"Content-Length: 99\r\n\r\n{")
            ending.set()
            answer = b""
            while b"the server is stopping" not in answer:
                part = half.recv(10_000)
                assert part, answer
                answer += part
        assert answer.startswith(b"HTTP/1.1 503 ")
