"""The files that a translation run's test split leaves, read and written."""

from __future__ import annotations

from pathlib import Path

from nlpseq.errors import UserError
from nlpseq.runs.corpus import saved_corpus

TRANSLATIONS_FILE = "translations.txt"
ATTENTION_FILE = "attention.json"
OUTPUTS = (TRANSLATIONS_FILE, ATTENTION_FILE)


def sample_translations(run_dir: Path, count: int = 3) -> list[tuple[str, str, str]]:
    """(source, output, reference) of a few test sentences, spread evenly over the split."""
    sources = saved_corpus(run_dir)["test"]["src"]
    refs, hyps = read_translations(run_dir)
    places = [len(refs) * (2 * n + 1) // (2 * count) for n in range(count)]
    return [(sources[i], hyps[i], refs[i]) for i in places]


def read_translations(run_dir: Path) -> tuple[list[str], list[str]]:
    """References and translations of the run's test split.

    Raises:
        UserError: the run has not been evaluated.
    """
    path = run_dir / TRANSLATIONS_FILE
    if not path.is_file():
        raise UserError(f"{path}: not there yet; run nlpseq evaluate {run_dir} first")
    refs = list(saved_corpus(run_dir)["test"]["tgt"])
    return refs, path.read_text(encoding="utf-8").split("\n")[:-1]


def one_line(text: str) -> str:
    """The text without line breaks, so that one sentence stays one line of output.

    >>> one_line("zwei\\nZeilen")
    'zwei Zeilen'
    """
    return " ".join(text.splitlines())
