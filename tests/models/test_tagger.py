"""A sentence of a batch is the sentence alone, words are read by their letters, and both kinds of output add up."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nlpseq.models.tagger import Spelling, SpellingEncoder, TaggerModel

# Ids from 4 to 8 and their characters.
WORDS = {4: [1, 2, 3], 5: [4], 6: [2, 2, 5, 1, 3], 7: [5, 1], 8: [3, 3, 3, 4]}
SENTENCES = [[4, 5, 4, 7, 6], [8, 6], [5, 7, 8]]


def make_model(**given: object) -> TaggerModel:
    torch.manual_seed(0)
    settings: dict = dict(
        embedding_dim=7, hidden_size=5, num_layers=2, cell="lstm", num_chars=6, char_embedding_dim=3,
        char_hidden_size=4, crf=True,
    )  # fmt: skip
    model = TaggerModel(9, 3, **{**settings, **given})
    with torch.no_grad():
        if given.get("crf", True):
            model.crf.transitions.normal_()
    return model.eval()


def make_batch(sentences: list[list[int]], width: int = 0) -> tuple[Tensor, Tensor, Spelling]:
    lengths = torch.tensor([len(sentence) for sentence in sentences])
    width = max(width, int(lengths.max()))
    ids, rows = torch.zeros(2, len(sentences), width, dtype=torch.int64)
    words = sorted({word for sentence in sentences for word in sentence}, reverse=True)
    for number, sentence in enumerate(sentences):
        ids[number, : len(sentence)] = torch.tensor(sentence)
        rows[number, : len(sentence)] = torch.tensor([words.index(word) for word in sentence])
    chars = torch.nn.utils.rnn.pad_sequence([torch.tensor(WORDS[word]) for word in words], batch_first=True)
    return ids, lengths, Spelling(chars, torch.tensor([len(WORDS[word]) for word in words]), rows)


@pytest.mark.parametrize("cell", ["lstm", "gru", "min_gru"])
@pytest.mark.parametrize("crf", [True, False])
def test_a_sentence_of_a_batch_is_the_sentence_alone(cell: str, crf: bool) -> None:
    model = make_model(cell=cell, crf=crf)
    ids, lengths, spelling = make_batch(SENTENCES, width=8)
    emissions = model(ids, lengths, spelling)
    tags = torch.randint(3, ids.shape, generator=torch.Generator().manual_seed(1))
    likelihood = model.log_likelihood(emissions, tags, lengths)
    decoded, marginals = model.crf.decode(emissions, lengths).tags, model.crf.marginals(emissions, lengths)
    for row, sentence in enumerate(SENTENCES):
        n = len(sentence)
        one_ids, one_length, one_spelling = make_batch([sentence])
        alone = model(one_ids, one_length, one_spelling)
        torch.testing.assert_close(emissions[row, :n], alone[0], atol=1e-5, rtol=1e-4)
        expected = model.log_likelihood(alone, tags[row : row + 1, :n], one_length)[0]
        torch.testing.assert_close(likelihood[row], expected, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(marginals[row, :n], model.crf.marginals(alone)[0], atol=1e-5, rtol=1e-4)
        assert decoded[row].tolist() == model.crf.decode(alone).tags[0].tolist() + [0] * (8 - n)


def test_a_word_is_the_last_states_of_a_plain_lstm_over_its_characters() -> None:
    torch.manual_seed(0)
    encoder = SpellingEncoder(6, embedding_dim=3, hidden_size=4)
    plain = encoder.encoder.layers[0]
    _, _, spelling = make_batch(SENTENCES)
    found = encoder(spelling.chars, spelling.lengths)
    for row, length in enumerate(spelling.lengths.tolist()):
        embedded = encoder.embedding(spelling.chars[row : row + 1, :length]) * 3**0.5
        outputs, _ = plain(embedded)
        expected = torch.cat([outputs[0, -1, :4], outputs[0, 0, 4:]])
        torch.testing.assert_close(found[row], expected, atol=1e-6, rtol=1e-5)


def test_unknown_words_differ_by_their_letters_alone() -> None:
    ids, lengths, spelling = make_batch([[4, 5], [4, 6]])
    unknown = torch.ones_like(ids)
    with_letters = make_model()(unknown, lengths, spelling)
    assert not torch.allclose(with_letters[0], with_letters[1])
    without = make_model(char_hidden_size=0)(unknown, lengths)
    torch.testing.assert_close(without[0], without[1])


def test_a_softmax_scores_each_tag_alone_and_decodes_allowed_ones() -> None:
    allowed = torch.ones(4, 4)
    allowed[-1, 2] = allowed[0, 2] = allowed[2, 2] = 0  # tag 2 only behind tag 1
    model = make_model(crf=False, allowed=allowed)
    lengths = torch.tensor([3, 2])
    emissions = torch.tensor([[[0.0, 1, 9], [0, 3, 9], [1, 0, 2]], [[2.0, 0, 1], [0, 1, 5], [9, 9, 9]]])
    assert model.crf.decode(emissions, lengths).tags.tolist() == [[1, 2, 0], [1, 2, 0]]
    tags = torch.tensor([[1, 2, 2], [0, 1, 0]])
    shares = emissions.softmax(2)
    expected = [shares[0, range(3), [1, 2, 2]].log().sum(), shares[1, range(2), [0, 1]].log().sum()]
    torch.testing.assert_close(model.log_likelihood(emissions, tags, lengths), torch.stack(expected))
    torch.testing.assert_close(make_model(crf=False).crf.marginals(emissions)[0], shares[0])
    assert not model.crf.transitions.requires_grad


def test_every_weight_is_trained_and_two_way_layers_see_the_whole_sentence() -> None:
    model = make_model()
    ids, lengths, spelling = make_batch(SENTENCES)
    tags = torch.randint(3, ids.shape, generator=torch.Generator().manual_seed(2))
    (-model.log_likelihood(model(ids, lengths, spelling), tags, lengths)).sum().backward()
    assert all(weight.grad is not None and bool(weight.grad.any()) for weight in model.parameters())
    changed = ids.clone()
    changed[0, 4] = 8
    first, second = model(ids, lengths, spelling)[0, 0], model(changed, lengths, spelling)[0, 0]
    assert not torch.allclose(first, second)


def test_only_singletons_become_unknown_and_only_in_training() -> None:
    model = make_model(singleton_dropout=0.5, singletons_from=7)
    ids = torch.tensor([[4, 5, 6, 7, 8, 0]]).expand(400, 6)
    assert torch.equal(model.drop_words(ids), ids)
    torch.manual_seed(3)
    dropped = model.train().drop_words(ids)
    assert torch.equal(dropped[:, [0, 1, 2, 5]], ids[:, [0, 1, 2, 5]])
    share = (dropped[:, 3:5] == 1).float().mean().item()
    assert 0.4 < share < 0.6 and set(dropped[:, 3].tolist()) == {1, 7}
    all_words = make_model(word_dropout=0.99).train().drop_words(ids)
    assert (all_words[:, :5] == 1).float().mean().item() > 0.95 and not all_words[:, 5].any()


def test_dropout_is_locked_over_the_tokens_and_off_outside_of_training() -> None:
    model = make_model(dropout=0.5)
    ids, lengths, spelling = make_batch(SENTENCES)
    torch.testing.assert_close(model(ids, lengths, spelling), model(ids, lengths, spelling))
    seen = []
    for part in (model.encoder, model.output):
        part.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    model.train()(ids, lengths, spelling)
    for x in seen:  # what the stack reads and what the output reads
        zero = x[0] == 0.0  # (S, features) of the first sentence, which has no padding
        assert bool((zero == zero[0]).all()) and 0 < zero[0].sum() < zero.size(1)


def test_vectors_are_taken_for_known_words() -> None:
    model = make_model()
    before = model.embedding.weight.detach().clone()
    vectors, known = torch.arange(63.0).reshape(9, 7), torch.zeros(9, dtype=torch.bool)
    known[[4, 6]] = True
    model.load_vectors(vectors, known)
    after = model.embedding.weight.detach()
    assert torch.equal(after[~known], before[~known])
    assert after[known].norm(dim=1).mean().item() == pytest.approx(1.0)
    torch.testing.assert_close(after[4] / after[6], vectors[4] / vectors[6])


@pytest.mark.parametrize(("size", "message"), [(4, "reads characters"), (0, "reads no characters")])
def test_characters_are_given_where_they_are_read(size: int, message: str) -> None:
    ids, lengths, spelling = make_batch(SENTENCES)
    with pytest.raises(ValueError, match=message):
        make_model(char_hidden_size=size)(ids, lengths, None if size else spelling)
