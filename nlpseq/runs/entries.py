"""What may lie in the folder of a run or a model, which may be a stranger's: files of bounded sizes, and folders."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from nlpseq.errors import UserError

# Of files that are read whole, by us or by libraries; a test split of a million texts has some 100 million.
MAX_BYTES = {".json": 64 << 20, ".yaml": 1 << 20, **dict.fromkeys((".csv", ".md", ".npz", ".tsv", ".txt"), 256 << 20)}
# The folders in a run from which anything is read.
READ_PARTS = frozenset({"best", "data", "outputs", "pretrain", "text", "training"})


def check_folder(folder: Path) -> Path:
    """The folder of a run or a model, which may be a stranger's, if it holds regular files and folders only.

    A link may lead to something in the folder, or from a snapshot of the hub's cache to the blobs beside it.

    Raises:
        UserError: something in it is a pipe, a socket or a device, a link that leads out of it, or too large.
    """
    root = os.path.realpath(folder)
    places = [root]
    if os.path.basename(os.path.dirname(root)) == "snapshots":
        places.append(os.path.join(os.path.dirname(os.path.dirname(root)), "blobs"))
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _check_entry(os.path.join(place, name), places)
        folders[:] = [name for name in folders if place != str(folder) or name in READ_PARTS]
    return folder


def _check_entry(path: str, places: list[str]) -> None:
    try:
        if os.path.islink(path):
            target = os.path.realpath(path, strict=True)
            if not any(os.path.commonpath([place, target]) == place for place in places):
                raise UserError(f"{path}: a link that leads out of the folder; put the file itself there")
        found = os.stat(path)
    except FileNotFoundError:  # a link to nothing, or taken away meanwhile
        return
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); take it out of the folder") from error
    mode, most = found.st_mode, MAX_BYTES.get(os.path.splitext(path)[1])
    if stat.S_ISREG(mode) and most is not None and found.st_size > most:
        raise UserError(f"{path}: too large, a file of its kind has at most {most:,} bytes; take it out of the folder")
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise UserError(f"{path}: neither a file nor a folder; take it out of the folder")
