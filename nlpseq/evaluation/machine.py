"""What a run ran on and how much memory it took, for the report."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def machine_facts(*, date: str) -> dict[str, str]:
    """Hardware and versions under names that a reader understands; the caller gives the date of the run.

    >>> facts = machine_facts(date="2026-01-31")
    >>> facts["Date"], int(facts["Cores"]) >= 1
    ('2026-01-31', True)
    """
    return {
        "Date": date,
        "Cores": str(_usable_cores()),
        "CPU": _cpu_model(),
        "Platform": platform.platform(terse=True),
        "Python": platform.python_version(),
        "PyTorch": _version("torch"),
        "sacreBLEU": _version("sacrebleu"),
    }


def peak_memory_mib() -> float | None:
    """The most resident memory this process ever held, in MiB; None where the system does not tell (Windows).

    >>> peak = peak_memory_mib()
    >>> peak is None or peak > 1
    True
    """
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # macOS counts bytes, Linux KiB


def _usable_cores() -> int:
    # A container or taskset may allow fewer cores than the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine() or "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
