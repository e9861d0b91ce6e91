"""Random files and columns of all kinds, against the real torchtext 0.6.0."""

from __future__ import annotations

import csv
import io
import json
import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch


def reversed_tokens(tokens: list[str]) -> list[str]:
    return [token[::-1] for token in tokens]


def with_length(rows: list[list[int]], *vocab: Any) -> list[list[int]]:
    return [[*row, len(row)] for row in rows]


@pytest.mark.parametrize("seed", range(40))
def test_columns_of_all_kinds_are_the_same(
    seed: int, ours: Any, original: Any, text_of: Any, batches: Any, tmp_path: Path
) -> None:
    """Tables in three formats, with words, numbers, classes and raw columns, read in one split or three."""
    found = []
    for torchtext in (ours, original):
        draw = random.Random(seed)
        choose = lambda *values, draw=draw: draw.choice(values)  # noqa: E731
        data = torchtext.data
        columns: dict[str, Any] = {
            "text": data.Field(
                preprocessing=choose(None, reversed_tokens, data.Pipeline(str.upper)),
                postprocessing=choose(None, with_length), lower=choose(True, False), is_target=choose(True, False),
                pad_token=choose("<pad>", "."), batch_first=choose(True, False),
            ),
            "label": choose(data.LabelField(), data.Field(sequential=False)),
            "score": data.Field(sequential=False, use_vocab=False, dtype=choose(torch.float, torch.double)),
            "name": data.RawField(preprocessing=choose(None, str.upper), is_target=choose(True, False)),
        }  # fmt: skip
        kind, by_name = choose("csv", "tsv", "json"), choose(True, False)
        skip_header = kind != "json" and not by_name
        files = {"train": draw.randint(3, 30), "validation": choose(None, 5), "test": choose(None, 4)}
        for split, count in files.items():
            texts = [
                " ".join(text_of(draw.randrange(10**6), draw.randint(1, 8), 'abcAB,"é')) for _ in range(count or 0)
            ]
            rows = [dict(zip(columns, (text, choose(*"xyz"), choose("0.5", "-2"), f"n{draw.random()}"), strict=True))
                    for text in texts]  # fmt: skip
            write_table(tmp_path / f"{split}.{kind}", kind, list(columns), rows)
        fields: Any = list(columns.items())
        if by_name or kind == "json":
            fields = {name: (name, field) for name, field in columns.items() if name != "name"}
        splits = data.TabularDataset.splits(
            path=str(tmp_path), format=kind, fields=fields, skip_header=skip_header,
            **{split: f"{split}.{kind}" for split, count in files.items() if count},
            filter_pred=choose(None, lambda row: len(row.text) > 1),
        )  # fmt: skip
        for name in ("text", "label"):
            columns[name].build_vocab(*splits)
        if not len(splits[0]):
            found.append([])
            continue
        iterator = data.Iterator(splits[-1], 3, train=False, sort=False, sort_within_batch=False)
        named = [name for name in columns if name in splits[0].fields]
        inputs_and_targets = [[describe(part) for part in batch] for batch in iterator]
        found.append(
            [[vars(row) for row in split] for split in splits] + [batches(iterator, *named), inputs_and_targets]
        )
    assert found[0] == found[1]


def write_table(path: Path, kind: str, names: list[str], rows: list[dict[str, str]]) -> None:
    file = io.StringIO(newline="")
    if kind == "json":
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    else:
        writer = csv.DictWriter(file, names, delimiter="\t" if kind == "tsv" else ",", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    path.write_text(file.getvalue(), encoding="utf-8")


def describe(value: Any) -> Any:
    if isinstance(value, tuple):
        return [describe(one) for one in value]
    return value.tolist() if isinstance(value, torch.Tensor) else value


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_the_same(seed: int, ours: Any, original: Any) -> None:
    found = []
    for torchtext in (ours, original):
        draw = random.Random(seed)
        fields = [("label", torchtext.data.RawField()), ("number", torchtext.data.RawField())]
        # The first rows show the values in the order in which sets have them: the real one deals them out in that.
        labels = [0, 1, 2, *draw.choices(range(3), k=draw.randint(0, 60))]
        rows = [torchtext.data.Example.fromlist(row, fields) for row in zip(labels, range(99), strict=False)]
        ratio = draw.choice([0.5, 0.75, [0.7, 0.3], [2, 1, 1], [0.6, 0.3, 0.1]])
        state, stratified = random.Random(seed).getstate(), draw.choice([True, False])
        splits = torchtext.data.Dataset(rows, fields).split(ratio, stratified=stratified, random_state=state)
        found.append([[(row.label, row.number) for row in split] for split in splits])
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(20))
def test_corpora_are_the_same(seed: int, ours: Any, original: Any, text_of: Any, batches: Any, tmp_path: Path) -> None:
    """Parallel lines, tagged words and running text of random files."""
    draw = random.Random(seed)
    lines = [" ".join(text_of(draw.randrange(10**6), draw.randint(0, 9))) for _ in range(17)]
    for split, side in product(("train", "val", "test2016"), ("a", "b")):
        text = "".join(f"{line} {split}{side}\n" if line else "\n" for line in lines)
        (tmp_path / f"{split}.{side}").write_text(text, encoding="utf-8")
    words = "".join("".join(f"{word}\tT{word}\n" for word in line.split()) + "\n" for line in lines)
    (tmp_path / "tags.tsv").write_text(words, encoding="utf-8")
    found = []
    for torchtext in (ours, original):
        SRC, TRG = torchtext.data.Field(eos_token="</s>"), torchtext.data.Field(init_token="<s>", eos_token="</s>")
        kinds = torchtext.datasets
        splits = kinds.TranslationDataset.splits(
            (".a", ".b") if seed % 2 else (".b", ".a"), (SRC, TRG), path=str(tmp_path), test="test2016"
        )
        SRC.build_vocab(splits[0], splits[1].src)
        TRG.build_vocab(splits[0])
        random.seed(seed)
        iterators = torchtext.data.BucketIterator.splits(splits, batch_size=4, sort_within_batch=True)
        pairs = [batches(iterator, "src", "trg") for iterator in iterators]
        WORD, TAG = torchtext.data.Field(include_lengths=True), torchtext.data.Field(unk_token=None)
        tagged = kinds.SequenceTaggingDataset(str(tmp_path / "tags.tsv"), [("word", WORD), ("tag", TAG)])
        WORD.build_vocab(tagged.word, min_freq=2)
        TAG.build_vocab(tagged.tag)
        tags = batches(torchtext.data.BucketIterator(tagged, 3, train=False), "word", "tag")
        TEXT = torchtext.data.Field(lower=True)
        text = kinds.LanguageModelingDataset(str(tmp_path / "val.b"), TEXT, newline_eos=seed % 3 > 0)
        TEXT.build_vocab(text)
        windows = batches(torchtext.data.BPTTIterator(text, 3, 5), "text", "target")
        found.append([pairs, tags, TAG.vocab.itos, windows])
    assert found[0] == found[1]
