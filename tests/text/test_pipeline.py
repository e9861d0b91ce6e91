from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpseq.errors import UserError
from nlpseq.text.pipeline import TextPipeline, TokenizerKind, build_pipeline
from nlpseq.text.tokenizers import CharTokenizer
from nlpseq.text.vocab import SPECIALS, Vocab

TEXTS = [f"Katze {i} sitzt auf der Matte, seit {i * 7 % 13} Tagen." for i in range(150)]
KINDS: tuple[TokenizerKind, ...] = ("subword", "word", "char", "basic_english")
PIPELINES = {kind: build_pipeline(TEXTS, kind=kind, lang="de", vocab_size=300) for kind in KINDS}
kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
def test_known_text_survives_the_ids(kind: TokenizerKind) -> None:
    pipeline = PIPELINES[kind]
    ids = pipeline.encode(TEXTS[7])
    expected = TEXTS[7] if kind != "basic_english" else "katze 7 sitzt auf der matte , seit 10 tagen ."
    assert pipeline.decode(ids) == expected
    assert min(ids) >= len(SPECIALS)
    assert pipeline.encode_batch([TEXTS[7], "", TEXTS[3]]) == [ids, [], pipeline.encode(TEXTS[3])]


@kinds
def test_every_vocabulary_begins_with_the_specials(kind: TokenizerKind) -> None:
    pipeline = PIPELINES[kind]
    assert pipeline.vocab.decode(range(4)) == ["<pad>", "<unk>", "<s>", "</s>"]
    assert (pipeline.pad_id, pipeline.unk_id, pipeline.bos_id, pipeline.eos_id) == (0, 1, 2, 3)
    assert pipeline.vocab.get_default_index() == pipeline.unk_id
    assert len(pipeline.vocab) == 300 or kind != "subword"


@kinds
@settings(derandomize=True, deadline=None, max_examples=50)
@given(text=st.text())
@example(text="</s> <pad> <s> <unk>")
@example(text="\ud800 half \udc00")
def test_text_never_becomes_pad_bos_or_eos(kind: TokenizerKind, text: str) -> None:
    assert not set(PIPELINES[kind].encode(text)) & {0, 2, 3}


def test_a_word_that_spells_a_special_is_unknown() -> None:
    pipeline = build_pipeline(["a </s> b", "a </s>"], kind="basic_english", vocab_size=20)
    assert pipeline.encode("a </s> b") == [4, 1, 5]


def test_lone_surrogates_are_read_as_replacement_characters() -> None:
    pipeline = PIPELINES["subword"]
    assert pipeline.decode(pipeline.encode("\ufeffa\ud800b\udc00")) == "\ufeffa\ufffdb\ufffd"
    assert pipeline.encode_batch(["\ud800"]) == [pipeline.encode("\ufffd")]
    assert "\ufffd" in build_pipeline(["\ud800"], kind="char", vocab_size=9).vocab


def test_decoding_ends_at_the_first_eos_and_drops_padding() -> None:
    letters = TextPipeline(CharTokenizer(), Vocab([*SPECIALS, "a", "b"], default_index=1))
    assert letters.decode([2, 5, 0, 1, 4, 3, 5, 3, 0]) == "b<unk>a"
    assert letters.tokens([2, 5, 0, 1, 4, 3, 5, 3, 0]) == ["b", "<unk>", "a"]
    assert letters.decode([]) == letters.decode([3]) == ""


def test_subwords_are_sampled_and_words_are_not() -> None:
    pipeline = PIPELINES["subword"]
    sample = pipeline.sample_batch(TEXTS[:5], alpha=0.5, seed=3)
    assert sample == pipeline.sample_batch(TEXTS[:5], alpha=0.5, seed=3) != pipeline.encode_batch(TEXTS[:5])
    assert [pipeline.decode(ids) for ids in sample] == TEXTS[:5]
    with pytest.raises(ValueError, match="only subword tokenizers sample, and this one is word:de"):
        PIPELINES["word"].sample_batch(TEXTS[:5], alpha=0.5, seed=3)


def test_rare_words_and_words_beyond_the_size_are_left_out() -> None:
    texts = ["a b", "a b", "a c"]
    frequent = build_pipeline(texts, kind="word", lang="xx", vocab_size=9, min_freq=2)
    assert frequent.vocab.get_itos()[4:] == ["a", "b"]
    assert build_pipeline(texts, kind="word", lang="xx", vocab_size=5).encode("a b") == [4, 1]


def test_settings_that_cannot_work_are_named() -> None:
    with pytest.raises(UserError, match="^lang: word tokens need the language"):
        build_pipeline(TEXTS, kind="word", vocab_size=100)
    with pytest.raises(UserError, match=r"^text\.vocab_size: 4 has room for the special tokens only"):
        build_pipeline(TEXTS, kind="char", vocab_size=4)
    with pytest.raises(UserError, match=r"^text\.vocab_size: 200 is too small"):
        build_pipeline(TEXTS, kind="subword", vocab_size=200)
    with pytest.raises(ValueError, match="must begin with <pad>, <unk>, <s>, </s>"):
        TextPipeline(CharTokenizer(), Vocab(["a"]))


@kinds
def test_a_saved_pipeline_comes_back(kind: TokenizerKind, tmp_path: Path) -> None:
    pipeline = PIPELINES[kind]
    pipeline.save(tmp_path / "run", "src")
    suffixes = {"tokenizer.json", "vocab.json"} | ({"subword.model"} if kind == "subword" else set())
    assert {path.name for path in (tmp_path / "run").iterdir()} == {f"src.{suffix}" for suffix in suffixes}
    for copy in (TextPipeline.load(tmp_path / "run", "src"), pickle.loads(pickle.dumps(pipeline))):
        assert copy.signature() == pipeline.signature()
        assert copy.encode(TEXTS[3] + " Zebra") == pipeline.encode(TEXTS[3] + " Zebra")


def test_signatures_tell_vocabularies_apart() -> None:
    one, other = (build_pipeline(texts, kind="char", vocab_size=9) for texts in (["ab"], ["ac"]))
    assert one.signature().startswith("char|vocab:6:") and one.signature() != other.signature()


@pytest.mark.parametrize("name", ["src.tokenizer.json", "src.vocab.json", "src.subword.model"])
@pytest.mark.parametrize("damage", ["missing", "cut", "garbage"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    PIPELINES["subword"].save(tmp_path, "src")
    path = tmp_path / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"\xff{garbage" if damage == "garbage" else path.read_bytes()[:40])
    with pytest.raises(UserError, match=rf"{name}: .*; run prepare again$"):
        TextPipeline.load(tmp_path, "src")


@pytest.mark.parametrize(
    "change",
    [{"kind": "other"}, {"kind": None}, {"sha256": []}, {"sha256": None}, {"kind": "word", "lang": None}],
)
def test_a_description_that_says_something_else_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    PIPELINES["word"].save(tmp_path, "tgt")
    path = tmp_path / "tgt.tokenizer.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(UserError):
        TextPipeline.load(tmp_path, "tgt")


def test_a_broken_model_with_a_right_checksum_is_refused(tmp_path: Path) -> None:
    PIPELINES["subword"].save(tmp_path, "src")
    (tmp_path / "src.subword.model").write_bytes(b"garbage")
    path = tmp_path / "src.tokenizer.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    description["sha256"]["src.subword.model"] = hashlib.sha256(b"garbage").hexdigest()
    path.write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(UserError, match="not a SentencePiece model.*run prepare again"):
        TextPipeline.load(tmp_path, "src")


def test_a_tokenizer_of_someone_else_cannot_be_saved(tmp_path: Path) -> None:
    class Reversed:
        def encode(self, text: str) -> list[str]:
            return list(reversed(text))

        def decode(self, tokens: Sequence[str]) -> str:
            return "".join(reversed(tokens))

        def signature(self) -> str:
            return "reversed"

    with pytest.raises(ValueError, match="only nlpseq's own tokenizers can be saved, not a Reversed"):
        TextPipeline(Reversed(), Vocab(SPECIALS)).save(tmp_path, "src")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["char", "basic_english"])
def test_a_vocabulary_without_words_is_refused(kind: str) -> None:
    with pytest.raises(UserError, match="text.min_freq: no token comes 9 times in the training texts; lower it"):
        build_pipeline(["no, no", "on"], kind=kind, vocab_size=9, min_freq=9)
