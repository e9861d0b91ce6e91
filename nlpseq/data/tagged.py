"""Tagged sentences from CoNLL files, tables or the hub, as data sets with the columns "tokens" and "tags"."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nlpseq.counting import counted
from nlpseq.data.arrow import cached_rows, reading
from nlpseq.data.columns import by_name, not_obvious
from nlpseq.data.readers import as_text, file_format, missing_column, read_lines
from nlpseq.data.sources import Source, find_sources, identity_of, label_names, size_of, source_records
from nlpseq.data.splits import ALL_SPLITS, TAGGED_TABLES, tagged_files
from nlpseq.data.textfile import suffix_of
from nlpseq.errors import UserError, shown_value
from nlpseq.text.tag_scheme import OUTSIDE, recognise_scheme, split_tag

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

logger = logging.getLogger("nlpseq")

COLUMNS = ("tokens", "tags")
# In the order of preference.
TOKEN_NAMES = ("tokens", "words", "token", "word", "form", "forms")
TAG_NAMES = ("tags", "ner_tags", "ner", "labels", "label", "pos_tags", "upos", "pos", "xpos", "chunk_tags")
DOCUMENT = "-DOCSTART-"
# A line of more is running text. CoNLL-2012 has one for each verb of the sentence.
MOST_COLUMNS = 200
# What the columns of a file are judged by.
HEAD_SENTENCES, HEAD_LINES = 2000, 50_000
# CoNLL-U: number, form, lemma, part of speech and six more; 3-4 is a word of two tokens, 5.1 one that is not written.
CONLLU_WIDTH, CONLLU_FORM, CONLLU_TAG = 10, 1, 3
NUMBER = re.compile(r"\d+(?:[-.]\d+)?", re.ASCII)
BLANKS = re.compile(r"[ \t]+")
# As in "# sent_id = 5".
REMARK = re.compile(r"#\s*[\w.:-]+\s*=\s")

# The number of a line and its columns, for each token of a sentence.
Lines = list[tuple[int, list[str]]]


class Places(NamedTuple):
    """Where tokens and tags stand in the lines of a CoNLL file, from 0, and whether they begin with a number."""

    token: int
    tag: int
    numbered: bool


def load_tagged(
    path: str | Path,
    *,
    tokens: str | None = None,
    tags: str | None = None,
    splits: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
    cache_dir: str | Path | None = None,
) -> DatasetDict:
    """Load the splits of a tagged corpus, columns "tokens" and "tags": lists of strings, one of each for each token.

    Args:
        path: a folder of CoNLL files (`train.conll`, `eng.testa`, `de-ud-dev.conllu`, see `read_conll`) or of
            `.jsonl`, `.json` or `.parquet` tables with a list of tokens and a list of tags in each row, gzipped or not;
            one such file; a folder of `save_to_disk`; or a hub name, `hf://owner/name` or `owner/name`, perhaps with
            `:config`.
        tokens: column of the tokens: its name in a table, its place from "1" in a CoNLL file; default: one of
            `TOKEN_NAMES`, in a CoNLL file the first one, or the second where the first numbers the tokens.
        tags: column of the tags; default: one of `TAG_NAMES`; in a CoNLL file the last one with tags of a scheme
            (B-PER, O), else the last; the outer one of two that nest; in CoNLL-U the universal parts of speech.
        splits: the splits to load, as for `parallel.load_parallel`; one file is the first split asked for.
        encoding: of text files without a byte order mark; default: UTF-8.
        cache_dir: folder of the Arrow cache; default: that of `datasets`.

    Numbers of tags with names (`Sequence(ClassLabel)`) become the names, others their digits. Rows without tokens are
    left out.

    Raises:
        UserError: nothing there, a column missing or not obvious, lines of unequal columns, rows of unequal numbers of
            tokens and tags, an empty token or tag.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "train.conll").write_text("Ann NNP B-PER\\nsings VBZ O\\n\\nOslo NNP B-LOC\\n")
    >>> load_tagged(folder, cache_dir=folder / "cache")["train"][0]
    {'tokens': ['Ann', 'sings'], 'tags': ['B-PER', 'O']}
    """
    from datasets import DatasetDict

    splits = ALL_SPLITS if splits is None else splits
    sources = find_sources(path, splits, cache_dir, files=tagged_files)
    loaded: dict[str, Dataset] = {}
    columns: dict[bool, tuple[str, str] | Places] = {}  # of the first table and of the first CoNLL file
    for split, (origin, source) in sources.items():
        kind = _is_table(source)
        with reading(origin, size=size_of(source)):
            columns[kind] = columns.get(kind) or _columns(source, origin, tokens, tags, encoding)
            loaded[split] = _read(split, source, origin, columns[kind], encoding, cache_dir)
    return DatasetDict(loaded)


def read_conll(path: str | Path, places: Places, encoding: str | None = None) -> Iterator[tuple[list[str], list[str]]]:
    """Yield (tokens, tags) of each sentence of a CoNLL file.

    A line is a token and its columns, parted by one tab each or by blanks; blank lines part sentences, lines of
    -DOCSTART- documents. A line in front of a sentence that begins with "#" is a comment, unless it has as many columns
    as the tokens. In a numbered file, words of several tokens (3-4) and unwritten ones (5.1) are left out.

    Raises:
        UserError: it cannot be read, or a line has another number of columns, or an empty token or tag.
    """
    for lines in _sentences(path, encoding):
        if len(lines[0][1]) <= max(places.token, places.tag):
            where = f"{path}, line {lines[0][0]}: {counted(len(lines[0][1]), 'column')}"
            raise UserError(f"{where}, where the first file of the corpus has more; give all files the same columns")
        rows = [(number, fields) for number, fields in lines if not places.numbered or fields[0].isdigit()]
        for number, fields in rows:
            for what, place in (("token", places.token), ("tag", places.tag)):
                if not fields[place]:
                    raise UserError(f"{path}, line {number}: the {what} is empty; fill it in, or delete the line")
        yield [fields[places.token] for _, fields in rows], [fields[places.tag] for _, fields in rows]


def conll_places(
    path: str | Path, *, tokens: str | None = None, tags: str | None = None, encoding: str | None = None
) -> Places:
    """Where tokens and tags stand in a CoNLL file; `tokens` and `tags` are places from "1" where they are given.

    Raises:
        UserError: there is no such column, only one, or no sentence.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.conll"
    >>> _ = path.write_text("1\\tIn\\tO\\tO\\n2\\tBonn\\tB-LOC\\tO\\n")
    >>> conll_places(path)  # the entities of the last column lie inside of those of the one before
    Places(token=1, tag=2, numbered=True)
    """
    head = list(islice(_sentences(path, encoding), HEAD_SENTENCES))
    if not head:
        raise UserError(f"{path}: holds no sentences; give it some")
    width = len(head[0][0][1])
    if width < 2:
        raise UserError(f"{path}, line {head[0][0][0]}: one column; a line must hold a token and its tag")
    if width > MOST_COLUMNS:
        raise UserError(
            f"{path}, line {head[0][0][0]}: {counted(width, 'column')}; a line must hold one token and its tags"
        )
    columns = [[[fields[place] for _, fields in lines] for lines in head] for place in range(width)]
    numbered = width > 2 and all(_counts_up(sentence) for sentence in columns[0])
    rest = list(range(1 if numbered else 0, width))
    tag = _place(path, "tags", tags, width)
    if tag is None:
        conllu = numbered and width == CONLLU_WIDTH
        tag = CONLLU_TAG if conllu else _tag_place(columns, [place for place in rest if str(place + 1) != tokens])
    token = _place(path, "tokens", tokens, width)
    if token is None:
        token = next((place for place in rest if place != tag), rest[0])
    if token == tag:
        raise UserError(f"{path}: column {tag + 1} cannot hold both tokens and tags; set data.tags to another one")
    return Places(token, tag, numbered)


def _tag_place(columns: Sequence[Sequence[Sequence[str]]], places: Sequence[int]) -> int:
    """The last column of a scheme's tags, or the one before where both have the same labels; else the last column."""
    labels = {
        place: {split_tag(tag)[1] for sentence in columns[place] for tag in sentence if tag != OUTSIDE}
        for place in places
        if recognise_scheme(columns[place]) != "plain"
    }
    entities = {place: found for place, found in labels.items() if "" not in found}
    if not entities:
        return places[-1]
    *_, last = entities
    outer = entities.get(last - 1)
    return last - 1 if outer and entities[last] <= outer else last


def _counts_up(numbers: Sequence[str]) -> bool:
    """Whether a sentence's first column numbers its tokens from 1, or from 0."""
    if not all(map(NUMBER.fullmatch, numbers)):
        return False
    whole = [int(number) for number in numbers if number.isdigit()]
    return bool(whole) and whole[0] in (0, 1) and whole == list(range(whole[0], whole[0] + len(whole)))


def _place(path: str | Path, what: str, given: str | None, width: int) -> int | None:
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= width):
        raise UserError(f"{path}: no column {shown_value(given)}; set data.{what} to a number from 1 to {width}")
    return int(given) - 1


def _sentences(path: str | Path, encoding: str | None) -> Iterator[Lines]:
    """The lines of each sentence of a CoNLL file, all of them of as many columns as the first one."""
    head = list(islice((found for found in _tokens(path, encoding) if not found[2].startswith("#")), HEAD_LINES))
    if not head:
        return
    first, ends = head[0], {fields[-1] for _, fields, _ in head}
    width, sentence = len(first[1]), Lines()
    last = first[0]
    for number, fields, line in _tokens(path, encoding):
        ended = number > last + 1
        if ended and sentence:
            yield sentence
            sentence = []
        last = number
        if line.startswith("#") and not sentence and (len(fields) != width or _is_remark(line, fields, ends)):
            continue
        if len(fields) != width:
            raise UserError(
                f"{path}, line {number}: {counted(len(fields), 'column')} where line {first[0]} has {width}; "
                "give all lines the same, parted by one tab each or by blanks, and a blank line after each sentence"
            )
        sentence.append((number, fields))
    if sentence:
        yield sentence


def _is_remark(line: str, fields: Sequence[str], ends: set[str]) -> bool:
    """Whether a line has the columns of a token by chance: "# sent_id = 5", or "# Sports" where no token ends so."""
    return bool(REMARK.match(line)) or (fields[0] == "#" and "\t" not in line and fields[-1] not in ends)


def _tokens(path: str | Path, encoding: str | None) -> Iterator[tuple[int, list[str], str]]:
    """The number, the columns and the text of each line that is neither blank nor the begin of a document."""
    for number, line in enumerate(read_lines(path, encoding), 1):
        line = line.strip(" ").rstrip("\t ")
        if not line.strip():
            continue
        fields = [field.strip(" ") for field in line.split("\t")] if "\t" in line else BLANKS.split(line)
        if fields[0] != DOCUMENT:
            yield number, fields, line


def _is_table(source: Source) -> bool:
    return not isinstance(source, tuple) or suffix_of(source[0]) in TAGGED_TABLES


def _columns(
    source: Source, origin: str, tokens: str | None, tags: str | None, encoding: str | None
) -> tuple[str, str] | Places:
    """The names of the columns of a table, or the places of those of a CoNLL file."""
    if not _is_table(source):
        places = conll_places(source[0], tokens=tokens, tags=tags, encoding=encoding)
        names = str(places.token + 1), str(places.tag + 1)
    else:
        _, row = next(source_records(source, origin, form=file_format(encoding, None)), ("", {}))
        if not row:
            raise UserError(f"{origin}: holds no sentences; give it some")
        token = _named("tokens", tokens, TOKEN_NAMES, row, origin)
        places, names = None, (token, _named("tags", tags, TAG_NAMES, row, origin))
    if tokens is None or tags is None:
        logger.info("%s: tokens from column %s, tags from column %s", origin, *names)
    return names if places is None else places


def _named(what: str, given: str | None, usual: Sequence[str], row: Mapping[str, object], origin: str) -> str:
    if given is not None:
        if given not in row:
            raise missing_column(origin, given, list(row))
        return given
    found = by_name(usual, row)
    if found is None:
        raise not_obvious(origin, what, f"data.{what}", row)
    return found


def _read(
    split: str,
    source: Source,
    origin: str,
    columns: tuple[str, str] | Places,
    encoding: str | None,
    cache_dir: str | Path | None,
) -> Dataset:
    rows: Callable[..., Iterator[dict[str, Any]]] = _conll_rows
    arguments: dict[str, Any] = {"paths": source, "places": columns, "encoding": encoding}
    if not isinstance(columns, Places):
        names = label_names(source, columns[1])
        rows, arguments = _table_rows, {"source": source, "origin": origin, "columns": columns, "names": names}
        arguments["encoding"] = encoding
    decisive = ["tagged", split, repr(columns), repr(encoding), repr(arguments.get("names"))]
    dataset = cached_rows(
        rows, arguments, columns=COLUMNS, lists=COLUMNS, fingerprint=[*decisive, *identity_of(source)], origin=origin,
        noun="sentences", cache_dir=cache_dir,
    )  # fmt: skip
    return _without_empty(dataset, origin)


def _without_empty(dataset: Dataset, origin: str) -> Dataset:
    import numpy as np
    import pyarrow.compute as pc

    kept = np.flatnonzero(pc.list_value_length(dataset.data.column("tokens")).to_numpy() > 0)
    if not len(kept):
        raise UserError(f"{origin}: holds nothing but sentences without tokens; give it others")
    if len(kept) == len(dataset):
        return dataset
    all_rows = counted(len(dataset), "sentence")
    logger.warning("%s: left out %d of %s without tokens", origin, len(dataset) - len(kept), all_rows)
    return dataset.select(kept)


def _conll_rows(paths: tuple[str, ...], places: Places, encoding: str | None) -> Iterator[dict[str, Any]]:
    for path in paths:
        for tokens, tags in read_conll(path, places, encoding):
            yield {"tokens": tokens, "tags": tags}


def _table_rows(
    source: Source, origin: str, columns: tuple[str, str], names: tuple[str, ...], encoding: str | None
) -> Iterator[dict[str, Any]]:
    for place, row in source_records(source, origin, columns, form=file_format(encoding, None)):
        tokens, tags = (_listed(place, name, row[name]) for name in columns)
        if len(tokens) != len(tags):
            raise UserError(
                f"{place}: {counted(len(tokens), 'token')} and {counted(len(tags), 'tag')}; give each token one tag"
            )
        yield {
            "tokens": [_token(place, columns[0], token) for token in tokens],
            "tags": [_tag(place, columns[1], tag, names) for tag in tags],
        }


def _listed(place: str, name: str, value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise UserError(f"{place}: {name!r} must be a list, one item for each token, not {type(value).__name__}")
    return value


def _token(place: str, name: str, value: object) -> str:
    token = as_text(place, name, value)
    if not token:
        raise UserError(f"{place}: {name!r} holds an empty token; leave it out, and its tag")
    return token


def _tag(place: str, name: str, value: object, names: Sequence[str]) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        if names and not 0 <= value < len(names):
            raise UserError(f"{place}: {name!r} holds {value}, but there are {len(names)} tags; correct the table")
        return names[value] if names else str(value)
    tag = as_text(place, name, value).strip()
    if not tag:
        raise UserError(f"{place}: {name!r} holds an empty tag; write O for a token that has none")
    return tag
