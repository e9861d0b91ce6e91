"""Copied fragments: nothing is lost, every run is really in both texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.report.copied import copied_fragments, excerpt, mark_copied

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


def test_of_a_long_document_its_beginning_and_what_is_copied_is_shown() -> None:
    document = "It began so. " + "Long talk followed. " * 40 + "Then the bank fell, they say. " + "More talk. " * 40
    marked, _ = mark_copied(document, "The bank fell")
    shown = excerpt(marked)
    text = "".join(span.text for span in shown)
    assert [span.text for span in shown if span.mark] == ["the bank fell"]
    assert text.startswith("It began so. Long talk") and text.endswith(" […]") and text.count("[…]") == 2
    assert "Then the bank fell, they say." in text and len(text) < 400
    assert excerpt(mark_copied("All of a short one.", "all")[0]) == mark_copied("All of a short one.", "all")[0]
    assert "".join(span.text for span in excerpt(mark_copied("long " * 200, "new")[0])).count("long") == 32
