"""``sahelsim completion``: what the shell offers after a Tab, such as scenarios and parameters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import click

from sahelsim.cli import ui

SHELLS = {
    "bash": 'eval "$(sahelsim completion bash)"          # in ~/.bashrc',
    "zsh": 'eval "$(sahelsim completion zsh)"           # in ~/.zshrc, after compinit',
    "fish": "sahelsim completion fish | source           # in ~/.config/fish/config.fish",
}
_SCENARIOS = ("SCENARIO", "SCENARIO...", "SCENARIO|DIR", "A", "B", "B [C ...]")


@ui.examples("sahelsim completion bash", "sahelsim completion zsh")
@click.command()
@click.argument("shell", type=ui.Choice(list(SHELLS)))
def completion(shell: str) -> None:
    """Print the script that lets SHELL complete commands, scenarios, parameters and outcomes."""
    from click.shell_completion import get_completion_class

    from sahelsim.cli.main import COMPLETING, cli

    kind = get_completion_class(shell)
    assert kind is not None  # the choices are click's own
    ui.say(kind(cli, {}, "sahelsim", COMPLETING).source().strip())
    ui.talk(f"to keep it: {SHELLS[shell]}")


def attach(command: click.Command, path: tuple[str, ...]) -> None:
    """Let the parameters of a command, and of those below it, offer the names they take."""
    for parameter in command.params:
        names = _names_for(parameter, path)
        if names is not None:
            _offer(parameter, names)
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            attach(each, (*path, name))


def _offer(parameter: click.Parameter, names: Callable[[], Iterable[str]]) -> None:
    from click.shell_completion import CompletionItem

    before = parameter.shell_complete

    def complete(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [CompletionItem(name) for name in names() if name.startswith(incomplete)]
        if isinstance(parameter, click.Argument) and path_too:
            found.append(CompletionItem(incomplete, type="file"))
        return found or before(ctx, incomplete)

    path_too = parameter.name != "topic"
    parameter.shell_complete = complete  # type: ignore[method-assign]


def _names_for(
    parameter: click.Parameter, path: tuple[str, ...]
) -> Callable[[], Iterable[str]] | None:
    name = parameter.name or ""
    if name == "scenario" or parameter.metavar in _SCENARIOS:
        return _scenarios
    if name == "topic":
        return _topics
    if name == "sets":
        return _settable
    if name in ("outcome", "outcomes"):
        return _outcomes
    if "--without" in parameter.opts:
        return _orders
    if isinstance(parameter, click.Argument) and name in ("file", "files", "names", "name"):
        files = {"sweep": _sweeps, "exercise": _exercises, "calibrate": _calibrations}
        return files.get(path[0])
    return None


def _scenarios() -> list[str]:
    from sahelsim.base.paths import shipped

    return sorted(file.stem for file in shipped("scenarios").glob("*.yaml"))


def _configs(suffix: str, cut: str = ".yaml") -> list[str]:
    from sahelsim.base.paths import shipped

    return sorted(file.name.removesuffix(cut) for file in shipped("configs").glob(f"*{suffix}"))


def _sweeps() -> list[str]:
    return _configs("-sweep.yaml")


def _exercises() -> list[str]:
    return _configs(".exercise.yaml", ".exercise.yaml")


def _calibrations() -> list[str]:
    return _configs("calibration.yaml")


def _topics() -> list[str]:
    from sahelsim.base.catalogue import catalogue
    from sahelsim.theatre import load_theatre

    return ["day", *catalogue(), *load_theatre().parameters.ids]


def _outcomes() -> list[str]:
    from sahelsim.theatre import load_theatre

    return [outcome.id for outcome in load_theatre().outcomes]


def _plan() -> Any:
    """The first scenario named on the line so far, or None."""
    from click.shell_completion import split_arg_string

    from sahelsim.base.errors import SahelsimError
    from sahelsim.scenario import load_scenario

    # click leaves arguments unread while an option waits for its value; the line has them.
    for word in split_arg_string(os.environ.get("COMP_WORDS", ""))[2:]:
        if word in _scenarios() or word.endswith((".yaml", ".yml")):
            try:
                return load_scenario(word)
            except SahelsimError:
                continue
    return None


def _orders() -> list[str]:
    plan = _plan()
    return [] if plan is None else [order.id for order in plan.orders]


def _settable() -> list[str]:
    from sahelsim.theatre import load_theatre

    plan = _plan()
    keys = ["start=", "end=", "seed="]
    keys += [f"parameter.{id}=" for id in load_theatre().parameters.ids]
    for order in plan.orders if plan is not None else ():
        keys += [f"orders.{order.id}.{argument}=" for argument in order.arguments]
    return keys
