"""What every command has in common: help, --json, suggestions, no colour, stable exit codes."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from sahelsim.base import errors
from sahelsim.cli import ui
from sahelsim.cli.main import INTERRUPTED, cli, main

DOCS = Path(__file__).parents[2] / "docs"
# What these print is a file (a script, a table, a schema), or they serve pages until stopped.
WITHOUT_JSON = {
    "completion", "data example", "sweep slurm", "scenario schema", "sweep schema",
    "exercise schema", "exercise serve",
    "exercise demo",
}  # fmt: skip


def leaves(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    ctx = click.Context(command)
    for name in command.list_commands(ctx):
        below = command.get_command(ctx, name)
        assert below is not None, name
        yield from leaves(below, (*path, name))


LEAVES = dict(leaves(cli))


def test_there_are_commands() -> None:
    assert len(LEAVES) > 50


@pytest.mark.parametrize("path", LEAVES)
def test_a_command_prints_json_shows_examples_and_suggests(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = LEAVES[path]
    options = {name for parameter in command.params for name in parameter.opts}
    assert "--json" in options or path in WITHOUT_JSON
    assert main([*path.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"sahelsim {path}" in shown.partition("Examples:")[2]
    assert "\x1b" not in shown
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice):
            assert isinstance(parameter.type, ui.Choice), parameter.name
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
    assert main([*path.split(), "--hepl"]) == 2
    assert "did you mean '--help'?" in capsys.readouterr().err


def test_every_code_of_the_page_belongs_to_a_kind_of_error_and_the_other_way() -> None:
    page = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    kinds = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.SahelsimError)
    }
    assert listed == kinds | {0, INTERRUPTED}


def _interrupt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sahelsim.theatre.load_theatre", stop)
    return ["facts", "events"]


def _break(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    def fault(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sahelsim.theatre.load_theatre", fault)
    return ["facts", "events"]


def _without_duckdb(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    folder = _sweep(monkeypatch, tmp_path)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    return ["sweep", "show", str(folder), "--sql", "SELECT 1"]


def _changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    folder = _sweep(monkeypatch, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["identity"]["model_hash"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return ["sweep", "verify", str(folder), "--sample", "1"]


def _sweep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    from sahelsim.experiment.sweep import run_sweep
    from tests.experiment.sweep.conftest import SMALL, SUPPORT, make

    monkeypatch.syspath_prepend(str(SUPPORT))
    run_sweep(make(SMALL), tmp_path / "sweep", workers=1, runner="fake_runs:Plain")
    return tmp_path / "sweep"


def _missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    def short(*_: object, **__: object) -> None:
        raise errors.CheckFailed("SS7020", "a fact that must hold does not")

    validate = importlib.import_module("sahelsim.cli.validate").validate
    monkeypatch.setattr(validate, "callback", short)
    return ["validate"]


def _no_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    return ["run", "documented-2023", "--days", "2", "-n", "1", "--out", str(tmp_path / "file")]


WAYS: dict[int, Callable[[pytest.MonkeyPatch, Path], list[str]]] = {
    0: lambda *_: ["scenario", "check", "documented-2023"],
    1: _break,
    2: lambda *_: ["scenario", "chekc"],
    3: lambda *_: ["scenario", "check", "documentd-2023"],
    4: _missed,
    5: _without_duckdb,
    6: _no_room,
    7: _changed,
    130: _interrupt,
}


@pytest.mark.parametrize("code", WAYS)
@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
def test_each_exit_code_has_a_command_that_ends_with_it(
    code: int, as_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("NO_COLOR", "1")
    words = WAYS[code](monkeypatch, tmp_path)
    capsys.readouterr()
    assert main([*words, *(["--json"] if as_json else [])]) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert "\x1b" not in out + err
    if code in (0, 130):
        return
    if as_json:
        told = json.loads(out)
        assert told["ok"] is False
        assert re.fullmatch(r"SS\d{4}", told["error"]["code"])
        assert told["error"]["docs"] == f"sahelsim explain {told['error']['code']}"
    else:
        assert re.search(r"error SS\d{4}", err)
        assert not out
