"""From a string to ids and back: a tokenizer and its vocabulary, built, saved and loaded together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from nlpseq.config.choices import ModelType, TokenizerKind
from nlpseq.errors import UserError
from nlpseq.files import read_bytes, read_json, write_text_atomically
from nlpseq.text.subword import SubwordTokenizer
from nlpseq.text.tokenizers import BasicEnglishTokenizer, CharTokenizer, Tokenizer, WordTokenizer
from nlpseq.text.vocab import BOS, EOS, PAD, SPECIALS, UNK, Vocab

FIX = "run prepare again"


class TextPipeline:
    """A tokenizer and a vocabulary that begins with the four specials.

    Text never becomes pad, bos or eos, even where it spells them: a reader of ids can trust those three. A
    lone surrogate (half of a UTF-16 pair, which broken JSON holds and no file can) is read as U+FFFD.

    Raises:
        ValueError: the vocabulary does not begin with `SPECIALS`.

    >>> letters = TextPipeline(CharTokenizer(), Vocab([*SPECIALS, "a", "b"], default_index=1))
    >>> letters.encode("abc"), letters.decode([2, 5, 4, 3, 5])
    ([4, 5, 1], 'ba')
    """

    pad_id: ClassVar[int] = SPECIALS.index(PAD)  #: fills a batch up
    unk_id: ClassVar[int] = SPECIALS.index(UNK)  #: of every token that the vocabulary does not hold
    bos_id: ClassVar[int] = SPECIALS.index(BOS)  #: a model writes a text after
    eos_id: ClassVar[int] = SPECIALS.index(EOS)  #: ends a text

    def __init__(self, tokenizer: Tokenizer, vocab: Vocab) -> None:
        if tuple(vocab.get_itos()[: len(SPECIALS)]) != SPECIALS:
            raise ValueError(f"the vocabulary must begin with {', '.join(SPECIALS)}")
        self.tokenizer = tokenizer
        self.vocab = vocab
        self._ids = {token: index for token, index in vocab.get_stoi().items() if token not in SPECIALS}

    def tokenize(self, text: str) -> list[str]:
        """The tokens of `text`, those that the vocabulary does not hold as they are."""
        return self.tokenizer.encode(_well_formed(text))

    def tokenize_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """`tokenize` for each text, faster with subwords."""
        texts = [_well_formed(text) for text in texts]
        if isinstance(self.tokenizer, SubwordTokenizer):
            return self.tokenizer.encode_batch(texts)
        return [self.tokenizer.encode(text) for text in texts]

    def encode(self, text: str) -> list[int]:
        """The ids of `text`, without bos and eos."""
        return self.ids_of(self.tokenize(text))

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` for each text, faster with subwords."""
        return [self.ids_of(tokens) for tokens in self.tokenize_batch(texts)]

    def ids_of(self, tokens: Sequence[str]) -> list[int]:
        """The ids of tokens, that of unk for those that the vocabulary does not hold."""
        get, unk_id = self._ids.get, self.unk_id
        return [get(token, unk_id) for token in tokens]

    def sample_batch(self, texts: Sequence[str], *, alpha: float, seed: int) -> list[list[int]]:
        """The ids of randomly drawn pieces for each text, see `SubwordTokenizer.sample_batch`.

        Raises:
            ValueError: the tokenizer splits a text in one way only.
        """
        if not isinstance(self.tokenizer, SubwordTokenizer):
            raise ValueError(f"only subword tokenizers sample, and this one is {self.tokenizer.signature()}")
        samples = self.tokenizer.sample_batch([_well_formed(text) for text in texts], alpha=alpha, seed=seed)
        return [self.ids_of(tokens) for tokens in samples]

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The tokens of `ids` up to the first eos, without pad and bos."""
        ids = list(ids)
        if self.eos_id in ids:
            ids = ids[: ids.index(self.eos_id)]
        silent = (self.pad_id, self.bos_id)
        return self.vocab.decode([index for index in ids if index not in silent])

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids` up to the first eos, without pad and bos; unk stays visible."""
        return self.tokenizer.decode(self.tokens(ids))

    def signature(self) -> str:
        """`<tokenizer's signature>|vocab:<size>:<hash of the tokens>`."""
        digest = _sha256(json.dumps(self.vocab.get_itos()).encode())
        return f"{self.tokenizer.signature()}|vocab:{len(self.vocab)}:{digest[:8]}"

    def save(self, folder: str | Path, stem: str) -> None:
        """Write `<stem>.tokenizer.json`, `<stem>.vocab.json` and, for subwords, `<stem>.subword.model`.

        Raises:
            ValueError: the tokenizer is not one of nlpseq's.
        """
        folder = Path(folder)
        description = _describe(self.tokenizer)
        self.vocab.save(folder / f"{stem}.vocab.json")
        names = [f"{stem}.vocab.json"]
        if isinstance(self.tokenizer, SubwordTokenizer):
            names.append(f"{stem}.subword.model")
            self.tokenizer.save(folder / names[-1])
        # Written last: the checksums vouch for a complete set of files.
        description["sha256"] = {name: _sha256((folder / name).read_bytes()) for name in names}
        write_text_atomically(folder / f"{stem}.tokenizer.json", json.dumps(description, indent=2) + "\n")

    @classmethod
    def load(cls, folder: str | Path, stem: str) -> TextPipeline:
        """Read what `save` wrote.

        Raises:
            UserError: a file is missing or damaged.
        """
        path = Path(folder) / f"{stem}.tokenizer.json"
        description = read_json(path, dict, fix=FIX)
        try:
            names = [f"{stem}.vocab.json"] + [f"{stem}.subword.model"] * (description["kind"] == "subword")
            if sorted(description["sha256"]) != sorted(names):
                raise ValueError("its checksums are of other files")
            for name in names:
                if _sha256(read_bytes(path.with_name(name), fix=FIX)) != description["sha256"][name]:
                    raise UserError(f"{path.with_name(name)}: not as it was written; {FIX}")
            tokenizer = _revive(description, path.with_name(f"{stem}.subword.model"))
            vocab = Vocab.load(path.with_name(f"{stem}.vocab.json"))
            if isinstance(tokenizer, SubwordTokenizer) and list(vocab) != [*SPECIALS, *tokenizer.pieces]:
                raise ValueError("its vocabulary is not that of its subwords")
            return cls(tokenizer, vocab)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path}: not a tokenizer of nlpseq ({str(error)[:200]}); {FIX}") from error


def build_pipeline(
    texts: Iterable[str],
    *,
    kind: TokenizerKind,
    lang: str | None = None,
    vocab_size: int,
    model_type: ModelType = "bpe",
    min_freq: int = 1,
    seed: int = 1,
) -> TextPipeline:
    """Train a tokenizer or count the tokens of `texts`.

    Args:
        kind: "subword", "word", "char" or "basic_english".
        lang: spaCy's language code, for words only.
        vocab_size: the size of the vocabulary, the four specials included; fewer where the texts do not fill it.
        model_type, seed: see `SubwordTokenizer.train`.
        min_freq: leave out rarer tokens (not subwords).

    Raises:
        UserError: `lang` is missing or unknown, `vocab_size` does not fit, or there is nothing to train on.

    >>> build_pipeline(["no, no", "on"], kind="char", vocab_size=7).vocab.get_itos()
    ['<pad>', '<unk>', '<s>', '</s>', 'n', 'o', ' ']
    """
    clean = map(_well_formed, texts)
    if kind == "subword":
        subwords = SubwordTokenizer.train(clean, vocab_size=vocab_size, model_type=model_type, seed=seed)
        return TextPipeline(subwords, Vocab([*SPECIALS, *subwords.pieces], default_index=SPECIALS.index(UNK)))
    if vocab_size <= len(SPECIALS):
        raise UserError(f"text.vocab_size: {vocab_size} has room for the special tokens only; set it to 5 or more")
    tokenizer = _untrained_tokenizer(kind, lang)
    vocab = Vocab.from_iterator(map(tokenizer.encode, clean), min_freq=min_freq, max_size=vocab_size)
    if len(vocab) == len(SPECIALS) and min_freq > 1:
        raise UserError(f"text.min_freq: no token comes {min_freq:,} times in the training texts; lower it")
    return TextPipeline(tokenizer, vocab)


def _untrained_tokenizer(kind: str, lang: str | None) -> Tokenizer:
    if kind == "char":
        return CharTokenizer()
    if kind == "basic_english":
        return BasicEnglishTokenizer()
    if kind != "word":
        raise ValueError(f"{kind!r} is not a kind of tokenizer; choose subword, word, char or basic_english")
    if lang is None:
        raise UserError("lang: word tokens need the language of the texts; set it, such as en, or xx for any")
    return WordTokenizer(lang)


def _describe(tokenizer: Tokenizer) -> dict[str, Any]:
    """What `_revive` needs to make `tokenizer` again, for JSON."""
    if isinstance(tokenizer, SubwordTokenizer):
        return {"kind": "subword"}
    if isinstance(tokenizer, WordTokenizer):
        return {"kind": "word", "lang": tokenizer.lang}
    if isinstance(tokenizer, CharTokenizer):
        return {"kind": "char"}
    if isinstance(tokenizer, BasicEnglishTokenizer):
        return {"kind": "basic_english"}
    raise ValueError(f"only nlpseq's own tokenizers can be saved, not a {type(tokenizer).__name__}")


def _revive(description: dict[str, Any], model_path: Path) -> Tokenizer:
    if description["kind"] == "subword":
        return SubwordTokenizer.from_bytes(read_bytes(model_path, fix=FIX))
    lang = description.get("lang")
    if lang is not None and not isinstance(lang, str):
        raise ValueError("its lang is not a string")
    return _untrained_tokenizer(description["kind"], lang)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _well_formed(text: str) -> str:
    """`text` with U+FFFD for each lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
