"""Connections: how many there may be, and how long one may take to say what it wants.

Neither uvicorn nor asyncio limits either: a client that sends half of a request's head, or nothing, holds its
connection for ever, and when no more files can be opened asyncio says so a hundred times a second.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger("nlpseq")

# For the head of a request, from the opening of a connection or the first byte of a further one.
HEAD_SECONDS = 10.0
# Connections that the system keeps until they are taken; asyncio takes as many at once.
BACKLOG = 64
# Files and sockets beside connections: models, libraries, logs.
RESERVED_FILES = 128
MOST_CONNECTIONS = 4096
NO_MORE_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def most_connections() -> int:
    """As many as may be open at once, by the number of files that this process may open.

    >>> 8 <= most_connections() <= MOST_CONNECTIONS
    True
    """
    try:
        import resource
    except ImportError:  # not on Windows
        return MOST_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(8, min(files - BACKLOG - RESERVED_FILES, MOST_CONNECTIONS))


class Connections:
    """The open connections, in the order in which they were made.

    Args:
        most: one more, and the oldest one whose request is not complete is closed.
        head_seconds: see `HEAD_SECONDS`.
    """

    def __init__(self, most: int, *, head_seconds: float = HEAD_SECONDS) -> None:
        self.most, self.head_seconds = most, head_seconds
        self._open: dict[Connection, None] = {}
        self._said = False

    def add(self, connection: Connection) -> None:
        """Let it in, and another one out where there are too many."""
        self._open[connection] = None
        if len(self._open) > self.most:
            self.say_once("too many connections (%d); the oldest without a whole request are closed", self.most)
            waiting = (one for one in self._open if one.is_incomplete())
            closed = next(waiting, connection)
            self.remove(closed)  # at once: many may come before it is told that it is closed
            closed.transport.abort()

    def remove(self, connection: Connection) -> None:
        """It is closed."""
        self._open.pop(connection, None)

    def say_once(self, message: str, *values: object) -> None:
        """A line for the log, but no further one of this kind: what comes by the thousand would fill the disk."""
        if not self._said:
            self._said = True
            log.error(message, *values)


class Connection(H11Protocol):
    """uvicorn's connection, one of `connections`, closed where it does not say what it wants in time."""

    def __init__(self, *args: Any, connections: Connections, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._others = connections
        self._head_timer: asyncio.TimerHandle | None = None

    def is_incomplete(self) -> bool:
        """Whether no request of it is worked on: none has come, or not all of it."""
        return self._has_no_head() or self.cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()
        self._others.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._others.remove(self)
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._has_no_head():
            self._expect_nothing()
        elif self._head_timer is None:  # the first bytes of a further request, which ended the wait for them
            self._expect_head()

    def _has_no_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(self._others.head_seconds, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class Server(uvicorn.Server):
    """uvicorn's server, which says once that no more files can be opened, rather than thousands of times."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(self._failed)
        await super().startup(sockets)

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in NO_MORE_FILES:
            self._connections.say_once("no more connections can be taken: %s; raise ulimit -n", error.strerror)
        else:
            loop.default_exception_handler(context)
