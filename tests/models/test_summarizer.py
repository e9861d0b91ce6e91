"""One step is the whole sequence's, the loss is the paper's, and characters never seen before can be copied."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.data.batch import pad_sequences
from nlpseq.decoding import Decoded, DecodingOptions, beam_search, greedy_search
from nlpseq.layers.recurrent import Cell
from nlpseq.models.summarizer import SummarizerModel, length_mask

PAD, UNK, BOS, EOS = 0, 1, 2, 3
VOCAB = 12
IDS = {"bos_id": BOS, "eos_id": EOS, "pad_id": PAD, "forbidden_ids": (UNK,)}

VARIANTS = {
    **{cell: {"cell": cell} for cell in get_args(Cell)},
    "whole": {"reduction": 1},
    "longer than a source": {"reduction": 13, "attention": "additive"},
    "lstm deep": {"cell": "lstm", "encoder_layers": 2, "layer_norm": True, "reduction": 2},
    "no attention": {"attention": "none", "tie_embeddings": "none"},
    "no copying": {"copy": False},
    "no copying, whole": {"copy": False, "reduction": 1, "attention": "dot"},
}
each_variant = pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS.keys())


def build(settings: dict, *, seed: int = 0) -> SummarizerModel:
    """A small network in evaluation mode whose weights are large enough for decided outputs."""
    torch.manual_seed(seed)
    model = SummarizerModel(VOCAB, **{"embedding_dim": 6, "hidden_size": 12, "reduction": 3, **settings})
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1 and "embedding" not in name:
                weight.mul_(1.5)
        model.translator.output.bias.normal_()
        if model.copying is not None:
            model.copying.match.weight.normal_()
    return model.eval()


def collate(rows: list[tuple[list[int], list[int]]]) -> tuple[Tensor, ...]:
    """src, copies, src_lengths, tgt_input, tgt, tgt_lengths of (copies, target) rows, the ends left out."""
    copies, src_lengths = pad_sequences([[*source, EOS] for source, _ in rows], PAD)
    tgt, tgt_lengths = pad_sequences([[*target, EOS] for _, target in rows], PAD)
    tgt_input, _ = pad_sequences([[BOS, *target] for _, target in rows], PAD)
    return copies.masked_fill(copies >= VOCAB, UNK), copies, src_lengths, tgt_input, tgt, tgt_lengths


def batch() -> tuple[Tensor, ...]:
    """Ragged pairs with characters above the vocabulary, an empty source and an empty target among them."""
    return collate(
        [
            ([5, 6, 12, 13, 12, 7, 4, 5, 6, 12], [12, 13, 8, 12]),
            ([], [9]),
            ([12, 11, 4, 12, 11, 10], []),
            ([7, 8, 9, 10, 11, 4, 7, 8, 9], [9, 10, 11, 4, 7]),
            ([14, 13, 12], [12, 4, 14]),
        ]
    )


def close(found, expected, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(found, expected, atol=tolerance, rtol=tolerance)


@each_variant
@torch.no_grad()
def test_step_by_step_is_the_whole_sequence(settings) -> None:
    """Three hypotheses a source at once, each with a text of its own, mostly its source's own characters."""
    model, beam, steps = build(settings), 3, 7
    src, copies, src_lengths, *_ = batch()
    generator = torch.Generator().manual_seed(1)
    places = torch.randint(0, 20, (5, beam, steps), generator=generator) % src_lengths.view(-1, 1, 1)
    begin = copies.unsqueeze(1).expand(-1, beam, -1).gather(2, places)
    begin[:, 0] = torch.randint(4, VOCAB, (5, steps), generator=generator)
    begin[:, 2, 1:5] = copies[:, :4]  # a match that grows
    begin[..., 0] = BOS
    hidden, memory = model.start(src, copies, src_lengths)
    hidden = tuple(part.expand(-1, beam, -1) for part in hidden)
    log_probs, attention = [], []
    for t in range(steps):
        output = model.step(begin[:, :, t], hidden, memory)
        hidden = output.hidden
        log_probs.append(output.logits.log_softmax(-1))
        attention.append(output.attention)
    stepped = torch.stack(log_probs, dim=2).flatten(0, 1)  # (5 * K, T, V or more)
    assert stepped.size(-1) == (15 if model.copying else VOCAB)

    rows = torch.arange(5).repeat_interleave(beam)
    lengths = torch.full((5 * beam,), steps)
    source = (src[rows], copies[rows], src_lengths[rows], begin.flatten(0, 1))
    for token in range(VOCAB):
        whole = model(*source, torch.full((5 * beam, steps), token), lengths).log_probs
        close(stepped[..., token].flatten(), whole)
    if model.copying is None:
        return
    places = copies[rows].masked_fill(copies[rows] == PAD, EOS)
    for position in range(places.size(1)):  # all that can be copied, above the vocabulary too
        tgt = places[:, position : position + 1].expand(-1, steps)
        found = stepped.gather(2, tgt.unsqueeze(2)).squeeze(2)
        close(found.flatten(), model(*source, tgt, lengths).log_probs)
        shares = model.copied_from(*source, tgt, lengths)
        weights = torch.stack(attention, dim=2).flatten(0, 1)
        same = (places == places[:, position : position + 1]) & (copies[rows] != PAD)
        # Copied from there, of all ways to come by the character: in proportion to the attention.
        proportions = weights * same.unsqueeze(1)
        close(shares, proportions / proportions.sum(2, keepdim=True) * shares.sum(2, keepdim=True), 1e-4)


def slow_log_prob(model: SummarizerModel, row: tuple[Tensor, ...], step: int) -> tuple[float, float]:
    """Equations 8 and 9 for one target character, in probabilities; and the mean over the vocabulary."""
    src, copies, src_lengths, tgt_input, tgt, tgt_lengths = row
    known = tgt_input.masked_fill(tgt_input >= VOCAB, UNK)
    embedded = model.translator.embed_source(src, src_lengths)
    encoded = model.translator.encode_embedded(embedded, src_lengths)
    decoded = model.translator.decode(known, tgt_lengths, encoded)
    vocabulary = model.translator.output(decoded.features)[0, step].double().softmax(0)
    smooth = float(vocabulary.log().mean())
    target = int(tgt[0, step])
    if model.copying is None:
        return math.log(vocabulary[target if target < VOCAB else UNK]), smooth
    copying, readout = model.copying, decoded.readout[0, step]
    generate = float(torch.sigmoid(copying.gate(readout)))
    query, text, source = copying.query(readout) / math.sqrt(3), tgt_input[0].tolist(), copies[0].tolist()
    scores = []
    for position in range(len(source)):
        key = copying.character(embedded[0, position])
        key = key + copying.block(encoded.memory[0, position // copying.reduction])
        count = 0
        while count < min(position, step, 8) and source[position - 1 - count] == text[step - count]:
            count += 1
        scores.append(math.exp(float(query @ key) + float(copying.match(query)[count])))
    mass = sum(score for score, token in zip(scores, source, strict=True) if token == target) / sum(scores)
    written = float(vocabulary[target]) if target < VOCAB else 0.0
    return math.log(generate * written + (1 - generate) * mass), smooth


@each_variant
@torch.no_grad()
def test_the_loss_is_that_of_the_paper_character_after_character(settings) -> None:
    model = build(settings)
    src, copies, src_lengths, tgt_input, tgt, tgt_lengths = batch()
    scores = model(src, copies, src_lengths, tgt_input, tgt, tgt_lengths)
    expected, smooth, sums = [], [], []
    for b, (s, t) in enumerate(zip(src_lengths.tolist(), tgt_lengths.tolist(), strict=True)):
        one = slice(b, b + 1)
        row = (src[one, :s], copies[one, :s], src_lengths[one], tgt_input[one, :t], tgt[one, :t], tgt_lengths[one])
        found = [slow_log_prob(model, row, step) for step in range(t)]
        expected += [log_prob for log_prob, _ in found]
        smooth += [mean for _, mean in found]
        sums.append(sum(log_prob for log_prob, _ in found))
    close(scores.log_probs, torch.tensor(expected))
    close(model.log_probs(src, copies, src_lengths, tgt_input, tgt, tgt_lengths), torch.tensor(sums))
    loss, count = scores.loss()
    assert count == int(tgt_lengths.sum()) == 18
    assert float(loss) == pytest.approx(-sum(expected), rel=1e-5)
    loss, count = scores.loss(label_smoothing=0.3)
    assert count == 18
    assert float(loss) == pytest.approx(-0.7 * sum(expected) - 0.3 * sum(smooth), rel=1e-5)


def search(model: SummarizerModel, src: Tensor, copies: Tensor, lengths: Tensor, **options) -> Decoded:
    hidden, memory = model.start(src, copies, lengths)
    settings = DecodingOptions(return_attention=model.copying is not None, **options)
    by = greedy_search if settings.beam_size == 1 else beam_search
    return by(model, hidden, memory, max_lengths=lengths + 3, options=settings, **IDS)


@each_variant
@pytest.mark.parametrize("beam_size", [1, 3])
@torch.no_grad()
def test_a_decoded_row_of_a_batch_is_the_row_alone(settings, beam_size) -> None:
    """Also where another row knows more characters above the vocabulary."""
    model = build(settings)
    src, copies, src_lengths, *_ = batch()
    whole = search(model, src, copies, src_lengths, beam_size=beam_size, n_best=beam_size)
    for row, s in enumerate(src_lengths.tolist()):
        one = slice(row, row + 1)
        alone = search(model, src[one, :s], copies[one, :s], src_lengths[one], beam_size=beam_size, n_best=beam_size)
        longest = alone.tokens.size(-1)
        assert torch.equal(whole.tokens[row, :, :longest], alone.tokens[0])
        assert not whole.tokens[row, :, longest:].any()
        close(whole.scores[row], alone.scores[0])
        if model.copying is not None:
            close(whole.attention[row, :, :longest, :s], alone.attention[0])


@each_variant
def test_padding_never_changes_a_number(settings) -> None:
    """Neither more of it nor other ids in it, in the outputs and in the gradients."""
    model = build(settings)
    src, copies, src_lengths, tgt_input, tgt, tgt_lengths = batch()
    generator = torch.Generator().manual_seed(2)

    def soiled(ids: Tensor, lengths: Tensor) -> Tensor:
        ids = F.pad(ids, (0, 3))
        return torch.where(length_mask(lengths, ids), ids, torch.randint(4, VOCAB, ids.shape, generator=generator))

    clean = (src, copies, src_lengths, tgt_input, tgt, tgt_lengths)
    other = tuple(
        soiled(ids, lengths) if ids.dim() == 2 else ids
        for ids, lengths in zip(clean, [src_lengths] * 3 + [tgt_lengths] * 3, strict=True)
    )
    results = []
    for sample in (clean, other):
        scores = model(*sample)
        loss, count = scores.loss(label_smoothing=0.1)
        grads = torch.autograd.grad(loss / count, list(model.parameters()), allow_unused=True)
        results.append((scores.log_probs, *(grad for grad in grads if grad is not None)))
    close(*results)
    for beam_size in (1, 3):
        found = [search(model, *sample[:3], beam_size=beam_size) for sample in (clean, other)]
        assert torch.equal(found[0].tokens, found[1].tokens)
    if model.copying is not None:
        shares, padded = (model.copied_from(*sample) for sample in (clean, other))
        close(F.pad(shares, (0, 3, 0, 3)), padded)


@torch.no_grad()
def test_where_from_and_written_are_all_there_is() -> None:
    """The shares of equation 9's second term; nothing from where another character stands."""
    model = build({})
    sample = batch()
    _, copies, _, _, tgt, tgt_lengths = sample
    shares = model.copied_from(*sample)
    assert shares.shape == (5, tgt.size(1), copies.size(1))
    assert not shares[copies.unsqueeze(1) != tgt.unsqueeze(2)].any()
    copied = shares.sum(2)
    assert not copied[~length_mask(tgt_lengths, tgt)].any()
    only_copied = tgt >= VOCAB
    close(copied[only_copied], torch.ones(int(only_copied.sum())))
    assert ((copied > 0) & (copied < 1)).any() and (copied <= 1 + 1e-5).all()
    with pytest.raises(ValueError, match="copy=True"):
        build({"copy": False}).copied_from(*sample)


def draw(generator: torch.Generator, low: int, high: int, shortest: int, longest: int) -> list[int]:
    """A random word of different ids from `low` up to `high`."""
    length = int(torch.randint(shortest, longest + 1, (), generator=generator))
    return (low + torch.randperm(high - low, generator=generator)[:length]).tolist()


def marked_words(generator: torch.Generator, *, unseen: bool) -> tuple[Tensor, ...]:
    """Sources of ids 6 to 11 around a word in marks, 4 and 5, which is the target; `unseen` words are above V."""
    rows = []
    for _ in range(20):
        target = draw(generator, *((VOCAB, VOCAB + 6) if unseen else (6, VOCAB)), 2, 5)
        around = [draw(generator, 6, VOCAB, 0, 4) for _ in range(2)]
        rows.append(([*around[0], 4, *target, 5, *around[1]], target))
    return collate(rows)


def capitals(generator: torch.Generator) -> tuple[Tensor, ...]:
    """Sources that are read as ids 4 to 7; their copies write 8 to 11; the target is the whole source."""
    words = [draw(generator, 8, VOCAB, 2, 4) for _ in range(20)]
    _, copies, *rest = collate([(word, word) for word in words])
    return torch.where(copies >= 8, copies - 4, copies), copies, *rest


def learn(model: SummarizerModel, batches: Iterator[tuple[Tensor, ...]]) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for sample in batches:
        optimizer.zero_grad()
        loss, count = model(*sample).loss()
        (loss / count).backward()
        optimizer.step()
    model.eval()


def share_right(model: SummarizerModel, sample: tuple[Tensor, ...], beam_size: int) -> float:
    """Share of the rows whose whole target is found."""
    found, tgt = search(model, *sample[:3], beam_size=beam_size), sample[4]
    tokens = F.pad(found.tokens[:, 0], (0, max(0, tgt.size(1) - found.tokens.size(-1))))
    return float((tokens[:, : tgt.size(1)] == tgt).all(1).float().mean())


@pytest.mark.parametrize("reduction", [1, 3])
def test_characters_never_seen_in_training_are_copied(reduction) -> None:
    torch.manual_seed(1)
    model = SummarizerModel(
        VOCAB, embedding_dim=16, hidden_size=32, encoder_layers=1, reduction=reduction,
        word_dropout=0.2,  # the only unknown characters that this training shows
    )  # fmt: skip
    generator = torch.Generator().manual_seed(2)
    learn(model, (marked_words(generator, unseen=False) for _ in range(80)))
    sample = marked_words(generator, unseen=True)
    _, copies, _, _, tgt, _ = sample
    assert int(sample[0].max()) < VOCAB <= int(tgt[:, 0].min())
    for beam_size in (1, 4):
        assert share_right(model, sample, beam_size) >= 0.8
    shares = model.copied_from(*sample)
    behind_the_mark = (copies == 4).int().argmax(1) + 1
    assert (shares[torch.arange(20), 0, behind_the_mark] > 0.9).float().mean() >= 0.8


def test_a_source_can_be_read_in_one_case_and_copied_in_another() -> None:
    torch.manual_seed(0)
    model = SummarizerModel(VOCAB, embedding_dim=8, hidden_size=32, encoder_layers=1, reduction=2)
    generator = torch.Generator().manual_seed(4)
    learn(model, (capitals(generator) for _ in range(80)))
    sample = capitals(generator)
    assert not set(sample[0].unique().tolist()) & set(range(8, VOCAB))
    assert share_right(model, sample, 3) >= 0.8


def test_without_copying_what_is_unknown_stays_unknown() -> None:
    model = build({"copy": False})
    src, copies, src_lengths, tgt_input, tgt, tgt_lengths = batch()
    unknown = tuple(ids.masked_fill(ids >= VOCAB, UNK) for ids in (tgt_input, tgt))
    found = model(src, copies, src_lengths, tgt_input, tgt, tgt_lengths)
    assert torch.equal(found.log_probs, model(src, src, src_lengths, *unknown, tgt_lengths).log_probs)
    hidden, memory = model.start(src, copies, src_lengths)
    assert model.step(torch.full((5, 1), BOS), hidden, memory).logits.shape == (5, 1, VOCAB)


@torch.no_grad()
def test_no_ngram_of_copied_characters_occurs_twice() -> None:
    model = build({})
    assert model.copying is not None
    model.copying.gate.bias.fill_(-30.0)  # copies always
    src, copies, lengths, *_ = collate([([12, 13] * 8, [12]), ([14, 12] * 8 + [13], [12])])

    def twice(found: Decoded) -> bool:
        texts = (found.tokens[row, n, : found.lengths[row, n]].tolist() for row in range(2) for n in range(3))
        pairs = [list(zip(text, text[1:], strict=False)) for text in texts]
        return any(len(text) > len(set(text)) for text in pairs)

    options = {"beam_size": 3, "n_best": 3, "min_length": 6}
    assert twice(search(model, src, copies, lengths, **options))
    found = search(model, src, copies, lengths, no_repeat_ngram_size=2, **options)
    assert not twice(found) and (found.tokens >= VOCAB).any()


@torch.no_grad()
def test_a_forced_prefix_may_hold_copied_characters() -> None:
    model = build({})
    src, copies, lengths, *_ = batch()
    hidden, memory = model.start(src, copies, lengths)
    prefix = torch.tensor([[13, 12, 5], [0, 0, 0], [12, 0, 0], [0, 0, 0], [14, 14, 14]])
    found = beam_search(model, hidden, memory, max_lengths=9, prefix=prefix, **IDS)
    for row, begin in ((0, [13, 12, 5]), (2, [12]), (4, [14] * 3)):
        assert found.tokens[row, 0, : len(begin)].tolist() == begin


def test_a_target_that_nothing_can_write_is_refused() -> None:
    model = build({})
    with pytest.raises(ValueError, match="12 or more .* copies of its source"):
        model(*collate([([5, 12, 6], [5, 13])]))


def test_dropouts_work_in_training_only_and_copying_sees_through_them() -> None:
    sample = batch()
    for settings in ({"dropout": 0.4}, {"recurrent_dropout": 0.4}, {"word_dropout": 0.4}):
        model = build(settings)
        rested = model.log_probs(*sample)
        assert torch.equal(rested, build({}).log_probs(*sample))
        assert not torch.allclose(model.train().log_probs(*sample), rested)
    model = build({"word_dropout": 0.999}).train()
    shares = model.copied_from(*sample)
    assert (shares.sum(2)[sample[4] >= VOCAB] > 0.999).all()


def test_bfloat16_autocast_gives_float32_scores_and_finite_gradients() -> None:
    model, sample = build({}), batch()
    exact = model(*sample).log_probs
    with torch.autocast("cpu", torch.bfloat16):
        scores = model(*sample)
        loss, count = scores.loss(label_smoothing=0.1)
    (loss / count).backward()
    assert scores.log_probs.dtype == torch.float32
    close(scores.log_probs, exact, 0.2)
    assert all(weight.grad is None or weight.grad.isfinite().all() for weight in model.parameters())


def test_sizes_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="reduction must be 1 or more, not 0"):
        SummarizerModel(VOCAB, embedding_dim=6, hidden_size=8, reduction=0)
    with pytest.raises(ValueError, match="even .* not 7"):
        SummarizerModel(VOCAB, embedding_dim=6, hidden_size=7)
