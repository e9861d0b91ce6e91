"""Where the rows of a data set come from: torchtext's own files, a download that holds them, or the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from torch.utils.data import IterDataPipe
from torch.utils.data.datapipes.iter import ShardingFilter

from nlpseq.compat.torchtext.datasets.modules import say_if_links_were_written
from nlpseq.compat.torchtext.errors import UserFileNotFoundError
from nlpseq.compat.torchtext.utils import archive_members, cache_dir, copy_member, unpacking
from nlpseq.data.arrow import load_hub
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from datasets import Dataset


@dataclass(frozen=True)
class Source:
    """One split of a data set; the first of the places that has it is read.

    Args:
        files: in the folder of the data set, named as torchtext leaves them there.
        read: from the paths of the files to rows.
        archive: the download in the same folder that holds the files.
        unpack: from the paths of archive and folder to the files; default: the members of their names.
        hub: `owner/name` or `owner/name:config`.
        hub_split: the split's name there.
        from_hub: from a row there to torchtext's.
    """

    files: Sequence[str] = ()
    read: Callable[..., Iterator[Any]] | None = None
    archive: str | None = None
    unpack: Callable[[Path, Path], None] | None = None
    hub: str | None = None
    hub_split: str = ""
    from_hub: Callable[[Mapping[str, Any]], Any] = dict

    def open(self, name: str, folder: Path) -> Callable[[], Iterator[Any]]:
        """A function that begins to read, anew at each call.

        Args:
            name: of the data set, for errors.
            folder: of the data set.

        Raises:
            UserError: none of the places has the split.
        """
        paths = [folder / file for file in self.files]
        archive = folder / self.archive if self.archive else None
        if archive and archive.is_file() and not all(path.exists() for path in paths):
            unpack = self.unpack or partial(_unpack, self.files)
            with unpacking(str(archive)):
                unpack(archive, folder)
        if self.read and all(path.exists() for path in paths):
            return partial(self.read, *paths)
        wanted = f"{folder}/{' and '.join(self.files)}" + (f", or {self.archive}" if archive else "")
        if self.hub is None:
            raise UserFileNotFoundError(f"{name}: get its files from where they are published and put there {wanted}")
        try:
            dataset = load_hub(self.hub, splits={"rows": self.hub_split}, cache_dir=None)["rows"][1]
        except UserError as error:
            put = f"; put there {wanted}, or let the hub give it" if paths else ""
            raise UserFileNotFoundError(f"{name}: {error}{put}") from error
        return partial(_hub_rows, dataset, self.from_hub)


OF_TORCHDATA = frozenset(
    "add_index bucketbatch cycle drop end_caching enumerate flatmap flatten header in_batch_shuffle in_memory_cache "
    "map_batches max_token_bucketize memory_cell on_disk_cache prefetch random_split repeat rows2columnar set_length "
    "shuffled_flatmap slice to_map_datapipe unzip zip_longest zip_with_iter zip_with_map".split()
)
"""Methods of data pipes that the original's have, as torchtext 0.18 imports torchdata."""


class Rows(IterDataPipe[Any]):
    """The rows that `read()` gives, from the first one at each iteration."""

    def __init__(self, read: Callable[[], Iterator[Any]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Any]:
        return self._read()


def select(name: str, root: str | None, split: str | Iterable[str], sources: Mapping[str, Source]) -> Any:
    """The split as a data pipe, or a tuple of them where `split` is several names.

    Raises:
        TypeError: there is no such split.
        UserError: there are no such files, and the hub does not give them.
    """
    say_if_links_were_written(name)
    wanted = [split] if isinstance(split, str) else list(split)
    for one in wanted:
        if one not in sources:
            raise TypeError(f"{name} has no split {one!r}; choose from {', '.join(sources)}")
    pipes = tuple(_pipe(sources[one].open(name, home(name, root))) for one in wanted)
    return pipes[0] if isinstance(split, str) else pipes


def home(name: str, root: str | None) -> Path:
    """The folder of a data set."""
    return Path(root or cache_dir(), "datasets", name)


class ShardingFilterIterDataPipe(ShardingFilter):
    """torch's class of that name: the rows, or each worker's share of them; says where torchdata's methods are."""

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError as error:
            if name not in OF_TORCHDATA:
                raise
            raise AttributeError(
                f"a data pipe has {name} where torchdata is imported: pip install --no-deps torchdata==0.9.0, "
                "and import torchdata.datapipes"
            ) from error


def _pipe(read: Callable[[], Iterator[Any]]) -> IterDataPipe[Any]:
    return ShardingFilterIterDataPipe(Rows(read).shuffle().set_shuffle(False))


def _hub_rows(dataset: Dataset, convert: Callable[[Mapping[str, Any]], Any]) -> Iterator[Any]:
    return map(convert, dataset)


def _unpack(files: Sequence[str], archive: Path, folder: Path) -> None:
    for member, open_member in archive_members(str(archive)):
        for file in files:
            if ends_in(member, file):
                copy_member(open_member, folder / file)


def ends_in(member: str, file: str) -> bool:
    """Whether the path in an archive is that of `file`, in whatever folder.

    >>> ends_in("SST-2/train.tsv", "train.tsv"), ends_in("SST-2/._train.tsv", "train.tsv")
    (True, False)
    """
    parts = PurePosixPath(file).parts
    return PurePosixPath(member).parts[-len(parts) :] == parts
