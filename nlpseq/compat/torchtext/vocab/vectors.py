"""Pretrained word vectors as torchtext has them: the whole file in memory, looked up by token.

For the vectors of one vocabulary alone `nlpseq.text.vectors.load_vectors` needs less time and memory.
"""

from __future__ import annotations

import gzip
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import IO, Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm

from nlpseq.compat.torchtext.errors import UserKeyError, UserRuntimeError, UserValueError
from nlpseq.compat.torchtext.utils import archive_members, copy_member, download_from_url, unpacking
from nlpseq.files import atomic_path

__all__ = ["CharNGram", "FastText", "GloVe", "Vectors", "pretrained_aliases"]

logger = logging.getLogger("nlpseq")

CACHED_BYTES = 2**24  # a smaller text file is read as fast as it would be found in a cache


class Vectors:
    """The vectors of a text file: a token and its numbers a line, a space between each two.

    Args:
        name: path of the file, or its name in the folder `cache`; may be packed with gzip.
        cache: folder of downloads, and of large files in a form that loads fast; default: ".vector_cache".
        url: where to get the file, or an archive that holds it, if it is not there.
        unk_init: makes the vector of an unknown token out of zeros, in place; default: leaves them.
        max_vectors: read no more than so many, from the first line on.

    Attributes:
        itos, stoi: the tokens, and the row of each; of two lines for one token the last counts.
        vectors: (number of tokens, dim) float32.
        dim: numbers in a vector.

    Raises:
        RuntimeError: there is no such file and no `url`, or a line with another number of numbers.
        UserError: a line with something else than numbers, no vector at all, or no download.

    >>> import tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "vectors.txt")
    >>> with open(path, "w") as file:
    ...     _ = file.write("the 0.5 1 2\\ncat 3 4 5\\n")
    >>> vectors = Vectors(path)
    >>> vectors["cat"], vectors["dog"], len(vectors)
    (tensor([3., 4., 5.]), tensor([0., 0., 0.]), 2)
    """

    def __init__(
        self,
        name: str,
        cache: str | None = None,
        url: str | None = None,
        unk_init: Callable[[Tensor], Tensor] | None = None,
        max_vectors: int | None = None,
    ) -> None:
        self.itos: list[str] = []
        self.stoi: dict[str, int] = {}
        self.vectors = torch.zeros(0, 0)
        self.dim = 0
        self.unk_init = torch.Tensor.zero_ if unk_init is None else unk_init
        self.cache(name, ".vector_cache" if cache is None else cache, url=url, max_vectors=max_vectors)

    def cache(self, name: str, cache: str, url: str | None = None, max_vectors: int | None = None) -> None:
        """Fill the attributes; called once, by the constructor, with the same arguments."""
        name, cache = os.fspath(name), os.fspath(cache)
        path = name if os.path.isfile(name) else os.path.join(cache, name)
        suffix = f"_{max_vectors}" if max_vectors else ""
        old_cache = os.path.join(cache, f"{os.path.basename(name)}{suffix}.pt")
        if not os.path.isfile(path) and os.path.isfile(old_cache):  # torchtext's own
            self.itos, self.stoi, self.vectors, self.dim = torch.load(old_cache, weights_only=True)
            return
        if not os.path.isfile(path) and url:
            _download(url, path, cache)
        if not os.path.isfile(path):
            raise RuntimeError(f"no vectors found at {path}")
        fast = os.path.join(cache, f"{os.path.basename(name)}{suffix}.safetensors")
        loaded = _load_fast(fast, path)
        if loaded is None:
            loaded = _read(path, max_vectors)
            if os.path.getsize(path) >= CACHED_BYTES:
                _save_fast(fast, path, *loaded)
        self.itos, self.vectors = loaded
        self.stoi = {token: row for row, token in enumerate(self.itos)}
        self.dim = self.vectors.shape[1]

    def __getitem__(self, token: str) -> Tensor:
        """The vector of `token`, (dim,), or what `unk_init` makes."""
        if token in self.stoi:
            return self.vectors[self.stoi[token]]
        return self.unk_init(torch.zeros(self.dim))

    def __contains__(self, token: str) -> bool:
        return token in self.stoi

    def __len__(self) -> int:
        return len(self.vectors)

    def get_vecs_by_tokens(self, tokens: str | Sequence[str], lower_case_backup: bool = False) -> Tensor:
        """The vectors of one token, (dim,), or of several, (number of tokens, dim).

        Args:
            lower_case_backup: look an unknown token up in lower case.
        """
        if isinstance(tokens, str):
            return self.get_vecs_by_tokens([tokens], lower_case_backup)[0]
        if lower_case_backup:
            tokens = [token if token in self.stoi else token.lower() for token in tokens]
        return torch.stack([self[token] for token in tokens])


# The three are subclasses, against the habit of this house, because `isinstance(glove, Vectors)` is part of the API.
class GloVe(Vectors):
    """GloVe (Pennington et al., 2014).

    Args:
        name: "840B", "42B", "6B" or "twitter.27B", after the number of words it was trained on.
        dim: 300; for 6B also 50, 100 or 200; for twitter.27B 25, 50, 100 or 200.
        cache, unk_init, max_vectors: as in `Vectors`.
    """

    url = {
        "42B": "https://nlp.stanford.edu/data/glove.42B.300d.zip",
        "840B": "https://nlp.stanford.edu/data/glove.840B.300d.zip",
        "twitter.27B": "https://nlp.stanford.edu/data/glove.twitter.27B.zip",
        "6B": "https://nlp.stanford.edu/data/glove.6B.zip",
    }

    def __init__(self, name: str = "840B", dim: int | str = 300, **kwargs: Any) -> None:
        if name not in self.url:
            raise UserKeyError(f"GloVe: no vectors are called {name!r}; choose one of {', '.join(self.url)}")
        super().__init__(f"glove.{name}.{dim}d.txt", url=self.url[name], **kwargs)


class FastText(Vectors):
    """fastText's vectors of Wikipedia (Bojanowski et al., 2017), of whole words only.

    Args:
        language: Wikipedia's code of the language.
        cache, unk_init, max_vectors: as in `Vectors`.
    """

    url_base = "https://dl.fbaipublicfiles.com/fasttext/vectors-wiki/wiki.{}.vec"

    def __init__(self, language: str = "en", **kwargs: Any) -> None:
        url = self.url_base.format(language)
        super().__init__(os.path.basename(url), url=url, **kwargs)


class CharNGram(Vectors):
    """Vectors of character n-grams (Hashimoto et al., 2017); a word has the mean of those it contains.

    Args:
        cache, unk_init, max_vectors: as in `Vectors`.
    """

    name = "charNgram.txt"
    url = "http://www.logos.t.u-tokyo.ac.jp/~hassy/publications/arxiv2016jmt/jmt_pre-trained_embeddings.tar.gz"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(self.name, url=self.url, **kwargs)

    def __getitem__(self, token: str) -> Tensor:
        """The mean vector of the 2-, 3- and 4-grams of `token`, (1, dim), or what `unk_init` makes."""
        characters = ["#BEGIN#", *token, "#END#"]
        grams = (
            f"{n}gram-{''.join(characters[start : start + n])}"
            for n in (2, 3, 4)
            for start in range(len(characters) - n + 1)
        )
        rows = [self.stoi[gram] for gram in grams if gram in self.stoi]
        if token == "<unk>" or not rows:
            return self.unk_init(torch.zeros(1, self.dim))
        return self.vectors[rows].mean(0, keepdim=True)


pretrained_aliases: dict[str, Callable[..., Vectors]] = {
    "charngram.100d": partial(CharNGram),
    "fasttext.en.300d": partial(FastText, language="en"),
    "fasttext.simple.300d": partial(FastText, language="simple"),
    "glove.42B.300d": partial(GloVe, name="42B", dim="300"),
    "glove.840B.300d": partial(GloVe, name="840B", dim="300"),
    **{f"glove.twitter.27B.{dim}d": partial(GloVe, name="twitter.27B", dim=str(dim)) for dim in (25, 50, 100, 200)},
    **{f"glove.6B.{dim}d": partial(GloVe, name="6B", dim=str(dim)) for dim in (50, 100, 200, 300)},
}
"""By its name in torchtext 0.6, what loads each set of vectors."""


def _download(url: str, path: str, cache: str) -> None:
    """Put `path` there: the file itself, or the member of its name in an archive."""
    fetched = download_from_url(url, root=cache)
    if fetched.endswith((".zip", ".tar.gz", ".tgz")):
        with unpacking(fetched):
            for member, open_member in archive_members(fetched):
                if os.path.basename(member) == os.path.basename(path):
                    copy_member(open_member, path)


def _read(path: str, max_vectors: int | None) -> tuple[list[str], Tensor]:
    """The tokens of a text file and their vectors."""
    with _open(path) as file:
        lines = 1 + sum(chunk.count(b"\n") for chunk in iter(partial(file.read, 2**20), b""))
    size = min(max_vectors or lines, lines)
    tokens: list[str] = []
    vectors = np.zeros((0, 0), dtype=np.float32)
    with _open(path) as file, tqdm(total=size, disable=os.path.getsize(path) < CACHED_BYTES) as bar:
        for place, token, numbers in islice(_entries(path, file), size):
            if not tokens:
                vectors = np.zeros((size, len(numbers)), dtype=np.float32)
            if len(numbers) != vectors.shape[1]:
                raise RuntimeError(
                    f"{place}: {len(numbers)} numbers after the token where the first has {vectors.shape[1]}; all "
                    "vectors must have the same number of dimensions"
                )
            try:
                vectors[len(tokens)] = numbers
            except ValueError as error:
                raise UserValueError(f"{place}: not all numbers after the token; mend it") from error
            tokens.append(token)
            bar.update()
    if not tokens:
        raise UserRuntimeError(f"{path}: holds no vectors; each line must be a token and two or more numbers")
    return tokens, torch.from_numpy(vectors[: len(tokens)])


def _open(path: str) -> IO[bytes]:
    return gzip.open(path) if path.endswith(".gz") else open(path, "rb")  # type: ignore[return-value]


def _entries(path: str, file: IO[bytes]) -> Iterator[tuple[str, str, list[bytes]]]:
    """Where each entry stands, its token, and its numbers as they are written."""
    for number, line in enumerate(file, 1):
        place = f"{path}, line {number}"
        word, *numbers = line.rstrip().split(b" ")  # not at other kinds of space, which tokens may hold
        if len(numbers) == 1:
            logger.warning("%s: left out, it looks like a header", place)
        elif word and not numbers:
            raise RuntimeError(f"{place}: no numbers after the token; each line must be a token and its numbers")
        elif numbers:
            try:
                token = word.decode("utf-8")
            except UnicodeDecodeError:
                logger.info("%s: left out, not valid UTF-8", place)
                continue
            yield place, token, numbers


def _origin(path: str) -> dict[str, str]:
    """What tells a file from others of its name, and from itself before a change."""
    stat = os.stat(path)
    return {"path": os.path.abspath(path), "bytes": str(stat.st_size), "changed_ns": str(stat.st_mtime_ns)}


def _save_fast(fast: str, path: str, tokens: list[str], vectors: Tensor) -> None:
    text = torch.frombuffer(bytearray("\n".join(tokens), "utf-8"), dtype=torch.uint8)
    with atomic_path(fast) as beside:
        save_file({"tokens": text, "vectors": vectors}, beside, metadata=_origin(path))


def _load_fast(fast: str, path: str) -> tuple[list[str], Tensor] | None:
    """What was saved of this very file, or None."""
    if not os.path.isfile(fast):
        return None
    with safe_open(fast, framework="pt") as file:
        if file.metadata() != _origin(path):
            return None
        return bytes(file.get_tensor("tokens").numpy()).decode("utf-8").split("\n"), file.get_tensor("vectors")
