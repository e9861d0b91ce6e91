"""From text files of any size to character ids on disk, memory-mapped: read as a stream, never held in memory.

The text is read three times, block by block: to learn its length, which the held-out shares need; to count the
characters of the training part; and to write the ids.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from nlpseq.counting import counted
from nlpseq.data.splits import ALL_SPLITS, USUAL_NAMES, choose_splits, left_out, text_files
from nlpseq.data.textfile import byte_blocks, is_hidden, stem_of, suffix_of, text_blocks
from nlpseq.errors import UserError
from nlpseq.files import atomic_path
from nlpseq.text.alphabet import CODE_POINTS, Alphabet, Unit

logger = logging.getLogger("nlpseq")

OTHER_SPLITS = (*USUAL_NAMES["validation"], *USUAL_NAMES["test"])


def text_splits(path: str | Path | Sequence[str | Path]) -> dict[str, list[Path]]:
    """The files of each split.

    A folder that holds `train.txt`, and perhaps `valid.txt` and `test.txt` (or their other usual names), has its
    splits; all texts of any other folder (see `splits.text_files`), in the order of their names, are one training text,
    and so are a single file and a list of files and folders. What is left out of a folder is counted in a warning.

    Raises:
        UserError: a path is not there, or a folder has no text file.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("train.txt", "valid.txt", "notes.md"):
    ...     (folder / name).touch()
    >>> {split: [path.name for path in paths] for split, paths in text_splits(folder).items()}
    {'train': ['train.txt'], 'validation': ['valid.txt']}
    """
    if not isinstance(path, (str, Path)):
        if not path:
            raise UserError("data.path is empty; name a text file or a folder of .txt files")
        return {"train": [file for part in path for file in _files_under(Path(part))]}
    place = Path(path)
    inside = sorted(place.iterdir()) if place.is_dir() else []
    texts = [file for file in inside if suffix_of(file) == ".txt" and file.is_file() and not is_hidden(file)]
    stems = {stem_of(file): file for file in texts}
    if not any(stem.casefold() in USUAL_NAMES["train"] for stem in stems):
        files = _files_under(place)
        if others := [file.name for file in texts if stem_of(file).casefold() in OTHER_SPLITS]:
            logger.warning("%s: no train.txt, so %s is part of the training text", place, " and ".join(others))
        return {"train": files}
    chosen = choose_splits(place, ALL_SPLITS, stems, sorted(stems), "train.txt")
    return {split: [stems[stem]] for split, stem in chosen.items()}


def read_codes(paths: Sequence[Path], unit: Unit, encoding: str | None = None) -> Iterator[np.ndarray]:
    r"""Yield the code points (uint32) or bytes (uint8) of the files, one after the other, in blocks.

    Lines end with "\n", and files are opened as `textfile` does it. Bytes are those of UTF-8 where a file says what it
    is in, or `encoding` does; else they are the file's own.

    Raises:
        UserError: a file cannot be read, or code points are asked for and it is not text.
    """
    from tqdm import tqdm

    with tqdm(desc="reading", unit=" characters", unit_scale=True, delay=2, disable=None) as progress:
        for path in paths:
            for block in _read_file(path, unit, encoding):
                progress.update(len(block))
                yield block


def encode_files(
    files: Mapping[str, Sequence[Path]],
    folder: str | Path,
    *,
    unit: Unit = "codepoint",
    min_freq: int = 1,
    validation_share: float = 0.1,
    test_share: float = 0.0,
    encoding: str | None = None,
    alphabet: Alphabet | None = None,
) -> Alphabet:
    """Write the ids of every split to `folder`, for `load_ids`, and return the alphabet of the training split.

    Args:
        files: the files of each split, as `text_splits` finds them.
        folder: where `train.npy`, `validation.npy` and `test.npy` go.
        unit: what one id stands for.
        min_freq: code points that the training split holds more rarely become `<unk>`.
        validation_share: share of the training text, at its end, that is the validation split where there is no file.
        test_share: the same for the test split, which comes last.
        encoding: of files without a byte order mark; default: UTF-8.
        alphabet: the one to write them with, in the place of the training split's own.

    Raises:
        UserError: a file is not readable or not UTF-8, or there is too little text.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("abcabcabca")
    >>> alphabet = encode_files(text_splits(folder / "a.txt"), folder, validation_share=0.2)
    >>> {split: alphabet.decode(ids) for split, ids in load_ids(folder).items()}
    {'train': 'abcabcab', 'validation': 'ca'}
    """
    shares = {"validation": validation_share, "test": test_share}
    if min(shares.values()) < 0 or sum(shares.values()) >= 1:
        raise UserError(f"validation_share and test_share must be 0 or more and below 1 together, not {shares}")
    if alphabet is not None:
        unit = alphabet.unit
    parts = {split: {split: _length(paths, unit, encoding)} for split, paths in files.items()}
    held_out = {split: share for split, share in shares.items() if share and split not in files}
    parts["train"] = _hold_out(parts["train"]["train"], held_out, files["train"])
    if alphabet is None and unit == "codepoint":
        train = _Codes(read_codes(files["train"], unit, encoding)).take(parts["train"]["train"])
        alphabet = Alphabet.of_counts(_count(train), min_freq=min_freq)
    alphabet = alphabet or Alphabet.of_bytes()
    for name, lengths in parts.items():
        codes = _Codes(read_codes(files[name], unit, encoding))
        for split, length in lengths.items():
            _write(Path(folder) / f"{split}.npy", codes.take(length), length, alphabet)
    return alphabet


def load_ids(folder: str | Path, alphabet: Alphabet | None = None) -> dict[str, np.ndarray]:
    """The ids of each split in `folder`; they stay on disk until they are read.

    Args:
        folder: what `encode_files` wrote into.
        alphabet: whose ids they must be; None if they are not to be looked up.

    Raises:
        UserError: a file is damaged, or there is no training split.
    """
    found = {split: Path(folder) / f"{split}.npy" for split in ALL_SPLITS}
    try:
        ids = {split: np.load(path, mmap_mode="r") for split, path in found.items() if path.exists()}
        if wrong := [split for split, each in ids.items() if each.ndim != 1 or each.dtype.kind != "u"]:
            raise ValueError(f"{wrong[0]}.npy holds no ids")
        if alphabet is not None and (
            wrong := [split for split, each in ids.items() if each.max(initial=0) >= len(alphabet)]
        ):
            raise ValueError(f"{wrong[0]}.npy has ids that stand for nothing")
        ids["train"]
    except Exception as error:  # numpy reads a header as Python, which any error can come of
        raise UserError(
            f"{folder}: the encoded text is missing or damaged; delete this folder and prepare the data again"
        ) from error
    return ids


class _Codes:
    """Blocks of any size, from which a given number of codes is taken at a time."""

    def __init__(self, blocks: Iterator[np.ndarray]) -> None:
        self._blocks = blocks
        self._rest = np.zeros(0, dtype=np.uint8)

    def take(self, count: int) -> Iterator[np.ndarray]:
        while count:
            block = self._rest if len(self._rest) else next(self._blocks, None)
            if block is None:
                raise UserError("data.path: a text became shorter while it was read; run the same command again")
            part, self._rest = block[:count], block[count:]
            count -= len(part)
            yield part


def _files_under(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise UserError(f"{place}: no such file or folder; check data.path")
    files = text_files(place)
    if not files:
        raise UserError(f"{place}: no .txt file in this folder; name the text file itself")
    if said := left_out(place, files):
        logger.warning("%s: %s", place, said)
    return files


def _read_file(path: Path, unit: Unit, encoding: str | None) -> Iterator[np.ndarray]:
    if unit == "byte":
        yield from (np.frombuffer(block, dtype=np.uint8) for block in byte_blocks(path, encoding))
    else:
        yield from (np.frombuffer(text.encode("utf-32-le"), dtype="<u4") for text in text_blocks(path, encoding))


def _length(paths: Sequence[Path], unit: Unit, encoding: str | None) -> int:
    length = sum(map(len, read_codes(paths, unit, encoding)))
    if not length:
        raise UserError(f"{', '.join(map(str, paths[:3]))}: there is no text in it; choose a file with text")
    return length


def _hold_out(length: int, shares: Mapping[str, float], paths: Sequence[Path]) -> dict[str, int]:
    """Lengths of the training split and, after it, of the splits with a share."""
    # Rounded first, as 1 - 0.05 - 0.05 is a little less than 0.9.
    starts = [int(round(length * (1 - sum(list(shares.values())[index:])), 6)) for index in range(len(shares))]
    bounds = [0, *starts, length]
    lengths = {split: bounds[index + 1] - bounds[index] for index, split in enumerate(("train", *shares))}
    for split, size in lengths.items():
        if not size:
            raise UserError(
                f"{paths[0]}: {counted(length, 'character')}, too few to leave a {split} split; "
                "use a longer text or other shares"
            )
    return lengths


def _count(blocks: Iterator[np.ndarray]) -> np.ndarray:
    counts = np.zeros(CODE_POINTS, dtype=np.int64)
    for block in blocks:
        found = np.bincount(block)
        counts[: len(found)] += found
    return counts


def _write(path: Path, blocks: Iterator[np.ndarray], length: int, alphabet: Alphabet) -> None:
    dtype = np.min_scalar_type(len(alphabet) - 1)
    with atomic_path(path) as beside, open(beside, "wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": (length,)}
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(alphabet.ids_of(block).tobytes())
