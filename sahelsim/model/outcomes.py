"""The outcomes of a run, by the ids and formulas of ``theatre/outcomes.yaml``.

Computed once, at the end, from the Ledger, the state on the last day and History. NaN means that
an outcome does not apply to this run (no aircraft, Kidal never held).
"""

from __future__ import annotations

import math

import numpy as np

from sahelsim.model.encoding import Names
from sahelsim.model.events import (
    AMBUSH,
    ASSAULT,
    ATTACK_ON_CIVILIANS,
    COLUMN_AMBUSH,
    COLUMN_ASSAULT,
    CONVOY_AMBUSH,
    MILITIA_ATTACK,
    MILITIA_CLASH,
    RIVAL_CLASH,
    STATE_OPERATION,
)
from sahelsim.model.mechanisms.alliance import burden_index, cohesion, precedent_index, trust
from sahelsim.model.series import A_INFLUENCE_RUSSIA, A_JOINT_FORCE, L_DAYS_OF_SUPPLY
from sahelsim.model.world import BINDING, CIVILIAN, INSURGENT, MILITARY, MILITIA, World
from sahelsim.theatre.actors import (
    FIRST_GROUP,
    FIRST_MILITIA,
    FIRST_PARTNER,
    MLI,
    N_STATES,
    NER,
    STATES,
    WORLD,
)

VIOLENCE = (
    AMBUSH, ASSAULT, ATTACK_ON_CIVILIANS, RIVAL_CLASH, STATE_OPERATION, MILITIA_CLASH,
    MILITIA_ATTACK, CONVOY_AMBUSH, COLUMN_AMBUSH, COLUMN_ASSAULT,
)  # fmt: skip


def outcomes(world: World, names: Names) -> dict[str, float]:
    """Every outcome of the register, in its order; NaN where it does not apply."""
    values = {
        **_airlift(world, names),
        **_violence(world),
        **_territory(world, names),
        **_supply(world, names),
        **_alliance(world),
    }
    return {spec.id: float(values[spec.id]) for spec in names.theatre.outcomes}


def _airlift(world: World, names: Names) -> dict[str, float]:
    ledger, fleet = world.ledger, world.fleet
    capable, present = fleet.days_capable.sum(), fleet.days_present.sum()
    bound = ledger.binding_days.sum(axis=0)
    return {
        "tonnes_delivered": ledger.air_t[:, 1].sum(),
        "tonnes_delivered_by_niger": ledger.air_t[NER, 1],
        "tonnes_in_mali": ledger.air_place_t[world.geography.country == MLI].sum(),
        "tonnes_to_gao": ledger.air_place_t[names.localities.index("gao")],
        "tonnes_to_tessalit": ledger.air_place_t[names.localities.index("tessalit")],
        "tonnes_by_road": ledger.road_t[:, 1].sum(),
        "tonnes_lost": ledger.air_t[:, 2].sum() + ledger.road_t[:, 2].sum(),
        "tonne_km": ledger.air_tonne_km[0],
        "passengers_airlifted": ledger.air_passengers[1],
        "sorties": fleet.sorties.sum(),
        "rotations": fleet.rotations.sum(),
        "flight_hours": fleet.hours.sum(),
        "ute": fleet.hours.sum() / capable if capable > 0 else math.nan,
        "mission_capable_rate": capable / present if present > 0 else math.nan,
        "aircraft_lost": ledger.aircraft[:, 0].sum(),
        "aircraft_hit": ledger.aircraft[:, 1].sum(),
        "unmet_lift_niger_t": ledger.unmet_t[NER],
        "sightings": ledger.sightings[0],
        **{f"days_bound_by_{name}": bound[k] for k, name in enumerate(BINDING) if k},
    }


def _violence(world: World) -> dict[str, float]:
    deaths = world.ledger.deaths
    civilian = deaths[:, CIVILIAN].sum(axis=0)
    n = int(world.events.count[0])
    row = world.events.row[:n]
    violent = np.isin(row[:, 1], VIOLENCE) & (row[:, 2] >= 0)
    near = world.geography.tri_border[np.maximum(row[:, 2], 0)] == 1
    return {
        "military_deaths": deaths[:, MILITARY].sum(),
        "insurgent_deaths": deaths[:, INSURGENT].sum(),
        "militia_deaths": deaths[:, MILITIA].sum(),
        "civilian_deaths": civilian.sum(),
        "civilian_deaths_by_states": civilian[:N_STATES].sum(),
        "civilian_deaths_by_insurgents": civilian[FIRST_GROUP:FIRST_MILITIA].sum(),
        "civilian_deaths_by_militia": civilian[FIRST_MILITIA:FIRST_PARTNER].sum(),
        "civilian_deaths_by_partners": civilian[FIRST_PARTNER:WORLD].sum(),
        "civilian_deaths_crossfire": civilian[WORLD],
        **{f"deaths_{state}": deaths[s].sum() for s, state in enumerate(STATES)},
        "wounded_not_evacuated": world.ledger.evacuated[1],
        "fighters_end": world.groups.fighters.sum(),
        "events_tri_border": (violent & near).sum(),
    }


def _territory(world: World, names: Names) -> dict[str, float]:
    land, geo, ledger = world.land, world.geography, world.ledger
    held = land.holder == geo.country
    first = ledger.first_held[names.localities.index("kidal")]
    places = ("kidal", "tessalit", "aguelhok", "ber", "anefis")
    return {
        "localities_held_share": held.mean(),
        "population_held_share": geo.population[held].sum() / geo.population.sum(),
        "localities_lost": ledger.places[:, 0].sum(),
        "localities_gained": ledger.places[:, 1].sum(),
        "overruns": ledger.overruns.sum(),
        "garrisons_abandoned": ledger.abandoned.sum(),
        "siege_days": ledger.siege_days.sum(),
        "sieges_at_end": land.besieged.sum(),
        **{f"{place}_held": held[names.localities.index(place)] for place in places},
        "kidal_day": first if first >= 0 else math.nan,
    }


def _supply(world: World, names: Names) -> dict[str, float]:
    ledger, days = world.ledger, int(world.clock.day[0])
    return {
        "garrison_days_without_food": ledger.hungry_days.sum(),
        **{
            f"days_of_supply_{place}": _mean_supply(world, names.localities.index(place), days)
            for place in ("gao", "tessalit")
        },
        "displaced": world.land.displaced.sum(),
        "convoys_sent": ledger.convoys[:, 0].sum(),
        "convoys_ambushed": ledger.convoys[:, 1].sum(),
        "convoys_arrived": ledger.convoys[:, 2].sum(),
        "columns_won": ledger.columns[:, 1].sum(),
        "columns_lost": ledger.columns[:, 2].sum(),
    }


def _mean_supply(world: World, i: int, days: int) -> float:
    """Mean days of supply of a garrison over the days on which it stood there."""
    series = world.history.locality[:days, i, L_DAYS_OF_SUPPLY].astype(np.float64)
    there = series[np.isfinite(series)]
    return float(there.mean()) if len(there) else math.nan


def _alliance(world: World) -> dict[str, float]:
    states, ledger, days = world.states, world.ledger, int(world.clock.day[0])
    last = world.history.alliance[days - 1] if days else world.history.alliance[0]
    return {
        "alliance_cohesion": cohesion(states),
        "precedent_index": precedent_index(states),
        "trust_mali_in_niger": trust(states, MLI, NER),
        "support_honoured": ledger.support.sum(),
        "support_refused": ledger.refusals.sum(),
        "support_new_kinds": ledger.new_support[0],
        "burden_index": burden_index(states),
        "joint_force_men": last[A_JOINT_FORCE],
        "influence_russia": last[A_INFLUENCE_RUSSIA],
        **{f"domestic_pressure_{state}": states.pressure[s] for s, state in enumerate(STATES)},
    }
