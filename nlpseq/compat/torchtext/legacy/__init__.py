"""torchtext 0.6.0's interface, which 0.9 to 0.11 called `torchtext.legacy`: fields, examples, iterators.

Write `from nlpseq.compat.torchtext.legacy import data, datasets` where code for 0.6 says `from torchtext import`,
and for 0.9 to 0.11 `from torchtext.legacy import`; or leave the code as it is and call
`nlpseq.compat.torchtext.install(legacy=True)`, for 0.9 to 0.11 `install()`, first.

>>> TEXT = data.Field(lower=True)
>>> TEXT.build_vocab([TEXT.preprocess("The film"), TEXT.preprocess("the book")])
>>> TEXT.vocab.itos
['<unk>', '<pad>', 'the', 'book', 'film']
"""

from __future__ import annotations

import sys
from typing import Any

from nlpseq.compat.torchtext.legacy import data, datasets, utils, vocab
from nlpseq.compat.torchtext.refusals import missing

__version__ = "0.6.0+nlpseq"
__all__ = ["data", "datasets", "utils", "vocab"]


def __getattr__(name: str) -> Any:
    if name == "legacy":  # `torchtext.legacy`, where this package is `torchtext` itself
        return sys.modules[__name__]
    raise missing(__name__, name)
