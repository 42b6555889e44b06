"""Everything a debrief tells, before it is put into words: one game, one branch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.exercise.debrief import chance, harm, valuation
from sahelsim.exercise.game import Game
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.picture import situation
from sahelsim.exercise.state import Branch, State, Turn
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS, FIRST_GROUP, GROUPS
from sahelsim.theatre.records import Event

TRUTH = ""  # in the place of a team: how it was
MOST_MAPS = 60  # in one language; with more turns every second or third is drawn


@dataclass(frozen=True)
class Frame:
    """The map at one moment.

    Attributes:
        turn: Number of the turn that had ended; 0 before the first.
        day: First day after it.
        views: :data:`TRUTH` or a team -> places as ``picture.situation`` gives them.
        changed: Places that changed hands, or came under or out of siege, since the last frame.
    """

    turn: int
    day: date
    views: dict[str, list[dict[str, Any]]]
    changed: frozenset[str]


@dataclass(frozen=True)
class Material:
    """What sections are made of; equal games give equal material.

    Attributes:
        exercise: The exercise.
        state: The game.
        last_hash: Hash of its last event, which seals all before it.
        start: Outcomes before the first turn, by id.
        frames: The course on the map.
        harm: Civilians, turn by turn.
        splits: Luck and skill, of the turns whose odds were shown.
        valued: Orders with what they did.
        pairs: Futures on each side of those comparisons.
        named: Whether the orders were asked for by name, rather than chosen.
        traceless: Orders that changed nothing in a few trial pairs, where that was looked at.
    """

    exercise: Exercise
    state: State
    last_hash: str
    start: dict[str, float]
    frames: list[Frame]
    harm: list[harm.Harm]
    splits: list[chance.Split]
    valued: list[valuation.Valued]
    pairs: int
    named: bool
    traceless: list[str]

    @property
    def branch(self) -> Branch:
        """The branch that is told."""
        return self.state.branch

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Its turns that were played."""
        return self.branch.played

    @property
    def teams(self) -> list[str]:
        """Teams that had people in some turn; all teams where none had."""
        return teams_with_people(self.exercise, self.branch)

    def days(self, turn: int) -> tuple[date, date]:
        """First and last day of a turn."""
        length = self.exercise.file.clock.days
        first = self.exercise.plan.start + timedelta(days=(turn - 1) * length)
        return first, first + timedelta(days=length - 1)

    def history(self) -> list[Event]:
        """Documented events of the days that were played, in order."""
        first, last = self.days(1)[0], self.days(len(self.turns))[1]
        return [event for event in load_theatre().events if first <= event.date <= last]


def teams_with_people(exercise: Exercise, branch: Branch) -> list[str]:
    """Teams that had people in some turn played, as the file lists them; all where none had."""
    seen = {team for turn in branch.played for team in (*turn.manned, *turn.late)}
    return [team for team in exercise.file.teams if not seen or team in seen]


def work(game: Game, orders: Sequence[str] | None, pairs: int) -> int:
    """Futures that :func:`gather` runs at most, for a progress bar."""
    branch = game.state.branch
    there = len(valuation.carried_out(branch))
    compared = min(there, valuation.MOST_ORDERS) if orders is None else len(orders)
    trial = 2 * valuation.TRIAL * there if orders is None else 0
    return chance.futures_wanted(branch) + trial + 2 * pairs * compared


def gather(
    game: Game, orders: Sequence[str] | None, pairs: int, folder: Path | None = None,
    watch: Callable[[int], None] | None = None,
) -> Material:  # fmt: skip
    """Work out a debrief of the branch that is being played.

    Args:
        game: The game.
        orders: Orders to compare the game without; those of
            :func:`~sahelsim.exercise.debrief.valuation.choose` by default.
        pairs: Futures on each side of a comparison.
        folder: The game's directory, where finished comparisons are kept.
        watch: Called with the number of futures finished, at most :func:`work` in all.

    Raises:
        InputError: SS8082, no turn was played yet; SS8080 and SS8041, an order or ``pairs``.
    """
    state = game.state
    branch = state.branch
    if not branch.played:
        raise InputError("SS8082", f"no turn of branch '{branch.name}' was played yet",
                         hint="a debrief tells turns that have a result")  # fmt: skip
    traceless: list[str] = []
    named = orders is not None
    if orders is None:
        traceless = valuation.without_trace(game, watch=watch)
        orders = valuation.choose(game.exercise, branch, traceless)
        there = min(len(valuation.carried_out(branch)), valuation.MOST_ORDERS)
        if watch is not None:
            watch(2 * pairs * (there - len(orders)))
    valuation.check_orders(branch, orders)
    split = chance.splits(game.engine, branch, watch)
    valued = valuation.valuations(game, orders, pairs, folder, watch)
    start = game.engine.moment(game.engine.world(()), 0).outcomes
    return Material(
        game.exercise, state, game.log.read(state.seq - 1)[-1].hash, start, _frames(game, branch),
        harm.by_turn(game.engine, branch), split, valued,
        pairs, named, traceless,
    )  # fmt: skip


def _frames(game: Game, branch: Branch) -> list[Frame]:
    played = len(branch.played)
    frames = max(2, MOST_MAPS // (1 + len(teams_with_people(game.exercise, branch))))
    step = -(-played // (frames - 1))
    numbers = sorted({*range(0, played, step), played})
    start, days = game.exercise.plan.start, game.engine.days
    found: list[Frame] = []
    before: dict[str, tuple[str, bool]] = {}
    for n in numbers:
        views = _views(game, branch.played[:n])
        now = {row["place"]: (row["holder"], row["besieged"]) for row in views[TRUTH]}
        changed = frozenset(id for id, what in now.items() if before and before[id] != what)
        found.append(Frame(n, start + timedelta(days=n * days), views, changed))
        before = now
    return found


def _views(game: Game, turns: tuple[Turn, ...]) -> dict[str, list[dict[str, Any]]]:
    """The places as they were, and as each team believed them."""
    everybody = tuple(ACTORS[: FIRST_GROUP + len(GROUPS)])
    views = {TRUTH: situation(game.engine, turns, everybody)["places"]}
    for team, rules in game.exercise.file.teams.items():
        views[team] = situation(game.engine, turns, rules.actors)["places"]
    return views
