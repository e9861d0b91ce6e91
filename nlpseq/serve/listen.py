"""The socket and the server on it, until a signal ends both."""

from __future__ import annotations

import errno
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from nlpseq.errors import UserError
from nlpseq.serve.app import build_app
from nlpseq.serve.connections import BACKLOG, Connection, Connections, Server, most_connections
from nlpseq.serve.limits import DEFAULT_LIMITS, Limits
from nlpseq.serve.reloading import Reloading
from nlpseq.serve.served import ServedRun
from nlpseq.serve.workers import HANG_UP

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
# What has its answer just in time is still to be sent.
SENDING_SECONDS = 5


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket at this address that does not listen yet.

    Raises:
        UserError: the port is taken or forbidden, or there is no such address here.

    >>> with bound_socket("127.0.0.1", 0) as found:
    ...     found.getsockname()[0]
    '127.0.0.1'
    """
    if not 0 <= port <= 65535:
        raise UserError(f"--port must be from 0 to 65535, not {port}; 0 takes any free one")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise UserError(f"--host {host}: no such address; 127.0.0.1 is this machine alone") from error
    found = socket.socket(family, kind, protocol)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as error:
        found.close()
        raise UserError(_why_not(error, host, port)) from error
    return found


def address(found: socket.socket) -> str:
    """The web address of a bound socket.

    >>> with bound_socket("127.0.0.1", 0) as found:
    ...     address(found).rpartition(":")[0]
    'http://127.0.0.1'
    """
    host, port = found.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(found: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ipaddress.ip_address(found.getsockname()[0].partition("%")[0]).is_loopback


def serve(
    runs: Sequence[ServedRun],
    found: socket.socket,
    *,
    token: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    listening: Callable[[], None] = lambda: None,
    allowed_hosts: Sequence[str] = (),
    reload: Callable[[], Sequence[ServedRun]] | None = None,
    hang_ups: Sequence[int] = (),
    **others: Any,
) -> bool:
    """Serve `runs` on a bound socket until SIGTERM or Ctrl-C, then finish what was begun; another Ctrl-C ends at once.

    Returns whether all has ended. If not, a thread is amid a call that cannot be interrupted, and Python's own end
    under it would be an abort.

    Args:
        runs: closed at the end.
        found: closed too.
        token: what the REST interface asks for.
        limits: of requests and queues.
        listening: called once connections are taken.
        allowed_hosts: names by which the server may be called besides those of this machine.
        reload: loads the runs anew, which SIGHUP asks for; what was begun by the old ones is finished by them.
        hang_ups: SIGHUPs that came before.
        others: of `build_app`.
    """
    runs = list(runs)
    # A token keeps pages of elsewhere out too, whatever name they call the server by.
    hosts = LOOPBACK_NAMES if is_loopback(found) and token is None else None
    if allowed_hosts:
        hosts = LOOPBACK_NAMES.union(name.lower() for name in allowed_hosts)
    app = build_app(runs, limits=limits, token=token, hosts=hosts, is_stopping=lambda: server.should_exit, **others)
    connections = Connections(most_connections())
    protocol: Any = partial(Connection, connections=connections)  # what uvicorn calls, if not quite what it is typed as
    server = Server(
        uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, server_header=False, ws="none", http=protocol,
            backlog=BACKLOG, timeout_graceful_shutdown=int(limits.seconds) + SENDING_SECONDS,
        ),
        connections,
    )  # fmt: skip
    # Of requests that are no HTTP, and of those that a second Ctrl-C cuts off, nothing needs to be known.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn puts its own handlers in their place while it runs, and raises the signal again afterwards.
    before: dict[int, Any] = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    if reload is not None and HANG_UP:
        reloading = Reloading(runs, reload, seconds=limits.seconds)
        before[HANG_UP] = signal.signal(HANG_UP, lambda number, frame: reloading.begin())
        if hang_ups:
            reloading.begin()
    try:
        found.listen(BACKLOG)
        listening()
        server.run(sockets=[found])
    finally:
        ended = [run.worker.close(0.0 if server.force_exit else limits.seconds) for run in runs]
        for number, handler in before.items():
            signal.signal(number, handler)
        found.close()
    return all(ended)


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"--port {port}: already taken by another program; choose another, or 0 for any free one"
    if error.errno == errno.EACCES:
        return f"--port {port}: not allowed to this user; choose one above 1023"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host}: not an address of this machine; 0.0.0.0 is all that it has"
    return f"--host {host} --port {port}: {error.strerror}; choose others"
