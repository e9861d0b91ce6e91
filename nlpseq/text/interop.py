"""Vocabularies of other libraries into ours and back: torchtext (0.6 and 0.18), Hugging Face tokenizers, spaCy."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import index as as_int
from typing import TYPE_CHECKING, Any

from nlpseq.errors import UserError
from nlpseq.text.vocab import Vocab

if TYPE_CHECKING:
    import spacy.vocab
    import tokenizers


def from_torchtext(vocab: Any) -> Vocab:
    """The same tokens, ids and default index as a vocabulary of torchtext.

    Args:
        vocab: of 0.6 (`itos`, `unk_index`), as a `Field` has it, or of 0.9 to 0.18 (`get_itos()`); the real ones
            or those of `nlpseq.compat.torchtext`.

    Raises:
        UserError: it is neither.
        RuntimeError: a token comes twice.
    """
    if hasattr(vocab, "get_itos"):
        return Vocab(vocab.get_itos(), default_index=vocab.get_default_index())
    if hasattr(vocab, "itos"):
        return Vocab(vocab.itos, default_index=getattr(vocab, "unk_index", None))
    raise UserError(f"a {type(vocab).__name__} is no vocabulary of torchtext; give one with itos or get_itos()")


def to_torchtext(vocab: Vocab, kind: Callable[..., Any], *, counts: Mapping[str, int] | None = None) -> Any:
    """A vocabulary of torchtext 0.6 with the same tokens, ids and default index, for a `Field`.

    For 0.18's interface write `nlpseq.compat.torchtext.vocab.Vocab(vocab)`.

    Args:
        kind: the class `Vocab` of torchtext 0.6.
        counts: what it shall have as `freqs`.
    """
    made = kind(Counter(), specials=[])
    index = vocab.get_default_index()
    made.itos = vocab.get_itos()
    made.stoi = defaultdict(None if index is None else lambda: index, vocab.get_stoi())
    made.unk_index = index
    made.freqs = Counter(counts or {})
    return made


def from_tokenizers(vocab: Any, *, unk_token: str | None = None) -> Vocab:
    """The same tokens and ids as a Hugging Face vocabulary.

    Args:
        vocab: a `tokenizers.Tokenizer` or a tokenizer of transformers (`get_vocab()`), or a mapping from token to id.
        unk_token: what unknown tokens become; default: what the tokenizer says, if it says so. Ids may also be written
            as strings of digits.

    Raises:
        UserError: it is none of these, its ids are not 0, 1, 2 and so on, or it has no `unk_token`.

    >>> from_tokenizers({"a": 1, "[UNK]": 0}, unk_token="[UNK]")(["a", "b"])
    [1, 0]
    """
    tokenizer = vocab
    if hasattr(tokenizer, "get_vocab"):
        vocab = tokenizer.get_vocab()
    if not isinstance(vocab, Mapping):
        raise UserError(f"a {type(vocab).__name__} is no vocabulary; give a tokenizer or a mapping from token to id")
    ids = {token: _as_id(token, index) for token, index in vocab.items()}
    tokens = sorted(ids, key=ids.__getitem__)
    for index, token in enumerate(tokens):
        if ids[token] != index:
            raise UserError(
                f"the token {token!r} has the id {ids[token]} where {index} is next; number all tokens from 0"
            )
    if unk_token is None:
        told = [getattr(owner, "unk_token", None) for owner in (tokenizer, getattr(tokenizer, "model", None))]
        told += [tokens[index] for index in _unigram_unknown(tokenizer) if index < len(tokens)]
        unk_token = next((token for token in told if token in ids), None)
    return _with_default(tokens, unk_token)


def _unigram_unknown(tokenizer: Any) -> list[int]:
    """The id of the unknown token of a Unigram model, which stands in the tokenizer's file alone; else nothing."""
    if not hasattr(tokenizer, "to_str") or type(tokenizer.model).__name__ != "Unigram":
        return []
    index = json.loads(tokenizer.to_str())["model"]["unk_id"]
    return [] if index is None else [index]


def _as_id(token: str, index: Any) -> int:
    try:
        return int(index) if isinstance(index, str) else as_int(index)
    except (TypeError, ValueError) as error:
        raise UserError(
            f"the token {token!r} has the id {index!r}, which is no whole number; number all from 0"
        ) from error


def to_tokenizers(vocab: Vocab) -> tokenizers.Tokenizer:
    """A Hugging Face tokenizer of whole words, split at white space, with the same tokens, ids and default index.

    Raises:
        UserError: the default index is no token's, or the package tokenizers is not installed.
    """
    try:
        from tokenizers import Tokenizer, models, pre_tokenizers
    except ImportError as error:
        raise UserError(
            "to_tokenizers needs the package tokenizers; install it with: pip install tokenizers"
        ) from error
    index = vocab.get_default_index()
    if index is not None and not 0 <= index < len(vocab):
        raise UserError(f"the default index {index} is no token's; set it to that of an unknown token")
    unk_token = "" if index is None else vocab.lookup_token(index)  # without a name it would be "<unk>"
    made = Tokenizer(models.WordLevel(vocab.get_stoi(), unk_token=unk_token))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def from_spacy(vocab: Iterable[Any], *, unk_token: str | None = None) -> Vocab:
    """The words of a spaCy vocabulary, numbered in the order in which spaCy met them.

    The names of spaCy's own symbols ("meta", "punct", "root") are in no list of its strings: those that have a lexeme
    come last, in alphabetical order, and a `StringStore` alone does not tell them.

    Args:
        vocab: a `spacy.vocab.Vocab`, whose lexemes are taken, or a `StringStore`, whose strings are.
        unk_token: what unknown tokens become; it comes first if the vocabulary has not got it.
    """
    strings = getattr(vocab, "strings", None)
    if strings is None:
        tokens = list(vocab)
    else:
        tokens = [string for string in strings if string in vocab]
        tokens += sorted({lexeme.text for lexeme in vocab}.difference(tokens))
    if unk_token is not None and unk_token not in tokens:
        tokens.insert(0, unk_token)
    return _with_default(tokens, unk_token)


def to_spacy(vocab: Vocab) -> spacy.vocab.Vocab:
    """A spaCy vocabulary with a lexeme for each token, in the order of the ids, which spaCy does not keep.

    Raises:
        UserError: one of the tokens is empty, which spaCy cannot hold.
    """
    from spacy.vocab import Vocab as SpacyVocab

    if "" in vocab:
        raise UserError("spaCy has no empty words; take the token '' out of the vocabulary")
    made = SpacyVocab()
    for token in vocab:
        made[token]  # looking a word up makes its lexeme
    return made


def _with_default(tokens: list[str], unk_token: str | None) -> Vocab:
    if unk_token is not None and unk_token not in tokens:
        raise UserError(f"unk_token: the vocabulary has no {unk_token!r}; name a token that it has")
    return Vocab(tokens, default_index=None if unk_token is None else tokens.index(unk_token))
