"""The files that a summarisation run's test split leaves, read and written."""

from __future__ import annotations

from pathlib import Path

from nlpseq.errors import UserError
from nlpseq.runs.corpus import saved_corpus
from nlpseq.text.copy_alphabet import one_line

SUMMARIES_FILE = "summaries.txt"
OUTPUTS = (SUMMARIES_FILE,)


def sample_summaries(run_dir: Path, count: int = 3) -> list[tuple[str, str, str]]:
    """(document, output, reference) of a few test documents, spread evenly over the split."""
    documents = saved_corpus(run_dir)["test"]["src"]
    refs, hyps = read_summaries(run_dir)
    places = [len(refs) * (2 * n + 1) // (2 * count) for n in range(count)]
    return [(one_line(documents[i]), hyps[i], one_line(refs[i])) for i in places]


def read_summaries(run_dir: Path) -> tuple[list[str], list[str]]:
    """References and summaries of the run's test split.

    Raises:
        UserError: the run has not been evaluated.
    """
    path = run_dir / SUMMARIES_FILE
    if not path.is_file():
        raise UserError(f"{path}: not there yet; run nlpseq evaluate {run_dir} first")
    refs = list(saved_corpus(run_dir)["test"]["tgt"])
    return refs, path.read_text(encoding="utf-8").split("\n")[:-1]
