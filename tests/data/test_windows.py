"""Contiguous windows over tracks of one text: order, coverage, and the exact same order after a resume."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from nlpseq.data.windows import WindowStream
from nlpseq.errors import UserError


def stream_of(length: int = 1009, **options) -> WindowStream:
    settings = {"batch_size": 3, "window": 32, "epochs": 2, "seed": 1} | options
    return WindowStream(np.arange(length, dtype=np.uint16), **settings)


def epochs_of(stream: WindowStream) -> list[list]:
    batches = list(stream)
    return [batches[at : at + stream.steps_per_epoch] for at in range(0, len(batches), stream.steps_per_epoch)]


@pytest.mark.parametrize("vary", [True, False])
@pytest.mark.parametrize(("length", "batch_size"), [(1009, 3), (1000, 1), (997, 7), (20, 10), (21, 10)])
def test_tracks_are_contiguous_and_cover_the_text(vary, length, batch_size) -> None:
    """Ids are positions here, so each track must count up by one, round the ring, through inputs and targets."""
    stream = stream_of(length, batch_size=batch_size, vary=vary, epochs=3)
    offsets = []
    for epoch in epochs_of(stream):
        assert [batch.reset for batch in epoch] == [True] + [False] * (len(epoch) - 1)
        inputs = torch.cat([batch.inputs for batch in epoch], dim=1)
        targets = torch.cat([batch.targets for batch in epoch], dim=1)
        assert inputs.shape == (batch_size, length // batch_size) and inputs.dtype == torch.int64
        assert torch.equal(targets, (inputs + 1) % length)
        assert torch.equal(targets[:, :-1], inputs[:, 1:])
        assert inputs.flatten().unique().numel() == inputs.numel()  # nothing twice
        offsets.append(int(inputs[0, 0]))
    assert len(set(offsets)) > 1


def test_its_length_is_known_beforehand() -> None:
    stream = stream_of(5003, epochs=4)
    assert len(stream) == 4 * stream.steps_per_epoch == len(list(stream))
    assert stream.drawn == len(stream)
    assert list(stream) == []


def test_window_lengths_vary_as_published() -> None:
    """About one in twenty is half as long, the others are the window's length and a little noise."""
    stream = stream_of(1_000_001, batch_size=2, window=100, epochs=1)
    lengths = np.array([batch.inputs.size(1) for batch in stream])
    halves = (lengths < 75).mean()
    assert 0.03 < halves < 0.07
    usual = lengths[lengths >= 75]
    assert abs(usual.mean() - 100) < 1.5 and 4.5 < usual.std() < 5.5
    assert lengths.max() < 125


def test_without_variation_all_but_the_last_are_equal() -> None:
    lengths = [batch.inputs.size(1) for batch in stream_of(1009, vary=False, epochs=1)]
    assert lengths == [32] * 10 + [16]  # 336 characters a track


@pytest.mark.parametrize("window", [1, 2, 5, 400, 10_000])
def test_any_window_works(window) -> None:
    stream = stream_of(window=window, epochs=1)
    lengths = [batch.inputs.size(1) for batch in stream]
    assert sum(lengths) == 336 and min(lengths) >= 1


def test_equal_seeds_draw_equal_windows() -> None:
    def drawn(seed: int) -> list:
        return [batch.inputs.tolist() for batch in stream_of(seed=seed)]

    assert drawn(5) == drawn(5) != drawn(6)


@pytest.mark.parametrize("stop", [0, 1, 7, 11, 12, 21, 22])
def test_a_resumed_stream_goes_on_exactly(stop) -> None:
    whole = stream_of()
    assert whole.steps_per_epoch == 11
    expected = [(batch.inputs.tolist(), batch.targets.tolist(), batch.reset) for batch in whole]
    first = stream_of()
    for _ in zip(range(stop), first, strict=False):
        pass
    resumed = stream_of()
    resumed.load_state_dict(first.state_dict())
    rest = [(batch.inputs.tolist(), batch.targets.tolist(), batch.reset) for batch in resumed]
    assert rest == expected[first.drawn :]


def test_a_state_saved_while_a_batch_is_worked_on_counts_it_as_done() -> None:
    stream = stream_of()
    next(iter(stream))
    assert stream.state_dict()["drawn"] == 1


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"seed": 2}, "seed"),
        ({"batch_size": 4}, "batch_size"),
        ({"window": 33}, "window"),
        ({"vary": False}, "vary"),
        ({"length": 1010}, "characters"),
    ],
)
def test_another_text_or_setting_cannot_resume(options, name) -> None:
    with pytest.raises(UserError, match=f"cannot resume the order of the text: {name} was"):
        stream_of(**options).load_state_dict(stream_of().state_dict())


def test_another_text_of_the_same_length_cannot_resume() -> None:
    settings = {"batch_size": 2, "window": 3, "epochs": 1, "seed": 1}
    state = WindowStream(np.arange(50), **settings).state_dict()
    with pytest.raises(UserError, match="ids_crc32 was"):
        WindowStream(np.arange(50)[::-1], **settings).load_state_dict(state)


def test_a_text_too_short_for_its_tracks_is_refused() -> None:
    with pytest.raises(UserError, match="has 5 characters, too few for 3 tracks; lower the batch size"):
        stream_of(5)


@pytest.mark.parametrize("option", ["batch_size", "window", "epochs"])
def test_zero_is_refused(option) -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        stream_of(**{option: 0})


def test_a_batch_counts_its_targets_and_moves() -> None:
    first, second = list(stream_of(epochs=1, vary=False))[-2:]
    assert (first.num_tokens, second.num_tokens) == (96, 48)
    moved = second.to("meta")
    assert moved.inputs.is_meta and moved.targets.is_meta and not moved.reset


def test_a_memory_map_is_read_window_by_window(tmp_path) -> None:
    np.save(tmp_path / "ids.npy", np.arange(500, dtype=np.uint16))
    mapped = WindowStream(np.load(tmp_path / "ids.npy", mmap_mode="r"), batch_size=3, window=9, epochs=1, seed=4)
    held = WindowStream(np.arange(500), batch_size=3, window=9, epochs=1, seed=4)
    for one, other in zip(mapped, held, strict=True):
        assert torch.equal(one.inputs, other.inputs)


def test_no_two_epochs_have_the_same_bounds() -> None:
    bounds = [tuple(batch.inputs.size(1) for batch in epoch) for epoch in epochs_of(stream_of(5003, epochs=5))]
    assert all(one != other for one, other in pairwise(bounds))
