"""What `torch.jit.script` meets in this package: a sentence in place of a compiler's error."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from nlpseq.compat.torchtext.errors import UserRuntimeError


def refuse_scripting(module: object) -> NoReturn:
    """The method `__prepare_scriptable__` of our modules, which `torch.jit.script` calls first.

    Raises:
        UserRuntimeError: always.
    """
    _refuse(type(module).__name__)


def refuse_scripting_of(function: Callable[..., Any]) -> None:
    """The same for a function, given to `torch.jit.script` or called by what is."""
    function.__prepare_scriptable__ = partial(_refuse, function.__name__)  # type: ignore[attr-defined]


def _refuse(name: str) -> NoReturn:
    raise UserRuntimeError(
        f"torch.jit.script: {name} is plain Python here and cannot be compiled; call it before the compiled model"
    )
