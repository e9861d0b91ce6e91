"""How far the gradient of the last token's loss reaches back, for each recurrent cell, at the start and after training.

The classic picture of vanishing and exploding gradients (Hochreiter 1998; Bengio, Simard and Frasconi 1994; Pascanu,
Mikolov and Bengio 2013, section 2), measured on any text with small language models of any size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_

from nlpseq.config import TrainSettings
from nlpseq.config.checks import check
from nlpseq.config.choices import Cell, TorchCell
from nlpseq.layers.initialisation import initialise_embedding, initialise_recurrent
from nlpseq.layers.recurrent import Recurrent
from nlpseq.training.optim import make_optimizer

Initialisation = Literal["torch", "good"]
Series = NDArray[np.float64]

CELLS: tuple[Cell, ...] = get_args(TorchCell)
INITIALISATIONS: tuple[Initialisation, ...] = ("torch", "good")
# What still counts as reaching back: this share of the gradient at the last token.
NOTICEABLE = 0.01
# In training one position in this many is predicted: the gradient flows back through all, the softmax costs a quarter.
PREDICT_EVERY = 4


@dataclass(frozen=True)
class Experiment:
    """What every cell is measured on: the same text, the same sizes, the same updates.

    Args:
        ids: (N,) token ids of the text, below `vocab_size`.
        vocab_size, embedding_dim, hidden_size: V, E, H of the models.
        length: tokens of a window (T); the first batch of windows is measured, the others are trained on.
        batch_size: windows of a batch (B).
        updates: of the training; 0 measures the start only.
        train: optimizer, peak learning rate (from the first update on), weight decay and seed.

    Raises:
        UserError: the text is shorter than a window.
    """

    ids: NDArray[np.integer]
    vocab_size: int
    embedding_dim: int
    hidden_size: int
    length: int
    batch_size: int
    updates: int
    train: TrainSettings

    def __post_init__(self) -> None:
        shorter = f", or --length {len(self.ids) - 1} at most" if len(self.ids) > 2 else ""
        check(
            len(self.ids) > self.length,
            f"the training text has {len(self.ids)} tokens, too few for windows of {self.length} and the token after; "
            f"use a longer text{shorter}",
        )

    @property
    def clip_norm(self) -> float:
        """Largest norm of an update's gradient where it is clipped: the recipe's, or 1."""
        return self.train.clip_norm or 1.0

    def windows(self) -> Iterator[Tensor]:
        """Endless batches (B, T + 1) of windows that begin anywhere in the text, the same in every call."""
        random = np.random.default_rng(self.train.seed)
        places = np.arange(self.length + 1)
        while True:
            starts = random.integers(len(self.ids) - self.length, size=(self.batch_size, 1))
            yield torch.from_numpy(self.ids[starts + places].astype(np.int64))


@dataclass(frozen=True)
class GradientFlow:
    """What was measured of one model: a cell, its starting weights, and how it was trained.

    Attributes:
        cell, initialisation: "torch" for the uniform weights of torch's modules, "good" for `initialise_recurrent`.
        clip_norm: largest norm of an update's gradient; 0 for no clipping, None at the start, before any update.
        relative: (T,) gradient of the last loss by the input at distance 0 to T - 1 before it, as a share of distance
            0's; median over the windows. Not a number after a training that diverged.
        loss: of the measured windows, nats a token.
        losses, norms: (updates,) training loss, and the gradient's norm before clipping.

    >>> flow = GradientFlow("gru", "good", None, np.array([1.0, 0.3, 0.01, 0.002]), 7.6, np.zeros(0), np.zeros(0))
    >>> flow.reach, flow.grows, flow.diverged
    (2, False, False)
    """

    cell: Cell
    initialisation: Initialisation
    clip_norm: float | None
    relative: Series
    loss: float
    losses: Series
    norms: Series

    @property
    def reach(self) -> int:
        """The largest distance in tokens at which at least 1% of the gradient is left."""
        left = np.flatnonzero(self.relative >= NOTICEABLE)
        return int(left[-1]) if left.size else 0

    @property
    def grows(self) -> bool:
        """Whether more of it arrives at the farthest input than at the last one."""
        return bool(self.relative[-1] > 1)

    @property
    def trained(self) -> bool:
        """Whether every update was made, each with a finite loss and gradient."""
        return bool(np.isfinite([self.losses, self.norms]).all())

    @property
    def diverged(self) -> bool:
        """Whether something was not finite: the training, or the gradient over the distance."""
        return not (self.trained and np.isfinite(self.relative).all())


class WindowLanguageModel(nn.Module):
    """Embedding, one recurrent layer in reading direction, output layer: predicts the next tokens of a window.

    For one seed the embedding and the output layer begin alike, whatever the cell and its starting weights.

    >>> _ = torch.manual_seed(0)
    >>> model = WindowLanguageModel("gru", "good", vocab_size=9, embedding_dim=3, hidden_size=5)
    >>> model.loss(torch.tensor([[4, 7, 5, 8]])).shape
    torch.Size([])
    """

    def __init__(
        self, cell: Cell, initialisation: Initialisation, *, vocab_size: int, embedding_dim: int, hidden_size: int
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        initialise_embedding(self.embedding)
        self.output = nn.Linear(hidden_size, vocab_size)
        self.recurrent = Recurrent(cell, embedding_dim, hidden_size)
        if initialisation == "good":
            initialise_recurrent(self.recurrent)

    def loss(self, ids: Tensor, *, every: int = 1) -> Tensor:
        """Mean loss in nats over one position in `every`, the last among them; ids (B, T + 1)."""
        outputs = self.recurrent(self._embed(ids[:, :-1])).outputs
        first = (outputs.size(1) - 1) % every
        targets = ids[:, 1:][:, first::every].flatten()
        logits: Tensor = self.output(outputs[:, first::every].flatten(0, 1))
        return F.cross_entropy(logits, targets)

    def gradient_over_distance(self, ids: Tensor) -> Series:
        """`gradient_over_distance` for the loss of the last tokens; ids (B, T + 1) -> (T,)."""

        def last_loss(outputs: Tensor) -> Tensor:
            return F.cross_entropy(self.output(outputs), ids[:, -1], reduction="none")

        return gradient_over_distance(self.recurrent, self._embed(ids[:, :-1]), last_loss)

    def _embed(self, ids: Tensor) -> Tensor:
        embedded: Tensor = self.embedding(ids) * math.sqrt(self.embedding.embedding_dim)  # variance 1
        return embedded


def gradient_over_distance(recurrent: Recurrent, x: Tensor, last_loss: Callable[[Tensor], Tensor]) -> Series:
    """Norm of the gradient of the last step's loss by the input at each distance before it, relative to distance 0.

    The median over the rows. A row without any gradient is left out; where no row has one, it is 0 at every distance.

    Shape: x (B, T, input_size), `last_loss` from the last outputs (B, H) to one loss a row (B,) -> (T,)

    >>> recurrent = Recurrent("rnn_relu", 1, 1)
    >>> for weight, value in zip(recurrent.parameters(), (1.0, 0.5, 1.0, 0.0)):  # input, hidden, two biases
    ...     _ = nn.init.constant_(weight, value)
    >>> gradient_over_distance(recurrent, torch.zeros(2, 4, 1), lambda outputs: outputs[:, 0]).tolist()
    [1.0, 0.5, 0.25, 0.125]
    """
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(last_loss(recurrent(x).outputs[:, -1]).sum(), x)
    # In double precision: the squares of small numbers underflow long before they do.
    norms = gradient.flip(1).double().norm(dim=2).numpy()  # (B, T)
    norms = norms[norms[:, 0] != 0]
    if not len(norms):
        return np.zeros(x.size(1))
    with np.errstate(invalid="ignore"):  # what is not finite stays so, which is a finding
        relative: Series = np.median(norms / norms[:, :1], axis=0)
    return relative


def train_watched(
    model: WindowLanguageModel, batches: Iterable[Tensor], optimizer: torch.optim.Optimizer, *, clip_norm: float
) -> Iterator[tuple[float, float]]:
    """One update a batch: its loss, and its gradient's norm before clipping; `clip_norm` 0 is off.

    The first that is not finite is the last, and that update is not made.
    """
    for ids in batches:
        loss = model.loss(ids, every=PREDICT_EVERY)
        optimizer.zero_grad()
        loss.backward()
        norm = float(clip_grad_norm_(model.parameters(), clip_norm or math.inf))
        nats = float(loss.detach())
        finite = math.isfinite(nats) and math.isfinite(norm)
        if finite:
            optimizer.step()
        yield nats, norm
        if not finite:
            return


def gradient_flows(
    experiment: Experiment, cell: Cell, initialisation: Initialisation, *, advance: Callable[[int], object]
) -> Iterator[GradientFlow]:
    """A cell with one kind of starting weights: at the start and, trained, without and with clipping.

    `advance` is told of updates as they are made. Where no update's gradient was long enough to be clipped, the
    training with clipping is the one without, and is not done again.
    """
    yield _measure(experiment, cell, initialisation, clip_norm=None, advance=advance)
    if not experiment.updates:
        return
    free = _measure(experiment, cell, initialisation, clip_norm=0.0, advance=advance)
    yield free
    if (free.norms <= experiment.clip_norm).all():
        advance(experiment.updates)
        yield replace(free, clip_norm=experiment.clip_norm)
    else:
        yield _measure(experiment, cell, initialisation, clip_norm=experiment.clip_norm, advance=advance)


def _measure(
    experiment: Experiment,
    cell: Cell,
    initialisation: Initialisation,
    *,
    clip_norm: float | None,
    advance: Callable[[int], object],
) -> GradientFlow:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(experiment.train.seed)
        model = WindowLanguageModel(
            cell, initialisation, vocab_size=experiment.vocab_size,
            embedding_dim=experiment.embedding_dim, hidden_size=experiment.hidden_size,
        )  # fmt: skip
    windows = experiment.windows()
    measured = next(windows)
    watched: list[tuple[float, float]] = []
    if clip_norm is not None:
        optimizer = make_optimizer(model, experiment.train)
        for update in train_watched(model, islice(windows, experiment.updates), optimizer, clip_norm=clip_norm):
            watched.append(update)
            advance(1)
        advance(experiment.updates - len(watched))
    losses, norms = np.array(watched).reshape(-1, 2).T
    if not np.isfinite([losses, norms]).all():
        nothing = np.full(experiment.length, np.nan)
        return GradientFlow(cell, initialisation, clip_norm, nothing, math.nan, losses, norms)
    relative = model.gradient_over_distance(measured)
    with torch.no_grad():
        loss = float(model.loss(measured))
    return GradientFlow(cell, initialisation, clip_norm, relative, loss, losses, norms)
