"""Batch normalisation sees the real tokens only."""

from __future__ import annotations

import torch

from nlpseq.layers.norm import TokenBatchNorm


def test_padding_changes_neither_outputs_nor_running_means() -> None:
    generator = torch.Generator().manual_seed(0)
    x, lengths = torch.randn(3, 5, 4, generator=generator), torch.tensor([5, 2, 4])
    mask = torch.arange(5) < lengths[:, None]
    norm, plain = TokenBatchNorm(4), torch.nn.BatchNorm1d(4)
    out = norm(x.masked_fill(~mask.unsqueeze(2), 1e6), mask)
    torch.testing.assert_close(out[mask], plain(torch.cat([x[i, :n] for i, n in enumerate(lengths)])))
    assert not out[~mask].any()
    torch.testing.assert_close(norm.norm.running_mean, plain.running_mean)
    norm.eval()
    alone = norm(x[1:2, :2], mask[1:2, :2])
    torch.testing.assert_close(alone, norm(x, mask)[1:2, :2])


def test_a_single_token_is_normalised_by_the_running_statistics() -> None:
    norm = TokenBatchNorm(2)
    mask = torch.tensor([[True, False]])
    norm(torch.tensor([[[1.0, 5.0], [3.0, 9.0]]]), torch.tensor([[True, True]]))
    before = norm.norm.running_mean.clone()
    x = torch.tensor([[[2.0, 4.0], [7.0, 7.0]]], requires_grad=True)
    out = norm(x, mask)
    expected = (x[0, 0] - before) / torch.sqrt(norm.norm.running_var + norm.norm.eps)
    assert torch.allclose(out[0, 0], expected) and out[0, 1].abs().max() == 0
    assert torch.equal(norm.norm.running_mean, before)
    out.sum().backward()
    assert x.grad is not None and torch.isfinite(x.grad).all()
    norm.eval()
    assert torch.allclose(norm(x, mask), out)
