"""Nobody ever finds half a file, and a disk that cannot take it is the user's to mend."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.files import atomic_path, write_text_atomically


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
