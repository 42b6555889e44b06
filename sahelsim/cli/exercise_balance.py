"""``sahelsim exercise bots --games``: how balanced an exercise is, in tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sahelsim.base.errors import CheckFailed
from sahelsim.base.formatting import number, plural
from sahelsim.cli import ui
from sahelsim.cli.progress import Progress


def tell_balance(
    name: Path | str, games: int, *, turns: int | None, seed: int | None, cards: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Play an exercise several times and print its balance; after Ctrl-C that of the games played.

    Raises:
        UsageError: a game was given instead of an exercise.
        CheckFailed: SS8059, the exercise offers orders that cannot be right.
    """
    from sahelsim.exercise.balance import Played, balance, play_games
    from sahelsim.exercise.loading import load_exercise
    from sahelsim.exercise.store import is_game

    if is_game(name):
        raise click.UsageError("--games begins new games; give an exercise, not a game")
    exercise = load_exercise(name)
    played: list[Played] = []
    interrupted = False
    with Progress(games, exercise.file.id, quiet=as_json, unit="games") as progress:

        def watch(one: Played) -> None:
            played.append(one)
            progress(1)

        progress(0)
        try:
            play_games(exercise, games, seed=seed, cards=cards, turns=turns, watch=watch)
        except KeyboardInterrupt:
            interrupted = True
    if played:
        found = balance(exercise, played)
        if as_json:
            ui.say_json("exercise.balance", exercise=exercise.file.id, **found)
        else:
            _tell(found)
        if found["invalid"]:
            count = plural(len(found["invalid"]), "order")
            raise CheckFailed("SS8059", f"{count} cannot be right: {found['invalid'][0]}")
    if interrupted:
        raise KeyboardInterrupt


def _tell(found: dict[str, Any]) -> None:
    rows = [
        (team, number(row["mean"]), number(row["sd"]), f"{number(row['low'])} to "
         f"{number(row['high'])}", f"{row['wins']:.0%}")
        for team, row in found["teams"].items()
    ]  # fmt: skip
    ui.say(ui.table(rows, ("team", "mean score", "sd", "90 % of games", "wins")))
    if found["games"] > 1:
        teams = list(found["teams"])
        rows = [(a, *map(_signed, found["correlation"][a].values())) for a in teams]
        ui.say()
        ui.say(ui.table(rows, ("correlation", *teams)))
    cards = [(card, *(str(row[what]) for what in ("written", "refused", "overtaken")))
             for card, row in found["cards"].items() if any(row.values())]  # fmt: skip
    if cards:
        ui.say()
        ui.say(ui.table(cards, ("card", "written", "refused", "overtaken")))
    harm, seconds = found["civilian_deaths"], found["seconds"]
    ui.say()
    ui.say(f"Civilians killed in a game: {number(harm['median'])} "
           f"({number(harm['low'])} to {number(harm['high'])} in 90 % of games)")  # fmt: skip
    ui.say(f"Invalid orders: {len(found['invalid'])}")
    ui.say(f"Time of a game: {number(seconds['median'])} s, at most {number(seconds['most'])} s")
    for note in found["notes"]:
        ui.say(f"{ui.paint('note', 'warn')}  {note}")


def _signed(r: float | None) -> str:
    return "." if r is None else f"{r:+.2f}"
