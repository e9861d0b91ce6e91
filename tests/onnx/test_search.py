"""The search on arrays finds what the search on tensors finds, under any options."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpseq.answers.found import Found
from nlpseq.decoding import DecodingOptions, StepOutput, greedy_search
from nlpseq.decoding import beam_search as tensor_search
from nlpseq.onnx.search import Ids, Step, beam_search

VOCAB, SOURCE = 9, 4
PAD, BOS, EOS, SEPARATOR = 0, 1, 2, 5


class Bigrams:
    """A network whose scores depend on the last token and on its sentence, for both searches."""

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        # Without ties: how rounding decides one differs between the two.
        self.table = draw.normal(size=(3, VOCAB, VOCAB)).astype(np.float32) * 2
        self.attention = draw.dirichlet(np.ones(SOURCE), size=(3, VOCAB)).astype(np.float32)

    def _scores(self, tokens: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.table[rows[:, None], tokens], self.attention[rows[:, None], tokens]

    def step(self, tokens, states, memory, count=None):
        if count is None:
            logits, attention = self._scores(tokens.numpy(), memory[0].numpy())
            return StepOutput(torch.from_numpy(logits), states, torch.from_numpy(attention))
        logits, attention = self._scores(tokens, memory[0])
        log_probs = torch.from_numpy(logits).log_softmax(-1).numpy()
        best = np.argsort(-log_probs, axis=-1, kind="stable")[..., :count]
        return Step(np.take_along_axis(log_probs, best, axis=-1), best, states, attention)


OPTIONS = st.builds(
    DecodingOptions,
    beam_size=st.integers(1, 5), min_length=st.integers(0, 3), alpha=st.sampled_from([0.0, 0.6, 1.0]),
    length_penalty=st.sampled_from(["gnmt", "average", "none"]), coverage_penalty=st.sampled_from([0.0, 0.4]),
    no_repeat_ngram_size=st.integers(0, 3), return_attention=st.booleans(),
)  # fmt: skip


@settings(max_examples=40)
@given(OPTIONS, st.integers(0, 10_000), st.sampled_from([None, SEPARATOR]))
def test_both_searches_find_the_same(options: DecodingOptions, seed: int, separator: int | None) -> None:
    options = DecodingOptions(**asdict(options) | {"n_best": min(2, options.beam_size)})
    network, rows, limits = Bigrams(seed), np.array([2, 0, 1]), [7, 4, 9]
    zeros = np.zeros((3, 1, 1), np.float32)
    expected = tensor_search(
        network, (torch.from_numpy(zeros),), (torch.from_numpy(rows),), bos_id=BOS, eos_id=EOS, pad_id=PAD,
        max_lengths=torch.tensor(limits), options=options, forbidden_ids=(3,), separator=separator,
    )  # fmt: skip
    found = beam_search(
        network, (zeros,), (rows,), ids=Ids(BOS, EOS, PAD, (3,), separator), max_lengths=limits, options=options
    )
    results: list[Found] = [expected, found]
    for row in range(3):
        one, other = list(expected.outputs(row)), list(found.outputs(row))
        assert [ids for ids, *_ in one] == [ids for ids, *_ in other]
        np.testing.assert_allclose([rest for _, *rest in one], [rest for _, *rest in other], rtol=1e-5)
        for n, (ids, *_) in enumerate(one):
            weights = [each.weights(row, n, len(ids), SOURCE) for each in results]
            assert (weights[0] is None) == (weights[1] is None)
            if weights[0] is not None:
                np.testing.assert_allclose(*weights, rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_of_one_is_greedy(seed: int) -> None:
    network, rows, zeros = Bigrams(seed), np.array([0, 1, 2]), np.zeros((3, 1, 1), np.float32)
    options = DecodingOptions(beam_size=1)
    greedy = greedy_search(
        network, (torch.from_numpy(zeros),), (torch.from_numpy(rows),), bos_id=BOS, eos_id=EOS, pad_id=PAD,
        max_lengths=6, options=options,
    )  # fmt: skip
    found = beam_search(network, (zeros,), (rows,), ids=Ids(BOS, EOS, PAD), max_lengths=[6] * 3, options=options)
    for row in range(3):
        assert next(greedy.outputs(row))[0] == next(found.outputs(row))[0]
