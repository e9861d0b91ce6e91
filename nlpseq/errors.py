"""The one exception that means: the user can mend this."""

from __future__ import annotations


class UserError(Exception):
    """A mistake the user can mend.

    The message is one sentence that names the file, line or key and the mend; the command line prints it
    without a traceback and exits with code 2.

    >>> raise UserError("corpus/train.en: no such file; check data.path")
    Traceback (most recent call last):
    ...
    nlpseq.errors.UserError: corpus/train.en: no such file; check data.path
    """
