"""Tokens and their tags, whatever runs the network: how a text is parted, and what the tags spell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, Protocol, overload

from nlpseq.config.tag import TaggerSettings
from nlpseq.counting import counted
from nlpseq.text.tag_scheme import Scheme, Span, convert_tags, scheme_spans
from nlpseq.text.texts import as_texts
from nlpseq.text.tokenizers import spacy_tokenizer
from nlpseq.text.vocab import Vocab

# A longer text is read in pieces: no training sentence was as long.
MOST_TOKENS = 400
SURROGATE = re.compile("[\ud800-\udfff]")

Sentences = Sequence[Sequence[str]]
SpansOf = Callable[[Sequence[str]], list[Span]]


@dataclass(frozen=True)
class Entity:
    """What stands from character `start` to before `end` of a text; of plain tags each token is one.

    >>> "In Bonn"[Entity("Bonn", "LOC", 3, 7, 0.9).start :]
    'Bonn'
    """

    text: str
    label: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True, repr=False)
class Tagged:
    """A text with the `tags` of its `tokens`, in the scheme of the corpus, and its `entities`, which it iterates over.

    `places` are the (first character, end) of each token in the text; the text of tokens that came parted is they
    themselves with a blank between each two.

    >>> found = Tagged("In Bonn", ["In", "Bonn"], [(0, 2), (3, 7)], ["O", "B-LOC"], [Entity("Bonn", "LOC", 3, 7, 0.9)])
    >>> [entity.text for entity in found], found
    (['Bonn'], Tagged('In/O Bonn/B-LOC'))
    """

    text: str
    tokens: list[str]
    places: list[tuple[int, int]]
    tags: list[str]
    entities: list[Entity]

    def __iter__(self) -> Iterator[Entity]:
        return iter(self.entities)

    def __len__(self) -> int:
        return len(self.entities)

    def __repr__(self) -> str:
        return f"Tagged({str(self)!r})"

    def __str__(self) -> str:
        return " ".join(f"{token}/{tag}" for token, tag in zip(self.tokens, self.tags, strict=True))


class DecodedTags(NamedTuple):
    """The tags of a sentence as the network knows them, spans of it, and the probability of the tags of each span."""

    tags: list[str]
    spans: list[Span]
    probabilities: list[float]


class Taggings(Protocol):
    """What tags tokens: their vocabularies, the tags of the network in the order of their numbers, and a network."""

    words: Vocab
    chars: Vocab
    settings: TaggerSettings
    tags: tuple[str, ...]
    scheme: Scheme
    lang: str
    folder: Path | None

    def _decode(self, sentences: Sentences, spans: SpansOf | None) -> Sequence[DecodedTags]:
        """`decode` of sentences that are short enough, each of a token at least."""
        ...

    def __repr__(self) -> str:
        named = ", ".join(self.labels[:5]) + ", ..." * (len(self.labels) > 5)
        sizes = f"{self.settings.cell}, {len(self.words):,} words"
        return f"{type(self).__name__}({counted(len(self.labels), 'label')}: {named}; {sizes})"

    def columns(self, texts: Iterable[str], *, everything: bool = False) -> dict[str, list[Any]]:
        """Each text with its tags (token/TAG), and its entities as JSON, as columns of a table; tags alone if plain.

        With `everything` the entities of plain tags too, which are their tokens with places and probabilities.
        """
        entities = everything or self.scheme != "plain"
        found = self.tag(list(texts), entities=entities)
        columns = {"tagged": [*map(str, found)]}
        listed = ([asdict(entity) for entity in one] for one in found)
        return columns | ({"entities": [json.dumps(one, ensure_ascii=False) for one in listed]} if entities else {})

    @property
    def labels(self) -> list[str]:
        """What entities, or tokens of plain tags, are labelled with."""
        return list(dict.fromkeys(span.label for tag in self.tags for span in self.spans([tag])))

    def spans(self, tags: Sequence[str]) -> list[Span]:
        """The spans of a sentence's tags; of plain ones each token."""
        return scheme_spans(tags, self.scheme)

    @overload
    def tag(self, texts: str, *, entities: bool = True) -> Tagged: ...  # type: ignore[overload-overlap]
    @overload
    def tag(self, texts: Iterable[str | Sequence[str]], *, entities: bool = True) -> list[Tagged]: ...
    def tag(self, texts: str | Iterable[str | Sequence[str]], *, entities: bool = True) -> Tagged | list[Tagged]:
        """Tags and entities of one text or of each of a list: a string, or the list of its tokens.

        Strings are cut into tokens by spaCy's rules for the tagger's language; white space is none. Without `entities`
        there are tags alone, sooner.

        Raises:
            TextTypeError: an item that is neither.
        """
        if isinstance(texts, str):
            return self.tag([texts], entities=entities)[0]
        read = [self._read(text, f"texts[{place}]") for place, text in enumerate(texts)]
        decoded = self.decode([tokens for _, tokens, _ in read], spans=self.spans if entities else None)
        return [self._tagged(*parts, found) for parts, found in zip(read, decoded, strict=True)]

    def decode(self, sentences: Sentences, *, spans: SpansOf | None = None) -> list[DecodedTags]:
        """The best tags of each sentence, in the network's scheme, and the probability of the `spans` of its tags.

        The probability is that of a span's tags, whatever the other tokens have; exact under a CRF.
        """
        pieces = [
            (number, tokens[first : first + MOST_TOKENS])
            for number, tokens in enumerate(sentences)
            for first in range(0, len(tokens), MOST_TOKENS)
        ]
        decoded = [DecodedTags([], [], []) for _ in sentences]
        found = self._decode([tokens for _, tokens in pieces], spans)
        for (number, _), (tags, asked, probabilities) in zip(pieces, found, strict=True):
            sentence, before = decoded[number], len(decoded[number].tags)
            sentence.tags.extend(tags)
            sentence.spans.extend(Span(start + before, end + before, label) for start, end, label in asked)
            sentence.probabilities.extend(probabilities)
        return decoded

    def _read(self, text: Any, name: str) -> tuple[str, list[str], list[tuple[int, int]]]:
        """A text, its tokens and their places."""
        if isinstance(text, str):
            words = [(word.text, word.idx) for word in spacy_tokenizer(self.lang)(SURROGATE.sub("\ufffd", text))]
            words = [(word, start) for word, start in words if not word.isspace()]
            return text, [word for word, _ in words], [(start, start + len(word)) for word, start in words]
        tokens = as_texts(text, name=name)
        ends = [*accumulate(map(len, tokens), lambda end, length: end + 1 + length)]
        return " ".join(tokens), tokens, [(end - len(token), end) for token, end in zip(tokens, ends, strict=True)]

    def _tagged(self, text: str, tokens: list[str], places: list[tuple[int, int]], found: DecodedTags) -> Tagged:
        entities = []
        for (first, last, label), probability in zip(found.spans, found.probabilities, strict=True):
            start, end = places[first][0], places[last - 1][1]
            entities.append(Entity(text[start:end], label, start, end, probability))
        return Tagged(text, tokens, places, convert_tags(found.tags, self.scheme), entities)
