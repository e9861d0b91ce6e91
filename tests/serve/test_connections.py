"""A connection that does not say what it wants is closed, and no number of them keeps others out."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn

from nlpseq.serve.app import build_app
from nlpseq.serve.connections import Connection, Connections, Server, most_connections
from nlpseq.serve.listen import bound_socket

TIMEOUT_SECONDS = 60.0
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextmanager
def served(connections: Connections, *, keep_alive: int = 5) -> Iterator[tuple[str, int]]:
    """The place of a server without runs that has these connections."""
    protocol: Any = partial(Connection, connections=connections)
    config = uvicorn.Config(
        build_app([]), lifespan="off", log_config=None, access_log=False, http=protocol, timeout_keep_alive=keep_alive
    )
    with bound_socket("127.0.0.1", 0) as found:
        found.listen()
        server = Server(config, connections)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [found]})
        thread.start()
        try:
            yield found.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def opened(place: tuple[str, int], sent: bytes = b"") -> socket.socket:
    found = socket.create_connection(place, timeout=TIMEOUT_SECONDS)
    found.sendall(sent)
    return found


def is_closed(connection: socket.socket) -> bool:
    """Wait until the server closes it."""
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("sent", [b"", b"G", HEALTH[:-2], b"POST /api/translate HTTP/1.1\r\nHost: localhost\r\nX: y"])
def test_half_a_head_is_not_waited_for(sent: bytes) -> None:
    with served(Connections(9, head_seconds=0.3)) as place, opened(place, sent) as connection:
        assert is_closed(connection)


def test_half_of_a_second_head_is_not_waited_for_either() -> None:
    with served(Connections(9, head_seconds=0.3), keep_alive=600) as place, opened(place, HEALTH) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        connection.sendall(HEALTH[:9])
        while part := connection.recv(1000):  # the rest of the first answer
            assert b"HTTP/1.1" not in part


def test_whole_heads_are_answered_as_often_as_they_come() -> None:
    with served(Connections(9, head_seconds=0.3)) as place, opened(place) as connection:
        for _ in range(3):
            for part in (HEALTH[:9], HEALTH[9:]):
                connection.sendall(part)
            answer = b""
            while b'"queue"' not in answer:
                answer += connection.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200 ")


def test_of_too_many_the_oldest_that_waits_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    with served(Connections(3, head_seconds=600)) as place:
        held = [opened(place, HEALTH[:number]) for number in range(10)]
        with opened(place, HEALTH) as last:
            assert last.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert all(is_closed(connection) for connection in held[:8])
        for connection in held:
            connection.close()
    assert caplog.messages == ["too many connections (3); the oldest without a whole request are closed"]


def test_what_asyncio_says_by_the_thousand_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    class Loop:
        said: list[object] = []

        def default_exception_handler(self, context: dict[str, Any]) -> None:
            self.said.append(context)

    loop: Any = Loop()
    server = Server(uvicorn.Config(build_app([]), log_config=None), Connections(3))
    for _ in range(1000):
        server._failed(loop, {"exception": OSError(errno.EMFILE, "Too many open files")})
    assert caplog.messages == ["no more connections can be taken: Too many open files; raise ulimit -n"]
    server._failed(loop, {"exception": OSError(errno.EIO, "other")})
    assert len(loop.said) == 1


def test_there_are_fewer_connections_than_files(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    for files, most in ((1024, 832), (256, 64), (100, 8), (1 << 20, 4096), (resource.RLIM_INFINITY, 4096)):
        monkeypatch.setattr(resource, "getrlimit", lambda kind, files=files: (files, files))
        assert most_connections() == most
