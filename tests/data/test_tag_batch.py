"""A batch spells each different word once, and every token leads to its own word, its id and its characters."""

from __future__ import annotations

import numpy as np
import torch

from nlpseq.data.tag_batch import collate_tagged
from nlpseq.data.word_forms import MOST_CHARACTERS, WordForms
from nlpseq.text.vocab import Vocab

WORDS = ["in", "Bonn", "unseen", "Zürich"]
ROWS = [([2, 1, 2, 4, 3], [1, 0, 1, 2, 0]), ([3], [2]), ([1, 4], [0, 0])]


def make_forms() -> WordForms:
    words = Vocab.from_iterator([["in", "Bonn", "in", "Zürich"]])
    chars = Vocab.from_iterator("inBonnunseen", specials=("<pad>", "<unk>"))
    return WordForms.of(WORDS, words, chars)


def test_every_token_has_its_word_and_its_characters() -> None:
    forms = make_forms()
    batch = collate_tagged(ROWS, forms)
    assert batch.lengths.tolist() == [5, 1, 2] and batch.num_tokens == 8
    assert len(batch.spelling.chars) == 5  # four words, and the padding
    for row, (numbers, tags) in enumerate(ROWS):
        n = len(numbers)
        assert batch.ids[row].tolist() == forms.ids[numbers].tolist() + [0] * (5 - n)
        assert batch.tags[row].tolist() == tags + [0] * (5 - n)
        for place, number in enumerate(numbers):
            spelled = int(batch.spelling.rows[row, place])
            chars = batch.spelling.chars[spelled, : int(batch.spelling.lengths[spelled])]
            assert chars.tolist() == list(forms.chars[number])


def test_unknown_words_are_spelled_and_unknown_characters_are_one() -> None:
    forms = make_forms()
    assert forms.ids.tolist() == [0, 4, 5, 1, 6]
    assert len(forms.chars[3]) == 6 and 1 not in forms.chars[3]
    assert [ids == 1 for ids in forms.chars[4]] == [True, True, True, False, True, True]  # only i is known


def test_of_a_long_word_both_ends_are_read() -> None:
    chars = Vocab(["<pad>", "<unk>", "a", "b", "c"], default_index=1)
    word = "a" * 300 + "c" * 50_000 + "b" * 300
    (_, read) = WordForms.of([word], Vocab(["<pad>", "<unk>"], default_index=1), chars).chars
    assert list(read) == [2] * (MOST_CHARACTERS // 2) + [3] * (MOST_CHARACTERS // 2)


def test_lengths_stay_on_the_cpu() -> None:
    moved = collate_tagged(ROWS, make_forms()).to("meta")
    assert {moved.ids.device.type, moved.tags.device.type, moved.spelling.chars.device.type} == {"meta"}
    assert {moved.lengths.device.type, moved.spelling.lengths.device.type} == {"cpu"}
    assert torch.is_tensor(moved.spelling.rows) and isinstance(make_forms().ids, np.ndarray)
