"""Encoded rows say what the text said, in every sampled copy, and lie on disk as they always have."""

from __future__ import annotations

import logging
import pickle
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from datasets import Dataset

from nlpseq import EncodedPairs, EncodedTexts
from nlpseq.data.rows import COLUMNS, PAIRS, SUMMARIES, TEXTS, Rows, encode_pairs, encode_summaries, encode_texts
from nlpseq.errors import UserError
from nlpseq.text.copy_alphabet import CopyAlphabet, build_copy_alphabet
from nlpseq.text.pipeline import TextPipeline, build_pipeline

WORDS = ["red", "green", "blue", "yellow", "brown", "running", "walking", "sleeping", "little", "bigger"]
LETTERS = list("abcdefgh  ABCDE")
FIX = "; lower text.min_freq, or set text.tokenizer to char or subword, as for text without spaces"


@pytest.fixture(scope="module")
def corpus() -> Dataset:
    generator = np.random.default_rng(5)
    src = [" ".join(generator.choice(WORDS, generator.integers(1, 9))) for _ in range(2203)]
    return Dataset.from_dict({"src": src, "tgt": [text.upper()[: 1 + len(text) // 2].strip() for text in src]})


@pytest.fixture(scope="module")
def pipelines(corpus: Dataset) -> tuple[TextPipeline, TextPipeline]:
    src = build_pipeline(corpus["src"], kind="subword", vocab_size=300)
    return src, build_pipeline(corpus["tgt"], kind="subword", vocab_size=310)


@pytest.fixture(scope="module")
def notices() -> Dataset:
    random = np.random.default_rng(3)
    documents = ["".join(random.choice(LETTERS, random.integers(0, 40))) for _ in range(1203)]
    documents[::7] = [f"{text[:3]}ж{text[3:]}" for text in documents[::7]]
    return Dataset.from_dict({"src": documents, "tgt": [text.upper()[2:9] + "!" for text in documents]})


@pytest.fixture(scope="module")
def alphabet(notices: Dataset) -> CopyAlphabet:
    found = build_copy_alphabet(notices["src"], notices["tgt"], case="auto", max_characters=30, min_freq=400)
    assert found.case == "upper" and not {"ж", "Ж"} & set(found.shared.vocab)
    return found


def test_rows_are_the_encoded_texts_and_their_end_marks(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    encode_pairs(corpus, *pipelines, tmp_path)
    encoded = Rows.load(tmp_path / PAIRS)
    assert (len(encoded), len(encoded.copies)) == (2203, 1)
    assert all(map(np.array_equal, pickle.loads(pickle.dumps(encoded))[5], encoded[5]))  # as workers of a loader get it
    for index in (0, 999, 1000, 2202):
        for ids, pipeline, column in zip(encoded[index], pipelines, ("src", "tgt"), strict=True):
            assert ids.dtype == np.int32
            assert ids.tolist() == [*pipeline.encode(corpus[index][column]), pipeline.eos_id]
    src_lengths, tgt_lengths = encoded.lengths()
    assert src_lengths.tolist() == [[len(encoded[index][0]) for index in range(2203)]]
    assert tgt_lengths.tolist() == [[len(encoded[index][1]) for index in range(2203)]]
    with pytest.raises(IndexError, match="row 2203 of 2203"):
        encoded[2203]


def test_reading_copies_nothing(corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path) -> None:
    encoded = encode_pairs(corpus, *pipelines, tmp_path)
    src, tgt = encoded.ids("src"), encoded.ids("tgt")
    assert not any(array.flags.owndata or array.flags.writeable for array in (*src, *tgt))
    assert np.shares_memory(encoded[1500][1], tgt.values)


def test_sampled_copies_differ_in_pieces_but_not_in_text(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    encoded = encode_pairs(corpus, *pipelines, tmp_path, samples=3, alpha=0.3)
    views = [encoded.view(epoch) for epoch in range(3)]
    assert [len(view) for view in views] == [2203] * 3
    assert encoded.view(5).copies[0] is views[2].copies[0]
    for column, pipeline, side in (("src", pipelines[0], 0), ("tgt", pipelines[1], 1)):
        for view in views:
            assert [pipeline.decode(view[i][side].tolist()) for i in range(0, 2203, 101)] == corpus[column][::101]
        for one, other in combinations(views, 2):
            assert sum(one[i][side].tolist() != other[i][side].tolist() for i in range(2203)) > 1000
    lengths = encoded.lengths()[0]
    assert lengths.shape == (3, 2203)
    assert lengths[1].tolist() == views[1].lengths()[0][0].tolist()


def test_the_same_seed_samples_the_same(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    few = corpus.select(range(1203))
    first, again, other = (
        encode_pairs(few, *pipelines, tmp_path / name, samples=2, alpha=0.3, seed=seed)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert (tmp_path / "a" / PAIRS).read_bytes() == (tmp_path / "b" / PAIRS).read_bytes()
    assert first.view(1).ids("src").values.tolist() == again.view(1).ids("src").values.tolist()
    assert first.view(1).ids("src").values.tolist() != other.view(1).ids("src").values.tolist()


def test_long_pairs_leave_every_copy_together(
    corpus: Dataset,
    pipelines: tuple[TextPipeline, TextPipeline],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = encode_pairs(corpus, *pipelines, tmp_path / "whole", samples=2, alpha=0.3)
    longest = np.maximum(*whole.lengths()).max(axis=0) - 1  # the end mark is no token of the text
    limit = int(np.median(longest))
    kept = np.flatnonzero(longest <= limit)
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        short = encode_pairs(corpus, *pipelines, tmp_path / "short", samples=2, alpha=0.3, max_length=limit)
    assert caplog.records[-1].getMessage() == (f"left out {2203 - len(kept)} of 2203 pairs longer than {limit} tokens")
    for epoch in range(2):
        assert [short.view(epoch)[i][1].tolist() for i in range(len(short))] == [
            whole.view(epoch)[i][1].tolist() for i in kept
        ]


def test_no_pair_short_enough(corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none of 2,203 pairs is within data\.max_length = 0 tokens a side; raise"):
        encode_pairs(corpus, *pipelines, tmp_path, max_length=0)


def test_a_pair_of_just_the_longest_length_stays(tmp_path: Path) -> None:
    rows = Dataset.from_dict({"src": ["a b c", "a b c d"], "tgt": ["x", "x"]})
    words = build_pipeline(["a b c d x"], kind="basic_english", vocab_size=20)
    assert len(encode_pairs(rows, words, words, tmp_path, max_length=3)) == 1
    assert len(encode_pairs(rows, words, words, tmp_path, max_length=4)) == 2


def test_equal_copies_are_refused(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="samples=2 must be 1, or more with alpha above 0"):
        encode_pairs(corpus, *pipelines, tmp_path, samples=2)


@pytest.mark.parametrize(
    ("texts", "min_freq", "level", "said"),
    [
        (["a b c d", "a b c d e"], 1, logging.INFO, "tokens: 4.5 a training text, 0.0% of them unknown"),
        (["a b c d", "a b c d e"], 2, logging.INFO, "tokens: 4.5 a training text, 11.1% of them unknown"),
        (
            ["天气很好", "天气不好", "天气很好"],
            2,
            logging.WARNING,
            f"tokens: 1.0 a training text, 33.3% of them unknown{FIX}",
        ),
        (["one", "two", "one two"], 1, logging.INFO, "tokens: 1.3 a training text, 0.0% of them unknown"),
        (['" :', "; :"], 1, logging.WARNING, f"tokens: 1.0 a training text, 100.0% of them unknown{FIX}"),
    ],
)
def test_unknown_tokens_are_counted(
    texts: list[str], min_freq: int, level: int, said: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = build_pipeline(texts, kind="basic_english", vocab_size=99, min_freq=min_freq)
    rows = Dataset.from_dict({"text": texts, "label": ["x"] * len(texts)})
    with caplog.at_level(logging.INFO, logger="nlpseq"):
        encode_texts(rows, words, ["x"], tmp_path, max_length=9, keep="head")
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [(level, said)]


def test_rows_of_summaries_are_the_encoded_texts(notices: Dataset, alphabet: CopyAlphabet, tmp_path: Path) -> None:
    encode_summaries(notices, alphabet, tmp_path, max_summary_characters=9)
    encoded = Rows.load(tmp_path / SUMMARIES)
    assert len(encoded) == 1203
    for index in (0, 999, 1000, 1202):
        source = alphabet.source(notices[index]["src"])
        summary = alphabet.summary(notices[index]["tgt"], source.extra)
        for found, expected in zip(encoded[index], (source.src, source.copies, summary), strict=True):
            assert found.dtype == np.int32 and found.tolist() == expected.tolist()
    (src,), (tgt,) = encoded.lengths("src", "tgt")
    assert src.tolist() == [len(encoded[index][0]) for index in range(1203)]
    assert tgt.tolist() == [len(encoded[index][2]) for index in range(1203)]
    with pytest.raises(IndexError, match="row 1203 of 1203"):
        encoded[1203]
    assert not any(part.flags.owndata or part.flags.writeable for part in encoded[7])
    columns = zip(*(encoded[index] for index in range(1203)), strict=True)
    parts = {name: [ids.tolist() for ids in column] for name, column in zip(COLUMNS[SUMMARIES], columns, strict=True)}
    assert (tmp_path / SUMMARIES).read_bytes() == as_it_always_was(tmp_path / "old", parts).read_bytes()


def test_long_summaries_are_left_out(
    notices: Dataset, alphabet: CopyAlphabet, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = encode_summaries(notices, alphabet, tmp_path / "whole", max_summary_characters=8)
    kept = np.flatnonzero(whole.lengths("tgt")[0, 0] <= 7 + 1)
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        short = encode_summaries(notices, alphabet, tmp_path / "short", max_summary_characters=7)
    assert 0 < len(kept) == len(short) < 1203
    assert caplog.messages == [
        f"left out {1203 - len(kept)} of 1203 training pairs with a summary longer than 7 characters"
    ]
    assert [short[i][2].tolist() for i in range(len(short))] == [whole[i][2].tolist() for i in kept]
    with pytest.raises(UserError, match=r"none of 9 training summaries is within text\.max_summary_characters \(1\)"):
        some = notices.select([int(place) for place in np.flatnonzero(whole.lengths("tgt")[0, 0] > 3)[:9]])
        encode_summaries(some, alphabet, tmp_path / "none", max_summary_characters=1)


def as_it_always_was(path: Path, *copies: dict[str, list]) -> Path:
    """A file of encoded rows as every version has written it: lists of int32, or an int32, a record batch a copy."""
    ids, number = pa.list_(pa.int32()), pa.int32()
    schema = pa.schema({name: ids if isinstance(rows[0], list) else number for name, rows in copies[0].items()})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for copy in copies:
            writer.write_batch(
                pa.record_batch([pa.array(rows, schema.field(name).type) for name, rows in copy.items()], schema=schema)
            )
    return path


def test_folders_of_runs_made_before_load(tmp_path: Path) -> None:
    first = {"src": [[7, 3], [3], [8, 9, 3]], "tgt": [[4, 5, 3], [6, 3], [3]]}
    second = {"src": [[3], [7, 7, 3], [8, 3]], "tgt": [[4, 3], [3], [6, 6, 6, 3]]}
    pairs = Rows.load(as_it_always_was(tmp_path / "pairs.arrow", first, second))
    for epoch, copy in enumerate((first, second, first)):
        rows = [pairs.view(epoch)[index] for index in range(3)]
        assert [[ids.tolist() for ids in row] for row in rows] == [
            list(row) for row in zip(*copy.values(), strict=True)
        ]
    assert pairs.lengths().tolist() == [[[2, 1, 3], [1, 3, 2]], [[3, 2, 1], [2, 1, 4]]]
    assert len(EncodedPairs.load(tmp_path)) == 3

    texts = Rows.load(as_it_always_was(tmp_path / "texts.arrow", {"text": [[5, 6], [7]], "label": [1, 0]}))
    assert [(ids.tolist(), label) for ids, label in (texts[0], texts[1])] == [([5, 6], 1), ([7], 0)]
    assert texts.lengths().tolist() == [[[2, 1]]] and len(EncodedTexts.load(tmp_path)) == 2

    copied = {"src": [[7, 1, 3], [3]], "copies": [[7, 9, 3], [3]], "tgt": [[9, 3], [5, 3]]}
    summaries = Rows.load(as_it_always_was(tmp_path / "summaries.arrow", copied))
    assert [ids.tolist() for ids in summaries[0]] == [[7, 1, 3], [7, 9, 3], [9, 3]]
    assert summaries.lengths("src", "tgt").tolist() == [[[3, 1]], [[2, 2]]]


def test_folders_are_written_as_they_always_were(tmp_path: Path) -> None:
    letters = build_pipeline(["aab", "abc"], kind="char", vocab_size=9)  # a 4, b 5, c 6
    rows = Dataset.from_dict({"src": ["ab", "abcb", "c"], "tgt": ["a", "b", "cab"]})
    encode_pairs(rows, letters, letters, tmp_path, max_length=3)
    old = as_it_always_was(tmp_path / "old", {"src": [[4, 5, 3], [6, 3]], "tgt": [[4, 3], [6, 4, 5, 3]]})
    assert (tmp_path / "pairs.arrow").read_bytes() == old.read_bytes()

    rows = Dataset.from_dict({"text": ["abcb", "", "d"], "label": ["good", "bad", "good"]})
    encode_texts(rows, letters, ["bad", "good"], tmp_path, max_length=3, keep="both")
    old = as_it_always_was(tmp_path / "old", {"text": [[4, 5, 5], [1], [1]], "label": [1, 0, 1]})
    assert (tmp_path / "texts.arrow").read_bytes() == old.read_bytes()


@pytest.mark.parametrize("name", [PAIRS, TEXTS, SUMMARIES])
@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "other", "of another kind"])
def test_a_damaged_folder_is_named(name: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / "encoded" / name
    path.parent.mkdir()
    as_it_always_was(path, {"ids": [[3]] * 50, "label": [7] * 50})
    whole = path.read_bytes()
    contents = {"empty": b"", "truncated": whole[: len(whole) * 2 // 3], "other": b"no arrow"}
    path.write_bytes(contents.get(damage, whole))
    if damage == "missing":
        path.unlink()
    with pytest.raises(UserError, match="encoded: the encoded corpus is missing or damaged; delete this folder"):
        Rows.load(path)


def test_pairs_too_large_for_attention_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("nlpseq.data.rows.MOST_CELLS", 20)
    letters = build_pipeline(["ab"], kind="char", vocab_size=9)
    rows = Dataset.from_dict({"src": ["abab", "abab", "ababababab"], "tgt": ["aba", "abab", "a"]})  # 20, 25 and 22
    with caplog.at_level(logging.WARNING):
        kept = encode_pairs(rows, letters, letters, tmp_path / "pairs", max_length=9)
    assert [len(src) for src, _ in kept] == [5]
    assert [record.getMessage() for record in caplog.records] == [
        "left out 1 of 3 pairs longer than 9 tokens",
        "left out 1 of 3 pairs with more than 20 tokens of source times target, of which attention has a table",
    ]
    assert len(encode_pairs(rows, letters, letters, tmp_path / "all")) == 3  # whose rows must stay where they are
    with pytest.raises(UserError, match="none of 1 pair has at most 20 tokens of source times target.*; split the"):
        encode_pairs(rows.select([1]), letters, letters, tmp_path / "none", max_length=9)
    alphabet = build_copy_alphabet(rows["src"], rows["tgt"], case="same", max_characters=99, min_freq=1)
    summaries = encode_summaries(rows, alphabet, tmp_path / "summaries", max_summary_characters=9)
    assert [len(src) for src, _, _ in summaries] == [5]


@pytest.mark.parametrize(
    ("name", "copy", "sizes"),
    [
        (PAIRS, {"src": [[4, 3]], "tgt": [[9, 3]]}, {"src": 5, "tgt": 9}),
        (PAIRS, {"src": [[-1, 3]], "tgt": [[8, 3]]}, {"src": 5, "tgt": 9}),
        (PAIRS, {"src": [[]], "tgt": [[8, 3]]}, {"src": 5, "tgt": 9}),
        (TEXTS, {"text": [[4]], "label": [2]}, {"text": 5, "label": 2}),
    ],
)
def test_ids_that_stand_for_nothing_are_damage(name: str, copy: dict, sizes: dict[str, int], tmp_path: Path) -> None:
    path = as_it_always_was(tmp_path / name, copy)
    with pytest.raises(UserError, match="the encoded corpus is missing or damaged"):
        Rows.load(path, **sizes)
    if [] not in copy.get("src", []):
        assert len(Rows.load(path, **{key: size + 9 for key, size in sizes.items() if key != "src"})) == 1


MAPPINGS = Path("/proc/self/smaps")


@pytest.mark.skipif(
    not MAPPINGS.exists() or "VmFlags" not in MAPPINGS.read_text(), reason="this system does not list mappings so"
)
def test_of_a_large_file_in_any_order_pages_are_read_one_by_one(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode_pairs(corpus, *pipelines, tmp_path)
    rows, before = Rows.load(tmp_path / PAIRS), Rows.load(tmp_path / PAIRS).in_any_order()

    def at_random() -> int:
        flags, ours = 0, False
        for line in MAPPINGS.read_text().splitlines():
            ours = str(tmp_path / PAIRS) in line if "-" in line.split()[0] else ours
            flags += ours and line.startswith("VmFlags:") and " rr " in f"{line} "
        return flags

    assert at_random() == 0
    monkeypatch.setattr("nlpseq.data.rows.LARGE_FILE", 0)
    after = rows.in_any_order().view(0)
    assert at_random() == 1 and all(map(np.array_equal, after[7], before[7]))
