"""What a training step is: clipped descent on the sum over tokens, divided once, for every objective."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config import TrainSettings
from nlpseq.data.batch import collate_pairs, collate_summaries, collate_texts
from nlpseq.data.windows import WindowBatch
from nlpseq.models.char_rnn import CharRNNModel
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.summarizer import SummarizerModel
from nlpseq.models.translator import TranslatorModel, length_mask
from nlpseq.models.word_predictor import WordPredictor
from nlpseq.tasks.classify.objective import ClassificationObjective, WordPrediction
from nlpseq.tasks.generate.objective import NextCharacter
from nlpseq.tasks.summarize.objective import SummarizationObjective
from nlpseq.tasks.translate.objective import TranslationObjective
from nlpseq.training.fit import Outcome, begin, fit
from nlpseq.training.loop import train_step, why_stop
from nlpseq.training.objective import Loss
from nlpseq.training.state import Clock

VOCAB = 13


class Batches:
    """A stream of given batches."""

    def __init__(self, batches: list[Any]) -> None:
        self.batches, self.drawn = batches, 0

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Any]:
        while self.drawn < len(self.batches):
            self.drawn += 1
            yield self.batches[self.drawn - 1]

    def state_dict(self) -> dict[str, Any]:
        return {"drawn": self.drawn}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.drawn = state["drawn"]


@dataclass
class Case:
    """A network without dropout, its objective, two unequal batches, and the loss as the definition says: a mean."""

    model: nn.Module
    objective: Any
    batches: list[Any]
    sums: Callable[[Any, Any], tuple[Tensor, int]]  # of a batch, before the division


def pairs(*lengths: tuple[int, int]) -> Any:
    rows = [([*range(5, 5 + src), 3], [*range(4, 4 + tgt), 3]) for src, tgt in lengths]
    return collate_pairs(rows, pad_id=0, bos_id=2)


def translation(consistency: float = 0.0, label_smoothing: float = 0.1) -> Case:
    def sums(model: TranslatorModel, batch: Any) -> tuple[Tensor, int]:
        logits = model(batch.src, batch.src_lengths, batch.tgt_input, batch.tgt_lengths)
        targets = batch.tgt[length_mask(batch.tgt_lengths, batch.tgt)]
        return F.cross_entropy(logits, targets, reduction="sum", label_smoothing=label_smoothing), len(targets)

    model = TranslatorModel(VOCAB, VOCAB, embedding_dim=6, hidden_size=8)
    # Without dropout both passes of R-Drop are one and the same: its loss is that of one pass.
    return Case(
        model, TranslationObjective(label_smoothing, consistency), [pairs((2, 1), (3, 1)), pairs((4, 7), (1, 6))], sums
    )


def summarization() -> Case:
    def rows(*texts: tuple[list[int], list[int]]) -> Any:
        return collate_summaries([([*src, 3], [*src, 3], [*tgt, 3]) for src, tgt in texts], pad_id=0, bos_id=2)

    def sums(model: SummarizerModel, batch: Any) -> tuple[Tensor, int]:
        scores = model.log_probs(
            batch.src, batch.copies, batch.src_lengths, batch.tgt_input, batch.tgt, batch.tgt_lengths
        )
        return -scores.sum(), int(batch.tgt_lengths.sum())

    model = SummarizerModel(VOCAB, embedding_dim=6, hidden_size=8, encoder_layers=1, reduction=2)
    batches = [rows(([5, 6, 7], [6]), ([8, 9], [9])), rows(([4, 5, 6, 7, 8], [7, 8, 11, 4]), ([9, 10], [12, 10, 9]))]
    return Case(model, SummarizationObjective(label_smoothing=0.0), batches, sums)


TEXTS = [
    collate_texts([([5, 6, 7, 8], 2), ([9, 4], 0), ([12, 4, 7], 1)], pad_id=0),
    collate_texts([([5, 6, 9, 11, 10, 4, 4, 8], 1)], pad_id=0),
]


def classification(adversarial: float = 0.0) -> Case:
    def sums(model: ClassifierModel, batch: Any) -> tuple[Tensor, int]:
        embedded = model.embed(batch.ids)
        loss = F.cross_entropy(model.classify(embedded, batch.lengths), batch.labels, reduction="sum")
        if adversarial > 0:
            (gradient,) = torch.autograd.grad(loss, embedded, retain_graph=True)
            lengths = gradient.flatten(1).norm(dim=1)[:, None, None]
            moved = embedded + adversarial * (gradient / lengths).detach()
            loss = loss + F.cross_entropy(model.classify(moved, batch.lengths), batch.labels, reduction="sum")
        return loss, len(batch.labels)

    model = ClassifierModel(VOCAB, 3, embedding_dim=6, hidden_size=5)
    return Case(model, ClassificationObjective(0.0, adversarial), TEXTS, sums)


def pretraining() -> Case:
    def sums(model: WordPredictor, batch: Any) -> tuple[Tensor, int]:
        features, targets = model(batch.ids, batch.lengths)
        return F.cross_entropy(model.logits(features), targets, reduction="sum"), len(targets)

    model = WordPredictor(ClassifierModel(VOCAB, 2, embedding_dim=6, hidden_size=5))
    return Case(model, WordPrediction(torch.zeros(VOCAB), sampled_words=0), TEXTS, sums)


def language_model() -> Case:
    def sums(model: CharRNNModel, batch: Any) -> tuple[Tensor, int]:
        logits = model(batch.inputs, None)[0]
        return F.cross_entropy(logits.flatten(0, 1), batch.targets.flatten(), reduction="sum"), batch.targets.numel()

    ids = torch.arange(40) * 7 % VOCAB
    first, second = ids[:6].view(2, 3), ids[10:32].view(2, 11)
    batches = [WindowBatch(part[:, :-1], part[:, 1:], reset=True) for part in (first, second)]
    return Case(CharRNNModel(VOCAB, embedding_dim=6, hidden_size=8), NextCharacter(), batches, sums)


CASES: dict[str, Callable[[], Case]] = {
    "translation": translation,
    "R-Drop": lambda: translation(consistency=5.0),
    "summarization": summarization,
    "classification": classification,
    "adversary": lambda: classification(adversarial=0.7),
    "pretraining": pretraining,
    "language model": language_model,
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    torch.manual_seed(3)
    return CASES[request.param]()


def settings(**changes: Any) -> TrainSettings:
    """Plain descent with a rate of 1: a step's change of the weights is the gradient."""
    plain: dict[str, Any] = {
        "optimizer": "sgd", "lr": 1.0, "schedule": "constant", "warmup_steps": 0, "weight_decay": 0.0,
        "clip_norm": 0.0, "average": "none", "max_epochs": 1, "precision": "fp32", "device": "cpu",
    }  # fmt: skip
    return TrainSettings(**plain | changes)


def train(case: Case, folder: Path, **changes: Any) -> Outcome:
    chosen = settings(**changes)
    return fit(
        case.model, case.objective, Batches(case.batches), chosen, folder,
        steps_per_epoch=max(1, len(case.batches) // chosen.accumulate), validate=lambda: {"loss": 1.0},
    )  # fmt: skip


def gradient(case: Case, model: nn.Module, batches: list[Any]) -> list[Tensor]:
    """Of the sum over all the batches, divided by their count."""
    total, count = torch.zeros(()), 0
    for batch in batches:
        loss, size = case.sums(model, batch)
        total, count = total + loss, count + size
    weights = list(model.parameters())
    found = torch.autograd.grad(total / count, weights, allow_unused=True)
    return [torch.zeros_like(w) if g is None else g for g, w in zip(found, weights, strict=True)]


def assert_moved_by(case: Case, before: nn.Module, expected: list[Tensor]) -> None:
    for (name, after), old, step in zip(case.model.named_parameters(), before.parameters(), expected, strict=True):
        torch.testing.assert_close(old - after, step, rtol=1e-5, atol=1e-6, msg=name)
    assert sum(float(step.square().sum()) for step in expected) > 1e-4


def test_one_step_is_descent_on_the_mean_over_what_is_counted(case: Case, tmp_path: Path) -> None:
    before = deepcopy(case.model)
    case.batches = case.batches[1:]
    train(case, tmp_path)
    assert_moved_by(case, before, gradient(case, before, case.batches))


def test_accumulated_batches_give_the_gradient_of_one_batch_of_all(case: Case, tmp_path: Path) -> None:
    """Not the mean of their means: the two batches are of unequal size."""
    before = deepcopy(case.model)
    train(case, tmp_path, accumulate=2)
    both = gradient(case, before, case.batches)
    assert_moved_by(case, before, both)
    means = [sum(parts) / 2 for parts in zip(*(gradient(case, before, [b]) for b in case.batches), strict=True)]
    assert max(float((one - two).abs().max()) for one, two in zip(both, means, strict=True)) > 1e-4


@pytest.mark.parametrize("name", ["translation", "R-Drop", "classification", "language model"])
def test_a_step_says_its_mean_loss_and_adds_it_up(name: str, tmp_path: Path) -> None:
    torch.manual_seed(3)
    case = CASES[name]()
    chosen = settings(accumulate=2, lr=0.01)
    fabric, state, _ = begin(case.model, case.objective, Batches(2 * case.batches), chosen, tmp_path)
    batches, totals, counts = iter(state.batches), [], []
    for step in (1, 2):
        sums = [case.sums(case.model, batch) for batch in case.batches]
        totals.append(sum(total.item() for total, _ in sums))
        counts.append(sum(count for _, count in sums))
        mean = train_step(fabric, state, batches, chosen)
        assert mean == pytest.approx(totals[-1] / counts[-1], rel=1e-5)
        # What counts twice, as the two passes of R-Drop, has twice the loss.
        times = state.loss_count / sum(counts)
        assert (state.step, times) in ((step, 1.0), (step, 2.0))
        assert state.loss_sum == pytest.approx(times * sum(totals), rel=1e-5)


class OfOneLayer:
    """An objective that leaves the other layer alone."""

    state: dict[str, Any] = {}

    def __call__(self, model: nn.Module, batch: Tensor) -> Loss:
        return Loss(model["used"](batch).sum(), 1, 1)


def test_what_no_loss_hangs_on_stays_as_it_is(tmp_path: Path) -> None:
    """Not even decayed: it has no gradient, and no penalty unless one is set."""
    model = nn.ModuleDict({"used": nn.Linear(2, 2), "spare": nn.Linear(2, 2)})
    before = deepcopy(model)
    fit(
        model, OfOneLayer(), Batches([torch.ones(1, 2)]), settings(weight_decay=0.5), tmp_path,
        steps_per_epoch=1, validate=lambda: {"loss": 1.0},
    )  # fmt: skip
    assert torch.equal(model["spare"].weight, before["spare"].weight)
    assert not torch.equal(model["used"].weight, before["used"].weight)


@pytest.mark.parametrize(("share", "reason"), [(0.99, None), (1.0, "time budget"), (1.5, "time budget")])
def test_the_time_budget_is_spent_when_all_of_it_is(share: float, reason: str | None) -> None:
    state: Any = SimpleNamespace(step=1, waited=0, batches=Batches([None]), clock=Clock(5.0))
    state.clock.told = share
    assert why_stop(state, settings()) == reason
    state.step = 0  # there is always a first one
    assert why_stop(state, settings()) is None


@pytest.mark.parametrize("accumulate", [1, 2])
def test_the_gradient_is_clipped(case: Case, accumulate: int, tmp_path: Path) -> None:
    before = deepcopy(case.model)
    case.batches = case.batches[:accumulate]
    train(case, tmp_path, accumulate=accumulate, clip_norm=0.05)
    steps = gradient(case, before, case.batches)
    norm = torch.stack([step.square().sum() for step in steps]).sum().sqrt()
    assert norm > 0.06
    assert_moved_by(case, before, [step * 0.05 / norm for step in steps])


def test_the_l1_penalty_counts_once_a_step(tmp_path: Path) -> None:
    case = translation()
    before = deepcopy(case.model)
    train(case, tmp_path, accumulate=2, l1=0.01)
    steps = gradient(case, before, case.batches)
    penalised = [
        step + (0.01 * weight.sign() if weight.dim() > 1 else 0)
        for step, weight in zip(steps, before.parameters(), strict=True)
    ]
    assert_moved_by(case, before, [step.detach() for step in penalised])


def test_what_is_left_at_the_end_is_a_step_too(tmp_path: Path) -> None:
    case = translation()
    before = deepcopy(case.model)
    for _ in range(2):  # the second finds it done
        outcome = train(case, tmp_path, accumulate=40)
        assert (outcome.epochs, outcome.stopped_by) == (1.0, "epochs")
    assert_moved_by(case, before, gradient(case, before, case.batches))


class Recorded:
    """An objective that remembers the weights that each batch meets."""

    def __init__(self, objective: Any) -> None:
        self.objective, self.state = objective, {}
        self.seen: list[dict[str, Tensor]] = []

    def __call__(self, model: nn.Module, batch: Any) -> Loss:
        self.seen.append({name: weight.detach().clone() for name, weight in model.named_parameters()})
        return self.objective(model, batch)


@pytest.mark.parametrize(("average", "decay"), [("ema", 0.5), ("ema", 0.999), ("none", 0.5)])
def test_the_saved_model_is_the_moving_average(average: str, decay: float, tmp_path: Path) -> None:
    torch.manual_seed(3)
    case = translation()
    case.objective, case.batches = Recorded(case.objective), 3 * case.batches
    validated = []

    def validate() -> dict[str, float]:
        validated.append({name: weight.clone() for name, weight in case.model.named_parameters()})
        return {"loss": 1.0}

    fit(
        case.model, case.objective, Batches(case.batches), settings(lr=0.1, average=average, ema_decay=decay), tmp_path,
        steps_per_epoch=6, validate=validate,
    )  # fmt: skip
    after = [*case.objective.seen[1:], {name: w.detach() for name, w in case.model.named_parameters()}]
    expected = after[0] if average == "ema" else after[-1]
    if average == "ema":
        for n, weights in enumerate(after[1:], start=1):
            d = min(decay, (1 + n) / (10 + n))
            expected = {name: d * expected[name] + (1 - d) * weights[name] for name in expected}
    saved = load_file(tmp_path / "model.safetensors")
    for name, weight in saved.items():
        torch.testing.assert_close(weight, expected[name], rtol=1e-5, atol=1e-6, msg=name)
    torch.testing.assert_close(validated[-1], {name: saved[name] for name in validated[-1]})  # what is scored
    moved = max(float((saved[name] - after[-1][name]).abs().max()) for name in saved)
    assert moved > 1e-3 if average == "ema" else moved == 0
