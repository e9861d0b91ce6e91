"""Texts whose words are marked by how much each spoke for or against what a model decided."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from nlpseq.report.blocks import Legend, Span, Text, clip_spans
from nlpseq.text.subword import SPACE
from nlpseq.text.tokenizers import JOINER

MIN_SHARE = 0.15  # of the strongest weight: below it a token is not marked
MAX_TOKENS = 150  # of a text shown as a whole; of a longer one only what stands near its strongest tokens
STRONGEST, NEAR = 12, 8


BYTE = re.compile(r"<0x[0-9A-F]{2}>")  # of a character that has no piece of its own
MAX_GAP = 200  # characters between two tokens, such as those of a long text that were not read

TokenWeights = Sequence[tuple[str, float]]
TokenPlaces = Sequence[tuple[int, int]]


def legend(what: str) -> Legend:
    """What the marks mean, of a text whose words speak for or against `what`."""
    return Legend(
        (
            Span("Words like these", "for", 0.6),
            Span(f" speak for {what}, "),
            Span("words like these", "against", 0.6),
            Span(" against it; the darker, the more."),
        )
    )


def weighted_text(
    text: str, weights: TokenWeights, places: TokenPlaces, residue: float | None
) -> tuple[Text, list[tuple[str, Text]]]:
    """The text with its marks, and the same in words: the fields of an example."""
    strongest = strongest_words(weights, text, places)
    fields: list[tuple[str, Text]] = [("Strongest", strongest or "none of its words is known to the model")]
    if residue is not None:
        gap = f"{residue:+.2g}".replace("-", "−")
        fields.append(("Unexplained", f"{gap} of the log-odds: here the weights do not add up"))
    return clip_spans(weighted_spans(weights, text, places)), fields


def weighted_spans(weights: TokenWeights, text: str = "", places: TokenPlaces = ()) -> list[Span]:
    """The text of the tokens, each marked by its weight relative to the strongest one.

    Args:
        text, places: the text as it was written, and where each token stands in it; without them the tokens are put
            together as well as they can be.

    >>> [(span.text, span.mark) for span in weighted_spans([("not", -0.1), ("a", 0.0), ("bad", 0.2), ("film", 0.0)])]
    [('not', 'against'), (' a ', ''), ('bad', 'for'), (' film', '')]
    """
    pieces = _pieces(weights, text, places)
    strongest = max((abs(weight) for _, weight in weights), default=0.0)
    spans: list[Span] = []
    last = -1
    for place in _shown_places(weights):
        if place != last + 1:
            spans.append(Span(" […]"))
        last = place
        (gap, word), (_, weight) = pieces[place], weights[place]
        spans.append(Span(gap))
        if not word or abs(weight) <= MIN_SHARE * strongest:
            spans.append(Span(word))
            continue
        mark = "for" if weight > 0 else "against"
        spans.append(Span(word, mark, abs(weight) / strongest, f"{weight:+.3g}"))
    if last + 1 < len(weights):
        spans.append(Span(" […]"))
    elif places:
        spans.append(Span(text[places[-1][1] :]))
    return list(_merged(spans))


def strongest_words(weights: TokenWeights, text: str = "", places: TokenPlaces = (), count: int = 5) -> str:
    """The tokens of the largest weights in words, for those who cannot see the marks; punctuation is no word.

    >>> strongest_words([("not", -0.1), ("a", 0.0), ("bad", 0.25)])
    'bad +0.25, not -0.1'
    """
    words = [(word, weight) for (_, word), (_, weight) in zip(_pieces(weights, text, places), weights, strict=True)]
    told = [(word, weight) for word, weight in words if weight and not _is_punctuation(word)]
    ranked = sorted(told, key=lambda pair: -abs(pair[1]))[:count]
    return ", ".join(f"{word} {weight:+.2g}" for word, weight in ranked)


def readable_pieces(tokens: Sequence[str]) -> list[str]:
    """What each token adds to the text: words with a space before them, word pieces and characters without.

    >>> "".join(readable_pieces(["They", "(￭", "both", "￭)", "ran", "￭."]))
    'They (both) ran.'
    >>> "".join(readable_pieces(["▁the", "▁", "b", "at"])), "".join(readable_pieces(["n", "é", " ", "?"]))
    ('the bat', 'né ?')
    """
    if any(SPACE in token for token in tokens):
        pieces = [token.replace(SPACE, " ") for token in tokens]
        return [pieces[0].removeprefix(" "), *pieces[1:]]
    if " " in tokens:  # no tokenizer but that of characters has such a token
        return list(tokens)
    pieces, joined = [], True
    for token in tokens:
        pieces.append(("" if joined or token.startswith(JOINER) else " ") + token.strip(JOINER))
        joined = token.endswith(JOINER)
    return pieces


def decoded_bytes(tokens: Sequence[str], rest: str = "…") -> list[str]:
    """The tokens with the bytes of a character put together: its first byte becomes it, the others become `rest`.

    >>> decoded_bytes(["a", "<0xF0>", "<0x9F>", "<0x8E>", "<0x89>", "<0x41>"], rest="")
    ['a', '🎉', '', '', '', 'A']
    """
    found, start = list(tokens), 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and BYTE.fullmatch(tokens[end]):
            end += 1
        text = bytes(int(token[3:5], 16) for token in tokens[start:end]).decode("utf-8", "replace")
        place = start
        for character in text:
            size = len(character.encode()) if character != "\N{REPLACEMENT CHARACTER}" else 1
            found[place : place + size] = [character, *[rest] * (min(size, end - place) - 1)]
            place += size
        start = max(end, start + 1)
    return found


def token_labels(tokens: Sequence[str]) -> list[str]:
    """Tokens one by one as people read them: words bare, with a hyphen before what goes on with a word.

    >>> token_labels(["▁ge", "le", "gt", ",", "▁hat", "</s>"])
    ['ge', '-le', '-gt', ',', 'hat', '</s>']
    >>> token_labels(["both", "￭)"]), token_labels(["▁", "7"])
    (['both', ')'], ['(space)', '-7'])
    >>> token_labels(["▁hi", "<0xC3>", "<0xA9>", "x"])
    ['hi', '-é', '…', '-x']
    """
    tokens = decoded_bytes(tokens)
    subwords = any(SPACE in token for token in tokens)
    return [
        f"-{token}"
        if subwords and not token.startswith(SPACE) and place and token[:1].isalnum()
        else token.removeprefix(SPACE).strip(JOINER) or ("(space)" if token == SPACE else token)
        for place, token in enumerate(tokens)
    ]


def _pieces(weights: TokenWeights, text: str, places: TokenPlaces) -> list[tuple[str, str]]:
    """What stands before each token, and the token as it is read."""
    if not places:
        pieces = readable_pieces([token for token, _ in weights])
        return [(piece[: len(piece) - len(word)], word) for piece in pieces for word in [piece.strip(" ")]]
    found, end = [], 0
    for start, stop in places:
        gap = text[end:start]
        found.append((gap if len(gap) <= MAX_GAP else " […] ", text[start:stop]))
        end = stop
    return found


def _is_punctuation(word: str) -> bool:
    return all(unicodedata.category(character)[0] in "PZC" for character in word)


def _shown_places(weights: TokenWeights) -> list[int]:
    if len(weights) <= MAX_TOKENS:
        return list(range(len(weights)))
    ranked = sorted(range(len(weights)), key=lambda place: -abs(weights[place][1]))[:STRONGEST]
    near = {place + offset for place in [0, *ranked] for offset in range(-NEAR, NEAR + 1)}
    return sorted(place for place in near if 0 <= place < len(weights))


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """Without empty ones, and neighbours without a mark as one."""
    plain = ""
    for span in spans:
        if not span.mark:
            plain += span.text
            continue
        if plain:
            yield Span(plain)
        plain = ""
        yield span
    if plain:
        yield Span(plain)
