"""Starting weights that let gradients live longer than torch's uniform ones."""

from __future__ import annotations

import torch
from torch import nn

from nlpseq.layers.recurrent import Recurrent


def initialise_recurrent(recurrent: Recurrent) -> None:
    """Good starting weights for every cell, in place.

    Hidden-to-hidden matrices are orthogonal, gate by gate, so that a step neither grows nor shrinks the gradient
    (Saxe et al. 2014); those of a ReLU cell are the identity (Le et al. 2015). Input matrices are Glorot and Bengio's
    (2010), biases zero, but an LSTM's forget gates begin open, at 1 (Jozefowicz et al. 2015, section 3.1).

    >>> _ = torch.manual_seed(0)
    >>> stack = Recurrent("lstm", 3, 2)
    >>> initialise_recurrent(stack)
    >>> stack.layers[0].bias_ih_l0.tolist()  # input, forget, cell and output gates
    [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """
    size = recurrent.hidden_size
    for name, weight in recurrent.layers.named_parameters():
        for gate in weight.detach().split(size):
            if "weight_ih" in name:
                nn.init.xavier_uniform_(gate)
            elif "weight_hh" not in name:
                nn.init.zeros_(gate)
            elif recurrent.cell == "rnn_relu":
                nn.init.eye_(gate)
            else:
                nn.init.orthogonal_(gate)
        if recurrent.cell == "lstm" and "bias_ih" in name:
            weight.detach()[size : 2 * size].fill_(1.0)


def initialise_embedding(embedding: nn.Embedding) -> None:
    """Rows of length 1 on average: multiplied by sqrt(E), as the networks here do, their features have variance 1."""
    nn.init.normal_(embedding.weight, std=embedding.embedding_dim**-0.5)
    if embedding.padding_idx is not None:
        with torch.no_grad():
            embedding.weight[embedding.padding_idx].zero_()
