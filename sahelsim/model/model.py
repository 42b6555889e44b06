"""SahelModel: the Mesa model. It builds a World, lets agents decide, and runs compiled days.

When no agent overrides ``decide``, :meth:`SahelModel.run_for` runs whole days inside one compiled
call; otherwise Python is entered for those agents alone. Both give bit-identical results.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import mesa

from sahelsim.base.errors import InputError
from sahelsim.model.agents import (
    Actor,
    Aircraft,
    Airfield,
    InsurgentGroup,
    Locality,
    Partner,
    State,
)
from sahelsim.model.build import Template, template
from sahelsim.model.collector import HistoryCollector
from sahelsim.model.day import begin_day, decide, finish_day, run_days
from sahelsim.model.encoding import Order
from sahelsim.model.giving import give_order, write_order
from sahelsim.model.health import check_health
from sahelsim.model.outcomes import outcomes
from sahelsim.model.posterior import Posterior, choose_posterior
from sahelsim.model.view import view
from sahelsim.model.world import AGENT, FACILITATOR, World, copy_world
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.theatre.actors import (
    ACTORS,
    FIRST_GROUP,
    FIRST_PARTNER,
    N_GROUPS,
    N_PARTNERS,
    N_STATES,
)


@dataclass(frozen=True)
class Snapshot:
    """A copy of one moment of a run.

    Attributes:
        template: What the run shares with its siblings.
        world: The copied state.
        agents: Actor classes that override ``decide``.
    """

    template: Template
    world: World
    agents: tuple[type[Actor], ...]

    def resume(self) -> SahelModel:
        """A model that goes on from this moment; the snapshot itself stays as it is."""
        return SahelModel(
            self.template.plan, agents=self.agents, template=self.template,
            world=copy_world(self.world),
        )  # fmt: skip


class SahelModel(mesa.Model):
    """One replicate of a scenario.

    Args:
        scenario: A :class:`~sahelsim.scenario.Scenario`, a path, or a shipped scenario's name.
        seed: Seed of the keyed draws, 0 to 2**32 - 1; the scenario's own by default.
        replicate: Replicate number, 0 to 2**32 - 1; the same seed and replicate share every
            draw whose cause they share, whatever the scenario.
        agents: Subclasses of :class:`State`, :class:`InsurgentGroup` or :class:`Partner` with a
            class attribute ``plays`` (an actor id, or a tuple of them) that decide for it.
        parameters: Where uncertain parameters come from: a posterior, its path, ``"posterior"``
            for the shipped one or ``"central"``; by default the shipped one, if there is one.
        template: A resolved scenario to reuse.
        world: A state to go on from (used by snapshots and forks).
        rng: Ignored; Mesa's tools pass it. Draws are keyed by seed and replicate alone.

    Attributes:
        plan: The scenario.
        world: Every array of the run.
        names: Labels of the arrays' axes.
        datacollector: History as data frames, without cost per day.
        running: False once the scenario has ended, which stops Mesa's ``batch_run`` and player.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path = "documented-2023",
        seed: int | None = None,
        replicate: int = 0,
        *,
        agents: Iterable[type[Actor]] = (),
        parameters: Posterior | Path | str | None = None,
        template: Template | None = None,
        world: World | None = None,
        rng: Any = None,
    ) -> None:
        plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        key = plan.seed if seed is None else int(seed)
        super().__init__(rng=key)
        self.plan = plan
        shared = template or _template(plan, choose_posterior(parameters))
        self.template = shared.drawn(key, replicate)
        self.world = world if world is not None else self.template.world(key, replicate)
        self.running = self.day < plan.days  # a fork may begin at the end
        self.names = self.template.names
        self.overriding = tuple(agents)
        self._actors = self._make_actors()
        self._make_entities()
        self.datacollector = HistoryCollector(self)

    # ---- time ----------------------------------------------------------------------------------

    @property
    def day(self) -> int:
        """Day index: the number of days finished."""
        return int(self.world.clock.day[0])

    @property
    def today(self) -> date:
        """Date of the day about to begin."""
        return self.plan.start + timedelta(days=self.day)

    def step(self) -> None:
        """Run one day.

        Raises:
            ModelFault: a log is full or a number is not finite (SS5010 to SS5013).
        """
        self._advance(1)

    def run_for(self, days: int | None = None) -> SahelModel:
        """Run ``days`` days (to the scenario's end by default) and return the model.

        Raises:
            InputError: SS5003, the scenario ends before.
        """
        left = self.plan.days - self.day
        days = left if days is None else int(days)
        if not 0 <= days <= left:
            raise InputError(
                "SS5003", f"cannot run {days} days: {left} are left of scenario '{self.plan.id}'"
            )
        self._advance(days)
        self.steps += days
        return self

    def _advance(self, days: int) -> None:
        if self.day + days > self.plan.days:
            raise InputError("SS5003", f"scenario '{self.plan.id}' ends on {self.plan.end}")
        world, parameters = self.world, self.template.parameters
        custom = [actor for actor in self._actors if type(actor).decide is not Actor.decide]
        if not custom:
            run_days(world, parameters, days)
        for _ in range(days if custom else 0):
            begin_day(world, parameters)
            for actor in self._actors:
                if actor in custom:
                    for order in actor.decide(view(world, self.names, actor.code)):
                        write_order(world, self.names, order, AGENT, self.plan.id)
                else:
                    decide(world, parameters, actor.code)
            finish_day(world, parameters)
        check_health(world, self.plan.id)
        self.running = self.day < self.plan.days

    # ---- decisions -----------------------------------------------------------------------------

    def policy_orders(self, actor: int) -> Sequence[Order]:
        """Today's orders of the built-in policy of an actor, without giving them."""
        orders = self.world.orders
        before = int(orders.count[0])
        decide(self.world, self.template.parameters, actor)
        proposed = [
            self.names.decode(orders.row[n], orders.number[n])
            for n in range(before, int(orders.count[0]))
        ]
        orders.row[before : int(orders.count[0])] = -1
        orders.number[before : int(orders.count[0])] = 0.0
        orders.count[0] = before
        return proposed

    def give(self, order: Order, author: int = FACILITATOR) -> str:
        """Give an order now, between two days, and return why it was refused ('' if it was not).

        Raises:
            InputError: the order names something unknown or a value out of range.
        """
        return give_order(
            self.world, self.template.parameters, self.names, order, author, self.plan.id
        )

    # ---- copies --------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Copy this moment."""
        return Snapshot(self.template, copy_world(self.world), self.overriding)

    def fork(self, seed: int | None = None, replicate: int | None = None) -> SahelModel:
        """A second model that goes on from here.

        Without arguments it keeps the key, so it repeats this model's future; another seed or
        replicate changes every draw from this day on.
        """
        other = self.snapshot().resume()
        if seed is not None:
            other.world.clock.key[0] = seed
        if replicate is not None:
            other.world.clock.key[1] = replicate
        return other

    # ---- results -------------------------------------------------------------------------------

    def outcomes(self) -> dict[str, float]:
        """Outcomes so far, by id (``sahelsim facts outcomes``)."""
        return outcomes(self.world, self.names)

    def order_log(self) -> list[dict[str, Any]]:
        """Every order so far in words, with its status and the reason for a refusal."""
        return self.names.order_log(self.world.orders)

    # ---- agents --------------------------------------------------------------------------------

    def _make_actors(self) -> list[Actor]:
        chosen: dict[str, type[Actor]] = {}
        for cls in self.overriding:
            plays = getattr(cls, "plays", None)
            if plays is None:
                raise InputError("SS5004", f"{cls.__name__} needs a class attribute 'plays'")
            for id in (plays,) if isinstance(plays, str) else plays:
                chosen[id] = cls
        kinds = (
            [State] * N_STATES
            + [InsurgentGroup] * N_GROUPS
            + [None] * (FIRST_PARTNER - FIRST_GROUP - N_GROUPS)
            + [Partner] * N_PARTNERS
        )
        return [
            chosen.get(ACTORS[code], kind)(self, code)
            for code, kind in enumerate(kinds)
            if kind is not None
        ]

    def _make_entities(self) -> None:
        for cls, ids in (
            (Locality, self.names.localities),
            (Airfield, self.names.airfields),
            (Aircraft, self.names.tails),
        ):
            for index, id in enumerate(ids):
                cls(self, index, id)


_templates: dict[tuple[str, str], Template] = {}


def _template(plan: Scenario, posterior: Posterior | None) -> Template:
    """The template of a scenario and a posterior, built once per process."""
    key = plan.digest, posterior.digest if posterior else ""
    if key not in _templates:
        if len(_templates) > 32:
            _templates.clear()
        _templates[key] = template(plan, posterior=posterior)
    return _templates[key]
