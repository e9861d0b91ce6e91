"""Facts about the machine, against what the system itself says."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.evaluation.machine import machine_facts, peak_memory_mib


def test_facts_are_text_for_people() -> None:
    facts = machine_facts(date="2026-01-31")
    assert facts["Date"] == "2026-01-31"
    assert facts["PyTorch"][0].isdigit() and all(facts.values())


def test_peak_memory_has_the_unit_it_says() -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("only Linux tells the peak a second time")
    kib = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    assert peak_memory_mib() == pytest.approx(kib / 1024, rel=0.1)
