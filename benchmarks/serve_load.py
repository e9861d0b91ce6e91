"""Load on `nlpseq serve`: many clients against one, each answer checked; the latency of one; malformed requests.

    python benchmarks/serve_load.py runs/translate runs/classify --seconds 60 --clients 64
    python benchmarks/serve_load.py exports/translate exports/classify --workers 2 --texts en.txt reviews.txt
    python benchmarks/serve_load.py runs/translate runs/classify --malformed 10000

It starts the server itself, on a free port. Texts are those of the runs' test splits, or of files, which exports need.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

TEXTS = 200
WARM_REQUESTS = 50
LATENCY_REQUESTS = 100
TIMEOUT_SECONDS = 60


class Question(NamedTuple):
    """A request as it is sent, and whether an answer is the library's."""

    request: bytes
    is_right: Callable[[dict[str, Any]], bool]


@dataclass
class Load:
    """What clients met in some seconds."""

    answers: int = 0
    wrong: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return (self.answers - self.wrong) / self.seconds

    def line(self, clients: int) -> str:
        """It in words."""
        quantiles = statistics.quantiles(self.latencies, n=100)
        return (
            f"{clients} client{'s' if clients > 1 else ''}: {self.rate:.1f} requests/s, {self.answers:,} answers, "
            f"{self.wrong} wrong, {sum(self.errors.values())} errors {dict(self.errors) or ''}; latency median "
            f"{1000 * quantiles[49]:.1f} ms, 95% {1000 * quantiles[94]:.1f} ms, 99% {1000 * quantiles[98]:.1f} ms"
        )


# ---- questions with known answers


def translations(run: Path, file: Path | None) -> tuple[list[str], Callable[[str], str], list[Question]]:
    """Test sentences, the library call for one, and the questions."""
    translator = loaded(run)
    texts = test_texts(run, "src", file)
    expected = [translator.search([text], split_sentences=True)[0][0] for text in texts]

    def question(text: str, best: Any) -> Question:
        def is_right(answer: dict[str, Any]) -> bool:
            found = answer["results"][0]["translations"][0]
            return bool(found["text"] == best.text and abs(found["score"] - best.score) < 1e-3)

        return Question(post("/api/translate", {"texts": [text]}), is_right)

    return texts, translator.translate, [question(*pair) for pair in zip(texts, expected, strict=True)]


def classifications(run: Path, file: Path | None) -> tuple[list[str], Callable[[str], Any], list[Question]]:
    """Test texts, the library call for one, and the questions."""
    classifier = loaded(run)
    texts = test_texts(run, "text", file)
    expected = [classifier.predict(text) for text in texts]

    def question(text: str, prediction: Any) -> Question:
        def is_right(answer: dict[str, Any]) -> bool:
            found = answer["results"][0]
            near = abs(found["probability"] - prediction.probability) < 1e-4
            return bool(found["label"] == prediction.label and near)

        return Question(post("/api/classify", {"texts": [text]}), is_right)

    return texts, classifier.predict, [question(*pair) for pair in zip(texts, expected, strict=True)]


def loaded(path: Path) -> Any:
    """The model of a run or an export."""
    from nlpseq.onnx.folder import is_export, load_export
    from nlpseq.runs.saved_model import model_task
    from nlpseq.tasks import task_named

    return load_export(path) if is_export(path) else task_named(model_task(path)[0]).load(path)


def test_texts(run: Path, column: str, file: Path | None) -> list[str]:
    """Some texts of the run's test split, or of the lines of a file."""
    if file is not None:
        lines = file.read_text(encoding="utf-8").splitlines()
        return [line for line in lines[:: max(1, len(lines) // TEXTS)] if line.strip()][:TEXTS]
    from datasets import load_from_disk

    return [str(text) for text in load_from_disk(run / "data" / "corpus")["test"][column][:TEXTS]]


def post(path: str, body: dict[str, Any]) -> bytes:
    """A request as it goes over the wire."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    )
    return f"{head}\r\n\r\n".encode() + content


# ---- clients


async def load(host: str, port: int, questions: list[Question], *, clients: int, seconds: float) -> Load:
    """Let clients ask, each the next question as soon as it has its answer, until the time is over."""
    found = Load()
    begin = time.perf_counter()
    await asyncio.gather(
        *(client(host, port, questions, begin + seconds, random.Random(number), found) for number in range(clients))
    )
    found.seconds = time.perf_counter() - begin
    return found


async def client(
    host: str, port: int, questions: list[Question], end: float, choice: random.Random, found: Load
) -> None:
    """One client on one connection."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while (begin := time.perf_counter()) < end:
            question = choice.choice(questions)
            writer.write(question.request)
            status, body = await asyncio.wait_for(answer(reader), TIMEOUT_SECONDS)
            found.latencies.append(time.perf_counter() - begin)
            if status == 200:
                found.answers += 1
                found.wrong += not question.is_right(json.loads(body))
            else:
                found.errors[str(status)] += 1
    except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
        found.errors[type(error).__name__] += 1
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next answer on a connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return int(head.split(b" ", 2)[1]), await reader.readexactly(int(length[1]) if length else 0)


async def latency(
    host: str, port: int, texts: list[str], questions: list[Question], call: Callable[[str], Any]
) -> tuple[float, float]:
    """Median seconds of one request over HTTP and of the same call of the library, in turn, both warm."""
    for text in texts[:LATENCY_REQUESTS]:  # what this imports takes longer than the server lets a connection rest
        call(text)
    reader, writer = await asyncio.open_connection(host, port)
    over_http, in_process = [], []
    for place in [0] * WARM_REQUESTS + [n % len(texts) for n in range(LATENCY_REQUESTS)]:
        begin = time.perf_counter()
        writer.write(questions[place].request)
        await answer(reader)
        middle = time.perf_counter()
        call(texts[place])
        over_http.append(middle - begin)
        in_process.append(time.perf_counter() - middle)
    writer.close()
    return statistics.median(over_http[WARM_REQUESTS:]), statistics.median(in_process[WARM_REQUESTS:])


# ---- malformed requests

PATHS = ["/api/translate", "/api/classify", "/api/summarize", "/api/generate"]
BODIES: list[dict[str, Any]] = [
    {"texts": ["A dog runs.", ""], "n_best": 2, "attention": True, "model": None},
    {"texts": ["Not bad at all."], "explain": True},
    {"texts": ["The rain came and went all day."], "n_best": 1, "origins": True},
    {"prompt": "At noon ", "length": 9, "temperature": 0.8, "top_k": 3, "top_p": 0.9, "min_p": 0.1, "seed": 1,
     "repetition_penalty": 1.1, "samples": 2, "stop": ["x"], "stream": False},
]  # fmt: skip
# As JSON, so that what no Python value stands for is there too.
VALUES = [
    "null", "true", "[]", "{}", '""', "-1", "0", "1.5", "NaN", "Infinity", "-Infinity", "1e999", "-0.0", "9" * 400,
    "9" * 5000, '"\\ud800"', '"\\u0000"', '"\x00"', '"\\udfff\\ud800"', f'"{"a" * 5001}"', '["a", 1]', '["a", null]',
    '["\\ud800"]', f"[{'0,' * 70}0]", "[" * 500 + "]" * 500, '{"a":' * 500 + "1" + "}" * 500, "[" * 100_000,
    '"../../etc/passwd"', '"<script>"', "'a'", "undefined", "01", "1e-999", '["\U0001f600\u202e"]', '"', "[1,]",
]  # fmt: skip
STRANGE_PATHS = [
    "/", "/api", "/api/", "/api/none", "/static/../app.py", "/static/%2e%2e%2fapp.py", "/%00", "//", "/docs/", "*",
    "/static/page.js%00", "/openapi.json/..", "/health?x=%ff", "/api/translate/", "/API/TRANSLATE", "/" + "a" * 3000,
    "/%ff%fe", "/static/%c0%ae%c0%ae/", "http://example.org/", "/api/translate#x",
]  # fmt: skip
METHODS = ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "POST", "FOO", "get"]
KINDS = ["text/plain", "", "application/xml", "application/json; charset=utf-16", "multipart/form-data", "json", "\x7f"]
HEADERS = [
    "Content-Length: -1", "Content-Length: x", "Content-Length: 99999999999999999999", "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip", "Expect: 100-continue", "Expect: x", "Upgrade: websocket", "Authorization: Bearer \xff",
    "Host: evil.example.org", "Content-Encoding: gzip", "Cookie: " + "a" * 9000, "X-Broken", ": x", "Range: bytes=9-1",
    "X-Forwarded-For: ::1", "Connection: upgrade", "Accept: \x01", "X: " + "y" * 70_000,
]  # fmt: skip


def malformed_requests(count: int, *, seed: int) -> Iterator[bytes]:
    """Requests as they go over the wire, most of them wrong in one way."""
    chance = random.Random(seed)
    for _ in range(count):
        place = chance.randrange(len(PATHS))
        path, body = PATHS[place], dict(BODIES[place])
        content = json.dumps(body).encode()
        method, kind, extra = "POST", "application/json", ""
        way = chance.randrange(10)
        if way < 4:  # a value, and with it perhaps the key, that is wrong
            key = chance.choice([*body, "key", "\\ud800", "texts", "model"])
            parts = [f'"{name}": {json.dumps(value)}' for name, value in body.items() if name != key]
            content = f"{{{', '.join([*parts, f'{json_key(key)}: {chance.choice(VALUES)}'])}}}".encode()
        elif way < 6:  # bytes lost, doubled or turned into others
            content = bytes(damaged(bytearray(content), chance))
        elif way == 6:
            content = chance.choice([chance.randbytes(chance.randrange(300)), chance.choice(VALUES).encode()])
        elif way == 7:
            method, path = chance.choice(METHODS), chance.choice([path, *STRANGE_PATHS])
        elif way == 8:
            kind = chance.choice(KINDS)
            content = chance.choice([content, b"", b" " * chance.choice([10, 4_194_305])])
            kind = "application/json" if len(content) > 1000 else kind
        else:
            extra = chance.choice(HEADERS) + "\r\n"
            content += b"\r\n"  # or the server would wait, as it should, for the end of the first chunk's length
        length = "" if extra.startswith(("Content-Length", "Transfer")) else f"Content-Length: {len(content)}\r\n"
        host = "" if extra.startswith("Host") else "Host: localhost\r\n"
        head = f"{method} {path} HTTP/1.1\r\n{host}Content-Type: {kind}\r\n{length}{extra}Connection: close\r\n\r\n"
        yield head.encode("latin-1") + content


def json_key(key: str) -> str:
    """A key between quotation marks, its escapes left as they are."""
    return f'"{key}"'


def damaged(content: bytearray, chance: random.Random) -> bytearray:
    """Some bytes less, more or other."""
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(content) + 1)
        content[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return content


def raw_answer(host: str, port: int, request: bytes) -> tuple[int | None, bytes]:
    """Status and body of the answer, or None where the server hung up without one."""
    with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS) as connection:
        parts = []
        try:
            connection.sendall(request)
            while part := connection.recv(1 << 16):
                parts.append(part)
        except ConnectionError:  # it had read enough
            pass
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        head, _, body = body.partition(b"\r\n\r\n")
    return (int(head.split(b" ", 2)[1]), body) if head else (None, b"")


# ---- the server


class Server:
    """`nlpseq serve` as a process, and what it has written to standard error in the end."""

    def __init__(self, runs: list[Path], *, workers: int) -> None:
        command = [sys.executable, "-m", "nlpseq", "serve", "--port", "0", "--workers", str(workers), *map(str, runs)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        found = re.search(r"http://([\d.]+):(\d+)", self.process.stdout.readline())
        if not found:
            raise SystemExit(self.process.communicate()[1])
        self.host, self.port = found[1], int(found[2])

    def megabytes(self) -> float:
        """Memory that it holds, all of its processes together, what they share once."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        parts = [Path(f"/proc/{number}/smaps_rollup").read_text() for number in (self.process.pid, *children)]
        return sum(int(re.findall(r"Pss:\s+(\d+) kB", part)[0]) for part in parts) / 1024

    def end(self) -> tuple[int, str]:
        """Exit code after SIGTERM, and what it wrote to standard error."""
        self.process.terminate()
        _, err = self.process.communicate(timeout=TIMEOUT_SECONDS)
        return self.process.returncode, err


def main() -> None:
    """Measure, and print one line for each thing that is promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("translate", type=Path, help="a run of the task translate")
    parser.add_argument("classify", type=Path, help="a run of the task classify")
    parser.add_argument("--more", type=Path, action="append", default=[], help="another run to serve")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--malformed", type=int, default=0, metavar="N", help="send N malformed requests instead")
    parser.add_argument("--workers", type=int, default=1, help="processes of the server")
    parser.add_argument("--texts", type=Path, nargs=2, default=(None, None), metavar="FILE", help="a text a line, both")
    options = parser.parse_args()
    server = Server([options.translate, options.classify, *options.more], workers=options.workers)
    try:
        if options.malformed:
            fuzz(server, options.malformed)
        else:
            measure(server, options)
    finally:
        code, err = server.end()
    print(f"exit code {code} after SIGTERM; tracebacks on standard error: {err.count('Traceback')}")
    print(f"standard error:\n{err}")


def measure(server: Server, options: argparse.Namespace) -> None:
    """Latency of one request, then one client, then many."""
    of_translate, of_classify = options.texts
    sets = [translations(options.translate, of_translate), classifications(options.classify, of_classify)]
    where = server.host, server.port
    for name, (texts, call, questions) in zip(("translate", "classify"), sets, strict=True):
        http, library = asyncio.run(latency(*where, texts, questions, call))
        print(
            f"one request to {name}, warm, median of {LATENCY_REQUESTS}: {1000 * http:.2f} ms over HTTP, "
            f"{1000 * library:.2f} ms by the library, {1000 * (http - library):+.2f} ms"
        )
    questions = [question for _, _, found in sets for question in found]
    asyncio.run(load(*where, questions, clients=options.clients, seconds=min(5.0, options.seconds)))  # warm
    one = asyncio.run(load(*where, questions, clients=1, seconds=max(5.0, options.seconds / 4)))
    print(one.line(1))
    before = server.megabytes()
    many = asyncio.run(load(*where, questions, clients=options.clients, seconds=options.seconds))
    print(many.line(options.clients))
    print(f"ratio {many.rate / one.rate:.2f}; memory {before:.0f} MB before, {server.megabytes():.0f} MB after")


def fuzz(server: Server, count: int) -> None:
    """Malformed requests, one connection each."""
    statuses: Counter[int | None] = Counter()
    bad, before = 0, server.megabytes()
    begin = time.perf_counter()
    for request in malformed_requests(count, seed=1):
        status, body = raw_answer(server.host, server.port, request)
        statuses[status] += 1
        if (status is not None and status >= 500) or b"Traceback" in body:
            bad += 1
            print(f"{status}: {request[:200]!r} -> {body[:200]!r}")
    counts = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items(), key=str))
    print(f"{count:,} malformed requests in {time.perf_counter() - begin:.0f} s: {bad} bad answers; {counts}")
    print(f"memory {before:.0f} MB before, {server.megabytes():.0f} MB after")


if __name__ == "__main__":
    main()
