"""Files whole or not there, what a system refuses in words, and a folder's lock."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sahelsim.base.errors import EnvironmentFault
from sahelsim.experiment.files import FolderLock, disk_fault, write_bytes


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, small_files: None) -> None:
    file = tmp_path / "file"
    write_bytes(file, b"old")
    with pytest.raises(EnvironmentFault) as caught:
        write_bytes(file, bytes(5_000))
    assert caught.value.code == "SS6010"
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("number", "message", "hint"),
    [
        (errno.ENOSPC, "the disk is full: x", "free some space and run the same command again"),
        (errno.EDQUOT, "the disk is full: x", "free some space and run the same command again"),
        (errno.EROFS, "the folder cannot be written: x", "choose another one with --out"),
        (errno.EACCES, "the folder cannot be written: x", "choose another one with --out"),
        (
            errno.ENOTDIR, "a file lies where a folder should be: x",
            "choose another folder with --out",
        ),
        (errno.EIO, "Input/output error: x", "choose another folder with --out"),
    ],
)  # fmt: skip
def test_what_the_system_refuses_in_words(number: int, message: str, hint: str) -> None:
    error = disk_fault(Path("x"), OSError(number, os.strerror(number)))
    assert (error.code, error.message, error.hint) == ("SS6010", message, hint)
    assert error.exit_code == 6


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import os, signal\nfrom pathlib import Path\n"
        "from sahelsim.experiment.files import FolderLock\n"
        f"held = FolderLock(Path({str(tmp_path)!r}))\nprint('held', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.returncode) == ("held\n", -9)
    FolderLock(tmp_path).close()
