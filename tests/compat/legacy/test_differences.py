"""Where ours is meant to differ from torchtext 0.6.0; docs/torchtext-differences.md lists these tests."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import random
import tarfile
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpseq.compat.torchtext import legacy
from nlpseq.compat.torchtext.legacy import data, datasets, vocab
from nlpseq.compat.torchtext.legacy.data import Dataset, Example, Field
from nlpseq.errors import UserError


def length(example: Any) -> int:
    return len(example.text)


def rows_of(texts: list[str], **options: Any) -> tuple[Dataset, Field]:
    TEXT = Field(**options)
    fields = [("text", TEXT)]
    rows = Dataset([Example.fromlist([text], fields) for text in texts], fields)
    TEXT.build_vocab(rows)
    return rows, TEXT


def random_rows(count: int) -> Dataset:
    draw = random.Random(1)
    return rows_of([" ".join("w" * draw.randint(1, 40)) for _ in range(count)])[0]


# Fields


def test_lengths_are_whole_numbers_on_the_cpu() -> None:
    TEXT = Field(include_lengths=True, dtype=torch.float32)
    TEXT.build_vocab([["a"]])
    ids, lengths = TEXT.process([["a", "a"], ["a"]], device="meta")
    assert ids.device.type == "meta" and ids.dtype == torch.float32
    assert lengths.device.type == "cpu" and lengths.dtype == torch.int64


def test_unknown_tokens_do_not_make_the_vocabulary_grow() -> None:
    rows, TEXT = rows_of(["a b"])
    before = dict(TEXT.vocab.stoi)
    TEXT.process([["never", "seen"]])
    assert TEXT.vocab.stoi == before and TEXT.vocab.stoi["never"] == 0
    rows.examples[0].text = ["never", "a"]
    rows.filter_examples(["text"])
    assert rows[0].text == ["a"]


def test_any_unknown_token_does_its_work() -> None:
    TEXT = Field(unk_token="UNK", batch_first=True)
    TEXT.build_vocab([["a"]])
    assert TEXT.process([["a", "?"]]).tolist() == [[2, 0]]
    assert TEXT.vocab["?"] == TEXT.vocab.unk_index == 0


def test_a_vocabulary_of_another_kind() -> None:
    class Numbers:
        def __init__(self, counter: Counter[str], specials: list[str]) -> None:
            self.stoi = {token: number for number, token in enumerate([*specials, *counter])}

    class NumberField(Field):
        vocab_cls = Numbers

    TEXT = NumberField(unk_token="UNK", batch_first=True)
    TEXT.build_vocab([["b", "a"]])
    assert TEXT.process([["a", "b"]]).tolist() == [[3, 2]]


def test_equal_fields_of_two_classes_are_one_key() -> None:
    one, other = data.LabelField(), Field(sequential=False, unk_token=None, is_target=True)
    assert one == other and len({one, other}) == 1


def test_a_token_that_cannot_be_looked_up_is_named() -> None:
    LABEL = data.LabelField()
    with pytest.raises(UserError, match="no vocabulary yet; call its build_vocab"):
        LABEL.process(["x"])
    LABEL.build_vocab(["x"])
    with pytest.raises(UserError, match="'y' is not in the field's vocabulary"):
        LABEL.process(["x", "y"])
    with pytest.raises(KeyError):
        LABEL.vocab.stoi["y"]


def test_a_length_without_room_for_the_marks_is_refused() -> None:
    TEXT = Field(init_token="<s>", eos_token="</s>", fix_length=1)
    with pytest.raises(UserError, match="fix_length: 1 has no room for <s> and </s>"):
        TEXT.pad([["a"]])


@pytest.mark.parametrize("truncate_first", [False, True])
def test_room_for_the_marks_alone(truncate_first: bool) -> None:
    TEXT = Field(init_token="<s>", eos_token="</s>", fix_length=2, truncate_first=truncate_first)
    assert TEXT.pad([["a", "b"], []]) == [["<s>", "</s>"], ["<s>", "</s>"]]


def test_no_rows_are_a_tensor_too() -> None:
    TEXT = Field(include_lengths=True, batch_first=True, eos_token="</s>")
    TEXT.build_vocab([["a"]])
    ids, lengths = TEXT.process([])
    assert ids.shape == (0, 1) and lengths.shape == (0,)
    assert TEXT.process([[], []])[0].tolist() == [[2], [2]]


def test_rows_of_unequal_lengths_are_refused() -> None:
    _, TEXT = rows_of(["a b"])
    with pytest.raises(ValueError, match="unequal lengths"):
        TEXT.numericalize([["a"], ["a", "b"]])


def test_a_field_with_vectors_can_be_compared() -> None:
    fields = [Field(), Field(), Field()]
    for number, field in enumerate(fields):
        field.build_vocab([["a"]])
        field.vocab.set_vectors({"a": 0}, torch.full((1, 2), float(number // 2)), 2)
    assert fields[0] == fields[1] != fields[2]
    fields[1].vocab.vectors = None
    assert fields[0] != fields[1]


def test_the_field_in_a_nested_one_stays_as_it_was() -> None:
    inner = Field(tokenize=list)
    CHARS = data.NestedField(inner, include_lengths=True, init_token="<s>")
    rows = [CHARS.preprocess("ab c")]
    CHARS.build_vocab(rows)
    before = dict(vars(inner))
    CHARS.process(rows)
    assert vars(inner) == before and inner.include_lengths is False and inner.fix_length is None


def test_lengths_of_a_nested_field_of_single_tokens() -> None:
    WORDS = data.NestedField(Field(sequential=False), include_lengths=True)
    WORDS.build_vocab([["a", "b"]])
    ids, lengths = WORDS.process([["a", "b"], ["b"]])
    assert ids.tolist() == [[2, 3], [3, 1]] and lengths.tolist() == [2, 1]


# Vocabularies


def test_what_0_7_to_0_9_added() -> None:
    made = vocab.build_vocab_from_iterator([["a", "b"], ["b"]], num_lines=2)
    assert made.lookup_indices(["b", "never", "a"]) == [2, 0, 3]


def test_values_that_cannot_be_sorted_are_named() -> None:
    with pytest.raises(UserError, match="cannot sort NoneType and str together"):
        data.LabelField().build_vocab(["x", None])


def test_the_list_of_vectors_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".vector_cache").mkdir()
    (tmp_path / ".vector_cache" / "wiki.simple.vec").write_text("a 1 2 3\n")
    names = ["fasttext.simple.300d"]
    made = vocab.Vocab(Counter("ab"), vectors=names)
    assert names == ["fasttext.simple.300d"]
    assert made.vectors is not None and made.vectors[made.stoi["a"]].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "refused", [data.SubwordField, vocab.SubwordVocab, datasets.BABI20, datasets.IWSLT, datasets.EnWik9]
)
def test_what_is_not_offered_says_what_to_use(refused: Any) -> None:
    with pytest.raises(UserError, match=f"{refused.__name__} is not offered; (train|load|use) "):
        refused(Counter())
    with pytest.raises(UserError, match="is not offered"):
        refused.splits(root=".data")
    assert not isinstance("text", refused)


# Data sets


def test_a_data_set_can_be_copied_and_pickled() -> None:
    rows, _ = rows_of(["a", "b c"])
    assert [len(text) for text in rows.text] == [1, 2]
    with pytest.raises(AttributeError, match="the data set has no attribute '_label'"):
        rows._label  # noqa: B018
    for other in (copy.deepcopy(rows), pickle.loads(pickle.dumps(rows))):
        assert [example.text for example in other] == [["a"], ["b", "c"]]


def test_strata_have_an_order() -> None:
    RAW = data.RawField()
    fields = [("label", RAW)]
    rows = Dataset([Example.fromlist([label], fields) for label in "zzaazzmm"], fields)
    train, test = rows.split(0.5, stratified=True, random_state=random.Random(1).getstate())
    assert [example.label for example in train] == [example.label for example in test] == list("zzam")
    assert Dataset([], fields).split(0.5, stratified=True) == ()


def test_splitting_the_chunking_corpus_leaves_random_alone(tmp_path: Path) -> None:
    for split in ("train", "test"):
        (tmp_path / f"{split}.txt").write_text("one N B\n\n" * 20, encoding="utf-8")
    fields = [("word", data.RawField())]
    random.seed(5)
    before = random.getstate()
    datasets.CoNLL2000Chunking.splits(fields, path=str(tmp_path))
    assert random.getstate() == before


def table(tmp_path: Path, text: str, fields: Any, kind: str = "csv", **options: Any) -> list[dict[str, Any]]:
    path = tmp_path / f"rows.{kind}"
    path.write_bytes(text.encode("utf-8"))
    return [vars(example) for example in data.TabularDataset(str(path), kind, fields, **options)]


def test_tables_as_editors_leave_them(tmp_path: Path) -> None:
    RAW = data.RawField()
    named = {"id": ("id", RAW), "more": None}
    assert table(tmp_path, "\ufeffid,more\r\n1,2\r\n\r\n", named) == [{"id": "1"}]
    assert table(tmp_path, "1,2\n\n3,4\n", [("id", RAW)]) == [{"id": "1"}, {"id": "3"}]
    assert table(tmp_path, "1;2\n", [("id", RAW)], "tsv", csv_reader_params={"delimiter": ";"}) == [{"id": "1"}]
    assert table(tmp_path, '\ufeff{"id": 1}\n\n', {"id": ("id", RAW), "x": None, "y": ("y", None)}, "json") == [
        {"id": 1}
    ]
    assert table(tmp_path, "", [("id", RAW)], skip_header=True) == []


def test_broken_tables_are_named(tmp_path: Path) -> None:
    fields = [("text", data.RawField()), ("label", data.RawField())]
    named = {"text": ("text", data.RawField()), "lable": ("label", data.RawField())}
    with pytest.raises(UserError, match="rows.csv, row 2: 1 columns where 2 are wanted"):
        table(tmp_path, "a,b\nc\n", fields)
    with pytest.raises(UserError, match=r"no column 'lable' \(did you mean 'label'\?\)"):
        table(tmp_path, "text,label\na,b\n", named)
    with pytest.raises(UserError, match="rows.csv, row 2: 1 columns where 2 are wanted"):
        table(tmp_path, "text,lable\na\n", named)
    with pytest.raises(ValueError, match="rows.json, line 2: "):
        table(tmp_path, '{"text": 1, "lable": 2}\n{"text"\n', named, "json")
    with pytest.raises(ValueError, match="rows.json, line 1: .* no key 'lable'"):
        table(tmp_path, '{"text": 1}\n', named, "json")
    with pytest.raises(UserError, match="json needs its fields by key"):
        table(tmp_path, "{}", fields, "json")
    with pytest.raises(UserError, match="format: 'dict' is not known; choose csv, tsv or json"):
        table(tmp_path, "a,b\n", fields, "dict")
    with pytest.raises(UserError, match="line 1.*: not valid UTF-8"):
        (tmp_path / "latin.csv").write_bytes(b"caf\xe9,b\n")
        data.TabularDataset(str(tmp_path / "latin.csv"), "csv", fields)


def test_files_of_unequal_lengths_are_no_translations(tmp_path: Path) -> None:
    (tmp_path / "train.en").write_text("a\nb\n")
    (tmp_path / "train.de").write_text("a\n")
    with pytest.raises(UserError, match="train.en has 2 lines but .*train.de has 1"):
        datasets.TranslationDataset(str(tmp_path / "train"), (".en", ".de"), (Field(), Field()))


def test_a_line_ends_at_a_line_feed_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffa\rb\u2028c\r\nd".encode())
    rows = datasets.LanguageModelingDataset(str(tmp_path / "a.txt"), Field(tokenize=lambda text: [text]))
    assert rows[0].text == ["a\rb\u2028c", "<eos>", "d", "<eos>"]


def test_reviews_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for label in ("pos", "neg"):
        (tmp_path / label).mkdir()
        for name in ("10_8", "9_7", "0_1"):
            (tmp_path / label / f"{name}.txt").write_text(f"{label} {name}")
    rows = datasets.IMDB(str(tmp_path), Field(), Field(sequential=False))
    assert [example.text[1] for example in rows] == ["0_1", "9_7", "10_8"] * 2


@pytest.mark.parametrize("folder", ["", "imdb"])
def test_a_download_beside_is_unpacked(tmp_path: Path, folder: str) -> None:
    class Films(data.TabularDataset):
        name, dirname, urls = "films", folder, ["https://nowhere.invalid/films.tar.gz"]

    (tmp_path / "films").mkdir()
    with tarfile.open(tmp_path / "films" / "films.tar.gz", "w:gz") as archive:
        content = b"fine,1\n"
        member = tarfile.TarInfo(f"{folder}/train.csv".lstrip("/"))
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    RAW = data.RawField()
    for _ in range(2):
        (rows,) = Films.splits(root=str(tmp_path), train="train.csv", format="csv", fields=[("text", RAW)])
        assert rows[0].text == "fine"


def test_what_cannot_be_fetched_is_named_with_where_to_put_it(tmp_path: Path) -> None:
    class Films(data.TabularDataset):
        name, dirname, urls = "films", "", [("file:///nowhere/films?x=1", "films.csv")]

    with pytest.raises(UserError, match=f"save the file as {tmp_path}/films/films.csv"):
        Films.splits(root=str(tmp_path), train="films.csv", format="csv", fields=[])


def test_labelled_texts_by_name_from_local_files(tmp_path: Path) -> None:
    folder = tmp_path / "ag_news_csv"
    folder.mkdir()
    (folder / "train.csv").write_text('"1","A title","It\'s new"\n"2","B","old"\n', encoding="utf-8")
    (folder / "test.csv").write_text('"2","Old","unheard"\n"1","new","a"\n', encoding="utf-8")
    train, test = datasets.text_classification.DATASETS["AG_NEWS"](root=str(tmp_path), ngrams=2)
    words = train.get_vocab()
    assert train.get_labels() == {0, 1} and len(train) == len(test) == 2
    assert [words.itos[index] for index in train[0][1]][:3] == ["a", "title", "it"]
    assert "a title" in words.stoi and test[0][0] == 1
    # The original keeps unknown tokens here, though it says that it does not.
    assert [words.itos[index] for index in test[0][1]] == ["old"]
    _, kept = datasets.AG_NEWS(root=str(tmp_path), vocab=words, include_unk=True)
    assert [words.itos[index] for index in kept[0][1]] == ["old", "<unk>"]
    with pytest.raises(TypeError, match="a Vocab is wanted, not dict"):
        datasets.AG_NEWS(root=str(tmp_path), vocab={})
    with pytest.raises(UserError, match="dbpedia_csv.*put it there"):
        datasets.DBpedia(root=str(tmp_path))


# Batches and iterators


def padded(batches: Any) -> int:
    return sum(batch.text.numel() for batch in batches)


def test_a_bucket_iterator_sorts_by_length_whenever_it_shuffles() -> None:
    rows = random_rows(2000)
    tokens = sum(len(example.text) for example in rows)
    buckets = data.BucketIterator(rows, 16, sort_key=length)
    assert buckets.sort_within_batch is False
    assert padded(buckets) < 1.1 * tokens < 1.5 * tokens < padded(data.Iterator(rows, 16, sort_key=length))
    # Where nothing is shuffled the rows keep their places, so that predictions can be matched with them.
    kept = data.BucketIterator(rows, 16, sort_key=length, shuffle=False)
    flat = [int((row != 1).sum()) for batch in kept for row in batch.text.t()]
    assert flat == [len(example.text) for example in rows]


def test_a_bucket_iterator_without_a_key_shuffles() -> None:
    rows = random_rows(50)
    assert sum(len(batch) for batch in data.BucketIterator(rows, 8)) == 50


@pytest.mark.parametrize("kind", [data.Iterator, data.BucketIterator])
def test_an_iterator_wants_one_data_set(kind: Any) -> None:
    rows, _ = rows_of(["a"])
    with pytest.raises(UserError, match=r"takes one data set; splits\(\) gives a tuple even of one: write \(rows,\) ="):
        kind((rows,), batch_size=2)
    with pytest.raises(UserError, match="takes a data set with fields, not a list; .* or take one of legacy.datasets"):
        kind(["a film"], batch_size=2)


def test_a_pool_shuffles_by_itself() -> None:
    random.seed(1)
    chunks = list(data.pool(range(100), 5, key=lambda item: item, shuffle=True))
    assert sorted(chunks) == [list(range(start, start + 5)) for start in range(0, 100, 5)] != chunks


def test_no_chunk_is_empty() -> None:
    assert list(data.batch([9, 1, 9, 9], 4, lambda new, count, size: size + new)) == [[9], [1], [9], [9]]


@pytest.mark.parametrize("options", [{"sort": True}, {"train": False}, {"sort_within_batch": True}])
@pytest.mark.parametrize("kind", [data.Iterator, data.BucketIterator])
def test_sorting_without_a_key_is_named(kind: Any, options: dict[str, bool]) -> None:
    with pytest.raises(UserError, match="sorting examples needs sort_key, such as sort_key=lambda"):
        list(kind(random_rows(9), 3, **options))


def test_a_resumed_iterator_counts_on() -> None:
    rows = random_rows(40)
    first = data.BucketIterator(rows, 4, sort_key=length)
    drawn = [batch.text.tolist() for batch in islice(first, 3)]
    state = json.loads(json.dumps(first.state_dict(), default=list))
    state["random_state_this_epoch"] = (3, tuple(state["random_state_this_epoch"][1]), None)
    second = data.BucketIterator(rows, 4, sort_key=length)
    second.load_state_dict(state)
    numbers = []
    for batch in second:
        drawn.append(batch.text.tolist())
        numbers.append(second.iterations)
    assert numbers == list(range(4, 11))
    assert sum(len(batch[0]) for batch in drawn) == 40


def test_a_state_from_before_the_first_epoch_can_be_loaded() -> None:
    rows = random_rows(10)
    iterator = data.Iterator(rows, 4, sort_key=length)
    iterator.load_state_dict(data.Iterator(rows, 4).state_dict())
    assert sum(len(batch) for batch in iterator) == 10


def test_windows_can_be_resumed_and_iterated_over() -> None:
    rows, TEXT = rows_of(["a b c d e f g h i j k l"], eos_token="<eos>")

    def windows() -> Any:
        return data.BPTTIterator(rows, 2, 2)

    whole = [batch.text.tolist() for batch in windows()]
    first, second = windows(), windows()
    list(islice(first, 1))
    second.load_state_dict(first.state_dict())
    assert [batch.text.tolist() for batch in second] == whole[1:]
    assert second.iterations == len(whole) == 3 and second.epoch == 1
    assert [batch.text.tolist() for batch in second] == whole
    text, target = next(iter(windows()))
    assert text[1:].tolist() == target[:-1].tolist()
    assert TEXT.eos_token == "<eos>"


def test_windows_need_a_text() -> None:
    fields = [("words", Field())]
    with pytest.raises(UserError, match="one field that is called text"):
        list(data.BPTTIterator(Dataset([Example.fromlist(["a"], [("text", Field())])], fields), 1, 1))
    rows, _ = rows_of([""])
    assert len(data.BPTTIterator(rows, 2, 1)) == 0 and list(data.BPTTIterator(rows, 2, 1)) == []


def test_a_number_for_a_device_is_the_cpu(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "nlpseq"):
        iterator = data.Iterator(random_rows(3), 2, device=0)
    assert "a number is taken for the CPU" in caplog.text and iterator.device is None


def test_an_empty_data_set_has_no_batches() -> None:
    rows, _ = rows_of([])
    for kind in (data.Iterator, data.BucketIterator):
        iterator = kind(rows, 4, sort_key=length)
        assert list(iterator) == [] and len(iterator) == 0 and iterator.epoch == 0


def test_the_version_says_what_it_is() -> None:
    assert legacy.__version__.startswith("0.6.0")
