"""Which files, or which splits of a hub data set, are the training, validation and test text of a corpus."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from nlpseq.data.arrowfile import ARROW_SUFFIXES
from nlpseq.data.hub import hub_name
from nlpseq.data.languages import SIDES, find_name
from nlpseq.data.memories import MEMORY_SUFFIXES
from nlpseq.data.pieces import are_pieces, joined
from nlpseq.data.textfile import did_you_mean, is_hidden, stem_of, suffix_of
from nlpseq.errors import UserError, one_line
from nlpseq.files import file_sha256

ALL_SPLITS: Mapping[str, str | None] = {"train": None, "validation": None, "test": None}
USUAL_NAMES = {"train": ("train",), "validation": ("validation", "valid", "val", "dev"), "test": ("test",)}
SPLIT_WORDS = frozenset(name for names in USUAL_NAMES.values() for name in names)
TABLE_SUFFIXES = (".tsv", ".csv", ".jsonl", ".json", ".xlsx", *ARROW_SUFFIXES)
PAIR_SUFFIXES = (*TABLE_SUFFIXES, *MEMORY_SUFFIXES)  # and ".txt" is a tsv of pairs, as Tatoeba's are
# ".txt" is fastText's `__label__x text`, a line each.
LABELLED_SUFFIXES = (*TABLE_SUFFIXES, ".txt")
# Lines of columns; the shared tasks' own files end in the name of the split, as in eng.testa.
CONLL_SUFFIXES = (".conll", ".conllu", ".conllx", ".iob", ".iob2", ".bio", ".bioes", ".txt", ".tsv", ".annotated")
TAGGED_TABLES = (".jsonl", ".json", *ARROW_SUFFIXES)
# The validation set of CoNLL-2002 and 2003 is called testa, and there are names such as de-ud-dev.conllu.
TAGGED_SPLITS = {"testa": "validation", "testb": "test"}
# The reviews of aclImdb (Maas et al. 2011) that have no label.
UNLABELLED_FOLDER = "unsup"
# What `datasets` writes into a folder of `save_to_disk`.
SAVED_SPLITS, SAVED_ROWS = "dataset_dict.json", "state.json"
# The ending of a name: 20 newsgroups has 37261, SpamAssassin 00001.7c53336b37003a9286aba55d2945844c.
ENDING = re.compile(r"\.[A-Za-z]\w{0,4}")
# train.en, train.en.txt, train-en.txt, src-train.txt; folders of languages, as en/train.txt, are apart.
PLAIN_NAMES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<stem>.+)\.(?P<side>[^.]+)",
        r"(?P<stem>.+)\.(?P<side>[^.]+)\.txt",
        r"(?P<stem>.+)[_-](?P<side>[^._-]+)\.txt",
        r"(?P<side>[^._-]+)[._-](?P<stem>.+)\.txt",
    )
]
LONGEST_SHOWN = 40
BOTH_LANGUAGES = re.compile(r"(?P<stem>.+)[._-](?P<one>[^._-]+)-(?P<other>[^._-]+)")


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
        return _file_or_hub(path, splits, (*PAIR_SUFFIXES, ".txt"), "for plain text files give their folder")
    if saved := _saved_splits(folder, splits):
        return saved
    plain = _plain_pairs(folder, src, tgt)
    expected = f"train.{src} and train.{tgt}, or train.tsv, train.csv, train.jsonl or train.parquet"
    files = _files_of_splits(folder, splits, plain, _tables(folder, PAIR_SUFFIXES), expected)
    for paths in files.values():
        for pair in zip(paths[::2], paths[1::2], strict=False):  # tables are all there
            for file, partner in (pair, pair[::-1]):
                if not file.is_file():
                    what = "add it or check the language names"
                    raise UserError(f"{partner}: its partner {file.name} is missing; {what}")
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
    if saved := _saved_splits(folder, splits):
        return saved
    tables = _tables(folder, LABELLED_SUFFIXES)
    nested = {inner.name: classes for inner in _folders(folder) if (classes := class_folders(inner))}
    classes = class_folders(folder)
    if classes and not _has_splits(splits, nested, tables, classes):
        _check_one(folder, splits, "folder of classes")
        return {next(iter(splits)): classes}
    expected = (
        "train.csv, train.tsv, train.jsonl, train.parquet, a train.txt of __label__ lines, "
        "or a folder of .txt files for each class"
    )
    return _files_of_splits(folder, splits, nested, tables, expected)


def tagged_files(path: str | Path, *, splits: Mapping[str, str | None] | None = None) -> dict[str, list[Path]]:
    """The local files of each split that `load_tagged` would read; empty for a hub name.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("eng.train", "eng.testa", "eng.testb", "README.md"):
    ...     (folder / name).touch()
    >>> {split: [p.name for p in files] for split, files in tagged_files(folder).items()}
    {'train': ['eng.train'], 'validation': ['eng.testa'], 'test': ['eng.testb']}
    """
    splits = ALL_SPLITS if splits is None else splits
    folder = Path(path)
    suffixes = (*CONLL_SUFFIXES, *TAGGED_TABLES)
    if not folder.is_dir():
        own = (suffix_of(path),) if _split_in(path) else ()
        return _file_or_hub(path, splits, (*suffixes, *own), "name the file so")
    if saved := _saved_splits(folder, splits):
        return saved
    named: dict[str, list[Path]] = {}
    for file in sorted(_files(folder)):
        split = _split_in(file)
        if split and (suffix_of(file) in suffixes or suffix_of(file)[1:] in (*TAGGED_SPLITS, *SPLIT_WORDS)):
            named.setdefault(split, []).append(file)
    for split, paths in named.items():  # Universal Dependencies come with their raw text
        named[split] = [file for file in paths if suffix_of(file) == ".conllu"] or paths
    expected = "train.conll, train.txt, train.jsonl or train.parquet"
    return _files_of_splits(folder, splits, {}, {**named, **_tables(folder, suffixes)}, expected)


def text_files(folder: str | Path) -> list[Path]:
    """The texts in a folder and the folders inside of it, in the order of their names.

    They are its .txt files, gzipped ones too, in small or capital letters; where there are none, the files whose names
    have no ending. Hidden files and folders are never looked at.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("b.txt", "a.TXT", ".hidden.txt", "urls"):
    ...     (folder / name).touch()
    >>> [path.name for path in text_files(folder)]
    ['a.TXT', 'b.txt']
    """
    files = list(visible_files(folder))
    texts = [file for file in files if suffix_of(file) in (".txt", ".text")]
    return sorted(texts or [file for file in files if not ENDING.fullmatch(file.suffix)])


def visible_files(folder: str | Path) -> Iterator[Path]:
    """All files in a folder and the folders inside of it, but for the hidden ones."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in names:
            if not is_hidden(name) and os.path.isfile(os.path.join(place, name)):
                yield Path(place, name)


def class_folders(folder: Path) -> list[Path]:
    """The folders in `folder` that hold texts, those of the unlabelled ones left out."""
    return [path for path in _folders(folder) if path.name != UNLABELLED_FOLDER and text_files(path)]


def left_out(folder: Path, read: Sequence[Path]) -> str:
    """The files in `folder` that are not among those `read`, by name; "" if there are none.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("pos/1.txt", "pos/1.png", "unsup/1.txt", "unsup/2.txt", "urls"):
    ...     (folder / name).parent.mkdir(exist_ok=True)
    ...     (folder / name).touch()
    >>> left_out(folder, [folder / "pos" / "1.txt"])
    'left out as no text: urls, pos/1.png, unsup/1.txt and 1 more'
    """
    known = set(read)
    others = [str(path.relative_to(folder)) for path in visible_files(folder) if path not in known]
    return f"left out as no text: {listing(others, most=3)}" if others else ""


def file_checksums(paths: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each file, in hexadecimal, by file name; a class folder's is that of its texts and their names.

    Files of one name, as en/train.txt and de/train.txt, keep the folder before it.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train.en"
    >>> _ = path.write_text("yes")
    >>> file_checksums([path])["train.en"][:8]
    '8a798890'
    """
    alone = len({path.name for path in paths}) == len(paths)
    names = {path: path.name if alone else f"{path.parent.name}/{path.name}" for path in paths}
    return {names[path]: _folder_checksum(path) if path.is_dir() else file_sha256(path) for path in paths}


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


def listing(names: Sequence[str], most: int = 10) -> str:
    """The first names, shortened, and how many more there are.

    >>> listing(["a", "b"]), listing([]), listing(["a", "b", "c"], most=2)
    ('a, b', 'nothing', 'a, b and 1 more')
    """
    if not names:
        return "nothing"
    shown = [one_line(name, most=LONGEST_SHOWN) for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _find_split(split: str, wanted: str | None, present: Collection[str]) -> str | None:
    """The name of a split among those present: as it stands, else without regard to case."""
    names = USUAL_NAMES.get(split, (split,)) if wanted is None else (wanted,)
    by_case = {name.casefold(): name for name in sorted(present)}
    candidates = [name for name in names if name in present]
    candidates += [by_case[name.casefold()] for name in names if name.casefold() in by_case]
    if split == "test" and wanted is None:
        candidates += sorted(name for name in present if name.casefold().startswith("test"))
    return next(iter(candidates), None)


def _file_or_hub(
    path: str | Path, splits: Mapping[str, str | None], suffixes: Sequence[str], mend: str
) -> dict[str, list[Path]]:
    place = Path(path)
    if place.is_file():
        if suffix_of(place) not in suffixes:
            raise UserError(f"{path}: a single file must end in {', '.join(suffixes)}; {mend}")
        _check_one(place, splits, "file")
        return {next(iter(splits)): [place]}
    if hub_name(path) is None:
        mend = did_you_mean(place) or "check the path, or write hf://owner/name for a hub name"
        raise UserError(f"{path}: no such file or folder; {mend}")
    return {}


def _split_in(path: str | Path) -> str | None:
    """The split that a word of a file's name says, as in eng.testa, wnut17train.conll or de_gsd-ud-dev.conllu."""
    words = re.split(r"[^a-z]+", Path(path).name.casefold())
    return next((TAGGED_SPLITS.get(word, word) for word in words if word in (*TAGGED_SPLITS, *SPLIT_WORDS)), None)


def _check_one(place: Path, splits: Mapping[str, str | None], kind: str) -> None:
    """All of one file is the first split asked for; UserError if that, or another one, has a name it does not have."""
    first = next(iter(splits))
    own = {first, *USUAL_NAMES.get(first, ()), place.name, stem_of(place)}
    for split, wanted in splits.items():
        if wanted is not None and (split != first or wanted not in own):
            raise UserError(
                f"{place}: no split {wanted!r}, as all of this {kind} is one split; "
                f"leave out data.{split}, or give a folder with a part for each"
            )


def _saved_splits(folder: Path, splits: Mapping[str, str | None]) -> dict[str, list[Path]]:
    """The Arrow files of each split of a folder that `save_to_disk` of `datasets` wrote; empty for any other."""
    if (folder / SAVED_ROWS).is_file():
        _check_one(folder, splits, "data set")
        return {next(iter(splits)): _saved_files(folder)}
    if not (folder / SAVED_SPLITS).is_file():
        return {}
    present = {inner.name: inner for inner in _folders(folder) if (inner / SAVED_ROWS).is_file()}
    chosen = choose_splits(folder, splits, present, sorted(present), "train, validation or test")
    return {split: _saved_files(present[name]) for split, name in chosen.items()}


def _saved_files(folder: Path) -> list[Path]:
    try:
        state = json.loads((folder / SAVED_ROWS).read_bytes())
        # A name that leads out of the folder is not followed.
        return [folder / Path(file["filename"]).name for file in state["_data_files"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{folder / SAVED_ROWS}: missing or damaged; save the data set anew") from error


def _has_splits(
    splits: Mapping[str, str | None],
    nested: Mapping[str, list[Path]],
    tables: Mapping[str, list[Path]],
    classes: Sequence[Path],
) -> bool:
    """Whether a folder with classes in it has its splits: tables, or folders of classes.

    Where "train" is asked for it must be there, and a class that is called "test" is no split; nor is one beside other
    classes.
    """
    if any(_find_split(split, wanted, tables) for split, wanted in splits.items()):
        return True
    if "train" in splits:
        return _find_split("train", splits["train"], nested) is not None or all(map(_is_split_name, classes))
    found = any(_find_split(split, wanted, nested) for split, wanted in splits.items())
    return all(map(_is_split_name, classes)) or (found and any(_is_split_name(Path(name)) for name in nested))


def _is_split_name(path: Path) -> bool:
    return path.name.casefold() in SPLIT_WORDS


def _plain_pairs(folder: Path, src: str, tgt: str) -> dict[str, list[Path]]:
    """Stem -> the file of each side; one of them may not be there."""
    found: dict[str, dict[str, Path]] = {}
    partners: dict[str, str] = {}
    inner = [file for part in _folders(folder) if _side_of(part.name, src, tgt) for file in _files(part)]
    # Names as they are asked for go before others, and unpacked files before packed ones.
    for file in sorted([*_files(folder), *inner], key=lambda file: file.name.lower().endswith(".gz")):
        for stem, side, partner in _plain_names(file, folder, src, tgt):
            found.setdefault(stem, {}).setdefault(side, file)
            partners.setdefault(stem, partner)
    pairs = {}
    for stem, sides in found.items():
        beside = next(iter(sides.values())).with_name(partners[stem])
        pairs[stem] = [sides.get("src", beside), sides.get("tgt", beside)]
    for stem in list(pairs):
        both = BOTH_LANGUAGES.fullmatch(stem)
        if both and {_side_of(both["one"], src, tgt), _side_of(both["other"], src, tgt)} == {"src", "tgt"}:
            pairs.setdefault(both["stem"], pairs[stem])
    return joined(pairs, files=2)


def _plain_names(file: Path, folder: Path, src: str, tgt: str) -> Iterator[tuple[str, str, str]]:
    """The stem and side that the name of a plain text file may stand for, and what its partner would be called."""
    name = file.name[:-3] if file.name.lower().endswith(".gz") else file.name
    if file.parent != folder:
        side = _side_of(file.parent.name, src, tgt)
        stem, _, ending = name.rpartition(".")
        if side and (not stem or ending.lower() == "txt" or _side_of(ending, src, tgt) == side):
            yield stem or name, side, file.name
        return
    for pattern in PLAIN_NAMES:
        match = pattern.fullmatch(name)
        side = _side_of(match["side"], src, tgt) if match else None
        if match and side:
            start, end = match.span("side")
            yield match["stem"], side, name[:start] + (tgt if side == "src" else src) + name[end:]
            return


def _side_of(word: str, src: str, tgt: str) -> str | None:
    """Whether a word in a file's name stands for the source, "src", or the target, "tgt"."""
    name = find_name(word, (src, tgt))
    if name is not None:
        return "src" if name == src else "tgt"
    return next((side for side, names in SIDES.items() if word.casefold() in names), None)


def _files_of_splits(
    folder: Path,
    splits: Mapping[str, str | None],
    plain: Mapping[str, list[Path]],
    tables: Mapping[str, list[Path]],
    expected: str,
) -> dict[str, list[Path]]:
    """The files of each split by their stem; plain text wins over a table of the same stem."""
    stems = {**tables, **plain}
    if (only := _only_part(splits, stems)) is not None:
        _check_one(only[0], splits, "file")
        return {next(iter(splits)): only}
    there = sorted(entry.name for entry in folder.iterdir() if not is_hidden(entry))
    chosen = choose_splits(folder, splits, stems, there, expected)
    for stem in chosen.values():
        if stem not in plain and len(tables[stem]) > 1 and not are_pieces(tables[stem]):
            names = " and ".join(path.name for path in tables[stem])
            raise UserError(f"{folder}: {names} are the same split; keep one of them")
    return {split: stems[stem] for split, stem in chosen.items()}


def _only_part(splits: Mapping[str, str | None], stems: Mapping[str, list[Path]]) -> list[Path] | None:
    """The files of a folder with nothing else in it, which are the first split whatever their name; None for others."""
    named = any(_find_split(split, wanted, stems) for split, wanted in splits.items())
    words = {word.casefold() for name in stems for word in re.split(r"[^A-Za-z]+", name)}
    parts = set(map(tuple, stems.values()))
    return list(parts.pop()) if len(parts) == 1 and not named and not words & SPLIT_WORDS else None


def _tables(folder: Path, suffixes: Sequence[str]) -> dict[str, list[Path]]:
    """File stem -> its tables."""
    tables: dict[str, list[Path]] = {}
    for path in sorted(_files(folder)):
        if suffix_of(path) in suffixes:
            # fastText's own files are called train.ft.txt.
            stem = stem_of(path).removesuffix(".ft" if suffix_of(path) == ".txt" else "")
            tables.setdefault(stem, []).append(path)
    return joined(tables, files=1)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not is_hidden(path) and path.is_file()]


def _folders(folder: Path) -> list[Path]:
    """Those that can be read, but for links to where `folder` itself lies, such as to /."""
    around = {folder.resolve(), *folder.resolve().parents}
    return sorted(
        path
        for path in folder.iterdir()
        if not is_hidden(path) and path.is_dir() and os.access(path, os.R_OK | os.X_OK) and path.resolve() not in around
    )


def _folder_checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in text_files(folder):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\n{file_sha256(path)}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()
