"""A translator's file read, and written with a translation in each of its gaps, to be reviewed; all else stays."""

from __future__ import annotations

import logging
from pathlib import Path

from nlpseq.counting import counted
from nlpseq.data.gaps import Gaps
from nlpseq.data.languages import is_language, language_key
from nlpseq.data.memories import GAP_SUFFIXES, find_gaps
from nlpseq.data.readers import AS_SEEN, Format
from nlpseq.data.splits import file_checksums
from nlpseq.data.textfile import suffix_of
from nlpseq.errors import UserError
from nlpseq.files import atomic_path
from nlpseq.runs.stages import fingerprint
from nlpseq.tasks.predict import Predictor, answers_beside

log = logging.getLogger("nlpseq")

# Texts that are translated before what they became is kept.
PART_TEXTS = 500


def is_fillable(path: str | Path) -> bool:
    """Whether a name is that of a file whose gaps are filled in; one that is written is not packed.

    >>> is_fillable("out/de.po"), is_fillable("de.po.gz"), is_fillable("de.csv")
    (True, False, False)
    """
    return Path(path).suffix.lower() in GAP_SUFFIXES


def fill_file(
    predictor: Predictor, source: str | Path, target: str | Path, *, form: Format = AS_SEEN, resume: bool = False
) -> int:
    """Write the PO or XLIFF file in `source` to `target` with what was not translated; the number of those texts.

    Args:
        predictor: of a run that translates.
        source: what is to be filled in.
        target: of the same format, and may be the same file; all of it is there at the end.
        form: encoding of a PO file that does not say it itself.
        resume: go on where an earlier call with the same arguments was stopped.

    Raises:
        UserError: the run does not translate, or a file that cannot be read, written or filled in.
    """
    kind = GAP_SUFFIXES[Path(target).suffix.lower()]
    if GAP_SUFFIXES.get(suffix_of(source)) != kind:
        raise UserError(f"{target}: made from a {kind} file that leaves something to be translated; write a .csv here")
    if "translation" not in predictor.columns([]):
        raise UserError(f"{target}: filled in by a run of the task translate; write what this one says to a .csv")
    gaps = find_gaps(source, form.encoding)
    _check_languages(source, gaps, predictor.languages or ("", ""))
    made_from = fingerprint("gaps", predictor.fingerprint(), file_checksums([Path(source)]), list(form))
    translations: list[str] = []
    with answers_beside(Path(target), resume=resume, made_from=made_from) as answers:
        for number, start in enumerate(range(0, len(gaps.texts), PART_TEXTS)):
            if not answers.has(number):
                answers.keep(number, predictor.columns(gaps.texts[start : start + PART_TEXTS]))
            translations += answers.get(number)["translation"]
        content = gaps.filled(translations)
        with atomic_path(target) as beside:
            beside.write_bytes(content)
        answers.remove()
    if gaps.without_codes:
        log.warning("%s: %s had inline codes, which its translation lacks", target, counted(gaps.without_codes, "text"))
    return sum(bool(translation.strip()) for translation in translations)


def _check_languages(source: str | Path, gaps: Gaps, languages: tuple[str, str]) -> None:
    """Say where a file and the run name other languages."""
    for own, other, side in zip(gaps.languages, languages, ("from", "into"), strict=True):
        if own and is_language(own) and is_language(other) and language_key(own) != language_key(other):
            log.warning("%s is to be translated %s %s, and the run translates %s %s", source, side, own, side, other)
