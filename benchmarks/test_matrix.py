"""The whole test suite under every setting it must pass in, one after the other, each in a copy of the tree.

    python benchmarks/test_matrix.py                        # all rows; hours, and gigabytes for each other Python
    python benchmarks/test_matrix.py "OMP*" plain           # some rows, by pattern
    python benchmarks/test_matrix.py "ATEN*" --tests tests/layers tests/models
    python benchmarks/test_matrix.py "OMP_NUM_THREADS=4 + PYTHONHASHSEED=1"   # both at once; fills in both rows
    python benchmarks/test_matrix.py --list

Rows that ran replace theirs in results/test-matrix.md; the others stay as they were. HOME is an empty folder, and what
a row leaves in it is counted. Other Pythons and the lowest versions are installed by uv (`pip install uv`) into an
environment that is removed after its row.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import add
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "test-matrix.md"
NOBODY = 65534
HEAD = "| setting | together with | tests | Python, torch | passed | skipped | failed | minutes | left in HOME | date |"


@dataclass(frozen=True)
class Row:
    """One setting: environment variables (None: taken out), options of pytest, what stands before the command."""

    name: str
    env: dict[str, str | None] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    folder: str = "tree"
    user: int | None = None
    python: str | None = None  # an environment of its own with this Python
    lowest: bool = False  # and the lowest versions that pyproject.toml admits

    def __add__(self, other: Row) -> Row:
        """Both settings at once, where neither says anything of what the other does."""
        return Row(
            f"{self.name} + {other.name}", self.env | other.env, self.options + other.options,
            self.before + other.before, other.folder if self.folder == "tree" else self.folder,
            other.user if self.user is None else self.user, self.python or other.python, self.lowest or other.lowest,
        )  # fmt: skip


ROWS = [
    Row("plain"),
    Row("ATEN_CPU_CAPABILITY=default", {"ATEN_CPU_CAPABILITY": "default"}),
    Row("ATEN_CPU_CAPABILITY=avx2", {"ATEN_CPU_CAPABILITY": "avx2"}),
    Row("ONEDNN_MAX_CPU_ISA=AVX2", {"ONEDNN_MAX_CPU_ISA": "AVX2"}),
    Row("ONEDNN_MAX_CPU_ISA=AVX512_CORE", {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE"}),
    Row("kernels that round by shape", options=("-p", "tests.rounding", "--rounding-seed=1")),
    *(Row(f"OMP_NUM_THREADS={n}", {"OMP_NUM_THREADS": str(n)}) for n in (1, 2, 4)),
    *(Row(f"PYTHONHASHSEED={n}", {"PYTHONHASHSEED": str(n)}) for n in (0, 1, 4242)),
    *(Row(f"random order {n}", options=("--random-order", f"--random-order-seed={n}")) for n in (1, 2)),
    Row("another user than root", user=NOBODY),
    Row("a path with a space and an umlaut", folder="ein Verzeichnis für Tests"),
    Row("HOME unset", {"HOME": None}),
    Row("LC_ALL=C, TZ=Pacific/Kiritimati", {"LC_ALL": "C", "LANG": None, "TZ": "Pacific/Kiritimati"}),
    Row("no network", before=("unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")),
    # Old versions beside newer ones that they never met warn of it; that is no fault of ours.
    *(Row(f"Python 3.{minor}", python=f"3.{minor}") for minor in (10, 11, 12, 13, 14)),
    Row("lowest versions, Python 3.10", python="3.10", lowest=True, options=("-W", "default")),
    Row("lowest versions, Python 3.11", python="3.11", lowest=True, options=("-W", "default")),
]


def copy_tree(folder: Path) -> None:
    """The files that git knows, as they stand in the working tree."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def install(row: Row, work: Path, tree: Path) -> str:
    """The python of a new environment under `work` with the project and its tools. Raises: CalledProcessError."""
    python = str(work / "env" / "bin" / "python")
    bounds = ["--resolution", "lowest-direct"] if row.lowest else ["--constraint", str(tree / "constraints.txt")]
    env = os.environ | {"UV_CACHE_DIR": str(work / "cache"), "UV_LINK_MODE": "hardlink"}
    for command in (
        ["venv", "--python", str(row.python), str(work / "env")],
        ["pip", "install", "--python", python, *bounds, "--editable", f"{tree}[dev]"],
    ):
        subprocess.run([sys.executable, "-m", "uv", *command], check=True, env=env, capture_output=True, text=True)
    shutil.rmtree(work / "cache")
    return python


@contextmanager
def place_of(row: Row) -> Iterator[tuple[Path, Path]]:
    """A temporary (work folder, copy of the tree), the row's user's own; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="matrix-") as name:
        work = Path(name)
        work.chmod(0o755)  # tests that become another user reach their files
        tree = work / row.folder
        (work / "home").mkdir()
        (work / "tmp").mkdir()
        copy_tree(tree)
        if row.user is not None:
            for path in (work, *work.rglob("*")):
                os.chown(path, row.user, row.user)
        yield work, tree


def environment(row: Row, work: Path, tree: Path) -> dict[str, str]:
    """What the row's tests see of ours, with its changes."""
    base = {"HOME": str(work / "home"), "PYTHONPATH": str(tree), "TMPDIR": str(work / "tmp")}
    dropped = ("VIRTUAL_ENV", "PYTHONPATH", "OMP_NUM_THREADS", "XDG_CACHE_HOME", "HF_HOME")
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    if "PYTHONPATH" in os.environ and row.python is None:
        base["PYTHONPATH"] += os.pathsep + os.environ["PYTHONPATH"]
    return {name: value for name, value in (env | base | row.env).items() if value is not None}


def run(row: Row, tests: list[str]) -> str:
    """Run one row; its line of the table. The output of failing tests goes to the terminal."""
    with place_of(row) as (work, tree):
        python = sys.executable
        if row.python is not None:
            try:
                python = install(row, work, tree)
            except subprocess.CalledProcessError as error:
                said = (error.stderr or "").strip().splitlines() or ["no reason given"]
                print(error.stderr, file=sys.stderr)
                return line(row, tests, "not installed: " + " ".join(" ".join(said).replace("|", " ").split())[-160:])
        env = environment(row, work, tree)
        who = {} if row.user is None else {"user": row.user, "group": row.user, "extra_groups": []}
        workers = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
        command = [*row.before, python, "-m", "pytest", *workers, *row.options, *tests]
        start = time.monotonic()
        try:
            ended = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, errors="replace", **who)
        except OSError as error:
            return line(row, tests, f"not run: {error}")
        minutes = (time.monotonic() - start) / 60
        print(ended.stdout[-20_000:] if ended.returncode else ended.stdout[-300:], ended.stderr[-2000:], flush=True)
        says = "import platform, torch; print(f'{platform.python_version()}, {torch.__version__}')"
        versions = subprocess.run(
            [python, "-c", says], capture_output=True, text=True, cwd=work, env=env
        ).stdout.strip()
        left = sum(path.is_file() for path in (work / "home").rglob("*"))
        counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|skipped|failed|error)", ended.stdout[-400:])}
        if ended.returncode not in (0, 1):
            return line(row, tests, f"pytest ended with code {ended.returncode}: {ended.stderr.strip()[-160:]}")
        failed = counts.get("failed", 0) + counts.get("error", 0)
        named = re.findall(r"^(?:FAILED|ERROR) (\S+)", ended.stdout, re.MULTILINE)[:5]
        shown = f"**{failed}**: {', '.join(named)}" if failed else "0"
        return line(
            row, tests, versions, counts.get("passed", 0), counts.get("skipped", 0), shown, f"{minutes:.1f}", left
        )


def line(row: Row, tests: list[str], *cells: object) -> str:
    """The cells of a line of the table behind its setting; those that are missing stay empty."""
    filled = [*map(str, cells), *[""] * (6 - len(cells))]
    return f"{' | '.join([' '.join(tests) or 'all', *filled, date.today().isoformat()])} |"


def lines_of(row: Row, found: str) -> dict[str, str]:
    """The line of each setting of a row."""
    names = row.name.split(" + ")
    return {name: f"| {name} | {', '.join(each for each in names if each != name)} | {found}" for name in names}


def written() -> dict[str, str]:
    """The table's lines so far, by the setting's name."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    return {found[1]: found[0] for found in re.finditer(r"^\| (.+?) \|.*\|$", text, re.MULTILINE)}


def write(lines: dict[str, str]) -> None:
    """The page of results: every row in its order, those that never ran as such."""
    rows = [lines.get(row.name, f"| {row.name} |" + " |" * 3 + " not run |" + " |" * 5) for row in ROWS]
    RESULTS.write_text(
        "# The suite under every setting\n\n"
        f"`make test-matrix`; a row is run by `ARGS='\"NAME\"'`. Last written on {platform.machine()}, "
        f"{os.cpu_count()} cores.\n\n" + "\n".join([HEAD, "|---" * 10 + "|", *rows]) + "\n",
        encoding="utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", default=["*"], help="names or patterns of rows (default: all)")
    parser.add_argument("--tests", nargs="*", default=[], help="files or folders of tests (default: the whole suite)")
    parser.add_argument("--list", action="store_true", help="only name the rows")
    args = parser.parse_args()
    named = {row.name: row for row in ROWS}
    together = [reduce(add, (named[name] for name in words.split(" + "))) for words in args.rows if " + " in words]
    alone = [row for row in ROWS if any(fnmatch.fnmatchcase(row.name, pattern) for pattern in args.rows)]
    chosen = together + alone
    if args.list or not chosen:
        print("\n".join(row.name for row in ROWS))
        sys.exit(not args.list)
    for row in chosen:
        print(f"== {row.name}", flush=True)
        found = run(row, args.tests)
        print(found, flush=True)
        write(written() | lines_of(row, found))


if __name__ == "__main__":
    main()
