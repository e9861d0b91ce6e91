"""`nlpseq report`: the evaluation report of a run, or of two runs side by side."""

from __future__ import annotations

import argparse
from typing import Any

from nlpseq.errors import UserError


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    report = commands.add_parser(
        "report",
        help="write a run's report again, or that of two runs side by side",
        description=(
            "Write report.html, report.md and metrics.json of a run again from what it has saved, decoding nothing "
            "anew; or, of two runs of one task, a report of both with the significance of their difference and the "
            "items that they disagree on."
        ),
    )
    report.add_argument("run", metavar="RUN", help="a run folder")
    report.add_argument("other", metavar="RUN_B", nargs="?", help="another one of the same task and test split")
    report.add_argument(
        "--out", metavar="FILE", help="the page of two runs (default: report-beside-RUN.html in the folder of RUN_B)"
    )
    report.set_defaults(call=_report, takes_settings=False)


def _report(options: argparse.Namespace, rest: list[str]) -> None:
    if options.other is not None:
        from nlpseq.tasks.compare import report_pair

        print(report_pair(options.run, options.other, out=options.out))
        return
    if options.out is not None:
        raise UserError("--out is for the report of two runs; that of one run stands in its folder")
    from nlpseq.tasks.evaluate import report_run

    print(report_run(options.run))
