"""What a search gives, on whatever it ran."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np


class Found(Protocol):
    """The N best outputs of each row of a batch, best first."""

    def outputs(self, row: int) -> Iterator[tuple[list[int], float, float]]:
        """The ids of each output of a row, its score and its log-probability, best first."""
        ...

    def weights(self, row: int, n: int, targets: int, sources: int) -> np.ndarray | None:
        """The attention (targets, sources) of output n of a row, if it was kept."""
        ...
