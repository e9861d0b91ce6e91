"""Command lines: options unknown, wrong, twice, without a value; names of runs that are none."""

from __future__ import annotations

import random
from pathlib import Path

from .bases import Base
from .driver import Case
from .values import TEXTS

COMMANDS = [
    "run", "prepare", "train", "evaluate", "report", "compare", "diagnose", "translate", "classify", "summarize",
    "generate", "score", "serve", "runs", "tag", "multilabel", "predict", "check", "init", "recipes",
    "export", "push", "pull", "search",
]  # fmt: skip
OPTIONS = [
    "--beam-size", "--n-best", "--json", "--device", "--sample", "--temperature", "--top-p", "--top-k", "--min-p",
    "--seed", "--length", "--samples", "--repetition-penalty", "--stop", "--prompt", "--per-line", "--split", "--out",
    "--sort", "--steps", "--batch-size", "--help", "-h", "--version", "--port", "--host", "--token-file",
    "--decode.beam_size", "--data.path", "--train.lr", "--run_dir", "--run-dir", "--print_config", "--config",
    "--frobnicate", "--", "-", "-x", "---", "--=", "--=1", "--a.b.c", "--beam", "--learning_rate",
    "--task", "--all", "--threshold", "--else", "--resume", "-o", "--output", "--text", "--pre-split", "--format",
    "--int8", "--revision", "--token", "--private", "--trials", "--minutes", "--workers", "--root-path", "--seeds",
    "--processes",
]  # fmt: skip
# Nothing among these makes a text long, a training or a server.
VALUES = [
    "", "-1", "0", "1", "2", "3", "1.5", "nan", "inf", "-inf", "1e999", "abc", "9" * 4000, "1_0", " 1", "0x1", "true",
    "null", "cpu", "cuda", "auto", "x" * 3000, "\x1b[31m", "é", "\udcff", "..", "/dev/null", "a b", "-", "--", "%s",
    "{}", "[", "test", "train", "score", "date", "99999", "65536",
]  # fmt: skip
NAMES = [
    "", ".", "..", "/", "/dev/null", "/dev/zero", "none", "no/such", "a/b/c", "~", "x" * 5000, "\x1b[31m", "\udcff",
    "-", "é", "recipe.yaml", "a\nb",
]  # fmt: skip


def flags(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """A command with up to four options and up to three names."""
    command = dice.choice([*COMMANDS, dice.choice(["trian", "", "RUN", "--help", "x" * 3000])])
    words = [command] + (["gradients"] if command == "diagnose" and dice.random() < 0.8 else [])
    right = str(dice.choice(sorted(base.run for base in bases.values())))
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        words.append(right if dice.random() < 0.6 and command not in ("serve", "train") else dice.choice(NAMES))
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        words.append(dice.choice(OPTIONS))
        if dice.random() < 0.7:
            words.append(dice.choice(VALUES))
    words = [word for word in words if word != "/" or command != "runs"]  # all of a machine takes its time
    if command == "diagnose" and "--steps" not in words:
        words += ["--steps", "0"]
    if command == "serve":
        words += ["--port", dice.choice(["-1", "65536", "x", "1e3", ""])]
    stdin = dice.choice(TEXTS[:40]).encode("utf-8", "replace") + b"\n"
    return Case("flags", words, " ".join(word[:40] for word in words), stdin)
