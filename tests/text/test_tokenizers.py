from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpseq.errors import UserError
from nlpseq.text.escape import ESCAPE
from nlpseq.text.tokenizers import JOINER, BasicEnglishTokenizer, CharTokenizer, Tokenizer, WordTokenizer

unicode_text = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
tricky_text = st.text(alphabet=st.sampled_from(f"ab.'()-$ \n\t0é中\u00a0{JOINER}{ESCAPE}"))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(unicode_text | tricky_text, st.sampled_from(["en", "de", "fr", "xx", "zh"]))
@example(" leading, double  and trailing ", "en")
@example(f"{JOINER} a{JOINER}{JOINER}b {ESCAPE}1 \0\u2028\ufeff\r\n", "en")
@example("I can't; we'll go to e.g. the U.K. for $5.", "en")
def test_words_are_lossless(text: str, lang: str) -> None:
    words = WordTokenizer(lang)
    assert words.decode(words.encode(text)) == text


@settings(derandomize=True, deadline=None, max_examples=100)
@given(unicode_text)
def test_characters_are_lossless(text: str) -> None:
    assert CharTokenizer().decode(CharTokenizer().encode(text)) == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Ein Hund läuft.", ["Ein", "Hund", "läuft", "￭."]),
        ('Er sagt "ja", (leise)', ["Er", "sagt", '"￭', "ja", '￭"', "￭,", "(￭", "leise", "￭)"]),
        ("zwei  Wörter ", ["zwei", " ￭", "Wörter", "￭ "]),
        ("Zeile\nZeile", ["Zeile", "￭\n￭", "Zeile"]),
        ("", []),
        (" ", [" "]),
    ],
)
def test_the_punctuation_carries_the_join_marks(text: str, tokens: list[str]) -> None:
    assert WordTokenizer("de").encode(text) == tokens


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["￭.", "Hallo"], ". Hallo"),
        (["(￭", "￭)"], "()"),
        (["Hallo", "(￭"], "Hallo ("),
        (["a", "￭", "b"], "ab"),
        (["￭", "￭"], ""),
        (["<unk>", "￭!"], "<unk>!"),
        ([], ""),
    ],
)
def test_tokens_that_a_model_wrote_become_text(tokens: list[str], text: str) -> None:
    assert WordTokenizer("de").decode(tokens) == text


def test_an_unknown_language_is_named_with_the_known_ones() -> None:
    known = r"choose one of .*, de, .*, en, .* \(a recipe's data.src and data.tgt, or text.lang\)"
    with pytest.raises(UserError, match=rf"^lang: spaCy does not know 'qq'; {known}"):
        WordTokenizer("qq").encode("a")


def test_a_language_that_needs_a_further_package_says_so() -> None:
    pytest.importorskip("spacy.lang.ja")
    try:
        import sudachipy  # noqa: F401
    except ImportError:
        with pytest.raises(UserError, match="lang: spaCy needs a further package for 'ja'"):
            WordTokenizer("ja").encode("a")


def test_a_long_text_is_taken_whole() -> None:
    text = "ein Wort, " * 120_000  # beyond the million characters of spaCy's pipelines
    assert len(WordTokenizer("de").encode(text)) == 360_001


@pytest.mark.parametrize("run", ["[", "'", "…", "'s", "http://", ":)"])
def test_marks_without_end_are_read_in_a_time_that_grows_with_them(run: str) -> None:
    """Taken whole, each of these keeps spaCy busy for minutes; what stands before and behind stays as it was."""
    text, words = f"It's {run * 20_000} over.", WordTokenizer("en")
    tokens = words.encode(text)
    assert tokens[:2] == ["It", "￭'s"] and tokens[-2:] == ["over", "￭."] and words.decode(tokens) == text


def test_a_word_of_499_characters_is_whole_and_one_of_500_is_not() -> None:
    assert list(map(len, WordTokenizer("en").encode("a" * 499))) == [499]
    assert len(WordTokenizer("en").encode("a" * 500)) == 5


def test_basic_english_equals_torchtext(torchtext_records: dict[str, Any]) -> None:
    for text, tokens in torchtext_records["basic_english"]:
        assert BasicEnglishTokenizer().encode(text) == tokens, text


@pytest.mark.parametrize("tokenizer", [WordTokenizer("de"), BasicEnglishTokenizer(), CharTokenizer()])
def test_tokenizers_pickle_after_use(tokenizer: Tokenizer) -> None:
    assert isinstance(tokenizer, Tokenizer)
    tokens = tokenizer.encode("Ein Test.")
    copy = pickle.loads(pickle.dumps(tokenizer))
    assert copy == tokenizer and copy.encode("Ein Test.") == tokens


def test_signatures_differ() -> None:
    tokenizers: list[Tokenizer] = [
        WordTokenizer("de"),
        WordTokenizer("en"),
        BasicEnglishTokenizer(),
        CharTokenizer(),
    ]
    assert [t.signature() for t in tokenizers] == ["word:de", "word:en", "basic_english", "char"]


def test_importing_the_package_is_cheap() -> None:
    heavy = "{'torch', 'spacy', 'sentencepiece', 'numpy'}"
    code = f"import sys, nlpseq.text; sys.exit(' '.join({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr.strip() == ""
