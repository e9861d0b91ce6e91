"""How this program was called: alone or as one of several, and commands that can be pasted into the same shell."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from contextlib import suppress
from pathlib import Path


def command(*words: str | Path) -> str:
    """A command of nlpseq, each word quoted where the shell wants it.

    >>> command("classify", "runs/my run")
    "nlpseq classify 'runs/my run'"
    """
    called = Path(sys.argv[0])
    if called.parts[-2:] == ("nlpseq", "__main__.py"):
        program = f"{_pasted(sys.executable)} -m nlpseq"
    else:
        program = _pasted(str(called)) if called.stem == "nlpseq" else "nlpseq"
    return " ".join([program, *(shlex.quote(str(word)) for word in words)])


def install(extra: str = "") -> str:
    """The command that adds nlpseq's libraries, or those of an extra, to the Python that runs this.

    Where nlpseq-runtime alone is installed, its own extras are meant, as far as it has them.
    """
    distribution = "nlpseq-runtime" if extra in _extras_of_runtime() else "nlpseq"
    package = f'"{distribution}[{extra}]"' if extra else distribution
    return f"{_pasted(sys.executable)} -m pip install {package}"


def install_for(library: str) -> str:
    """The command that adds a library that was to be imported, by way of the extra that has it."""
    requirement = {"sklearn": "scikit-learn"}.get(library, library)
    for extra, requirements in _extras_of_runtime().items():
        if any(re.match(rf"{requirement}\b", each) for each in requirements):
            return install(extra)
    return install()


def _extras_of_runtime() -> dict[str, list[str]]:
    """Extra -> its requirements, of nlpseq-runtime if that is installed and nlpseq is not."""
    from importlib import metadata  # which takes a moment, and only an error needs

    with suppress(metadata.PackageNotFoundError):
        metadata.distribution("nlpseq")
        return {}
    with suppress(metadata.PackageNotFoundError):
        runtime = metadata.distribution("nlpseq-runtime")
        return {
            extra: [each for each in runtime.requires or () if re.search(rf"""extra == ['"]{extra}['"]""", each)]
            for extra in runtime.metadata.get_all("Provides-Extra") or ()
        }
    return {}


def place() -> tuple[int, int]:
    """Which of how many processes this is that torchrun has started together, the first being 0; (0, 1) alone."""
    rank, size = (os.environ.get(name, "") for name in ("RANK", "WORLD_SIZE"))
    if "MASTER_ADDR" not in os.environ or not rank.isdecimal() or not size.isdecimal():
        return 0, 1
    return (int(rank), int(size)) if int(rank) < int(size) else (0, 1)


def speaks() -> bool:
    """Whether this process tells the user how it goes: the first one of several does."""
    return place()[0] == 0


def _pasted(program: str) -> str:
    """The shortest name that the shell finds a program by."""
    name = Path(program).name
    on_path = shutil.which(name)
    if on_path is not None and _same_file(on_path, program):
        return Path(name).stem if os.name == "nt" else name
    try:
        return shlex.quote(str(Path(program).absolute().relative_to(Path.cwd())))
    except ValueError:
        return shlex.quote(program)


def _same_file(one: str, other: str) -> bool:
    # Not what the links lead to: the Python of an environment is a link to one without its libraries.
    return os.path.abspath(one) == os.path.abspath(other)
