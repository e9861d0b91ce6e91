"""The CRF is its definition: every number is compared with that of the list of all paths, the padding never counts."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import Tensor

from nlpseq.layers.crf import LinearChainCRF

# (tags, lengths of the sentences, share of the transitions that are allowed)
SIZES = [(1, [3], 1.0), (2, [1], 1.0), (3, [5, 1, 4], 1.0), (4, [2, 5], 0.6), (5, [3, 4, 1], 0.5)]


def random_crf(tags: int, share: float, seed: int = 0) -> LinearChainCRF:
    generator = torch.Generator().manual_seed(seed)
    allowed = torch.rand(tags + 1, tags + 1, generator=generator) < share
    allowed.fill_diagonal_(True)
    allowed[-1, 0] = allowed[1 % tags, -1] = allowed[0, 1 % tags] = allowed[0, -1] = True
    crf = LinearChainCRF(tags, allowed=allowed).double()
    with torch.no_grad():
        crf.transitions.copy_(2 * torch.randn(tags + 1, tags + 1, generator=generator))
    return crf


def random_emissions(lengths: list[int], tags: int, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(len(lengths), max(lengths), tags, generator=generator, dtype=torch.float64)


def all_paths(crf: LinearChainCRF, emissions: Tensor) -> dict[tuple[int, ...], float]:
    """The score of each allowed path of one sentence (S, K), by the definition."""
    edge = crf.num_tags
    found = {}
    for path in product(range(crf.num_tags), repeat=len(emissions)):
        steps = list(zip((edge, *path), (*path, edge), strict=True))
        if all(crf.allowed[step] for step in steps):
            emitted = sum(emissions[place, tag].item() for place, tag in enumerate(path))
            found[path] = emitted + sum(crf.transitions[step].item() for step in steps)
    return found


@pytest.mark.parametrize(("tags", "lengths", "share"), SIZES)
def test_every_number_is_that_of_the_list_of_all_paths(tags: int, lengths: list[int], share: float) -> None:
    crf, emissions = random_crf(tags, share), random_emissions(lengths, tags)
    partition = crf.log_partition(emissions, lengths)
    best, marginals = crf.decode(emissions, lengths), crf.marginals(emissions, lengths)
    for row, length in enumerate(lengths):
        paths = all_paths(crf, emissions[row, :length])
        scores = torch.tensor(list(paths.values()), dtype=torch.float64)
        torch.testing.assert_close(partition[row], scores.logsumexp(0))
        winner = max(paths, key=paths.__getitem__)
        assert best.tags[row].tolist() == [*winner, *[0] * (max(lengths) - length)]
        torch.testing.assert_close(best.scores[row].item(), paths[winner])
        expected = torch.zeros(max(lengths), tags, dtype=torch.float64)
        for path, probability in zip(paths, scores.softmax(0), strict=True):
            expected[torch.arange(length), list(path)] += probability
        torch.testing.assert_close(marginals[row], expected)
        for path, log_prob in list(zip(paths, scores.log_softmax(0), strict=True))[:7]:
            found = crf.log_likelihood(emissions[row : row + 1, :length], torch.tensor([path]), [length])
            torch.testing.assert_close(found[0], log_prob)


def test_the_probability_of_a_segment_is_summed_over_what_stands_around_it() -> None:
    lengths, segments = [5, 2, 4], [(0, 1, 4), (0, 0, 5), (1, 1, 2), (2, 0, 1), (2, 2, 4)]
    crf, emissions = random_crf(3, 0.7), random_emissions(lengths, 3)
    tags = crf.decode(random_emissions(lengths, 3, seed=5), lengths).tags
    found = crf.segment_log_probs(emissions, tags, torch.tensor(segments), lengths)
    for (row, first, end), log_prob in zip(segments, found, strict=True):
        paths = all_paths(crf, emissions[row, : lengths[row]])
        inside = [tags[row, first:end].tolist() == list(path[first:end]) for path in paths]
        scores = torch.tensor(list(paths.values()), dtype=torch.float64).log_softmax(0)
        torch.testing.assert_close(log_prob, scores[torch.tensor(inside)].logsumexp(0))
    assert crf.segment_log_probs(emissions, tags, torch.zeros(0, 3, dtype=torch.int64), lengths).tolist() == []


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-4), (torch.float64, 1e-10)])
@pytest.mark.parametrize("padding", [0.0, 1e30, float("nan"), float("inf")])
def test_padding_changes_nothing(dtype: torch.dtype, tolerance: float, padding: float) -> None:
    lengths = [2, 5, 3]
    crf = random_crf(4, 0.6).to(dtype)
    emissions = random_emissions(lengths, 4).to(dtype)
    tags = crf.decode(emissions, lengths).tags
    wide = torch.full((3, 8, 4), padding, dtype=dtype)
    wide_tags = torch.full((3, 8), -7)
    for row, length in enumerate(lengths):
        wide[row, :length], wide_tags[row, :length] = emissions[row, :length], tags[row, :length]
    wide.requires_grad_()
    together = crf.log_likelihood(wide, wide_tags, torch.tensor(lengths))
    assert together.dtype == dtype
    (gradient,) = torch.autograd.grad(together.sum(), wide)
    for row, length in enumerate(lengths):
        alone = emissions[row : row + 1, :length].clone().requires_grad_()
        likelihood = crf.log_likelihood(alone, tags[row : row + 1, :length])
        torch.testing.assert_close(together[row], likelihood[0], atol=tolerance, rtol=tolerance)
        (expected,) = torch.autograd.grad(likelihood.sum(), alone)
        torch.testing.assert_close(gradient[row, :length], expected[0], atol=tolerance, rtol=tolerance)
        assert not gradient[row, length:].any()
        marginals = crf.marginals(wide.detach(), lengths)
        torch.testing.assert_close(
            marginals[row, :length], crf.marginals(alone)[0].detach(), atol=tolerance, rtol=tolerance
        )
        assert not marginals[row, length:].any()
        assert crf.decode(wide.detach(), lengths).tags[row].tolist() == [*tags[row, :length].tolist()] + [0] * (
            8 - length
        )


def test_gradients_are_those_of_finite_differences() -> None:
    lengths = [3, 1, 4]
    crf = random_crf(3, 0.7)
    emissions = random_emissions(lengths, 3).requires_grad_()
    tags = crf.decode(random_emissions(lengths, 3, seed=4), lengths).tags

    def likelihood(emissions: Tensor, transitions: Tensor) -> Tensor:
        return torch.func.functional_call(
            _Likelihood(crf), {"crf.transitions": transitions}, (emissions, tags, lengths)
        )

    assert torch.autograd.gradcheck(likelihood, (emissions, crf.transitions.detach().requires_grad_()))


class _Likelihood(torch.nn.Module):
    def __init__(self, crf: LinearChainCRF) -> None:
        super().__init__()
        self.crf = crf

    def forward(self, emissions: Tensor, tags: Tensor, lengths: list[int]) -> Tensor:
        return self.crf.log_likelihood(emissions, tags, lengths)


def test_the_gradient_of_the_partition_is_the_marginals() -> None:
    lengths = [6, 2, 5]
    crf, emissions = random_crf(4, 0.6), random_emissions(lengths, 4).requires_grad_()
    (gradient,) = torch.autograd.grad(crf.log_partition(emissions, lengths).sum(), emissions)
    torch.testing.assert_close(gradient, crf.marginals(emissions, lengths).detach())


def test_long_sentences_and_large_scores_stay_numbers() -> None:
    crf = random_crf(3, 0.6).float()
    emissions = 500 * torch.randn(2, 300, 3, generator=torch.Generator().manual_seed(3))
    emissions.requires_grad_()
    likelihood = crf.log_likelihood(emissions, crf.decode(emissions).tags)
    likelihood.sum().backward()
    # The difference of two scores of some 150,000, of which float32 has seven digits.
    assert bool((likelihood <= 5.0).all()) and bool(emissions.grad.isfinite().all())
    sums = crf.marginals(emissions.detach()).sum(2)
    torch.testing.assert_close(sums, torch.ones(2, 300))


def test_what_is_not_allowed_is_never_the_best_path_however_high_its_score() -> None:
    crf = LinearChainCRF(2, allowed=torch.tensor([[1, 0, 1], [1, 1, 0], [1, 1, 1]]))
    emissions = torch.tensor([[[1.0, 0.0], [0.0, 900.0], [0.0, 900.0]]])
    assert crf.decode(emissions).tags.tolist() == [[1, 1, 0]]
    with pytest.raises(ValueError, match="not allowed"):
        crf.log_likelihood(emissions, torch.tensor([[0, 1, 0]]))


@pytest.mark.parametrize("tags", [[0, 1, 0], [0, 2, 2], [1, 2, 0]], ids=["within", "at the end", "at the beginning"])
def test_tags_that_are_not_allowed_are_refused(tags: list[int]) -> None:
    crf = LinearChainCRF(3, allowed=[[1, 1, 1, 1], [0, 1, 1, 1], [1, 1, 1, 0], [1, 0, 1, 1]])
    emissions = torch.zeros(2, 3, 3)
    assert crf.log_likelihood(emissions, torch.tensor([[2, 0, 1]] * 2)).isfinite().all()
    with pytest.raises(ValueError, match="a transition that is not allowed"):
        crf.log_likelihood(emissions, torch.tensor([[2, 0, 1], tags]))


def test_one_tag_alone_may_begin_and_end_a_sentence() -> None:
    crf = LinearChainCRF(3, allowed=[[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1], [0, 0, 1, 1]])
    emissions = torch.tensor([[[9.0, 9.0, 0.0], [9.0, 1.0, 0.0], [9.0, 9.0, 0.0]]])
    assert crf.decode(emissions).tags.tolist() == [[2, 0, 2]]


def test_the_only_tag_is_certain() -> None:
    tags = torch.tensor([[0, 0, 0], [0, -1, -1]])
    assert LinearChainCRF(1).log_likelihood(torch.ones(2, 3, 1), tags, [3, 1]).tolist() == [0.0, 0.0]


def test_half_precision_is_computed_in_single() -> None:
    crf = LinearChainCRF(2)
    emissions = torch.tensor([[[0.0, 2.0], [1.0, 0.0]]])
    found = crf.log_likelihood(emissions.bfloat16(), torch.tensor([[1, 0]]))
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, crf.log_likelihood(emissions, torch.tensor([[1, 0]])))


OUTSIDE = [(1, 3), (-1, 1), (1, 1)]  # of a sentence of two tokens


def segment(first: int, end: int) -> Tensor:
    tags = torch.zeros(1, 3, dtype=torch.int64)
    return LinearChainCRF(2).segment_log_probs(torch.zeros(1, 3, 2), tags, torch.tensor([[0, first, end]]), [2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LinearChainCRF(0), "num_tags must be 1 or more"),
        (lambda: LinearChainCRF(2, allowed=torch.ones(2, 2)), r"shape \(3, 3\) for 2 tags"),
        (lambda: LinearChainCRF(2, allowed=torch.eye(3)), "no tag begin"),
        (lambda: LinearChainCRF(2, allowed=[[1, 1, 1], [1, 1, 1], [0, 0, 1]]), "no tag begin"),
        (lambda: LinearChainCRF(2, allowed=[[1, 1, 0], [1, 1, 0], [1, 1, 1]]), "no tag end"),
        (lambda: LinearChainCRF(2).decode(torch.zeros(1, 0, 2)), r"\(B, S, 2\), not \(1, 0, 2\)"),
        (lambda: LinearChainCRF(2).decode(torch.zeros(1, 3, 4)), r"\(B, S, 2\), not \(1, 3, 4\)"),
        (lambda: LinearChainCRF(2).decode(torch.zeros(2, 3, 2), [3, 0]), "from 1 to 3, not 0 to 3"),
        (lambda: LinearChainCRF(2).decode(torch.zeros(2, 3, 2), [3, 4]), "from 1 to 3, not 3 to 4"),
        (lambda: LinearChainCRF(2).decode(torch.zeros(2, 3, 2), [3]), "2 numbers"),
        (lambda: LinearChainCRF(2).log_likelihood(torch.zeros(1, 2, 2), torch.tensor([[0, 2]])), "from 0 to 1"),
        (lambda: LinearChainCRF(2).log_likelihood(torch.zeros(1, 2, 2), torch.tensor([[0]])), r"\(1, 2\)"),
        *((lambda first=first, end=end: segment(first, end), "inside of its sentence") for first, end in OUTSIDE),
    ],
)
def test_mistakes_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_probabilities_of_a_very_long_sentence_are_as_exact_as_those_of_a_short_one():
    """Their logarithms are small differences of sums that grow with the sentence."""
    torch.manual_seed(0)
    crf = LinearChainCRF(5)
    with torch.no_grad():
        crf.transitions.normal_()
    emissions, tags = 3 * torch.randn(1, 3000, 5), torch.randint(5, (1, 3000))
    segments = torch.tensor([[0, first, first + 2] for first in range(0, 2998, 7)])
    found = crf.segment_log_probs(emissions, tags, segments), crf.marginals(emissions)
    exact = crf.double().segment_log_probs(emissions.double(), tags, segments), crf.marginals(emissions.double())
    for one, other in zip(found, exact, strict=True):
        torch.testing.assert_close(one, other.float(), atol=1e-6, rtol=1e-6)


def test_what_is_saved_is_what_was_learnt() -> None:
    assert list(random_crf(3, 0.6).state_dict()) == ["transitions"]
