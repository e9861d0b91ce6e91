"""Batches are worked on by threads that stay, each with one of torch's; the results stand in the batches' order."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

from nlpseq.runs.length_batches import forget_workers, on_threads

CPU = torch.device("cpu")


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    forget_workers()
    yield
    forget_workers()
    torch.set_num_threads(before)


def names(barrier: threading.Barrier) -> set[str]:
    def work(number: int) -> tuple[int, str, int]:
        barrier.wait(timeout=60)  # neither thread can do both
        return number, threading.current_thread().name, torch.get_num_threads()

    found = on_threads(work, [3, 1], CPU)
    assert [number for number, _, _ in found] == [3, 1] and {threads for *_, threads in found} == {1}
    return {name for _, name, _ in found}


def test_the_same_threads_work_again(two_threads: None) -> None:
    first = names(threading.Barrier(2))
    assert len(first) == 2 and names(threading.Barrier(2)) == first
    assert torch.get_num_threads() == 2


def test_an_error_comes_through_and_the_threads_stay_as_many(two_threads: None) -> None:
    with pytest.raises(ZeroDivisionError):
        on_threads(lambda number: 1 // number, [1, 0], CPU)
    assert torch.get_num_threads() == 2
