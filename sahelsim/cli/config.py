"""``sahelsim config``: defaults of options from files and the environment, and where each is from.

What stands on the command line counts first, then the environment (``SAHELSIM_RUN_WORKERS``), then
the nearest ``sahelsim.toml`` (or ``[tool.sahelsim]`` of a ``pyproject.toml``) in this folder or
above it, then the user's own file. A table is a command, a key one of its options.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from sahelsim.base.errors import UsageError
from sahelsim.base.suggest import did_you_mean
from sahelsim.cli import ui

NAME, PREFIX = "sahelsim.toml", "SAHELSIM"


class Layer(NamedTuple):
    """One file of defaults."""

    path: Path
    table: dict[str, Any]


class Setting(NamedTuple):
    """One default: command and option, its value, and what says so."""

    key: str
    value: Any
    origin: str


def layers() -> list[Layer]:
    """Files that give defaults, the one that counts most first.

    Raises:
        UsageError: SS1010, a file cannot be read.
    """
    here = Path.cwd().resolve()
    found = next((layer for folder in (here, *here.parents) if (layer := _in(folder))), None)
    own = Path(click.get_app_dir("sahelsim")) / NAME
    user = Layer(own, _read(own)) if own.is_file() else None
    return [layer for layer in (found, user) if layer is not None]


def _in(folder: Path) -> Layer | None:
    own, project = folder / NAME, folder / "pyproject.toml"
    if own.is_file():
        return Layer(own, _read(own))
    try:
        if b"[tool.sahelsim" not in project.read_bytes():
            return None
    except OSError:
        return None
    table = _read(project).get("tool", {}).get("sahelsim", {})
    return Layer(project, table) if isinstance(table, dict) else None


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        why = f"the file of defaults cannot be read: {fault}"
        raise UsageError("SS1010", why, where=str(path)) from None


def defaults() -> dict[str, Any]:
    """All files merged, as click's ``default_map`` takes them."""
    merged: dict[str, Any] = {}
    for layer in reversed(layers()):
        _lay(merged, layer.table)
    return merged


def _lay(under: dict[str, Any], over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        name = key.replace("-", "_") if not isinstance(value, dict) else key
        if isinstance(value, dict):
            _lay(under.setdefault(name, {}), value)
        else:
            under[name] = value


def check(command: click.Command, table: Any, path: str, file: str) -> None:
    """Refuse what a command does not have.

    Raises:
        UsageError: SS1010, a key is no option and no command, with the nearest name.
    """
    if not isinstance(table, dict):
        raise UsageError("SS1010", f"'{path}' is no table of options", where=file)
    options = {param.name: param for param in command.params if isinstance(param, click.Option)}
    below = command.commands if isinstance(command, click.Group) else {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if key in below:
            check(below[key], value, f"{path}.{key}", file)
        elif name not in options or isinstance(value, dict):
            hint = did_you_mean(key, [*below, *(str(option) for option in options)])
            raise UsageError("SS1010", f"'{path}' has no option '{key}'", where=file, hint=hint)


def settings() -> Iterator[Setting]:
    """Every default that is set, with its origin; those of the environment first."""
    from sahelsim.cli.main import cli

    ctx = click.Context(cli)
    seen: set[str] = set()
    for name in cli.list_commands(ctx):
        command = cli.get_command(ctx, name)
        if command is not None:
            for key in _environment(command, (name,)):
                seen.add(key.key)
                yield key
    for layer in layers():
        for path, value in _flat(layer.table, ()):
            name = path[0]
            command = cli.get_command(ctx, name)
            if command is None:
                hint = did_you_mean(name, cli.list_commands(ctx))
                raise UsageError("SS1010", f"no command '{name}'", where=str(layer.path), hint=hint)
            check(command, layer.table[name], name, str(layer.path))
            key_text = ".".join(path).replace("-", "_")
            if key_text not in seen:
                seen.add(key_text)
                yield Setting(key_text, value, str(layer.path))


def _environment(command: click.Command, path: tuple[str, ...]) -> Iterator[Setting]:
    for param in command.params:
        variable = "_".join((PREFIX, *path, param.name or "")).upper().replace("-", "_")
        if isinstance(param, click.Option) and variable in os.environ:
            yield Setting(".".join((*path, param.name or "")), os.environ[variable], variable)
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from _environment(each, (*path, name))


def _flat(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, (*path, key))
        else:
            yield (*path, key), value


@ui.examples("sahelsim config", "sahelsim config --show-origin", "sahelsim config --json")
@click.command()
@click.option("--show-origin", is_flag=True, help="Show the file or variable of each.")
@ui.json_option
def config(show_origin: bool, as_json: bool) -> None:
    """Show the defaults that files and the environment set for options.

    The nearest sahelsim.toml, or [tool.sahelsim] of a pyproject.toml, counts: a table is a
    command, a key an option. A variable such as SAHELSIM_RUN_WORKERS counts before it, the
    command line before all.
    """
    found = list(settings())
    if as_json:
        ui.say_json("config", files=[str(layer.path) for layer in layers()],
                    settings=[each._asdict() for each in found])  # fmt: skip
        return
    if not found:
        ui.say("no defaults are set")
        return
    head = ["option", "value", "origin"][: 3 if show_origin else 2]
    ui.say(ui.table([[str(cell) for cell in each][: len(head)] for each in found], head))
