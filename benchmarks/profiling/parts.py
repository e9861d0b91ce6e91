"""The time of training steps by part: what the forward pass of each part takes, its backward pass, and all else.

torch's profiler gives every operation of the forward pass and every node of the backward pass a number that both
share: so the time of a node belongs to the part whose forward pass has made it.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from lightning_fabric import Fabric
from torch import nn
from torch.profiler import ProfilerActivity, profile, record_function

from nlpseq.config import TrainSettings
from nlpseq.training import loop
from nlpseq.training.state import TrainState

MARK = "part: "
NODE = "autograd::engine::evaluate_function: "
OPTIMIZER = "Optimizer."
# What the objective does outside of the parts of the network counts as the loss.
LOSS, REST = "output layer and loss", "backward, what belongs to no part"
# The network's modules by the beginning of their names; all others are parts as they are called. A network within
# another has the parts of that one.
MODULES = {
    "encoder": ("encoder", "window"),
    "decoder": ("query_rnn", "output_rnn", "bridge", "features"),
    LOSS: ("output", "projection", "projections"),
    "embeddings": ("embedding", "src_embedding", "tgt_embedding"),
    "recurrent layers": ("rnn",),
    "dropout": ("dropout", "embedding_dropout"),
}
WITHIN = ("translator", "classifier")


class Measured(NamedTuple):
    """`seconds` of each step as it is; microseconds of each part a step under the profiler; and of each operator."""

    seconds: list[float]
    parts: dict[str, float]
    operations: dict[str, tuple[float, float]]  # microseconds and calls of each of torch's operators alone


def steps(fabric: Fabric, state: TrainState, settings: TrainSettings) -> Iterator[float]:
    """Take steps as the training loop does, without validations and checkpoints; the seconds of each.

    On one thread those of the processor: other work on the machine does not count.
    """
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    batches = iter(state.batches)
    state.model.train()
    while True:
        started = clock()
        loss = loop.train_step(fabric, state, batches, settings)
        if state.step % loop.LOG_EVERY_STEPS == 0:
            fabric.log_dict(loop.where(state, settings) | {"train_loss": loss}, state.step)
        yield clock() - started


def measure(fabric: Fabric, state: TrainState, settings: TrainSettings, *, warm: float, seconds: float) -> Measured:
    """Steps for `warm` seconds, steps for `seconds`, and the same number again, at most 100, under the profiler."""
    taken = steps(fabric, state, settings)
    _for_seconds(taken, warm)
    plain = _for_seconds(taken, seconds)
    count = min(100, len(plain))
    with _marked(fabric, state), profile(activities=[ProfilerActivity.CPU]) as found:
        for _ in range(count):
            next(taken)
    events = [event for event in found.events() if event.time_range.elapsed_us() >= 0]
    parts = {name: spent / count for name, spent in _by_part(events).items()}
    own = {row.key: (row.self_cpu_time_total / count, row.count / count) for row in found.key_averages()}
    return Measured(plain, parts, own)


def _for_seconds(taken: Iterator[float], seconds: float) -> list[float]:
    found: list[float] = []
    while sum(found) < seconds or len(found) < 4:
        found.append(next(taken))
    return found


@contextmanager
def _marked(fabric: Fabric, state: TrainState) -> Iterator[None]:
    """In this block the profiler sees where each part begins and ends."""
    with ExitStack() as stack:
        replaced: list[tuple[Any, str, str]] = [
            (state, "objective", LOSS),
            (fabric, "backward", REST),
            (fabric, "log_dict", "logging"),
            (torch.nn.utils, "clip_grad_norm_", "clip"),
            (loop, "average", "moving average"),
            (loop, "islice", "data"),
            *((schedule, "step", "schedule") for schedule in state.schedules),
        ]
        for owner, name, part in replaced:
            wrapped = _slices(getattr(owner, name)) if name == "islice" else _labelled(part, getattr(owner, name))
            stack.enter_context(patch.object(owner, name, wrapped))
        for name, module in state.model.named_modules():
            if name and (part := _part(name)) is not None:
                for handle in _hooks(module, part):
                    stack.callback(handle.remove)
        yield


def _part(name: str) -> str | None:
    names = [name for name in name.split(".") if name not in WITHIN]
    if not names:
        return None
    return next((part for part, beginnings in MODULES.items() if names[0] in beginnings), names[0])


def _labelled(part: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def labelled(*args: Any, **options: Any) -> Any:
        with record_function(MARK + part):
            return call(*args, **options)

    return labelled


def _slices(islice: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Drawing a batch is what its iterator does."""

    def slices(*args: Any) -> Iterator[Any]:
        taken = islice(*args)
        while True:
            with record_function(f"{MARK}data"):
                batch = next(taken, None)
            if batch is None:
                return
            yield batch

    return slices


def _hooks(module: nn.Module, part: str) -> list[Any]:
    open_: list[Any] = []

    def enter(*_: Any) -> None:
        open_.append(record_function(MARK + part))
        open_[-1].__enter__()

    def leave(*_: Any) -> None:
        open_.pop().__exit__(None, None, None)

    return [module.register_forward_pre_hook(enter), module.register_forward_hook(leave)]


def _by_part(events: list[Any]) -> dict[str, float]:
    """Microseconds of each part, without those of parts inside of it."""
    spent: Counter[str] = Counter()
    made_by: dict[int, str] = {}
    by_thread = defaultdict(list)
    for event in events:
        by_thread[event.thread].append(event)
    for thread in by_thread.values():
        thread.sort(key=lambda event: (event.time_range.start, -event.time_range.end))
        open_: list[tuple[float, str]] = []  # the ends of the parts around an event, and their names
        for event in thread:
            start, end = event.time_range.start, event.time_range.end
            while open_ and start >= open_[-1][0]:
                open_.pop()
            around = open_[-1][1] if open_ else "the loop itself"
            part = _begins(event, made_by)
            if part is not None:
                if open_:
                    spent[around] -= end - start
                spent[part] += end - start
                open_.append((min(end, open_[-1][0]) if open_ else end, part))
            elif event.sequence_nr >= 0 and not around.startswith("backward"):
                made_by.setdefault(event.sequence_nr, around)
    return dict(spent)


def _begins(event: Any, made_by: dict[int, str]) -> str | None:
    """The part that begins with this event, if one does."""
    if event.name.startswith(MARK):
        return str(event.name.removeprefix(MARK))
    if event.name.startswith(NODE):
        part = made_by.get(event.sequence_nr)
        return REST if part is None else f"backward of {part}"
    return "optimizer" if event.name.startswith(OPTIMIZER) else None
