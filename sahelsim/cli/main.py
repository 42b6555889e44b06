"""The ``sahelsim`` command: finds the subcommand, and turns every error into a message.

Commands are loaded when they are called for, so that ``sahelsim --help`` loads nothing heavy.
Exit codes: 0 ok, 1 internal fault, 2 usage, 3 invalid input, 4 a check failed, 5 an extra is
missing, 6 environment, 7 not reproducible, 130 interrupted.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

import click

from sahelsim.base.errors import EnvironmentFault, SahelsimError, UsageError
from sahelsim.base.suggest import nearest
from sahelsim.cli import ui

INTERRUPTED = 130
SELDOM = (200_000, 50, 50)  # of gc: loading what a command needs makes millions of lasting objects
THEATRE = "SAHELSIM_THEATRE"  # as sahelsim.theatre.load has it, which help must not load
COMPLETING = "_SAHELSIM_COMPLETE"  # set by a shell that asks for completions


class Entry(NamedTuple):
    """Where a command lives, and the line that help shows without loading it."""

    module: str
    attribute: str
    summary: str


COMMANDS = {
    "run": Entry("sahelsim.cli.run", "run", "Simulate a scenario many times and report it."),
    "compare": Entry(
        "sahelsim.cli.compare", "compare", "Compare scenarios pair by pair, with intervals."
    ),
    "whatif": Entry(
        "sahelsim.cli.compare", "whatif", "Compare a scenario with and without orders."
    ),
    "sweep": Entry("sahelsim.cli.sweep", "sweep", "Run many policies in many futures."),
    "analyse": Entry(
        "sahelsim.cli.analyse", "analyse", "Tell what drives an outcome, where it tips, what holds."
    ),
    "plan": Entry("sahelsim.cli.plan", "plan", "Work out capacities without simulating."),
    "forecast": Entry("sahelsim.cli.forecast", "forecast", "Forecast monthly deaths by country."),
    "score": Entry("sahelsim.cli.score", "score", "Score a forecast beside benchmarks."),
    "calibrate": Entry(
        "sahelsim.cli.calibrate", "calibrate", "Fit the model's violence to observed months."
    ),
    "report": Entry("sahelsim.cli.report", "report", "Write the report of a result again."),
    "rerun": Entry("sahelsim.cli.provenance", "rerun", "Repeat a result and compare every bit."),
    "cite": Entry("sahelsim.cli.provenance", "cite", "Tell how to cite sahelsim, or a result."),
    "facts": Entry("sahelsim.cli.facts", "facts", "Show the documented world with its sources."),
    "scenario": Entry(
        "sahelsim.cli.scenario", "scenario", "List, show, check and compare scenarios."
    ),
    "theatre": Entry("sahelsim.cli.theatre", "theatre", "Begin and check another theatre."),
    "exercise": Entry(
        "sahelsim.cli.exercise", "exercise", "Write and check exercises, let them play."
    ),
    "data": Entry("sahelsim.cli.data", "data", "Import conflict events; show what is known."),
    "validate": Entry(
        "sahelsim.cli.validate", "validate", "Compare the model's violence with observed conflict."
    ),
    "migrate": Entry(
        "sahelsim.cli.migrate", "migrate", "Bring files of earlier versions to the present format."
    ),
    "explain": Entry("sahelsim.cli.explain", "explain", "Explain a message, parameter or the day."),
    "doctor": Entry("sahelsim.cli.doctor", "doctor", "Look whether this machine is fit."),
    "config": Entry("sahelsim.cli.config", "config", "Show the defaults that files set."),
    "completion": Entry(
        "sahelsim.cli.completion", "completion", "Print what lets your shell complete names."
    ),
    "bench": Entry("sahelsim.cli.bench", "bench", "Measure how fast this machine simulates."),
    "warm": Entry("sahelsim.cli.warm", "warm", "Compile the model now, not at the first run."),
}


class ReaderLeft(Exception):
    """Whoever read stdout (head, less) has gone; click would make an exit code 1 of its OSError."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Parse the words of the group itself; its help is printed here."""
        try:
            return super().make_context(*args, **more)
        except BrokenPipeError as fault:
            raise ReaderLeft from fault

    def invoke(self, ctx: click.Context) -> Any:
        """Parse the words of a command and run it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as fault:
            raise ReaderLeft from fault

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands that this installation has, in the order of the table."""
        return [name for name, entry in COMMANDS.items() if find_spec(entry.module)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        entry = COMMANDS.get(name)
        if entry is None or find_spec(entry.module) is None:
            return None
        command: click.Command = getattr(importlib.import_module(entry.module), entry.attribute)
        if COMPLETING in os.environ:
            from sahelsim.cli.completion import attach

            attach(command, (name,))
        if ctx.default_map and name in ctx.default_map:
            _use_defaults(command, name, ctx.default_map[name])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list from the table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in self.list_commands(ctx)])


def _use_defaults(command: click.Command, name: str, table: Any) -> None:
    """See that the defaults of a file fit a command, and say that they are used."""
    from sahelsim.cli.config import check, layers

    file = next((str(layer.path) for layer in layers() if name in layer.table), "")
    check(command, table, name, file)
    ui.talk(f"defaults from {file} (see: sahelsim config)")


def _default_map() -> dict[str, Any]:
    """Defaults from files; none, and nothing loaded, where there is no such file."""
    from pathlib import Path

    try:
        here = Path.cwd()
    except OSError:  # the folder was removed
        return {}
    own = Path(click.get_app_dir("sahelsim")) / "sahelsim.toml"
    near = any(
        (folder / file).is_file()
        for folder in (here, *here.parents)
        for file in ("sahelsim.toml", "pyproject.toml")
    )
    if not near and not own.is_file():
        return {}
    from sahelsim.cli.config import defaults

    return defaults()


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from sahelsim import __version__

        ui.say(f"sahelsim {__version__}")
        ctx.exit()


@ui.examples(
    "sahelsim scenario list",
    "sahelsim scenario show no-airlift",
    "sahelsim explain SS2103",
)
@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Print the version and leave.",
)
@click.option(
    "--color",
    type=ui.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour messages; auto obeys NO_COLOR and FORCE_COLOR.",
)
@click.option(
    "--theatre",
    metavar="FOLDER",
    help="Another theatre than the documented Sahel; SAHELSIM_THEATRE says the same.",
)
@click.option(
    "--lang",
    type=ui.Choice(ui.LANGUAGES),
    help="Language of an exercise's words and of outcomes' labels; the system's by default.",
)
@click.option("--verbose", "-v", is_flag=True, help="Say more of what happens on stderr.")
def cli(color: str, theatre: str | None, lang: Any, verbose: bool) -> None:
    """Simulate airlift, sieges and alliances in the central Sahel, from documented events."""
    ui.set_colour(color)
    ui.set_verbose(verbose)
    ui.set_language(lang)
    if theatre is not None:
        os.environ[THEATRE] = os.path.abspath(theatre)  # processes of this one see it too
    if verbose:
        _tell_surroundings()


def _tell_surroundings() -> None:
    import platform

    from sahelsim import __version__

    python = f"Python {platform.python_version()} ({sys.executable})"
    ui.detail(f"sahelsim {__version__}, {python}, {platform.platform(terse=True)}")
    ui.detail(f"theatre: {os.environ.get(THEATRE) or 'the documented Sahel'}")


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises but under SAHELSIM_DEBUG."""
    words = list(sys.argv[1:] if args is None else args)
    as_json = "--json" in words or "--jsonl" in words
    debug = bool(os.environ.get("SAHELSIM_DEBUG"))
    gc.set_threshold(*SELDOM)
    ui.set_colour("auto")
    ui.set_lines("--jsonl" in words)
    began = time.monotonic()
    try:
        result = cli.main(
            args=words, prog_name="sahelsim", standalone_mode=False,
            default_map=_default_map(), auto_envvar_prefix="SAHELSIM",
        )  # fmt: skip
        sys.stdout.flush()
        ui.detail(f"done after {time.monotonic() - began:.2f} s")
        return result if isinstance(result, int) else 0
    except (click.exceptions.Abort, KeyboardInterrupt):
        ui.talk("interrupted")
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as fault:
        ui.talk(fault.ctx.get_help() if fault.ctx else "")
        return UsageError.exit_code
    except click.ClickException as fault:
        return _report(_as_usage(fault), as_json)
    except SahelsimError as error:
        if debug:
            raise
        return _report(error, as_json)
    except (ReaderLeft, BrokenPipeError):
        _drop_stdout()
        return 0
    except Exception as fault:
        if debug:
            raise
        return _report(_refusal(fault) or _internal(fault, words), as_json)


def _drop_stdout() -> None:
    """Send what is left for stdout nowhere, so that Python's shutdown stays quiet too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: SahelsimError, as_json: bool) -> int:
    """Print an error as asked for and return its exit code."""
    try:
        if as_json:
            ui.say_document({"ok": False, "error": error.as_dict()})
        sys.stdout.flush()
    except OSError:  # a full disk behind it, or a reader that has left
        _drop_stdout()
        as_json = False
    if as_json:
        return error.exit_code
    for line in error.render().splitlines():
        role = "error" if f"error {error.code}" in line else "tip" if "  tip: " in line else None
        ui.talk(ui.paint(line, role, sys.stderr) if role else line)
    return error.exit_code


def _as_usage(fault: click.ClickException) -> UsageError:
    """Put a complaint of click into our words: code, message, nearest name, usage."""
    ctx = getattr(fault, "ctx", None)
    path = ctx.command_path if ctx else "sahelsim"
    more = f"{path} --help"
    if isinstance(fault, click.NoSuchOption):
        options = [name for param in (ctx.command.params if ctx else []) for name in param.opts]
        options.append("--help")
        near = nearest(fault.option_name, options)
        if ctx and ctx.parent and fault.option_name in _words(ctx.find_root()):
            more = f"it goes before the command: sahelsim {fault.option_name} ..."
            return UsageError(
                "SS1002", f"no such option '{fault.option_name}'", where=path, hint=more
            )
        hint = f"did you mean '{near[0]}'?" if near else f"see: {more}"
        return UsageError("SS1002", f"no such option '{fault.option_name}'", where=path, hint=hint)
    message = fault.format_message()
    if isinstance(fault, click.MissingParameter):
        return UsageError("SS1004", _lower(message).rstrip("."), where=path, hint=f"see: {more}")
    if isinstance(fault, click.BadParameter):
        message, _, meant = message.partition(" Did you mean ")
        hint = f"did you mean {meant}" if meant else f"see: {more}"
        return UsageError("SS1003", _lower(message).rstrip("."), where=path, hint=hint)
    if ctx and isinstance(ctx.command, click.Group) and message.startswith("No such command"):
        wanted = message.split("'")[1]
        near = nearest(wanted, ctx.command.list_commands(ctx))
        hint = f"did you mean '{near[0]}'?" if near else f"see: {more}"
        return UsageError("SS1001", f"no such command '{wanted}'", where=path, hint=hint)
    return UsageError("SS1004", _lower(message).rstrip("."), where=path, hint=f"see: {more}")


def _words(ctx: click.Context) -> list[str]:
    """The options of a command, as they are typed."""
    return [name for param in ctx.command.params for name in param.opts if name.startswith("-")]


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _refusal(fault: Exception) -> SahelsimError | None:
    """Return the error that says what the machine refused, or None if it is no matter of that.

    Commands tell such faults themselves where they can say more; this is for the rest.
    """
    import errno

    if isinstance(fault, MemoryError):
        hint = "fewer replicates or workers at once need less"
        return EnvironmentFault("SS6013", "the memory is exhausted", hint=hint)
    cures = {
        errno.ENOSPC: "free some space and run the same command again",
        errno.EDQUOT: "free some space and run the same command again",
        errno.EACCES: "look at the permissions, or choose another place",
        errno.EPERM: "look at the permissions, or choose another place",
        errno.EROFS: "choose a place that can be written",
        errno.EIO: "look at the disk",
        errno.ENAMETOOLONG: "choose a shorter name",
        errno.EISDIR: "a folder lies where a file should be",
        errno.ENOTDIR: "a file lies where a folder should be",
        errno.EMFILE: "raise the limit of open files (ulimit -n), or use fewer workers",
        errno.ENFILE: "close other programs",
    }
    if not isinstance(fault, OSError) or fault.errno not in cures:
        return None
    where = f": {fault.filename}" if fault.filename is not None else ""
    why = (fault.strerror or "refused").lower()
    return EnvironmentFault("SS6013", f"{why}{where}", hint=cures[fault.errno])


def _internal(fault: Exception, words: Sequence[str]) -> SahelsimError:
    """Write a crash report beside other temporary files and return the error that names it."""
    import platform
    import tempfile
    import traceback

    from sahelsim import __version__

    text = "".join(traceback.format_exception(fault))
    head = f"sahelsim {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    report = "nowhere: the temporary folder cannot be written"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="sahelsim-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as stream:
            stream.write(f"{head}sahelsim {' '.join(words)}\n\n{text}")
            report = stream.name
    except OSError:
        pass
    message = f"internal fault, {type(fault).__name__}: {fault}".split("\n")[0]
    return SahelsimError("SS6900", message, hint=f"the crash report lies at {report}")


if __name__ == "__main__":
    sys.exit(main())
