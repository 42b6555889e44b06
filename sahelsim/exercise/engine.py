"""The model behind a game: from turns that were played to the world they led to, and onwards.

A world is a function of the exercise, the seed and the turns before it: their injects, orders,
manned teams and futures. So it is never stored: the engine plays the turns again where it has to,
and keeps the latest worlds in memory to spare the work.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sahelsim.exercise.circuits import with_circuits
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.measure import Moment
from sahelsim.exercise.schema import Card
from sahelsim.exercise.state import Order, Turn
from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.model.encoding import Order as Deed
from sahelsim.model.giving import give_order
from sahelsim.model.health import check_health
from sahelsim.model.posterior import choose_posterior
from sahelsim.model.world import (
    FACILITATOR,
    FROZEN,
    TEAM,
    World,
    copy_world,
)
from sahelsim.scenario.hashing import digest
from sahelsim.theatre.actors import actor_code

KEPT = 12  # worlds kept in memory; some megabytes each
MAPS = 100  # maps kept in memory; some ten kilobytes each


@dataclass(frozen=True)
class Opening:
    """A turn that is ready to run: its injects and orders are given.

    Attributes:
        world: The world in the morning of its first day.
        refusals: Order or inject id -> why the model refused it ('' if it did not).
        before: Outcomes as the turn began.
    """

    world: World
    refusals: dict[str, str]
    before: dict[str, float]


class Engine:
    """Plays turns of one exercise; safe to use from several threads.

    Args:
        exercise: The exercise.
        seed: Seed of the draws.
        replicate: Future that is played where no dice are rolled.
        parameters: As :class:`~sahelsim.model.SahelModel` takes them.
    """

    def __init__(
        self,
        exercise: Exercise,
        seed: int,
        replicate: int = 0,
        parameters: str | None = None,
    ) -> None:
        self.exercise = exercise
        self.seed = seed
        self.replicate = replicate
        shared = with_circuits(
            template(exercise.plan, posterior=choose_posterior(parameters)), exercise.file
        )
        self.template = shared.drawn(seed, replicate)
        self.names = self.template.names
        self.days = exercise.file.clock.days
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, World] = OrderedDict()
        self._maps: OrderedDict[tuple[str, tuple[str, ...]], dict[str, Any]] = OrderedDict()

    # ---- where a game stands -------------------------------------------------------------------

    def world(self, turns: Sequence[Turn]) -> World:
        """The world after ``turns``, all of them played; it must not be changed.

        Raises:
            ModelFault: a log of the model is full or a number is not finite.
        """
        key = course_digest(turns)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        if turns:
            opening = self.opening(turns)
            world = opening.world
            self.run(world, int(turns[-1].replicate or 0))
        else:
            world = self.template.world(self.seed, self.replicate)
        with self._lock:
            self._kept[key] = world
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return world

    def map(
        self, turns: Sequence[Turn], actors: tuple[str, ...],
        draw: Callable[[World, tuple[str, ...]], dict[str, Any]],
    ) -> dict[str, Any]:  # fmt: skip
        """What ``draw`` makes of the world after ``turns``, for some actors; drawn once and kept.

        It must not be changed.
        """
        key = (course_digest(turns), actors)
        with self._lock:
            if key in self._maps:
                self._maps.move_to_end(key)
                return self._maps[key]
        found = draw(self.world(turns), actors)
        with self._lock:
            self._maps[key] = found
            while len(self._maps) > MAPS:
                self._maps.popitem(last=False)
        return found

    def opening(self, turns: Sequence[Turn]) -> Opening:
        """The last of ``turns``, ready to run: a copy that the caller may change."""
        *past, turn = turns
        world = copy_world(self.world(past))
        before = self.moment(world, turn.number).outcomes
        return Opening(world, self.prepare(world, turn), before)

    def moment(self, world: World, turn: int, before: Mapping[str, float] | None = None) -> Moment:
        """The world as expressions see it."""
        return Moment(world, self.names, turn, before)

    # ---- changing a world ----------------------------------------------------------------------

    def prepare(self, world: World, turn: Turn, without: str = "") -> dict[str, str]:
        """Give a turn's injects and orders; return the refusals of the model by id."""
        for name, team in self.exercise.file.teams.items():
            on = team.routine or name not in turn.manned
            for actor in team.actors:
                world.orders.policy[actor_code(actor)] = int(on)
        refusals: dict[str, str] = {}
        for news in turn.news:
            given = [
                self.give(world, Deed(deed["verb"], deed["actor"], deed["arguments"]), FACILITATOR)
                for deed in news.orders
            ]
            refusals[news.id] = "; ".join(filter(None, given))
        for order in self.in_order(turn.orders):
            if order.id != without:
                refusals[order.id] = self.give(world, self.deed(order), TEAM)
        return refusals

    def trial(self, past: Sequence[Turn], turn: Turn, order: Order) -> str:
        """Why the model would refuse an order after those of ``turn``; '' if it would not."""
        world = copy_world(self.world(past))
        self.prepare(world, turn)
        return self.give(world, self.deed(order), TEAM)

    def in_order(self, orders: Iterable[Order]) -> list[Order]:
        """Orders as they are given: teams as the file lists them, each in its own order."""
        rank = {team: n for n, team in enumerate(self.exercise.file.teams)}
        return sorted(orders, key=lambda order: rank[order.team])

    def deed(self, order: Order) -> Deed:
        """A team's order as an order of the model."""
        card = self.exercise.file.cards[order.card]
        return Deed(card.verb, self.giver(order.team, card), {**card.fixed, **order.arguments})

    def giver(self, team: str, card: Card) -> str:
        """The first actor of a team that may give the order of a card."""
        verb = self.names.theatre.order(card.verb)
        return next(a for a in self.exercise.file.teams[team].actors if a in verb.actors)

    def give(self, world: World, deed: Deed, author: int) -> str:
        """Give an order between two days, as ``SahelModel.give`` does; return the refusal or ''.

        Raises:
            InputError: SS5001 or SS5002, it names something unknown or a value out of range.
        """
        return give_order(
            world, self.template.parameters, self.names, deed, author, self.exercise.file.id
        )

    def run(self, world: World, replicate: int) -> None:
        """Run the days of one turn in the future ``replicate``.

        Raises:
            ModelFault: a log of the model is full or a number is not finite.
        """
        world.clock.key[1] = replicate
        run_days(world, self.template.parameters, self.days)
        check_health(world, self.exercise.file.id)


def world_digest(world: World) -> str:
    """SHA-256 of everything that changes in a world; equal worlds have equal digests."""
    total = hashlib.sha256()
    for name, part in zip(World._fields, world, strict=True):
        if name in FROZEN:
            continue
        used = int(part.count[0]) if name in ("orders", "events") else None
        for field, array in zip(part._fields, part, strict=True):
            long = used is not None and field in ("row", "number")
            total.update(f"{name}.{field}".encode())
            total.update((array[:used] if long else array).tobytes())
    return total.hexdigest()


def course_digest(turns: Sequence[Turn]) -> str:
    """What a world depends on besides the exercise, the seed and the model: a digest of turns."""
    return digest([_decisive(turn) for turn in turns])


def _decisive(turn: Turn) -> list[Any]:
    return [
        turn.replicate,
        list(turn.manned),
        [[dict(deed) for deed in news.orders] for news in turn.news],
        [[order.team, order.card, dict(order.arguments)] for order in turn.orders],
    ]
