"""The data doctor: what is in a corpus, and what in it would harm a training, before there is one."""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import RECIPES
from nlpseq.config.choices import TokenizerKind
from nlpseq.counting import counted
from nlpseq.data.labels import label_order, look_alikes
from nlpseq.data.overlap import overlap, row_key
from nlpseq.data.splits import listing
from nlpseq.errors import UserError, one_line
from nlpseq.tasks import task_named
from nlpseq.tasks.suggest import check_path, sample
from nlpseq.text import UNK, build_pipeline

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

log = logging.getLogger("nlpseq")

# Texts that tokenizers are tried on, and the share of them that their vocabularies do not see.
TRIED_TEXTS, TRIED_SHARE = 5000, 0.1
TOKENIZERS: dict[TokenizerKind, dict[str, Any]] = {
    "basic_english": {"vocab_size": 30_000, "min_freq": 2},
    "subword": {"vocab_size": 4000},
    "char": {"vocab_size": 30_000, "min_freq": 2},
}
SEPARATORS_OF_LABELS = ("|", ";", ",", "/", "+")
# A class of fewer rows is hardly learnt.
RARE_ROWS = 10
FAULTS = {
    "hold replacement characters (\N{REPLACEMENT CHARACTER}): their letters were lost on the way": re.compile("\ufffd"),
    "look like UTF-8 read as another encoding (Ã¤, â€™)": re.compile("Ã[\u0080-\u00bf\u2010-\u203a]|â€|Â[\xa0-\xbf]"),
    "hold HTML (<br>, &amp;)": re.compile(r"<(br|p|div|a|b|i|span)\b[^>]*>|&(amp|lt|gt|quot|nbsp|#\d+);", re.I),
    "hold control characters": re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]"),
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """What was found: `rows` of each split, `classes`, `lengths` and `tokenizers` of the training texts, `problems`."""

    task: str
    rows: dict[str, int]
    classes: dict[str, int] = field(default_factory=dict)
    lengths: dict[str, dict[str, float]] = field(default_factory=dict)
    tokenizers: dict[str, dict[str, float]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def check(task: str | None, data: Mapping[str, Any]) -> Check:
    """Look through a corpus.

    Args:
        task: such as classify; by default the first whose columns the corpus has.
        data: settings of the data by their keys: `path`, and others that the task has.

    Raises:
        UserError: the corpus cannot be read.
    """
    check_path(str(data["path"]))
    with _warnings() as said:
        task, corpus = _loaded(task, data)
    columns = [name for name in ("text", "src", "tgt") if name in corpus["train"].column_names]
    texts = {name: corpus["train"][name][:] for name in columns}
    counts = _label_counts(corpus["train"])
    problems = [*said, *_copies(corpus, columns), *_class_problems(counts), *_several_in_one(counts)]
    for name in columns:
        problems += _faults(texts[name], "" if name == "text" else f" ({name})")
    return Check(
        task,
        rows={split: len(part) for split, part in corpus.items()},
        classes={label: counts[label] for label in sorted(counts, key=label_order)},
        lengths={name: _lengths(texts[name]) for name in columns},
        tokenizers=_tokenizers(texts[columns[0]]) if columns else {},
        problems=problems,
    )


def _loaded(task: str | None, data: Mapping[str, Any]) -> tuple[str, DatasetDict]:
    """The task and its corpus; of tasks that were not named, the first that can read it.

    Where each text has one label, it is none of several labels: what is wrong with it as one of classes is said.
    """
    first: UserError | None = None
    for name in [task] if task is not None else ["classify", *(name for name in RECIPES if name != "classify")]:
        row = task_named(name)
        kind = type(row.settings().data)
        known = all(hasattr(kind, key) or key in kind.__dataclass_fields__ for key in data)
        if row.load_corpus is None or not known:
            continue
        try:
            corpus = row.load_corpus(kind(**data))
        except UserError as error:
            first = first or error
            continue
        if task is not None or first is None or not _has_one_label_each(corpus["train"]):
            return name, corpus
    if first is None:
        raise UserError(
            f"task {task}: its text has no rows to check; nlpseq run {task} --data.path {data['path']} trains on it"
        )
    if task is not None or not Path(data["path"]).exists():
        raise first
    raise UserError(f"{first}; if it is not to classify, --task says what it is for")


def _has_one_label_each(train: Dataset) -> bool:
    return "labels" in train.column_names and all(len(labels) == 1 for labels in train["labels"])


def _label_counts(train: Dataset) -> Counter[str]:
    """The rows of each label; of texts with several, one counts for each of its own."""
    if "labels" in train.column_names:
        return Counter(label for labels in train["labels"] for label in labels)
    return Counter(train["label"]) if "label" in train.column_names else Counter()


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What readers warn of in this block, such as rows that they leave out."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(one_line(record.getMessage()))

    listener, propagate = Listener(logging.WARNING), log.propagate
    log.addHandler(listener)
    log.propagate = False
    try:
        yield said
    finally:
        log.removeHandler(listener)
        log.propagate = propagate


def _copies(corpus: DatasetDict, columns: Sequence[str]) -> Iterator[str]:
    """Rows that come again, in the training split and beyond it."""
    if not columns:
        return
    train = corpus["train"]
    labels: dict[int, set[str]] = defaultdict(set)
    rows: Counter[int] = Counter()
    for row in _rows(train, columns):
        key = row_key([row[columns[0]]])
        rows[key] += 1
        labels[key].add(row.get("label") or row.get("tgt") or "")
    if again := sum(rows.values()) - len(rows):
        yield f"{again:,} of {len(train):,} training {_noun(columns)} come again, apart from white space"
    if torn := sum(len(found) > 1 for found in labels.values()):
        yield f"{torn:,} of them stand there with {'several labels' if 'text' in columns else 'several targets'}"
    for split, found in overlap(corpus).items():
        if found["in_training"]:
            share = f"{found['in_training']:,} of {found['rows']:,} {split} {_noun(columns)}"
            yield f"{share} stand in training too: scores flatter"


def _class_problems(counts: Mapping[str, int]) -> Iterator[str]:
    rare = [label for label, rows in counts.items() if rows < RARE_ROWS]
    if rare:
        have = "class has" if len(rare) == 1 else "classes have"
        yield f"{len(rare):,} {have} fewer than {RARE_ROWS} texts: {listing(rare)}"
    if counts and max(counts.values()) > 10 * min(counts.values()):
        most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        yield f"the classes are uneven: {most} has {counts[most] / counts[least]:.0f} times as many texts as {least}"
    for group in look_alikes(counts):
        yield f"labels that look alike are classes of their own: {', '.join(map(ascii, group))}"


def _several_in_one(counts: Mapping[str, int]) -> Iterator[str]:
    """Classes such as "toxic|insult" that are made of others: the parts of half of those with the separator come again.

    >>> list(_several_in_one({"a": 3, "a|b": 1, "b": 2}))
    ["labels such as 'a|b' look like several; task: multilabel reads them with data.label_separator '|'"]
    """
    for separator in SEPARATORS_OF_LABELS:
        joined = {label: [part.strip() for part in label.split(separator)] for label in counts if separator in label}
        parts = Counter(part for found in joined.values() for part in set(found))
        again = [label for label, found in joined.items() if all(parts[part] > 1 or part in counts for part in found)]
        if again and 2 * len(again) >= len(joined):
            how = f"task: multilabel reads them with data.label_separator {separator!r}"
            yield f"labels such as {ascii(again[0])} look like several; {how}"
            return


def _faults(texts: Sequence[str], where: str) -> Iterator[str]:
    for what, pattern in FAULTS.items():
        if found := sum(pattern.search(text) is not None for text in texts):
            yield f"{found:,} of {counted(len(texts), 'text')}{where} {what}"


def _lengths(texts: Sequence[str]) -> dict[str, float]:
    words, characters = ([len(part) for part in parts] for parts in ([text.split() for text in texts], texts))
    return {
        "words_mean": round(float(np.mean(words)), 1), "words_median": float(np.median(words)),
        "words_95": float(np.percentile(words, 95)), "words_max": float(max(words)),
        "characters_mean": round(float(np.mean(characters)), 1), "characters_max": float(max(characters)),
    }  # fmt: skip


def _tokenizers(texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Tokens a text, and the share of unknown ones, of each kind of tokenizer on texts that it has not seen."""
    chosen = sample(texts, TRIED_TEXTS)
    step = max(2, round(1 / TRIED_SHARE))
    unseen, seen = chosen[::step], [text for place, text in enumerate(chosen) if place % step]
    found: dict[str, dict[str, float]] = {}
    for kind, options in TOKENIZERS.items():
        try:
            with _warnings():
                pipeline = build_pipeline(iter(seen), kind=kind, **options)
        except UserError:  # too few texts for it
            continue
        rows = pipeline.encode_batch(unseen)
        tokens = [token for row in rows for token in row]
        unknown = pipeline.vocab[UNK]
        found[kind] = {
            "vocabulary": float(len(pipeline.vocab)), "tokens_a_text": round(len(tokens) / max(1, len(rows)), 1),
            "unknown": round(sum(token == unknown for token in tokens) / max(1, len(tokens)), 4),
        }  # fmt: skip
    return found


def _rows(dataset: Dataset, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    names = [name for name in (*columns, "label") if name in dataset.column_names]
    yield from dataset.select_columns(names)


def _noun(columns: Sequence[str]) -> str:
    return "texts" if "text" in columns else "sources"
