"""What `make test`, which is several processes, needs of its tests."""

from __future__ import annotations

import pytest


def test_reports_with_halves_of_surrogate_pairs_travel_between_processes(pytestconfig: pytest.Config) -> None:
    report = pytest.TestReport(
        nodeid="tests/a.py::test_\udcff", location=("tests/a.py", 1, "test_\udcff"), keywords={"\ud800": 1},
        outcome="failed", longrepr="\ud800 is not \udfff", when="call", sections=[("Captured log", "read \udcff")],
    )  # fmt: skip
    sent = pytestconfig.hook.pytest_report_to_serializable(config=pytestconfig, report=report)
    for part in (sent["nodeid"], sent["longrepr"], *sent["keywords"], *sent["sections"][0]):
        part.encode("utf-8")
    assert sent["longrepr"] == "\\ud800 is not \\udfff" and sent["sections"] == [("Captured log", "read \\udcff")]
