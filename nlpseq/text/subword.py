"""Subword pieces, trained on the user's own texts with SentencePiece (Kudo and Richardson, 2018).

Bytes stand in for characters that training did not see and nothing is normalised, so that any string comes
back as it was. Specials are SentencePiece's control symbols: text that spells "</s>" never becomes one.
"""

from __future__ import annotations

import hashlib
import io
import logging
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nlpseq.config.choices import ModelType
from nlpseq.errors import UserError
from nlpseq.files import atomic_path, read_bytes
from nlpseq.text.escape import SPACE, escape, unescape
from nlpseq.text.vocab import BOS, EOS, PAD, SPECIALS, UNK

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

    from nlpseq.text.subword_sampling import PieceSampler

logger = logging.getLogger("nlpseq")

LEFT_OUT = "▅"  # U+2585, SentencePiece's mark for what it does not know: its trainer drops every text that holds one
BYTES_AND_SPECIALS = 256 + len(SPECIALS)
# For so few one call each is quicker than the thread that a batch gets: 6 microseconds against 21 and more.
FEW_TEXTS = 4


class SubwordTokenizer:
    """A trained SentencePiece model; make one with `train` or `load`.

    Lossless for any string without lone surrogates. Pickles as the bytes of its model.

    >>> texts = [f"the cat sat on mat number {i}" for i in range(50)]
    >>> subwords = SubwordTokenizer.train(texts, vocab_size=300)
    >>> subwords.encode("the bat")
    ['▁the', '▁', 'b', 'at']
    >>> subwords.decode(subwords.encode(" two  spaces, 日本\\n"))
    ' two  spaces, 日本\\n'
    """

    def __init__(self, processor: SentencePieceProcessor) -> None:
        self._processor = processor
        self._surfaces = {piece: _surface(piece) for piece in self.pieces}

    @classmethod
    def train(
        cls,
        texts: str | Path | Iterable[str | Path],
        *,
        vocab_size: int = 8000,
        model_type: ModelType = "bpe",
        seed: int = 1,
        max_lines: int = 1_000_000,
    ) -> SubwordTokenizer:
        """Train on `texts` in memory; the same texts and settings give the same model.

        Args:
            texts: strings, each a text; a `Path` among them stands for a file, each of its lines a text. One string
                alone is the name of a file.
            vocab_size: number of pieces, the four specials and the 256 bytes among them; where the texts fill fewer,
                it is lowered to those, and a line of log says so.
            model_type: "bpe" (Sennrich et al., 2016) or "unigram" (Kudo, 2018).
            seed: chooses the lines when there are more than `max_lines`.
            max_lines: train on at most this many texts, a uniform sample, to bound time and memory.

        Raises:
            UserError: `vocab_size` is too small for the texts, there is no text, or a file cannot be read.
        """
        if vocab_size <= BYTES_AND_SPECIALS:
            raise UserError(
                f"text.vocab_size: {vocab_size} is too small, bytes and specials alone "
                f"need {BYTES_AND_SPECIALS}; set it to some thousands"
            )
        lines = [
            escape(text.replace(LEFT_OUT, " "), SPACE)  # it is read and written as bytes
            for text in _sample_lines(_lines(texts), max_lines, seed=seed)
        ]
        if not any(lines):
            raise UserError("subword: the texts to train on are empty; check the training files")
        try:
            return cls.from_bytes(_train(lines, vocab_size, model_type))
        except RuntimeError as error:
            most = re.search(r"size too high .* <= (\d+)", str(error))
            if most is None:
                raise _explain(error, vocab_size) from error
        said = "text.vocab_size: the training texts fill %s pieces, not %d; lowered to that"
        logger.warning(said, most[1], vocab_size)
        try:
            return cls.from_bytes(_train(lines, int(most[1]), model_type))
        except RuntimeError as error:
            raise _explain(error, int(most[1])) from error

    def save(self, path: str | Path) -> None:
        """Write the model as SentencePiece's own tools read it, by custom to a file that ends with `.model`."""
        with atomic_path(path) as beside:
            beside.write_bytes(self.to_bytes())

    @classmethod
    def load(cls, path: str | Path) -> SubwordTokenizer:
        """Read what `save` or SentencePiece itself wrote.

        Any string still comes back as it was only from a model that neither normalises nor lacks bytes, as those of
        `train`.

        Raises:
            UserError: there is no such file, or it does not hold a SentencePiece model.
        """
        try:
            return cls.from_bytes(read_bytes(path))
        except ValueError as error:
            raise UserError(f"{path}: not a SentencePiece model; give the .model file that training wrote") from error

    @classmethod
    def from_bytes(cls, model: bytes) -> SubwordTokenizer:
        """Read what `to_bytes` gave; ValueError if the bytes are not a SentencePiece model."""
        from sentencepiece import SentencePieceProcessor

        processor = SentencePieceProcessor()
        try:
            processor.load_from_serialized_proto(model)
        except RuntimeError as error:
            raise ValueError("these bytes are not a SentencePiece model") from error
        return cls(processor)

    def to_bytes(self) -> bytes:
        """What `save` writes."""
        return self._processor.serialized_model_proto()

    def __reduce__(self) -> tuple[object, ...]:
        return SubwordTokenizer.from_bytes, (self.to_bytes(),)

    @cached_property
    def model_type(self) -> str:
        """SentencePiece's algorithm: "bpe" or "unigram", of a model from elsewhere also "word" or "char"."""
        spec = self._proto.trainer_spec
        return str(spec.ModelType.Name(spec.model_type).lower())

    @property
    def _proto(self) -> Any:
        from sentencepiece import sentencepiece_model_pb2

        proto = sentencepiece_model_pb2.ModelProto  # type: ignore[attr-defined]  # protobuf makes it when imported
        return proto.FromString(self.to_bytes())

    @cached_property
    def _spaces(self) -> _Spaces:
        proto = self._proto
        spec, at_end = proto.normalizer_spec, proto.trainer_spec.treat_whitespace_as_suffix
        return _Spaces(
            before=spec.add_dummy_prefix and not at_end,
            behind=spec.add_dummy_prefix and at_end,
            escaped=not spec.precompiled_charsmap,
        )

    def _escaped(self, text: str) -> str:
        return escape(text, SPACE) if self._spaces.escaped else text

    @cached_property
    def _sampler(self) -> PieceSampler:
        proto = self._proto
        kinds = proto.SentencePiece
        from nlpseq.text.subword_sampling import PieceSampler  # numpy

        return PieceSampler(
            {each.piece: each.score for each in proto.pieces if each.type in (kinds.NORMAL, kinds.USER_DEFINED)},
            model_type=self.model_type,
            user_defined=[each.piece for each in proto.pieces if each.type == kinds.USER_DEFINED],
            bytes_for_unknown=any(each.type == kinds.BYTE for each in proto.pieces),
        )

    @property
    def pieces(self) -> list[str]:
        """All pieces that text can become, in the order of their ids; the specials are not among them.

        Neither is a symbol of a foreign model that is spelt like one of ours: text never becomes a special.
        """
        sp = self._processor
        pieces = [sp.id_to_piece(i) for i in range(len(sp)) if not (sp.is_control(i) or sp.is_unknown(i))]
        return [piece for piece in pieces if piece not in SPECIALS]

    def encode(self, text: str) -> list[str]:
        """The best pieces of `text`; an empty text has none."""
        return self._processor.encode(self._escaped(text), out_type=str)

    def encode_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """`encode` for each text, in one call of the library."""
        if len(texts) < FEW_TEXTS:
            return [*map(self.encode, texts)]
        # One thread: callers that want more run several processes, and threads do not survive a fork.
        return self._processor.encode([*map(self._escaped, texts)], out_type=str, num_threads=1)

    def sample_batch(self, texts: Sequence[str], *, alpha: float, seed: int) -> list[list[str]]:
        """Pieces drawn at random for each text, the same for the same seed in every process: subword regularisation.

        Args:
            alpha: for bpe, the share of merges left out (BPE-dropout, Provilkov et al., 2020; 0.1 is usual);
                for unigram, the sharpness of the distribution over segmentations (Kudo, 2018; 0.1 to 0.5).
            seed: any integer.

        Raises:
            ValueError: a model that is neither bpe nor unigram, or an `alpha` that is no probability (bpe) or negative.

        >>> subwords = SubwordTokenizer.train([f"the cat sat on mat {i}" for i in range(50)], vocab_size=290)
        >>> sample = subwords.sample_batch(["the cat sat"] * 3, alpha=0.5, seed=7)
        >>> len(set(map(tuple, sample))) > 1, [subwords.decode(pieces) for pieces in sample]
        (True, ['the cat sat', 'the cat sat', 'the cat sat'])
        """
        normalised = self._processor.normalize([*map(self._escaped, texts)])
        return self._sampler.draw(normalised, alpha=alpha, seed=seed % 2**64)

    def decode(self, pieces: Sequence[str]) -> str:
        """The text of `pieces`; bytes that are no UTF-8 become U+FFFD, unknown pieces stand as they are."""
        surfaces = self._surfaces
        data = b"".join([surfaces.get(piece) or _surface(piece) for piece in pieces])
        text = data.decode("utf-8", errors="replace").replace(SPACE, " ")
        text = text.removeprefix(" ") if self._spaces.before else text
        text = text.removesuffix(" ") if self._spaces.behind else text
        return unescape(text, SPACE) if self._spaces.escaped else text

    def signature(self) -> str:
        """`subword:<model type>:<number of pieces with the specials>:<hash of the model>`."""
        digest = hashlib.sha256(self.to_bytes()).hexdigest()
        return f"subword:{self.model_type}:{len(self._processor)}:{digest[:8]}"


class _Spaces(NamedTuple):
    """What a model does about spaces: it may put one before each text, or behind it.

    Where it normalises characters, their mark cannot be escaped: the escape would be normalised as well.
    """

    before: bool
    behind: bool
    escaped: bool


def _surface(piece: str) -> bytes:
    """The bytes that `piece` stands for: "<0x0A>" is one byte, all else is text."""
    byte = re.fullmatch(r"<0x([0-9A-F]{2})>", piece)
    return bytes.fromhex(byte[1]) if byte else piece.encode()


def _lines(texts: str | Path | Iterable[str | Path]) -> Iterator[str]:
    for text in [Path(texts)] if isinstance(texts, str | Path) else texts:
        if isinstance(text, str):
            yield text
            continue
        try:
            with text.open(encoding="utf-8") as file:
                yield from (line.rstrip("\n") for line in file)
        except OSError as error:
            fix = "name a text file or give a list of texts"
            raise UserError(f"{text}: cannot be read ({error.strerror}); {fix}") from error
        except UnicodeDecodeError as error:
            raise UserError(f"{text}: not UTF-8 text (byte {error.start:,}); convert it") from error


def _sample_lines(texts: Iterable[str], size: int, *, seed: int) -> list[str]:
    """At most `size` of `texts`, each as likely as any other (Vitter, 1985, algorithm R)."""
    texts = iter(texts)
    lines = list(islice(texts, size))
    draw = random.Random(seed).randrange
    for seen, text in enumerate(texts, start=size + 1):
        place = draw(seen)
        if place < size:
            lines[place] = text
    return lines


def _character_coverage(lines: Sequence[str], vocab_size: int) -> float:
    """All characters get a piece, unless they would eat up the vocabulary as Chinese ones do."""
    return 1.0 if len(set().union(*lines)) <= vocab_size // 4 else 0.9995


def _train(lines: Sequence[str], vocab_size: int, model_type: ModelType) -> bytes:
    """The model of these lines; RuntimeError as SentencePiece words it if they do not fit the size."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        model_type=model_type,
        vocab_size=vocab_size,
        character_coverage=_character_coverage(lines, vocab_size),
        required_chars=SPACE,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        max_sentence_length=1 << 30,  # bytes, its limit; longer lines would be dropped in silence
        pad_id=0,
        unk_id=1,
        bos_id=2,
        eos_id=3,
        pad_piece=PAD,
        unk_piece=UNK,
        bos_piece=BOS,
        eos_piece=EOS,
        minloglevel=2,
    )
    return model.getvalue()


def _explain(error: RuntimeError, vocab_size: int) -> Exception:
    """SentencePiece's complaint about a vocabulary that is too small as the user's mistake, any other as it is."""
    if least := re.search(r"smaller than required_chars\. -?\d+ vs (\d+)", str(error)):
        return UserError(
            f"text.vocab_size: {vocab_size} is too small for the characters of the training texts; "
            f"set it to {least[1]} or more"
        )
    return error
