from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from nlpseq.decoding import DecodingOptions, StepOutput, beam, beam_search, greedy_search, hypotheses, slots

NEVER = float("-inf")


def fill_in_turn(totals, beam_size):
    """The definition: slot after slot takes the best child left of parents 0 to its own number."""
    width, picks = totals.size(1), []
    flat, taken = totals.flatten().tolist(), set()
    for slot in range(beam_size):
        free = [i for i, total in enumerate(flat) if total > NEVER and i not in taken and i // width <= slot]
        picks.append(max(free, key=lambda i: (flat[i], -i)) if free else -1)
        taken.add(picks[-1])
    return picks


def search_in_turn(toy, hidden, memory, ids, *, beam_size, limit, options, forbidden):
    """One sentence, slot after slot, never stopped early: (score, tokens, log_prob) of each, best first."""
    slots, finished = [(0.0, [ids["bos_id"]], hidden)] + [None] * (beam_size - 1), []
    for time in range(1, limit + 1):
        totals, states = torch.full((beam_size, toy.vocab_size), NEVER), [None] * beam_size
        for k, slot in enumerate(slots):
            if slot is not None:
                output = toy.step(torch.tensor([[slot[1][-1]]]), slot[2], memory)
                log_probs = output.logits.log_softmax(-1, dtype=torch.float32).flatten()
                log_probs[[ids["pad_id"], ids["bos_id"], *forbidden]] = NEVER
                if time <= options.min_length:
                    log_probs[ids["eos_id"]] = NEVER
                totals[k], states[k] = slot[0] + log_probs, output.hidden
        parents, slots = slots, []
        for pick in fill_in_turn(totals, beam_size):
            slots.append(None)
            if pick >= 0:
                parent, token = divmod(pick, toy.vocab_size)
                total, text = float(totals[parent, token]), [*parents[parent][1], token]
                if token == ids["eos_id"] or time == limit:
                    score = total / float(options.normaliser(np.array(time)))
                    finished.append((score, text[1:], total))
                else:
                    slots[-1] = (total, text, states[parent])
    return sorted(finished, key=lambda hypothesis: -hypothesis[0])


def texts(found, row):
    """The hypotheses of one sentence as lists of tokens, the end included."""
    return [[token for token in tokens.tolist() if token != 0] for tokens in found.tokens[row]]


def rows_of(parts, rows):
    return tuple(part[rows] for part in parts)


def assert_same(one, other):
    width = min(one.tokens.size(-1), other.tokens.size(-1))
    assert torch.equal(one.tokens[..., :width], other.tokens[..., :width])
    assert not one.tokens[..., width:].any() and not other.tokens[..., width:].any()
    assert torch.equal(one.lengths, other.lengths)
    torch.testing.assert_close(one.log_probs, other.log_probs, atol=1e-5, rtol=0)
    torch.testing.assert_close(one.scores, other.scores, atol=1e-5, rtol=0)
    if one.attention is not None:
        torch.testing.assert_close(one.attention[:, :, :width], other.attention[:, :, :width], atol=1e-6, rtol=0)


def test_best_tokens_put_equal_ones_in_order_of_their_id():
    generator = torch.Generator().manual_seed(0)
    log_probs = torch.randint(-3, 0, (4, 3, 50), generator=generator).float()
    log_probs[0] = torch.randn(3, 50, generator=generator)
    expected = log_probs.sort(dim=-1, descending=True, stable=True)
    for count in (1, 2, 5, 50, 60):
        values, tokens = beam.best_tokens(log_probs, count)
        assert np.array_equal(values, expected.values[..., :count])
        assert np.array_equal(tokens, expected.indices[..., :count])


@pytest.mark.parametrize("vocab", [200, beam.GROUP_TOKENS * 24 - 1, beam.GROUP_TOKENS * 24, 5000])
def test_best_tokens_of_a_large_vocabulary(vocab, monkeypatch):
    monkeypatch.setattr(beam, "FEWEST_GROUPED", 0)
    generator = torch.Generator().manual_seed(vocab)
    log_probs = torch.randn(4, 3, vocab, generator=generator)
    log_probs[1] = log_probs[1].mul(3).round()  # many ties, within groups and across them
    log_probs[2].masked_fill_(torch.rand(3, vocab, generator=generator) < 0.9, NEVER)
    log_probs[3, 0, 3:] = NEVER
    log_probs[3, 1, :-2] = NEVER
    log_probs[3, 2] = -1.0
    expected = log_probs.sort(dim=-1, descending=True, stable=True)
    for count in (1, 5):
        values, tokens = beam.best_tokens(log_probs, count)
        assert np.array_equal(values, expected.values[..., :count])
        possible = values > NEVER
        assert np.array_equal(tokens[possible], expected.indices[..., :count].numpy()[possible])


@pytest.mark.parametrize("beam_size", [1, 3, 5])
@pytest.mark.parametrize(
    "settings",
    [{}, {"min_length": 3, "length_penalty": "average", "alpha": 1.0}, {"length_penalty": "none"}],
)
def test_batched_search_is_the_search_in_turn(toy, ids, beam_size, settings):
    """Holds slots, early stop, compaction and merging against the plain definition."""
    options = DecodingOptions(beam_size=beam_size, n_best=beam_size, **settings)
    hidden, memory = toy.sentences(9)
    limits = torch.tensor([1, 2, 4, 6, 8, 8, 7, 5, 3])
    found = beam_search(toy, hidden, memory, max_lengths=limits, options=options, forbidden_ids=(1,), **ids)
    for row, limit in enumerate(limits.tolist()):
        one = [row]
        expected = search_in_turn(
            toy, rows_of(hidden, one), rows_of(memory, one), ids,
            beam_size=beam_size, limit=limit, options=options, forbidden=(1,),
        )[:beam_size]  # fmt: skip
        assert texts(found, row)[: len(expected)] == [text for _, text, _ in expected]
        for n, (score, text, log_prob) in enumerate(expected):
            assert found.scores[row, n].item() == pytest.approx(score, abs=1e-5)
            assert found.log_probs[row, n].item() == pytest.approx(log_prob, abs=1e-5)
            assert found.lengths[row, n] == len(text) - (text[-1] == ids["eos_id"])


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"length_penalty": "average", "alpha": 1.0},
        {"length_penalty": "none", "no_repeat_ngram_size": 2},
        {"coverage_penalty": 0.5},
    ],
)
def test_a_wider_beam_never_scores_lower(toy, ids, settings):
    hidden, memory = toy.sentences(300)
    scores = torch.cat(
        [
            beam_search(
                toy,
                hidden,
                memory,
                max_lengths=9,
                options=DecodingOptions(beam_size=width, **settings),
                **ids,
            ).scores
            for width in range(1, 9)
        ],
        dim=1,
    )
    assert scores.diff(dim=1).min() >= -1e-5
    assert (scores[:, -1] > scores[:, 0]).float().mean() > 0.2  # and the width is worth something


def test_a_beam_wide_enough_is_the_exhaustive_search(make_toy, ids):
    toy = make_toy(vocab_size=6, end_bias=0.0)  # 1, 4 and 5 are words
    options = DecodingOptions(beam_size=130, n_best=120, length_penalty="average", alpha=0.7)
    hidden, memory = toy.sentences(3)
    found = beam_search(toy, hidden, memory, max_lengths=4, options=options, **ids)
    every = [
        [*words, *end]
        for length in range(5)
        for words in itertools.product((1, 4, 5), repeat=length)
        for end in ([[3]] if length < 4 else [[]])
    ]
    assert len(every) == 1 + 3 + 9 + 27 + 81
    for row in range(3):
        scores = {}
        for text in every:
            state, rest, total = rows_of(hidden, [row]), rows_of(memory, [row]), 0.0
            for before, token in zip([ids["bos_id"], *text], text, strict=False):
                output = toy.step(torch.tensor([[before]]), state, rest)
                state = output.hidden
                total += float(output.logits.log_softmax(-1)[0, 0, token])
            scores[tuple(text)] = total / len(text) ** 0.7
        ranked = sorted(scores, key=lambda text: -scores[text])
        assert texts(found, row) == [list(text) for text in ranked[:120]]
        expected = torch.tensor([scores[text] for text in ranked[:120]])
        torch.testing.assert_close(found.scores[row], expected, atol=1e-5, rtol=0)


def test_n_best_are_distinct_and_fall(toy, ids):
    hidden, memory = toy.sentences(23)
    options = DecodingOptions(beam_size=5, n_best=5)
    found = beam_search(toy, hidden, memory, max_lengths=8, options=options, **ids)
    assert (found.scores.diff(dim=1) <= 0).all() and found.scores.isfinite().all()
    for row in range(23):
        assert len({tuple(text) for text in texts(found, row)}) == 5
    one = beam_search(toy, hidden, memory, max_lengths=8, options=DecodingOptions(beam_size=5), **ids)
    assert torch.equal(one.scores, found.scores[:, :1])


def test_places_without_a_hypothesis_are_empty(toy, ids):
    hidden, memory = toy.sentences(2)
    options = DecodingOptions(beam_size=7, n_best=7, return_attention=True)
    found = beam_search(
        toy, hidden, memory, max_lengths=1, options=options, forbidden_ids=(1, 5, 6, 7, 8, 9, 10), **ids
    )
    assert found.scores.isfinite().tolist() == [[True] * 2 + [False] * 5] * 2  # 4 and the end
    assert sorted(texts(found, 0)) == [[], [], [], [], [], [3], [4]]
    assert not found.lengths[:, 2:].any() and not found.attention[:, 2:].any()
    assert (found.log_probs[:, 2:] == NEVER).all()


@pytest.mark.parametrize("coverage_penalty", [0.0, 0.5])
def test_a_row_does_not_depend_on_the_others(toy, ids, coverage_penalty):
    options = DecodingOptions(
        beam_size=3,
        n_best=2,
        coverage_penalty=coverage_penalty,
        no_repeat_ngram_size=2,
        return_attention=True,
    )
    hidden, memory = toy.sentences(11)
    limits = torch.tensor([9, 3, 7, 1, 8, 9, 9, 2, 5, 6, 4])
    prefix = torch.zeros(11, 2, dtype=torch.long)
    prefix[4], prefix[7, 0] = torch.tensor([5, 9]), 6

    def search(rows):
        return beam_search(
            toy, rows_of(hidden, rows), rows_of(memory, rows), max_lengths=limits[rows], prefix=prefix[rows],
            options=options, **ids,
        )  # fmt: skip

    together = search(list(range(11)))
    for row in range(11):
        assert_same(search([row]), type(together)(*(part[[row]] for part in together)))
    order = [3, 10, 0, 7, 1, 9, 2, 8, 4, 6, 5]
    assert_same(search(order), type(together)(*(part[order] for part in together)))


def test_source_padding_changes_nothing(toy, ids):
    options = DecodingOptions(beam_size=3, coverage_penalty=0.7)
    hidden, (states, mask) = toy.sentences(7)
    found = beam_search(toy, hidden, (states, mask), max_lengths=8, options=options, **ids)
    longer = (torch.cat([states, states], dim=1), torch.cat([mask, torch.zeros_like(mask)], dim=1))
    assert_same(found, beam_search(toy, hidden, longer, max_lengths=8, options=options, **ids))


def test_coverage_penalty_is_that_of_the_returned_attention(toy, ids):
    settings = {"beam_size": 3, "n_best": 3, "length_penalty": "none", "return_attention": True}
    hidden, memory = toy.sentences(5)
    options = DecodingOptions(coverage_penalty=0.5, **settings)
    found = beam_search(toy, hidden, memory, max_lengths=8, options=options, **ids)
    covered = found.attention.sum(2).clamp(max=1).log().masked_fill(~memory[1].unsqueeze(1), 0.0).sum(-1)
    torch.testing.assert_close(found.scores, (found.log_probs + 0.5 * covered).float(), atol=1e-4, rtol=1e-5)


def test_lengths_stay_between_minimum_and_maximum(make_toy, ids):
    hidden, memory = make_toy().sentences(17)
    limits = torch.arange(17) % 5 + 3
    for end_bias in (-20.0, 20.0):
        options = DecodingOptions(beam_size=3, n_best=3, min_length=2)
        found = beam_search(make_toy(end_bias=end_bias), hidden, memory, max_lengths=limits, options=options, **ids)
        with_end = found.lengths + (found.tokens == ids["eos_id"]).sum(-1)
        assert (found.lengths >= 2).all() and (with_end <= limits.unsqueeze(1)).all()
        bound = 2 if end_bias > 0 else limits
        assert (found.lengths[:, 0] == bound).all()


@pytest.mark.parametrize("size", [1, 2])
def test_no_hypothesis_repeats_an_ngram(make_toy, ids, size):
    toy = make_toy(end_bias=-9.0)
    hidden, memory = toy.sentences(13)
    free = beam_search(toy, hidden, memory, max_lengths=20, options=DecodingOptions(beam_size=3), **ids)
    options = DecodingOptions(beam_size=3, n_best=3, no_repeat_ngram_size=size)
    found = beam_search(toy, hidden, memory, max_lengths=20, options=options, **ids)

    def repeats(text):
        ngrams = [tuple(text[i : i + size]) for i in range(len(text) - size + 1)]
        return len(ngrams) > len(set(ngrams))

    assert any(repeats(text) for row in range(13) for text in texts(free, row))
    assert not any(repeats(text) for row in range(13) for text in texts(found, row))


def test_every_hypothesis_begins_with_its_prefix(toy, ids):
    hidden, memory = toy.sentences(4)
    prefix = torch.tensor([[7, 7, 1], [0, 0, 0], [9, 0, 0], [4, 3, 0]])
    options = DecodingOptions(beam_size=5, n_best=3, no_repeat_ngram_size=1)
    call = {"max_lengths": 8, "options": options, "forbidden_ids": (1,), **ids}
    found = beam_search(toy, hidden, memory, prefix=prefix, **call)
    assert all(text[:3] == [7, 7, 1] for text in texts(found, 0))
    assert all(text[0] == 9 for text in texts(found, 2)) and len(set(map(tuple, texts(found, 2)))) == 3
    assert texts(found, 3) == [[4, 3], [], []]  # a prefix that ends leaves one hypothesis
    free = beam_search(toy, rows_of(hidden, [1]), rows_of(memory, [1]), **call)
    assert texts(found, 1) == texts(free, 0)


def test_attention_and_log_probs_are_those_of_the_returned_tokens(toy, ids):
    hidden, memory = toy.sentences(6)
    options = DecodingOptions(beam_size=5, n_best=4, return_attention=True)
    found = beam_search(toy, hidden, memory, max_lengths=7, options=options, **ids)
    for row, n in itertools.product(range(6), range(4)):
        text, state, total = texts(found, row)[n], rows_of(hidden, [row]), 0.0
        for time, (before, token) in enumerate(zip([ids["bos_id"], *text], text, strict=False)):
            output = toy.step(torch.tensor([[before]]), state, rows_of(memory, [row]))
            state = output.hidden
            total += float(output.logits.log_softmax(-1)[0, 0, token])
            torch.testing.assert_close(found.attention[row, n, time], output.attention[0, 0])
        assert found.log_probs[row, n].item() == pytest.approx(total, abs=1e-5)
        assert not found.attention[row, n, len(text) :].any()


@pytest.mark.parametrize(
    "settings",
    [{"alpha": 1.0}, {"length_penalty": "average", "alpha": 0.6, "n_best": 2}, {"coverage_penalty": 0.3}],
)
def test_stopping_early_saves_steps_and_changes_nothing(make_toy, ids, settings, monkeypatch):
    toy = make_toy(end_bias=4.0)
    hidden, memory = toy.sentences(29)
    options = DecodingOptions(beam_size=5, **settings)
    stopped = beam_search(toy, hidden, memory, max_lengths=15, options=options, **ids)
    cost, toy.batches = sum(toy.batches), []
    monkeypatch.setattr(slots, "may_improve", lambda live, *_: (live.log_probs > NEVER).any(1))
    assert_same(stopped, beam_search(toy, hidden, memory, max_lengths=15, options=options, **ids))
    assert cost < 0.9 * sum(toy.batches)


@pytest.mark.parametrize("search", [beam_search, greedy_search])
def test_it_changes_nothing_when_the_finished_leave(make_toy, ids, search, monkeypatch):
    toy, results, costs = make_toy(end_bias=2.0), [], []
    hidden, memory = toy.sentences(41)
    options = DecodingOptions(beam_size=4, n_best=4, return_attention=True, coverage_penalty=0.2)
    for share in (0.0, hypotheses.LEAVING_SHARE, 1.0):
        monkeypatch.setattr(hypotheses, "LEAVING_SHARE", share)
        toy.batches = []
        results.append(search(toy, hidden, memory, max_lengths=12, options=options, **ids))
        costs.append(sum(toy.batches))
    assert costs[0] < costs[1] < costs[2]
    for other in results[1:]:
        assert_same(results[0], other)


def test_a_network_may_have_no_state(ids):
    """What comes next hangs on the last token alone: the sums over all texts are at hand."""

    class Bigrams:
        table = torch.randn(6, 6, generator=torch.Generator().manual_seed(0))

        def step(self, tokens, hidden, memory):
            return StepOutput(self.table[tokens] * memory[0], (), None)

    scale = torch.tensor([[[1.0]], [[-2.0]], [[0.5]]])
    options = DecodingOptions(beam_size=40, n_best=4, length_penalty="none")
    found = beam_search(Bigrams(), (), (scale,), max_lengths=4, options=options, **ids)
    for row in range(3):
        table = (Bigrams.table * scale[row]).log_softmax(-1)
        every = {}
        for text in itertools.product((1, 3, 4, 5), repeat=4):
            text = text[: text.index(3) + 1] if 3 in text else text
            every[text] = sum(table[step].item() for step in zip((ids["bos_id"], *text), text, strict=False))
        best = sorted(every, key=every.get, reverse=True)[:4]
        assert texts(found, row) == [list(text) for text in best]
        assert found.scores[row].tolist() == pytest.approx([every[text] for text in best], abs=1e-5)


@pytest.mark.parametrize(
    ("hidden", "memory", "changes", "message"),
    [
        ((), (), {}, "the number of sentences is unknown"),
        ((torch.zeros(3, 1, 2),), (torch.zeros(2, 4),), {}, "must all have 3 rows"),
        ((torch.zeros(3, 1, 2),), (), {"max_lengths": torch.tensor([4, 5])}, "must all have 3 rows"),
        ((torch.zeros(3, 1, 2),), (), {"prefix": torch.ones(2, 1, dtype=torch.long)}, "must all have 3 rows"),
        ((torch.zeros(3, 1, 2),), (), {"max_lengths": torch.tensor([4, 0, 1])}, "max_lengths must be 1 or more"),
    ],
)
@pytest.mark.parametrize("search", [beam_search, greedy_search])
def test_sentences_must_agree_in_their_number(toy, ids, search, hidden, memory, changes, message):
    with pytest.raises(ValueError, match=message):
        search(toy, hidden, memory, **{"max_lengths": 5, **changes}, **ids)


def test_a_network_without_source_has_no_attention(ids):
    class Bigrams:
        table = torch.randn(6, 6, generator=torch.Generator().manual_seed(0))

        def step(self, tokens, hidden, memory):
            return StepOutput(self.table[tokens], (hidden[0] + 1,), None)

    hidden = (torch.zeros(3, 1, 1),)
    found = beam_search(Bigrams(), hidden, (), max_lengths=5, options=DecodingOptions(return_attention=True), **ids)
    assert found.attention is None and found.scores.shape == (3, 1) and math.isfinite(found.scores[0, 0])
    with pytest.raises(ValueError, match="coverage_penalty needs a network with attention"):
        beam_search(Bigrams(), hidden, (), max_lengths=5, options=DecodingOptions(coverage_penalty=1.0), **ids)
