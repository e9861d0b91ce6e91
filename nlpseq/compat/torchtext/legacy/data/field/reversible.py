"""`ReversibleField`: a field that gives the texts of a tensor back."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from nlpseq.compat.torchtext.legacy.data.field.plain import Field
from nlpseq.compat.torchtext.refused import refused

SubwordField = refused("SubwordField", "is not offered; train a SentencePiece model with nlpseq.SubwordTokenizer.train")


class ReversibleField(Field):
    """A field with revtok's tokens, or with characters (`tokenize=list`), whose tensors can be read.

    Args:
        kwargs: those of `Field`; `unk_token` is " UNK " if nothing else is said.

    Raises:
        ImportError: revtok is wanted and not installed.

    >>> TEXT = ReversibleField(tokenize=list, eos_token="<eos>", batch_first=True)
    >>> TEXT.build_vocab(["on"])
    >>> TEXT.reverse(TEXT.process(["no", "on", "o!"]))
    ['no', 'on', 'o UNK ']
    """

    def __init__(self, **kwargs: Any) -> None:
        self.use_revtok = kwargs.get("tokenize") is not list
        if kwargs.get("tokenize") is None:
            kwargs["tokenize"] = "revtok"
        super().__init__(**{"unk_token": " UNK ", **kwargs})

    def reverse(self, batch: Tensor) -> list[str]:
        """The text of each row, up to the end mark, without the first mark and pads.

        Args:
            batch: ids, shaped as `process` makes them.
        """
        return [self._text(row) for row in (batch if self.batch_first else batch.t()).tolist()]

    def _text(self, ids: list[int]) -> str:
        tokens = [self.vocab.itos[index] for index in ids]
        if self.eos_token in tokens:
            tokens = tokens[: tokens.index(self.eos_token)]
        tokens = [token for token in tokens if token not in (self.init_token, self.pad_token)]
        if not self.use_revtok:
            return "".join(tokens)
        import revtok

        return str(revtok.detokenize(tokens))
