"""Texts grow in turn: a long one does not hold up another, one that is left stops, and trouble has one text only."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from starlette.requests import Request

from nlpseq.serve.generation import Generation
from nlpseq.serve.limits import Limits
from nlpseq.serve.refusals import ClientGone, Refusal
from nlpseq.serve.waiting import Patience


def endless(number: int = 0) -> Iterator[tuple[int, str]]:
    return ((number, "x") for _ in itertools.count())


@asynccontextmanager
async def patience(seconds: float = 300.0) -> AsyncIterator[tuple[Patience, Callable[[], None]]]:
    """The patience of a client, and what makes it go away."""
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    with Patience(Request({"type": "http"}, receive), seconds) as found:
        yield found, gone.set


def run(test: Callable[[Generation], Any], **limits: Any) -> None:
    """The test in an event loop, with a thread that ends before it."""
    generation = Generation("test", limits=Limits(**limits))

    async def whole() -> None:
        await test(generation)

    asyncio.run(whole())
    generation.close()
    assert generation.waiting() == 0


def test_a_text_arrives_whole_and_in_order() -> None:
    async def test(generation: Generation) -> None:
        pieces = [(number % 3, f"{number} ") for number in range(100)]
        texts = ["", "", ""]
        async with patience() as (waits, _):
            async for written in generation.submit(iter(pieces)).slices(waits):
                for number, text in written.items():
                    texts[number] += text
        assert texts == ["".join(f"{number} " for number in range(start, 100, 3)) for start in range(3)]

    run(test)


def test_an_endless_text_lets_others_through() -> None:
    async def test(generation: Generation) -> None:
        async with patience() as (waits, _), patience() as (others_wait, _):
            async with aclosing(generation.submit(endless()).slices(waits)) as long:
                assert set(await anext(long)) == {0}
                short = [part async for part in generation.submit(iter([(0, "a"), (0, "b")])).slices(others_wait)]
                assert short == [{0: "ab"}]
                assert set(await anext(long)) == {0} and generation.waiting() == 1

    run(test)


def test_a_client_that_goes_away_ends_its_text() -> None:
    closed = threading.Event()

    def pieces() -> Iterator[tuple[int, str]]:
        try:
            yield from endless()
        finally:
            closed.set()

    async def test(generation: Generation) -> None:
        async with patience() as (waits, leave):
            async with aclosing(generation.submit(pieces()).slices(waits)) as slices:
                await anext(slices)
                leave()
                with pytest.raises(ClientGone):
                    async for _ in slices:
                        pass
        await asyncio.to_thread(closed.wait)

    run(test)


def test_the_time_of_a_text_ends() -> None:
    async def test(generation: Generation) -> None:
        async with patience(0.05) as (waits, _):
            with pytest.raises(Refusal, match=r"longer than the 0\.05 seconds allowed") as refused:
                async for _ in generation.submit(endless()).slices(waits):
                    pass
        assert refused.value.status == 422

    run(test)


def test_trouble_in_one_text_is_that_texts_alone() -> None:
    def pieces() -> Iterator[tuple[int, str]]:
        yield 0, "a"
        raise ValueError("no more")

    async def test(generation: Generation) -> None:
        async with patience() as (waits, _), patience() as (others_wait, _):
            bad, good = generation.submit(pieces()), generation.submit(iter([(0, "b")]))
            with pytest.raises(ValueError, match="no more"):
                [part async for part in bad.slices(waits)]
            assert [part async for part in good.slices(others_wait)] == [{0: "b"}]

    run(test)


def test_too_many_texts_are_refused_until_one_is_left() -> None:
    async def test(generation: Generation) -> None:
        growths = [generation.submit(endless()) for _ in range(2)]
        with pytest.raises(Refusal) as refused:
            generation.submit(endless())
        assert refused.value.status == 503
        growths[0].given_up = True
        growths.append(generation.submit(endless()))
        for growth in growths:
            growth.given_up = True

    run(test, queue_requests=2)


def test_closing_finishes_what_grows() -> None:
    async def test(generation: Generation) -> None:
        growth = generation.submit((0, "x") for _ in range(100_000))
        closing = asyncio.create_task(asyncio.to_thread(generation.close))
        async with patience() as (waits, _):
            assert sum([len(part[0]) async for part in growth.slices(waits)]) == 100_000
        await closing
        with pytest.raises(Refusal, match="stopping"):
            generation.submit(endless())

    run(test)


def test_where_no_loop_listens_any_more_a_text_ends() -> None:
    generation = Generation("test")

    async def leave() -> None:
        generation.submit(endless())

    asyncio.run(leave())
    generation.close()
