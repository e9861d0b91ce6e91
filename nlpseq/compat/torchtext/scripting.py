"""What `torch.jit.script` meets in this package: a sentence in place of a compiler's error."""

from __future__ import annotations

from typing import NoReturn

from nlpseq.errors import UserError


def refuse_scripting(module: object) -> NoReturn:
    """The method `__prepare_scriptable__` of our modules, which `torch.jit.script` calls first.

    Raises:
        UserError: always.
    """
    raise UserError(
        f"torch.jit.script: {type(module).__name__} is plain Python here and cannot be compiled; "
        "call it before the compiled model"
    )
