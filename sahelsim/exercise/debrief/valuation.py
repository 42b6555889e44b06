"""What orders did: which of them are looked at, and the comparisons that were made, kept on disk.

A comparison depends on the exercise, the seed, the parameters, the model, the turns played, the
order and the number of pairs. All of these are in the name of its file, so a game that goes on,
or another model, never meets an old number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.engine import course_digest
from sahelsim.exercise.game import Game
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.state import Branch, Order
from sahelsim.exercise.whatif import OUTCOMES, SCORE, Sides, turn_of
from sahelsim.experiment.comparison import Comparison
from sahelsim.experiment.files import telling, write_bytes
from sahelsim.model.kernel import source_hash
from sahelsim.scenario.hashing import digest

FOLDER = "comparisons"  # in the game's directory
EFFECTS = ("tonnes_delivered", *OUTCOMES)
MOST_ORDERS = 5  # looked at where none are named
TRIAL = 4  # pairs in which an order must change something to be looked at unnamed


@dataclass(frozen=True)
class Valued:
    """An order with what it did.

    Attributes:
        order: The order.
        turn: Number of its turn.
        effects: Outcome or ``score.<team>`` -> the game as ordered less the game without it.
    """

    order: Order
    turn: int
    effects: dict[str, Comparison]


def effect(item: Comparison) -> Comparison:
    """What an order did: the same comparison seen from the game without it."""
    return replace(
        item, mean_a=item.mean_b, mean_b=item.mean_a, difference=-item.difference,
        low=-item.high, high=-item.low, probability_greater=1.0 - item.probability_greater,
    )  # fmt: skip


def carried_out(branch: Branch) -> list[tuple[int, Order]]:
    """Orders of the turns played that the model did not refuse, with their turns."""
    return [
        (turn.number, order)
        for turn in branch.played
        for order in turn.orders
        if not (turn.result or {})["refusals"].get(order.id)
    ]


def weight(exercise: Exercise, order: Order) -> float:
    """How much of its team's means an order took: the largest share of a budget line."""
    team = exercise.file.teams[order.team]
    later = exercise.file.clock.turns - 1
    shares = [0.0]
    for line, amount in order.cost.items():
        whole = team.budget[line] + later * team.income.get(line, 0.0)
        if whole > 0:
            shares.append(amount / whole)
    return max(shares)


def without_trace(
    game: Game, trial: int = TRIAL, watch: Callable[[int], None] | None = None
) -> list[str]:
    """Orders carried out whose absence changes nothing at all in ``trial`` pairs of futures.

    ``watch`` is called with the number of futures finished, ``2 * trial`` for each order in all.
    """
    given: Sides = {}
    wanted = _wanted(game.exercise)
    found = []
    for _, order in carried_out(game.state.branch):
        items = game.without(order.id, trial, wanted, given=given, watch=watch)
        if all(item.difference == 0.0 and item.low == item.high for item in items):
            found.append(order.id)
    return found


def choose(
    exercise: Exercise, branch: Branch, traceless: Sequence[str] = (), most: int = MOST_ORDERS
) -> list[str]:
    """The orders that are looked at where none are named: of each team the most costly one.

    Of equals the earlier one. Where there are more teams than ``most``, those whose order took the
    largest share of their means; where there are fewer, the next orders by that share. Orders of
    ``traceless`` are left out.
    """
    there = [order for _, order in carried_out(branch) if order.id not in traceless]
    first: list[Order] = []
    later: list[Order] = []
    for order in sorted(there, key=lambda order: -weight(exercise, order)):
        seen = any(order.team == other.team for other in first)
        (later if seen else first).append(order)
    rank = {order.id: n for n, order in enumerate(there)}
    chosen = [order.id for order in [*first, *later][:most]]
    return sorted(chosen, key=lambda id: rank[id])


def check_orders(branch: Branch, orders: Sequence[str]) -> None:
    """Check that all of them stood in a turn that was played.

    Raises:
        InputError: SS8080, one did not.
    """
    known = [order.id for turn in branch.played for order in turn.orders]
    for order in orders:
        if order not in known:
            raise InputError(
                "SS8080", f"no order '{order[:40]}' was carried out in branch '{branch.name}'",
                hint=did_you_mean(order, known) or (f"there are {', '.join(known)}" if known
                                                    else "no team wrote an order"),
            )  # fmt: skip


def valuations(
    game: Game, orders: Sequence[str], pairs: int, folder: Path | None,
    watch: Callable[[int], None] | None = None,
) -> list[Valued]:  # fmt: skip
    """Compare the present branch with the same without each of ``orders``.

    Args:
        game: The game.
        orders: Ids of orders, each looked at by itself.
        pairs: Futures on each side.
        folder: The game's directory, where finished comparisons are kept; None keeps none.
        watch: Called with the number of futures finished, ``2 * pairs`` for each order in all.

    Raises:
        InputError: as :func:`~sahelsim.exercise.whatif.without_order`.
        EnvironmentFault: SS6010, a comparison cannot be kept.
    """
    branch = game.state.branch
    given: Sides = {}
    wanted = _wanted(game.exercise)
    found = []
    for id in orders:
        number = turn_of(branch, id)
        order = next(o for o in branch.played[number - 1].orders if o.id == id)
        path = None if folder is None else folder / FOLDER / _name(game, branch, id, pairs, wanted)
        items = _kept(path)
        if items is None:
            items = game.without(id, pairs, wanted, given=given, watch=watch)
            _keep(path, items)
        elif watch is not None:
            watch(2 * pairs)
        found.append(Valued(order, number, {item.outcome: effect(item) for item in items}))
    return found


def _wanted(exercise: Exercise) -> tuple[str, ...]:
    return (*EFFECTS, *(SCORE + team for team in exercise.file.teams))


def _name(game: Game, branch: Branch, order: str, pairs: int, wanted: Sequence[str]) -> str:
    created = game.state.created
    what = [
        created["digest"], created["seed"], created["replicate"], created["parameters"],
        source_hash(), course_digest(branch.played), order, pairs, list(wanted),
    ]  # fmt: skip
    return f"{order}-{digest(what)[:16]}.json"


def _kept(path: Path | None) -> list[Comparison] | None:
    """A comparison made earlier; None where there is none that can be read."""
    if path is None or not path.is_file():
        return None
    try:
        return [Comparison(**raw) for raw in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, TypeError):
        return None


def _keep(path: Path | None, items: list[Comparison]) -> None:
    if path is None:
        return
    with telling(path.parent):
        path.parent.mkdir(exist_ok=True)
    write_bytes(path, json.dumps([asdict(item) for item in items], indent=1).encode())
