"""Downloads with checked certificates and checksums, and archives that stay inside of their folder."""

from __future__ import annotations

import gzip
import hashlib
import logging
import lzma
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from filelock import FileLock
from tqdm import tqdm

from nlpseq.compat.torchtext.errors import UserFileNotFoundError, UserOSError, UserValueError, of_its_kind
from nlpseq.compat.torchtext.refusals import missing
from nlpseq.errors import UserError
from nlpseq.files import atomic_path

__all__ = [
    "LOCK_TIMEOUT",
    "download_from_url",
    "extract_archive",
    "get_asset_local_path",
    "get_lock_dir",
    "reporthook",
    "validate_file",
]

logger = logging.getLogger("nlpseq")
LOCK_TIMEOUT = 600  # seconds
TIMEOUT_SECONDS = 60  # without a byte
CHUNK_BYTES = 2**20


def cache_dir() -> str:
    """The folder `text` in torch's cache, where torchtext put its files."""
    home = os.environ.get("XDG_CACHE_HOME", os.path.join("~", ".cache"))
    return os.path.join(os.path.expanduser(os.environ.get("TORCH_HOME", os.path.join(home, "torch"))), "text")


def get_lock_dir() -> str:
    """The folder of the files that lock downloads; made if it is not there."""
    folder = os.path.join(cache_dir(), "locks")
    os.makedirs(folder, exist_ok=True)
    return folder


def reporthook(t: Any) -> Callable[..., None]:
    """The `reporthook` of `urllib.request.urlretrieve` that moves the progress bar `t`.

    Args:
        t: a bar of tqdm.
    """
    shown = 0

    def show(blocks: int = 1, block_bytes: int = 1, total_bytes: int | None = None) -> None:
        nonlocal shown
        if total_bytes is not None:
            t.total = total_bytes
        t.update((blocks - shown) * block_bytes)
        shown = blocks

    return show


def validate_file(file_obj: IO[bytes], hash_value: str, hash_type: str = "sha256") -> bool:
    """Whether the rest of an open file has this checksum.

    Raises:
        ValueError: `hash_type` is neither "sha256" nor "md5".

    >>> import io
    >>> validate_file(io.BytesIO(b"abc"), "900150983cd24fb0d6963f7d28e17f72", "md5")
    True
    """
    if hash_type not in ("sha256", "md5"):
        raise ValueError(f"hash_type: {hash_type!r} is neither sha256 nor md5")
    digest = hashlib.new(hash_type, usedforsecurity=False)
    while chunk := file_obj.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest() == hash_value


def download_from_url(
    url: str,
    path: str | os.PathLike[str] | None = None,
    root: str | os.PathLike[str] = ".data",
    overwrite: bool = False,
    hash_value: str | None = None,
    hash_type: str = "sha256",
) -> str:
    """Fetch `url`, unless its file is there, and give the file's absolute path.

    Args:
        path: where to; default: in the folder `root` under its own name.
        overwrite: fetch it in any case.
        hash_value: the checksum that the file must have.
        hash_type: "sha256" or "md5".

    Raises:
        RuntimeError: the file has another checksum; a new one is not kept.
        UserError: the server or the link does not give the file.
    """
    name = os.path.basename(unquote(urlsplit(url).path))
    if not path and not name:
        raise UserValueError(f"{url}: this link names no file; say with path where to put what it gives")
    target = os.path.abspath(path or os.path.join(root, name))
    with FileLock(os.path.join(get_lock_dir(), os.path.basename(target) + ".lock"), timeout=LOCK_TIMEOUT):
        if overwrite or not os.path.exists(target):
            with atomic_path(target) as beside:
                _fetch(url, str(beside), target)
                _check(str(beside), target, hash_value, hash_type)
        else:
            _check(target, target, hash_value, hash_type)
    return target


def _check(path: str, name: str, hash_value: str | None, hash_type: str) -> None:
    if hash_value is None:
        return
    with open(path, "rb") as file:
        if not validate_file(file, hash_value, hash_type):
            raise RuntimeError(f"{name}: its {hash_type} is not {hash_value}; delete it and get it from its source")


def _fetch(url: str, path: str, name: str) -> None:
    if urlsplit(url).hostname in ("drive.google.com", "docs.google.com"):
        raise UserOSError(
            f"{url}: Google Drive gives files to browsers only; open the link in one and save it as {name}"
        )
    try:
        # Python's default context checks certificates and host names.
        with urlopen(Request(url, headers={"User-Agent": "nlpseq"}), timeout=TIMEOUT_SECONDS) as answer:
            size = int(answer.headers.get("Content-Length") or 0) or None
            with open(path, "wb") as file, tqdm(total=size, unit="B", unit_scale=True, desc=name) as bar:
                while chunk := answer.read(CHUNK_BYTES):
                    file.write(chunk)
                    bar.update(len(chunk))
        if size is not None and os.path.getsize(path) != size:
            raise ConnectionError(f"{os.path.getsize(path)} of {size} bytes came")
    except (URLError, HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        message = f"{url}: cannot be downloaded ({error}); check the link, or save the file as {name}"
        raise (UserValueError if isinstance(error, ValueError) else UserOSError)(message) from error


def get_asset_local_path(asset_path: str | os.PathLike[str], overwrite: bool = False) -> str:
    """`asset_path` itself if there is such a file; else it is a URL, and this is where its file was put.

    Raises:
        UserError: it is neither a file nor a URL that gives one.
    """
    name = os.fspath(asset_path)
    if os.path.exists(name):
        return name
    if "://" not in name:
        raise UserFileNotFoundError(f"{name}: no such file; give the path of a file or a URL")
    return download_from_url(name, root=cache_dir(), overwrite=overwrite)


def extract_archive(
    from_path: str | os.PathLike[str], to_path: str | os.PathLike[str] | None = None, overwrite: bool = False
) -> list[str]:
    """Unpack a .tar.gz, .tgz, .zip, .gz or .xz file and give the paths of its files.

    Args:
        to_path: the folder to unpack into; default: where the archive is.
        overwrite: write files that are there anew.

    Raises:
        NotImplementedError: an archive of another kind.
        UserError: it is damaged, or would write outside of the folder.
    """
    name = os.fspath(from_path)
    folder = os.path.dirname(name) if to_path is None else os.fspath(to_path)
    members = archive_members(name)
    with unpacking(name):
        return [_extract(name, member, open_member, folder, overwrite) for member, open_member in members]


@contextmanager
def unpacking(name: str) -> Iterator[None]:
    """Read an archive in this block: what is wrong with it becomes one sentence, a UserError."""
    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError) as error:
        reason = " ".join(str(error).split())
        raise of_its_kind(error, f"{name}: cannot be unpacked ({reason}); get the archive again") from error


def archive_members(name: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each file in an archive, as its path there and a function that opens it; NotImplementedError for other files."""
    if name.endswith((".tar.gz", ".tgz")):
        return _tar_members(name)
    if name.endswith(".zip"):
        return _zip_members(name)
    if name.endswith(".gz"):
        return iter([(os.path.basename(name).removesuffix(".gz"), partial(gzip.open, name))])
    if name.endswith(".xz"):
        return iter([(os.path.basename(name).removesuffix(".xz"), partial(lzma.open, name))])
    raise NotImplementedError(f"{name}: only .tar.gz, .tgz, .zip, .gz and .xz archives can be unpacked")


def _tar_members(name: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    with tarfile.open(name) as archive:
        for member in archive:
            if member.isfile():  # neither links nor devices
                yield member.name, partial(archive.extractfile, member)


def _zip_members(name: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    with zipfile.ZipFile(name) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                yield member.filename, partial(archive.open, member)


def _extract(name: str, member: str, open_member: Callable[[], Any], folder: str, overwrite: bool) -> str:
    inside = PurePosixPath(member)
    if inside.is_absolute() or ".." in inside.parts:
        raise UserError(f"{name}: holds {member!r}, which lies outside of the folder; do not trust this archive")
    target = os.path.join(folder, *inside.parts)
    if overwrite or not os.path.exists(target):
        copy_member(open_member, target)
    return target


def copy_member(open_member: Callable[[], Any], path: str | os.PathLike[str]) -> None:
    """Write a file of an archive to `path`, all of it or nothing."""
    with atomic_path(os.fspath(path)) as beside, open_member() as source, open(beside, "wb") as file:
        shutil.copyfileobj(source, file)


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
