"""Names of torchtext that are not here: they can be imported, and any use of them says what to use instead."""

from __future__ import annotations

from typing import Any, NoReturn

from nlpseq.compat.torchtext.errors import UserAttributeError
from nlpseq.errors import UserError


class _Refused(type):
    sentence: str

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        raise UserError(cls.sentence)

    def __getitem__(cls, key: Any) -> NoReturn:
        raise UserError(cls.sentence)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):  # what Python itself looks for
            raise AttributeError(name)
        raise UserAttributeError(cls.sentence)


def refused(name: str, instead: str) -> type:
    """A class that says `<name> <instead>` when it is called, indexed or asked for an attribute.

    >>> BABI20 = refused("BABI20", "is not offered; load facebook/babi_qa with the datasets library")
    >>> BABI20()
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: BABI20 is not offered; load facebook/babi_qa with the datasets library
    """
    return _Refused(name.rpartition(".")[2], (), {"sentence": f"{name} {instead}"})
