"""``sahelsim exercise``: write and check exercises, let them play, look after a game."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.formatting import plural
from sahelsim.cli import ui
from sahelsim.cli.exercise_papers import debrief, print_
from sahelsim.cli.exercise_serve import demo, serve
from sahelsim.cli.place import Place

if TYPE_CHECKING:
    from sahelsim.exercise.game import Game

PATH = click.Path(path_type=Path)
GAME = Place(path_type=Path)


@ui.examples("sahelsim exercise check pont-aerien-2023", "sahelsim exercise new my-class")
@click.group()
def exercise() -> None:
    """Write and check exercises, let them play, look after a game.

    A GAME is a directory, or postgresql://user@host/database#name where many lie in a database.
    """


exercise.add_command(debrief)
exercise.add_command(print_)


@ui.examples(
    "sahelsim exercise new my-class", "sahelsim exercise new drafts/week.exercise.yaml --json"
)
@exercise.command()
@click.argument("name", metavar="NAME", type=PATH)
@click.option("--scenario", default="documented-2023", show_default=True, metavar="SCENARIO",
              help="The world it is played in.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@ui.json_option
def new(name: Path, scenario: str, force: bool, as_json: bool) -> None:
    """Write a commented exercise to NAME.exercise.yaml."""
    from sahelsim.exercise.new import write_new

    ui.say_begun("exercise", write_new(name, scenario, force=force), as_json, scenario=scenario)


@ui.examples(
    "sahelsim exercise check pont-aerien-2023",
    "sahelsim exercise check pont-aerien-2023 --json",
)
@exercise.command()
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@ui.json_option
def check(names: tuple[str, ...], as_json: bool) -> None:
    """Check exercise files: every fault with its line, and what was probably meant."""
    from sahelsim.exercise.loading import load_exercise

    def look(name: str) -> tuple[dict[str, Any], str]:
        found = load_exercise(name)
        file = found.file
        sizes = {"teams": len(file.teams), "cards": len(file.cards), "injects": len(file.injects)}
        turns = f"{plural(file.clock.turns, 'turn')} of a {file.clock.turn}"
        many = ", ".join(f"{n} {key}" for key, n in sizes.items())
        facts = {"exercise": name, "turns": file.clock.turns, "turn": file.clock.turn, **sizes}
        return {**facts, "digest": found.digest}, f"{turns}, {many}, {found.digest[:12]}"

    ui.say_checked("exercise", names, look, as_json)


@ui.examples("sahelsim exercise schema", "sahelsim exercise schema --json")
@exercise.command()
@ui.json_option
def schema(as_json: bool) -> None:
    """Print the JSON Schema of exercise files, for completion in an editor."""
    from sahelsim.exercise.jsonschema import exercise_schema

    ui.say_schema("exercise", exercise_schema(), as_json)


@ui.examples(
    "sahelsim exercise bots pont-aerien-2023 --turns 1 --no-odds",
    "sahelsim exercise bots pont-aerien-2023 --turns 2 --no-odds --out my-game",
    "sahelsim exercise bots my-game --turns 1 --no-odds --json",
    "sahelsim exercise bots pont-aerien-2023 --games 2 --turns 1",
)
@exercise.command()
@click.argument("name", metavar="FILE|GAME", type=GAME)
@click.option("--turns", type=click.IntRange(1), help="Turns to play; to the end by default.")
@click.option("--out", type=GAME, help="Keep the game in this directory or database.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Seed; the exercise's own.")
@click.option("--odds/--no-odds", default=True, show_default=True,
              help="Run the futures of each turn and roll the dice.")  # fmt: skip
@click.option("--games", type=click.IntRange(1, 10_000),
              help="Play FILE so many times, and say how balanced it is.")  # fmt: skip
@click.option("--cards/--no-cards", default=True, show_default=True,
              help="With --games: fill the slots with random cards.")  # fmt: skip
@ui.json_option
def bots(
    name: Path | str, turns: int | None, out: Path | str | None, seed: int | None, odds: bool,
    games: int | None, cards: bool, as_json: bool,
) -> None:  # fmt: skip
    """Play FILE, or go on with a GAME, with the model's policies in every seat.

    With --games the teams also play random cards, and what is told is the balance of the exercise:
    scores, wins, correlations, cards that are never accepted, harm to civilians.
    """
    if games is not None:
        from sahelsim.cli.exercise_balance import tell_balance

        if out is not None:
            raise click.UsageError("--games keeps no game; leave --out away")
        tell_balance(name, games, turns=turns, seed=seed, cards=cards, as_json=as_json)
        return
    from sahelsim.exercise.bots import play_on
    from sahelsim.exercise.game import Game
    from sahelsim.exercise.store import is_game, place
    from sahelsim.exercise.words import course

    if is_game(name):
        if out is not None or seed is not None:
            raise click.UsageError("--out and --seed begin a game; this one has begun")
        game, keys = Game.open(name), None
    else:
        game, keys = Game.create(name, out, seed=seed, rehearsal=False)
    with closing(game):
        left = game.exercise.file.clock.turns - len(game.state.branch.played)
        wanted = min(left, turns or left)

        def watch(turn: Any) -> None:
            ui.talk(f"turn {turn.number} played", quiet=as_json)

        played = play_on(game, wanted, odds=odds, watch=watch)
        state = game.state
        if as_json:
            ui.say_json("exercise.bots", exercise=game.exercise.file.id, branch=state.current,
                        played=played, game=place(out) if out else None,
                        turns=[turn.result for turn in state.branch.played])  # fmt: skip
            return
        for line in course(game.exercise, state, ui.language()):
            ui.say(line)
        if out is not None and keys is not None:
            where = place(out)
            ui.talk(f"the game lies in {where}; next: sahelsim exercise status {where}")


@ui.examples("sahelsim exercise status my-game", "sahelsim exercise status my-game --json")
@exercise.command()
@click.argument("where", metavar="GAME", type=GAME)
@ui.json_option
def status(where: Path | str, as_json: bool) -> None:
    """Say where a GAME stands: turn, phase, seats, orders, harm to civilians."""
    from sahelsim.exercise.words import status as in_words

    with closing(_open(where)) as game:
        state = game.state
        if as_json:
            turn = state.turn
            ui.say_json(
                "exercise.status", exercise=game.exercise.file.id, branch=state.current,
                branches=list(state.branches), turn=turn.number, phase=turn.phase,
                seats={id: seat.team for id, seat in state.seats.items() if seat.present},
                orders=len(turn.orders), events=state.seq,
                shared=(state.branch.played[-1].result or {})["shared"]
                if state.branch.played else None,
            )  # fmt: skip
            return
        for line in in_words(game.exercise, state, ui.language()):
            ui.say(line)


@ui.examples(
    "sahelsim exercise inject my-game",
    "sahelsim exercise inject my-game gao_airport",
    'sahelsim exercise inject my-game --text "Heavy rain in the North." --to bamako',
)
@exercise.command()
@click.argument("where", metavar="GAME", type=GAME)
@click.argument("name", metavar="INJECT", required=False)
@click.option("--text", help="News freely written, without effect on the model.")
@click.option("--to", multiple=True, metavar="TEAM", help="Teams that read it; all by default.")
@ui.json_option
def inject(
    where: Path | str, name: str | None, text: str | None, to: tuple[str, ...], as_json: bool
) -> None:
    """Give an INJECT of the exercise, or free --text; without either, list the deck."""
    from sahelsim.exercise.conduct import deck

    if name is not None and text is not None:
        raise click.UsageError("give the name of an inject, or --text, not both")
    with closing(_open(where)) as game:
        if name is not None:
            game.inject(name)
        elif text is not None:
            game.announce({"en": text, "fr": text}, to)
        found = deck(game.engine, game.state)
        if as_json:
            ui.say_json("exercise.inject", given=name or text, deck=found)
        elif name is not None or text is not None:
            ui.say(f"given in turn {game.state.turn.number}")
        else:
            rows = [(id, why or "may be given now") for id, why in found.items()]
            ui.say(ui.table(rows, ("inject", "")))


@ui.examples("sahelsim exercise rewind my-game --turn 1 --name other-way")
@exercise.command()
@click.argument("where", metavar="GAME", type=GAME)
@click.option("--turn", type=click.IntRange(1), required=True, help="Go back to its start.")
@click.option("--name", default="", help="Name of the new branch; made up by default.")
@click.option("--note", default="", help="Why.")
@ui.json_option
def rewind(where: Path | str, turn: int, name: str, note: str, as_json: bool) -> None:
    """Go back to the start of a turn on a new branch; what was played is kept."""
    with closing(_open(where)) as game:
        made = game.rewind(turn, name, note)
        if as_json:
            ui.say_json("exercise.rewind", branch=made, turn=turn)
        else:
            ui.say(f"branch {made}, turn {turn}")


@ui.examples("sahelsim exercise branch my-game", "sahelsim exercise branch my-game main")
@exercise.command()
@click.argument("where", metavar="GAME", type=GAME)
@click.argument("name", metavar="BRANCH", required=False)
@ui.json_option
def branch(where: Path | str, name: str | None, as_json: bool) -> None:
    """List the branches of a GAME, or play on in BRANCH."""
    with closing(_open(where)) as game:
        if name is not None:
            game.go_to(name)
        state = game.state
        if as_json:
            ui.say_json("exercise.branch", current=state.current, branches=[
                {"name": b.name, "parent": b.parent, "since": b.since, "played": len(b.played),
                 "note": b.note} for b in state.branches.values()
            ])  # fmt: skip
            return
        rows = []
        for b in state.branches.values():
            result = (b.played[-1].result or {}) if b.played else {"shared": {}}
            deaths = result["shared"].get("civilian_deaths")
            mark = "*" if b.name == state.current else " "
            rows.append((f"{mark} {b.name}", b.parent, str(b.since), str(len(b.played)),
                         "" if deaths is None else f"{deaths:.0f}", b.note))  # fmt: skip
        head = ("  branch", "from", "turn", "played", "civilians killed", "note")
        ui.say(ui.table(rows, head))


@ui.examples("sahelsim exercise replay my-game", "sahelsim exercise replay my-game --json")
@exercise.command()
@click.argument("where", metavar="GAME|LOG", type=GAME)
@ui.json_option
def replay(where: Path | str, as_json: bool) -> None:
    """Play a GAME, or an exported log.jsonl, again: each turn must come out bit for bit."""
    from sahelsim.exercise.replay import read_log
    from sahelsim.exercise.replay import replay as play_again
    from sahelsim.exercise.words import course

    found, state, compared = play_again(read_log(where))
    if as_json:
        ui.say_json("exercise.replay", exercise=found.file.id, events=state.seq, turns=compared)
        return
    for line in course(found, state, ui.language()):
        ui.say(line)
    ui.talk(f"{plural(compared, 'turn')} played again, bit for bit the same")


@ui.examples("sahelsim exercise export my-game my-tables --format csv")
@exercise.command()
@click.argument("where", metavar="GAME", type=GAME)
@click.argument("out", metavar="DIR", type=PATH)
@click.option("--format", "formats", multiple=True, type=ui.Choice(["csv", "parquet", "json"]),
              help="Several may be given; all by default.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write over what is there.")
@ui.json_option
def export(
    where: Path | str, out: Path, formats: tuple[str, ...], force: bool, as_json: bool
) -> None:
    """Write the tables and the log of a GAME to DIR; people are their seat numbers."""
    from sahelsim.exercise.export import FORMATS
    from sahelsim.exercise.export import export as write

    with closing(_open(where)) as game:
        files = write(game.state, game.log.read(), out, formats or FORMATS, force=force)
    if as_json:
        ui.say_json("exercise.export", files=[str(file) for file in files])
        return
    for file in files:
        ui.say(str(file))


@ui.examples("sahelsim exercise erase-names my-game")
@exercise.command("erase-names")
@click.argument("where", metavar="GAME", type=GAME)
@ui.json_option
def erase_names(where: Path | str, as_json: bool) -> None:
    """Erase the names of all people from a GAME for good; the log has never held them."""
    with closing(_open(where)) as game:
        gone = game.erase_names()
    if as_json:
        ui.say_json("exercise.erase-names", erased=gone)
    else:
        ui.say(f"{plural(gone, 'name')} erased")


def _open(where: Path | str) -> Game:
    from sahelsim.exercise.game import Game

    return Game.open(where)


exercise.add_command(serve)
exercise.add_command(demo)
