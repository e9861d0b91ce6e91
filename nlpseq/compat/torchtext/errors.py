"""A user's mistakes that are also of the types that code written for torchtext catches.

>>> try:
...     raise UserKeyError("GloVe: no vectors are called '7B'; choose 6B")
... except KeyError as error:
...     print(error)
GloVe: no vectors are called '7B'; choose 6B
"""

from __future__ import annotations

from nlpseq.errors import UserError


class UserValueError(UserError, ValueError):
    """Where torchtext raised ValueError; errors of json and of an encoding are such."""


class UserKeyError(UserError, KeyError):
    """Where torchtext raised KeyError."""

    __str__ = Exception.__str__  # that of KeyError puts the sentence in quotes


class UserIndexError(UserError, IndexError):
    """Where torchtext raised IndexError."""


class UserTypeError(UserError, TypeError):
    """Where torchtext raised TypeError."""


class UserAttributeError(UserError, AttributeError):
    """Where torchtext raised AttributeError."""


class UserRuntimeError(UserError, RuntimeError):
    """Where torchtext raised RuntimeError."""


class UserFileNotFoundError(UserError, FileNotFoundError):
    """Where torchtext raised FileNotFoundError, or an OSError since a file could not be fetched."""


class UserOSError(UserError, OSError):
    """Where torchtext raised another OSError."""


KINDS = (
    UserValueError, UserKeyError, UserIndexError, UserTypeError, UserAttributeError, UserRuntimeError,
    UserFileNotFoundError, UserOSError,
)  # fmt: skip


def of_its_kind(cause: BaseException | None, message: str) -> UserError:
    """The user's mistake that `message` names, also of the type of the error that it comes from.

    >>> of_its_kind(UnicodeDecodeError("utf-8", b"x", 0, 1, ""), "a.txt: not valid UTF-8")
    UserValueError('a.txt: not valid UTF-8')
    """
    return next((kind for kind in KINDS if isinstance(cause, kind.__bases__[1])), UserError)(message)
