"""Which files, or which splits of a hub data set, are the training, validation and test text of a corpus."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from nlpseq.data.hub import hub_name
from nlpseq.errors import UserError

ALL_SPLITS: Mapping[str, str | None] = {"train": None, "validation": None, "test": None}
USUAL_NAMES = {"train": ("train",), "validation": ("validation", "valid", "val", "dev"), "test": ("test",)}
TABLE_SUFFIXES = (".tsv", ".csv", ".jsonl", ".json", ".parquet")
# ".txt" is fastText's `__label__x text`, a line each.
LABELLED_SUFFIXES = (*TABLE_SUFFIXES, ".txt")
# The reviews of aclImdb (Maas et al. 2011) that have no label.
UNLABELLED_FOLDER = "unsup"


def corpus_files(
    path: str | Path, *, src: str, tgt: str, splits: Mapping[str, str | None] | None = None
) -> dict[str, list[Path]]:
    """The local files of each split that `load_parallel` would read; empty for a hub name.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("train.en", "train.de", "val.en", "val.de", "notes.txt"):
    ...     (folder / name).touch()
    >>> {split: [p.name for p in files] for split, files in corpus_files(folder, src="en", tgt="de").items()}
    {'train': ['train.en', 'train.de'], 'validation': ['val.en', 'val.de']}
    """
    if src == tgt:
        raise UserError(f"source and target language are both {src!r}; name two different ones")
    splits = ALL_SPLITS if splits is None else splits
    folder = Path(path)
    if not folder.is_dir():
        return _file_or_hub(path, splits, TABLE_SUFFIXES, "for plain text files give their folder")
    stems = {file.stem for file in folder.iterdir() if file.suffix in (f".{src}", f".{tgt}")}
    plain = {stem: [folder / f"{stem}.{src}", folder / f"{stem}.{tgt}"] for stem in stems}
    expected = f"train.{src} and train.{tgt}, or train.tsv, train.csv, train.jsonl or train.parquet"
    files = _files_of_splits(folder, splits, plain, _tables(folder, TABLE_SUFFIXES), expected)
    for paths in files.values():
        for file, partner in (paths, paths[::-1]) if len(paths) == 2 else ():
            if not file.is_file():
                raise UserError(f"{partner}: its partner {file.name} is missing; add it or check the language names")
    return files


def labelled_files(path: str | Path, *, splits: Mapping[str, str | None] | None = None) -> dict[str, list[Path]]:
    """The local files of each split that `load_labelled` would read; empty for a hub name.

    A folder among them is a class: `text_files` gives its texts, its name is their label.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("train/pos/1.txt", "train/neg/1.txt", "train/unsup/1.txt", "test/pos/2.txt", "README"):
    ...     (folder / name).parent.mkdir(parents=True, exist_ok=True)
    ...     (folder / name).touch()
    >>> {split: [p.name for p in files] for split, files in labelled_files(folder).items()}
    {'train': ['neg', 'pos'], 'test': ['pos']}
    """
    splits = ALL_SPLITS if splits is None else splits
    folder = Path(path)
    if not folder.is_dir():
        return _file_or_hub(path, splits, LABELLED_SUFFIXES, "for one text a file give the folder of the classes")
    nested = {inner.name: classes for inner in _folders(folder) if (classes := _class_folders(inner))}
    tables = _tables(folder, LABELLED_SUFFIXES)
    classes = _class_folders(folder)
    if classes and not any(_find_split(split, wanted, nested | tables) for split, wanted in splits.items()):
        return {next(iter(splits)): classes}
    expected = (
        "train.csv, train.tsv, train.jsonl, train.parquet, a train.txt of __label__ lines, "
        "or a folder of .txt files for each class"
    )
    return _files_of_splits(folder, splits, nested, tables, expected)


def text_files(folder: str | Path) -> list[Path]:
    """The texts of a class folder in the order of their names.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("b.txt", "a.txt", ".hidden.txt", "urls"):
    ...     (folder / name).touch()
    >>> [path.name for path in text_files(folder)]
    ['a.txt', 'b.txt']
    """
    return sorted(Path(path) for path in _texts_in(folder))


def file_checksums(paths: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each file, in hexadecimal, by file name; a class folder's is that of its texts and their names.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.en"
    >>> _ = path.write_text("yes")
    >>> file_checksums([path])["train.en"][:8]
    '8a798890'
    """
    return {path.name: _folder_checksum(path) if path.is_dir() else _checksum(path) for path in paths}


def choose_splits(
    place: str | Path,
    splits: Mapping[str, str | None],
    present: Collection[str],
    found: Sequence[str],
    expected: str,
) -> dict[str, str]:
    """The name of each split among those present; named ones and "train" must be there, others need not.

    Args:
        place: the corpus, for the error.
        splits: the splits asked for, each with its name or None for the usual ones.
        present: the names there are.
        found: what to list in the error.
        expected: what to ask for in the error.

    Raises:
        UserError: a split that must be there is not, or none is.

    >>> choose_splits("corpus", {"validation": None, "test": "test_b"}, ["val", "test", "test_b"], [], "")
    {'validation': 'val', 'test': 'test_b'}
    """
    chosen = {}
    for split, wanted in splits.items():
        name = _find_split(split, wanted, present)
        if name is not None:
            chosen[split] = name
        elif wanted is not None or split == "train":
            raise UserError(f"{place}: no split {wanted or split!r}; found {listing(found)}; expected {expected}")
    if not chosen:
        raise UserError(f"{place}: no split {' or '.join(splits)}; found {listing(found)}; expected {expected}")
    return chosen


def listing(names: Sequence[str]) -> str:
    """The first ten names and how many more there are.

    >>> listing(["a", "b"]), listing([])
    ('a, b', 'nothing')
    """
    if not names:
        return "nothing"
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _find_split(split: str, wanted: str | None, present: Collection[str]) -> str | None:
    names = USUAL_NAMES.get(split, (split,)) if wanted is None else (wanted,)
    candidates = [name for name in names if name in present]
    if split == "test" and wanted is None:
        candidates += sorted(name for name in present if name.startswith("test"))
    return next(iter(candidates), None)


def _file_or_hub(
    path: str | Path, splits: Mapping[str, str | None], suffixes: Sequence[str], mend: str
) -> dict[str, list[Path]]:
    place = Path(path)
    if place.is_file():
        if place.suffix not in suffixes:
            raise UserError(f"{path}: a single file must end in {', '.join(suffixes)}; {mend}")
        return {next(iter(splits)): [place]}
    if hub_name(path) is None:
        raise UserError(f"{path}: no such file or folder; check the path, or write hf://owner/name for a hub name")
    return {}


def _files_of_splits(
    folder: Path,
    splits: Mapping[str, str | None],
    plain: Mapping[str, list[Path]],
    tables: Mapping[str, list[Path]],
    expected: str,
) -> dict[str, list[Path]]:
    """The files of each split by their stem; plain text wins over a table of the same stem."""
    stems = {**tables, **plain}
    chosen = choose_splits(folder, splits, stems, sorted(entry.name for entry in folder.iterdir()), expected)
    for stem in chosen.values():
        if stem not in plain and len({path.suffix for path in tables[stem]}) > 1:
            names = " and ".join(path.name for path in tables[stem])
            raise UserError(f"{folder}: {names} are the same split; keep one of them")
    return {split: stems[stem] for split, stem in chosen.items()}


def _tables(folder: Path, suffixes: Sequence[str]) -> dict[str, list[Path]]:
    """File stem -> its tables."""
    tables: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in suffixes:
            # The hub names the pieces of a large table train-00000-of-00002.parquet.
            tables.setdefault(re.sub(r"-\d{5}-of-\d{5}$", "", path.stem), []).append(path)
    return tables


def _folders(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_dir() and not path.name.startswith(".") and os.access(path, os.R_OK | os.X_OK)
    )


def _class_folders(folder: Path) -> list[Path]:
    """The folders in `folder` that hold texts, those named like a split or the unlabelled ones left out."""
    others = {UNLABELLED_FOLDER}.union(*USUAL_NAMES.values())
    return [path for path in _folders(folder) if path.name not in others and next(_texts_in(path), None)]


def _texts_in(folder: str | Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".txt") and not entry.name.startswith("."):
                yield entry.path


def _folder_checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in text_files(folder):
        digest.update(f"{path.name}\n{_checksum(path)}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()
