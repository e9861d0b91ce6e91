"""Paragraphs into sentences and back, for models that were trained on single ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from nlpseq.text.scripts import writing_of
from nlpseq.text.tokenizers import in_pieces

if TYPE_CHECKING:
    from spacy.language import Language

# An end of a sentence that something follows: only texts with one are worth asking spaCy about.
_END_INSIDE = regex.compile(r"\p{Sentence_Terminal}[\p{P}\p{S}]*\s+\S")
_FULL_WIDTH_END = regex.compile(r"(?<=[。｡！？][」』”’）】》]*)(?![。｡！？」』”’）】》\s]|$)")
_OPENING_AT_END = regex.compile(r"\s[\"'“‘«„(\[]+$")
_LINE = regex.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
# Their tokenizers need packages of their own, split at every mark, or take seconds to be made (French).
_WITHOUT_RULES = ("fr", "ja", "ko", "th", "vi", "zh")


def paragraph_lines(text: str) -> list[tuple[str, str]]:
    """(line, its line break) for each line; their concatenation is the text.

    >>> paragraph_lines("a\\r\\n\\nb")
    [('a', '\\r\\n'), ('', '\\n'), ('b', '')]
    """
    return [(match[1], match[2]) for match in _LINE.finditer(text) if match.group()]


def split_sentences(line: str, lang: str = "xx") -> list[str]:
    """The sentences of a line, without the spaces around them; a line of one sentence as it stands.

    spaCy's sentencizer finds the ends by the marks of all scripts, knowing the language's abbreviations; what goes on
    with a small letter is no new sentence.

    >>> split_sentences("Dr. Ray opens the door, e.g. today. The girl sleeps!", "en")
    ['Dr. Ray opens the door, e.g. today.', 'The girl sleeps!']
    >>> split_sentences("今天天气很好。我们去公园！", "zh"), split_sentences(" One sentence. ")
    (['今天天气很好。', '我们去公园！'], [' One sentence. '])
    """
    parts = _FULL_WIDTH_END.split(line)
    sentences: list[str] = []
    for part in parts:
        found = [span.text for span in _sentencizer(lang)(part).sents] if _END_INSIDE.search(part) else [part]
        for place, sentence in enumerate(found):
            if place and sentences and (sentence[:1].islower() or not regex.search(r"[\p{L}\p{N}]", sentence)):
                sentences[-1] = f"{sentences[-1]} {sentence}"
            elif place and (opening := _OPENING_AT_END.search(sentences[-1])):
                sentences[-1:] = [sentences[-1][: opening.start()], opening.group().strip() + sentence]
            else:
                sentences.append(sentence)
    kept = [sentence.strip() for sentence in sentences if sentence.strip()]
    return kept if len(kept) > 1 else [line]


def join_sentences(sentences: Sequence[str]) -> str:
    """Sentences as one line: with spaces between them, but where the script sets none.

    >>> join_sentences(["Er geht.", "", "Sie kommt."]), join_sentences(["我们去公园。", "你呢？"])
    ('Er geht. Sie kommt.', '我们去公园。你呢？')
    """
    filled = [sentence for sentence in sentences if sentence]
    return ("" if writing_of(filled) in ("chinese", "japanese") else " ").join(filled)


@lru_cache(maxsize=8)
def _sentencizer(lang: str) -> Language:
    import spacy

    code = regex.split(r"[^a-z]", lang.lower())[0]
    try:
        nlp = spacy.blank("xx" if code in _WITHOUT_RULES else code or "xx")
    except Exception:  # a language that spaCy does not know, or whose tokenizer needs a package
        nlp = spacy.blank("xx")
    nlp.tokenizer = in_pieces(nlp.tokenizer)
    nlp.add_pipe("sentencizer")
    nlp.max_length = 1 << 40  # nothing here grows with more than the length
    return nlp
