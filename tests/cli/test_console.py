"""However a command is started and ended, and whatever its messages hold: an exit code and one sentence."""

from __future__ import annotations

import ast
import errno
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nlpseq.cli import console, main
from nlpseq.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], int]:
    """Runs `nlpseq runs` with a body of the test's own in the place of the listing."""

    def run(body: Callable[[], object]) -> int:
        monkeypatch.setattr("nlpseq.tasks.listing.find_runs", lambda folder: body())
        return main(["runs", "here"])

    return run


def raising(error: BaseException) -> Callable[[], object]:
    def body() -> object:
        raise error

    return body


# ---- streams


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_nothing_to_read_and_nobody_who_reads(streams) -> None:
    """As cron and daemons start programs; in a process of its own, since pytest has hold of this one's streams."""
    program = (
        "import sys; from nlpseq.cli import console; console.set_up(); "
        "assert not sys.stdin.isatty() and sys.stdin.fileno() >= 0 and sys.stdin.buffer.read() == b''; "
        "print('out'); sys.stdout.flush(); print('err', file=sys.stderr); sys.exit(7)"
    )
    shell = ["sh", "-c", f'exec "$0" -c "$1" {streams}', sys.executable, program]
    ended = subprocess.run(shell, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True)
    assert ended.returncode == 7, ended.stderr


def test_a_full_device_behind_the_output() -> None:
    """In a process of its own: Python complains of what it cannot write at its very end, with another exit code."""
    start = [sys.executable, "-m", "nlpseq", "runs", "recipes", "--json"]
    if Path("/dev/full").exists():
        with open("/dev/full", "wb") as full:
            ended = subprocess.run(start, stdout=full, stderr=subprocess.PIPE, cwd=ROOT)
        assert ended.returncode == 2
        assert ended.stderr.decode() == "nlpseq: the disk: No space left on device; free some space and run it again\n"


def test_output_that_is_no_text_comes_out_all_the_same() -> None:
    """A folder may have any name."""
    show = "from nlpseq.cli import console; console.set_up(); print('\\udcff')"
    ended = subprocess.run([sys.executable, "-c", show], capture_output=True, cwd=ROOT)
    assert (ended.returncode, ended.stdout) == (0, b"\\udcff\n")


# ---- signals


def test_sigterm_says_that_it_stopped(capfd, command) -> None:
    assert command(lambda: os.kill(os.getpid(), signal.SIGTERM)) == 143
    assert capfd.readouterr().err == "nlpseq: stopped\n"
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_training_that_sigterm_ended_says_so(capfd, monkeypatch, tmp_path) -> None:
    (tmp_path / "r.yaml").write_text("data: {path: x}\n", encoding="utf-8")
    monkeypatch.setattr("nlpseq.tasks.verbs.train", lambda settings: os.kill(os.getpid(), signal.SIGTERM))
    assert main(["train", str(tmp_path / "r.yaml")]) == 143
    assert capfd.readouterr().err.startswith("nlpseq: stopped; what was finished is kept")


def test_a_training_under_the_command_line_may_finish_its_step() -> None:
    from nlpseq.cli.signals import sigterm_ends
    from nlpseq.training.interrupts import Interrupts

    steps = []
    with pytest.raises(SystemExit) as stopped, sigterm_ends(), Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGTERM)
        steps.append("finished")
        interrupts.check()
    assert (steps, stopped.value.code) == (["finished"], 143)


def test_who_listens_to_sigterm_already_goes_on_doing_so(command) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    try:
        assert command(lambda: os.kill(os.getpid(), signal.SIGTERM) or []) == 0
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]


def test_ctrl_c(capfd, command) -> None:
    assert command(raising(KeyboardInterrupt())) == 130
    assert capfd.readouterr().err == "nlpseq: stopped\n"


# ---- messages


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (UserError("a\x1b[31mred\nb\u202ec"), r"a\x1b[31mred b\u202ec"),
        (UserError("x" * 200_000 + "; take a shorter one"), "; take a shorter one"),
        (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
        (MemoryError("Unable to allocate output buffer."), "not enough memory; lower train.batch_tokens"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory"), "lower "),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "not enough memory; lower train.batch_tokens"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "not enough memory; lower train.batch_tokens"),
        (OSError(errno.ELOOP, "Too many levels of symbolic links", "run"), "run: Too many levels of symbolic links"),
        (OSError(errno.EMFILE, "Too many open files", "a.txt"), "a.txt: Too many open files"),
        (OSError(errno.EFBIG, "File too large", "a.bin"), "a.bin: the file grows larger than files may here"),
        (OSError(errno.ENOSPC, "No space left on device", "a.bin"), "a.bin: No space left on device; free some space"),
        (OSError("Corrupt snappy compressed data."), "a file or stream: Corrupt snappy compressed data.; check that"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "b"), "b: No such file or directory; check that"),
    ],
    ids=lambda part: ascii(part)[:50],
)  # fmt: skip
def test_what_the_user_can_fix_is_one_line_and_code_2(capfd, command, error, message) -> None:
    assert command(raising(error)) == 2
    shown = capfd.readouterr().err
    assert shown.startswith("nlpseq: ") and message in shown
    assert len(shown) <= 501 and shown.endswith("\n") and shown[:-1].isprintable()


def test_memory_that_gave_out_below_another_error(capfd, command) -> None:
    try:
        raise ValueError("cannot build the network") from MemoryError()
    except ValueError as error:
        assert command(raising(error)) == 2
    assert "not enough memory" in capfd.readouterr().err


def test_a_fault_of_our_own_is_a_line_too(capfd, command) -> None:
    assert command(raising(ValueError("\x1b[2J" + "y" * 10_000))) == 1
    shown = capfd.readouterr().err
    assert shown.startswith("nlpseq: a fault of nlpseq's own: ValueError: \\x1b[2Jyyy")
    assert shown.endswith("(NLPSEQ_DEBUG=1 shows where)\n") and len(shown) <= 501


def test_lines_of_the_log_are_safe_and_short() -> None:
    record = logging.LogRecord("nlpseq", logging.INFO, "", 0, "read %s", ("\x1b[31m\n" + "z" * 900,), None)
    line = console._OneLine("%(message)s").format(record)
    assert line.startswith("read \\x1b[31m zzz") and len(line) == 500


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["translate", ""], "RUN is empty; name a folder or file"),
        (["run", ""], "RECIPE is empty"),
        (["report", "a", ""], "OTHER is empty"),
        (
            ["run", "--run_dir", "x", str(ROOT / "recipes" / "classify.yaml")],
            f"the recipe comes first, and x is none: nlpseq run {ROOT / 'recipes' / 'classify.yaml'} --SECTION.KEY",
        ),
        (["translate", "x", "--" + "y" * 100_000], "unknown option --yyy"),
        (["z" * 100_000], "unknown command zzz"),
        (["\x1b[31m"], r"unknown command \x1b[31m"),
        (["translate", "x", "--beam-size", "129"], "--beam-size must be at most 128, not 129"),
        (["translate", "x", "--beam-size", "9" * 5000], "--beam-size"),
        (["summarize", "x", "--n-best", "1000"], "--n-best must be at most 128, not 1000"),
        (["generate", "x", "--length", "1000000001"], "--length must be at most 1,000,000,000"),
        (["generate", "x", "--samples", "100000"], "--samples must be at most 1,000, not 100000"),
        (["generate", "x", "--seed", "-1"], "--seed must be 0 or more, not -1"),
        (["generate", "x", "--seed", "4294967296"], "--seed must be at most 4,294,967,295"),
        (["diagnose", "gradients", "x", "--length", "100000"], "--length must be at most 10,000, not 100000"),
        (["diagnose", "gradients", "x", "--batch-size", "0"], "--batch-size must be 1 or more, not 0"),
    ],
    ids=lambda part: ascii(part)[:50],
)
def test_mistakes_in_words_and_numbers(capfd, arguments, message) -> None:
    assert main(arguments) == 2
    shown = capfd.readouterr().err
    assert message in shown and len(shown) <= 501 and shown[:-1].isprintable()


# ---- drawing, and modules that are not everywhere


def test_pictures_are_drawn_to_files_whatever_a_notebook_asks_for(monkeypatch, command) -> None:
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    seen: list[str] = []
    assert command(lambda: seen.append(os.environ["MPLBACKEND"]) or []) == 0
    assert seen == ["Agg"]


def test_a_terminal_without_readline(monkeypatch, capsys) -> None:
    """As on Windows, and in Pythons built without it."""
    from nlpseq.cli.prompt import typed_lines

    monkeypatch.setitem(sys.modules, "readline", None)
    typed = iter(["one", "two", " ", "not asked for"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    assert list(typed_lines("text> ", first="good, bad")) == ["one", "two"]
    assert capsys.readouterr().err == "good, bad; an empty line or Ctrl-D ends\n"


def test_no_module_of_the_package_needs_what_windows_lacks(tmp_path: Path) -> None:
    """In a process of its own, where the modules are hidden from the package alone: the standard library uses some.

    A recipe is run, its run listed and used.
    """
    program = """
import sys
import builtins
real = builtins.__import__
def without(name, globals=None, locals=None, fromlist=(), level=0):
    home = (globals or {}).get("__name__", "")
    if name in {"readline", "select", "resource", "fcntl", "termios", "pwd", "grp"} and home.startswith("nlpseq"):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return real(name, globals, locals, fromlist, level)
builtins.__import__ = without
from nlpseq.cli import main
from nlpseq.stream import read_lines
import os
reader, writer = os.pipe()
os.write(writer, b"one\\ntwo\\n"); os.close(writer)
assert [line for lines in read_lines(reader) for line in lines] == ["one", "two"]
small = ["--model.hidden_size", "8", "--model.embedding_dim", "8", "--train.max_epochs", "1", "--baselines", "false"]
assert main(["run", "classify", "--data.path", "t.csv", "--run_dir", "runs/x", *small]) == 0
assert main(["runs"]) == 0
assert main(["predict", "runs/x", "t.csv", "-o", "out.parquet"]) == 0
"""
    (tmp_path / "t.csv").write_text("text,label\n" + "".join(f"text {n},{n % 2}\n" for n in range(40)))
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "out.parquet").is_file() and not list((tmp_path / "runs" / "x").glob(".lock"))


# What `os`, `signal` and `socket` have on POSIX alone.
POSIX_ONLY = frozenset(
    "fork forkpty getuid geteuid getgid getegid setsid killpg getpgid getpgrp mkfifo mknod sched_getaffinity "
    "sched_setaffinity register_at_fork O_NONBLOCK O_DIRECTORY O_NOFOLLOW O_CLOEXEC statvfs chown lchown getloadavg "
    "uname wait3 wait4 WNOHANG nice sysconf lockf pread pwrite openpty ttyname SIGKILL SIGHUP SIGALRM SIGUSR1 SIGUSR2 "
    "SIGCHLD SIGPIPE alarm setitimer pthread_kill AF_UNIX".split()
)


def test_what_windows_lacks_is_asked_for_before_it_is_used() -> None:
    """`hasattr(os, "name")` in the same file; `getattr` with a default is no attribute."""
    for path in sorted((ROOT / "nlpseq").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in POSIX_ONLY:
                if node.value.id in ("os", "signal", "socket"):
                    asked = f'hasattr({node.value.id}, "{node.attr}")'
                    assert asked in source, f"{path.name}, line {node.lineno}: {node.value.id}.{node.attr}"
