"""One step of the translator is the whole sequence's, in 8-bit integers nearly so, and of the weights as they are."""

from __future__ import annotations

import gc
import weakref

import pytest
import torch
from torch import Tensor, nn

from nlpseq.config.choices import DecodePrecision
from nlpseq.decoding import StepOutput
from nlpseq.models.translator import TranslatorModel, length_mask
from nlpseq.models.translator_stepper import TranslatorStepper, translator_stepper

BOS, SRC_VOCAB, TGT_VOCAB = 2, 11, 13
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
    "min_gru": {"cell": "min_gru"},
    "gru of blocks": {"reduction": 3, "encoder_layers": 2},
}
needs_integers = pytest.mark.skipif(
    not hasattr(torch.ops.onednn, "qlinear_prepack"), reason="torch has no product of 8-bit integers here"
)
each_variant = pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS.keys())


def build(settings: dict) -> TranslatorModel:
    torch.manual_seed(0)
    joint = settings.get("tie_embeddings") == "all"
    model = TranslatorModel(TGT_VOCAB if joint else SRC_VOCAB, TGT_VOCAB, embedding_dim=6, hidden_size=10, **settings)
    with torch.no_grad():
        model.output.bias.normal_()
    return model.eval()


def sources() -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([4, 1, 7, 7, 2])
    src = torch.randint(4, SRC_VOCAB, (5, 7), generator=torch.Generator().manual_seed(1))
    return src.masked_fill(~length_mask(lengths, src), 0), lengths


def targets(beam: int = 3, steps: int = 5) -> Tensor:
    return torch.randint(4, TGT_VOCAB, (5, beam, steps), generator=torch.Generator().manual_seed(2))


@torch.no_grad()
def run(model: TranslatorModel, stepper: TranslatorStepper, ids: Tensor) -> list[StepOutput]:
    """The outputs of all steps over ids (B, K, T)."""
    encoded = model.encode(*sources())
    hidden, memory = model.first_hidden(encoded), stepper.memory(encoded)
    hidden = tuple(part.expand(-1, ids.size(1), -1) for part in hidden)
    outputs = []
    for tokens in ids.unbind(2):
        outputs.append(stepper.step(tokens, hidden, memory))
        hidden = outputs[-1].hidden
    return outputs


def close(found: object, expected: object, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(found, expected, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("beam", [True, False])
@each_variant
@torch.no_grad()
def test_step_by_step_is_the_whole_sequence(settings: dict, beam: bool) -> None:
    """Three hypotheses a sentence at once, each with a target of its own."""
    model, ids = build(settings), targets()
    outputs = run(model, TranslatorStepper(model, beam=beam), ids)

    (src, src_lengths), rows = sources(), torch.arange(5).repeat_interleave(3)  # sentence of each hypothesis
    lengths = torch.full((15,), 5)
    encoded = model.encode(src[rows], src_lengths[rows])
    decoded = model.decode(ids.flatten(0, 1), lengths, encoded)
    close(torch.stack([output.logits for output in outputs], dim=2).flatten(0, 1), model.output(decoded.features))
    flat = model(src[rows], src_lengths[rows], ids.flatten(0, 1), lengths)
    close(flat.view(15, 5, TGT_VOCAB), model.output(decoded.features))
    attention = [output.attention for output in outputs]
    if decoded.attention is None:
        assert attention == [None] * 5
    else:
        close(torch.stack(attention, dim=2).flatten(0, 1), decoded.attention)
        assert not decoded.attention.masked_select(~encoded.mask.unsqueeze(1)).any()


@needs_integers
@each_variant
def test_in_8_bit_integers_it_is_nearly_the_same(settings: dict) -> None:
    model, ids = build(settings), targets()
    exact, coarse = (run(model, TranslatorStepper(model, precision), ids) for precision in ("fp32", "int8"))
    for one, other in zip(exact, coarse, strict=True):
        close(other.logits, one.logits, 0.08)


@pytest.mark.parametrize("precision", ["fp32", pytest.param("int8", marks=needs_integers)])
def test_some_ids_alone_have_the_logits_that_they_have_among_all(precision: DecodePrecision) -> None:
    model, kept = build({}), torch.tensor([0, 1, 2, 3, 5, 8, 11])
    stepper, places = TranslatorStepper(model, precision), torch.randint(0, 7, (5, 3, 4))
    some = run(model, stepper.restricted(kept), places)
    for few, every in zip(some, run(model, stepper, kept[places]), strict=True):
        close(few.logits, every.logits[..., kept])


@needs_integers
def test_in_8_bit_integers_no_row_depends_on_the_others() -> None:
    model, ids = build({}), targets(beam=4)
    stepper = TranslatorStepper(model, "int8")
    together, alone = run(model, stepper, ids), run(model, stepper, ids[:, 2:3])
    for several, one in zip(together, alone, strict=True):
        close(several.logits[:, 2:3], one.logits, 1e-4)


def test_a_stepper_is_kept_until_a_weight_changes() -> None:
    model = build({})
    first = translator_stepper(model)
    assert translator_stepper(model) is first
    before = translator_stepper(model)
    torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0).step()
    assert translator_stepper(model) is before
    with torch.no_grad():
        torch._foreach_add_(list(model.output_rnn.parameters()), 0.5)
    after = translator_stepper(model)
    assert after is not before
    close(run(model, after, targets())[0].logits, run(model, TranslatorStepper(model), targets())[0].logits)


def test_a_model_in_training_is_stepped_without_dropout() -> None:
    model = build({"dropout": 0.5, "word_dropout": 0.5})
    steppers = TranslatorStepper(model), TranslatorStepper(model.train())
    assert torch.equal(steppers[0].words, steppers[1].words)


def test_a_stepper_does_not_keep_its_model() -> None:
    model = build({})
    translator_stepper(model)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
