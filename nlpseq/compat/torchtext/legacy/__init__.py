"""torchtext 0.6.0's interface, which 0.9 to 0.11 called `torchtext.legacy`: fields, examples, iterators.

Write `from nlpseq.compat.torchtext.legacy import data, datasets` where code for 0.6 says `from torchtext import`,
and for 0.9 to 0.11 `from torchtext.legacy import`.

>>> TEXT = data.Field(lower=True)
>>> TEXT.build_vocab([TEXT.preprocess("The film"), TEXT.preprocess("the book")])
>>> TEXT.vocab.itos
['<unk>', '<pad>', 'the', 'book', 'film']
"""

from __future__ import annotations

from nlpseq.compat.torchtext.legacy import data, datasets, utils, vocab

__version__ = "0.6.0+nlpseq"
__all__ = ["data", "datasets", "utils", "vocab"]
