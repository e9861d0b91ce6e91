"""How far a training is: one line that renews itself, in a terminal or a notebook, on the standard error."""

from __future__ import annotations

import sys

from tqdm import tqdm

from nlpseq.training.state import TrainState


class Progress:
    """A bar over the steps of a training; elsewhere than in terminals and notebooks only the log's lines are shown."""

    def __init__(self, state: TrainState, total_steps: int) -> None:
        self._bar = tqdm(
            total=total_steps, initial=state.step, desc="training", unit=" steps", file=sys.stderr,
            leave=False, dynamic_ncols=True, disable=not _watched(),
        )  # fmt: skip

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def step(self, loss: float) -> None:
        """One more step, whose loss was `loss`."""
        if not self._bar.disable:
            self._bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
            self._bar.update()

    def clear(self) -> None:
        """Make room for other lines; the next step brings the bar back."""
        if not self._bar.disable:
            self._bar.clear()


def _watched() -> bool:
    """Whether somebody looks on: a terminal, or a notebook, which is none and yet shows such lines."""
    if sys.stderr is None:  # closed, as cron does
        return False
    return sys.stderr.isatty() or type(sys.stderr).__module__.startswith("ipykernel")
