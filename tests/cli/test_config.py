"""Defaults from files and the environment: which counts, where each is from, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sahelsim.cli.main import main

RUN = ["run", "documented-2023", "--no-report", "--quiet", "--json", "--out"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, int]:
    """Replicates and seed of a run with what is set."""
    capsys.readouterr()
    assert main([*RUN, "out", "--force", "--days", "2", *words]) == 0
    told = json.loads(capsys.readouterr().out)
    return told["replicates"], told["seed"]


def test_the_line_counts_before_the_environment_before_the_file_before_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "home" / "sahelsim"
    own.mkdir(parents=True)
    (own / "sahelsim.toml").write_text("[run]\nreplicates = 2\nseed = 11\n")
    assert ran(capsys) == (2, 11)
    (tmp_path / "sahelsim.toml").write_text("[run]\nreplicates = 3\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)  # found upwards
    assert ran(capsys) == (3, 11)
    monkeypatch.setenv("SAHELSIM_RUN_REPLICATES", "4")
    assert ran(capsys) == (4, 11)
    assert ran(capsys, "--replicates", "1", "--seed", "5") == (1, 5)
    assert main(["config", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    shown = {each["key"]: (each["value"], each["origin"]) for each in told["settings"]}
    assert shown["run.replicates"] == ("4", "SAHELSIM_RUN_REPLICATES")
    assert shown["run.seed"] == (11, str(own / "sahelsim.toml"))
    assert told["files"] == [str(tmp_path / "sahelsim.toml"), str(own / "sahelsim.toml")]


def test_a_command_says_that_it_takes_defaults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.sahelsim.facts.events]\nwhere = ['id=E017']\n")
    assert main(["facts", "events"]) == 0
    out, err = capsys.readouterr()
    assert "E017" in out
    assert "E018" not in out
    assert f"defaults from {tmp_path / 'pyproject.toml'}" in err
    assert main(["scenario", "list"]) == 0
    assert "defaults from" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "why", "hint"),
    [
        ("[run]\nreplicate = 3\n", "no option 'replicate'", "did you mean 'replicates'?"),
        ("[sweep.rn]\nworkers = 1\n", "no option 'rn'", "did you mean 'run'?"),
        ("[run]\nreplicates = 'many'\n", "many", None),
        ("run = 3\n", "no table", None),
        ("[run\n", "cannot be read", None),
        ("\x00", "cannot be read", None),
        ("[run.replicates]\nx = 1\n", "no option 'replicates'", None),
    ],
)
def test_what_does_not_fit_is_refused(
    text: str, why: str, hint: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sahelsim.toml").write_text(text)
    name = "sweep" if "sweep" in text else "run"
    words = [name, "run", "first-sweep"] if name == "sweep" else [*RUN, "out"]
    assert main([word for word in words if word != "--json"]) == 2
    err = capsys.readouterr().err
    assert why in err
    assert hint is None or hint in err
    assert not (tmp_path / "out").exists()


def test_an_unknown_command_is_told_by_config(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sahelsim.toml").write_text("[rn]\nreplicates = 3\n")
    assert main(["config"]) == 2
    assert "did you mean 'run'?" in capsys.readouterr().err


def test_without_files_nothing_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--show-origin"]) == 0
    assert capsys.readouterr().out == "no defaults are set\n"
