"""Would the tests see a fault? Plants one at a time in a seeded sample of places and counts those that turn a test red.

    python benchmarks/mutants.py                          # the rooms of ROOMS, 300 mutants: writes results/mutants.md
    python benchmarks/mutants.py nlpseq/layers --sample 0 # every mutant of one room, to the terminal only

A mutant turns a comparison or an operation round, moves a number by one, negates a condition, swaps the branches of a
choice, takes a statement out or returns nothing. The tests of the mirrored file run first (nlpseq/layers/norm.py:
tests/layers/test_norm.py) with the examples of its docstrings, then those of the room and of the rooms that build on
it. Each mutant lives in a process of its own that imports the changed module, as do the processes that its tests
start; no file is written. More than `CPU_SECONDS` of processor time count as seen. `EQUIVALENT_FILE` lists what was
looked at and found to change nothing that a caller can see.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib
import importlib.abc
import importlib.util
import math
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("nlpseq/layers", "nlpseq/decoding", "nlpseq/data/batch.py", "nlpseq/data/sampler.py", "nlpseq/training")
# Rooms whose tests run too where those of the mirrored file have seen nothing.
WIDER = {
    "layers": ("tests/layers", "tests/models"),
    "decoding": ("tests/decoding", "tests/models"),
    "data": ("tests/data/test_batch.py", "tests/data/test_sampler.py", "tests/data/test_loader.py"),
    "training": ("tests/training",),
}
RESULTS = ROOT / "benchmarks" / "results" / "mutants.md"
EQUIVALENT_FILE = ROOT / "benchmarks" / "equivalent_mutants.txt"
PLANTED = ROOT / "benchmarks" / "planted"
CPU_SECONDS = 60

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult,
}  # fmt: skip


class Mutant(NamedTuple):
    """One fault: in `path`, at `line`, `before` made into `after`; `number` finds it again in a copy of the tree."""

    path: str
    line: int
    before: str
    after: str
    number: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before} => {self.after}"

    @property
    def name(self) -> str:
        """What it is known by in `EQUIVALENT_FILE`: without the line, which moves."""
        return f"{self.path}: {self.before} => {self.after}"


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """The faulty versions of one node, each a copy."""

    def edit(change: Callable[[ast.AST], None]) -> ast.AST:
        other = copy.deepcopy(node)
        change(other)
        return other

    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield edit(lambda each: setattr(each, "ops", [SWAPS[type(op)]()]))
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPS:
            yield edit(lambda each: setattr(each, "op", SWAPS[type(op)]()))
        case ast.Constant(value=bool(value)):
            yield edit(lambda each: setattr(each, "value", not value))
        case ast.Constant(value=int(value) | float(value)):
            yield edit(lambda each: setattr(each, "value", value + 1))
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test=test, body=orelse, orelse=body)
        case ast.If(test=test) if not isinstance(test, ast.UnaryOp | ast.Compare | ast.BoolOp):
            yield edit(lambda each: setattr(each, "test", ast.UnaryOp(op=ast.Not(), operand=test)))
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(value=ast.Constant(value=None))
    match node:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass()


def places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every (parent, field, index, node) of code that runs: no annotations, docstrings or texts of messages."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "bases") or isinstance(node, ast.JoinedStr):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                yield node, field, index, child
                yield from places(child)


def plant(tree: ast.AST, number: int | None = None) -> Iterator[tuple[int, ast.AST, ast.AST, ast.AST]]:
    """Every (number, parent, node, faulty node) of `tree`; the one of `number` is put into its place."""
    count = 0
    for parent, field, index, node in list(places(tree)):
        for other in changed(node):
            if count == number:
                other = ast.fix_missing_locations(ast.copy_location(other, node))
                if index is None:
                    setattr(parent, field, other)
                else:
                    getattr(parent, field)[index] = other
            yield count, parent, node, other
            count += 1


def mutants(path: Path) -> list[Mutant]:
    """All mutants of a file, in the order of its text."""
    name, found = path.relative_to(ROOT).as_posix(), []
    for number, parent, node, other in plant(ast.parse(path.read_text(encoding="utf-8"))):
        # A number says little by itself: what it stands in is shown too.
        context = ""
        if isinstance(node, ast.Constant | ast.UnaryOp) and isinstance(parent, ast.expr | ast.stmt | ast.keyword):
            context = f"  [in {' '.join(ast.unparse(parent).split())[:60]}]"
        before, after = (" ".join(ast.unparse(each).split())[:90] for each in (node, other))
        line = getattr(node, "lineno", getattr(parent, "lineno", 0))
        found.append(Mutant(name, line, before, f"{after}{context}", number))
    return found


class Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from its changed tree."""

    def __init__(self, mutant: Mutant) -> None:
        self.module = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.place = str(ROOT / mutant.path)
        self.tree = ast.parse(Path(self.place).read_text(encoding="utf-8"))
        for _ in plant(self.tree, mutant.number):
            pass

    def find_spec(self, name, path=None, target=None):  # noqa: ANN001, ANN201 (importlib's)
        # With its place, by which pytest knows the module whose examples it runs.
        return importlib.util.spec_from_loader(name, self, origin=self.place) if name == self.module else None

    def pytest_sessionstart(self) -> None:
        """Stand before pytest's own finder, which takes what it is told to test."""
        sys.meta_path.insert(0, self)

    def exec_module(self, module) -> None:  # noqa: ANN001 (importlib's)
        exec(compile(self.tree, self.module, "exec"), module.__dict__)


def run(tests: list[str], mutant: Mutant | None = None, cpu_seconds: int = CPU_SECONDS) -> str:
    """How pytest ends in a process of its own: "green", "red" or "timeout"."""
    import pytest

    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        plugins = [Planted(mutant)] if mutant is not None else []
        sys.meta_path[:0] = plugins  # for what the conftests import, before the session starts
        if mutant is not None:
            os.environ["NLPSEQ_MUTANT"] = f"{mutant.path}:{mutant.number}"
            os.environ["PYTHONPATH"] = os.pathsep.join([str(PLANTED), os.environ.get("PYTHONPATH", "")])
        code = 1
        try:
            code = pytest.main(
                ["-x", "--tb=no", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", *tests],
                plugins,
            )
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout"
    return "green" if os.WEXITSTATUS(status) == 0 else "red"


def tests_of(path: str) -> list[list[str]]:
    """The tests to run for a module: its mirrored file and its own examples, then the wider rooms."""
    parts = Path(path).relative_to("nlpseq")
    mirrored = Path("tests") / parts.parent / f"test_{parts.name}"
    wider = list(WIDER[parts.parts[0]])
    return [[*([str(mirrored)] if (ROOT / mirrored).is_file() else wider[:1]), path], wider]


def outcome(mutant: Mutant, *, wide: bool) -> str:
    """ "red", "timeout" or "green": of the first set of tests that sees the mutant, or of the last."""
    found = "green"
    for tests in tests_of(mutant.path)[: None if wide else 1]:
        found = run(tests, mutant)
        if found != "green":
            break
    return found


def table(outcomes: dict[Mutant, str], equivalent: set[str], drawn: str) -> str:
    """The page of results: a row a file, then the survivors."""
    head = "| module | mutants | killed | by the clock | equivalent | survived | share killed |\n|---|" + "--:|" * 6
    names = sorted({mutant.path for mutant in outcomes})
    rows = [head]
    for name in [*names, "all"]:
        mine = {each: found for each, found in outcomes.items() if name in (each.path, "all")}
        green = [each for each, found in mine.items() if found == "green"]
        same = sum(each.name in equivalent for each in green)
        clock = sum(found == "timeout" for found in mine.values())
        killed = len(mine) - len(green)
        share = 100 * killed / max(len(mine) - same, 1)
        rows.append(f"| {name} | {len(mine)} | {killed} | {clock} | {same} | {len(green) - same} | {share:.1f}% |")
    left = [str(each) for each, found in outcomes.items() if found == "green" and each.name not in equivalent]
    survivors = "\n".join(["```", *left, "```"]) if left else "None."
    return (
        f"# Planted faults\n\n`make mutants` ({drawn}). The share leaves out the equivalent ones: those of\n"
        "`benchmarks/equivalent_mutants.txt`, each with its reason.\n\n"
        + "\n".join(rows)
        + f"\n\n## Survivors\n\n{survivors}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", help=f"files or folders (default: {' '.join(ROOMS)})")
    parser.add_argument("--sample", type=int, default=300, help="mutants to draw; 0 for all (default: 300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--narrow", action="store_true", help="the mirrored tests only, without a sound run before")
    parser.add_argument("--minutes", type=float, default=math.inf, help="start no mutant after so long")
    parser.add_argument("--match", default="", help="only mutants whose line of text holds this")
    args = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.update(OMP_NUM_THREADS="1", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    files = sorted(
        file
        for path in args.paths or ROOMS
        for file in ([ROOT / path] if path.endswith(".py") else (ROOT / path).rglob("*.py"))
    )
    every = [mutant for file in files for mutant in mutants(file) if args.match in str(mutant)]
    size = min(args.sample or len(every), len(every))
    chosen = random.Random(args.seed).sample(every, size)
    # What all tests import is imported once, before the processes part.
    for name in ("hypothesis", "lightning_fabric", "scipy.stats", "torch._dynamo", "nlpseq.config"):
        importlib.import_module(name)
    gc.freeze()  # pytest collects garbage several times, in each process, and none of this is

    every_test = sorted({test for mutant in chosen for tests in tests_of(mutant.path) for test in tests})
    if not args.narrow and run(every_test, cpu_seconds=60 * CPU_SECONDS) != "green":
        sys.exit(f"{' '.join(every_test)}: not green without any mutant")
    outcomes: dict[Mutant, str] = {}
    start = time.monotonic()
    for place, mutant in enumerate(chosen, start=1):
        if time.monotonic() - start > 60 * args.minutes:
            break
        outcomes[mutant] = outcome(mutant, wide=not args.narrow)
        print(f"{place}/{size} {outcomes[mutant]:8}{mutant}", flush=True)
    lines = EQUIVALENT_FILE.read_text(encoding="utf-8").splitlines() if EQUIVALENT_FILE.is_file() else []
    equivalent = {line.partition("  # ")[0] for line in lines}
    page = table(outcomes, equivalent, f"{len(outcomes)} of {len(every)} mutants, seed {args.seed}")
    print(page)
    if not args.paths and not args.match:
        RESULTS.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
