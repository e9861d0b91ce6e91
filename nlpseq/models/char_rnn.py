"""The character language model: whole windows with a carried state in training, lean single steps in decoding."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config.choices import Cell
from nlpseq.decoding import StepOutput
from nlpseq.layers.dropout import LockedDropout
from nlpseq.layers.recurrent import Recurrent, RecurrentOutput, State
from nlpseq.layers.steps import FloatProduct, StepLayer


class CharRNNModel(nn.Module):
    """Embedding, a stack of recurrent layers and an output layer over the vocabulary (Mikolov et al. 2010).

    Args:
        vocab_size: number of character ids.
        embedding_dim: size of the character vectors.
        hidden_size: size of every layer's state.
        num_layers: depth of the stack.
        cell: kind of recurrent cell.
        dropout: locked dropout between the layers and on the outputs of the last one.
        embedding_dropout: share of the characters whose vector is zero throughout a batch (Gal and Ghahramani 2016;
            Merity et al. 2018, section 4.3); the others are scaled up.
        recurrent_dropout: dropout on the hidden-to-hidden weights (Merity et al. 2018, section 3); not for "min_gru".
        tie_embeddings: share the embedding with the output layer (Press and Wolf 2017), behind a projection to
            `embedding_dim` where `hidden_size` is another.
        layer_norm: normalise the outputs of every layer.
        residual: add each layer's input to its outputs where they are of one size.

    Raises:
        ValueError: a dropout is not in [0, 1), or `cell` and `recurrent_dropout` do not go together.

    >>> _ = torch.manual_seed(0)
    >>> model = CharRNNModel(11, embedding_dim=3, hidden_size=5, num_layers=2).eval()
    >>> text = torch.tensor([[4, 7, 5, 9, 9, 10]])
    >>> logits, state = model(text)
    >>> first, carried = model(text[:, :2])
    >>> torch.allclose(model(text[:, 2:], carried)[0], logits[:, 2:], atol=1e-6)
    True
    """

    def __init__(
        self,
        vocab_size: int,
        *,
        embedding_dim: int,
        hidden_size: int,
        num_layers: int = 1,
        cell: Cell = "lstm",
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        tie_embeddings: bool = False,
        layer_norm: bool = False,
        residual: bool = False,
    ) -> None:
        super().__init__()
        if not 0.0 <= embedding_dropout < 1.0:
            raise ValueError(f"a dropout probability must be in [0, 1), not {embedding_dropout}")
        self.embedding_dropout = embedding_dropout
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = Recurrent(
            cell, embedding_dim, hidden_size, num_layers=num_layers, dropout=dropout,
            recurrent_dropout=recurrent_dropout, layer_norm=layer_norm, residual=residual,
        )  # fmt: skip
        self.dropout = LockedDropout(dropout)
        projected = tie_embeddings and hidden_size != embedding_dim
        self.projection = nn.Linear(hidden_size, embedding_dim) if projected else None
        self.output = nn.Linear(embedding_dim if projected else hidden_size, vocab_size)
        nn.init.normal_(self.embedding.weight, std=embedding_dim**-0.5)
        if tie_embeddings:
            self.output.weight = self.embedding.weight
        nn.init.zeros_(self.output.bias)
        _init_recurrent(self.rnn)

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Score what follows each character.

        Shape: ids (B, T), state as in `RecurrentOutput` or None for zeros -> logits (B, T, V) and the state to go on
        from. Between two windows of training the caller detaches the state.
        """
        outputs, state = self._read(ids, None, state)
        features = self.dropout(outputs)
        return self.output(features if self.projection is None else self.projection(features)), state

    def start(self, prompt: Tensor, lengths: Tensor | None = None) -> State:
        """Read prompts but for their last characters, in one pass: the hidden state for `nlpseq.decoding`.

        The last characters are the first that `CharRNNStepper.step` reads.

        Shape: prompt (B, P), lengths (B,) on the CPU, P for all by default -> each (B, 1, H).
        """
        batch, size = prompt.shape
        lengths = torch.full((batch,), size) if lengths is None else lengths
        # A prompt of one character leaves nothing to read: it reads one in vain and starts from zeros.
        ids = prompt[:, : max(1, size - 1)]
        _, state = self._read(ids, (lengths - 1).clamp(min=1), None)
        read = (lengths > 1).to(prompt.device).unsqueeze(1)
        return tuple(
            part[depth].masked_fill(~read, 0.0).unsqueeze(1)
            for depth in range(len(self.rnn.layers))
            for part in state
        )  # fmt: skip

    def stepper(self) -> CharRNNStepper:
        """The model's single step, for `nlpseq.decoding`; it keeps the weights of this moment."""
        return CharRNNStepper(self)

    def _read(self, ids: Tensor, lengths: Tensor | None, state: State | None) -> RecurrentOutput:
        # The weights start small, as they may be tied to the output; the recurrent layers want unit variance.
        embedded = self.embedding(ids) * math.sqrt(self.embedding.embedding_dim)  # (B, T, E)
        if self.training and self.embedding_dropout:
            kept = embedded.new_empty(self.embedding.num_embeddings, 1).bernoulli_(1 - self.embedding_dropout)
            embedded = embedded * F.embedding(ids, kept / (1 - self.embedding_dropout))
        return self.rnn(embedded, lengths, state)


class CharRNNStepper:
    """One step of a `CharRNNModel`, without dropout and from a copy of its weights laid out for it: a `StepModel`.

    At a batch of one a step costs what it reads of the weights and what it calls, so the first layer's input product
    is a table with a row for each character, weights are transposed once, and the gates of a cell are computed in few
    calls. `hidden` holds one tensor a layer, (B, K, H), for an LSTM two: h and c.

    >>> _ = torch.manual_seed(0)
    >>> model = CharRNNModel(11, embedding_dim=3, hidden_size=5, num_layers=2).eval()
    >>> text = torch.tensor([[4, 7, 5, 9]])
    >>> output = model.stepper().step(text[:, -1:], model.start(text), ())
    >>> torch.allclose(output.logits[:, 0], model(text)[0][:, -1], atol=1e-6)
    True
    """

    @torch.no_grad()
    def __init__(self, model: CharRNNModel) -> None:
        self.residual = model.rnn.residual
        self.embedded = model.embedding.weight * math.sqrt(model.embedding.embedding_dim)  # (V, E)
        self.layers = [StepLayer(model.rnn.cell, layer, FloatProduct) for layer in model.rnn.layers]
        # A step reads the first layer's in the table.
        self.inputs = [FloatProduct(layer.weight_ih, layer.bias_ih) for layer in self.layers]
        self.norms = [copy.deepcopy(norm).requires_grad_(False) for norm in model.rnn.norms]
        self.table = self.inputs[0](self.embedded)  # (V, G)
        heads = (model.output,) if model.projection is None else (model.projection, model.output)
        self.heads = [FloatProduct(head.weight, head.bias) for head in heads]

    def step(self, tokens: Tensor, hidden: State, memory: State) -> StepOutput:
        """Read one character a row and score the next.

        Shape: tokens (B, K), hidden each (B, K, H), memory () -> logits (B, K, V).
        """
        shape, ids = tokens.shape, tokens.flatten()
        states = [part.flatten(0, 1) for part in hidden]  # (R, H), R = B * K
        count = len(states) // len(self.layers)
        new: list[Tensor] = []
        x = self.embedded.index_select(0, ids) if self.residual else self.embedded
        for depth, layer in enumerate(self.layers):
            inputs = self.inputs[depth](x) if depth else self.table.index_select(0, ids)
            state = layer.step(inputs, *states[count * depth : count * (depth + 1)])
            out = self.norms[depth](state[0]) if self.norms else state[0]
            x = x + out if self.residual and x.size(1) == out.size(1) else out
            new += state
        for head in self.heads:
            x = head(x)
        return StepOutput(x.unflatten(0, shape), tuple(part.unflatten(0, shape) for part in new), None)


def _init_recurrent(rnn: Recurrent) -> None:
    for name, weight in rnn.named_parameters():
        if "weight_hh" in name:
            # Orthogonal: a state keeps its length over many steps, and so does a gradient (Saxe et al. 2014).
            for gate in weight.data.split(rnn.hidden_size):
                nn.init.orthogonal_(gate)
        elif "bias" in name and "norms" not in name:
            nn.init.zeros_(weight)
            if rnn.cell == "lstm" and "bias_ih" in name:
                # Gates that begin open: what the cell learns to store is not lost at once (Jozefowicz et al. 2015).
                weight.data[rnn.hidden_size : 2 * rnn.hidden_size] = 1.0
