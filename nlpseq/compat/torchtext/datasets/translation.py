"""Pairs of sentences: (source, target)."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Any

from nlpseq.compat.torchtext.datasets.source import Source, home, select
from nlpseq.compat.torchtext.errors import UserFileNotFoundError, UserValueError
from nlpseq.compat.torchtext.files import read_lines, read_plain_pairs
from nlpseq.compat.torchtext.utils import archive_members, copy_member
from nlpseq.errors import UserError

Splits = str | Iterable[str]
TRAIN_VALID_TEST = ("train", "valid", "test")
IWSLT2016_PAIRS = {"en": "ar de fr cs", "ar": "en", "fr": "en", "de": "en", "cs": "en"}
IWSLT2016_SETS = ("dev2010", "tst2010", "tst2011", "tst2012", "tst2013", "tst2014")
IWSLT2017_LANGUAGES = ("en", "nl", "de", "it", "ro")
# A line of a talk's description, not of what was said.
TAGS = (
    "<url", "<keywords", "<talkid", "<description", "<reviewer", "<translator", "<title", "<speaker", "<doc", "</doc"
)  # fmt: skip


def Multi30k(
    root: str | None = None, split: Splits = TRAIN_VALID_TEST, language_pair: Sequence[str] = ("de", "en")
) -> Any:
    """Descriptions of pictures, (source, target).

    Args:
        language_pair: ("de", "en") or ("en", "de").

    Raises:
        AssertionError: another pair.
    """
    if sorted(language_pair) != ["de", "en"]:
        raise AssertionError(f"Multi30k has the pairs ('de', 'en') and ('en', 'de'), not {tuple(language_pair)!r}")
    names = {
        "train": ("train", "training.tar.gz", "train"),
        "valid": ("val", "validation.tar.gz", "validation"),
        "test": ("test", "mmt16_task1_test.tar.gz", "test"),
    }
    sources = {
        one: Source(
            [f"{stem}.{language}" for language in language_pair],
            read_plain_pairs,
            archive=archive,
            hub="bentrevett/multi30k",
            hub_split=hub_split,
            from_hub=partial(_pair_of_hub, tuple(language_pair)),
        )
        for one, (stem, archive, hub_split) in names.items()
    }
    return select("Multi30k", root, split, sources)


def _pair_of_hub(languages: Sequence[str], row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[language] for language in languages)


def IWSLT2016(
    root: str | None = None,
    split: Splits = TRAIN_VALID_TEST,
    language_pair: Sequence[str] = ("de", "en"),
    valid_set: str = "tst2013",
    test_set: str = "tst2014",
) -> Any:
    """Talks, (source line, target line) with their line feeds.

    Args:
        language_pair: English and one of ar, cs, de and fr, in either order.
        valid_set, test_set: one of dev2010, tst2010 to tst2014; Czech has no tst2014.

    Raises:
        ValueError: there is no such pair or set.
    """
    src, tgt = _languages("IWSLT2016", language_pair, {one: others.split() for one, others in IWSLT2016_PAIRS.items()})
    for one in (valid_set, test_set):
        if one not in IWSLT2016_SETS or ("cs" in (src, tgt) and one == "tst2014"):
            raise ValueError(
                f"IWSLT2016 has no set {one!r} for {src} and {tgt}; choose from {', '.join(IWSLT2016_SETS)}"
            )
    folder = f"2016-01/texts/{src}/{tgt}/{src}-{tgt}"
    sources = _talks("IWSLT2016", root, "2016-01.tgz", folder, (src, tgt), year=16, sets=(valid_set, test_set))
    return select("IWSLT2016", root, split, sources)


def IWSLT2017(
    root: str | None = None, split: Splits = TRAIN_VALID_TEST, language_pair: Sequence[str] = ("de", "en")
) -> Any:
    """Talks, (source line, target line) with their line feeds; dev2010 validates, tst2010 tests.

    Args:
        language_pair: two of de, en, it, nl and ro.

    Raises:
        ValueError: there is no such pair.
    """
    pairs = {one: [other for other in IWSLT2017_LANGUAGES if other != one] for one in IWSLT2017_LANGUAGES}
    languages = _languages("IWSLT2017", language_pair, pairs)
    name = "DeEnItNlRo"
    folder = f"2017-01-trnmted/texts/{name}/{name}/{name}-{name}"
    sources = _talks("IWSLT2017", root, "2017-01-trnmted.tgz", folder, languages, year=17, sets=("dev2010", "tst2010"))
    return select("IWSLT2017", root, split, sources)


def _languages(name: str, pair: Sequence[str], known: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    if not isinstance(pair, list | tuple):
        raise ValueError(f"language_pair: a tuple of two languages is wanted, not {pair!r}")
    if len(pair) != 2:
        raise AssertionError(f"language_pair: two languages are wanted, not {len(pair)}")
    src, tgt = pair
    if tgt not in known.get(src, ()):
        listed = ", ".join(f"{one} to {' '.join(others)}" for one, others in known.items())
        raise ValueError(f"{name} has no pair {src!r} to {tgt!r}; choose from {listed}")
    return src, tgt


def _talks(
    name: str,
    root: str | None,
    archive: str,
    folder: str,
    languages: tuple[str, str],
    *,
    year: int,
    sets: tuple[str, str],
) -> dict[str, Source]:
    """The sources of each split: the lines that torchtext wrote, or the published files."""
    pair = "-".join(languages)
    sources = {}
    for split, part in zip(TRAIN_VALID_TEST, ("", *sets), strict=True):
        clean = f"IWSLT{year}.TED.{part}.{pair}" if part else f"train.{pair}"
        raw = [f"{clean}.{language}.xml" if part else f"train.tags.{pair}.{language}" for language in languages]
        files = [f"{clean}.{language}" for language in languages]
        if not all((home(name, root) / folder / file).exists() for file in files):
            files = raw
        sources[split] = Source(
            [f"{folder}/{file}" for file in files],
            _talk_pairs,
            archive=archive,
            unpack=partial(_unpack_talks, folder, tuple(raw)),
        )
    return sources


def _unpack_talks(inner: str, files: Sequence[str], archive: Path, folder: Path) -> None:
    """Out of the archive take the archive of one pair, and out of that the files."""
    packed = folder / f"{inner}.tgz"
    for member, open_member in archive_members(str(archive)):
        if PurePosixPath(member).name == packed.name:
            copy_member(open_member, packed)
    if not packed.is_file():
        raise UserFileNotFoundError(f"{archive}: has no {packed.name}; get the archive again")
    for member, open_member in archive_members(str(packed)):
        name = PurePosixPath(member).name
        if name in files:
            copy_member(open_member, folder / inner / name)


def _talk_pairs(src: Path, tgt: Path) -> Iterator[tuple[str, str]]:
    for src_line, tgt_line in zip_longest(_talk_lines(src), _talk_lines(tgt)):
        if src_line is None or tgt_line is None:
            raise UserError(f"{src} and {tgt} have different numbers of lines; get both files again")
        yield src_line, tgt_line


def _talk_lines(path: Path) -> Iterator[str]:
    if path.suffix == ".xml":
        try:
            segments = ElementTree.parse(path).iter("seg")
        except ElementTree.ParseError as error:
            raise UserValueError(f"{path}: not valid XML ({error}); get the file again") from error
        return (f"{(segment.text or '').strip()}\n" for segment in segments)
    lines = read_lines(path)
    if ".tags." in path.name:
        lines = (line for line in lines if not any(tag in line for tag in TAGS))
    return (f"{line.strip()}\n" for line in lines)
