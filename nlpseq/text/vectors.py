"""Word vectors from text files (GloVe, fastText, word2vec) as rows for a vocabulary, read line by line."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, takewhile
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np

from nlpseq.counting import counted
from nlpseq.errors import UserError
from nlpseq.text.escape import unescape
from nlpseq.text.tokenizers import JOINER
from nlpseq.text.vocab import PAD, SPECIALS, UNK, Vocab

HEADER = re.compile(rb"\s*(\d+)\s+(\d+)\s*")
NUMBER = re.compile(rb"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
# What text in UTF-8 does not hold, and the numbers of a binary file do.
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A first line without an end is no text; wide enough for any vector.
LONGEST_FIRST_LINE = 2**20

BinaryFile: TypeAlias = IO[bytes] | gzip.GzipFile


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Vectors for the tokens of a vocabulary (V tokens, E numbers a vector).

    Shape:
        matrix: (V, E) float32, zero where the file has no vector.
        known: (V,) bool, where it has one.

    Args:
        type_coverage: share of the vocabulary with a vector, specials not counted.
        token_coverage: share of the running text with a vector; None where no counts were given.
    """

    matrix: np.ndarray
    known: np.ndarray
    type_coverage: float
    token_coverage: float | None = None

    def summary(self) -> str:
        """The coverage in a few words.

        >>> WordVectors(np.zeros((4, 2)), np.array([True] * 3 + [False]), 0.75, 0.9871).summary()
        '2-dimensional vectors for 75.0% of the vocabulary, 98.7% of the running text'
        """
        text = f"{self.matrix.shape[1]}-dimensional vectors for {self.type_coverage:.1%} of the vocabulary"
        return text if self.token_coverage is None else f"{text}, {self.token_coverage:.1%} of the running text"


def load_vectors(
    path: str | Path, vocab: Vocab, *, counts: Mapping[str, int] | None = None, dim: int | None = None
) -> WordVectors:
    r"""Read the vectors of the tokens in `vocab`; the file is streamed, all other lines are passed over.

    A token without a vector takes that of its lower-cased form, or of the word without the join mark of
    `WordTokenizer`. Of two lines for one token the first counts. `<pad>` stays zero.

    Args:
        path: a GloVe .txt, fastText .vec or word2vec text file, with or without the line "N E" at its head;
            packed with gzip, or as the one file of a zip archive, if wished.
        counts: how often each token comes in the training text, for `token_coverage`.
        dim: the size that the vectors must have.

    Raises:
        UserError: no such file, a binary or damaged one, a line with other than E numbers, another size than
            `dim`, or no token in common.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vectors.txt"
    >>> _ = path.write_text("the 0.5 -1\nof 2 3\n")
    >>> vectors = load_vectors(path, Vocab(["<unk>", "The", "film"]), counts={"The": 3, "film": 1})
    >>> vectors.matrix.tolist(), vectors.known.tolist(), vectors.token_coverage
    ([[0.0, 0.0], [0.5, -1.0], [0.0, 0.0]], [False, True, False], 0.75)
    """
    tokens = vocab.get_itos()
    wanted: dict[bytes, list[tuple[int, int]]] = {}
    for row, token in enumerate(tokens):
        for rank, form in enumerate(_forms(token)):
            wanted.setdefault(form, []).append((row, rank))
    best: dict[int, tuple[int, np.ndarray]] = {}
    with _opened(path) as file:
        for form, vector in _matches(path, file, wanted, dim):
            for row, rank in wanted[form]:
                if row not in best or rank < best[row][0]:
                    best[row] = rank, vector
    if all(tokens[row] in SPECIALS for row in best):
        raise UserError(f"{path}: has no vector for any token of the vocabulary; check its language and the tokenizer")
    rows = sorted(best)
    known = np.zeros(len(tokens), dtype=bool)
    known[rows] = True
    matrix = np.zeros((len(tokens), len(best[rows[0]][1])), dtype=np.float32)
    for row in rows:
        matrix[row] = best.pop(row)[1]
    return WordVectors(matrix, known, *_coverage(tokens, known, counts))


def _forms(token: str) -> list[bytes]:
    """What to look a token up as, in UTF-8, the best first."""
    if token == PAD:
        return []
    word = unescape(token.strip(JOINER), JOINER)
    forms = dict.fromkeys((token, token.lower(), word, word.lower()))
    return [form.encode("utf-8", "surrogatepass") for form in forms if form]


def _coverage(tokens: Sequence[str], known: np.ndarray, counts: Mapping[str, int] | None) -> tuple[float, float | None]:
    words = {token: bool(has) for token, has in zip(tokens, known, strict=True) if token not in SPECIALS}
    of_types = sum(words.values()) / max(1, len(words))
    if counts is None:
        return of_types, None
    # Unknown words stand in the text, the other specials do not.
    running = {token: count for token, count in counts.items() if token == UNK or token not in SPECIALS}
    covered = sum(count for token, count in running.items() if words.get(token))
    return of_types, covered / max(1, sum(running.values()))


def _matches(
    path: str | Path, file: BinaryFile, wanted: Collection[bytes], dim: int | None
) -> Iterator[tuple[bytes, np.ndarray]]:
    """(token, vector) of each line whose token is wanted."""
    first = file.readline(LONGEST_FIRST_LINE).removeprefix(BYTE_ORDER_MARK)
    header = HEADER.fullmatch(first)
    size = int(header[2]) if header else _count_numbers(first)
    if size == 0:
        raise _broken(f"{path}, line 1", first, "no word with numbers after it")
    if dim is not None and size != dim:
        raise UserError(f"{path}: a vector has {size} numbers there, not {dim}; set model.embedding_dim to {size}")
    start = 2 if header else 1
    for number, line in enumerate(chain([] if header else [first], file), start):
        line = line.rstrip(b" \r\n")
        if not line:
            continue
        place = f"{path}, line {number}"
        token = _token(place, line, size)
        # The first one is looked at in any case, so that no other kind of file passes for one without known words.
        if token in wanted or number == start:
            vector = _vector(place, line, line[len(token) + 1 :])
            if token in wanted:
                yield token, vector


def _count_numbers(line: bytes) -> int:
    """How many numbers end the line, its first field left out."""
    fields = line.rstrip(b" \r\n").split(b" ")[1:]
    return sum(1 for _ in takewhile(NUMBER.fullmatch, reversed(fields)))


def _token(place: str, line: bytes, size: int) -> bytes:
    """What stands before the last `size` fields; it may hold spaces, as in GloVe's 840B."""
    spaces = line.count(b" ")
    if spaces == size:
        return line[: line.index(b" ")]
    if spaces < size:
        raise _broken(place, line, f"{counted(spaces, 'number')} where {size} are expected")
    token = line.rsplit(b" ", size)[0]
    surplus = token.split(b" ")[1:]
    if all(map(NUMBER.fullmatch, surplus)):
        raise _broken(place, line, f"{counted(spaces, 'number')} where {size} are expected")
    return token


def _vector(place: str, line: bytes, numbers: bytes) -> np.ndarray:
    try:
        with np.errstate(over="ignore"):
            vector = np.array([float(number) for number in numbers.split(b" ")]).astype(np.float32)
    except ValueError:
        raise _broken(place, line, "not all numbers after the word") from None
    if not np.isfinite(vector).all():
        raise _broken(place, line, "a number that is not finite")
    return vector


def _broken(place: str, line: bytes, fault: str) -> UserError:
    try:
        line.decode()
    except UnicodeDecodeError:
        fault = ""
    if not fault or CONTROL.search(line):
        return UserError(
            f"{place}: binary data; the text format is needed (gensim's save_word2vec_format(path, binary=False))"
        )
    return UserError(f"{place}: {fault}; each line must be a word and its numbers, one space between each two")


@contextmanager
def _opened(path: str | Path) -> Iterator[BinaryFile]:
    """The file, unpacked where it is packed; reading errors become one sentence."""
    try:
        with ExitStack() as stack:
            file: BinaryFile = stack.enter_context(open(path, "rb"))
            magic = file.read(4)
            file.seek(0)
            if magic.startswith(b"\x1f\x8b"):
                file = stack.enter_context(gzip.open(file))
            elif magic == b"PK\x03\x04":
                archive = stack.enter_context(zipfile.ZipFile(file))
                file = stack.enter_context(archive.open(_only_member(path, archive)))
            yield file
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file of word vectors; check text.vectors") from error
    # RuntimeError: an archive with a password, or of a kind that zipfile cannot unpack.
    except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise UserError(f"{path}: cannot be read ({error}); check the file, or fetch it again") from error


def _only_member(path: str | Path, archive: zipfile.ZipFile) -> str:
    names = [item.filename for item in archive.infolist() if not item.is_dir()]
    names = [name for name in names if not name.startswith("__MACOSX/")]
    if len(names) != 1:
        raise UserError(
            f"{path}: holds {counted(len(names), 'file')} ({', '.join(names[:10])}); unpack it and name one of them"
        )
    return names[0]
