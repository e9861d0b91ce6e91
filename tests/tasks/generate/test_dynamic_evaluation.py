"""Dynamic evaluation: each character is scored before it is learnt from, and the model itself stays as it was."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch

from nlpseq.config import CharRNNSettings, GenerateSettings
from nlpseq.errors import UserError
from nlpseq.layers.recurrent import Cell
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.generate.dynamic_evaluation import dynamic_nats
from nlpseq.text.alphabet import Alphabet


@pytest.fixture
def writer() -> CharRNN:
    torch.manual_seed(0)
    letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "abcdefghij\n"]))
    return CharRNN.untrained(letters, CharRNNSettings(embedding_dim=6, hidden_size=16, dropout=0.5))


def repeating(writer: CharRNN, *, times: int = 20) -> np.ndarray:
    return writer.alphabet.encode("\n" + "abcdefghij" * times)


def test_it_learns_a_text_that_repeats_itself(writer: CharRNN) -> None:
    ids = repeating(writer, times=60)
    static, dynamic = writer.nats(ids), dynamic_nats(writer, ids, lr=4.0)
    assert dynamic.shape == static.shape == (600,) and dynamic.dtype == np.float64
    assert dynamic[-100:].mean() < 0.5 * static[-100:].mean()


@pytest.mark.parametrize("window", [1, 7, 20])
def test_the_first_window_is_scored_before_anything_is_learnt(writer: CharRNN, window: int) -> None:
    ids = repeating(writer)[:50]
    static, dynamic = writer.nats(ids), dynamic_nats(writer, ids, lr=2.0, window=window)
    np.testing.assert_allclose(dynamic[:window], static[:window], atol=1e-5)
    assert not np.allclose(dynamic[window : 2 * window], static[window : 2 * window], atol=1e-3)


@pytest.mark.parametrize("window", [7, 20, 1000])
def test_without_learning_it_is_the_model_itself(writer: CharRNN, window: int) -> None:
    """The state is carried over the windows, and no dropout is at work."""
    ids = repeating(writer)
    np.testing.assert_allclose(dynamic_nats(writer, ids, lr=0.0, window=window), writer.nats(ids), atol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_the_model_stays_as_it_is(writer: CharRNN, training: bool) -> None:
    writer.model.train(training)
    before = {name: weight.clone() for name, weight in writer.model.state_dict().items()}
    dynamic_nats(writer, repeating(writer), lr=1.0)
    assert writer.model.training is training
    assert all(torch.equal(weight, before[name]) for name, weight in writer.model.state_dict().items())
    assert all(weight.grad is None for weight in writer.model.parameters())


def test_equal_calls_give_equal_numbers(writer: CharRNN) -> None:
    ids = repeating(writer)
    assert np.array_equal(dynamic_nats(writer, ids, lr=1.0), dynamic_nats(writer, ids, lr=1.0))


@pytest.mark.parametrize("cell", get_args(Cell))
def test_every_cell_learns(cell: Cell) -> None:
    torch.manual_seed(0)
    settings = CharRNNSettings(embedding_dim=5, hidden_size=12, cell=cell)
    writer = CharRNN.untrained(Alphabet.of_bytes(), settings)
    ids = writer.alphabet.encode("été\n" * 80).astype(np.uint8)
    assert dynamic_nats(writer, ids, lr=1.0)[-100:].mean() < 0.5 * writer.nats(ids)[-100:].mean()


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_to_score(writer: CharRNN, size: int) -> None:
    assert dynamic_nats(writer, repeating(writer)[:size], lr=0.1).shape == (0,)


@pytest.mark.parametrize("lr", [1e6, 1e30, 3e38])
def test_a_learning_rate_at_which_it_diverges(story_run: GenerateSettings, lr: float) -> None:
    writer = CharRNN.from_pretrained(story_run.run_dir)
    with pytest.raises(UserError, match=r"dynamic evaluation diverges with a dynamic_lr of .*; lower it"):
        dynamic_nats(writer, writer.alphabet.encode("the cat waits here\n" * 9), lr=lr)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
def test_it_learns_on_cuda(writer: CharRNN) -> None:
    ids = repeating(writer)[:100]
    expected = dynamic_nats(writer, ids, lr=0.1)
    writer.model.cuda()
    np.testing.assert_allclose(dynamic_nats(writer, ids, lr=0.1), expected, atol=1e-3)
