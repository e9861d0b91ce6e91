"""The socket, and a server's life as a process: it says where it listens, and ends as it should."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from nlpseq.cli import main
from nlpseq.errors import UserError
from nlpseq.serve.listen import address, bound_socket, is_loopback

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 300.0


@contextmanager
def started(
    *arguments: object, limit_files: int | None = None, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`nlpseq serve` as a process, and its address once it listens."""
    limit = [] if limit_files is None else ["sh", "-c", f'ulimit -n {limit_files}; exec "$@"', "sh"]
    process = subprocess.Popen(
        [*limit, sys.executable, "-m", "nlpseq", "serve", "--port", "0", *map(str, arguments)],
        cwd=ROOT, env=os.environ | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"listening at (http://\S+:\d+) \(Ctrl-C ends\)\n", line)
        assert found, (line, process.stderr.read() if process.poll() is not None else "")
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, and what was written since."""
    out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    return process.returncode, out, err


# ---- the socket


def test_any_free_port_and_a_taken_one() -> None:
    with bound_socket("localhost", 0) as one:
        port = one.getsockname()[1]
        assert port > 0 and is_loopback(one) and address(one).endswith(f":{port}")
        one.listen()
        host = one.getsockname()[0]
        with pytest.raises(UserError, match=f"^--port {port}: already taken by another program; choose another, or 0"):
            bound_socket(host, port).listen()
    with bound_socket("0.0.0.0", 0) as everywhere:
        assert not is_loopback(everywhere) and address(everywhere).startswith("http://0.0.0.0:")


def test_addresses_of_version_six_stand_in_brackets() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        found = bound_socket("::1", 0)
    except UserError:
        pytest.skip("no IPv6 here")
    with found:
        assert address(found) == f"http://[::1]:{found.getsockname()[1]}" and is_loopback(found)


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("127.0.0.1", 65536, "--port must be from 0 to 65535, not 65536; 0 takes any free one"),
        ("127.0.0.1", -1, "--port must be from 0 to 65535, not -1"),
        ("no such host.invalid", 0, "--host no such host.invalid: no such address"),
        ("é" * 70, 0, "no such address"),
        ("192.0.2.1", 0, "--host 192.0.2.1: not an address of this machine"),
    ],
)
def test_an_address_that_is_none_is_one_sentence(host: str, port: int, message: str) -> None:
    with pytest.raises(UserError, match=re.escape(message)):
        bound_socket(host, port)


# ---- the command


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), (b" \n", "a token is one word"), (b"two words", "a token is one word"),
     ("schlüssel".encode(), "a token is one word"), (b"\xff", "cannot be read")],
)  # fmt: skip
def test_a_token_file_without_a_token(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    assert main(["serve", str(tmp_path), "--token-file", str(path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("nlpseq: ") and err.count("\n") == 1 and message in err and "token" in err


def test_mistakes_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with bound_socket("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        for arguments, message in [
            (["serve"], "RUN"),
            (["serve", str(tmp_path / "none")], "none: no such run folder"),
            (["serve", str(tmp_path), "--port", "0"], "config.json: missing or damaged"),
            (["serve", str(tmp_path), "--port", str(port)], f"--port {port}: already taken by another program"),
            (["serve", str(tmp_path), "--port", "http"], "--port"),
            (["serve", str(tmp_path), "--prot", "1"], "did you mean --port?"),
        ]:
            free = ["--port", "0"] if "none" in str(arguments) else []
            assert main([*arguments, *free]) == 2
            out, err = capsys.readouterr()
            assert out == "" and message in err and err.count("\n") == 1


def test_what_is_missing_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("nlpseq.serve.listen", "nlpseq.serve.runs"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve", "x"]) == 2
    assert re.search(r'serve needs uvicorn; run \S+ -m pip install "nlpseq\[serve\]"', capsys.readouterr().err)


# ---- a life


def test_sigterm_finishes_what_runs_and_takes_no_more(folders: list[Path]) -> None:
    with started(folders[3], folders[0]) as (process, url):
        texts: list[str] = []
        first = threading.Event()

        def write() -> None:
            with httpx.stream(
                "POST", f"{url}/api/generate", timeout=TIMEOUT_SECONDS, trust_env=False,
                json={"prompt": "Zoë", "length": 2000, "samples": 8, "stream": True},
            ) as response:  # fmt: skip
                for line in response.iter_lines():
                    texts.append(line)
                    first.set()

        thread = threading.Thread(target=write)
        thread.start()
        assert first.wait(TIMEOUT_SECONDS)
        process.send_signal(signal.SIGTERM)
        thread.join()
        data = [json.loads(line.removeprefix("data: ")) for line in texts if line.startswith("data: ")]
        assert texts[-3:] == ["event: done", "data: {}", ""]
        assert sum(len(part["text"]) for part in data[:-1]) == 8 * (3 + 2000)
        code, out, err = ended(process)
        assert (code, out) == (0, "") and "Traceback" not in err
        assert [line.split(":")[0] for line in err.splitlines()] == ["story", "tiny"]
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health", trust_env=False)


def test_ctrl_c_ends_it_and_a_second_one_at_once(folders: list[Path]) -> None:
    with started(folders[3]) as (process, _):
        process.send_signal(signal.SIGINT)
        code, out, err = ended(process)
        assert (code, out, len(err.splitlines())) == (0, "", 1)
    with started(folders[3]) as (process, url):
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            body = {"length": 2000, "samples": 8, "stream": True}
            with client.stream("POST", f"{url}/api/generate", json=body) as response:
                lines = response.iter_lines()
                next(lines)
                process.send_signal(signal.SIGINT)
                while process.poll() is None:
                    process.send_signal(signal.SIGINT)
                    try:
                        process.wait(0.2)
                    except subprocess.TimeoutExpired:
                        pass
        _, _, err = ended(process)
        assert "Traceback" not in err and len(err.splitlines()) == 1


def test_elsewhere_without_a_token_is_warned_of(folders: list[Path]) -> None:
    with started(folders[3], "--host", "0.0.0.0") as (process, url):
        assert url.startswith("http://0.0.0.0:")
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{here}/api/models", headers={"Host": "example.org"}, trust_env=False).status_code == 200
        process.terminate()
        code, _, err = ended(process)
        assert code == 0 and "warning: whoever can reach this address can use it; --token-file" in err


def test_a_token_is_taken_from_the_environment(folders: list[Path]) -> None:
    with started(folders[3], "--host", "0.0.0.0", NLPSEQ_TOKEN="abc") as (process, url):
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{here}/api/models", trust_env=False).status_code == 401
        headers = {"Authorization": "Bearer abc"}
        assert httpx.get(f"{here}/api/models", headers=headers, trust_env=False).status_code == 200
        process.terminate()
        code, _, err = ended(process)
        assert code == 0 and "warning" not in err


@pytest.mark.parametrize("value", ["", " ", "\t", "two words"])
def test_an_empty_token_in_the_environment_is_a_slip(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLPSEQ_TOKEN", value)
    assert main(["serve", str(tmp_path), "--port", "0"]) == 2
    assert "NLPSEQ_TOKEN: a token is one word" in capsys.readouterr().err


def test_silent_connections_do_not_keep_others_out(folders: list[Path]) -> None:
    with started(folders[3], limit_files=240) as (process, url):
        place = urlsplit(url)
        held = []
        try:
            for number in range(300):
                held.append(socket.create_connection((place.hostname, place.port), timeout=60))
                held[-1].sendall(b"GET /health HTTP/1.1\r\nHost: loc"[: number % 40])
            assert httpx.get(f"{url}/health", trust_env=False, timeout=TIMEOUT_SECONDS).status_code == 200
        finally:
            for connection in held:
                connection.close()
        process.terminate()
        code, _, err = ended(process)
    assert code == 0 and err.count("\n") <= 2 and "too many connections (48)" in err
