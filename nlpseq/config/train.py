"""How a network is trained: the settings that all tasks share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nlpseq.config.checks import LARGEST_SEED, check, named_device, not_negative, positive, share, well_typed
from nlpseq.config.choices import Average, Optimizer, Precision, Schedule


@dataclass(frozen=True)
class TrainSettings:
    """How the network is trained.

    Args:
        seed: of initialisation, batches, dropout and sampling
        max_epochs: passes over the training text
        max_minutes: time budget; where it is too short for all epochs, cosine comes down by the clock
        accumulate: batches a step
        optimizer: adamw (fused), adam, sgd (momentum 0.9) or rmsprop
        lr: peak learning rate
        schedule: cosine, inverse_sqrt, plateau (on the validation loss) or constant, after the warm-up
        warmup_steps: steps of linear warm-up; a quarter of all steps at most
        final_lr: where cosine ends, as a share of lr
        weight_decay: L2 penalty (decoupled with adamw)
        l1: L1 penalty on the weights
        clip_norm: largest norm of the gradient; 0 is off
        average: ema (exponential moving average of the weights), best (mean of the keep_best best checkpoints), none
        ema_decay: decay of the moving average a step
        keep_best: validation checkpoints to keep
        eval_every_steps: steps between validations; 0 is once an epoch
        patience: validations without a better score before training stops; 0 is never
        monitor: validation score that the best model is chosen by and patience counts
        resume_every_steps: steps between resume checkpoints, besides the one after each validation
        precision: fp32, bf16, or auto (the first steps of a long training are tried in both; the faster one is kept)
        device: auto (cuda where there is one, else cpu), cpu, cuda, cuda:1 (the second GPU) or mps (Apple's)
    """

    section: ClassVar[str] = "train"  # where a recipe has them, which errors name

    seed: int = 1
    max_epochs: int = 20
    max_minutes: float | None = None
    accumulate: int = 1
    optimizer: Optimizer = "adamw"
    lr: float = 3e-3
    schedule: Schedule = "cosine"
    warmup_steps: int = 400
    final_lr: float = 0.02
    weight_decay: float = 0.01
    l1: float = 0.0
    clip_norm: float = 1.0
    average: Average = "ema"
    ema_decay: float = 0.999
    keep_best: int = 1
    eval_every_steps: int = 0
    patience: int = 0
    monitor: str = "loss"
    resume_every_steps: int = 500
    precision: Precision = "auto"
    device: str = "auto"

    def __post_init__(self) -> None:
        well_typed(self, self.section)
        named_device(f"{self.section}.device", self.device)
        not_negative(self, self.section, "seed", most=LARGEST_SEED)
        positive(self, self.section, "max_epochs", most=100_000)
        positive(self, self.section, "accumulate", most=10_000)
        positive(self, self.section, "lr", "keep_best", most=1000)
        positive(self, self.section, "resume_every_steps")
        share(self, self.section, "ema_decay", "final_lr")
        not_negative(self, self.section, "warmup_steps", "clip_norm", "eval_every_steps", "patience")
        not_negative(self, self.section, "weight_decay", "l1", most=1000)
        check(
            self.max_minutes is None or self.max_minutes > 0,
            f"{self.section}.max_minutes must be above 0 (or left out), not {self.max_minutes}",
        )
        if self.max_minutes is not None:
            positive(self, self.section, "max_minutes", most=10_000_000)
        check(
            self.average != "best" or self.keep_best >= 2,
            f"{self.section}.average best is the mean of several checkpoints; "
            f"set {self.section}.keep_best to 2 or more, not {self.keep_best}",
        )

    def steps_per_epoch(self, batches: int) -> int:
        """The steps of an epoch of `batches` batches.

        Raises:
            UserError: a step has more batches than an epoch.

        >>> TrainSettings(accumulate=2).steps_per_epoch(7)
        3
        """
        check(
            self.accumulate <= max(1, batches),
            f"{self.section}.accumulate is {self.accumulate:,}, "
            f"more than the {batches:,} batches of an epoch; lower it",
        )
        return max(1, batches // self.accumulate)
