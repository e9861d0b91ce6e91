"""`nlpseq push` and `nlpseq pull`: models to and from the Hugging Face hub."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Tell argparse of the commands."""
    push = commands.add_parser(
        "push",
        help="upload a model to the Hugging Face hub",
        description="Upload the model of a run, a saved model or an export with its card, and nothing else of the run. "
        "The token is that of `hf auth login`, or HF_TOKEN.",
    )
    push.add_argument("run", metavar="RUN", help="a run folder, a saved model or an export")
    push.add_argument("name", metavar="OWNER/NAME", help="on the hub")
    push.add_argument("--private", action="store_true", help="make it private, where it is made")
    push.set_defaults(call=_push, takes_settings=False)
    pull = commands.add_parser(
        "pull",
        help="download a model from the Hugging Face hub into a folder",
        description="Download a model, each file of which is checked by its SHA-256. Other commands take its name too.",
    )
    pull.add_argument("name", metavar="OWNER/NAME", help="on the hub")
    pull.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder, which must not be there yet")
    pull.add_argument("--revision", metavar="REV", help="a branch, a tag or a commit")
    pull.set_defaults(call=_pull, takes_settings=False)


def _push(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.runs.hub import push

    print(push(options.run, options.name, private=options.private))


def _pull(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.runs.hub import pull

    print(pull(options.name, options.output, revision=options.revision))
