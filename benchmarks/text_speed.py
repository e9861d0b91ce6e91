"""Measure nlpseq's vocabularies, look-up and batches beside torchtext 0.18.0's and 0.6.0's, in alternating rounds.

    text_speed.py CORPORA --torchtext018 PYTHON [--only build small lookup batching import] [--rounds N]

CORPORA holds `multi30k/train.en`, `multi30k/train.de` and `imdb/train.parquet`. PYTHON is an interpreter in whose
environment torchtext 0.18.0 works (with torch 2.3.1 and numpy below 2); 0.6.0 is the one of the interpreter that runs
this script. Each side has a process of its own and all sides of a case take turns, so that a busy machine harms all
alike. Linux only: memory is read from /proc.

Prints one JSON line a repetition and, after each case, one for each figure of ours: the best of the others divided by
it, the median over the rounds with the least and the greatest. What each side does stands in `text_sides.py`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

SIDES = Path(__file__).with_name("text_sides.py")
NEW = ("torchtext 0.18", "torchtext 0.18, C++ tokenizer")
NEW_LOOKUPS = ("torchtext 0.18", "torchtext 0.18, lookup_indices")
OLD = ("torchtext 0.6",)
OUR_BATCHES = tuple(f"nlpseq, from {what}{how}" for what in ("ids", "tokens") for how in ("", ", DataLoader"))
COMPAT = "nlpseq.compat"
HEAVY = ("torch", "spacy", "datasets")
IMPORT_SECONDS = 0.15
IMPORT = """
import sys, time
started = time.perf_counter()
import {module}
print(time.perf_counter() - started, *(name for name in {heavy} if name in sys.modules))
"""


class Case(NamedTuple):
    """Sides that are compared, and for each figure (less is better) how many times less ours shall be."""

    what: str
    name: str
    ours: tuple[str, ...]
    others: tuple[str, ...]
    goals: dict[str, float]
    fresh: bool  # a new process for each repetition, since memory that one has freed serves the next


BUILD_GOALS = {"seconds": 1.0, "cpu_seconds": 1.0, "peak_extra_megabytes": 1.0}
LOOKUP_GOALS = LEGACY_GOALS = {"seconds": 1.0, "cpu_seconds": 1.0}
BATCHING_GOALS = {"seconds": 5.0, "cpu_seconds": 5.0, "padded_share": 1.0}
CASES = [
    *(Case("build", corpus, ("nlpseq", COMPAT), NEW, BUILD_GOALS, fresh=True) for corpus in ("multi30k", "imdb")),
    Case("small", "10000-words", ("nlpseq", COMPAT), NEW[:1], {"megabytes": 10}, fresh=True),
    *(
        Case("lookup", lists, ours, others, LOOKUP_GOALS, fresh=False)
        for lists in ("words", "multi30k", "imdb")
        for ours, others in (
            (("nlpseq",), NEW_LOOKUPS),
            ((COMPAT,), NEW_LOOKUPS[:1]),
            ((f"{COMPAT}, lookup_indices",), NEW_LOOKUPS[1:]),
        )
    ),
    *(Case("batching", rows, OUR_BATCHES, OLD, BATCHING_GOALS, fresh=False) for rows in ("64", "128")),
    Case("batching", "64", (f"{COMPAT}.legacy",), OLD, LEGACY_GOALS, fresh=False),
]


def write_texts(corpora: Path, folder: Path) -> None:
    """The texts of the corpora as JSON, which every side can read."""
    import pyarrow.parquet

    texts = {
        "multi30k": (corpora / "multi30k" / "train.en").read_text(encoding="utf-8").splitlines(),
        "multi30k-de": (corpora / "multi30k" / "train.de").read_text(encoding="utf-8").splitlines(),
        "imdb": pyarrow.parquet.read_table(corpora / "imdb" / "train.parquet")["text"].to_pylist(),
    }
    words = {word: None for text in texts["multi30k"] for word in text.lower().split()}
    texts["10000-words"] = list(words)[:10_000]
    for name, rows in texts.items():
        (folder / f"{name}.json").write_text(json.dumps(rows))


def start(case: Case, side: str, python: str, folder: Path, stack: ExitStack) -> Callable[[], dict[str, Any]]:
    """Start a side's process and wait until it has prepared; the function makes it measure once."""
    command = [python, str(SIDES), case.what, case.name, side, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    stack.enter_context(process)
    assert process.stdin is not None and process.stdout is not None

    def read() -> str:
        if not (line := process.stdout.readline()):
            raise SystemExit(f"{side} ended before it answered; its command was: {' '.join(command)}")
        return line

    def measure() -> dict[str, Any]:
        process.stdin.write("\n")
        return dict(json.loads(read()))

    read()
    return measure


def run(case: Case, pythons: dict[str, str], folder: Path, rounds: int) -> None:
    """Print the figures of each side in each round, and the ratios."""
    found: list[dict[str, dict[str, Any]]] = []
    with ExitStack() as stack:
        measures: dict[str, Callable[[], dict[str, Any]]] = {}
        for number in range(rounds if case.fresh else 3 * rounds):
            found.append({})
            for side, python in pythons.items():
                with ExitStack() as alone:
                    if case.fresh or side not in measures:
                        measures[side] = start(case, side, python, folder, alone if case.fresh else stack)
                    found[-1][side] = measures[side]()
                line = {"what": case.what, "case": case.name, "side": side, "round": number + 1} | found[-1][side]
                print(json.dumps(line), flush=True)
    others = [side for side in case.others if side in pythons]
    for ours in case.ours if others else ():
        for figure, goal in case.goals.items():
            ratios = [min(sides[other][figure] for other in others) / sides[ours][figure] for sides in found]
            summary = {
                "what": case.what,
                "case": case.name,
                "side": ours,
                "figure": figure,
                "times_less": round(median(ratios), 2),
                "least": round(min(ratios), 2),
                "greatest": round(max(ratios), 2),
                "goal": goal,
                "reached": median(ratios) >= goal,
            }
            print(json.dumps(summary), flush=True)


def run_imports(rounds: int) -> None:
    """Print how long imports take in new processes, and what they import that is heavy."""
    found: dict[str, list[list[str]]] = {"nlpseq": [], "nlpseq.text": [], "nlpseq.compat.torchtext": []}
    for _ in range(rounds):
        for module, answers in found.items():
            code = IMPORT.format(module=module, heavy=HEAVY)
            answers.append(subprocess.check_output([sys.executable, "-c", code], text=True).split())
    for module, answers in found.items():
        seconds = median(float(answer[0]) for answer in answers)
        heavy = sorted({name for answer in answers for name in answer[1:]})
        line: dict[str, object] = {"what": "import", "case": module, "seconds": round(seconds, 4), "heavy": heavy}
        if module == "nlpseq":
            line |= {"goal": IMPORT_SECONDS, "reached": seconds < IMPORT_SECONDS and not heavy}
        print(json.dumps(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, metavar="CORPORA")
    parser.add_argument("--torchtext018", metavar="PYTHON", help="interpreter of an environment with torchtext 0.18.0")
    parser.add_argument("--only", nargs="+", choices=["build", "small", "lookup", "batching", "import"])
    parser.add_argument("--rounds", type=int, default=7, help="three times as many where a repetition is short")
    arguments = parser.parse_args()
    if arguments.torchtext018 is None:
        print("torchtext 0.18 is left out; give its interpreter with --torchtext018", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        write_texts(arguments.corpora, Path(folder))
        for case in CASES:
            if not arguments.only or case.what in arguments.only:
                pythons = {side: sys.executable for side in (*case.ours, *case.others) if side not in NEW + NEW_LOOKUPS}
                if arguments.torchtext018:
                    pythons |= {side: arguments.torchtext018 for side in case.others if side in NEW + NEW_LOOKUPS}
                run(case, pythons, Path(folder), arguments.rounds)
    if not arguments.only or "import" in arguments.only:
        run_imports(arguments.rounds)


if __name__ == "__main__":
    main()
