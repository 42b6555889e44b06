"""From a scenario to a World on its first day.

:func:`template` resolves everything that all replicates share (names, frozen geography, routes,
parameters, the state on day 0, scripted orders); :meth:`Template.world` copies it and sets the
key. A million replicates build once.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

import numpy as np

from sahelsim.model.allocate import Sizes, empty_world
from sahelsim.model.encoding import Names, Order, closed_route
from sahelsim.model.mechanisms.insurgency import InsurgencyParameters, population_appeal
from sahelsim.model.mechanisms.maintenance import repair_scale
from sahelsim.model.mechanisms.sustainment import first_stocks
from sahelsim.model.parameters import Parameters, fill_parameters
from sahelsim.model.posterior import Posterior
from sahelsim.model.world import (
    ABSENT,
    FROZEN,
    O_ACTOR,
    O_AUTHOR,
    O_DAY,
    O_I0,
    O_I4,
    O_STATUS,
    O_TEXT,
    O_VERB,
    PROPOSED,
    READY,
    SCENARIO,
    Geography,
    World,
    copy_world,
    restore_world,
)
from sahelsim.scenario import Scenario
from sahelsim.theatre import ParameterSet, Theatre, load_theatre
from sahelsim.theatre.actors import PARTNERS, STATES, actor_code
from sahelsim.theatre.geography import great_circle_km
from sahelsim.theatre.initial import InitialState, initial_state

ORDERS_A_DAY = 24  # capacity of the order log; a run that needs more fails loudly
EVENTS_A_DAY = 96
RESERVE_ROWS = 2_000
WITHOUT_PARAMETERS = (
    "airfields", "types", "routes", "clock", "moves", "orders", "events", "history",
)  # fmt: skip
CAPITALS = ("bamako", "niamey", "ouagadougou")
TRI_BORDER = (15.0, 0.23)  # degrees north and east, where the three borders meet [derived]
TRI_BORDER_KM = 100.0


@dataclass(frozen=True)
class Template:
    """What every replicate of one scenario (and one parameter draw) shares.

    Attributes:
        plan: The scenario.
        names: Labels of every axis.
        values: The parameter set in force.
        parameters: The same, as kernels read it.
        start: World on day 0, never run itself.
        posterior: Draws of uncertain parameters; None where all replicates share ``values``.
    """

    plan: Scenario
    names: Names
    values: ParameterSet
    parameters: Parameters
    start: World
    posterior: Posterior | None = None
    _rows: dict[int, Template] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    def drawn(self, seed: int, replicate: int) -> Template:
        """The template of one replicate: with its row of the posterior, or itself without one.

        Rows are built when they are first asked for; the scenario's own settings hold over them.
        """
        if self.posterior is None:
            return self
        row = self.posterior.row_of(seed, replicate)
        if row not in self._rows:
            values = self.values.with_values(self.posterior.values(row))
            self._rows[row] = template(self.plan, self.names.theatre, values, like=self)
        return self._rows[row]

    def world(self, seed: int, replicate: int = 0, used: World | None = None) -> World:
        """A World on day 0 with the key (seed, replicate).

        Args:
            seed: Seed of the draws.
            replicate: Number of the replicate.
            used: A World of this template, or of another draw of its parameters, that nobody
                needs any more; its memory is used again, which spares a run a fifth of its time.
        """
        if used is None:
            world = copy_world(self.start)
        else:
            frozen = {part: getattr(self.start, part) for part in FROZEN}
            world = used._replace(**frozen)
            restore_world(world, self.start)
        world.clock.key[0], world.clock.key[1] = seed, replicate
        return world


def template(
    plan: Scenario,
    theatre: Theatre | None = None,
    values: ParameterSet | None = None,
    like: Template | None = None,
    posterior: Posterior | None = None,
) -> Template:
    """Resolve a scenario against the documented world.

    Args:
        plan: The scenario; its parameter settings are applied over ``values``.
        theatre: The documented world (the packaged one by default).
        values: Parameters before the scenario's own settings (the shipped ones by default).
        like: A template of the same scenario and world; the result shares with it all that no
            parameter reaches, which makes it cheap to build and to keep.
        posterior: Draws of uncertain parameters, for :meth:`Template.drawn`.

    Raises:
        ParameterError: a parameter id is unknown or a value lies outside its range.
        InputError: an order cannot be encoded.
    """
    theatre = theatre or load_theatre()
    values = (values or theatre.parameters).with_values(plan.parameters)
    names = like.names if like else _names(plan, theatre)
    parameters = (
        fill_parameters(values, like.parameters, values.differing(like.values))
        if like
        else fill_parameters(values)
    )
    days = 0 if like else plan.days
    sizes = Sizes(
        localities=len(names.localities),
        airfields=len(names.airfields),
        aircraft=len(names.tails),
        types=len(names.types),
        routes=len(names.routes),
        regions=len(names.regions),
        days=days,
        orders=len(plan.orders) + ORDERS_A_DAY * days + RESERVE_ROWS,
        events=EVENTS_A_DAY * days + RESERVE_ROWS,
    )
    world = empty_world(sizes, plan.start)
    state = initial_state(theatre, values)
    settled = like.start.geography if like else _geography(world, theatre, names)
    own_spread = values.value("initial.excitation_own_share")
    geography = _peopled(settled, state, own_spread, parameters.insurgency)
    world = world._replace(geography=geography)
    if like:
        world = world._replace(**{part: getattr(like.start, part) for part in WITHOUT_PARAMETERS})
    else:
        _airfields(world, theatre, names)
        _types(world, theatre)
        for r, route in enumerate(names.routes):
            world.routes.stop[r, : len(route)] = [names.airfields.index(icao) for icao in route]
            world.routes.n_stops[r] = len(route)
        _script(world, names, plan)
    _land(world, names, state, plan)
    first_stocks(
        world.geography, world.land, world.states, parameters.sustainment,
        values.value("initial.stock_days"), values.value("initial.depot_days"),
    )  # fmt: skip
    _states(world, theatre, state, values, plan.start)
    _fleet(world, theatre, names, plan, parameters)
    return Template(plan, names, values, parameters, world, posterior)


def _names(plan: Scenario, theatre: Theatre) -> Names:
    routes = sorted(
        {
            closed_route(order.arguments["route"])
            for order in plan.orders
            if "route" in order.arguments
        }
    )
    ordered = sorted(plan.orders, key=lambda order: (order.on, order.id))
    return Names(
        theatre=theatre,
        localities=tuple(item.id for item in theatre.localities),
        airfields=tuple(item.icao for item in theatre.airfields),
        tails=(*(item.tail for item in theatre.tails), *sorted(plan.aircraft)),
        types=tuple(item.id for item in theatre.aircraft_types),
        regions=theatre.regions,
        routes=tuple(routes),
        order_ids=tuple(order.id for order in ordered),
    )


def _geography(world: World, theatre: Theatre, names: Names) -> Geography:
    """The part of geography that no parameter reaches; most of a template's memory."""
    geo, roads = world.geography, theatre.geography
    for i, place in enumerate(theatre.localities):
        geo.country[i] = STATES.index(place.country)
        geo.region[i] = names.regions.index(place.admin1)
        geo.region_country[geo.region[i]] = geo.country[i]
        geo.latitude[i], geo.longitude[i] = place.lat, place.lon
        if place.airfield:
            geo.airfield[i] = theatre.airfield_index[place.airfield]
    geo.road_km[...] = roads.road_km
    geo.next_hop[...] = roads.next_hop
    geo.capital[:] = [names.localities.index(place) for place in CAPITALS]
    for i, place in enumerate(theatre.localities):
        away_km = great_circle_km(place.lat, place.lon, *TRI_BORDER)
        geo.tri_border[i] = int(away_km <= TRI_BORDER_KM)
        geo.symbolic[i] = float(i in geo.capital or place.name == place.admin1)
    weight = np.where(
        (roads.road_km > 0) & np.isfinite(roads.road_km) & (roads.neighbour_weight > 0),
        roads.neighbour_weight,
        0.0,
    )
    rows, near = np.nonzero(weight)
    total = weight.sum(axis=1)
    return geo._replace(
        near_start=np.searchsorted(rows, np.arange(len(weight) + 1)).astype(np.int64),
        near=near.astype(np.int64),
        near_share=weight[rows, near] / total[rows],
    )


def _peopled(
    settled: Geography,
    state: InitialState,
    own_spread: float,
    insurgency: InsurgencyParameters,
) -> Geography:
    """Geography with the columns that parameters reach."""
    alone = np.diff(settled.near_start) == 0
    return settled._replace(
        population=state.catchment_population,
        population_appeal=population_appeal(insurgency, state.catchment_population),
        capacity=state.capacity,
        home=state.home,
        garrison_target=state.garrison.copy(),
        own_spread=np.where(alone, 1.0, own_spread),
    )


def _airfields(world: World, theatre: Theatre, names: Names) -> None:
    fields, use = world.airfields, ("no", "marginal", "yes")
    for f, field in enumerate(theatre.airfields):
        fields.locality[f] = names.localities.index(field.locality)
        fields.country[f] = STATES.index(field.country)
        fields.region[f] = world.geography.region[fields.locality[f]]
        fields.elevation_ft[f] = field.elevation_ft
        fields.runway_m[f] = field.runway_m
        fields.paved[f] = int(field.surface == "paved")
        fields.c130_use[f] = use.index(field.c130_use)
        fields.mog[f] = field.mog
        fields.operating_h[f] = field.operating_hours
        for g, other in enumerate(theatre.airfields):
            fields.great_circle_km[f, g] = great_circle_km(
                field.lat, field.lon, other.lat, other.lon
            )


def _types(world: World, theatre: Theatre) -> None:
    types = world.types
    for t, kind in enumerate(theatre.aircraft_types):
        types.payload_max_t[t] = kind.payload_max_t
        types.payload_plan_t[t] = kind.payload_plan_t
        types.cruise_kmh[t] = kind.cruise_km_h
        types.burn_kg_per_h[t] = kind.burn_kg_h
        types.troops[t] = kind.troops
        types.runway_m[t] = kind.runway_m
        types.unpaved_ok[t] = int(kind.unpaved_ok)
        types.mission_capable[t] = kind.mission_capable
        types.empty_kg[t] = kind.owe_kg or 0.0
        types.takeoff_kg[t] = kind.mtow_kg or 0.0
        types.landing_kg[t] = kind.assault_landing_kg or 0.0
        types.needs_c130_field[t] = int(kind.id == "c130h")
        types.theatre_lift[t] = int(
            any(tail.type == kind.id and tail.role == "lift" for tail in theatre.tails)
        )
        types.is_helicopter[t] = int(kind.runway_m == 0.0)


def _land(world: World, names: Names, state: InitialState, plan: Scenario) -> None:
    land, geo = world.land, world.geography
    land.holder[:] = state.holder
    land.garrison[:] = state.garrison
    land.besieged[:] = state.besieged
    land.control[:] = state.control
    land.collaboration[:] = state.collaboration
    land.militia[:] = state.militia
    land.un_troops[:] = state.un_troops
    world.groups.fighters[...] = state.fighters
    for place, entry in plan.initial.holder.items():
        i = names.localities.index(place)
        land.holder[i] = actor_code(entry.value)
        if land.holder[i] != geo.country[i]:
            land.garrison[i] = 0.0
    for place, men in plan.initial.garrison.items():
        land.garrison[names.localities.index(place)] = men.value
    for place, siege in plan.initial.besieged.items():
        land.besieged[names.localities.index(place)] = int(siege.value)
    land.target[:] = land.garrison
    geo.garrison_target[:] = land.garrison


def _states(
    world: World, theatre: Theatre, state: InitialState, values: ParameterSet, start: date
) -> None:
    states = world.states
    states.reserve[:] = state.reserve
    for s in range(len(STATES)):
        states.permit[s, s, :] = 1  # a state needs no permit on its own soil
    for force in theatre.forces:  # later arrivals come by the scenario's orders
        here = (force.since or start) <= start < (force.until or date.max)
        if force.partner_in and here:
            partner, where = PARTNERS.index(force.side), STATES.index(force.partner_in)
            states.partner_men[partner, where] = force.central


def _fleet(
    world: World, theatre: Theatre, names: Names, plan: Scenario, parameters: Parameters
) -> None:
    fleet, start = world.fleet, plan.start
    rows: list[tuple[str, str, str, str, date | None, date | None]] = [
        (tail.tail, tail.type, tail.owner, tail.base, tail.available_from, tail.available_to)
        if tail.role == "lift"
        else (tail.tail, tail.type, tail.owner, tail.base, date.max, None)  # grounded, or passing
        for tail in theatre.tails
    ]
    rows += [
        (tail, extra.type, extra.owner, extra.base, None, None)
        for tail, extra in sorted(plan.aircraft.items())
    ]
    for a, (_, kind, owner, base, since, until) in enumerate(rows):
        fleet.type[a] = names.types.index(kind)
        fleet.owner[a] = fleet.user[a] = actor_code(owner)
        fleet.base[a] = fleet.field[a] = names.airfields.index(base)
        fleet.available_from[a] = (since - start).days if since else 0
        if until:
            fleet.available_to[a] = (until - start).days + 1  # the last day counts
        here = fleet.available_from[a] <= 0 < fleet.available_to[a]
        fleet.status[a] = READY if here else ABSENT
        fleet.repair_scale[a] = repair_scale(
            world.types.mission_capable[fleet.type[a]], parameters.maintenance
        )


def _script(world: World, names: Names, plan: Scenario) -> None:
    orders = world.orders
    for n, order in enumerate(sorted(plan.orders, key=lambda order: (order.on, order.id))):
        verb, actor, whole, number = names.encode(Order(order.verb, order.actor, order.arguments))
        row = orders.row[n]
        row[O_DAY] = (order.on - plan.start).days
        row[O_ACTOR], row[O_VERB] = actor, verb
        row[O_I0 : O_I4 + 1] = whole
        row[O_AUTHOR], row[O_STATUS], row[O_TEXT] = SCENARIO, PROPOSED, n
        orders.number[n] = number
    orders.count[0] = orders.scripted[0] = len(plan.orders)
