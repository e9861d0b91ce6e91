"""What a setting must be, each failure one sentence that names its key.

Settings come from recipes, from code and from the files of strangers: every check holds for any value, None and NaN
too. Every number has a bound above as well as below, so that a slip of the keyboard takes no machine with it.
"""

from __future__ import annotations

import codecs
import math
from typing import Any

from nlpseq.config.choices import DEVICE, DEVICES
from nlpseq.config.types import in_words, is_of_type, setting_types
from nlpseq.errors import UserError, shown_value

# The bound of numbers that need no closer one.
MOST = 10**9
LARGEST_SEED = 2**32 - 1  # numpy's
# Names for characters that a command line makes hard to write.
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "\\t": "\t"}
# A beam multiplies the memory of a search; wider ones translate no better (Koehn and Knowles 2017, section 3.6).
LARGEST_BEAM = 128


def check(holds: bool, message: str) -> None:
    """Raise UserError with `message` unless it holds."""
    if not holds:
        raise UserError(message)


def well_typed(settings: object, section: str = "") -> None:
    """Each setting is of the type that its class declares, and text can be written to a file.

    Sections themselves are not looked into: they have checks of their own.
    """
    for name, kind in setting_types(type(settings)).items():
        value, key = getattr(settings, name), f"{section}.{name}" if section else name
        expected = _words(kind)
        check(is_of_type(value, kind), f"{key} must be {expected}, not {shown_value(value)}")
        if isinstance(value, str):
            check(_is_text(value), f"{key}: {shown_value(value)} holds what no text file can; write it anew")


def names_a_folder(settings: Any) -> None:
    """`run_dir` is not empty: that would be the folder one stands in; nor is what the run begins from."""
    check(
        settings.init_from is None or bool(settings.init_from.strip()), "init_from is empty; name a run to begin from"
    )
    check(bool(settings.run_dir.strip()), f"run_dir is empty; name a folder, such as runs/{settings.task}")


def positive(settings: object, section: str, *names: str, most: float = MOST) -> None:
    """Each named setting is a number above 0, and `most` at the most."""
    for name in names:
        value = _number(settings, section, name)
        check(value > 0, f"{section}.{name} must be above 0, not {shown_value(value)}")
        _at_most(value, section, name, most)


def not_negative(settings: object, section: str, *names: str, most: float = MOST) -> None:
    """Each named setting is a number of 0 or more, and `most` at the most."""
    for name in names:
        value = _number(settings, section, name)
        check(value >= 0, f"{section}.{name} must not be negative, not {shown_value(value)}")
        _at_most(value, section, name, most)


def share(settings: object, section: str, *names: str) -> None:
    """Each named setting is in [0, 1)."""
    for name in names:
        value = _number(settings, section, name)
        check(0 <= value < 1, f"{section}.{name} must be from 0 up to (not including) 1, not {shown_value(value)}")


def held_out_sizes(settings: object, section: str, *names: str) -> None:
    """Each named setting is a whole number above 0, a share above 0 and below 1, or None."""
    for name in names:
        if (value := getattr(settings, name)) is not None:
            positive(settings, section, name)
            whole = isinstance(value, int) or value < 1
            what = "a whole number, or a share of the rows below 1"
            check(whole, f"{section}.{name} must be {what}, not {shown_value(value)}")


def named_device(setting: str, name: str) -> None:
    """It is the name of a device; whether this machine has that is for `models/device.py` to say."""
    check(bool(DEVICE.fullmatch(name)), f"{setting} must be {DEVICES}, not {shown_value(name)}")


def text_format(encoding: str | None, separator: str | None = None) -> None:
    """`data.encoding` is one that Python knows, `data.separator` one character or its name."""
    if encoding is not None:
        check(
            _is_encoding(encoding),
            f"data.encoding: no encoding is called {shown_value(encoding)}; try cp1252 or utf-16",
        )
    if separator is not None:
        single = len(separator) == 1 and not separator.isalnum() and separator not in '"\r\n'
        names = ", ".join(SEPARATORS)
        check(
            single or separator in SEPARATORS,
            f"data.separator must be a single character or one of {names}, not {shown_value(separator)}",
        )


def _is_encoding(name: str) -> bool:
    try:
        # The others, such as base64 and zip, make bytes of bytes.
        return bool(codecs.lookup(name)._is_text_encoding)
    except (LookupError, ValueError):
        return False


def _number(settings: object, section: str, name: str) -> float:
    value = getattr(settings, name)
    check(is_of_type(value, float), f"{section}.{name} must be a number, not {shown_value(value)}")
    check(not math.isnan(value), f"{section}.{name} must be a number, not nan")
    return float(value) if isinstance(value, float) else int(value)


def _at_most(value: float, section: str, name: str, most: float) -> None:
    check(value <= most, f"{section}.{name} must be at most {most:,}, not {shown_value(value)}")


def _words(kind: Any) -> str:
    try:
        return in_words(kind)
    except KeyError:
        return f"of the type {getattr(kind, '__name__', kind)}"


def _is_text(value: str) -> bool:
    try:
        return "\0" not in value.encode().decode()
    except UnicodeEncodeError:
        return False
