"""What a shell offers after a Tab."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sahelsim.base.catalogue import catalogue
from sahelsim.cli.main import main
from sahelsim.theatre import load_theatre


def offered(line: str) -> list[str]:
    """What the completion script of bash gets for a line that ends at the cursor."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "sahelsim"], capture_output=True, text=True, check=False, timeout=60,
        env={
            **os.environ, "_SAHELSIM_COMPLETE": "bash_complete", "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
    )  # fmt: skip
    assert done.stderr == ""
    return [entry.partition(",")[2] for entry in done.stdout.splitlines() if "plain" in entry]


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("sahelsim sc", ["scenario", "score"]),
        ("sahelsim scenario sh", ["show"]),
        ("sahelsim run no", ["no-airlift"]),
        ("sahelsim compare documented-2023 sec", ["second-tail"]),
        ("sahelsim sweep run air", ["airlift-sweep"]),
        ("sahelsim exercise check pont", ["pont-aerien-2023"]),
        ("sahelsim explain SS200", ["SS2001", "SS2002"]),
        ("sahelsim explain initial.garrison_s", ["initial.garrison_scale"]),
        ("sahelsim whatif documented-2023 --without lend", ["lend-5u-mbh", "lend-5u-mms"]),
        ("sahelsim run documented-2023 --set parameter.initial.garrison_s",
         ["parameter.initial.garrison_scale="]),
        ("sahelsim run documented-2023 --set orders.lend-5u-mbh.rot",
         ["orders.lend-5u-mbh.rotations_per_week="]),
        ("sahelsim sweep show outputs --outcome tonnes_to_g", ["tonnes_to_gao"]),
        ("sahelsim completion f", ["fish"]),
    ],
)  # fmt: skip
def test_a_tab_offers_what_is_there(line: str, some: list[str]) -> None:
    found = offered(line)
    assert [name for name in some if name not in found] == []
    assert all(name.startswith(line.split(" ")[-1]) for name in found)


def test_every_code_and_parameter_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    topics = [*catalogue(), *load_theatre().parameters.ids, "day"]
    for topic in topics:
        assert main(["explain", topic]) == 0, topic
        assert capsys.readouterr().out.startswith(("The day", topic)), topic


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_sahelsim(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    out, err = capsys.readouterr()
    assert f"_SAHELSIM_COMPLETE={shell}_complete" in out
    assert f"sahelsim completion {shell}" in err


def test_the_script_is_bash(capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    script = capsys.readouterr().out
    done = subprocess.run(["bash", "-n"], input=script, text=True, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")
