"""Waiting on behalf of a client: as long as it is there, and no longer than is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeVar

from starlette.requests import Request

from nlpseq.serve.refusals import ClientGone, too_slow

T = TypeVar("T")


class Patience:
    """The time that one request has, from now on, and an eye on its client; to be used by `with`.

    Args:
        request: whose body has been read.
        seconds: until the answer.
        begun: says, when they are over, whether the request has been worked on.
    """

    def __init__(self, request: Request, seconds: float, *, begun: Callable[[], bool] = lambda: True) -> None:
        self._seconds, self._begun = seconds, begun
        self._end = asyncio.get_running_loop().time() + seconds
        self._gone = asyncio.ensure_future(_until_gone(request))

    def __enter__(self) -> Patience:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._gone.cancel()

    async def wait(self, awaitable: Awaitable[T]) -> T:
        """Its result; it is cancelled if that is no longer wanted.

        Raises:
            Refusal: the time is over.
            ClientGone: the client does not wait any more.
        """
        wanted = asyncio.ensure_future(awaitable)
        left = self._end - asyncio.get_running_loop().time()
        try:
            await asyncio.wait({wanted, self._gone}, timeout=max(0.0, left), return_when=asyncio.FIRST_COMPLETED)
            if wanted.done():
                return wanted.result()
        finally:
            wanted.cancel()
        if self._gone.done():
            raise ClientGone
        begun = self._begun()
        await asyncio.wait({wanted})
        await asyncio.sleep(0)  # in which the queue hears of it: the answer is not to be sooner than that
        raise too_slow(self._seconds, begun=begun)


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
