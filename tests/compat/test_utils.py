from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import ssl
import tarfile
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tqdm import tqdm

from nlpseq.compat.torchtext import utils
from nlpseq.compat.torchtext.utils import (
    download_from_url,
    extract_archive,
    get_asset_local_path,
    get_lock_dir,
    reporthook,
    validate_file,
)
from nlpseq.compat.torchtext.vocab import Vectors
from nlpseq.errors import UserError


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path != "/half.txt":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"half.")


@pytest.fixture(autouse=True)
def own_torch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))


@pytest.fixture
def server(tmp_path: Path) -> Any:
    """The address of a folder on this machine, `site`, over HTTP."""
    (tmp_path / "site").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(tmp_path / "site"))) as served:
        thread = Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()
        thread.join()


def test_a_file_is_fetched_once_and_again_if_asked(server: str, tmp_path: Path) -> None:
    site = tmp_path / "site" / "a b.txt"
    site.write_text("one")
    path = download_from_url(f"{server}/a%20b.txt?download=1", root=tmp_path / "data")
    assert path == str(tmp_path / "data" / "a b.txt") and Path(path).read_text() == "one"
    site.write_text("two")
    assert download_from_url(f"{server}/a%20b.txt", root=tmp_path / "data") == path
    assert Path(path).read_text() == "one"
    download_from_url(f"{server}/a%20b.txt", path=path, overwrite=True)
    assert Path(path).read_text() == "two" and Path(get_lock_dir()).is_dir()


def test_a_wrong_checksum_leaves_nothing_behind(server: str, tmp_path: Path) -> None:
    (tmp_path / "site" / "a.txt").write_text("one")
    fetch = partial(download_from_url, f"{server}/a.txt", root=tmp_path / "data")
    with pytest.raises(RuntimeError, match="a.txt: its sha256 is not 0"):
        fetch(hash_value="0")
    assert not (tmp_path / "data" / "a.txt").exists()
    fetch(hash_value=hashlib.sha256(b"one").hexdigest())
    with pytest.raises(RuntimeError, match="a.txt: its md5 is not 1"):
        fetch(hash_value="1", hash_type="md5")


def test_what_cannot_be_fetched_is_named_with_where_to_put_it(server: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"/gone.txt: cannot be downloaded \(.*404.*\); check the link, or save"):
        download_from_url(f"{server}/gone.txt", root=tmp_path)
    with pytest.raises(UserError, match="Google Drive gives files to browsers only; open the link in one and save it"):
        download_from_url("https://drive.google.com/uc?id=1", path=tmp_path / "a.zip")
    with pytest.raises(UserError, match="this link names no file; say with path where to put what it gives"):
        download_from_url("https://localhost/", root=tmp_path)
    assert not list(tmp_path.glob("*.zip")) and not list(tmp_path.glob("*.txt"))


def test_half_a_file_is_no_file(server: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"/half.txt: cannot be downloaded \(5 of 10 bytes came\)"):
        download_from_url(f"{server}/half.txt", root=tmp_path)
    assert not list(tmp_path.glob("*.txt"))


def test_certificates_stay_checked(tmp_path: Path) -> None:
    (tmp_path / "vectors.txt").write_text("a 1 2 3\n")
    Vectors(str(tmp_path / "vectors.txt"))  # torchtext's switch the check off for all of Python
    assert ssl._create_default_https_context is ssl.create_default_context


def test_an_asset_is_a_file_or_is_fetched(server: str, tmp_path: Path) -> None:
    (tmp_path / "site" / "a.json").write_text("{}")
    here = str(tmp_path / "site" / "a.json")
    assert get_asset_local_path(here) == here
    fetched = get_asset_local_path(f"{server}/a.json")
    assert fetched == str(tmp_path / "home" / "text" / "a.json") and Path(fetched).read_text() == "{}"


def test_checksums_of_open_files() -> None:
    assert validate_file(io.BytesIO(b"abc"), hashlib.sha256(b"abc").hexdigest())
    assert not validate_file(io.BytesIO(b"abd"), hashlib.sha256(b"abc").hexdigest())
    with pytest.raises(ValueError, match="hash_type: 'crc' is neither sha256 nor md5"):
        validate_file(io.BytesIO(b""), "", "crc")


def test_the_hook_moves_the_bar() -> None:
    with tqdm(disable=False, file=io.StringIO()) as bar:
        hook = reporthook(bar)
        for blocks, total in ((0, 25), (1, 25), (3, None)):
            hook(blocks, 10, total)
        assert (bar.n, bar.total) == (30, 25)


def write_archives(folder: Path, files: dict[str, str]) -> list[Path]:
    with tarfile.open(folder / "a.tar.gz", "w:gz") as tar, zipfile.ZipFile(folder / "b.zip", "w") as zipped:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
            zipped.writestr(name, text)
    return [folder / "a.tar.gz", folder / "b.zip"]


def test_archives_are_unpacked_once(tmp_path: Path) -> None:
    for archive in write_archives(tmp_path, {"in/one.txt": "1", "two.txt": "2"}):
        target = tmp_path / archive.stem
        files = [str(target / "in" / "one.txt"), str(target / "two.txt")]
        assert extract_archive(archive, target) == files
        assert [Path(file).read_text() for file in files] == ["1", "2"]
        Path(files[1]).write_text("mine")
        assert extract_archive(archive, target) == files and Path(files[1]).read_text() == "mine"
        extract_archive(archive, target, overwrite=True)
        assert Path(files[1]).read_text() == "2"


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "in/../../evil.txt"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    for archive in write_archives(tmp_path, {name: "!"}):
        with pytest.raises(UserError, match="which lies outside of the folder; do not trust this archive"):
            extract_archive(archive, tmp_path / "deep" / "er")
    assert not list(tmp_path.rglob("evil.txt"))


def test_packed_files_and_what_is_none(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.txt.gz", "wb") as packed:
        packed.write(b"text")
    with lzma.open(tmp_path / "b.txt.xz", "wb") as packed:
        packed.write(b"text")
    assert extract_archive(tmp_path / "a.txt.gz") == [str(tmp_path / "a.txt")]
    assert extract_archive(tmp_path / "b.txt.xz", tmp_path / "to") == [str(tmp_path / "to" / "b.txt")]
    assert (tmp_path / "a.txt").read_text() == (tmp_path / "to" / "b.txt").read_text() == "text"
    with pytest.raises(NotImplementedError, match="only .tar.gz, .tgz, .zip, .gz and .xz archives"):
        extract_archive(tmp_path / "a.rar")
    for name in ("c.zip", "c.tar.gz", "c.gz", "c.xz"):
        (tmp_path / name).write_bytes(b"no archive")
        with pytest.raises(UserError, match=rf"{name}: cannot be unpacked \(.*\); get the archive again"):
            extract_archive(tmp_path / name)


def test_the_names_that_stood_there_by_accident() -> None:
    for name in ("gzip", "hashlib", "logging", "os", "tarfile", "zipfile", "FileLock", "logger"):
        assert hasattr(utils, name)
