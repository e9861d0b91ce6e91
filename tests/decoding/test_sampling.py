"""Sampling: a text depends on its prompt, its seed and its number alone, and ends where it is told to."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from nlpseq.decoding import DONE, SamplingOptions, StepOutput, collect, greedy_search, sample, sampling
from nlpseq.decoding.streams import streams as streams_of
from nlpseq.decoding.streams import uniforms
from nlpseq.errors import UserError
from nlpseq.models.char_rnn import CharRNNModel

SPECIALS = (0, 1, 2, 3)
VOCAB = 17


class Fixed:
    """Always the same distribution."""

    def __init__(self, probs: list[float]) -> None:
        self.logits = torch.tensor(probs).log()

    def step(self, tokens: Tensor, hidden: tuple[Tensor, ...], memory: tuple[Tensor, ...]) -> StepOutput:
        return StepOutput(self.logits.expand(*tokens.shape, -1), hidden, None)


class Counter:
    """Certainly the next number of `size`, and then 0 again."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rows: list[int] = []

    def step(self, tokens: Tensor, hidden: tuple[Tensor, ...], memory: tuple[Tensor, ...]) -> StepOutput:
        self.rows.append(len(tokens))
        following = torch.nn.functional.one_hot((tokens + 1) % self.size, self.size)
        return StepOutput(999.0 * following, hidden, None)


def zeros(batch: int) -> tuple[Tensor, ...]:
    return (torch.zeros(batch, 1, 1),)


def count_from(*starts: int, size: int = 10, **options) -> list[list[int]]:
    steps = sample(Counter(size), zeros(len(starts)), (), tokens=torch.tensor(starts), **options)
    return collect(steps)


@pytest.fixture(scope="module")
def model() -> CharRNNModel:
    torch.manual_seed(0)
    return CharRNNModel(VOCAB, embedding_dim=12, hidden_size=24, num_layers=2).eval()


def texts_of(model: CharRNNModel, batch: int, length: int = 60, **options) -> list[list[int]]:
    with torch.inference_mode():
        hidden = tuple(part.expand(batch, -1, -1) for part in model.start(torch.tensor([[5, 9, 11]])))
    tokens = torch.full((batch,), 11)
    settings = {"max_lengths": length, "forbidden_ids": SPECIALS} | options
    return collect(sample(model.stepper(), hidden, (), tokens=tokens, **settings))


# A random stream for each sample.


@pytest.mark.parametrize("numbers", [[0], [4], [0, 1], [3, 1], [6, 0, 4], [2, 2, 5], list(range(9))[::-1]])
@pytest.mark.parametrize("options", [{}, {"temperature": 0.7, "top_k": 9, "top_p": 0.9, "repetition_penalty": 1.3}])
def test_a_text_is_the_same_in_any_batch(numbers, options, model) -> None:
    options = {"options": SamplingOptions(**options), "seed": 5}
    everyone = texts_of(model, 9, **options)
    assert texts_of(model, len(numbers), numbers=numbers, **options) == [everyone[number] for number in numbers]


def test_a_text_is_the_same_whenever_its_neighbours_end(model) -> None:
    whole = texts_of(model, 5)
    cut = texts_of(model, 5, max_lengths=[7, 60, 1, 0, 33])
    assert cut == [whole[0][:7], whole[1], whole[2][:1], [], whole[4][:33]]


def test_seeds_and_numbers_give_other_texts(model) -> None:
    texts = [tuple(text) for seed in (0, 1, -1, 2**63 + 1) for text in texts_of(model, 6, seed=seed)]
    assert len(set(texts)) == 24


def test_equal_seeds_give_equal_texts(model) -> None:
    assert texts_of(model, 3, seed=8) == texts_of(model, 3, seed=8)


def test_a_longer_text_begins_with_the_shorter(model) -> None:
    """Over more steps than random numbers are drawn at a time."""
    short, long = texts_of(model, 2, 40), texts_of(model, 2, 2 * sampling.BLOCK_STEPS + 3)
    assert [text[:40] for text in long] == short and len(long[0]) == 2 * sampling.BLOCK_STEPS + 3


def test_random_numbers_are_uniform_and_independent() -> None:
    numbers = uniforms(streams_of(3, range(400)), 0, 500)
    assert numbers.dtype == np.float32 and numbers.min() >= 0 and numbers.max() < 1
    counts = np.histogram(numbers, bins=20, range=(0, 1))[0]
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 43.8  # chi-squared, 19 degrees of freedom, 0.1%
    for one, other in ((numbers[:-1], numbers[1:]), (numbers[:, :-1], numbers[:, 1:])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.01


def test_any_part_of_a_stream_is_there_at_once() -> None:
    streams = streams_of(1, [5, 0])
    whole = uniforms(streams, 0, 20)
    assert np.array_equal(uniforms(streams[1:], 7, 4), whole[1:, 7:11])


# The distribution.


def test_frequencies_are_the_networks() -> None:
    probs = [0.5, 0.0, 0.2, 0.05, 0.25]
    texts = collect(
        sample(Fixed(probs), zeros(100), (), tokens=torch.zeros(100, dtype=torch.long), max_lengths=200, seed=2)
    )
    shares = np.bincount(np.ravel(texts), minlength=5) / 20_000
    assert shares[1] == 0
    assert np.abs(shares - probs).max() < 0.012  # 3.4 standard deviations


def test_options_change_the_frequencies() -> None:
    texts = collect(
        sample(
            Fixed([0.5, 0.3, 0.2]), zeros(100), (), tokens=torch.zeros(100, dtype=torch.long), max_lengths=100,
            options=SamplingOptions(temperature=0.5, top_k=2),
        )
    )  # fmt: skip
    shares = np.bincount(np.ravel(texts), minlength=3) / 10_000
    assert np.abs(shares - np.array([25, 9, 0]) / 34).max() < 0.015


@pytest.mark.parametrize("uniform", [0.0, 1 - 2**-24])
@pytest.mark.parametrize(("probs", "lowest", "highest"), [([0, 0.5, 0, 0.5, 0], 1, 3), ([1, 0], 0, 0), ([0, 1], 1, 1)])
def test_the_ends_of_the_distribution_are_not_left(uniform, probs, lowest, highest) -> None:
    drawn = sampling._draw(torch.tensor([probs]).float().log(), torch.tensor([[uniform]]))
    assert drawn.tolist() == [lowest if uniform == 0 else highest]


def test_a_large_vocabulary_is_summed_without_falling_off_its_end() -> None:
    logits = torch.randn(4, 60_000, generator=torch.Generator().manual_seed(0))
    drawn = sampling._draw(logits, torch.full((4, 1), 1 - 2**-24))
    assert (drawn < 60_000).all()


def test_specials_are_never_written(model) -> None:
    assert min(map(min, texts_of(model, 20, 100))) >= len(SPECIALS)


@pytest.mark.parametrize("options", [{"top_k": 1}, {"temperature": 0}, {"top_p": 1e-9}, {"min_p": 1.0}])
def test_the_most_probable_token_alone_is_greedy_search(options, model) -> None:
    prompt = torch.tensor([[5, 9, 11], [12, 4, 11]])  # greedy search never writes its start, here 11
    hidden = model.start(prompt)
    texts = collect(
        sample(
            model.stepper(), hidden, (), tokens=prompt[:, -1], max_lengths=30, eos_id=3, forbidden_ids=(0, 1, 2, 11),
            options=SamplingOptions(**options),
        )
    )  # fmt: skip
    for row, text in enumerate(texts):
        part = tuple(tensor[row : row + 1] for tensor in hidden)
        found = greedy_search(
            model.stepper(), part, (), bos_id=int(prompt[row, -1]), eos_id=3, pad_id=0, max_lengths=30,
            forbidden_ids=[0, 1, 2],
        )  # fmt: skip
        assert text == found.tokens[0, 0, : found.lengths[0, 0]].tolist()


# Where a text ends.


def test_it_streams_step_by_step() -> None:
    steps = sample(Counter(10), zeros(2), (), tokens=torch.tensor([1, 5]), max_lengths=1000)
    assert [next(steps) for _ in range(3)] == [[2, 6], [3, 7], [4, 8]]
    assert not torch.is_inference_mode_enabled()  # between steps the caller's mode is its own


def test_the_end_mark_ends_and_is_not_written() -> None:
    model = Counter(6)
    steps = list(sample(model, zeros(3), (), tokens=torch.tensor([4, 1, 3]), max_lengths=99, eos_id=0))
    assert steps == [[5, 2, 4], [DONE, 3, 5], [DONE, 4, DONE], [DONE, 5, DONE], [DONE, DONE, DONE]]
    assert model.rows == [3, 3, 2, 2, 2]  # who has ended leaves; the last one has its twin


@pytest.mark.parametrize(
    ("stop", "texts"),
    [
        ([[9, 9], [], [5, 5]], [[*range(2, 10), 0, 1, 2], [*range(5, 10), *range(6)], [*range(6, 10), *range(7)]]),
        ([[4, 5]], [[2, 3, 4, 5], [5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 0, 1, 2, 3, 4, 5]]),
        ([[5]], [[2, 3, 4, 5], [5], [6, 7, 8, 9, 0, 1, 2, 3, 4, 5]]),
        ([[4, 5], [0]], [[2, 3, 4, 5], [5, 6, 7, 8, 9, 0], [6, 7, 8, 9, 0]]),
    ],
)
def test_stop_sequences_end_a_text_and_are_its_end(stop, texts) -> None:
    """They may begin at any step, but not in the prompt: 4 is the second prompt."""
    assert count_from(1, 4, 5, max_lengths=11, stop=stop) == texts


def test_a_stop_sequence_is_found_beyond_a_block(monkeypatch) -> None:
    monkeypatch.setattr(sampling, "BLOCK_STEPS", 4)
    assert count_from(0, size=60, max_lengths=99, stop=[[37, 38, 39, 40, 41, 42]]) == [list(range(1, 43))]


@pytest.mark.parametrize("block", [1, 3, 256])
def test_the_penalty_sees_the_last_tokens_whatever_the_blocks(block, monkeypatch) -> None:
    """With a strong penalty over two tokens of three equal ones, every text goes round and round."""
    monkeypatch.setattr(sampling, "BLOCK_STEPS", block)
    options = SamplingOptions(repetition_penalty=1e4, repetition_window=2)
    (text,) = collect(
        sample(Fixed([1 / 3] * 3), zeros(1), (), tokens=torch.tensor([0]), max_lengths=30, options=options, seed=4)
    )
    assert sorted(text[:3]) == [0, 1, 2] and text == text[:3] * 10


def test_limits_of_zero_and_no_samples_at_all() -> None:
    assert list(sample(Counter(5), zeros(2), (), tokens=torch.tensor([1, 2]), max_lengths=0)) == []
    assert count_from(1, 2, max_lengths=[0, 3]) == [[], [3, 4, 5]]
    empty = sample(Counter(5), zeros(0), (), tokens=torch.zeros(0, dtype=torch.long), max_lengths=5)
    assert list(empty) == []


def test_the_number_of_ids_may_change_from_step_to_step() -> None:
    """As with a copy mechanism, which can write what the documents that are still there hold."""

    class Wide:
        """Scores as many ids as the largest number in memory, and wants a forbidden one most."""

        def step(self, tokens: Tensor, hidden: tuple[Tensor, ...], memory: tuple[Tensor, ...]) -> StepOutput:
            width = int(memory[0].max())
            logits = torch.nn.functional.one_hot(memory[0] - 1, width) + 9.0 * (torch.arange(width) == 1)
            return StepOutput(99.0 * logits.unsqueeze(1), hidden, None)

    memory = (torch.tensor([7, 3, 5]),)
    steps = sample(
        Wide(), zeros(3), memory, tokens=torch.zeros(3, dtype=torch.long), max_lengths=[1, 3, 2], forbidden_ids=[1]
    )
    assert list(steps) == [[6, 2, 4], [DONE, 2, 4], [DONE, 2, DONE]]


def test_memory_goes_with_its_sample() -> None:
    class Recall:
        """Writes what its memory holds."""

        def step(self, tokens: Tensor, hidden: tuple[Tensor, ...], memory: tuple[Tensor, ...]) -> StepOutput:
            return StepOutput(999.0 * torch.nn.functional.one_hot(memory[0], 9).unsqueeze(1), hidden, None)

    memory = (torch.tensor([7, 3, 5]),)
    steps = sample(Recall(), zeros(3), memory, tokens=torch.zeros(3, dtype=torch.long), max_lengths=[1, 3, 2])
    assert list(steps) == [[7, 3, 5], [DONE, 3, 5], [DONE, 3, DONE]]


@pytest.mark.parametrize("probs", [[math.nan, 1.0], [math.inf, 1.0]])
def test_scores_that_are_no_numbers_are_refused(probs) -> None:
    with pytest.raises(UserError, match="the network's scores are not numbers"):
        list(sample(Fixed(probs), zeros(3), (), tokens=torch.zeros(3, dtype=torch.long), max_lengths=5))


def test_nothing_allowed_is_refused() -> None:
    with pytest.raises(UserError, match="or no token may follow"):
        list(sample(Counter(3), zeros(1), (), tokens=torch.tensor([0]), max_lengths=5, forbidden_ids=[0, 1, 2]))


@pytest.mark.parametrize(
    ("states", "options"),
    [(3, {"max_lengths": 3}), (2, {"max_lengths": 3, "numbers": [1]}), (2, {"max_lengths": [1, 2, 3]})],
    ids=["hidden", "numbers", "max_lengths"],
)
def test_arguments_must_agree_on_the_number_of_samples(states, options) -> None:
    with pytest.raises(ValueError, match="2 rows|broadcast"):
        list(sample(Counter(3), zeros(states), (), tokens=torch.tensor([0, 1]), **options))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
def test_cuda_samples_too() -> None:
    probs = Fixed([0.2, 0.3, 0.5])
    cpu = collect(sample(probs, zeros(3), (), tokens=torch.zeros(3, dtype=torch.long), max_lengths=[5, 9, 7]))
    probs.logits = probs.logits.cuda()
    hidden, tokens = (torch.zeros(3, 1, 1, device="cuda"),), torch.zeros(3, dtype=torch.long, device="cuda")
    assert collect(sample(probs, hidden, (), tokens=tokens, max_lengths=[5, 9, 7], stop=[[9]])) == cpu


def test_a_separator_is_sampled_between_others_only() -> None:
    likely = Fixed([0.0, 0.0, 0.8, 0.1, 0.05, 0.05])  # 2 separates, 3 ends
    drawn = collect(
        sample(
            likely, (torch.zeros(200, 1, 1),), (), tokens=torch.full((200,), 2), max_lengths=9, eos_id=3,
            forbidden_ids=(0, 1), separator=2,
        )
    )  # fmt: skip
    assert any(2 in row for row in drawn)
    assert all(row[:1] != [2] and (2, 2) not in pairwise(row) for row in drawn)
    assert all(row[-1] != 2 for row in drawn if 0 < len(row) < 9)  # those of 9 were cut
