"""The translator's decoder one step at a time, from weights that are laid out for it.

What does not depend on the states is computed once: what a token gives to the first recurrent layer and to the features
is a row of a table; and for a beam what a source position gives to the second layer and to the features is a row of the
memory, which the attention's weights mix, so that no step multiplies a context by weights.
"""

from __future__ import annotations

import copy
import math
from typing import NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from nlpseq.config.choices import DecodePrecision
from nlpseq.decoding import StepOutput
from nlpseq.layers.recurrent import State
from nlpseq.layers.steps import FloatProduct, Int8Product, Product, StepLayer
from nlpseq.models.translator import Encoded, TranslatorModel


class Step(NamedTuple):
    """A step of R = B * K hypotheses before the output layer.

    Shape: features (R, E), hidden each (B, K, H), weights (B, K, S), of the attention or, without one, 1;
    states (R, H), the outputs of the second recurrent layer.
    """

    features: Tensor
    hidden: State
    weights: Tensor
    states: Tensor


class TranslatorStepper:
    """The steps of a `TranslatorModel`, without dropout: a `StepModel`. `translator_stepper` keeps one for each model.

    Args:
        model: the network.
        precision: of the weights. "int8" is for those whose inputs are within [-1, 1], which are nearly all of them.
        beam: whether a sentence has several hypotheses, so that it pays to multiply its positions by weights ahead of
            the steps (but in 8-bit integers, where reading what that gives takes longer).

    >>> _ = torch.manual_seed(0)
    >>> model = TranslatorModel(11, 13, embedding_dim=6, hidden_size=8).eval()
    >>> src, lengths, bos = torch.tensor([[5, 6, 3], [7, 3, 0]]), torch.tensor([3, 2]), torch.tensor([[2], [2]])
    >>> stepper, encoded = TranslatorStepper(model), model.encode(src, lengths)
    >>> first = stepper.step(bos, model.first_hidden(encoded), stepper.memory(encoded))
    >>> torch.allclose(first.logits[:, 0], model(src, lengths, bos, torch.tensor([1, 1])), atol=1e-6)
    True
    """

    @torch.no_grad()
    def __init__(self, model: TranslatorModel, precision: DecodePrecision = "fp32", *, beam: bool = True) -> None:
        bounded = Int8Product if precision == "int8" else FloatProduct
        of_state = FloatProduct if model.cell in ("rnn_relu", "min_gru") else bounded
        of_output = FloatProduct if model.query_rnn.norms else of_state  # a normalised output may be of any size
        self.ahead = beam and of_output is FloatProduct
        self.attention = model.attention
        self.query_norm, self.output_norm = (
            rnn.norms[0] if rnn.norms else None for rnn in (model.query_rnn, model.output_rnn)
        )
        self.query_layer, self.output_layer = (
            StepLayer(model.cell, rnn.layers[0], of_state) for rnn in (model.query_rnn, model.output_rnn)
        )
        hidden_size, features = model.query_rnn.hidden_size, model.features
        self.sizes = [len(self.output_layer.weight_ih), features.out_features]  # G gates and E features
        gates_by_query, gates_by_context = self.output_layer.weight_ih.split(hidden_size, dim=1)
        by_state, by_context, by_word = features.weight.split([hidden_size, hidden_size, self.sizes[1]], dim=1)
        of_words = FloatProduct(
            torch.cat([self.query_layer.weight_ih, by_word]), torch.cat([self.query_layer.bias_ih, features.bias])
        )
        embedding = model.tgt_embedding
        self.words = of_words(embedding.weight * math.sqrt(embedding.embedding_dim))  # (V, G + E)
        # The attention's weights sum to 1: what they mix may have the bias already.
        self.of_position = of_output(
            torch.cat([gates_by_context, by_context]),
            torch.cat([self.output_layer.bias_ih, torch.zeros_like(features.bias)]),
        )
        self.of_query, self.of_state = of_output(gates_by_query), of_output(by_state)
        self.output: Product = bounded(model.output.weight, model.output.bias)
        self.ids: Tensor | None = None  # of the tokens, where they are known by other numbers

    def memory(self, encoded: Encoded) -> State:
        """What the steps read of a batch of sources: tensors (B, ...)."""
        values = encoded.summary.unsqueeze(1) if self.attention is None else encoded.memory
        if self.ahead:
            values = self.of_position(values.flatten(0, 1)).unflatten(0, values.shape[:2])  # (B, S, G + E)
        return (values,) if self.attention is None else (values, *self.attention.places(encoded.keys, encoded.mask))

    def restricted(self, ids: Tensor) -> TranslatorStepper:
        """The steps over these ids (C,) of the vocabulary alone, each known by its place among them."""
        found = copy.copy(self)
        found.ids, found.output = ids, self.output.rows(ids)
        return found

    def step(self, tokens: Tensor, hidden: State, memory: State) -> StepOutput:
        """One step of K hypotheses a sentence.

        Shape: tokens (B, K), hidden each (B, K, H), memory each (B, ...) -> logits (B, K, V),
        attention (B, K, S) or None.
        """
        found = self.advance(tokens, hidden, memory)
        logits = self.output(found.features).view(*tokens.shape, -1)
        return StepOutput(logits, found.hidden, None if self.attention is None else found.weights)

    def advance(self, tokens: Tensor, hidden: State, memory: State) -> Step:
        """`step` before the output layer."""
        # Of few rows every call counts: what is written here in fewer of them is faster.
        batch, beam = tokens.shape
        states = [part.reshape(batch * beam, -1) for part in hidden]  # (R, H)
        half = len(states) // 2
        read = tokens.flatten() if self.ids is None else self.ids[tokens.flatten()]
        gates, word = self.words.index_select(0, read).split_with_sizes(self.sizes, 1)
        query_states = self.query_layer.step(gates, *states[:half])
        query = query_states[0] if self.query_norm is None else self.query_norm(query_states[0])
        values, *places = memory
        if self.attention is None:
            weights = values.new_ones(batch, beam, 1)
        else:
            weights = self.attention.at(query.view(batch, beam, -1), *places)
        context = torch.bmm(weights, values).view(batch * beam, -1)
        if not self.ahead:
            context = self.of_position(context)
        gates, of_context = context.split_with_sizes(self.sizes, 1)
        output_states = self.output_layer.step(self.of_query.plus(gates, query), *states[half:])
        state = output_states[0] if self.output_norm is None else self.output_norm(output_states[0])
        features = self.of_state.plus(word + of_context, state).tanh_()
        new = tuple(part.view(batch, beam, -1) for part in (*query_states, *output_states))
        return Step(features, new, weights, state)


_STEPPERS: WeakKeyDictionary[TranslatorModel, tuple[object, TranslatorStepper]] = WeakKeyDictionary()


def translator_stepper(
    model: TranslatorModel, precision: DecodePrecision = "fp32", *, beam: bool = True
) -> TranslatorStepper:
    """What searches with `model` as it is now: the stepper made before, for as long as no weight has changed.

    Args:
        model: the network, whose dropout plays no part.
        precision: of the weights, as in `TranslatorStepper`.
        beam: whether a sentence has several hypotheses; greedy search and sampling have one.

    Returns:
        A `StepModel` for `beam_search`, `greedy_search` and `sample`; its `memory(encoded)` is the memory of a batch.
    """
    state = (precision, beam, *((w.data_ptr(), 0 if w.is_inference() else w._version) for w in model.parameters()))
    known = _STEPPERS.get(model)
    if known is None or known[0] != state:
        known = _STEPPERS[model] = state, TranslatorStepper(model, precision, beam=beam)
    return known[1]
