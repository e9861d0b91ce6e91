"""What a search looks through: ranges of settings, those of the command line and those that are usual."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from nlpseq.errors import UserError, shown_value

if TYPE_CHECKING:
    from optuna.trial import Trial

# Of an end to the other, from which on a range of numbers is looked through by factors.
FACTOR = 10


class Range(NamedTuple):
    """The values that a setting can have: from `low` to `high`, or one of `choices`."""

    low: float = 0.0
    high: float = 0.0
    choices: tuple[Any, ...] = ()


def usual_ranges(settings: Any) -> dict[str, Range]:
    """What is worth looking through: around the recipe's learning rate, sizes and batches, and all of the dropouts."""
    lr, train, model = settings.train.lr, settings.train, settings.model
    found = {
        "train.lr": Range(lr / 4, lr * 4),
        "model.hidden_size": _around(model.hidden_size),
    }
    found |= {
        f"model.{name}": Range(0.0, most)
        for name, most in (("dropout", 0.6), ("embedding_dropout", 0.5), ("word_dropout", 0.3))
        if hasattr(model, name)
    }
    for name in ("batch_size", "batch_tokens"):
        if hasattr(train, name):
            return found | {f"train.{name}": _around(getattr(train, name))}
    return found


def parse_range(text: str) -> tuple[str, Range]:
    """A setting and its range as on the command line.

    Raises:
        UserError: it is none.

    >>> parse_range("train.lr=1e-4..1e-2")
    ('train.lr', Range(low=0.0001, high=0.01, choices=()))
    >>> parse_range("model.cell=gru,lstm")[1].choices
    ('gru', 'lstm')
    """
    key, _, values = text.partition("=")
    low, dots, high = values.partition("..")
    if dots:
        try:
            ends = float(low), float(high)
        except ValueError:
            ends = (math.nan, math.nan)
        if not ends[0] < ends[1] < math.inf:
            raise UserError(f"--over {shown_value(text)}: no range; write train.lr=1e-4..1e-2")
        whole = low.strip("-").isdigit() and high.strip("-").isdigit()
        return key, Range(int(ends[0]), int(ends[1])) if whole else Range(*ends)
    choices = tuple(part.strip() for part in values.split(",") if part.strip())
    if len(choices) < 2 or not key:
        raise UserError(f"--over {shown_value(text)}: write train.lr=1e-4..1e-2 or model.cell=gru,lstm")
    return key, Range(choices=choices)


def own_values(settings: Any, ranges: Mapping[str, Range]) -> dict[str, Any]:
    """The recipe's own values, as far as they are in range."""
    own = {}
    for key, found in ranges.items():
        value: Any = settings
        for part in key.split("."):
            value = getattr(value, part)
        if found.choices:
            value = next((choice for choice in found.choices if str(choice) == str(value)), found.choices[0])
        else:
            value = min(max(value, found.low), found.high) if isinstance(value, int | float) else found.low
        own[key] = value
    return own


def drawn_from(trial: Trial, key: str, found: Range) -> Any:
    """A value of the range, as the sampler has it."""
    if found.choices:
        return trial.suggest_categorical(key, found.choices)
    wide = found.low > 0 and found.high / found.low >= FACTOR
    if isinstance(found.low, int) and isinstance(found.high, int):
        return trial.suggest_int(key, found.low, found.high, log=wide)
    return trial.suggest_float(key, found.low, found.high, log=wide)


def _around(size: int) -> Range:
    """Half of a size, itself and twice that, all even."""
    return Range(choices=tuple(dict.fromkeys((max(2, size // 4 * 2), size, size * 2))))
