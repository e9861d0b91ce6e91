"""The character model: windows, carried states and single steps are one computation; dropouts; the first weights."""

from __future__ import annotations

from typing import get_args

import pytest
import torch
from torch import Tensor

from nlpseq.decoding import greedy_search
from nlpseq.layers.recurrent import Cell
from nlpseq.models.char_rnn import CharRNNModel

VOCAB = 11
each_cell = pytest.mark.parametrize("cell", get_args(Cell))
each_kind = pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_layers": 3},
        {"num_layers": 2, "tie_embeddings": True},
        {"num_layers": 3, "layer_norm": True, "residual": True},
        {"embedding_dim": 7, "num_layers": 2, "tie_embeddings": True, "residual": True},
    ],
    ids=["plain", "deep", "tied", "residual", "one size"],
)


def make(cell: Cell = "lstm", **options) -> CharRNNModel:
    torch.manual_seed(0)
    settings = {"embedding_dim": 5, "hidden_size": 7, "cell": cell} | options
    model = CharRNNModel(VOCAB, **settings).double().eval()
    with torch.no_grad():  # biases begin as zeros and ones, and would hide a mistake
        for weight in model.parameters():
            weight += 0.1 * torch.randn_like(weight)
    return model


def text_of(*shape: int) -> Tensor:
    return torch.randint(VOCAB, shape, generator=torch.Generator().manual_seed(1))


def close(ours, theirs, tolerance: float = 1e-10) -> None:
    torch.testing.assert_close(ours, theirs, rtol=tolerance, atol=tolerance)


@each_cell
@each_kind
def test_a_carried_state_is_one_long_pass(cell, options) -> None:
    model, text = make(cell, **options), text_of(3, 17)
    whole, last = model(text)
    assert whole.shape == (3, 17, VOCAB)
    state, pieces = None, []
    for window in text.split([1, 6, 2, 8], dim=1):
        logits, state = model(window, state)
        pieces.append(logits)
    close(torch.cat(pieces, dim=1), whole)
    close(state, last)


@each_cell
@each_kind
@torch.inference_mode()
def test_stepping_is_the_whole_sequence(cell, options) -> None:
    model, text = make(cell, **options), text_of(3, 12)
    whole, _ = model(text)
    stepper = model.stepper()
    hidden = model.start(text[:, :5])
    for place in range(4, 12):
        logits, hidden, attention = stepper.step(text[:, place : place + 1], hidden, ())
        close(logits[:, 0], whole[:, place])
        assert attention is None and all(part.shape == (3, 1, 7) for part in hidden)


@each_cell
def test_several_hypotheses_step_like_several_rows(cell) -> None:
    """The K axis of a beam."""
    model, text = make(cell, num_layers=2), text_of(6, 4)
    stepper, hidden = model.stepper(), model.start(text)
    rows = stepper.step(text[:, -1:], hidden, ())
    beams = stepper.step(text[:, -1].view(2, 3), tuple(part.view(2, 3, 7) for part in hidden), ())
    close(beams.logits, rows.logits.view(2, 3, VOCAB))
    close(beams.hidden, tuple(part.view(2, 3, 7) for part in rows.hidden))


@each_cell
def test_prompts_of_different_lengths_start_together(cell) -> None:
    model, text, lengths = make(cell, num_layers=2), text_of(4, 9), torch.tensor([9, 1, 2, 6])
    together = model.start(text, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = model.start(text[row : row + 1, :length])
        close(tuple(part[row] for part in together), tuple(part[0] for part in alone))


def test_a_prompt_of_one_character_starts_from_zeros() -> None:
    assert not any(part.any() for part in make().start(text_of(2, 1)))


def test_the_search_algorithms_take_it() -> None:
    model, text = make("gru"), text_of(2, 4)
    found = greedy_search(
        model.stepper(), model.start(text[:, :1]), (), bos_id=int(text[0, 0]), eos_id=3, pad_id=0, max_lengths=5
    )
    assert found.tokens.shape == (2, 1, 5)


def test_a_stepper_keeps_the_weights_of_its_making() -> None:
    model, text = make(num_layers=2, layer_norm=True, tie_embeddings=True), text_of(2, 3)
    stepper, hidden = model.stepper(), tuple(part.detach() for part in model.start(text))
    before = stepper.step(text[:, -1:], hidden, ()).logits
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    assert torch.equal(stepper.step(text[:, -1:], hidden, ()).logits, before)
    assert not before.requires_grad


def test_a_step_leaves_its_arguments_alone() -> None:
    model, text = make(num_layers=2), text_of(3, 5)
    hidden = model.start(text)
    copies = tuple(part.clone() for part in hidden)
    model.stepper().step(text[:, -1:], hidden, ())
    assert all(torch.equal(a, b) for a, b in zip(hidden, copies, strict=True))


def test_tied_weights_are_one_tensor() -> None:
    tied, apart = make(tie_embeddings=True), make()
    assert tied.output.weight is tied.embedding.weight and tied.output.weight.shape == (VOCAB, 5)
    assert apart.output.weight is not apart.embedding.weight and apart.output.weight.shape == (VOCAB, 7)
    assert make(tie_embeddings=True, hidden_size=5).projection is None


@pytest.mark.parametrize("option", ["dropout", "embedding_dropout", "recurrent_dropout"])
def test_dropout_works_in_training_only(option) -> None:
    text = text_of(3, 8)
    plain, dropped = make(num_layers=2), make(num_layers=2, **{option: 0.5})
    expected = plain(text)[0]
    close(dropped(text)[0], expected)
    assert not torch.allclose(dropped.train()(text)[0], expected)
    assert torch.equal(plain.train()(text)[0], expected)


def test_embedding_dropout_drops_a_character_everywhere_in_the_batch() -> None:
    model = make(embedding_dropout=0.5).train()
    seen = {}
    model.rnn.register_forward_pre_hook(lambda module, inputs: seen.update(x=inputs[0]))
    text = torch.arange(VOCAB).repeat(4, 3)  # every character twelve times
    model(text)
    dropped = (seen["x"] == 0).all(2)
    for character in range(VOCAB):
        places = dropped[text == character]
        assert places.all() or not places.any()
    assert 0 < dropped.sum() < dropped.numel()
    kept = make(embedding_dropout=0.0)
    kept.rnn.register_forward_pre_hook(lambda module, inputs: seen.update(y=inputs[0]))
    kept(text)
    close(seen["x"][~dropped], 2 * seen["y"][~dropped])  # scaled up by 1 / (1 - 0.5)


def test_dropout_masks_hold_over_the_window() -> None:
    model = make(dropout=0.5).train()
    seen = {}
    model.output.register_forward_pre_hook(lambda module, inputs: seen.update(x=inputs[0]))
    model(text_of(3, 8))
    dropped = seen["x"] == 0
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped)) and 0 < dropped.sum() < dropped.numel()


@pytest.mark.parametrize("p", [-0.1, 1.0])
def test_impossible_dropout_is_refused(p) -> None:
    with pytest.raises(ValueError, match="must be in"):
        CharRNNModel(VOCAB, embedding_dim=5, hidden_size=7, embedding_dropout=p)


@each_cell
def test_first_weights(cell) -> None:
    """Orthogonal recurrent weights gate by gate, zero biases, forget gates open."""
    model = CharRNNModel(VOCAB, embedding_dim=5, hidden_size=7, num_layers=2, cell=cell, layer_norm=True)
    for layer in model.rnn.layers:
        for name, weight in layer.named_parameters():
            if "weight_hh" in name:
                for gate in weight.split(7):
                    close(gate @ gate.t(), torch.eye(7), 1e-5)
            elif "bias" in name:
                expected = torch.zeros_like(weight)
                if cell == "lstm" and "bias_ih" in name:
                    expected[7:14] = 1.0
                assert torch.equal(weight, expected)
    assert torch.equal(model.rnn.norms[0].bias, torch.zeros(7)) and torch.equal(
        model.rnn.norms[0].weight, torch.ones(7)
    )
    assert not model.output.bias.any()


@each_cell
def test_training_reaches_every_weight(cell) -> None:
    model = make(cell, num_layers=2, tie_embeddings=True, layer_norm=True).train()
    logits, _ = model(text_of(3, 8))
    logits.square().mean().backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in model.parameters())


@each_cell
def test_bfloat16_autocast_stays_close(cell) -> None:
    model, text = make(cell, num_layers=2, tie_embeddings=True).float(), text_of(3, 8)
    expected, _ = model(text)
    with torch.autocast("cpu", torch.bfloat16):
        found, state = model(text)
        model(text, state)
    torch.testing.assert_close(found.float(), expected, rtol=0.0, atol=0.1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
@each_cell
def test_cuda_gives_the_same_numbers(cell) -> None:
    model, text = make(cell, num_layers=2, layer_norm=True, residual=True), text_of(3, 8)
    expected = model(text)[0][:, -1]
    model.cuda()
    on = text.cuda()
    close(model(on)[0][:, -1].cpu(), expected, 1e-8)
    close(model.stepper().step(on[:, -1:], model.start(on), ()).logits[:, 0].cpu(), expected, 1e-8)
