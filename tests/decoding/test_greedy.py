from __future__ import annotations

import pytest
import torch

from nlpseq.decoding import DecodingOptions, StepOutput, beam_search, greedy_search


def test_greedy_follows_the_most_probable_token(toy, ids):
    hidden, memory = toy.sentences(5)
    found = greedy_search(toy, hidden, memory, max_lengths=9, **ids)
    for row in range(5):
        state, rest = (hidden[0][row : row + 1],), tuple(part[row : row + 1] for part in memory)
        token, total, text = ids["bos_id"], 0.0, []
        while len(text) < 9 and token != ids["eos_id"]:
            output = toy.step(torch.tensor([[token]]), state, rest)
            log_probs = output.logits.log_softmax(-1).flatten()
            log_probs[[ids["pad_id"], ids["bos_id"]]] = float("-inf")
            token, state = int(log_probs.argmax()), output.hidden
            total += float(log_probs[token])
            text.append(token)
        length = len(text) - (text[-1] == ids["eos_id"])
        assert found.lengths[row, 0] == length
        assert found.tokens[row, 0, : len(text)].tolist() == text
        assert (found.tokens[row, 0, len(text) :] == ids["pad_id"]).all()
        assert found.log_probs[row, 0].item() == pytest.approx(total, abs=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"min_length": 4},
        {"no_repeat_ngram_size": 1},
        {"length_penalty": "average", "alpha": 1.0},
        {"coverage_penalty": 0.4, "return_attention": True},
    ],
)
@pytest.mark.parametrize("end_bias", [-2.0, 1.0, 3.0])
def test_a_beam_of_one_is_greedy(make_toy, ids, settings, end_bias):
    toy = make_toy(end_bias=end_bias)
    hidden, memory = toy.sentences(37)
    limits = torch.arange(37) % 8 + 1
    options = DecodingOptions(beam_size=1, **settings)
    greedy = greedy_search(toy, hidden, memory, max_lengths=limits, options=options, forbidden_ids=(1,), **ids)
    beam = beam_search(toy, hidden, memory, max_lengths=limits, options=options, forbidden_ids=(1,), **ids)
    for one, other in zip(greedy, beam, strict=True):
        assert (one is None and other is None) or torch.equal(one, other)


def test_finished_sentences_leave_the_batch(toy, ids):
    hidden, memory = toy.sentences(5)
    greedy_search(toy, hidden, memory, max_lengths=torch.tensor([3, 1, 2, 1, 3]), **ids)
    assert toy.batches[0] == 5 and toy.batches[1] <= 3 and len(toy.batches) <= 3


def test_no_sentences_give_no_result(toy, ids):
    hidden, memory = toy.sentences(0)
    found = greedy_search(toy, hidden, memory, max_lengths=4, **ids)
    assert found.tokens.shape == (0, 1, 0) and found.lengths.shape == (0, 1)


def test_where_nothing_can_be_generated_the_result_is_empty(ids):
    class Nothing:
        def step(self, tokens, hidden, memory):
            only_padding = torch.full((*tokens.shape, 5), float("-inf"))
            only_padding[..., 0] = 0.0
            return StepOutput(only_padding, hidden, None)

    for search in (greedy_search, beam_search):
        found = search(Nothing(), (torch.zeros(3, 1, 2),), (), max_lengths=4, **ids)
        assert found.lengths.tolist() == [[0]] * 3
        assert (found.scores == float("-inf")).all() and (found.log_probs == float("-inf")).all()


def test_arguments_that_do_not_fit_are_refused(toy, ids):
    hidden, memory = toy.sentences(3)
    with pytest.raises(ValueError, match="3 rows"):
        greedy_search(toy, hidden, memory, max_lengths=torch.tensor([4, 4]), **ids)
    with pytest.raises(ValueError, match="3 rows"):
        greedy_search(toy, hidden, memory, max_lengths=4, prefix=torch.ones(2, 1, dtype=torch.long), **ids)
    with pytest.raises(ValueError, match="1 or more"):
        greedy_search(toy, hidden, memory, max_lengths=torch.tensor([4, 0, 4]), **ids)
    with pytest.raises(ValueError, match="both empty"):
        greedy_search(toy, (), (), max_lengths=4, **ids)
