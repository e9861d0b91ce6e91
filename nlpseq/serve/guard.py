"""What stands before all routes: who may ask, how much, and the headers and the form of every answer."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nlpseq.errors import one_line
from nlpseq.serve.limits import Limits
from nlpseq.serve.observe import route_path
from nlpseq.serve.refusals import ClientGone, Refusal, stopping

log = logging.getLogger("nlpseq")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Of a body that is too large so many times the limit is still received, or the client would not read the answer.
THROWN_AWAY = 4
# How often it is looked whether the server is to end while a body is waited for, and how long one is then waited for.
LOOK_SECONDS = 0.25
STOPPING_SECONDS = 1.0
# Of a character beyond the first 65,536, in JSON.
HALF_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class Guard:
    """Lets through to `app` what may be answered, with its body read, and says the rest in one sentence.

    Args:
        app: all routes.
        limits: of body and time.
        token: what `/api` asks for, if anything.
        hosts: names by which the server may be called, or None for any: a page of elsewhere whose name leads here
            would be able to read its answers otherwise (DNS rebinding).
        is_stopping: whether the server takes no more requests.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limits: Limits,
        token: str | None,
        hosts: frozenset[str] | None,
        is_stopping: Callable[[], bool],
    ) -> None:
        self._app, self._limits, self._hosts, self._is_stopping = app, limits, hosts, is_stopping
        self._token = None if token is None else token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        outgoing = _Outgoing(send, is_api=route_path(scope).startswith("/api/"))
        try:
            if self._admit(scope):
                receive = await self._with_body(scope, receive)
            await self._app(scope, receive, outgoing)
        except ClientGone:
            return
        except Refusal as refusal:
            await trouble(refusal.status, refusal.sentence, refusal.headers)(scope, receive, outgoing)
        except Exception as error:
            if os.environ.get("NLPSEQ_DEBUG"):
                log.exception("a request failed")
            else:
                log.error("a request failed: %s: %a (NLPSEQ_DEBUG=1 shows where)", type(error).__name__, str(error))
            if not outgoing.started:
                sentence = "a fault of the server's own; its log says more"
                await trouble(500, sentence)(scope, receive, outgoing)

    def _admit(self, scope: Scope) -> bool:
        """Whether a body is to be read.

        Raises:
            Refusal: the request is not to be answered.
        """
        headers = Headers(scope=scope)
        if "content-length" in headers and "transfer-encoding" in headers:
            # A proxy in front may have gone by the other one, and taken another request's bytes for this one's (RFC
            # 9112, section 6.1).
            sentence = "give the body's length in the header Content-Length or Transfer-Encoding, not in both"
            raise Refusal(400, sentence, {"Connection": "close"})
        host = headers.get("host", "").lower()
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if self._hosts is not None and name and name not in self._hosts:
            raise Refusal(400, "this server answers to localhost only; start it with --allowed-host for other names")
        if not route_path(scope).startswith("/api/"):
            return False
        if self._token is not None:
            scheme, _, given = headers.get("authorization", "").partition(" ")
            right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), self._token)
            if not right or scheme.lower() != "bearer":
                challenge = {"WWW-Authenticate": "Bearer"}
                raise Refusal(401, "the header Authorization: Bearer TOKEN is missing or wrong", challenge)
        if self._is_stopping():
            raise stopping()
        if scope["method"] != "POST":
            return False
        kind = headers.get("content-type", "").lower().partition(";")
        if kind[0].strip() != "application/json":
            # A form or plain text could be sent by any page of elsewhere without asking.
            raise Refusal(415, "send the body as JSON, with the header Content-Type: application/json")
        if headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
            raise Refusal(415, "send the body as it is, without the header Content-Encoding")
        return True

    async def _with_body(self, scope: Scope, receive: Receive) -> Receive:
        """A `receive` that has the whole body at once, and then goes on as the given one.

        Raises:
            Refusal: the body is too large, or does not come in time.
            ClientGone: it does not come at all.
        """
        reading = asyncio.ensure_future(self._body(Headers(scope=scope), receive))
        try:
            await self._wait(reading)
        finally:
            reading.cancel()
        body = reading.result()
        check_text(body)
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def first_whole() -> Message:
            return whole.pop() if whole else await receive()

        return first_whole

    async def _wait(self, reading: asyncio.Future[bytes]) -> None:
        """Wait for a body: as long as is allowed, or a moment where the server is to end.

        Raises:
            Refusal: it did not come.
        """
        clock = asyncio.get_running_loop().time
        end, stop = clock() + self._limits.seconds, float("inf")
        while not reading.done():
            if self._is_stopping():
                stop = min(stop, clock() + STOPPING_SECONDS)
            if clock() >= min(end, stop):
                late = Refusal(400, f"the body did not come within {self._limits.seconds:g} seconds")
                raise late if clock() >= end else stopping()
            await asyncio.wait({reading}, timeout=min(LOOK_SECONDS, max(0.0, end - clock())))

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        most = self._limits.body_bytes
        too_large = Refusal(413, f"the body must have at most {most:,} bytes; send fewer texts at a time")
        said = headers.get("content-length", "")
        if said.isdecimal() and (len(said) > 18 or int(said) > THROWN_AWAY * most):
            raise too_large
        parts, size, more = [], 0, True
        while more and size <= THROWN_AWAY * most:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size <= most:
                parts.append(part)
            else:
                parts.clear()
        if size > most:
            raise too_large
        return b"".join(parts)


def check_text(body: bytes) -> None:
    """Raise Refusal if a body is not in UTF-8, or a key of it is no text.

    Python's reader of JSON would guess at UTF-16 and UTF-32, and let half of a surrogate pair through.

    >>> check_text(b'{"texts": ["\\\\ud83d\\\\ude00"]}')
    >>> check_text('{"texts": []}'.encode("utf-16"))
    Traceback (most recent call last):
    ...
    nlpseq.serve.refusals.Refusal: the body is not JSON in UTF-8
    """
    try:
        if b"\0" in body:  # the zero bytes of UTF-16 and UTF-32; in JSON they are escaped
            raise ValueError
        text = body.decode("utf-8")
    except ValueError:
        raise Refusal(400, "the body is not JSON in UTF-8") from None
    if HALF_ESCAPE.search(text):
        with suppress(ValueError, RecursionError):  # what is no JSON is said later, and so is a wrong text by its key
            found = json.loads(text)
            if isinstance(found, dict) and not all(map(_is_text, found)):
                raise Refusal(422, "a key of the body has half of a surrogate pair; send whole characters")


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


class _Outgoing:
    """`send`, which adds the headers that every answer has, and remembers that there is one."""

    def __init__(self, send: Send, *, is_api: bool) -> None:
        self._send, self._is_api = send, is_api
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers["Cache-Control"] = "no-store" if self._is_api else "no-cache"
        await self._send(message)


def trouble(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The form of every answer that is none."""
    content: dict[str, Any] = {"error": one_line(sentence)}
    return JSONResponse(content, status, headers)
