"""Why a request gets no answer: a status and one sentence, whoever refuses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlpseq.serve.messages import Trouble

# Status -> what it means, for the OpenAPI document.
TROUBLES: dict[int | str, dict[str, Any]] = {
    status: {"model": Trouble, "description": description}
    for status, description in {
        400: "The body is not JSON in UTF-8, or the request is not for this server",
        401: "The bearer token is missing or wrong",
        404: "No such run is served",
        413: "The body is too large",
        415: "The body is not called application/json",
        422: "A key of the body is wrong, or the request took too long",
        500: "A fault of the server's own",
        503: "Too much is waiting, or the server is stopping; the header Retry-After says when to return",
    }.items()
}
# Of a key that a client sent, so many characters are said back.
SHOWN_CHARACTERS = 40


class Refusal(Exception):
    """A request that is not answered: its HTTP status, one sentence for the client and headers to send with it.

    >>> Refusal(404, "no such thing").status
    404
    """

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, dict(headers or {})


class ClientGone(Exception):
    """Nobody is there any more to be answered."""


def busy() -> Refusal:
    """Too much is waiting."""
    return Refusal(503, "too many requests are waiting; try again in a second", {"Retry-After": "1"})


def stopping() -> Refusal:
    """The server finishes what it has begun, and begins nothing."""
    return Refusal(503, "the server is stopping; try again when it is back", {"Retry-After": "10"})


def broken() -> Refusal:
    """The thread of a run has died, which only a new start of the server mends."""
    return Refusal(503, "this run has stopped working; start the server again", {"Retry-After": "60"})


def too_slow(seconds: float, *, begun: bool) -> Refusal:
    """The time of a request is over, and it was begun, or only waited."""
    if begun:
        return Refusal(422, f"this took longer than the {seconds:g} seconds allowed; ask for less at a time")
    return Refusal(503, f"{seconds:g} seconds were not enough to come to this; try again later", {"Retry-After": "5"})


def first_mistake(errors: Sequence[Mapping[str, Any]]) -> str:
    """The first of pydantic's complaints as one sentence that names the key.

    >>> first_mistake([{"type": "missing", "loc": ("body", "texts"), "msg": "Field required"}])
    'texts: missing'
    >>> first_mistake([{"type": "int_type", "loc": ("body", "texts", 3), "msg": "Input should be a valid string"}])
    'texts[3]: must be a valid string'
    """
    error = errors[0]
    place = ""
    for part in error["loc"][1:]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    if error["type"] == "json_invalid":
        return "the body is not JSON"
    if not place:
        return "the body must be a JSON object"
    place = place[:SHOWN_CHARACTERS].encode("utf-8", "replace").decode()
    if error["type"] in ("missing", "extra_forbidden"):
        return f"{place}: {'missing' if error['type'] == 'missing' else 'no such key'}"
    message = str(error["msg"]).replace("Input should", "must").replace(" after validation", "")
    return f"{place}: {message[:1].lower()}{message[1:]}"
