"""The columns of History: what is written down each day, by axis.

Names equal the columns of the daily tables. Counts are of the day (flows) unless the name says
``_total``; levels are at the end of the day.
"""

from __future__ import annotations

STATE_SERIES = (
    "localities_held",
    "localities_held_share",
    "population_held_share",
    "besieged",
    "besieged_population",
    "garrison",
    "reserve",
    "military_deaths",
    "insurgent_deaths",
    "civilian_deaths",
    "militia_deaths",
    "tonnes_delivered",
    "tonnes_by_road",
    "garrisons_without_food",
    "days_of_supply",
    "displaced",
    "domestic_pressure",
    "aircraft_present",
    "aircraft_capable",
    "flight_hours",
    "sorties",
)
(
    S_LOCALITIES_HELD, S_HELD_SHARE, S_POPULATION_SHARE, S_BESIEGED, S_BESIEGED_POPULATION,
    S_GARRISON, S_RESERVE, S_MILITARY_DEATHS, S_INSURGENT_DEATHS, S_CIVILIAN_DEATHS,
    S_MILITIA_DEATHS, S_TONNES_DELIVERED, S_TONNES_BY_ROAD, S_WITHOUT_FOOD, S_DAYS_OF_SUPPLY,
    S_DISPLACED, S_PRESSURE, S_AIRCRAFT_PRESENT, S_AIRCRAFT_CAPABLE, S_FLIGHT_HOURS, S_SORTIES,
) = range(21)  # fmt: skip

GROUP_SERIES = ("fighters", "localities_held", "attacks", "posture")
G_FIGHTERS, G_LOCALITIES_HELD, G_ATTACKS, G_POSTURE = range(4)

TAIL_SERIES = ("flight_hours", "sorties", "tonnes_delivered", "capable", "binding")
T_FLIGHT_HOURS, T_SORTIES, T_TONNES_DELIVERED, T_CAPABLE, T_BINDING = range(5)

AIRFIELD_SERIES = ("closed", "tonnes_delivered", "wear")
F_CLOSED, F_TONNES_DELIVERED, F_WEAR = range(3)

LOCALITY_SERIES = (
    "holder",
    "besieged",
    "control",
    "garrison",
    "fighters",
    "days_of_supply",
    "deaths",
    "tonnes_delivered",
)
(
    L_HOLDER, L_BESIEGED, L_CONTROL, L_GARRISON, L_FIGHTERS, L_DAYS_OF_SUPPLY, L_DEATHS,
    L_TONNES_DELIVERED,
) = range(8)  # fmt: skip

ALLIANCE_SERIES = (
    "alliance_cohesion",
    "precedent_index",
    "trust_mali_in_niger",
    "support_honoured",
    "support_refused",
    "joint_force_men",
    "influence_russia",
)
(
    A_COHESION, A_PRECEDENT, A_TRUST_MALI_NIGER, A_SUPPORT_HONOURED, A_SUPPORT_REFUSED,
    A_JOINT_FORCE, A_INFLUENCE_RUSSIA,
) = range(7)  # fmt: skip
