"""The records of the documented world: one frozen class per table, units in the field names.

Every record carries where it comes from: ``source`` is a publisher with its URL, or says
``assumed``. ``confidence`` of facts is ``H``, ``M`` or ``L``; of parameters and orders it is
``sourced``, ``derived`` or ``assumed``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Locality:
    """A town, post or junction on 20 August 2023.

    Attributes:
        id: Lower-case name, the key of every table and scenario.
        name: Name as written on maps.
        country: ``mli``, ``ner`` or ``bfa``.
        admin1: First-level region; the model's region.
        lat: Degrees north.
        lon: Degrees east.
        population: People of the town (not of its catchment).
        population_source: ``GeoNames`` or ``assumed``.
        coordinates_source: ``GeoNames`` or ``assumed``.
        airfield: ICAO code of its airfield, or empty.
        garrison: A state garrison is in place.
        holder: ``mli ner bfa csp_psd jnim issp un none``.
        besieged: Besieged, blockaded or encircled.
        un_site: The UN mission has a camp here.
        jnim_home: Rooting of JNIM: 1 named, 0.5 countryside or margins only, 0 not named.
        issp_home: The same for ISSP.
        csp_psd_home: The same for CSP-PSD.
        control_text: Who controls it, as compiled; ``holder_mapping.csv`` reads it.
        contest_text: Who contests it, as compiled; ``contest_mapping.csv`` reads it.
        source: Publisher and URL, or assumed.
        confidence: ``H``, ``M`` or ``L``.
        note: What a reader should know.
    """

    id: str
    name: str
    country: str
    admin1: str
    lat: float
    lon: float
    population: int
    population_source: str
    coordinates_source: str
    airfield: str
    garrison: bool
    holder: str
    besieged: bool
    un_site: bool
    jnim_home: float
    issp_home: float
    csp_psd_home: float
    control_text: str
    contest_text: str
    source: str
    confidence: str
    note: str

    @property
    def contested(self) -> bool:
        """Somebody contests it (the column ``contest_text`` is not empty)."""
        return bool(self.contest_text)

    def home(self, group: str) -> float:
        """Return the rooting of ``csp_psd``, ``jnim`` or ``issp`` as tabulated (0, 0.5 or 1)."""
        return {"csp_psd": self.csp_psd_home, "jnim": self.jnim_home, "issp": self.issp_home}[group]


@dataclass(frozen=True, slots=True)
class Road:
    """An edge of the road graph, usable both ways.

    Attributes:
        id: ``start--end``.
        start: Locality id.
        end: Locality id.
        road_ref: Road number, with a question mark where it is doubtful.
        surface: ``paved``, ``mixed``, ``laterite`` or ``track``.
        gc_km: Great-circle distance [km].
        road_km: Length along the road [km].
        source: Publisher and URL of the length, or assumed.
        confidence: ``H``, ``M`` or ``L``, that the road exists as described.
        note: State of the surface.
    """

    id: str
    start: str
    end: str
    road_ref: str
    surface: str
    gc_km: float
    road_km: float
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Airfield:
    """An airfield with an ICAO code.

    Attributes:
        icao: ICAO code.
        name: Name in ``airportsdata``.
        country: ``mli``, ``ner`` or ``bfa``.
        lat: Degrees north.
        lon: Degrees east.
        elevation_ft: Elevation [ft].
        runway_m: Longest runway that transports use [m].
        surface: ``paved`` or ``unpaved``.
        runway_basis: ``sourced`` or ``assumed``.
        c130_use: ``yes``, ``marginal`` or ``no``.
        mog_low: Least aircraft on the ground at once (assumed).
        mog: Maximum on ground, central value [aircraft] (assumed).
        mog_high: Most aircraft on the ground at once (assumed).
        operating_hours: Hours a day (assumed) [h].
        locality: Id of the locality it serves.
        source: Publisher and URL, or assumed.
        confidence: ``H``, ``M`` or ``L``, in runway and use.
        note: Runways as listed, and doubts.
    """

    icao: str
    name: str
    country: str
    lat: float
    lon: float
    elevation_ft: float
    runway_m: float
    surface: str
    runway_basis: str
    c130_use: str
    mog_low: int
    mog: int
    mog_high: int
    operating_hours: float
    locality: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class AircraftType:
    """A transport type; masses are None where they are not known.

    Attributes:
        id: Short id, used as parameter suffix (``c130h``).
        name: Name in words.
        payload_max_t: Greatest payload without ballast fuel [t].
        payload_plan_t: Planning payload [t], with ``_low_t`` and ``_high_t``.
        cruise_km_h: Cruise speed of the block-time formula [km/h].
        burn_kg_h: Fuel burn [kg/h].
        troops: Seats.
        litters: Stretchers.
        runway_m: Runway needed [m], with ``_low_m`` and ``_high_m``; 0 for a pad.
        unpaved_ok: May land on unpaved runways.
        owe_kg: Operating weight empty [kg].
        mtow_kg: Maximum take-off mass [kg].
        assault_landing_kg: Landing limit on assault strips [kg].
        structural_payload_kg: Payload limit of the structure [kg].
        mission_capable: Prior mean of the mission-capable rate, with ``_low`` and ``_high``.
        source: Publisher and URL, or assumed.
        confidence: ``H``, ``M`` or ``L``.
        note: Exact figures and doubts.
    """

    id: str
    name: str
    payload_max_t: float
    payload_plan_t: float
    payload_plan_low_t: float
    payload_plan_high_t: float
    cruise_km_h: float
    burn_kg_h: float
    troops: int
    litters: int
    runway_m: float
    runway_low_m: float
    runway_high_m: float
    unpaved_ok: bool
    owe_kg: float | None
    mtow_kg: float | None
    assault_landing_kg: float | None
    structural_payload_kg: float | None
    mission_capable_low: float
    mission_capable: float
    mission_capable_high: float
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Tail:
    """One airframe.

    Attributes:
        tail: Registration as painted, or an id made here where none is known (the note says so).
        type: Id of its :class:`AircraftType`.
        owner: State or partner.
        base: ICAO code.
        available_from: First day in service.
        available_to: Last day in service (inclusive), or None.
        role: ``lift`` (flies in the theatre), ``delivery`` (flies for its own mission, or into
            the theatre from outside) or ``grounded``.
        source: Publisher, or assumed.
        url: Page, empty if assumed.
        confidence: ``H``, ``M`` or ``L``.
        note: What is assumed.
    """

    tail: str
    type: str
    owner: str
    base: str
    available_from: date
    available_to: date | None
    role: str
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Force:
    """A strength or a share with its range, in the unit given (``men`` or ``percent``).

    Attributes:
        partner_in: State in which a partner's force stands and acts, or empty.
        since: First day there, or None if it was there before 20 August 2023.
        until: First day no longer there, or None.
    """

    id: str
    name: str
    side: str
    unit: str
    low: float
    central: float
    high: float
    partner_in: str
    since: date | None
    until: date | None
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Event:
    """A dated, published event.

    Attributes:
        id: ``E001`` onwards.
        date: Day, or last day of a span.
        place: Locality id (nearest one listed).
        countries: Country codes it concerns.
        actors: Who, as named by the source.
        type: Kind of event.
        role: ``order`` and ``exogenous`` events may be scripted; an ``observation`` never is.
        description: What is reported, in our words.
        deaths_low: Fewest deaths claimed, all sides, or None if not reported.
        deaths_high: Most deaths claimed, or None if open-ended or not reported.
        publisher: Who published it, or ``assumed``.
        url: Page, empty if assumed.
        confidence: ``H``, ``M`` or ``L``, in the event.
        toll_confidence: ``H``, ``M`` or ``L``, in the deaths; empty where none are reported.
        note: Anything else.
    """

    id: str
    date: date
    place: str
    countries: tuple[str, ...]
    actors: str
    type: str
    role: str
    description: str
    deaths_low: int | None
    deaths_high: int | None
    publisher: str
    url: str
    confidence: str
    toll_confidence: str
    note: str

    @property
    def source(self) -> str:
        """Publisher and URL in one text."""
        return f"{self.publisher} {self.url}".strip()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model.

    Attributes:
        id: ``<mechanism>.<name>[.<state, group or type>]``.
        description: What it is.
        symbol: Symbol in the documentation.
        unit: Unit, ``1`` for none.
        value: Default.
        low: Low end of its range.
        high: High end of its range.
        distribution: ``uniform``, ``triangular``, ``lognormal`` or ``fixed``.
        reference: Publication, or the word assumed.
        confidence: ``sourced``, ``derived`` or ``assumed``.
        dated: (first day, value) pairs in order of day, where the value changes in time.
    """

    id: str
    description: str
    symbol: str
    unit: str
    value: float
    low: float
    high: float
    distribution: str
    reference: str
    confidence: str
    dated: tuple[tuple[date, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of an order; see ``theatre/orders.yaml``."""

    name: str
    type: str
    slot: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    default: float | int | str | None = None
    required: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrderVerb:
    """An order that the model understands.

    ``code`` is part of the result format; ``lag_days`` is the time until it takes effect.
    """

    verb: str
    code: int
    actors: tuple[str, ...]
    description: str
    effect: str
    lag_days: float
    confidence: str
    arguments: tuple[Argument, ...]

    def argument(self, name: str) -> Argument:
        """Return the argument called ``name``.

        Raises:
            KeyError: the order has no such argument.
        """
        for argument in self.arguments:
            if argument.name == name:
                return argument
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class OutcomeSpec:
    """A column of the outcome table; ``direction`` is ``higher``, ``lower`` or ``none``."""

    id: str
    unit: str
    direction: str
    formula: str
    label_en: str
    label_fr: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Something that can be taken out of the model, or put in.

    Attributes:
        id: Its name in tables.
        title: What happens, in a clause.
        modules: Files of ``model/mechanisms`` and (``decisions.<name>``) ``model/decisions``.
        by_default: True if it is in the model as shipped.
        switch: Parameter id -> value that puts it into the other state; may lie out of range.
        spec: Where the model's specification has it.
        scenario: The shipped scenario in which it is taken out or put in.
        note: Why there is no switch, where there is none.
    """

    id: str
    title: str
    modules: tuple[str, ...]
    by_default: bool
    switch: Mapping[str, float]
    spec: str
    scenario: str
    note: str
