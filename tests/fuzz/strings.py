"""Odd texts through trained models, on standard input and in options."""

from __future__ import annotations

import random
from pathlib import Path

from .bases import Base
from .driver import Case
from .values import damaged, odd_text


def strings(dice: random.Random, folder: Path, bases: dict[str, Base]) -> Case:
    """A few odd lines, or bytes that are no text, for a trained run."""
    base = bases[dice.choice(sorted(bases))]
    lines = [odd_text(dice) for _ in range(dice.randint(1, 5))]
    stdin = "\n".join(lines).encode("utf-8", "surrogatepass")
    note = ascii(stdin[:80])
    if dice.random() < 0.2:
        stdin, note = damaged(stdin, dice)
    command = [base.task, str(base.run)]
    if base.task == "generate":
        text = odd_text(dice).replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
        write = ["generate", str(base.run), "--length", "8"]
        command = dice.choice([
            [*write, "--prompt", text], [*write, "--prompt", "-"], [*write, f"--stop={text}", "--samples", "2"],
            ["score", str(base.run)], ["score", str(base.run), "--per-line", "--json"],
        ])  # fmt: skip
    elif dice.random() < 0.4:
        command += dice.choice([["--json"], ["--n-best", "2"], ["--sample"], ["--beam-size", "1"]])
    return Case("strings", command, f"{base.task} {note}", stdin)
