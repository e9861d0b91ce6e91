"""torchtext 0.18.0's public interface in plain Python, on any current torch.

Write `from nlpseq.compat.torchtext...` where code says `from torchtext...`, or leave the code as it is and
call `install` first. What differs from the original stands in docs/torchtext-differences.md; what is not here
is refused with a sentence that says what to use instead.

>>> from nlpseq.compat.torchtext.data.utils import get_tokenizer
>>> get_tokenizer("basic_english")("You can now read this!")
['you', 'can', 'now', 'read', 'this', '!']
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from nlpseq.compat.torchtext.alias import install
from nlpseq.compat.torchtext.refusals import WHEN_USED, missing, refuse_imports

__version__ = "0.18.0+nlpseq"
__all__ = ["data", "datasets", "functional", "install", "legacy", "transforms", "utils", "vocab"]

_ROOMS = {*__all__, *WHEN_USED} - {"install"}
refuse_imports()


def disable_torchtext_deprecation_warning() -> None:
    """Do nothing: here is no such warning; torchtext 0.18.0 had one, and much code calls this first."""


def __getattr__(name: str) -> Any:
    if name == "_CACHE_DIR":
        return import_module(f"{__name__}.utils").cache_dir()
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise missing(__name__, name)
