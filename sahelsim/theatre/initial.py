"""The state of the theatre on 20 August 2023, built from the tables and ``initial.yaml``.

No page gives the size of a garrison, a stock or a group's strength by place: every number here is
assumed, has a range and may be set by its id. Holders and sieges follow the tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sahelsim.theatre.actors import GROUPS, MILITIAS, STATES, actor_code
from sahelsim.theatre.parameters import ParameterSet
from sahelsim.theatre.theatre import Theatre

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class InitialState:
    """Arrays over localities [L] in file order, groups [G] and states [S] in the order of actors.

    Attributes:
        garrison: [L] men of the country's state; 0 without a garrison.
        reserve: [S] men not tied to a place.
        fighters: [G, L] fighters; each group's total is its parameter.
        home: [G, L] support base, 0 to 1.
        catchment_population: [L] persons, at least ``initial.catchment_min``.
        capacity: [L] fighters that a place can carry.
        control: [L] government control, 0 to 1.
        collaboration: [L] collaboration of the people with the government, 0 to 1; equals control.
        stock_days: [L] supplies in days of the garrison's demand; 0 without a garrison.
        besieged: [L] besieged, blockaded or encircled.
        holder: [L] code of the holder, as in :data:`sahelsim.theatre.actors.ACTORS`.
        militia: [L] pro-state militia, men.
        un_troops: [L] UN men; 0 where the mission has no site.
        un_site: [L] the mission has a site.
    """

    garrison: Floats
    reserve: Floats
    fighters: Floats
    home: Floats
    catchment_population: Floats
    capacity: Floats
    control: Floats
    collaboration: Floats
    stock_days: Floats
    besieged: Bools
    holder: Ints
    militia: Floats
    un_troops: Floats
    un_site: Bools


def initial_state(theatre: Theatre, parameters: ParameterSet | None = None) -> InitialState:
    """Return the state on 20 August 2023.

    Args:
        theatre: The documented world.
        parameters: Values of the parameters ``initial.*``; the theatre's defaults if None.

    Raises:
        ParameterError: SS3010 if one of them is missing.
    """
    p = theatre.parameters if parameters is None else parameters
    places = theatre.localities
    town = np.array([place.population for place in places], dtype=np.float64)
    has_garrison = np.array([place.garrison for place in places])
    catchment = _catchment(town, p)
    capacity = np.minimum(
        p.value("initial.capacity_base") + p.value("initial.capacity_per_person") * catchment,
        p.value("initial.capacity_cap"),
    )
    home = _homes(theatre, p)
    control = _control(theatre, p)
    return InitialState(
        garrison=np.where(has_garrison, _garrison_men(town, p), 0.0),
        reserve=np.array([p.value(f"initial.reserve.{state}") for state in STATES]),
        fighters=_fighters(theatre, home, capacity, p),
        home=home,
        catchment_population=catchment,
        capacity=capacity,
        control=control,
        collaboration=control.copy(),
        stock_days=np.where(has_garrison, p.value("initial.stock_days"), 0.0),
        besieged=np.array([place.besieged for place in places]),
        holder=np.array([actor_code(place.holder) for place in places], dtype=np.int32),
        militia=_militia(theatre, catchment, p),
        un_troops=np.array(
            [p.value(f"initial.un_troops.{x.id}") if x.un_site else 0.0 for x in places]
        ),
        un_site=np.array([place.un_site for place in places]),
    )


def _garrison_men(town: Floats, p: ParameterSet) -> Floats:
    """g0 clip(150 (pop / 10,000)^0.4, 80, 1500)."""
    men = p.value("initial.garrison_men") * (town / 1e4) ** p.value("initial.garrison_exponent")
    clipped = np.clip(men, p.value("initial.garrison_min"), p.value("initial.garrison_max"))
    return clipped * p.value("initial.garrison_scale")


def _catchment(town: Floats, p: ParameterSet) -> Floats:
    small = town < p.value("initial.catchment_town_limit")
    people = np.where(small, p.value("initial.catchment_factor") * town, town)
    return np.maximum(people, p.value("initial.catchment_min"))


def _homes(theatre: Theatre, p: ParameterSet) -> Floats:
    """The table's values; elsewhere a share of the greatest one within reach."""
    named = np.array([[place.home(group) for place in theatre.localities] for group in GROUPS])
    near = theatre.geography.great_circle_km <= p.value("initial.home_reach_km")
    greatest = np.array([np.max(values[None, :] * near, axis=1) for values in named])
    return np.where(named > 0, named, p.value("initial.home_nearby") * greatest)


def _fighters(theatre: Theatre, home: Floats, capacity: Floats, p: ParameterSet) -> Floats:
    """Each group's total, spread in proportion to home x min(capacity, cap) x country weight."""
    country = np.array([p.value(f"initial.strength.{x.country}") for x in theatre.localities])
    weight = home * np.minimum(capacity, p.value("initial.home_capacity_cap")) * country
    total = np.array([p.value(f"initial.fighters.{group}") for group in GROUPS])
    spread: Floats = total[:, None] * weight / weight.sum(axis=1, keepdims=True)
    return spread


def _control(theatre: Theatre, p: ParameterSet) -> Floats:
    def level(garrison: bool, contested: bool) -> float:
        name = ("contested" if contested else "uncontested") if garrison else "no_garrison"
        return p.value(f"initial.control.{name}")

    return np.array([level(place.garrison, place.contested) for place in theatre.localities])


def _militia(theatre: Theatre, catchment: Floats, p: ParameterSet) -> Floats:
    """Each country's militia, spread by people over places that a group of the model contests.

    Places that a group or the UN holds carry none.
    """
    men = np.zeros(len(theatre.localities))
    for state, militia in zip(STATES, MILITIAS, strict=True):
        weight = np.array(
            [
                people
                if place.country == state
                and place.holder in (state, "none")
                and any(place.home(group) > 0 for group in GROUPS)
                else 0.0
                for place, people in zip(theatre.localities, catchment, strict=True)
            ]
        )
        if weight.sum() > 0:
            men += p.value(f"initial.militia.{militia}") * weight / weight.sum()
    return men
