"""Claims: two processes that compile one model share the kernels, and lose none."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from sahelsim.model.claims import Claimed, claim, sharing


def test_a_kernel_is_held_while_it_compiles_and_free_for_all_afterwards(tmp_path: Path) -> None:
    with sharing(tmp_path):
        with claim("day.run", "(float64,)"):
            with pytest.raises(Claimed, match=r"day\.run"), claim("day.run", "(float64,)"):
                raise AssertionError("compiled twice")
            with claim("day.run", "(int64,)"):  # another version of it
                pass
        with claim("day.run", "(float64,)"):  # compiled by now: it is read from the cache
            pass


def test_what_fails_on_the_way_is_free_again(tmp_path: Path) -> None:
    with sharing(tmp_path):
        for fault in (KeyboardInterrupt, ValueError, Claimed):
            with pytest.raises(fault), claim("day.run", "()"):
                raise fault
        assert list(tmp_path.iterdir()) == []


def test_alone_nothing_is_claimed(tmp_path: Path) -> None:
    with sharing(tmp_path):
        pass
    with claim("day.run", "()"), claim("day.run", "()"):
        assert list(tmp_path.iterdir()) == []


def test_where_no_claim_can_be_written_the_kernel_is_compiled_all_the_same(tmp_path: Path) -> None:
    compiled = []
    with sharing(tmp_path / "removed meanwhile"), claim("day.run", "()"):
        compiled.append("day.run")
    (tmp_path / "claims").mkdir()
    with sharing(tmp_path / "claims"), claim("day.run", "()"):
        shutil.rmtree(tmp_path / "claims")
        compiled.append("day.run")
    assert len(compiled) == 2


def test_another_thread_of_this_process_waits_for_nobody(tmp_path: Path) -> None:
    compiled = []

    def compile_too() -> None:
        with claim("day.run", "()"):
            compiled.append("day.run")

    with sharing(tmp_path), claim("day.run", "()"):
        thread = threading.Thread(target=compile_too)
        thread.start()
        thread.join()
    assert compiled == ["day.run"]
