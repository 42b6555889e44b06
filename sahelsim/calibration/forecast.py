"""Forecast monthly deaths: the model, started from observed conflict, conditioned and run on.

From an origin (the last observed month) every country gets its own set of particles. They begin
before the conditioning window with an uncertain number of fighters and uncertain recruitment,
centred on the level of deaths up to the origin, run through the window, where those that do not fit
what was observed are replaced (:mod:`~sahelsim.calibration.conditioning`), and then run on. The
window is thus used twice, for the centre of the start and by the filter; the start is wide and the
filter tempered, so that neither decides alone.
A draw of the forecast is what one particle does. Each country and target has particles of its own,
so draws of different countries are independent and must not be added up draw by draw.

The level of violence is set by fighters and recruitment alone, never by a factor on event rates,
which would drain the fighters that it multiplies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sahelsim.calibration.conditioning import Tempering, condition, log_noise
from sahelsim.calibration.origin import (
    Record,
    country_totals,
    days_of,
    fighter_shape,
    neutral_plan,
    observed_weights,
)
from sahelsim.calibration.particles import OF_TARGET, Herd, Particle, lean_copy
from sahelsim.calibration.views import STATE_IDS, Forecast
from sahelsim.model.build import Template, template
from sahelsim.model.draws import make_key
from sahelsim.model.parameters import Parameters
from sahelsim.model.posterior import Posterior
from sahelsim.theatre.actors import N_STATES, STATES

Floats = NDArray[np.float64]
Progress = Callable[[int], None]

START_PROCESS = 9_003  # outside the model's processes
_LEVEL, _RECRUITMENT, _SPREAD = range(3)  # entities of its draws
SPREAD = (  # what differs most between countries and is common to them in the parameter files
    ("insurgency", "civilian_deaths"),
    ("insurgency", "smin"),
    ("militia", "nu"),
    ("operations", "nu"),
)
PILOTS = 64  # particles that tell how many deaths a month a fighter stands for
PILOT_DAYS = 30
MAX_DRAWS = 2**18  # slots of a country in the numbering of replicates


@dataclass(frozen=True)
class Settings:
    """What is assumed about a start that nobody observed.

    Attributes:
        conditioning_months: Length of the window before the origin.
        level_sd: Spread of the fighters of a country about the level [log units].
        recruitment_sd: Spread of its recruitment about the parameter [log units].
        parameter_sd: Spread of the parameters :data:`SPREAD` about their values, which all
            countries share; kept within their ranges [log units].
        mood_sd: Least spread of the slow mood of a country, ``insurgency.sigma_country``: it has
            to carry what else makes months differ and the model lacks [log units].
        level_half_life: Months in which an observed month loses half of its weight.
        tempering: How strongly a month of the window counts.
    """

    conditioning_months: int = 12
    level_sd: float = 0.7
    recruitment_sd: float = 0.6
    parameter_sd: float = 0.4
    mood_sd: float = 1.0
    level_half_life: float = 6.0
    tempering: Tempering = field(default_factory=Tempering)


@dataclass(frozen=True)
class Diagnostics:
    """How conditioning went in one country.

    Attributes:
        target: What was forecast, ``sb`` or ``all``.
        state: The country.
        level: Deaths a month on which the start was centred.
        effective: Effective sample size of each month of the window.
        ancestors: Particles of the start that have descendants at the origin.
        fighters: Mean fighters at the start, at the origin and at the end.
    """

    target: str
    state: str
    level: float
    effective: tuple[float, ...]
    ancestors: int
    fighters: tuple[float, float, float]


@dataclass(frozen=True)
class OriginForecast:
    """Forecasts from one origin by target, and how they came about."""

    forecasts: dict[str, Forecast]
    diagnostics: tuple[Diagnostics, ...]


def particle_months(months: int, draws: int, targets: int, lag: int, window: int) -> int:
    """What :func:`forecast` will report as progress in all."""
    return targets * N_STATES * draws * (window + lag - 1 + months)


def forecast(
    origin: int,
    months: int = 8,
    draws: int = 1000,
    *,
    targets: Sequence[str] = ("sb",),
    lag: int = 1,
    seed: int = 1,
    posterior: Posterior | None = None,
    record: Record | None = None,
    settings: Settings | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> OriginForecast:
    """Forecast deaths by month and country after ``origin``.

    Args:
        origin: Number of the last observed month.
        months: How many months are forecast.
        draws: Particles a country, each of which gives one draw of every month.
        targets: ``sb``, ``all`` or both.
        lag: Months from the origin to the first forecast month.
        seed: Seed of the keyed draws; results depend on it and not on ``workers``.
        posterior: Parameters to draw from, one row a particle; None for central values.
        record: Observed conflict; the shipped record by default.
        settings: Assumptions about the start.
        workers: Threads; None for all cores.
        progress: Called with numbers of finished particle-months.

    Raises:
        InputError: SS7116, the record does not hold the window.
        ModelFault: a particle went wrong.
    """
    settings, record = settings or Settings(), record or Record.load()
    first = origin - settings.conditioning_months + 1
    observed = record.window(first, origin)
    window, ahead = range(first, origin + 1), range(origin + 1, origin + lag + months)
    shared = template(neutral_plan(first, ahead[-1]), posterior=posterior)
    start = _Start(shared, record, origin, seed, settings)
    forecasts, told = {}, []
    with Herd(shared.start, workers) as herd:
        for target in targets:
            columns = OF_TARGET[target]
            level = record.level(origin, settings.level_half_life, columns[0])
            fighters = level * start.fighters_per_death(herd, PILOTS, columns[0])
            kept = []
            for s, state in enumerate(STATES):
                keys = [start.key(s, slot) for slot in range(draws)]
                particles = [start.particle(key, fighters) for key in keys]
                before = start.fighters(particles, s)
                fitted = condition(
                    herd, particles, [days_of(month) for month in window],
                    observed[:, s, list(columns)], s, columns, keys, settings.tempering, progress,
                )  # fmt: skip
                at_origin = start.fighters(fitted.particles, s)
                counts = [herd.run(fitted.particles, days_of(month), progress) for month in ahead]
                kept.append(np.stack(counts)[lag - 1 :, :, s, columns[0]])  # [months, draws]
                men = (before, at_origin, start.fighters(fitted.particles, s))
                told.append(
                    Diagnostics(
                        target, state, float(level[s]), tuple(fitted.effective), fitted.ancestors,
                        men,
                    )
                )  # fmt: skip
            forecasts[target] = _forecast(target, origin, list(ahead)[lag - 1 :], kept)
    return OriginForecast(forecasts, tuple(told))


def _forecast(target: str, origin: int, months: list[int], kept: list[Floats]) -> Forecast:
    """Put the countries' deaths [months, draws] in order of month, then country."""
    draws = np.stack(kept, axis=1)
    by_id = np.argsort(STATE_IDS)
    return Forecast(
        target=target,
        origin=origin,
        months=np.repeat(months, N_STATES),
        countries=np.tile(STATE_IDS[by_id], len(months)),
        draws=draws[:, by_id].reshape(len(months) * N_STATES, -1),
    )


class _Start:
    """Draws first-day particles."""

    def __init__(
        self, shared: Template, record: Record, origin: int, seed: int, settings: Settings
    ) -> None:
        self._shared, self._settings = shared, settings
        self._origin, self._seed = origin, seed
        self._weights = observed_weights(shared, record.places, origin)
        self._country = shared.start.geography.country

    def key(self, state: int, slot: int) -> tuple[int, int]:
        """Seed and replicate of a slot: another one for every origin and country."""
        return self._seed, (self._origin * N_STATES + state) * MAX_DRAWS + slot

    def particle(self, key: tuple[int, int], fighters: Floats | None) -> Particle:
        """A particle with about so many fighters by country [S]; as documented if None."""
        at = make_key(*key)
        chosen = self._shared.drawn(*key)
        if fighters is None:
            total = country_totals(chosen, chosen.start.groups.fighters)
        else:
            total = fighters * self._noise(at, _LEVEL, self._settings.level_sd)
        world = lean_copy(chosen.start, *key)
        world.groups.fighters[...] = fighter_shape(chosen, self._weights) * total[self._country]
        return Particle(world, self._parameters(at, chosen))

    def _parameters(self, at: Any, chosen: Template) -> Parameters:
        """The template's parameters with recruitment and :data:`SPREAD` drawn for this particle."""
        parameters = chosen.parameters
        rho = parameters.control.rho * self._noise(at, _RECRUITMENT, self._settings.recruitment_sd)
        changed: dict[str, dict[str, Any]] = {"control": {"rho": rho}}
        for k, (mechanism, name) in enumerate(SPREAD):
            known = chosen.values.record(f"{mechanism}.{name}")
            noise = log_noise(at, START_PROCESS, _SPREAD, k, self._settings.parameter_sd)
            value = min(max(known.value * noise, known.low), known.high)
            changed.setdefault(mechanism, {})[name] = value
        changed["insurgency"]["sigma_country"] = max(
            parameters.insurgency.sigma_country, self._settings.mood_sd
        )
        return parameters._replace(
            **{
                mechanism: getattr(parameters, mechanism)._replace(**fields)
                for mechanism, fields in changed.items()
            }
        )

    @staticmethod
    def _noise(at: Any, entity: int, spread: float) -> Floats:
        return np.array([log_noise(at, START_PROCESS, entity, s, spread) for s in range(N_STATES)])

    def fighters_per_death(self, herd: Herd, pilots: int, column: int) -> Floats:
        """Fighters that stand behind one death a month, by country [S]."""
        particles = [self.particle(self.key(0, slot), None) for slot in range(pilots)]
        fighters = np.array([self.fighters(particles, s) for s in range(N_STATES)])
        deaths = herd.run(particles, PILOT_DAYS)[:, :, column].mean(axis=0)
        return np.asarray(fighters / np.maximum(deaths, 1.0))

    def fighters(self, particles: Sequence[Particle], state: int) -> float:
        """Mean number of fighters in a country."""
        its = self._country == state
        return float(np.mean([p.world.groups.fighters[:, its].sum() for p in particles]))
