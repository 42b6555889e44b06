"""``sahelsim exercise debrief`` and ``print``: the pages of a class that need no server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.errors import UsageError
from sahelsim.cli import ui
from sahelsim.cli.place import Place

if TYPE_CHECKING:
    from sahelsim.exercise.debrief.material import Material
    from sahelsim.exercise.loading import Exercise
    from sahelsim.exercise.phrases import Language

PATH = click.Path(path_type=Path)
language_option = click.option(
    "--language", type=ui.Choice(["fr", "en", "both"]),
    help="Language of the page; that of --lang, else the exercise's first one by default.",
)  # fmt: skip


def languages(exercise: Exercise, asked: str | None) -> tuple[Language, ...]:
    """The languages of a page, the one that comes first first."""
    own = exercise.file.languages
    if asked == "both":
        other: Language = "en" if own[0] == "fr" else "fr"
        return own[0], other
    if asked is None:
        return (ui.asked_language() or own[0],)
    return ("fr",) if asked == "fr" else ("en",)


@ui.examples(
    "sahelsim exercise debrief my-game --pairs 2",
    "sahelsim exercise debrief my-game --language both --pairs 2 --out debrief.html",
    "sahelsim exercise debrief my-game --pairs 2 --json",
)
@click.command()
@click.argument("where", metavar="GAME", type=Place(path_type=Path))
@click.option("--out", type=PATH, metavar="FILE",
              help="GAME/debrief.html by default; for a game in a database ID-debrief.html.",
              )  # fmt: skip
@language_option
@click.option("--pairs", type=click.IntRange(2, 10_000), default=200, show_default=True,
              help="Futures on each side of a comparison.")  # fmt: skip
@click.option("--orders", metavar="ID,...", help="Orders to leave out, one by one; 'none' for "
              "none. By default the most costly of each team that changed anything.")  # fmt: skip
@ui.json_option
def debrief(
    where: Path | str, out: Path | None, language: str | None, pairs: int, orders: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Write what became of a GAME to one page: course, luck, what orders did, harm."""
    from sahelsim.cli.main import INTERRUPTED
    from sahelsim.cli.progress import Progress
    from sahelsim.exercise.debrief.material import gather, work
    from sahelsim.exercise.debrief.page import render
    from sahelsim.exercise.game import Game
    from sahelsim.exercise.store import place
    from sahelsim.report.document import write_page

    # Comparisons are kept beside the game; a database has no room for them.
    folder = where if isinstance(where, Path) else None
    game = Game.open(where)
    try:
        file = game.exercise.file
        path = out or (folder / "debrief.html" if folder else Path(f"{file.id}-debrief.html"))
        wanted = None if orders is None else _ids(orders)
        total = work(game, wanted, pairs)
        with Progress(max(1, total), file.id, quiet=as_json, unit="futures") as progress:
            progress(0)
            material = gather(game, wanted, pairs, folder, progress)
    except KeyboardInterrupt:
        kept = "; comparisons that are finished are kept. The same command goes on"
        ui.talk(f"interrupted{kept if folder else ''}")
        return INTERRUPTED
    finally:
        game.close()
    write_page(render(material, languages(material.exercise, language), place(where)), path)
    if as_json:
        ui.say_json("exercise.debrief", **_summary(material, path))
    else:
        ui.say(f"debrief: {path}")
        for line in _lines(material):
            ui.say(line)
    return 0


def _ids(orders: str) -> list[str]:
    """The orders named, each once, in that order."""
    named = [word for word in orders.replace(",", " ").split() if word != "none"]
    return list(dict.fromkeys(named))


def _lines(material: Material) -> list[str]:
    """The page in a few lines, harm to civilians first among them."""
    from sahelsim.exercise.debrief.harm import together
    from sahelsim.exercise.debrief.section import harm_line
    from sahelsim.exercise.debrief.showing import verdict
    from sahelsim.exercise.voice import Voice

    voice = Voice(ui.language())
    lines = [f"{voice('debrief.harm_label')} {harm_line(voice, together(material.harm))}"]
    for item in material.valued:
        found = item.effects["civilian_deaths"]
        own = item.effects[f"score.{item.order.team}"]
        lines.append(
            f"{item.order.id} {item.order.team} {item.order.card}{voice('voice.colon')} "
            f"{voice('debrief.value.own')} {voice.signed(own.difference)} "
            f"({verdict(voice, own)}){voice('voice.then')}{voice.outcome('civilian_deaths')} "
            f"{voice.signed(found.difference)} ({verdict(voice, found)})"
        )
    return lines


def _summary(material: Material, path: Path) -> dict[str, Any]:
    from sahelsim.base.formatting import finite

    return {
        "page": str(path),
        "exercise": material.exercise.file.id,
        "branch": material.branch.name,
        "turns": len(material.turns),
        "pairs": material.pairs,
        "harm": [
            {"turn": one.turn, "killed": one.killed, "places": one.places,
             "displaced": one.displaced} for one in material.harm
        ],
        "scores": (material.turns[-1].result or {})["scores"],
        "luck": [
            {"turn": one.turn, "roll": one.roll, "without_orders": finite(one.policies),
             "shift": finite(one.skill), "luck": finite(one.luck),
             "happened": finite(one.happened)} for one in material.splits
        ],
        "orders": [
            {"order": item.order.id, "team": item.order.team, "turn": item.turn,
             "card": item.order.card,
             "effects": {
                 id: {"difference": found.difference, "low": found.low, "high": found.high,
                      "told_from_zero": found.told_from_zero}
                 for id, found in item.effects.items()
             }} for item in material.valued
        ],
        "traceless": material.traceless,
    }  # fmt: skip


@ui.examples(
    "sahelsim exercise print pont-aerien-2023 --out papers",
    "sahelsim exercise print my-game --only seat-slips --codes --out slips",
)
@click.command("print")
@click.argument("name", metavar="FILE|GAME")
@click.option("--out", type=PATH, metavar="DIR", help="Directory; <exercise id>-papers by default.")
@language_option
@click.option("--paper", "size", type=ui.Choice(["a4", "letter"]), default="a4", show_default=True,
              help="Size of the sheets.")  # fmt: skip
@click.option("--only", multiple=True, type=ui.Choice([
    "briefs", "order-cards", "inject-cards", "turn-sheets", "map", "forecast-sheet", "score-sheet",
    "badges", "facilitator", "seat-slips",
]), help="A paper that is wanted; several may be given. All by default.")  # fmt: skip
@click.option("--codes", is_flag=True,
              help="Make new join codes for a GAME, and seat slips with them. The old codes open "
              "nothing any more; seats that are taken stay.")  # fmt: skip
@click.option("--address", default="", metavar="URL",
              help="Address of the join page, for the QR codes of the slips.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write over what is there.")
@ui.json_option
def print_(
    name: str, out: Path | None, language: str | None, size: Any, only: tuple[str, ...],
    codes: bool, address: str, force: bool, as_json: bool,
) -> None:  # fmt: skip
    """Write the papers of a class: briefs, cards, sheets, map, script, seat slips.

    Each paper is an HTML file; open it in a browser and print it.
    """
    from sahelsim.exercise.engine import Engine
    from sahelsim.exercise.game import Game
    from sahelsim.exercise.loading import load_exercise
    from sahelsim.exercise.papers.kit import check_folder, start_places, write_papers
    from sahelsim.exercise.store import is_game

    game = Game.open(name) if is_game(name) else None
    if "seat-slips" in only and not codes:
        raise click.UsageError("seat slips need --codes: a game keeps no code that was shown")
    if codes and game is None:
        raise UsageError("SS8083", "--codes needs a game: an exercise file has no seats",
                         hint="give the directory of a game")  # fmt: skip
    try:
        exercise = game.exercise if game else load_exercise(name)
        path = out or Path(f"{exercise.file.id}-papers")
        check_folder(path, force=force)
        if codes:
            _needs_segno()
        engine = game.engine if game else Engine(exercise, exercise.file.seed)
        fresh = {team: game.new_code(team) for team in exercise.file.teams} \
            if game and codes else None  # fmt: skip
        files = write_papers(
            exercise, languages(exercise, language), start_places(engine), path, size, fresh,
            address, only=only, force=force,
        )  # fmt: skip
    finally:
        if game:
            game.close()
    if fresh:
        ui.talk("the codes are new; those shown or printed before open nothing any more",
                quiet=as_json)  # fmt: skip
    if as_json:
        ui.say_json("exercise.print", files=[str(file) for file in files], codes=fresh)
        return
    for file in files:
        ui.say(str(file))


def _needs_segno() -> None:
    """Refuse before any code is made where no QR code can be drawn.

    Raises:
        MissingExtra: SS7200.
    """
    from sahelsim.base.extra import needs_extra

    with needs_extra("segno", "web"):
        import segno  # noqa: F401
