"""`nlpseq serve`: a web page and a REST interface for trained runs."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nlpseq.cli.device import add_device, chosen_device, is_elsewhere
from nlpseq.cli.options import within
from nlpseq.errors import UserError
from nlpseq.program import install
from nlpseq.serve.limits import DEFAULT_LIMITS, Limits

TOKEN_VARIABLE = "NLPSEQ_TOKEN"


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    serve = commands.add_parser(
        "serve",
        help="a web page and a REST interface for trained runs",
        description=(
            "Serve one or more runs of any tasks: a page to try them on, and the same as JSON (see /docs). "
            "SIGTERM or Ctrl-C ends it once what was begun is finished."
        ),
    )
    serve.add_argument("runs", nargs="+", metavar="RUN", help="a run folder, a saved model, an export or a hub name")
    add_address(serve)
    serve.set_defaults(call=_serve, takes_settings=False)


def add_address(serve: argparse.ArgumentParser) -> None:
    """Give the command the options of what is served where, and to whom."""
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen at (127.0.0.1: this machine alone; 0.0.0.0: all)"
    )
    serve.add_argument("--port", type=int, default=8000, help="port to listen at (8000); 0 takes any free one")
    serve.add_argument(
        "--token-file",
        metavar="FILE",
        help=f"a file with the token that requests must bring along; or set {TOKEN_VARIABLE}",
    )
    serve.add_argument(
        "--root-path", default="", metavar="/PREFIX", help="where a proxy in front shows the server, such as /nlp"
    )
    serve.add_argument(
        "--allowed-host", action="append", default=[], metavar="NAME", help="a name that the server may be called by"
    )
    serve.add_argument(
        "--cors", action="append", default=[], metavar="ORIGIN", help="whose pages may use it, as https://example.org"
    )
    serve.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes on the port, which share the models (Linux, CPU)"
    )
    serve.add_argument(
        "--timeout", type=float, default=30.0, metavar="SECONDS", help="from a request to its answer (30)"
    )
    serve.add_argument("--queue", type=int, default=256, metavar="N", help="requests that may wait for a model (256)")
    serve.add_argument("--max-texts", type=int, default=64, metavar="N", help="texts of one request (64, at most that)")
    serve.add_argument(
        "--max-characters", type=int, default=5000, metavar="N", help="characters of one text (5,000, at most that)"
    )
    serve.add_argument("--access-log", action="store_true", help="a line on standard error for each request")
    serve.add_argument("--log-format", choices=("text", "json"), default="text", help="json: an object a line")
    add_device(serve)


def check_extra() -> None:
    """Raise UserError, with the command that installs it, if what serving needs is not there."""
    try:
        import fastapi  # noqa: F401
        import prometheus_client  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError as error:
        raise UserError(f"serve needs {error.name}; run {install('serve')}") from error


def _serve(options: argparse.Namespace, rest: list[str]) -> None:
    serve_runs(options.runs, options)


def serve_runs(
    names: Sequence[str], options: argparse.Namespace, opened: Callable[[str], object] | None = None
) -> None:
    """Serve runs until a signal ends that.

    Args:
        names: of the runs.
        options: those of `add_address`.
        opened: called with the address of the page once it is there.

    Raises:
        UserError: a run cannot be loaded, or the address not be used.
    """
    token, limits, root = _token(options.token_file), _limits(options), _root(options.root_path)
    if options.workers == 1:
        _serve_here(names, options, opened, token=token, limits=limits, root=root)
        return
    from nlpseq.serve.workers import several_processes

    with several_processes(options.workers, on_cpu=not is_elsewhere(options)):
        _serve_here(names, options, opened, token=token, limits=limits, root=root)


def _serve_here(
    names: Sequence[str], options: argparse.Namespace, opened: Callable[[str], object] | None, *, token: str | None,
    limits: Limits, root: str,
) -> None:  # fmt: skip
    check_extra()
    from nlpseq.serve.listen import BACKLOG, address, bound_socket, is_loopback, serve
    from nlpseq.serve.metrics import Metrics
    from nlpseq.serve.observe import log_as
    from nlpseq.serve.runs import load_models, load_runs
    from nlpseq.serve.workers import noted_hang_ups, serve_by_workers

    with bound_socket(options.host, options.port) as found:  # before the models are loaded
        if not is_loopback(found) and token is None:
            print("warning: whoever can reach this address can use it; --token-file asks for a token", file=sys.stderr)
        device = "cpu" if options.workers > 1 else _device(names, options)

        def listening() -> None:
            several = f"with {options.workers} processes " if options.workers > 1 else ""
            print(f"listening at {address(found)} {several}(Ctrl-C ends)", flush=True)
            if opened is not None:
                opened(address(found))

        def work(changed: bool, hang_ups: Sequence[int], models: Sequence[Any] | None = None) -> int:
            metrics = Metrics()
            load = partial(load_runs, list(names), device=device, limits=limits, metrics=metrics)
            runs = load(models=None if changed else models)
            if models is None:
                for run in runs:
                    print(f"{run.name}: {run.description}", file=sys.stderr)
            # What texts hold is their writers' business, not the log's.
            logging.getLogger("nlpseq").setLevel(logging.ERROR)
            log_as(options.log_format, requests=options.access_log)
            ended = serve(
                runs, found, token=token, limits=limits, listening=listening if models is None else lambda: None,
                allowed_hosts=options.allowed_host, reload=load, hang_ups=hang_ups, root_path=root,
                origins=options.cors, metrics=metrics, log_requests=options.access_log,
            )  # fmt: skip
            return 0 if ended else 130

        hang_ups = noted_hang_ups()
        if options.workers == 1:
            code = work(False, hang_ups)
        else:
            models = load_models(list(names))
            found.listen(BACKLOG)
            listening()
            code = serve_by_workers(partial(work, models=models), options.workers, changed=bool(hang_ups))
    if code == 130:
        sys.stderr.flush()
        os._exit(code)
    if code:
        sys.exit(code)


def _device(names: Sequence[str], options: argparse.Namespace) -> str:
    """Where runs are; exports, which need no torch, are on the CPU."""
    from nlpseq.onnx.folder import is_export

    return "cpu" if all(map(is_export, names)) and not is_elsewhere(options) else chosen_device(options)


def _limits(options: argparse.Namespace) -> Limits:
    """What one request may ask for, and how much may wait.

    Raises:
        UserError: an option is out of its range.
    """
    most = DEFAULT_LIMITS
    within(
        options, workers=(1, 64), timeout=(0.1, 3600), queue=(1, 100_000), max_texts=(1, most.texts),
        max_characters=(1, most.characters),
    )  # fmt: skip
    return replace(
        most, seconds=options.timeout, queue_requests=options.queue, texts=options.max_texts,
        characters=options.max_characters,
    )  # fmt: skip


def _root(path: str) -> str:
    if path and not re.fullmatch(r"(/[\w.~-]+)+", path):
        raise UserError(f"--root-path {path}: a path such as /nlp, with no slash at its end")
    return path


def _token(path: str | None) -> str | None:
    """The token to ask for, if any; a variable that is set to nothing is a slip.

    Raises:
        UserError: the file cannot be read, or holds no token.
    """
    if path is None:
        if TOKEN_VARIABLE not in os.environ:
            return None
        token, source = os.environ[TOKEN_VARIABLE].strip(), TOKEN_VARIABLE
    else:
        source = path
        try:
            token = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"--token-file {path}: cannot be read ({error.__class__.__name__})") from error
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        fix = f"; unset {source} to serve without one" if path is None else ""
        raise UserError(f"{source}: a token is one word of ASCII letters, digits and signs{fix}")
    return token
