"""The examples in the help of commands, and that they run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

import click
import pytest

from sahelsim.cli.main import main


def examples(command: click.Command) -> list[str]:
    """The examples in a command's help, without ``sahelsim``."""
    return re.findall(r"(?m)^ +sahelsim (.+)$", command.epilog or "")


def run_examples(lines: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Run the two to four examples of a help: each ends well and prints something."""
    assert 2 <= len(lines) <= 4
    for line in lines:
        assert main(shlex.split(line)) == 0, line
        assert capsys.readouterr().out
