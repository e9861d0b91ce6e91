"""The different words of sentences as a tagger reads them: by their id, and by their characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from nlpseq.text.vocab import Vocab

if TYPE_CHECKING:
    from torch import Tensor

# Characters of a word that are read, half of them at its start and half at its end.
MOST_CHARACTERS = 40


@dataclass(frozen=True)
class WordForms:
    """Different words (W) as a network reads them; number 0 is the padding.

    `ids` (W,) are those of the vocabulary, `chars` the ids of each word's characters.

    >>> words, chars = Vocab(["<pad>", "<unk>", "in"], default_index=1), Vocab(["<pad>", "<unk>", "i"], default_index=1)
    >>> forms = WordForms.of(["in", "Io"], words, chars)
    >>> forms.ids.tolist(), [part.tolist() for part in forms.spell([2, 0])]
    ([0, 2, 1], [[[1, 1], [0, 0]], [2, 1]])
    """

    ids: np.ndarray
    chars: tuple[Sequence[int], ...]

    @classmethod
    def of(cls, words: Sequence[str], vocab: Vocab, chars: Vocab) -> WordForms:
        """Those of `words`, which get the numbers from 1 on."""
        half = MOST_CHARACTERS // 2
        read = (word if len(word) <= MOST_CHARACTERS else word[:half] + word[-half:] for word in words)
        return cls(np.array([0, *vocab.encode(words)]), ((0,), *(chars.encode(word) or (1,) for word in read)))

    def spell(self, numbers: ArrayLike) -> tuple[Tensor, Tensor]:
        """The characters (N, C) of the words of these numbers (N,), and how many each has."""
        from nlpseq.data.batch import pad_sequences

        return pad_sequences([self.chars[number] for number in np.asarray(numbers).tolist()], pad_id=0)
