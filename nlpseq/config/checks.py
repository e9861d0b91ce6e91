"""What a setting must be, each failure one sentence that names its key."""

from __future__ import annotations

from nlpseq.errors import UserError


def check(holds: bool, message: str) -> None:
    """Raise UserError with `message` unless it holds."""
    if not holds:
        raise UserError(message)


def positive(settings: object, section: str, *names: str) -> None:
    """Each named setting is above 0."""
    for name in names:
        check(getattr(settings, name) > 0, f"{section}.{name} must be above 0, not {getattr(settings, name)}")


def not_negative(settings: object, section: str, *names: str) -> None:
    """Each named setting is 0 or more."""
    for name in names:
        check(getattr(settings, name) >= 0, f"{section}.{name} must not be negative, not {getattr(settings, name)}")


def share(settings: object, section: str, *names: str) -> None:
    """Each named setting is in [0, 1)."""
    for name in names:
        value = getattr(settings, name)
        check(0 <= value < 1, f"{section}.{name} must be from 0 up to (not including) 1, not {value}")
