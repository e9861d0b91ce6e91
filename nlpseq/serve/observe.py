"""A request from outside: its id, its line in the log, its place in the counts, and HEAD as GET without a body."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from datetime import datetime, timezone

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlpseq.errors import one_line
from nlpseq.serve.metrics import Metrics

access = logging.getLogger("nlpseq.access")

ID_HEADER = "X-Request-ID"
# An id that a proxy in front has given is kept, if it can stand in a log.
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
OTHER_PATH = "other"


class Observe:
    """Counts and logs what `app` answers; no text of a request is in either.

    Args:
        app: what answers.
        metrics: where it is counted.
        paths: those that are counted by their names; what strangers try is one.
        root_path: the prefix under which a proxy in front shows the server.
        logged: whether a line is written for each request.
    """

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, paths: frozenset[str], root_path: str = "", logged: bool = False
    ) -> None:
        self._app, self._metrics, self._paths, self._logged = app, metrics, paths, logged
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "root_path": self._root_path or scope.get("root_path", "")}
        given = Headers(scope=scope).get(ID_HEADER, "")
        number = given if ID.fullmatch(given) else uuid.uuid4().hex
        started, status, size, is_head = time.perf_counter(), 499, 0, scope["method"] == "HEAD"

        async def observed(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = number
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                if is_head:
                    message = {**message, "body": b""}
            await send(message)

        try:
            await self._app({**scope, "method": "GET"} if is_head else scope, receive, observed)
        finally:
            seconds = time.perf_counter() - started
            path = route_path(scope)
            self._metrics.request(path if path in self._paths else OTHER_PATH, status, seconds)
            if self._logged:
                client = (scope.get("client") or ("-",))[0]
                facts = {
                    "request_id": number, "client": client, "method": scope["method"], "path": path, "status": status,
                    "bytes": size, "milliseconds": round(1000 * seconds, 1),
                }  # fmt: skip
                access.info(" ".join(str(fact) for fact in facts.values()), extra={"facts": facts})


def route_path(scope: Scope) -> str:
    """The path of a request below the server's root path, whether a proxy in front has cut that off or not.

    >>> route_path({"path": "/nlp/api/tag", "root_path": "/nlp"}), route_path({"path": "/api/tag", "root_path": "/nlp"})
    ('/api/tag', '/api/tag')
    """
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


class JsonLines(logging.Formatter):
    """A line of the log as a JSON object: time, level, logger, message, and the facts of a request.

    >>> record = logging.LogRecord("nlpseq", logging.INFO, "", 0, "it %s", ("works",), None)
    >>> json.loads(JsonLines().format(record))["message"]
    'it works'
    """

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        facts = getattr(record, "facts", None)
        entry = {"time": when, "level": record.levelname.lower(), "logger": record.name}
        entry |= facts if facts is not None else {"message": one_line(record.getMessage())}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def log_as(form: str, *, requests: bool) -> None:
    """Let the log be lines of text or of JSON, and of `requests` too."""
    if requests:
        access.setLevel(logging.INFO)
    if form == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
