from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.compat.torchtext.vocab import Vocab as NewVocab
from nlpseq.errors import UserError
from nlpseq.text.interop import (
    from_spacy,
    from_tokenizers,
    from_torchtext,
    to_spacy,
    to_tokenizers,
    to_torchtext,
)
from nlpseq.text.vocab import Vocab

TOKENS = ["<pad>", "<unk>", "größe", "b", "日本", "a"]
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
vocabularies = st.lists(st.text(CHARACTERS, min_size=1, max_size=4), unique=True, min_size=1, max_size=9)


def check_old_vocab(kind: Any) -> None:
    old = kind(Counter("abacabad"), specials=["<pad>", "<unk>"])
    ours = from_torchtext(old)
    assert ours.get_itos() == ["<pad>", "<unk>", "a", "b", "c", "d"]
    assert (ours["a"], ours["z"]) == (old.stoi["a"], old.unk_index) == (2, 1)
    back = to_torchtext(ours, kind, counts=old.freqs)
    assert (back.itos, back.unk_index, back.freqs) == (old.itos, old.unk_index, old.freqs)
    assert dict(back.stoi) == dict(old.stoi) and back.stoi["zz"] == 1
    assert from_torchtext(back) == ours


def test_a_vocabulary_of_our_torchtext_0_6_comes_and_goes() -> None:
    from nlpseq.compat.torchtext.legacy.vocab import Vocab as LegacyVocab

    check_old_vocab(LegacyVocab)


def test_a_vocabulary_of_the_real_torchtext_0_6_comes_and_goes() -> None:
    try:
        import torchtext
    except Exception as error:  # 0.18 dies of more than ImportError
        pytest.skip(f"no torchtext 0.6 to compare with ({error})")
    if not torchtext.__version__.startswith("0.6"):
        pytest.skip(f"torchtext {torchtext.__version__} is not 0.6")
    check_old_vocab(torchtext.vocab.Vocab)


def test_without_a_default_an_old_vocabulary_knows_no_unknown_tokens() -> None:
    from nlpseq.compat.torchtext.legacy.vocab import Vocab as LegacyVocab

    old = to_torchtext(Vocab(["a"]), LegacyVocab)
    assert from_torchtext(old) == Vocab(["a"]) and old.freqs == Counter()
    with pytest.raises(KeyError):
        old.stoi["b"]


def test_a_vocabulary_of_torchtext_0_18_comes_and_goes() -> None:
    ours = Vocab(TOKENS, default_index=1)
    assert from_torchtext(NewVocab(ours)) == ours == NewVocab(ours).vocab


def test_what_is_no_vocabulary_of_torchtext_is_refused() -> None:
    with pytest.raises(UserError, match="a list is no vocabulary of torchtext; give one with itos or get_itos"):
        from_torchtext(["a"])


@settings(derandomize=True, deadline=None, max_examples=50)
@given(vocabularies)
def test_a_mapping_from_token_to_id_comes_and_goes(tokens: list[str]) -> None:
    ours = Vocab(tokens, default_index=len(tokens) // 2)
    assert from_tokenizers(ours.get_stoi(), unk_token=tokens[len(tokens) // 2]) == ours
    assert from_tokenizers(dict(reversed(ours.get_stoi().items()))) == Vocab(tokens)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"a": 0, "b": 2}, "the token 'b' has the id 2 where 1 is next; number all tokens from 0"),
        ({"a": 1}, "the token 'a' has the id 1 where 0 is next"),
        ({"a": 0, "b": 0}, "the token 'b' has the id 0 where 1 is next"),
        (["a"], "a list is no vocabulary; give a tokenizer or a mapping"),
    ],
)
def test_ids_without_an_order_are_refused(mapping: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        from_tokenizers(mapping)


def test_ids_may_be_written_as_strings() -> None:
    assert from_tokenizers({"a": "1", "[UNK]": "0", "b": "10", **{str(n): str(n) for n in range(2, 10)}}) == Vocab(
        ["[UNK]", "a", *map(str, range(2, 10)), "b"]
    )
    for index in ("first", "1.0", 0.5, None):
        with pytest.raises(UserError, match=f"the token 'a' has the id {index!r}, which is no whole number"):
            from_tokenizers({"a": index})


@pytest.mark.parametrize("unk_id", [None, 0, 1])
def test_the_unknown_piece_of_a_unigram_model_is_the_default(unk_id: int | None) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    pieces = [("a", -1.0), ("<unk>", 0.0), ("b", -2.0)]
    ours = from_tokenizers(tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=unk_id)))
    assert ours == Vocab(["a", "<unk>", "b"], default_index=unk_id)


def test_an_unknown_token_must_be_known() -> None:
    with pytest.raises(UserError, match=r"unk_token: the vocabulary has no '\[UNK\]'; name a token that it has"):
        from_tokenizers({"a": 0}, unk_token="[UNK]")


@pytest.mark.parametrize("default_index", [None, 1, 5])
def test_a_real_tokenizer_comes_and_goes(default_index: int | None) -> None:
    pytest.importorskip("tokenizers")
    ours = Vocab(TOKENS, default_index=default_index)
    theirs = to_tokenizers(ours)
    assert theirs.encode("b größe a").ids == ours(["b", "größe", "a"])
    assert from_tokenizers(theirs) == ours
    if default_index is not None:
        assert theirs.encode("b zz").ids == ours(["b", "zz"])


def test_a_real_tokenizer_of_subwords_comes() -> None:
    tokenizers = pytest.importorskip("tokenizers")
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="[UNK]"))
    trainer = tokenizers.trainers.BpeTrainer(special_tokens=["[UNK]", "[PAD]"], show_progress=False)
    theirs.train_from_iterator(["low lower lowest", "new newer newest"], trainer)
    ours = from_tokenizers(theirs)
    assert ours(["[UNK]", "[PAD]", "日"]) == [0, 1, 0]
    assert ours.get_stoi() == theirs.get_vocab()


def test_a_default_index_outside_of_the_vocabulary_cannot_go() -> None:
    pytest.importorskip("tokenizers")
    with pytest.raises(UserError, match="the default index -1 is no token's"):
        to_tokenizers(Vocab(["a"], default_index=-1))


@settings(derandomize=True, deadline=None, max_examples=50)
@given(vocabularies)
def test_a_spacy_vocabulary_comes_and_goes(tokens: list[str]) -> None:
    theirs = to_spacy(Vocab(tokens))
    assert all(token in theirs for token in tokens) and len(theirs) == len(tokens)
    from spacy.symbols import NAMES

    listed = [token for token in tokens if token not in NAMES]
    expected = listed + sorted(set(tokens).difference(listed))
    assert from_spacy(theirs) == Vocab(expected)
    assert from_spacy(theirs.strings) == Vocab(listed)
    assert from_spacy(theirs, unk_token=expected[-1]) == Vocab(expected, default_index=len(expected) - 1)


def test_words_that_are_names_of_spacys_symbols_are_kept() -> None:
    theirs = to_spacy(Vocab(["punct", "a", "meta", "IS_ALPHA", "_"]))
    assert list(from_spacy(theirs)) == ["a", "IS_ALPHA", "_", "meta", "punct"]


def test_words_that_spacy_met_get_an_unknown_token_before_them() -> None:
    import spacy

    nlp = spacy.blank("de")
    before = set(from_spacy(nlp.vocab))
    nlp("Fischers Fritze fischt Fische")
    words = from_spacy(nlp.vocab, unk_token="<unk>")
    assert words.lookup_token(0) == "<unk>" and words["nie gesehen"] == 0
    assert [word for word in words if word not in before][1:] == ["Fischers", "Fritze", "fischt", "Fische"]


def test_an_empty_token_cannot_go_to_spacy() -> None:
    with pytest.raises(UserError, match="spaCy has no empty words; take the token '' out of the vocabulary"):
        to_spacy(Vocab.from_iterator([["", "a"]]))
