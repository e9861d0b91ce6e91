from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.text.escape import ESCAPE, escape, unescape

tricky = st.text(alphabet=st.sampled_from([ESCAPE, "_", "0", "1", "a"]))


@settings(derandomize=True, deadline=None)
@given(tricky)
def test_escaped_text_holds_no_mark_and_comes_back(text: str) -> None:
    assert "_" not in escape(text, "_")
    assert unescape(escape(text, "_"), "_") == text


@settings(derandomize=True, deadline=None)
@given(tricky, tricky)
def test_parts_escape_like_the_whole(left: str, right: str) -> None:
    # Tokens are escaped one by one and read back joined.
    assert escape(left, "_") + escape(right, "_") == escape(left + right, "_")


def test_text_without_the_mark_is_untouched() -> None:
    assert escape("a b", "_") == "a b"
    assert unescape(f"a{ESCAPE}x", "_") == f"a{ESCAPE}x"
