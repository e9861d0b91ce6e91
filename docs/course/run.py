"""Run chapters of the course as plain programs, each in a process of its own, as `make course` and the tests do.

python docs/course/run.py                # all, one after the other, with their times
python docs/course/run.py 01 04          # those whose names begin so
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?:---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST = "import matplotlib\nmatplotlib.use('agg')\n"


def chapters() -> list[Path]:
    """The chapters in their order."""
    return sorted(HERE.glob("[0-9][0-9]-*.md"))


def program(chapter: Path) -> str:
    """The cells of a chapter as one program; what only a notebook understands (`%pip`) is left out."""
    cells = CELL.findall(chapter.read_text(encoding="utf-8"))
    return FIRST + "\n".join(re.sub(r"^[%!].*$", "", cell, flags=re.MULTILINE) for cell in cells)


def run(chapter: Path) -> subprocess.CompletedProcess[str]:
    """Run a chapter in an empty folder."""
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        script = Path(folder) / f"{chapter.stem}.py"
        script.write_text(program(chapter), encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), *_paths()])}
        return subprocess.run(
            [sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )


def _paths() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def main() -> int:
    """Run chapters, and say how long each took; 1 if one of them failed."""
    failed = 0
    for chapter in chapters():
        if sys.argv[1:] and not chapter.name.startswith(tuple(sys.argv[1:])):
            continue
        begin, before = time.perf_counter(), os.times()
        done = run(chapter)
        after = os.times()
        processor = after.children_user + after.children_system - before.children_user - before.children_system
        state = "done" if done.returncode == 0 else "FAILED"
        print(
            f"{chapter.stem}: {state}, {time.perf_counter() - begin:.0f} s, {processor:.0f} s of processor", flush=True
        )
        if done.returncode:
            print(done.stdout[-4000:], done.stderr[-6000:], sep="\n", file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
