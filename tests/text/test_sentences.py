"""Paragraphs into sentences: what is one stays one, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.text.sentences import join_sentences, paragraph_lines, split_sentences

CASES = [
    ("en", "The boy opens the door. The girl sleeps. Paul flies to Vienna.", 3),
    ("en", "Dr. Smith paid 3.5 dollars, e.g. in the U.S. yesterday.", 1),
    ("en", 'He said: "Go!" and left. She stayed.', 2),
    ("en", "Really?! Yes.", 2),
    ("en", "Wait... what?", 1),
    ("de", "Er kam z.B. am 3. Mai an. Gut.", 2),
    ("fr", "Il vient ! Elle part ?", 2),
    ("zh", "今天天气很好。我们去公园！“你呢？”他说。", 4),
    ("ja", "猫が好きです。犬も好きです。", 2),
    ("ru", "Он идёт. Она спит.", 2),
    ("hi", "वह जाता है। वह सोती है।", 2),
    ("ar", "هو يذهب. هل تنام؟ نعم.", 3),
    ("target", "One here. Two here.", 2),
    ("", "One here. Two here.", 2),
    ("eng_Latn", "One here. Two here.", 2),
    ("en", "No end", 1),
    ("en", "...", 1),
    ("en", "", 1),
]


@pytest.mark.parametrize(("lang", "line", "count"), CASES)
def test_sentences_are_found(lang: str, line: str, count: int) -> None:
    found = split_sentences(line, lang)
    assert len(found) == count, found
    assert "".join("".join(found).split()) == "".join(line.split())


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.lists(st.sampled_from(["A", "b", ".", "!", " ", "。", "”", '"', "(", "\t", "。 ", ". ", "É", "3"])).map("".join)
)
def test_nothing_is_lost_and_one_sentence_stays_as_it_is(line: str) -> None:
    found = split_sentences(line, "en")
    assert "".join("".join(found).split()) == "".join(line.split())
    assert len(found) > 1 or found == [line]
    assert all(sentence == sentence.strip() != "" for sentence in found) or found == [line]


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="ab \n\r"))
def test_lines_and_their_breaks_are_the_text(text: str) -> None:
    lines = paragraph_lines(text)
    assert "".join(line + end for line, end in lines) == text
    assert not any(set("\r\n") & set(line) for line, _ in lines)


def test_joined_by_spaces_but_where_the_script_has_none() -> None:
    assert join_sentences(["猫。", "犬。"]) == "猫。犬。"
    assert join_sentences(["ก", "ข"]) == "ก ข"
    assert join_sentences([]) == ""


def test_a_line_of_marks_is_split_too() -> None:
    line = f"One. Two {'[' * 20_000}. Three."
    assert split_sentences(line, "en") == ["One.", f"Two {'[' * 20_000}.", "Three."]
