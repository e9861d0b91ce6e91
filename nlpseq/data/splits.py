"""Which files, or which splits of a hub data set, are the training, validation and test text of a corpus."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from nlpseq.errors import UserError

ALL_SPLITS: Mapping[str, str | None] = {"train": None, "validation": None, "test": None}
USUAL_NAMES = {"train": ("train",), "validation": ("validation", "valid", "val", "dev"), "test": ("test",)}
TABLE_SUFFIXES = (".tsv", ".csv", ".jsonl", ".json", ".parquet")
HUB_NAME = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(:(?P<config>[\w.-]+))?")


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
    place = Path(path)
    if place.is_dir():
        stems = _stems(place, src, tgt)
        expected = f"train.{src} and train.{tgt}, or train.tsv, train.csv, train.jsonl or train.parquet"
        chosen = choose_splits(place, splits, stems, sorted(entry.name for entry in place.iterdir()), expected)
        return {split: _files_of_stem(place, stem, stems[stem], src, tgt) for split, stem in chosen.items()}
    if place.is_file():
        if place.suffix not in TABLE_SUFFIXES:
            raise UserError(
                f"{path}: a single file must end in {', '.join(TABLE_SUFFIXES)}; for plain text files give their folder"
            )
        return {next(iter(splits)): [place]}
    # A wrong name inside of a folder that exists is a slip, and no reason to ask the hub.
    if not HUB_NAME.fullmatch(str(path)) or place.parent.is_dir():
        raise UserError(f"{path}: no such file or folder, nor a hub name such as owner/name; check the path")
    return {}


def file_checksums(paths: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each file, in hexadecimal, by file name.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.en"
    >>> _ = path.write_text("yes")
    >>> file_checksums([path])["train.en"][:8]
    '8a798890'
    """
    sums = {}
    for path in paths:
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while block := file.read(2**20):
                digest.update(block)
        sums[path.name] = digest.hexdigest()
    return sums


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
        names = USUAL_NAMES.get(split, (split,)) if wanted is None else (wanted,)
        candidates = [name for name in names if name in present]
        if split == "test" and wanted is None:
            candidates += sorted(name for name in present if name.startswith("test"))
        if candidates:
            chosen[split] = candidates[0]
        elif wanted is not None or split == "train":
            raise UserError(f"{place}: no split {names[0]!r}; found {_listing(found)}; expected {expected}")
    if not chosen:
        raise UserError(f"{place}: no split {' or '.join(splits)}; found {_listing(found)}; expected {expected}")
    return chosen


def _stems(folder: Path, src: str, tgt: str) -> dict[str, list[Path]]:
    """File stem -> its table files, or [] where plain text files have that stem."""
    plain: dict[str, list[Path]] = {}
    tables: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (f".{src}", f".{tgt}"):
            plain[path.stem] = []
        elif path.suffix in TABLE_SUFFIXES:
            # The hub names the pieces of a large table train-00000-of-00002.parquet.
            tables.setdefault(re.sub(r"-\d{5}-of-\d{5}$", "", path.stem), []).append(path)
    return tables | plain


def _files_of_stem(folder: Path, stem: str, tables: list[Path], src: str, tgt: str) -> list[Path]:
    if len({path.suffix for path in tables}) > 1:
        raise UserError(f"{folder}: {' and '.join(path.name for path in tables)} are the same split; keep one of them")
    if tables:
        return tables
    pair = [folder / f"{stem}.{src}", folder / f"{stem}.{tgt}"]
    for path, partner in (pair, pair[::-1]):
        if not path.is_file():
            raise UserError(f"{partner}: its partner {path.name} is missing; add it or check the language names")
    return pair


def _listing(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "") if names else "nothing"
