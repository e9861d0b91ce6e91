"""SentencePiece models of other people: what they do about spaces, characters and symbols is kept to."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sentencepiece import SentencePieceTrainer

from nlpseq.text import SPECIALS, SubwordTokenizer, TextPipeline, Vocab

TEXTS = [f"one two three, number {number} of under▁score ok" for number in range(60)]
LOSSLESS = {"byte_fallback": True, "normalization_rule_name": "identity", "remove_extra_whitespaces": False}


def trained(**options: Any) -> SubwordTokenizer:
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS), model_writer=model, vocab_size=310, hard_vocab_limit=False, minloglevel=2,
        **{"byte_fallback": True, **options},
    )  # fmt: skip
    return SubwordTokenizer.from_bytes(model.getvalue())


@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("dummy", [False, True])
@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_any_text_comes_back_from_a_lossless_model(kind: str, dummy: bool, at_end: bool) -> None:
    model = trained(model_type=kind, add_dummy_prefix=dummy, treat_whitespace_as_suffix=at_end, **LOSSLESS)
    for text in ("two one", " two", "two ", "  two  ", " ", "", "▁", "under▁score￮1", "né", "\n two"):
        assert model.decode(model.encode(text)) == text
        assert model.encode_batch([text]) == [model.encode(text)]


@pytest.mark.parametrize("rule", ["nmt_nfkc", "nfkc", "nmt_nfkc_cf"])
def test_a_model_that_normalises_reads_the_mark_as_the_space_it_is(rule: str) -> None:
    model = trained(model_type="unigram", normalization_rule_name=rule)
    assert model.decode(model.encode("under▁score ok")) == "under score ok"
    assert model.decode(model.encode("ﬁve ○1 two")) == "five ○1 two"


def test_a_symbol_like_one_of_ours_does_not_become_it() -> None:
    model = trained(model_type="bpe", user_defined_symbols=["<pad>", "<new>"], **LOSSLESS)
    assert "<new>" in model.pieces and not set(model.pieces) & set(SPECIALS)
    pipeline = TextPipeline(model, Vocab([*SPECIALS, *model.pieces], default_index=1))
    assert pipeline.pad_id not in pipeline.encode("one <pad> two <new>")
    assert pipeline.decode(pipeline.encode("one <new> two")) == "one <new> two"
