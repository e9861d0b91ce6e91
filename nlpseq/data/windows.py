"""Batches of contiguous windows over one long text, for back-propagation through time with a carried state."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nlpseq.counting import counted
from nlpseq.errors import UserError

# Merity et al. 2018, section 5: one window in twenty is half as long, and all vary by a few characters.
HALF_SHARE = 0.05
NOISE_STD = 5.0
SHORTEST = 5
# Enough of a text to tell it from another one without reading all of it.
CHECKED_IDS = 1 << 20


@dataclass(frozen=True)
class WindowBatch:
    """One window of every track (B tracks, T characters).

    Attributes:
        inputs: (B, T) int64, what the network reads.
        targets: (B, T) int64, what follows each input.
        reset: whether the tracks begin anew: the state of the batch before does not belong to them.
    """

    inputs: Tensor
    targets: Tensor
    reset: bool

    @property
    def num_tokens(self) -> int:
        """Predicted characters: what a loss is divided by."""
        return self.targets.numel()

    def to(self, device: torch.device | str, non_blocking: bool = False) -> WindowBatch:
        """The batch on `device`."""
        inputs, targets = (part.to(device, non_blocking=non_blocking) for part in (self.inputs, self.targets))
        return replace(self, inputs=inputs, targets=targets)


class WindowStream:
    """The batches of a whole training: `batch_size` tracks run side by side through the text, epoch after epoch.

    Batch n + 1 of an epoch goes on where batch n ended, so that the state of a recurrent network carries over. The
    text is a ring: every epoch cuts it into tracks at another random place, and every epoch but for fewer than
    `batch_size` characters sees all of it. Window lengths vary (Merity et al. 2018, section 5), so that a character
    does not always stand at the same distance from the edge beyond which no gradient flows.

    Offsets and lengths are drawn from (seed, epoch), each epoch has the same number of windows, and what has been
    drawn has been trained on: a saved state is exact. The network's own state must be saved with it.

    Args:
        ids: (N,) character ids, perhaps memory-mapped.
        batch_size: tracks (B).
        window: characters of most windows; they are within about 1.4 times this.
        epochs: passes over the text.
        seed: of offsets and lengths.
        vary: False makes all windows equally long, but for the last of an epoch.

    Attributes:
        share: the tracks that this process is given, all by default; None comes for each batch if it has none.

    Raises:
        UserError: the text has too few characters for so many tracks.

    >>> stream = WindowStream(np.arange(14), batch_size=2, window=3, epochs=1, seed=1, vary=False)
    >>> [(batch.inputs.tolist(), batch.reset) for batch in stream]
    [([[6, 7, 8], [13, 0, 1]], True), ([[9, 10, 11], [2, 3, 4]], False), ([[12], [5]], False)]
    """

    def __init__(
        self, ids: np.ndarray, *, batch_size: int, window: int, epochs: int, seed: int, vary: bool = True
    ) -> None:
        if min(batch_size, window, epochs) < 1:
            raise ValueError("batch_size, window and epochs must be at least 1")
        self.track_length = len(ids) // batch_size
        if self.track_length < 2:
            raise UserError(
                f"the training text has {counted(len(ids), 'character')}, too few for {counted(batch_size, 'track')}; "
                "lower the batch size or use a longer text"
            )
        self.ids = ids
        self.batch_size = batch_size
        self.window = window
        self.seed = seed
        self.vary = vary
        mean = window * (1 - HALF_SHARE / 2) if vary else window
        self.steps_per_epoch = min(self.track_length, -int(-self.track_length // mean))
        self.total = epochs * self.steps_per_epoch
        self.drawn = 0
        self.share = slice(None)
        self._plan: tuple[int, np.ndarray, np.ndarray] | None = None

    def __len__(self) -> int:
        """Batches of the whole training."""
        return self.total

    def __iter__(self) -> Iterator[WindowBatch]:
        while self.drawn < self.total:
            epoch, place = divmod(self.drawn, self.steps_per_epoch)
            # Before the yield: whoever saves a state while working on a batch has consumed it.
            self.drawn += 1
            starts, bounds = self._planned(epoch)
            starts = starts[self.share]
            if not len(starts):
                yield None  # type: ignore[misc] # of several processes alone
                continue
            positions = np.arange(bounds[place], bounds[place + 1] + 1)
            # (B, T + 1): the last target of a window is the first input of the next.
            ids = torch.from_numpy(self.ids[(starts[:, None] + positions) % len(self.ids)].astype(np.int64))
            yield WindowBatch(ids[:, :-1], ids[:, 1:], reset=place == 0)

    def state_dict(self) -> dict[str, Any]:
        """How many batches have been drawn, with what decides on them."""
        return {"drawn": self.drawn, **self._identity()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on after the last batch drawn from the saved stream.

        Raises:
            UserError: text or settings are not those of the saved state, so that the windows would differ.
        """
        for name, value in self._identity().items():
            if state.get(name) != value:
                raise UserError(
                    f"cannot resume the order of the text: {name} was {state.get(name)} and is {value} now; "
                    "resume with the data and settings of the first run"
                )
        self.drawn = state["drawn"]

    def _identity(self) -> dict[str, int]:
        ends = np.concatenate([self.ids[:CHECKED_IDS], self.ids[-CHECKED_IDS:]])
        return {
            "seed": self.seed,
            "batch_size": self.batch_size,
            "window": self.window,
            "vary": int(self.vary),
            "characters": len(self.ids),
            "ids_crc32": zlib.crc32(ends.astype(np.uint32).tobytes()),
        }

    def _planned(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """Where the tracks (B,) of `epoch` begin, and the bounds of its windows within a track."""
        if self._plan is None or self._plan[0] != epoch:
            random = np.random.default_rng([self.seed, epoch])
            offset = random.integers(len(self.ids))
            starts = offset + self.track_length * np.arange(self.batch_size)
            self._plan = (epoch, starts, self._bounds(random))
        return self._plan[1:]

    def _bounds(self, random: np.random.Generator) -> np.ndarray:
        count = self.steps_per_epoch
        if not self.vary:
            return np.minimum(np.arange(count + 1) * self.window, self.track_length)
        lengths = np.where(random.random(count) < HALF_SHARE, self.window / 2, self.window)
        lengths = np.maximum(lengths + NOISE_STD * random.standard_normal(count), min(SHORTEST, self.window))
        # Scaled a little, so that every epoch has the same number of windows; one character each at the least.
        ends = np.cumsum(lengths) * ((self.track_length - count) / lengths.sum())
        return np.concatenate([[0], np.round(ends).astype(np.int64) + np.arange(1, count + 1)])
