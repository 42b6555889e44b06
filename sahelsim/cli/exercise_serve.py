"""``sahelsim exercise serve`` and ``demo``: a class plays in its browsers."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.extra import needs_extra
from sahelsim.cli import ui
from sahelsim.cli.warm import compile_with_progress
from sahelsim.exercise.network import PORT

if TYPE_CHECKING:
    from sahelsim.exercise.web.opening import Opened
    from sahelsim.exercise.web.room import Hall


@contextmanager
def _extra() -> Iterator[None]:
    """Say what to install where a part of the extra is missing, before a class comes."""
    with needs_extra("FastAPI, Uvicorn, python-multipart and Segno", "web"):
        for name in ("fastapi", "uvicorn", "python_multipart", "segno"):
            importlib.import_module(name)
        yield


def _options(function: Any) -> Any:
    """The options of both commands."""
    for option in reversed((
        click.option("--host", default="0.0.0.0", show_default=True, metavar="ADDRESS",
                     help="Address to listen on; all by default."),
        click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True,
                     help="Port to listen on."),
        click.option("--language", type=ui.Choice(["fr", "en"]),
                     help="Language of pages until a visitor chooses; that of --lang, else the "
                          "exercise's own."),
    )):  # fmt: skip
        function = option(function)
    return function


@ui.examples(
    "sahelsim exercise serve --help",
)
@click.command()
@click.argument("names", metavar="FILE|GAME...", nargs=-1, required=True)
@click.option("--out", metavar="DIR|URL",
              help="Where a game is begun; the directory <id>-game by default.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Seed; the exercise's own.")
@click.option("--rehearsal/--no-rehearsal", default=True, show_default=True,
              help="Practise the first turn, where the exercise says so.")  # fmt: skip
@click.option("--proxy-trusted", default="", metavar="ADDRESS",
              help="Believe X-Forwarded-For of a proxy at this address.")  # fmt: skip
@_options
@ui.json_option
def serve(
    names: tuple[str, ...], out: str | None, seed: int | None, rehearsal: bool,
    proxy_trusted: str, host: str, port: int, language: Any, as_json: bool,
) -> None:  # fmt: skip
    """Let a class play FILE, or go on with GAME, in its browsers on this network.

    Everything needed to join is printed at the start. Ctrl-C ends the server and loses nothing:
    the same command goes on with the game. Several games may be served at once.
    """
    with _extra():
        from sahelsim.exercise.web.opening import open_hall
    from sahelsim.exercise.network import listen

    if out is not None and len(names) > 1:
        raise click.UsageError("--out goes with one exercise")
    # The socket comes first: a port that is taken should begin no game.
    listener = listen(host, port)
    try:
        compile_with_progress(silent=as_json)
        hall, opened = open_hall(names, out, seed, language or ui.asked_language(), rehearsal)
    except BaseException:
        listener.close()
        raise
    _run(hall, opened, listener, host, port, proxy_trusted, as_json=as_json)


@ui.examples("sahelsim exercise demo --help")
@click.command()
@click.option("--browser/--no-browser", default=True, show_default=True,
              help="Open the facilitator's page in this machine's browser.")  # fmt: skip
@_options
@ui.json_option
def demo(browser: bool, host: str, port: int, language: Any, as_json: bool) -> None:
    """Show a class in two minutes: a game with the model in every seat, nothing to set up.

    The game is kept in memory and gone at the end.
    """
    with _extra():
        from sahelsim.exercise.web.opening import open_demo
    from sahelsim.exercise.network import listen

    listener = listen(host, port)
    compile_with_progress(silent=as_json)
    ui.talk("playing a first turn…", quiet=as_json)
    hall, opened = open_demo(language=language or ui.asked_language())
    _run(hall, [opened], listener, host, port, "", browser=browser, as_json=as_json)


def _run(
    hall: Hall, opened: list[Opened], listener: Any, host: str, port: int, trusted: str,
    browser: bool = False, as_json: bool = False,
) -> None:  # fmt: skip
    from sahelsim.exercise.network import lan_address, public_url
    from sahelsim.exercise.store import place
    from sahelsim.exercise.web.serving import serve

    url = public_url(host, port)

    def ready() -> None:
        if as_json:
            ui.say_json("exercise.serve", url=url, games=[_told(item, url) for item in opened])
        else:
            for line in _welcome(opened, url, host == "0.0.0.0" and not lan_address()):
                ui.say(line)
        sys.stdout.flush()
        if browser:
            import webbrowser

            webbrowser.open(_white(url, opened[0]))

    serve(hall, listener, url, trusted=trusted, ready=ready)
    kept = " ".join(place(item.place) for item in opened if item.place)
    end = f"stopped; go on with: sahelsim exercise serve {kept}" if kept else "stopped"
    ui.talk(end, quiet=as_json)


def _white(url: str, opened: Opened) -> str:
    return f"{url}/white#key={opened.key}"


def _told(opened: Opened, url: str) -> dict[str, Any]:
    """A game as ``--json`` tells it; codes that are not known are None."""
    from sahelsim.exercise.store import place

    file, codes = opened.room.game.exercise.file, opened.room.codes
    return {
        "exercise": file.id, "game": place(opened.place) if opened.place else None,
        "turn": opened.room.game.state.turn.number, "facilitator": _white(url, opened),
        "codes": {team: codes.get(team) for team in file.teams},
    }  # fmt: skip


def _welcome(opened: list[Opened], url: str, alone: bool) -> list[str]:
    """What is said once, when the server answers."""
    from sahelsim.exercise.store import place

    lines = [f"Participants type   {ui.paint(url, 'head')}"]
    if alone:
        lines.append("This machine is on no network: only its own browsers reach that address.")
    for item in opened:
        file = item.room.game.exercise.file
        kept = f", in {place(item.place)}" if item.place else ", in memory"
        state = item.room.game.state
        lines += ["", f"{ui.paint(file.title.en, 'head')}: turn {state.turn.number} of "
                  f"{file.clock.turns}{kept}",
                  f"  facilitator   {_white(url, item)}"]  # fmt: skip
        wide = max(len(team) for team in file.teams)
        for team in file.teams:
            code = item.room.codes.get(team)
            said = f"{code[:4]} {code[4:]}" if code else "as before; a new one on the console"
            lines.append(f"  {team.ljust(wide)}   {said}")
    lines += ["", "The facilitator's link is shown only now: whoever has it leads the game.",
              "Ctrl-C stops the server; what was played is kept."]  # fmt: skip
    if not all(item.place for item in opened):
        lines[-1] = "Ctrl-C stops the server and forgets the game."
    return lines
