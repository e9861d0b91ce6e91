"""Nobody ever finds half a file, a disk that cannot take it is the user's to mend, and a hostile file is refused."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.files import MAX_JSON_BYTES, atomic_path, read_bytes, read_json, write_text_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_appears_when_the_block_ends(tmp_path) -> None:
    target = tmp_path / "new" / "deep" / "model.safetensors"
    with atomic_path(target) as beside:
        beside.write_bytes(b"all of it")
        assert not target.exists()
        assert beside.parent == target.parent
        assert beside.suffix == target.suffix
    assert target.read_bytes() == b"all of it"
    assert names(target.parent) == ["model.safetensors"]


@pytest.mark.parametrize("error", [RuntimeError("ours"), KeyboardInterrupt()], ids=["error", "Ctrl-C"])
def test_an_error_leaves_the_old_content_and_nothing_else(tmp_path, error) -> None:
    target = tmp_path / "metrics.json"
    write_text_atomically(target, "old")
    with pytest.raises(type(error)), atomic_path(target) as beside:
        beside.write_text("half of the ne")
        raise error
    assert target.read_text() == "old"
    assert names(tmp_path) == ["metrics.json"]


def test_text_is_utf_8_and_replaces_what_was_there(tmp_path) -> None:
    target = tmp_path / "words.txt"
    for text in ("größer\n", "漢字 ☂"):
        write_text_atomically(target, text)
        assert target.read_bytes() == text.encode("utf-8")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "cannot be written"),
        (errno.EPERM, "cannot be written"),
        (errno.EROFS, "cannot be written"),
    ],
)
def test_a_disk_that_refuses_is_named(tmp_path, code, message) -> None:
    target = tmp_path / "model.safetensors"
    write_text_atomically(target, "old")
    with pytest.raises(UserError, match=f"model.safetensors: {message}"), atomic_path(target) as beside:
        beside.write_text("half")
        raise OSError(code, os.strerror(code))
    assert target.read_text() == "old"
    assert names(tmp_path) == ["model.safetensors"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_really_full_disk(tmp_path) -> None:
    with pytest.raises(UserError, match="curves.csv: the disk is full"), atomic_path(tmp_path / "curves.csv") as beside:
        beside.symlink_to("/dev/full")
        beside.write_text("too much")
    assert names(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_permission(tmp_path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError, match="x.txt: cannot be written"):
            write_text_atomically(tmp_path / "x.txt", "")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("target", ["file/x.txt", "file/deeper/x.txt", "folder", "n" * 300])
def test_a_path_that_cannot_be(tmp_path, target) -> None:
    (tmp_path / "file").write_text("I am no folder")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="cannot be written .*choose another"):
        write_text_atomically(tmp_path / target, "text")
    assert names(tmp_path) == ["file", "folder"]


def test_other_errors_pass_as_they_are(tmp_path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "x.txt") as beside:
        beside.with_name("not there").read_text()


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_mode_is_that_of_any_new_file(tmp_path, umask, mode) -> None:
    """Even where the writer made the file private."""
    before = os.umask(umask)
    try:
        with atomic_path(tmp_path / "x.txt") as beside:
            beside.touch(0o600)
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert (tmp_path / "x.txt").stat().st_mode & 0o777 == mode


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the address of a socket must be short
    with socket.socket(socket.AF_UNIX) as found:
        found.bind(path.name)
    os.chdir(here)


def make_sparse(path: Path) -> None:
    path.write_text("{}")
    os.truncate(path, 3 << 30)


HOSTILE = {
    "missing": (lambda path: None, "no such file"),
    "folder": (Path.mkdir, "not a regular file|Is a directory"),
    "pipe": (make_pipe, "not a regular file"),
    "socket": (make_socket, "cannot be read"),
    "device without end": (lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
    "link to itself": (lambda path: path.symlink_to(path), "cannot be read"),
    "link to nothing": (lambda path: path.symlink_to("nothing"), "no such file"),
    "sparse tail": (make_sparse, "too large, a file of its kind has at most 4,194,304 bytes"),
    "nested list": (lambda path: path.write_text("[" * 100_000), "damaged .nested too deep"),
    "nested object": (
        lambda path: path.write_text('{"a":' * 100_000 + "0" + "}" * 100_000),
        "damaged .nested too deep",
    ),
    "cut": (lambda path: path.write_text('{"a": [1, 2'), "damaged"),
    "empty": (lambda path: path.write_bytes(b""), "damaged"),
    "zeros": (lambda path: path.write_bytes(bytes(50)), "damaged"),
    "not UTF-8": (lambda path: path.write_bytes(b'{"a": "\xff"}'), "damaged .not text in UTF-8"),
    "UTF-16": (lambda path: path.write_text("{}", encoding="utf-16"), "damaged .not text in UTF-8"),
    "half a surrogate pair": (lambda path: path.write_text(r'{"a": ["\ud800"]}'), "damaged .not text in UTF-8"),
    "huge number": (lambda path: path.write_text("9" * 5000), "damaged"),
    "of another kind": (lambda path: path.write_text("[1]"), "damaged .not an object"),
}


@pytest.mark.parametrize("make, message", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_json_file_is_refused_in_one_sentence(tmp_path, make, message) -> None:
    path = tmp_path / "config.json"
    make(path)
    with pytest.raises(UserError, match=f"^{path}: {message}.*; train again$"):
        read_json(path, dict, fix="train again")


def test_json_may_hold_whole_surrogate_pairs_and_backslashes(tmp_path) -> None:
    path = tmp_path / "labels.json"
    path.write_text(r'["\ud83d\ude00", "\\ud800", "é"]', encoding="utf-8")
    assert read_json(path, list) == ["\N{GRINNING FACE}", r"\ud800", "é"]


def test_a_file_of_the_largest_size_is_read(tmp_path) -> None:
    path = tmp_path / "metrics.json"
    path.write_bytes(b"{}" + b" " * (MAX_JSON_BYTES - 2))
    assert read_json(path, dict) == {}
    path.write_bytes(b"{}" + b" " * (MAX_JSON_BYTES - 1))
    with pytest.raises(UserError, match="too large"):
        read_json(path, dict)


def test_a_file_without_permission_is_not_called_damaged(tmp_path) -> None:
    path = tmp_path / "metrics.json"
    path.write_text("{}")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        try:
            os.seteuid(65534)  # all files are open to root
        except OSError:  # in a container of one user
            pytest.skip("all files are open to root, and there is no other user")
    try:
        with pytest.raises(UserError, match="no permission to read it"):
            read_json(path, dict)
    finally:
        os.seteuid(user)


def test_bytes_of_a_linked_file_are_read(tmp_path) -> None:
    (tmp_path / "blob").write_bytes(b"\0\xff")
    (tmp_path / "model").symlink_to("blob")
    assert read_bytes(tmp_path / "model") == b"\0\xff"
