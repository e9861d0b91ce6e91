"""Which words of a summary are copied from its document, and where they stand there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from nlpseq.report.blocks import Span
from nlpseq.text.words import WORDS, words

LEGEND = (
    Span("Words like these", "phrase"),
    Span(" are copied in a row from the document, "),
    Span("one", "copied"),
    Span(" like this alone; all others of a summary are the model's own."),
)

LEAD, NEAR = 160, 80  # characters of a document that are shown: at its beginning, and on each side of what is copied


class Fragment(NamedTuple):
    """`words` words in a row that stand in the summary from word `start` on, in the document from `source` on."""

    start: int
    source: int
    words: int


def words_of(text: str) -> list[str]:
    """The words of a text without regard to case.

    >>> words_of("Das ist's: 東京!")
    ['das', 'ist', 's', '東', '京']
    """
    return [word.casefold() for word in words(text)]


def copied_fragments(document: Sequence[str], summary: Sequence[str]) -> list[Fragment]:
    """The longest runs of words that both texts share, from left to right (Grusky et al. 2018, figure 1).

    >>> copied_fragments("the shares of the bank fell".split(), "bank shares of the week".split())
    [Fragment(start=0, source=4, words=1), Fragment(start=1, source=1, words=3)]
    """
    places: dict[str, list[int]] = {}
    for place, word in enumerate(document):
        places.setdefault(word, []).append(place)
    fragments, start = [], 0
    while start < len(summary):
        sources = places.get(summary[start], [])
        rest = summary[start:]
        lengths = [_common(document[source : source + len(rest)], rest) for source in sources]
        longest = max(lengths, default=0)
        if longest:
            fragments.append(Fragment(start, sources[lengths.index(longest)], longest))
        start += max(1, longest)
    return fragments


def mark_copied(document: str, summary: str) -> tuple[list[Span], list[Span]]:
    """Both texts with what the summary copied marked; words are compared without regard to case.

    >>> document, summary = mark_copied("Shares of the bank fell.", "the BANK and shares")
    >>> [(span.text, span.mark) for span in summary]
    [('the BANK', 'phrase'), (' and ', ''), ('shares', 'copied')]
    >>> [(span.text, span.mark) for span in document]
    [('Shares', 'copied'), (' of ', ''), ('the bank', 'phrase'), (' fell.', '')]
    """
    fragments = copied_fragments(words_of(document), words_of(summary))
    in_document = {fragment.source: fragment.words for fragment in sorted(fragments, key=lambda each: each.words)}
    in_summary = {fragment.start: fragment.words for fragment in fragments}
    return _marked(document, in_document), _marked(summary, in_summary)


def excerpt(document: Sequence[Span]) -> list[Span]:
    """The beginning of a marked document and what stands near to its marks; the rest is left out, between words.

    >>> spans = [Span("One two. " + "word " * 99), Span("copied", "phrase"), Span(" and more" * 99)]
    >>> before, marked, after = (span.text for span in excerpt(spans))
    >>> before[:13], before[151:176], marked, after[-12:]
    ('One two. word', 'rd word […] word word wor', 'copied', 'more and […]')
    """
    shown = []
    for place, span in enumerate(document):
        before = LEAD if place == 0 else NEAR
        after = NEAR if place + 1 < len(document) else 0
        if span.mark or len(span.text) <= before + after + NEAR:
            shown.append(span)
            continue
        head = span.text[:before].rpartition(" ")[0] or span.text[:before]
        tail = span.text[len(span.text) - after :]
        shown.append(Span(f"{head} […] {tail.partition(' ')[2] or tail}" if after else f"{head} […]"))
    return shown


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _marked(text: str, runs: dict[int, int]) -> list[Span]:
    """`runs` is the first word of each copied run -> its number of words."""
    run_of = {place: start for start in runs for place in range(start, start + runs[start])}
    matches = list(WORDS.finditer(text))
    spans, end = [], 0
    for start, group in groupby(range(len(matches)), key=run_of.get):
        places = list(group)
        first, last = matches[places[0]].start(), matches[places[-1]].end()
        if start is None:
            continue
        mark = "phrase" if runs[start] > 1 else "copied"
        spans += [Span(text[end:first]), Span(text[first:last], mark)]
        end = last
    spans.append(Span(text[end:]))
    return [span for span in spans if span.text]
