"""The data sets by name, read from local files, as torchtext 0.6.0 reads them."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any


def test_translations(torchtext: Any, recorded: Any, tmp_path: Path) -> None:
    lines = {"en": ["a b", "", "c", " d  e "], "de": ["x", "y", " ", "z z"]}
    home = tmp_path / "multi30k"
    home.mkdir()
    for split, language in product(("train", "val", "test2016", "test"), lines):
        text = "".join(f"{line} {split}\n" if line.strip() else f"{line}\n" for line in lines[language])
        (home / f"{split}.{language}").write_text(text, encoding="utf-8")
    SRC, TRG = torchtext.data.Field(), torchtext.data.Field(lower=True)
    found = []
    Multi30k, TranslationDataset = torchtext.datasets.Multi30k, torchtext.datasets.TranslationDataset
    for splits in (
        Multi30k.splits((".de", ".en"), (SRC, TRG), root=str(tmp_path)),
        Multi30k.splits(exts=(".en", ".de"), fields=(SRC, TRG), path=str(home), test="test"),
        TranslationDataset.splits((".en", ".de"), (SRC, TRG), path=str(home), validation=None),
        (TranslationDataset(str(home / "train"), (".en", ".de"), [("source", SRC), ("target", TRG)]),),
    ):
        found.append([[vars(example) for example in split] for split in splits])
        found.append([list(split.fields) for split in splits])
    recorded([found, splits[0].sort_key is not None, TranslationDataset.sort_key(Multi30k.splits(
        (".de", ".en"), (SRC, TRG), root=str(tmp_path))[0][1])])  # fmt: skip


def test_tagged_sentences(torchtext: Any, recorded: Any, tmp_path: Path) -> None:
    (tmp_path / "tags.tsv").write_text("The\tDET\ncat\tNOUN\n\n\nsat\tVERB\textra\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_text("caf\xe9 N\nd'\xe9t\xe9 M\n", encoding="latin-1")
    RAW = torchtext.data.RawField()
    fields = [("word", RAW), ("tag", RAW)]
    SequenceTaggingDataset = torchtext.datasets.SequenceTaggingDataset
    rows = SequenceTaggingDataset(str(tmp_path / "tags.tsv"), fields)
    other = SequenceTaggingDataset(str(tmp_path / "latin.txt"), fields, encoding="latin-1", separator=" ")
    recorded([[vars(example) for example in rows], [vars(example) for example in other], rows.sort_key(rows[0])])


def test_tagged_sentences_by_name(torchtext: Any, recorded: Any, tmp_path: Path) -> None:
    RAW = torchtext.data.RawField()
    (tmp_path / "udpos" / "en-ud-v2").mkdir(parents=True)
    for split in ("train", "dev", "test"):
        path = tmp_path / "udpos" / "en-ud-v2" / f"en-ud-tag.v2.{split}.txt"
        path.write_text(f"{split}\tX\tY\n", encoding="utf-8")
    (tmp_path / "conll2000").mkdir()
    sentences = "".join(f"word{number} N B\nend M I\n\n" for number in range(23))
    (tmp_path / "conll2000" / "train.txt").write_text(sentences, encoding="utf-8")
    (tmp_path / "conll2000" / "test.txt").write_text("one N B\n", encoding="utf-8")
    udpos = torchtext.datasets.UDPOS.splits([("word", RAW), ("tag", RAW)], root=str(tmp_path))
    chunking = torchtext.datasets.CoNLL2000Chunking.splits(
        [("word", RAW), ("pos", RAW), ("chunk", RAW)], root=str(tmp_path)
    )
    recorded(
        [[[vars(example) for example in split] for split in splits] for splits in (udpos, chunking)]
        + [[split.sort_key(split[0]) for split in chunking]]
    )


def test_running_text(torchtext: Any, recorded: Any, batches: Any, tmp_path: Path) -> None:
    text = " \n = Title = \n \n The cat <unk> . \n"
    for home, names in (
        ("wikitext-2/wikitext-2", ("wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens")),
        ("wikitext-103/wikitext-103", ("wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens")),
        ("penn-treebank", ("ptb.train.txt", "ptb.valid.txt", "ptb.test.txt")),
    ):
        (tmp_path / home).mkdir(parents=True)
        for name in names:
            (tmp_path / home / name).write_text(text + name, encoding="utf-8")
    found = []
    for name in ("WikiText2", "WikiText103", "PennTreebank"):
        TEXT = torchtext.data.Field(lower=True)
        splits = getattr(torchtext.datasets, name).splits(TEXT, root=str(tmp_path))
        found.append([split[0].text for split in splits])
    path = str(tmp_path / "penn-treebank" / "ptb.train.txt")
    whole = torchtext.datasets.LanguageModelingDataset(path, torchtext.data.Field(tokenize=list), newline_eos=False)
    iterators = torchtext.datasets.WikiText2.iters(batch_size=3, bptt_len=2, device=None, root=str(tmp_path))
    seen = [batches(iterator, "text", "target") for iterator in iterators]
    recorded([found, "".join(whole[0].text), len(whole), seen])


def test_film_reviews(torchtext: Any, recorded: Any, tmp_path: Path) -> None:
    for split, label, number in product(("train", "test"), ("pos", "neg"), (0, 1, 10)):
        path = tmp_path / "imdb" / "aclImdb" / split / label / f"{number}_7.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"A {label} film <br />({number})\nsecond line", encoding="utf-8")
    TEXT, LABEL = torchtext.data.Field(lower=True), torchtext.data.LabelField()
    splits = torchtext.datasets.IMDB.splits(TEXT, LABEL, root=str(tmp_path))
    # The order of the files of a label is that of the file system.
    found = [sorted([example.label, *example.text] for example in split) for split in splits]
    labels = [[example.label for example in split] for split in splits]
    sizes = [len(one) for one in torchtext.datasets.IMDB.iters(batch_size=4, root=str(tmp_path), device=None)]
    recorded([found, labels, sizes, splits[0].sort_key(splits[0][0])])


def test_sentiment_trees(torchtext: Any, recorded: Any, tmp_path: Path) -> None:
    trees = ["(4 (2 A) (4 (3 fine) (2 film)))", "(0 (1 Dull) (2 .))", "(2 (2 So) (2 what))"]
    (tmp_path / "sst" / "trees").mkdir(parents=True)
    for split in ("train", "dev", "test"):
        text = "".join(f"{tree}\n" for tree in trees)
        (tmp_path / "sst" / "trees" / f"{split}.txt").write_text(text, encoding="utf-8")
    found = []
    for fine_grained, train_subtrees in product((False, True), (False, True)):
        TEXT, LABEL = torchtext.data.Field(lower=True), torchtext.data.Field(sequential=False)
        splits = torchtext.datasets.SST.splits(
            TEXT, LABEL, root=str(tmp_path), fine_grained=fine_grained, train_subtrees=train_subtrees
        )
        found.append([[[*example.text, example.label] for example in split] for split in splits])
    polar = torchtext.datasets.SST.splits(
        TEXT, LABEL, root=str(tmp_path), validation=None, filter_pred=lambda example: example.label != "neutral"
    )
    recorded([found, [len(split) for split in polar]])


def test_questions(torchtext: Any, recorded: Any, tmp_path: Path) -> None:
    (tmp_path / "trec").mkdir()
    (tmp_path / "trec" / "train_5500.label").write_bytes(b"NUM:date When was it ?\nLOC:city What sister\xf0city ?\n")
    (tmp_path / "trec" / "TREC_10.label").write_bytes(b"HUM:ind Who ?\n")
    found = []
    for fine_grained in (False, True):
        TEXT, LABEL = torchtext.data.Field(), torchtext.data.Field(sequential=False)
        splits = torchtext.datasets.TREC.splits(TEXT, LABEL, root=str(tmp_path), fine_grained=fine_grained)
        found.append([[[*example.text, example.label] for example in split] for split in splits])
    recorded(found)


def test_inferences(torchtext: Any, recorded: Any, raised: Any, tmp_path: Path) -> None:
    rows = [
        {"gold_label": label, "sentence1": "The cat sat.", "sentence2": "It sat .", "genre": "tale", "language": "en",
         "sentence1_binary_parse": "( ( The cat ) ( sat . ) )", "sentence2_binary_parse": "( It ( sat . ) )"}
        for label in ("entailment", "-", "neutral")
    ]  # fmt: skip
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    for home, names in (
        ("snli/snli_1.0", ["snli_1.0_train", "snli_1.0_dev", "snli_1.0_test"]),
        ("multinli/multinli_1.0", ["multinli_1.0_train", "multinli_1.0_dev_matched", "multinli_1.0_dev_mismatched"]),
        ("xnli/XNLI-1.0", ["xnli.dev", "xnli.test"]),
    ):
        (tmp_path / home).mkdir(parents=True)
        for name in names:
            (tmp_path / home / f"{name}.jsonl").write_text(text, encoding="utf-8")
    nli = torchtext.datasets.nli
    RAW, LABEL = torchtext.data.RawField(), torchtext.data.Field(sequential=False)
    TEXT, TRANSITIONS = nli.ParsedTextField(reverse=True), nli.ShiftReduceField()
    found = []
    for splits in (
        torchtext.datasets.SNLI.splits(RAW, LABEL, root=str(tmp_path)),
        torchtext.datasets.SNLI.splits(TEXT, LABEL, TRANSITIONS, root=str(tmp_path), test=None),
        torchtext.datasets.MultiNLI.splits(RAW, LABEL, genre_field=RAW, root=str(tmp_path)),
        torchtext.datasets.XNLI.splits(RAW, LABEL, language_field=RAW, root=str(tmp_path)),
    ):
        found.append([[vars(example) for example in split] for split in splits])
    key = splits[0].sort_key(splits[0][0])
    parsed = torchtext.datasets.SNLI.splits(TEXT, LABEL, TRANSITIONS, root=str(tmp_path))[0]
    TEXT.build_vocab(parsed)
    reversed_ids = TEXT.process([["The", "cat"], ["sat"]])[0]
    recorded([found, key, TRANSITIONS.vocab.itos, reversed_ids, raised(lambda: torchtext.datasets.XNLI.iters())])
