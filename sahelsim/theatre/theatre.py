"""The documented world in one object: tables in file order, lookups by id, a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sahelsim.base.suggest import did_you_mean
from sahelsim.theatre.errors import TheatreError
from sahelsim.theatre.evidence import ContestRule, Disagreement, HolderRule, SeedClaim, Timing
from sahelsim.theatre.parameters import ParameterSet, load_parameters
from sahelsim.theatre.records import (
    AircraftType,
    Airfield,
    Event,
    Force,
    Locality,
    Mechanism,
    OrderVerb,
    OutcomeSpec,
    Road,
    Tail,
)
from sahelsim.theatre.registers import load_mechanisms, load_orders, load_outcomes

if TYPE_CHECKING:
    from sahelsim.theatre.geography import Geography

Item = TypeVar("Item")
PACKAGED = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Theatre:
    """Everything documented about the theatre; immutable, shared by all runs.

    The order of every tuple is that of its file, and the position of a locality, airfield or tail
    in its tuple is its index in every array of the project.
    """

    folder: Path
    localities: tuple[Locality, ...]
    roads: tuple[Road, ...]
    airfields: tuple[Airfield, ...]
    aircraft_types: tuple[AircraftType, ...]
    tails: tuple[Tail, ...]
    forces: tuple[Force, ...]
    events: tuple[Event, ...]
    disagreements: tuple[Disagreement, ...]
    timings: tuple[Timing, ...]
    seed_claims: tuple[SeedClaim, ...]
    holder_mapping: tuple[HolderRule, ...]
    contest_mapping: tuple[ContestRule, ...]

    @property
    def packaged(self) -> bool:
        """True for the documented Sahel, which calibration and posterior belong to."""
        return self.folder == PACKAGED

    def part(self, name: str) -> Path:
        """A file or folder of this theatre; the packaged one where it has none of its own."""
        own = self.folder / name
        return own if own.exists() else PACKAGED / name

    # The registers and parameters are read when first used: commands that show a table need none.
    @cached_property
    def parameters(self) -> ParameterSet:
        """The parameters of ``parameters/*.yaml``, at their defaults."""
        return load_parameters(self.part("parameters"))

    @cached_property
    def orders(self) -> tuple[OrderVerb, ...]:
        """The register of orders."""
        return load_orders(self.part("orders.yaml"))

    @cached_property
    def outcomes(self) -> tuple[OutcomeSpec, ...]:
        """The register of outcomes."""
        return load_outcomes(self.part("outcomes.yaml"))

    @cached_property
    def mechanisms(self) -> tuple[Mechanism, ...]:
        """The register of mechanisms."""
        return load_mechanisms(self.part("mechanisms.yaml"), self.parameters.ids)

    @cached_property
    def geography(self) -> Geography:
        """Distances and routes between the localities."""
        from sahelsim.theatre.geography import build_geography

        return build_geography(self.localities, self.roads)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the names and contents of all tables and parameter files."""
        total = hashlib.sha256()
        files = [
            *(self.folder / "data").glob("*.csv"),
            *self.part("parameters").glob("*.yaml"),
        ]
        for path in sorted(files, key=lambda path: (path.parent.name, path.name)):
            # Line ends are unified: a checkout on Windows holds the same facts.
            content = path.read_bytes().replace(b"\r\n", b"\n")
            total.update(f"{path.parent.name}/{path.name}\0{len(content)}\0".encode() + content)
        return total.hexdigest()

    @cached_property
    def locality_index(self) -> Mapping[str, int]:
        """Locality id -> row of every array over localities."""
        return _positions(self.localities, "id")

    @cached_property
    def airfield_index(self) -> Mapping[str, int]:
        """ICAO code -> row of every array over airfields."""
        return _positions(self.airfields, "icao")

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The first-level regions, in the order of their first locality."""
        return tuple(dict.fromkeys(locality.admin1 for locality in self.localities))

    def locality(self, id: str) -> Locality:
        """Return a locality; raises TheatreError SS3005 if there is none of that id."""
        return _find(self.localities, "id", "locality", id)

    def road(self, id: str) -> Road:
        """Return a road by ``start--end``; raises TheatreError SS3005."""
        return _find(self.roads, "id", "road", id)

    def airfield(self, icao: str) -> Airfield:
        """Return an airfield by ICAO code; raises TheatreError SS3005."""
        return _find(self.airfields, "icao", "airfield", icao)

    def aircraft_type(self, id: str) -> AircraftType:
        """Return an aircraft type (``c130h``); raises TheatreError SS3005."""
        return _find(self.aircraft_types, "id", "aircraft type", id)

    def tail(self, tail: str) -> Tail:
        """Return an aircraft by its tail (``5U-MBH``); raises TheatreError SS3005."""
        return _find(self.tails, "tail", "tail", tail)

    def force(self, id: str) -> Force:
        """Return a force; raises TheatreError SS3005."""
        return _find(self.forces, "id", "force", id)

    def event(self, id: str) -> Event:
        """Return a documented event (``E001``); raises TheatreError SS3005."""
        return _find(self.events, "id", "event", id)

    def order(self, verb: str) -> OrderVerb:
        """Return an order's entry in the register; raises TheatreError SS3005."""
        return _find(self.orders, "verb", "order", verb)

    def outcome(self, id: str) -> OutcomeSpec:
        """Return an outcome's entry in the register; raises TheatreError SS3005."""
        return _find(self.outcomes, "id", "outcome", id)

    def mechanism(self, id: str) -> Mechanism:
        """Return a mechanism's entry in the register; raises TheatreError SS3005."""
        return _find(self.mechanisms, "id", "mechanism", id)


def _positions(items: Sequence[Any], key: str) -> Mapping[str, int]:
    return MappingProxyType({getattr(item, key): place for place, item in enumerate(items)})


def _find(items: Sequence[Item], key: str, kind: str, wanted: str) -> Item:
    for item in items:
        if getattr(item, key) == wanted:
            return item
    raise TheatreError(
        "SS3005",
        f"unknown {kind} '{wanted}'",
        hint=did_you_mean(wanted, (getattr(item, key) for item in items)),
    )
