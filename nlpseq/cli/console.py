"""What a command finds around it, made fit before it begins: standard streams, the log, drawing."""

from __future__ import annotations

import io
import logging
import os
import sys
from contextlib import suppress

from nlpseq.errors import one_line
from nlpseq.program import speaks


def set_up() -> None:
    """Open what is closed, write UTF-8 whatever the locale, log to stderr, and draw to files alone."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # as cron and daemons start programs: nothing to read, nobody who reads
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A file may have a name that is no text, and that is no reason to keep a result back.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    _log_to_stderr()
    # A notebook sets a way of drawing for all that it starts, and not every environment has it.
    os.environ["MPLBACKEND"] = "Agg"
    # What Apple's GPU has no kernel for goes to the processor; torch looks when it is imported.
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
    # Its warnings are of its own sources ("socket.cpp:207: the hostname cannot be retrieved"), and so are no help here.
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")


def drop_output() -> None:
    """What still waits to be written to standard output has nowhere to go; Python would complain of it at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _OneLine(logging.Formatter):
    """A line a message, safe for a terminal; a traceback, which nobody but a developer asks for, as it is."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record) if record.exc_info else one_line(record.getMessage())


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("nlpseq").setLevel(logging.INFO if speaks() else logging.ERROR)
