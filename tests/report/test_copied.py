"""Copied fragments: nothing is lost, every run is really in both texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.report.copied import copied_fragments, mark_copied

WORDS = st.lists(st.sampled_from("abcd"), max_size=12)
TEXTS = st.text(alphabet="ab Ab.\n東ß_'नि", max_size=40)


@settings(deadline=None)  # a busy machine is no fault of the code
@given(document=WORDS, summary=WORDS)
def test_fragments_are_in_both_and_as_long_as_can_be(document: list[str], summary: list[str]) -> None:
    covered: set[int] = set()
    for start, source, words in copied_fragments(document, summary):
        run = summary[start : start + words]
        assert document[source : source + words] == run
        longer = summary[start : start + words + 1]
        assert len(longer) == words or longer not in [document[i : i + words + 1] for i in range(len(document))]
        covered |= set(range(start, start + words))
    assert covered == {place for place, word in enumerate(summary) if word in document}


@settings(deadline=None)  # a busy machine is no fault of the code
@given(document=TEXTS, summary=TEXTS)
def test_marking_changes_no_character(document: str, summary: str) -> None:
    marked_document, marked_summary = mark_copied(document, summary)
    assert "".join(span.text for span in marked_document) == document
    assert "".join(span.text for span in marked_summary) == summary
    assert any(span.mark for span in marked_document) == any(span.mark for span in marked_summary)


def test_words_of_many_scripts() -> None:
    _, summary = mark_copied("हिन्दी भाषा। 東京の株価", "हिन्दी, 東京 हि")
    assert [(span.text, span.mark) for span in summary if span.mark] == [("हिन्दी", "copied"), ("東京", "phrase")]


def test_overlapping_sources_stay_marked() -> None:
    document, _ = mark_copied("a b c d", "a b c, b c d")
    assert [(span.text, span.mark) for span in document] == [("a", "phrase"), (" ", ""), ("b c d", "phrase")]
