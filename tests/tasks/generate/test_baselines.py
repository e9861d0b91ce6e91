"""The counting models beside a character model, against a plain dictionary."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from nlpseq.tasks.generate import baselines as counting
from nlpseq.tasks.generate.baselines import baselines
from nlpseq.text.alphabet import Alphabet


def witten_bell(train: list[int], history: list[int], symbol: int, uniform: float) -> float:
    """P(symbol | history): (count + kinds * P(symbol | shorter history)) / (total + kinds)."""
    behind: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for place in range(len(history), len(train)):
        behind[tuple(train[place - len(history) : place])][train[place]] += 1
    lower = witten_bell(train, history[1:], symbol, uniform) if history else uniform
    found = behind.get(tuple(history))
    if not found:
        return lower
    return (found[symbol] + len(found) * lower) / (found.total() + len(found))


def slow(alphabet: Alphabet, train: list[int], held_out: list[int], context: int) -> float:
    uniform = 1 / (len(alphabet) - len(alphabet.special_ids))
    nats = 0.0
    for place in range(1, len(held_out)):
        history = held_out[max(0, place - context) : place]
        nats -= math.log(witten_bell(train, history, held_out[place], uniform))
    return nats / (len(held_out) - 1)


def letters(text: str) -> Alphabet:
    return Alphabet.of_counts(np.bincount([ord(letter) for letter in text]))


@pytest.mark.parametrize(
    ("train", "held_out"),
    [
        ("abracadabra, abracadabra", "cadabra abrac"),
        ("abracadabra", "xabraxxabrax"),  # letters that are not in the training text, and histories that hold them
        ("abcde", "abcdeabcde"),  # ends with what has nothing behind it
        ("abab", "ba"),
        ("a", "aaa"),
        ("ab", "bbab"),
        ("aaaaaaaaaa", "aaaaaaa"),
    ],
)
def test_baselines_are_those_of_a_slow_dictionary(train: str, held_out: str) -> None:
    alphabet = letters(train)
    ids, others = alphabet.encode(train), alphabet.encode(held_out)
    found = baselines(alphabet, ids.astype(np.uint8), others.astype(np.uint8), characters=len(held_out) - 1)
    assert [base["name"] for base in found] == ["uniform", "unigram", "5-gram"]
    price = float(alphabet.prices(others[1:]).sum()) / (len(held_out) - 1)  # of letters that nobody knows
    counted = [math.log(len(set(train))), *(slow(alphabet, ids.tolist(), others.tolist(), n) for n in (0, 4))]
    expected = [nats + price for nats in counted]
    assert [base["nats_per_character"] for base in found] == pytest.approx(expected, abs=6e-5)


def test_random_texts_too() -> None:
    random = np.random.default_rng(0)
    alphabet = letters("abcde")
    train, held_out = (4 + random.integers(0, 5, size) ** 2 // 5 for size in (300, 90))
    found = baselines(alphabet, train, held_out, characters=89)
    expected = slow(alphabet, train.tolist(), held_out.tolist(), 4)
    assert found[2]["nats_per_character"] == pytest.approx(expected, abs=6e-5)


def test_an_alphabet_of_many_thousand_characters() -> None:
    """Its fifth power is far beyond 64 bits."""
    random = np.random.default_rng(0)
    alphabet = Alphabet.of_counts(np.ones(0xD800, dtype=np.int64))
    words = random.integers(4, len(alphabet), (20, 6))
    train, held_out = words[random.integers(0, 20, 40)].ravel(), words[random.integers(0, 20, 8)].ravel()
    found = baselines(alphabet, train.astype(np.uint16), held_out.astype(np.uint16), characters=47)
    expected = slow(alphabet, train.tolist(), held_out.tolist(), 4)
    assert found[2]["nats_per_character"] == pytest.approx(expected, abs=6e-5)


def test_bytes_are_counted_by_the_character() -> None:
    alphabet = Alphabet.of_bytes()
    train, held_out = alphabet.encode("été été"), alphabet.encode("\nété")
    found = baselines(alphabet, train, held_out, characters=3)
    assert found[0]["nats_per_character"] == pytest.approx(5 * math.log(256) / 3, abs=6e-5)
    assert found[2]["nats_per_character"] == pytest.approx(
        slow(alphabet, train.tolist(), held_out.tolist(), 4) * 5 / 3, abs=1e-4
    )


def test_of_a_very_long_text_the_end_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "COUNTED_IDS", 11)
    alphabet = letters("abracdb,")
    train, held_out = alphabet.encode("bbbbbbbb, abracadabra"), alphabet.encode("cadabra")
    assert baselines(alphabet, train, held_out, characters=6) == baselines(
        alphabet, train[-11:], held_out, characters=6
    )
