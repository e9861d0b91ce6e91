"""What waits together is answered together, each with its own, in a fair order; nothing is lost, and the queue ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from nlpseq.serve.batches import LEAST_CHARACTERS, TURN_CHARACTERS, Batches
from nlpseq.serve.limits import Limits
from nlpseq.serve.refusals import Refusal


class Gate:
    """An answerer that notes its calls, and waits in each until it is let go."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[str], object]] = []
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self, texts: list[str], options: object) -> list[str]:
        self.calls.append((texts, options))
        self.entered.release()
        self.open.wait()
        if "bad" in texts:
            raise ValueError("no such word")
        return [f"{text}:{options}" for text in texts]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def held(gate: Gate) -> Iterator[Batches]:
    """A queue whose thread is busy with one text, so that all that comes meanwhile waits."""
    batches = Batches("test", gate, limits=Limits(queue_requests=5, queue_characters=100))
    batches.submit(["first"], "")
    gate.entered.acquire()
    yield batches
    gate.open.set()
    batches.close()


def test_one_that_comes_alone_is_begun_at_once(gate: Gate, held: Batches) -> None:
    assert gate.calls == [(["first"], "")] and held.waiting() == 0


def test_what_waits_is_answered_in_one_call_and_each_gets_its_own(gate: Gate, held: Batches) -> None:
    jobs = [held.submit([f"{number}", f"{number}b"], "x") for number in range(3)]
    assert held.waiting() == 3 and not any(job.begun for job in jobs)
    gate.open.set()
    assert [job.future.result() for job in jobs] == [[f"{number}:x", f"{number}b:x"] for number in range(3)]
    assert gate.calls[1:] == [(["0", "1", "2", "0b", "1b", "2b"], "x")]
    assert all(job.begun for job in jobs)


def test_other_options_are_another_call(gate: Gate, held: Batches) -> None:
    jobs = [held.submit([text], options) for text, options in [("a", 1), ("b", 2), ("c", 1), ("d", 2)]]
    gate.open.set()
    assert [job.future.result() for job in jobs] == [["a:1"], ["b:2"], ["c:1"], ["d:2"]]
    assert gate.calls[1:] == [(["a", "c"], 1), (["b", "d"], 2)]


def test_many_texts_of_one_do_not_hold_up_another(gate: Gate) -> None:
    batches = Batches("test", gate)
    batches.submit(["first"], "")
    gate.entered.acquire()
    most = TURN_CHARACTERS // LEAST_CHARACTERS
    many = batches.submit([f"{number}" for number in range(2 * most)], "")
    few = batches.submit(["a", "b"], "")
    gate.open.set()
    assert len(many.future.result()) == 2 * most and few.future.result() == ["a:", "b:"]
    texts = gate.calls[1][0]
    assert texts[:4] == ["0", "a", "1", "b"] and len(texts) == most
    assert [len(call[0]) for call in gate.calls[1:]] == [most, most, 2]
    batches.close()


def test_a_long_text_goes_alone_and_keeps_its_place(gate: Gate) -> None:
    batches = Batches("test", gate)
    batches.submit(["first"], "")
    gate.entered.acquire()
    long = "long " * 900
    jobs = [batches.submit([text], "") for text in ["a", long, "b", long, "c"]]
    gate.open.set()
    for job in jobs:
        job.future.result()
    assert [call[0] for call in gate.calls[1:]] == [["a", "b", "c"], [long], [long]]
    batches.close()


def test_a_text_that_fails_fails_alone(gate: Gate, held: Batches) -> None:
    jobs = [held.submit(texts, "") for texts in (["a"], ["b", "bad"], ["c"])]
    gate.open.set()
    assert (jobs[0].future.result(), jobs[2].future.result()) == (["a:"], ["c:"])
    with pytest.raises(ValueError, match="no such word"):
        jobs[1].future.result()


def test_what_is_given_up_is_not_begun(gate: Gate, held: Batches) -> None:
    gone, there = held.submit(["gone"], ""), held.submit(["there"], "")
    assert gone.future.cancel() and held.waiting() == 1
    gate.open.set()
    assert there.future.result() == ["there:"]
    assert gate.calls[1:] == [(["there"], "")]
    with pytest.raises(CancelledError):
        gone.future.result()


def test_what_is_given_up_midway_goes_no_further(gate: Gate) -> None:
    batches = Batches("test", gate)
    long = "long " * 900
    gone = batches.submit([long, long, long], "")
    gate.entered.acquire()
    assert gone.begun and gone.future.cancel()
    there = batches.submit(["there"], "")
    gate.open.set()
    assert there.future.result() == ["there:"]
    assert [call[0] for call in gate.calls] == [[long], ["there"]]
    batches.close()


def test_a_full_queue_refuses_and_soon_takes_again(gate: Gate, held: Batches) -> None:
    jobs = [held.submit(["a"], "") for _ in range(5)]
    with pytest.raises(Refusal, match="too many requests are waiting") as refused:
        held.submit(["a"], "")
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "1"})
    jobs[2].future.cancel()
    jobs.append(held.submit(["z" * 90], ""))
    jobs[0].future.cancel()
    with pytest.raises(Refusal):
        held.submit(["z" * 90], "")  # one more request, but too much text
    assert held.submit([], "").future.result() == []
    gate.open.set()
    assert [job.future.result() for job in jobs[3:5]] == [["a:"], ["a:"]]
    assert held.submit(["z" * 2000], "").future.result()  # however long, where nothing else waits


def test_closing_finishes_what_is_there_and_takes_no_more(gate: Gate, held: Batches) -> None:
    job = held.submit(["a"], "")
    closing = threading.Thread(target=held.close)
    closing.start()
    with pytest.raises(Refusal, match="the server is stopping"):
        while True:
            held.submit([], "")
            held.submit(["b"], "b").future.cancel()
    gate.open.set()
    closing.join()
    assert job.future.result() == ["a:"]


def test_the_thread_is_prepared_once() -> None:
    names: list[str] = []
    batches = Batches(
        "wörd",
        lambda texts, options: [threading.current_thread().name] * len(texts),
        prepare_thread=lambda: names.append(threading.current_thread().name),
    )
    found = [batches.submit(["a"], "").future.result() for _ in range(2)]
    assert found == [["nlpseq-wörd"]] * 2 and names == ["nlpseq-wörd"]
    batches.close()


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), MemoryError(), None], ids=repr)
def test_whatever_happens_in_a_call_the_thread_goes_on(error: BaseException | None) -> None:
    def answer(texts: list[str], options: object) -> list[str]:
        if "bad" not in texts:
            return texts
        if error is None:
            return texts[:-1]  # an answer too few
        raise error

    batches = Batches("hard", answer)
    with pytest.raises(Exception, match=f"{type(error).__name__}|0 results for 1 texts|^$"):
        batches.submit(["bad"], 0).future.result(60)
    assert batches.alive() and batches.submit(["good"], 0).future.result(60) == ["good"]
    assert batches.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_has_died_is_said() -> None:
    def fail() -> None:
        raise SystemExit  # which ends a thread without a word

    batches = Batches("dead", lambda texts, options: texts, prepare_thread=fail)
    batches.close()
    batches = Batches("dead", lambda texts, options: texts, prepare_thread=fail)
    batches._thread._thread.join(60)
    assert not batches.alive()
    with pytest.raises(Refusal, match="this run has stopped working; start the server again"):
        batches.submit(["a"], 0)
