"""A signal waits for the step under way, then does what it would have done."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from nlpseq.cli.signals import sigterm_ends
from nlpseq.training.interrupts import Interrupts

SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])


@pytest.fixture(autouse=True)
def usual_handlers() -> Iterator[None]:
    """As in a terminal, whatever the tests were started by."""
    former = [signal.signal(signal.SIGINT, signal.default_int_handler), signal.signal(signal.SIGTERM, signal.SIG_DFL)]
    yield
    signal.signal(signal.SIGINT, former[0])
    signal.signal(signal.SIGTERM, former[1])


def send(number: int) -> None:
    os.kill(os.getpid(), number)


def test_ctrl_c_waits_for_the_end_of_the_step() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts:
        send(signal.SIGINT)
        done.append("the step")
        interrupts.check()
        done.append("another step")
    assert done == ["the step"] and interrupts.at_rest


@pytest.mark.parametrize("listened", [False, True], ids=["alone", "under the command line"])
def test_sigterm_is_code_143(listened: bool) -> None:
    with pytest.raises(SystemExit) as stop:
        if listened:
            with sigterm_ends(), Interrupts() as interrupts:
                send(signal.SIGTERM)
                interrupts.check()
        else:
            with Interrupts() as interrupts:
                send(signal.SIGTERM)
                interrupts.check()
    assert stop.value.code == 143 and interrupts.at_rest


@SIGNALS
def test_where_it_is_allowed_it_does_not_wait(number: signal.Signals) -> None:
    with pytest.raises((KeyboardInterrupt, SystemExit)), Interrupts() as interrupts:
        with interrupts.allowed():
            send(number)
            pytest.fail("it waited")
    assert interrupts.at_rest


@SIGNALS
def test_the_second_does_not_wait(number: signal.Signals) -> None:
    with pytest.raises((KeyboardInterrupt, SystemExit)), Interrupts() as interrupts:
        send(number)
        send(number)
        pytest.fail("the second waited too")
    assert not interrupts.at_rest  # within a step: there is nothing to save


def test_the_echo_of_a_launcher_waits_with_the_first() -> None:
    with pytest.raises(KeyboardInterrupt), Interrupts(echo_seconds=60.0) as interrupts:
        send(signal.SIGINT)
        send(signal.SIGINT)
        interrupts.check()
    assert interrupts.at_rest


@SIGNALS
def test_what_was_sent_to_another_process_happens_here_too(number: signal.Signals) -> None:
    with pytest.raises((KeyboardInterrupt, SystemExit)), Interrupts() as interrupts:
        interrupts.deliver(None)
        interrupts.deliver(number)
        pytest.fail("nothing happened")
    assert interrupts.at_rest


def test_what_came_late_is_not_lost() -> None:
    with pytest.raises(KeyboardInterrupt), Interrupts():
        send(signal.SIGINT)


def test_what_is_ignored_stays_ignored_and_listeners_are_heard() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    with Interrupts() as interrupts:
        send(signal.SIGINT)
        send(signal.SIGTERM)
        assert heard == []
        interrupts.check()
        assert heard == [signal.SIGTERM]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_the_handlers_are_given_back() -> None:
    with Interrupts():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
