"""What pickles of the real torchtext name in place of this package's classes."""

from __future__ import annotations

from nlpseq.text import vocab as text


class Vocab:
    """Stands where torchtext's C++ vocabulary stood in a pickle; `vocab.Vocab` takes its tokens out of it."""

    vocab: text.Vocab

    def __setstate__(self, state: tuple[str, list[int], list[str], list[object]]) -> None:
        _, default_index, tokens, _ = state  # version, none or one index, tokens, nothing
        self.vocab = text.Vocab(tokens, default_index=default_index[0] if default_index else None)
