"""No row knows its neighbours or its padding, the last state is the last real token's, and the network can learn."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence

from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.word_predictor import WordPredictor

CELLS = ["gru", "lstm", "rnn_tanh", "rnn_relu"]
LENGTHS = torch.tensor([4, 9, 1, 6, 9])
VOCAB, CLASSES = 17, 3

VARIANTS = {
    "lstm concat": {},
    "gru last one way": {"cell": "gru", "pooling": "last", "bidirectional": False},
    "tanh max deep": {"cell": "rnn_tanh", "pooling": "max", "num_layers": 3},
    "relu mean": {"cell": "rnn_relu", "pooling": "mean"},
    "lstm attention layer norm": {"pooling": "attention", "norm": "layer", "num_layers": 2},
    "gru last batch norm": {"cell": "gru", "pooling": "last", "norm": "batch"},
    "lstm chunks": {"chunk_length": 4},
    "gru attention chunks": {"cell": "gru", "pooling": "attention", "chunk_length": 2, "norm": "batch"},
}
each_variant = pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS.keys())
each_cell = pytest.mark.parametrize("cell", CELLS)


def build(settings: dict, *, seed: int = 0) -> ClassifierModel:
    torch.manual_seed(seed)
    return ClassifierModel(VOCAB, CLASSES, embedding_dim=6, hidden_size=5, **settings).eval()


def batch(seed: int = 1) -> Tensor:
    """Ids (5, 9), zero behind each row's length."""
    ids = torch.randint(4, VOCAB, (5, 9), generator=torch.Generator().manual_seed(seed))
    return ids.masked_fill(torch.arange(9) >= LENGTHS[:, None], 0)


def close(found: Tensor, expected: Tensor, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(found, expected, atol=tolerance, rtol=tolerance)


@each_variant
def test_no_row_knows_its_neighbours_or_its_padding(settings) -> None:
    model, ids = build(settings), batch()
    together = model(ids, LENGTHS)
    assert together.shape == (5, CLASSES) and together.dtype == torch.float32
    for i, length in enumerate(LENGTHS):
        close(model(ids[i : i + 1, :length], LENGTHS[i : i + 1]), together[i : i + 1])
    order = torch.tensor([3, 0, 4, 2, 1])
    close(model(ids[order], LENGTHS[order]), together[order])
    longer = F.pad(ids, (0, 5), value=VOCAB - 1)
    longer[:, :9] = ids.where(torch.arange(9) < LENGTHS[:, None], torch.tensor(VOCAB - 1))
    close(model(longer, LENGTHS), together)


def torch_states(model: ClassifierModel, ids: Tensor) -> Tensor:
    """(B, D*H): the last layer's last states by torch's own packed module."""
    encoder, cell = model.encoder, model.encoder.cell
    kind = {"gru": nn.GRU, "lstm": nn.LSTM}.get(cell, nn.RNN)
    options = {"nonlinearity": cell[4:]} if kind is nn.RNN else {}
    layers = len(encoder.layers)
    twin = kind(6, 5, layers, batch_first=True, bidirectional=encoder.directions == 2, **options)
    own = {f"{name[:-1]}{depth}" if "reverse" not in name else name.replace("_l0_", f"_l{depth}_"): weight
           for depth, layer in enumerate(encoder.layers) for name, weight in layer.named_parameters()}  # fmt: skip
    twin.load_state_dict(own)
    packed = pack_padded_sequence(model.embed(ids), LENGTHS, batch_first=True, enforce_sorted=False)
    _, final = twin(packed)
    h_n = final[0] if cell == "lstm" else final
    return torch.cat(list(h_n[-encoder.directions :]), dim=1)


@each_cell
@pytest.mark.parametrize("num_layers", [1, 2, 3])
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "two ways"])
def test_the_last_state_is_the_last_real_tokens_in_both_directions_and_all_layers(cell, num_layers, bidirectional):
    settings = {"cell": cell, "num_layers": num_layers, "bidirectional": bidirectional, "pooling": "last"}
    model, ids = build(settings), batch()
    close(model(ids, LENGTHS), model.output(torch_states(model, ids)))


@each_cell
def test_tutorial_fault_reading_padding_at_minus_one(cell) -> None:
    """`outputs[:, -1]` is a pad's for every row but the longest; here a shorter row gives what it gives alone."""
    model, ids = build({"cell": cell, "pooling": "last", "bidirectional": False}), batch()
    outputs = model.encoder(model.embed(ids), LENGTHS).outputs
    assert not outputs[0, -1].any() and outputs[1, -1].any()  # what the tutorials read: nothing at all
    close(model(ids, LENGTHS)[0], model(ids[:1, :4], LENGTHS[:1])[0])
    close(model(ids, LENGTHS)[0], model.output(outputs[0, 3]))


@each_cell
def test_tutorial_fault_folding_layers_into_the_batch(cell) -> None:
    """`h_n.view(batch, -1)` of (layers * directions, B, H) mixes the states of different texts: here none do."""
    model, ids = build({"cell": cell, "num_layers": 2, "pooling": "last"}), batch()
    embedded = model.embed(ids).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(model.classify(embedded, LENGTHS)[3].sum(), embedded)
    touched = gradient.abs().sum((1, 2)) > 0
    assert touched.tolist() == [False, False, False, True, False]
    h_n = model.encoder(embedded, LENGTHS).state[0]  # (layers * directions, B, H)
    mixed = h_n.reshape(5, -1)
    (gradient,) = torch.autograd.grad(mixed[3].sum(), embedded)
    assert (gradient.abs().sum((1, 2)) > 0).sum() > 1  # the fault itself


def test_tutorial_fault_a_tuple_for_a_gru() -> None:
    """An LSTM's state is (h, c), a GRU's is h: here a state is a tuple for every cell, of as many parts as it has."""
    for cell in CELLS:
        model, ids = build({"cell": cell}), batch()
        embedded = model.embed(ids)
        state = model.encoder(embedded, LENGTHS).state
        assert len(state) == (2 if cell == "lstm" else 1)
        again = model.encoder(embedded, LENGTHS, state)
        assert again.outputs.shape == (5, 9, 10)
    with pytest.raises(AttributeError):
        nn.GRU(6, 5, batch_first=True)(embedded, (torch.zeros(1, 5, 5), torch.zeros(1, 5, 5)))


def test_the_backward_direction_reads_from_the_end() -> None:
    """A text and its mirror image swap the halves of the last state where both directions share their weights."""
    model, ids = build({"pooling": "last"}), batch()
    layer = model.encoder.layers[0]
    with torch.no_grad():
        for name, weight in layer.named_parameters():
            if name.endswith("_reverse"):
                weight.copy_(getattr(layer, name.removesuffix("_reverse")))
    mirrored = ids.clone()
    for i, length in enumerate(LENGTHS):
        mirrored[i, :length] = ids[i, :length].flip(0)
    pool = lambda x: model.pooling(model.encoder(model.embed(x), LENGTHS).outputs, LENGTHS)  # noqa: E731
    close(pool(mirrored), torch.cat([pool(ids)[:, 5:], pool(ids)[:, :5]], dim=1))


def test_chunks_are_read_each_from_a_fresh_state() -> None:
    model, whole = build({"chunk_length": 4}), build({})
    ids = batch()
    outputs = model._in_chunks(model.embed(ids), LENGTHS)
    for begin in (0, 4, 8):
        part = ids[1:2, begin : begin + 4]
        close(outputs[1, begin : begin + part.size(1)], whole.encoder(whole.embed(part)).outputs[0])


def test_memory_of_long_texts_in_chunks_follows_their_length_only() -> None:
    model = build({"chunk_length": 50})
    ids = torch.randint(4, VOCAB, (2, 2000), generator=torch.Generator().manual_seed(0))
    loss = model(ids, torch.tensor([2000, 1])).sum()
    loss.backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in model.parameters())


@pytest.mark.parametrize("part", ["dropout", "embedding_dropout", "recurrent_dropout", "word_dropout"])
def test_every_dropout_acts_in_training_only(part) -> None:
    model, ids = build({part: 0.5}), batch()
    assert torch.equal(model(ids, LENGTHS), model(ids, LENGTHS))
    close(model(ids, LENGTHS), build({})(ids, LENGTHS))
    model.train()
    torch.manual_seed(0)
    assert not torch.equal(model(ids, LENGTHS), model(ids, LENGTHS))


def test_dropped_words_become_unknown_and_padding_stays() -> None:
    model, ids = build({"word_dropout": 0.4}).train(), batch()
    torch.manual_seed(0)
    dropped = model.drop_words(ids)
    assert set(dropped[dropped != ids].tolist()) == {1}
    assert torch.equal(dropped == 0, ids == 0)


def test_vectors_fill_the_known_rows_at_the_scale_of_the_others() -> None:
    model = build({})
    before = model.embedding.weight.detach().clone()
    known = torch.zeros(VOCAB, dtype=torch.bool)
    known[[5, 8]] = True
    vectors = torch.full((VOCAB, 6), 40.0)
    vectors[8] = -20.0
    model.load_vectors(vectors, known)
    assert torch.equal(model.embedding.weight[~known], before[~known])
    lengths = model.embedding.weight[known].norm(dim=1)
    assert lengths.mean().item() == pytest.approx(1.0) and (lengths[0] / lengths[1]).item() == pytest.approx(2.0)


@each_variant
def test_it_learns_what_only_word_order_tells(settings) -> None:
    """Which of two words comes first: no bag of words can say."""
    if settings.get("chunk_length"):
        settings = settings | {"chunk_length": 0}
    if settings.get("pooling") in ("max", "mean", "attention") and settings.get("cell") == "rnn_relu":
        settings = settings | {"cell": "rnn_tanh"}
    torch.manual_seed(5)
    model = ClassifierModel(8, 2, embedding_dim=8, hidden_size=12, **settings).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    orders = torch.tensor(
        [[4, 5, 6, 7, 6], [5, 4, 7, 6, 6], [6, 4, 7, 5, 7], [7, 5, 6, 4, 6], [4, 5, 0, 0, 0], [5, 4, 0, 0, 0]]
    )
    lengths, labels = torch.tensor([5, 5, 5, 5, 2, 2]), torch.tensor([0, 1, 0, 1, 0, 1])
    for _ in range(80):
        loss = F.cross_entropy(model(orders, lengths), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05


@each_cell
def test_a_word_predictor_never_sees_the_word_it_predicts(cell) -> None:
    predictor, ids = WordPredictor(build({"cell": cell})).eval(), batch()
    features, targets = predictor(ids, LENGTHS)
    pairs = int((LENGTHS - 1).sum())
    assert features.shape == (2 * pairs, 6)
    assert targets[:3].tolist() == ids[0, 1:4].tolist() and targets[pairs : pairs + 3].tolist() == ids[0, :3].tolist()
    changed = ids.clone()
    changed[1, 4] = 4 + (ids[1, 4] - 3) % (VOCAB - 4)
    found, _ = predictor(changed, LENGTHS)
    moved = ((found - features).abs().sum(1) > 1e-7).nonzero().flatten().tolist()
    # Row 1 holds predictions 3 to 10 forwards: those of words 5.. know word 4; backwards those of words ..3.
    assert moved == [*range(3 + 4, 3 + 8), *range(pairs + 3, pairs + 3 + 4)]


def test_stacked_layers_cannot_be_pretrained() -> None:
    with pytest.raises(ValueError, match="upper layers see the word to predict"):
        WordPredictor(build({"num_layers": 2}))


def test_the_sampled_logits_are_the_whole_ones() -> None:
    predictor, ids = WordPredictor(build({})).eval(), batch()
    torch.nn.init.normal_(predictor.bias)
    features, targets = predictor(ids, LENGTHS)
    whole, words = predictor.logits(features), torch.tensor([3, 9, 9])
    weight, bias = predictor.output_of(words)
    close(features @ weight.t() + bias, whole[:, words])
    close(predictor.target_logits(features, targets), whole.gather(1, targets[:, None]).squeeze(1))
    assert math.isfinite(F.cross_entropy(whole, targets).item())
