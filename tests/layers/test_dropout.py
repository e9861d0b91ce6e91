"""One mask over time, expectations kept, special tokens spared, nothing at all outside training."""

from __future__ import annotations

import pytest
import torch

from nlpseq.layers.dropout import LockedDropout, word_dropout


def test_a_mask_is_kept_over_time_and_differs_between_rows() -> None:
    torch.manual_seed(0)
    out = LockedDropout(0.5)(torch.ones(3, 4, 200))
    assert (out == out[:, :1]).all()
    assert not torch.equal(out[0], out[1])
    assert not torch.equal(out[1], out[2])


@pytest.mark.parametrize("p", [0.1, 0.4, 0.75])
def test_the_share_and_the_scale(p) -> None:
    torch.manual_seed(1)
    x = torch.randn(50, 3, 400)
    out = LockedDropout(p)(x)
    kept = out != 0
    torch.testing.assert_close(out[kept], x[kept] / (1 - p))
    assert kept.float().mean().item() == pytest.approx(1 - p, abs=0.02)


@pytest.mark.parametrize("dropout", [LockedDropout(0.5).eval(), LockedDropout(0.0)], ids=["eval", "zero"])
def test_off_is_the_identity(dropout) -> None:
    x = torch.randn(2, 3, 5)
    assert dropout(x) is x


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5])
def test_a_probability_out_of_range_is_refused(p) -> None:
    with pytest.raises(ValueError, match=str(p)):
        LockedDropout(p)


def test_its_text_says_the_probability() -> None:
    assert repr(LockedDropout(0.25)) == "LockedDropout(p=0.25)"


def test_words_become_unk_and_special_tokens_stay() -> None:
    torch.manual_seed(2)
    ids = torch.arange(11).repeat(500, 1)
    out = word_dropout(ids, 0.3, unk_id=1, keep_below=4)
    assert torch.equal(out[:, :4], ids[:, :4])
    words, changed = ids[:, 4:], out[:, 4:] != ids[:, 4:]
    assert set(out[:, 4:][changed].tolist()) == {1}
    assert changed.float().mean().item() == pytest.approx(0.3, abs=0.03)
    assert words.min() == 4  # the input itself is left alone


def test_no_word_dropout_is_the_identity() -> None:
    ids = torch.arange(11)
    assert word_dropout(ids, 0.0, unk_id=1, keep_below=4) is ids
