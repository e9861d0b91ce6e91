"""Good starting weights: orthogonal or the identity where they should be, and forget gates open."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from nlpseq.layers.initialisation import initialise_embedding, initialise_recurrent
from nlpseq.layers.recurrent import Recurrent


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn_tanh", "rnn_relu"])
def test_hidden_matrices_keep_the_length_of_a_vector(cell) -> None:
    torch.manual_seed(0)
    stack = Recurrent(cell, 3, 5, num_layers=2, bidirectional=True)
    before = [weight.data_ptr() for weight in stack.parameters()]
    initialise_recurrent(stack)
    assert [weight.data_ptr() for weight in stack.parameters()] == before
    for name, weight in stack.named_parameters():
        for gate in weight.split(5):
            if "weight_hh" in name:
                torch.testing.assert_close(gate @ gate.T, torch.eye(5))
                assert torch.equal(gate, torch.eye(5)) == (cell == "rnn_relu")
            elif "weight_ih" in name:
                assert gate.std() > 0.1


def test_only_the_forget_gates_of_an_lstm_begin_open() -> None:
    stack = Recurrent("lstm", 3, 5, bidirectional=True)
    initialise_recurrent(stack)
    biases = {name: weight for name, weight in stack.named_parameters() if "bias" in name}
    assert len(biases) == 4
    for name, bias in biases.items():
        expected = torch.zeros(20)
        if "bias_ih" in name:  # torch adds the two biases of a gate
            expected[5:10] = 1.0
        assert torch.equal(bias, expected), name


def test_embedded_features_have_variance_one() -> None:
    torch.manual_seed(0)
    embedding = nn.Embedding(4001, 64, padding_idx=0)
    initialise_embedding(embedding)
    assert float((embedding.weight.detach()[1:] * 8).var()) == pytest.approx(1.0, abs=0.02)
    assert not embedding.weight[0].any()
