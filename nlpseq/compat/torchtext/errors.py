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
    """Where torchtext raised ValueError, a UnicodeError or an error of json among them."""


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
    """Where torchtext raised FileNotFoundError, an OSError."""
