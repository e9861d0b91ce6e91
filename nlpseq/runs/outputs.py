"""The files that decoding a split leaves in a run folder: lines of text, JSON lists, arrays; none is a pickle."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nlpseq.counting import counted
from nlpseq.errors import UserError, one_line
from nlpseq.files import atomic_path, read_bytes, read_json, read_text, write_text_atomically

if TYPE_CHECKING:
    from numpy.typing import NDArray

Output = TypeVar("Output")

# Of a file of saved outputs; the attention of twenty long sentences has 2 million.
MAX_OUTPUT_BYTES = 32 << 20
# Of a file of lines or arrays, as it lies there, and of arrays unpacked: a million texts have some 100 million numbers.
MAX_PACKED_BYTES, MAX_ARRAY_BYTES, MAX_ARRAYS = 256 << 20, 1 << 30, 16


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write texts of one line each."""
    write_text_atomically(path, "".join(f"{line}\n" for line in lines))


def read_lines(path: Path, *, count: int, header: bool = False) -> list[str]:
    """The `count` lines that `write_lines` wrote, below a line that names their columns if there is a `header`.

    Raises:
        UserError: it is not there yet, is damaged, or has another number of lines.
    """
    if not path.is_file():
        raise UserError(f"{path}: not there yet; run nlpseq evaluate {path.parent} first")
    text = read_text(path, max_bytes=MAX_PACKED_BYTES, fix=f"run nlpseq evaluate {path.parent} again")
    lines = text.split("\n")[header:-1]
    if len(lines) != count:
        raise damaged_output(path, f"{counted(len(lines), 'line')} for {counted(count, 'row')} of the test split")
    return lines


def write_rows(path: Path, rows: list[Any]) -> None:
    """Write a list as JSON."""
    write_text_atomically(path, json.dumps(rows, ensure_ascii=False) + "\n")


def read_rows(path: Path) -> list[Any]:
    """What `write_rows` wrote.

    Raises:
        UserError: it is missing or damaged.
    """
    return read_json(path, list, max_bytes=MAX_OUTPUT_BYTES, fix="delete it, and nlpseq report makes it anew")


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Save arrays by their names."""
    import numpy as np

    with atomic_path(path) as beside:
        named: dict[str, Any] = dict(arrays)
        np.savez_compressed(beside, **named)  # before NumPy 2.1 `allow_pickle` would be one of the arrays


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """What `write_arrays` saved.

    Raises:
        UserError: it is missing or damaged, or a stranger's who wants all memory.
    """
    import numpy as np

    if not path.exists():
        raise UserError(f"{path}: not there yet; run nlpseq report {path.parent} first")
    content = read_bytes(path, max_bytes=MAX_PACKED_BYTES, fix="delete it, and nlpseq report makes it anew")
    try:
        _check_arrays(content)
        with np.load(BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except Exception as error:  # what zipfile, zlib, tokenize, ast and numpy make of any bytes
        raise damaged_output(path, f"{type(error).__name__}: {one_line(error, most=150)}") from error


def _check_arrays(content: bytes) -> None:
    """Look at the headers of the arrays of an .npz file: few bytes can ask for all memory there is.

    Raises:
        ValueError: they are too many or too large.
    """
    from numpy.lib import format as npy

    if content.count(b"PK\1\2") > MAX_ARRAYS:  # what stands before each name in the list of a zip file
        raise ValueError("more arrays than a run has")
    total = 0
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                if npy.read_magic(file) != (1, 0):
                    raise ValueError(f"{name}: not as a run writes it")
                shape, _, dtype = npy.read_array_header_1_0(file)
            total += math.prod(shape) * dtype.itemsize
            if min(shape, default=0) < 0 or total > MAX_ARRAY_BYTES:
                raise ValueError(f"{name}: of shape {shape}")


def damaged_output(path: Path, error: Exception | str) -> UserError:
    """What to say of a file of saved outputs that does not hold what it should."""
    return UserError(f"{path}: damaged ({error}); delete it, and nlpseq report makes it anew")


def in_order(
    found: Iterator[tuple[int, Output]], count: int, *, missing: Output, doing: str, unit: str
) -> list[Output]:
    """What a model says of each of `count` texts, in their order, from (index, output) as they come; with a bar.

    `missing` is for texts of which it says nothing, such as blank ones.

    >>> in_order(iter([(2, "c"), (0, "a")]), 3, missing="", doing="reading", unit="texts")
    ['a', '', 'c']
    """
    from tqdm import tqdm

    outputs = [missing] * count
    with tqdm(total=count, desc=doing, unit=f" {unit}", disable=None) as progress:
        for index, output in found:
            outputs[index] = output
            progress.update()
    return outputs


def spread(count: int, shown: int) -> list[int]:
    """At most `shown` of `count` places, evenly spread.

    >>> spread(100, 4), spread(2, 3)
    ([12, 37, 62, 87], [0, 1])
    """
    return list(dict.fromkeys(count * (2 * number + 1) // (2 * shown) for number in range(shown)))


def shortened(text: str, most: int) -> str:
    """The text on one line that a terminal can show, of at most `most` characters; three dots where it is cut.

    >>> shortened("a long text", 8), shortened("two\\nlines", 9)
    ('a lon...', 'two lines')
    """
    text = one_line(text)
    return text if len(text) <= most else text[: most - 3] + "..."
