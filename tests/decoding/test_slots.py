from __future__ import annotations

import numpy as np
import pytest

from nlpseq.decoding.slots import fill_slots

NEVER = -np.inf


def fill_in_turn(totals, beam_size):
    """The definition, in plain lists: slot after slot takes the best child left of parents 0 to its own number."""
    width, picks = totals.shape[1], []
    flat, taken = totals.ravel().tolist(), set()
    for slot in range(beam_size):
        free = [i for i, total in enumerate(flat) if total > NEVER and i not in taken and i // width <= slot]
        picks.append(max(free, key=lambda i: (flat[i], -i)) if free else -1)
        taken.add(picks[-1])
    return picks


@pytest.mark.parametrize("beam_size", [1, 2, 3, 5, 7])
def test_slots_are_filled_in_turn(beam_size):
    draw = np.random.default_rng(beam_size)
    for case in range(60):
        parents = 1 if case % 5 == 0 else beam_size
        shape = (3, parents, case % beam_size + 1)
        totals = draw.normal(size=shape).astype(np.float32)
        if case % 2:  # whole numbers: many ties
            totals = totals.round()
        totals[draw.random(shape) < (0.0, 0.3, 0.8)[case % 3]] = NEVER
        totals[draw.random(shape[:2]) < 0.2] = NEVER
        before = totals.copy()
        places, best = fill_slots(totals, beam_size)
        expected = [fill_in_turn(sentence, beam_size) for sentence in totals]
        assert np.where(best > NEVER, places, -1).tolist() == expected
        assert np.array_equal(totals, before)
        taken = np.take_along_axis(totals.reshape(3, -1), places, axis=1)
        assert np.array_equal(taken[best > NEVER], best[best > NEVER])


def test_the_slots_of_a_beam_are_the_first_of_a_wider_one():
    totals = np.random.default_rng(0).normal(size=(11, 6, 6)).round(1)
    widest = fill_slots(totals, 6)
    for width in range(1, 6):
        for narrow, wide in zip(fill_slots(totals, width), widest, strict=True):
            assert np.array_equal(narrow, wide[:, :width])
