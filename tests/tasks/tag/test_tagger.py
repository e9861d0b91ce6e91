"""Sentences in, tags and entities out: one each, in order, the same whatever their neighbours, at their places."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from nlpseq.answers import tagging as module
from nlpseq.config import TaggerSettings, TagSettings
from nlpseq.errors import UserError
from nlpseq.models.weights import own_weights
from nlpseq.tasks.tag.tagger import Tagger
from nlpseq.text.tag_scheme import scheme_spans, scheme_tags
from nlpseq.text.vocab import Vocab

TEXTS = [
    "Yesterday Dr Selby went to  Red Wharf Bay.", "", "\t \n", "unheard-of wörds 漢字 \U0001f600", "May " * 1000,
    "\ud800 lone", "x", "They saw Ann with Dr Bonn." + "a" * 5000,
]  # fmt: skip


@pytest.fixture(scope="module")
def tagger(name_run: TagSettings) -> Tagger:
    return Tagger.from_pretrained(name_run.run_dir)


def test_it_has_learnt_what_no_list_of_names_can_tell(tagger: Tagger) -> None:
    found = tagger.tag("They saw Selby with Dr Bonn.")
    assert [(entity.text, entity.label, entity.start, entity.end) for entity in found] == [
        ("Selby", "LOC", 9, 14), ("Bonn", "PER", 23, 27),
    ]  # fmt: skip
    assert len(found) == 2 and all(0.5 < entity.probability <= 1 for entity in found)
    assert found.tags == ["O", "O", "I-LOC", "O", "O", "I-PER", "O"]  # IOB1, as in the corpus


def test_places_are_those_of_the_raw_text(tagger: Tagger) -> None:
    for text, found in zip(TEXTS, tagger.tag(TEXTS), strict=True):
        assert found.text == text and len(found.tokens) == len(found.tags) == len(found.places)
        assert [text[start:end].replace("\ud800", "\ufffd") for start, end in found.places] == found.tokens
        assert "".join(found.tokens) == "".join(text.split()).replace("\ud800", "\ufffd")
        for entity in found:
            assert text[entity.start : entity.end] == entity.text
    (entity,) = [entity for entity in tagger.tag(TEXTS[0]) if entity.label == "LOC"]
    assert entity.text == "Red Wharf Bay"


def test_tokens_that_come_parted_stay_as_they_are(tagger: Tagger) -> None:
    found = tagger.tag([["They", "saw", "Red Wharf", "Bay", "with", "Dr.Kim"], []])
    assert found[0].text == "They saw Red Wharf Bay with Dr.Kim" and found[1].tokens == []
    assert [found[0].text[start:end] for start, end in found[0].places] == found[0].tokens
    assert found[0].tokens[2] == "Red Wharf"


def test_each_text_has_its_tags_whatever_its_neighbours(tagger: Tagger) -> None:
    together = tagger.tag(TEXTS)
    for text, found in zip(TEXTS, together, strict=True):
        alone = tagger.tag(text)
        assert alone.tags == found.tags
        assert [entity.probability for entity in alone] == pytest.approx(
            [entity.probability for entity in found], abs=1e-4
        )
    assert [found.tags for found in tagger.tag(TEXTS[::-1], entities=False)] == [found.tags for found in together][::-1]
    assert tagger.tag([]) == []


def test_long_texts_are_read_in_pieces(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TOKENS", 4)
    words = ["They", "saw", "Bonn", "with", "Dr", "Selby", "and", "Oslo", "."]
    (found,) = tagger.decode([words], spans=tagger.spans)
    pieces = tagger.decode([words[:4], words[4:8], words[8:]], spans=tagger.spans)
    assert found.tags == [tag for piece in pieces for tag in piece.tags]
    assert found.spans == tagger.spans(found.tags)
    assert found.probabilities == pytest.approx([share for piece in pieces for share in piece.probabilities], abs=1e-5)


@pytest.mark.parametrize("crf", [True, False])
@pytest.mark.parametrize("scheme", ["bio", "plain"])
@pytest.mark.parametrize("char_hidden_size", [0, 3])
def test_probabilities_are_those_of_all_ways_to_tag(crf: bool, scheme: str, char_hidden_size: int) -> None:
    """By hand: the share of a span's tags among those of all allowed sequences."""
    torch.manual_seed(2)
    tags = scheme_tags(["A"] if scheme == "bio" else ["A", "B"], "bioes" if scheme == "bio" else "plain")
    words, chars = Vocab.from_iterator([["a", "b"]]), Vocab.from_iterator(["ab"])
    settings = TaggerSettings(embedding_dim=5, hidden_size=4, char_hidden_size=char_hidden_size, crf=crf)
    tagger = Tagger.untrained(words, chars, settings, tags=tags, scheme=scheme, lang="xx")  # type: ignore[arg-type]
    sentence = ["a", "b", "c"]
    (emissions,) = tagger.each([sentence], lambda scores, lengths: [scores[0]])
    scores: dict[tuple[int, ...], float] = {}
    allowed, transitions = tagger.model.crf.allowed, tagger.model.crf.transitions.detach()
    for path in [(i, j, k) for i in range(len(tags)) for j in range(len(tags)) for k in range(len(tags))]:
        steps = list(zip((-1, *path), (*path, -1), strict=True))
        if all(bool(allowed[step]) for step in steps):
            scores[path] = math.exp(
                sum(float(transitions[step]) for step in steps)
                + sum(float(emissions[t, k]) for t, k in enumerate(path))
            )
    best = max(scores, key=lambda path: scores[path])
    (found,) = tagger.decode([sentence], spans=lambda tags: scheme_spans(tags, "plain"))
    assert found.tags == [tags[number] for number in best]
    for place, probability in enumerate(found.probabilities):
        same = sum(score for path, score in scores.items() if path[place] == best[place])
        assert probability == pytest.approx(same / sum(scores.values()), abs=1e-5)


def test_a_saved_tagger_is_the_same(tagger: Tagger, tmp_path: Path) -> None:
    tagger.save_pretrained(tmp_path / "copy")
    copy = Tagger.from_pretrained(tmp_path / "copy")
    weights = own_weights(copy.model)
    assert all(torch.equal(weights[name], weight) for name, weight in own_weights(tagger.model).items())
    assert copy.tag(TEXTS) == tagger.tag(TEXTS)
    assert repr(copy) == repr(tagger) == "Tagger(2 labels: LOC, PER; lstm, 26 words)"
    assert "Tagger" in (tmp_path / "copy" / "README.md").read_text()


@pytest.mark.parametrize("wrong", [{"scheme": "iob3"}, {"lang": 3}, {"tags": ["O"]}, {"tags": "O"}, {"model": {}}])
def test_a_damaged_folder_is_one_sentence(tagger: Tagger, wrong: dict, tmp_path: Path) -> None:
    tagger.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | wrong))
    if wrong == {"model": {}}:
        (tmp_path / "text" / "chars.vocab.json").unlink()
    with pytest.raises(UserError):
        Tagger.from_pretrained(tmp_path)


def test_what_is_no_text_is_said() -> None:
    words, chars = Vocab.from_iterator([["a"]]), Vocab.from_iterator(["a"])
    tagger = Tagger.untrained(words, chars, TaggerSettings(), tags=["O", "S-A"], scheme="bioes", lang="en")
    for texts, where in (
        ([None], r"texts\[0\]"),
        ([["a", 3]], r"texts\[0\]\[1\] is of type int"),
        ([3], r"texts\[0\]"),
    ):
        with pytest.raises(TypeError, match=where):
            tagger.tag(texts)  # type: ignore[call-overload]
    with pytest.raises(UserError, match="spaCy does not know 'zz'"):
        replace(tagger, lang="zz").tag("a")
