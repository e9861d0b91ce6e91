"""No row knows its neighbours, and the network can learn."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.decoding import Decoded, DecodingOptions, beam_search, greedy_search
from nlpseq.models.translator import TranslatorModel, length_mask
from nlpseq.models.translator_stepper import translator_stepper

PAD, UNK, BOS, EOS = 0, 1, 2, 3
SRC_VOCAB, TGT_VOCAB = 11, 13
IDS = {"bos_id": BOS, "eos_id": EOS, "pad_id": PAD}

VARIANTS = {
    "gru general": {},
    "gru dot": {"attention": "dot"},
    "gru additive": {"attention": "additive", "layer_norm": True},
    "gru no attention": {"attention": "none"},
    "lstm general": {"cell": "lstm", "layer_norm": True},
    "lstm additive untied": {"cell": "lstm", "attention": "additive", "tie_embeddings": "none"},
    "lstm no attention": {"cell": "lstm", "attention": "none", "encoder_layers": 2},
    "rnn_tanh dot deep": {"cell": "rnn_tanh", "attention": "dot", "encoder_layers": 3},
    "rnn_relu joint": {"cell": "rnn_relu", "tie_embeddings": "all", "layer_norm": True},
    "gru of blocks": {"reduction": 3, "encoder_layers": 2},
}
each_variant = pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS.keys())


def build(settings: dict, *, seed: int = 0) -> TranslatorModel:
    """A small network in evaluation mode whose weights are large enough for decided outputs."""
    torch.manual_seed(seed)
    joint = settings.get("tie_embeddings") == "all"
    model = TranslatorModel(TGT_VOCAB if joint else SRC_VOCAB, TGT_VOCAB, embedding_dim=6, hidden_size=10, **settings)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1 and "embedding" not in name:
                weight.mul_(1.5)
        model.output.bias.normal_()
    return model.eval()


def batch(seed: int = 1) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Sources, their lengths, decoder inputs, targets and their lengths: 5 ragged pairs."""
    generator = torch.Generator().manual_seed(seed)
    src_lengths, tgt_lengths = torch.tensor([4, 1, 7, 7, 2]), torch.tensor([6, 3, 1, 5, 6])
    src = torch.randint(4, SRC_VOCAB, (5, 7), generator=generator)
    tgt = torch.randint(4, TGT_VOCAB, (5, 6), generator=generator)
    src = src.masked_fill(~length_mask(src_lengths, src), PAD)
    tgt = tgt.masked_fill(~length_mask(tgt_lengths, tgt), PAD)
    tgt_input = torch.cat([torch.full((5, 1), BOS), tgt[:, :-1]], dim=1)
    return src, src_lengths, tgt_input.masked_fill(~length_mask(tgt_lengths, tgt), PAD), tgt, tgt_lengths


def close(found, expected, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(found, expected, atol=tolerance, rtol=tolerance)


@each_variant
@torch.no_grad()
def test_a_row_of_a_batch_is_the_row_alone(settings) -> None:
    model = build(settings)
    src, src_lengths, tgt_input, tgt, tgt_lengths = batch()
    encoded = model.encode(src, src_lengths)
    attention = model.decode(tgt_input, tgt_lengths, encoded).attention
    log_probs = model.log_probs(src, src_lengths, tgt_input, tgt, tgt_lengths)
    for row, (s, t) in enumerate(zip(src_lengths.tolist(), tgt_lengths.tolist(), strict=True)):
        one = slice(row, row + 1)
        alone = model.encode(src[one, :s], src_lengths[one])
        states = -(-s // model.reduction)
        for name in ("memory", "keys"):
            close(getattr(encoded, name)[row, :states], getattr(alone, name)[0])
        close(encoded.summary[row], alone.summary[0])
        found = model.decode(tgt_input[one, :t], tgt_lengths[one], alone).attention
        if attention is not None:
            close(attention[row, :t, :states], found[0])
        pair = (src[one, :s], src_lengths[one], tgt_input[one, :t], tgt[one, :t], tgt_lengths[one])
        close(log_probs[one], model.log_probs(*pair))


def search(model: TranslatorModel, src: Tensor, lengths: Tensor, beam_size: int) -> Decoded:
    encoded, stepper = model.encode(src, lengths), translator_stepper(model)
    hidden, memory = model.first_hidden(encoded), stepper.memory(encoded)
    options = DecodingOptions(beam_size=beam_size, n_best=beam_size, return_attention=True)
    if beam_size == 1:
        return greedy_search(stepper, hidden, memory, max_lengths=2 * lengths + 3, options=options, **IDS)
    return beam_search(stepper, hidden, memory, max_lengths=2 * lengths + 3, options=options, **IDS)


@each_variant
@pytest.mark.parametrize("beam_size", [1, 3])
@torch.no_grad()
def test_a_decoded_row_of_a_batch_is_the_row_alone(settings, beam_size) -> None:
    model = build(settings)
    src, src_lengths, *_ = batch()
    whole = search(model, src, src_lengths, beam_size)
    for row, s in enumerate(src_lengths.tolist()):
        alone = search(model, src[row : row + 1, :s], src_lengths[row : row + 1], beam_size)
        longest = alone.tokens.size(-1)
        assert torch.equal(whole.tokens[row, :, :longest], alone.tokens[0])
        assert not whole.tokens[row, :, longest:].any()
        close(whole.scores[row], alone.scores[0])
        if model.attention is not None:
            close(whole.attention[row, :, :longest, : -(-s // model.reduction)], alone.attention[0])


@each_variant
def test_padding_never_changes_a_number(settings) -> None:
    """Neither more of it nor other ids in it, in the outputs and in the gradients."""
    model = build(settings)
    src, src_lengths, tgt_input, tgt, tgt_lengths = batch()
    generator = torch.Generator().manual_seed(2)

    def soiled(ids: Tensor, lengths: Tensor) -> Tensor:
        ids = F.pad(ids, (0, 3))
        dirt = torch.randint(4, SRC_VOCAB, ids.shape, generator=generator)
        return torch.where(length_mask(lengths, ids), ids, dirt)

    other = (soiled(src, src_lengths), src_lengths, soiled(tgt_input, tgt_lengths), soiled(tgt, tgt_lengths))
    results = []
    for sample in ((src, src_lengths, tgt_input, tgt, tgt_lengths), (*other, tgt_lengths)):
        log_probs = model.log_probs(*sample)
        grads = torch.autograd.grad(log_probs.sum(), list(model.parameters()))
        results.append((log_probs, model(sample[0], sample[1], sample[2], sample[4]), *grads))
    close(*results)
    for beam_size in (1, 3):
        found = [search(model, ids, src_lengths, beam_size) for ids in (src, other[0])]
        assert torch.equal(found[0].tokens, found[1].tokens)


@torch.no_grad()
def test_log_probs_are_the_sums_of_the_chosen_log_softmaxes() -> None:
    model = build({})
    src, src_lengths, tgt_input, tgt, tgt_lengths = batch()
    found = model.log_probs(src, src_lengths, tgt_input, tgt, tgt_lengths)
    assert found.shape == (5,)
    logits = model(src, src_lengths, tgt_input, tgt_lengths)
    first = 0
    for row, length in enumerate(tgt_lengths.tolist()):
        log_softmax = logits[first : first + length].log_softmax(-1)
        expected = sum(float(log_softmax[t, tgt[row, t]]) for t in range(length))
        assert float(found[row]) == pytest.approx(expected, abs=1e-5)
        first += length
    assert first == len(logits) == int(tgt_lengths.sum())


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_eight_pairs_are_learnt_by_heart(cell) -> None:
    """Each target is its source backwards with every id moved by one, so order and words both matter."""
    torch.manual_seed(3)
    model = TranslatorModel(SRC_VOCAB, TGT_VOCAB, embedding_dim=16, hidden_size=32, cell=cell)
    sources = [[5], [6, 5], [5, 6], [7, 8, 9], [9, 8, 7], [4, 4, 10, 5], [10, 5], [8, 4, 6, 9, 7]]
    targets = [[token + 1 for token in reversed(source)] + [EOS] for source in sources]
    src_lengths = torch.tensor([len(source) + 1 for source in sources])
    tgt_lengths = torch.tensor([len(target) for target in targets])
    src = torch.tensor([source + [EOS] + [PAD] * (5 - len(source)) for source in sources])
    tgt = torch.tensor([target + [PAD] * (6 - len(target)) for target in targets])
    tgt_input = torch.tensor([[BOS] + target[:-1] + [PAD] * (6 - len(target)) for target in targets])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(80):
        optimizer.zero_grad()
        loss = -model.log_probs(src, src_lengths, tgt_input, tgt, tgt_lengths).sum() / tgt_lengths.sum()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    for beam_size in (1, 3):
        found = search(model.eval(), src, src_lengths, beam_size)
        assert [found.tokens[row, 0, : len(target)].tolist() for row, target in enumerate(targets)] == targets


@pytest.mark.parametrize("tie_embeddings", ["target", "all"])
def test_tied_weights_are_one_tensor_with_the_sum_of_the_gradients(tie_embeddings) -> None:
    tied, untied = build({"tie_embeddings": tie_embeddings}), build({"tie_embeddings": tie_embeddings})
    assert tied.output.weight is tied.tgt_embedding.weight
    assert (tied.src_embedding.weight is tied.tgt_embedding.weight) == (tie_embeddings == "all")
    untied.output.weight = torch.nn.Parameter(tied.output.weight.detach().clone())
    untied.src_embedding = torch.nn.Embedding.from_pretrained(
        tied.src_embedding.weight.detach().clone(), freeze=False, padding_idx=PAD
    )
    for model in (tied, untied):
        model.log_probs(*batch()).sum().backward()
    expected = untied.output.weight.grad + untied.tgt_embedding.weight.grad
    if tie_embeddings == "all":
        expected = expected + untied.src_embedding.weight.grad
    close(tied.tgt_embedding.weight.grad, expected)
    count = {name: sum(weight.numel() for weight in model.parameters()) for name, model in (("t", tied), ("u", untied))}
    assert count["u"] - count["t"] == 6 * TGT_VOCAB * (2 if tie_embeddings == "all" else 1)


def test_untied_weights_are_three_tensors() -> None:
    model = build({"tie_embeddings": "none"})
    weights = [model.output.weight, model.tgt_embedding.weight, model.src_embedding.weight]
    assert len({weight.data_ptr() for weight in weights}) == 3


def test_dropouts_work_in_training_only() -> None:
    sample = batch()
    for settings in ({"dropout": 0.4}, {"recurrent_dropout": 0.4}, {"word_dropout": 0.4}):
        model = build(settings)
        rested = model.log_probs(*sample)
        assert torch.equal(rested, model.log_probs(*sample))
        assert torch.equal(rested, build({}).log_probs(*sample))
        assert not torch.allclose(model.train().log_probs(*sample), rested)


def test_an_odd_hidden_size_is_refused() -> None:
    with pytest.raises(ValueError, match="even .* not 7"):
        TranslatorModel(SRC_VOCAB, TGT_VOCAB, embedding_dim=6, hidden_size=7)


def test_a_block_of_no_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="reduction must be 1 or more, not 0"):
        TranslatorModel(SRC_VOCAB, TGT_VOCAB, embedding_dim=6, hidden_size=8, reduction=0)


def test_weights_have_the_names_of_saved_translators() -> None:
    found = {name.split(".")[0] for name, _ in build({"attention": "additive"}).named_parameters()}
    decoder = {"attention", "bridge", "query_rnn", "output_rnn", "features", "output"}
    assert found == {"tgt_embedding", "src_embedding", "encoder"} | decoder


def test_tying_all_needs_a_joint_vocabulary() -> None:
    with pytest.raises(ValueError, match="joint vocabulary"):
        TranslatorModel(SRC_VOCAB, TGT_VOCAB, embedding_dim=6, hidden_size=8, tie_embeddings="all")
