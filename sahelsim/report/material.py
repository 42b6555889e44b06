"""What all sections draw on: the runs side by side, their grids, the documented events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sahelsim.experiment import Comparison, Run, compare
from sahelsim.report.parts import Table
from sahelsim.report.quantiles import COLUMNS, fan, spread, wide
from sahelsim.report.style import DOCUMENTED, RUN_COLOURS, RUN_DASHES
from sahelsim.report.words import number
from sahelsim.theatre import Theatre
from sahelsim.theatre.geography import great_circle_km
from sahelsim.theatre.records import Event, OutcomeSpec

STATE_LABELS = {"mli": "Mali", "ner": "Niger", "bfa": "Burkina Faso"}


@dataclass(frozen=True)
class Material:
    """One run, the runs it is compared with, and the documented world.

    Attributes:
        run: The run the page is about.
        others: Runs paired with it by seed.
        theatre: The documented world.
    """

    run: Run
    others: tuple[Run, ...]
    theatre: Theatre

    @cached_property
    def runs(self) -> dict[str, Run]:
        """Scenario id to run, the run itself first; a repeated id is numbered."""
        named: dict[str, Run] = {}
        for run in (self.run, *self.others):
            name = base = run.scenario.id
            count = 2
            while name in named:
                name, count = f"{base} ({count})", count + 1
            named[name] = run
        return named

    @property
    def name(self) -> str:
        """The run's scenario id."""
        return str(self.run.scenario.id)

    @cached_property
    def dates(self) -> pd.DatetimeIndex:
        """Every day of the run."""
        return pd.date_range(self.run.scenario.start, periods=self.run.scenario.days)

    @cached_property
    def weeks(self) -> list[pd.Timestamp]:
        """First day of every week, the last short one included."""
        return list(self.dates[::7])

    @cached_property
    def comparisons(self) -> dict[str, dict[str, Comparison]]:
        """Other run's name to outcome to its paired difference, this run minus the other.

        Empty for a run that shares fewer than two replicates.

        Raises:
            InputError: SS4006, the runs do not share their draws.
        """
        return {
            name: {item.outcome: item for item in compare(other, self.run)}
            if self.pairs(other) > 1 or not self.seed_shared(other)
            else {}
            for name, other in list(self.runs.items())[1:]
        }

    def seed_shared(self, other: Run) -> bool:
        """True where the other run has the same seed, so that replicates are pairs."""
        return bool(other.manifest["seed"] == self.run.manifest["seed"])

    def pairs(self, other: Run) -> int:
        """Replicates in common."""
        return len(self.run.outcomes.index.intersection(other.outcomes.index))

    @cached_property
    def specs(self) -> dict[str, OutcomeSpec]:
        """The register of outcomes by id."""
        return {spec.id: spec for spec in self.theatre.outcomes}

    def outcome(self, run: Run, id: str) -> pd.Series:
        """One outcome over replicates, as floats."""
        return run.outcomes[id].astype(float)

    @cached_property
    def _daily(self) -> dict[str, dict[str, pd.DataFrame]]:
        return {
            name: {
                str(actor): rows
                for actor, rows in run.frame("daily").groupby("actor", observed=True)
            }
            for name, run in self.runs.items()
        }

    def grids(self, actor: str, column: str) -> dict[str, pd.DataFrame]:
        """Run name to a grid [date, replicate] of one daily series."""
        return {
            name: wide(actors[actor], column)
            for name, actors in self._daily.items()
            if actor in actors
        }

    def total(self, column: str) -> dict[str, pd.DataFrame]:
        """Run name to a daily series added up over the three states."""
        parts = [self.grids(state, column) for state in STATE_LABELS]
        return {name: sum(part[name] for part in parts) for name in self.runs}  # type: ignore[misc]

    @cached_property
    def events(self) -> dict[str, pd.DataFrame]:
        """Run name to its simulated events, without the columns no chart needs."""
        columns = [
            "replicate", "day", "date", "kind", "locality", "actor", "target", "cause_number",
            "object", "military_deaths", "insurgent_deaths", "civilian_deaths", "militia_deaths",
            "quantity",
        ]  # fmt: skip
        return {
            name: run.tables["events"].select(columns).to_pandas()
            for name, run in self.runs.items()
        }

    @cached_property
    def sorties(self) -> dict[str, pd.DataFrame]:
        """Run name to every leg flown, in the order of the log.

        Columns: replicate, tail, owner, user, start and end (ids of localities), stops (the
        airfields at both ends by ICAO code), tonnes on board, great-circle km.
        """
        return {name: self._legs(name) for name in self.runs}

    def _legs(self, name: str) -> pd.DataFrame:
        rows = self.events[name]
        rows = rows[rows["kind"] == "sortie"]
        tails = [*(item.tail for item in self.theatre.tails),
                 *sorted(self.runs[name].scenario.aircraft)]  # fmt: skip
        fields = self.theatre.airfields
        code = {place.id: place.airfield for place in self.theatre.localities}
        frame = pd.DataFrame(
            {
                "replicate": rows["replicate"],
                "tail": [tails[int(index)] for index in rows["object"]],
                "owner": rows["actor"].astype(str),
                "user": rows["target"].astype(str),
                "start": [fields[int(index)].locality for index in rows["cause_number"]],
                "end": rows["locality"].astype(str),
                "tonnes": rows["quantity"].astype(float),
            }
        )
        pairs = list(zip(frame["start"], frame["end"], strict=True))
        known = {pair: self._apart_km(*pair) for pair in set(pairs)}
        frame["stops"] = [(code[start], code[end]) for start, end in pairs]
        frame["km"] = [known[pair] for pair in pairs]
        return frame

    def _apart_km(self, start: str, end: str) -> float:
        a, b = self.theatre.locality(start), self.theatre.locality(end)
        return great_circle_km(a.lat, a.lon, b.lat, b.lon)

    @cached_property
    def documented(self) -> list[Event]:
        """Documented events in the scenario's window, of every role, by date."""
        plan = self.run.scenario
        inside = [event for event in self.theatre.events if plan.start <= event.date < plan.end]
        return sorted(inside, key=lambda event: (event.date, event.id))

    def marks(self, types: Iterable[str], country: str = "") -> pd.DataFrame:
        """Documented events of some types as chart marks: columns ``date``, ``text``."""
        wanted = set(types)
        rows = [
            {"date": pd.Timestamp(event.date), "text": event_text(event)}
            for event in self.documented
            if event.type in wanted and (not country or country in event.countries)
        ]
        return pd.DataFrame(rows, columns=["date", "text"])

    def keys(self, documented: str = "") -> list[tuple[str, str, str]]:
        """The key of fan charts: runs by colour and line, and what the bands hold."""
        lines = [
            (f"line {RUN_DASHES[k % 4]}", RUN_COLOURS[k % 4], f"{name}: median")
            for k, name in enumerate(self.runs)
        ]
        bands = [("band", RUN_COLOURS[0], "darker band: 50 % of replicates, lighter: 90 %")]
        marks = [("mark", DOCUMENTED, documented)] if documented else []
        return [*lines, *bands, *marks]


def event_text(event: Event, width: int = 60) -> str:
    """A documented event on hover: id, words broken into lines, confidence."""
    import html
    import textwrap

    words = f"{event.id}: {event.description} (confidence {event.confidence})"
    return "<br>".join(html.escape(line) for line in textwrap.wrap(words, width))


def fans(grids: dict[str, pd.DataFrame], *, counted: bool = False) -> dict[str, pd.DataFrame]:
    """Quantiles of every run's grid."""
    return {name: fan(grid, counted=counted) for name, grid in grids.items()}


def fan_table(tables: dict[str, pd.DataFrame], unit: str, most: int = 9) -> Table:
    """The numbers behind a fan chart, about once a month."""
    first = next(iter(tables.values()))
    step = max(1, -(-len(first) // most))
    days = list(first.index[::step])
    if len(first) and days[-1] != first.index[-1]:
        days.append(first.index[-1])
    rows = []
    for day in days:
        cells = [str(day)[:10]]
        for table in tables.values():
            if day not in table.index:
                cells.append("–")
                continue
            row = table.loc[day]
            cells.append(f"{number(row.q50)} ({number(row.q05)} to {number(row.q95)})")
        rows.append(cells)
    heads = [f"{name}: median (90 %), {unit}" for name in tables]
    return Table(["date", *heads], rows, "Numbers", folded=True)


def range_table(totals: dict[str, pd.DataFrame], what: str, unit: str) -> Table:
    """The numbers behind a chart of ranges."""
    labels = list(next(iter(totals.values())).index)
    rows = []
    for label in labels:
        cells = [str(label)]
        for table in totals.values():
            row = table.loc[label]
            cells.append(f"{number(row.q50)} ({number(row.q05)} to {number(row.q95)})")
        rows.append(cells)
    return Table(
        [what, *(f"{name}: median (90 %), {unit}" for name in totals)], rows, "Numbers", folded=True
    )


def spreads(values: dict[str, Any]) -> pd.DataFrame:
    """Quantiles of each entry as a table; entries that no replicate has are left out."""
    known = {label: spread(column) for label, column in values.items()}
    rows = {label: row for label, row in known.items() if row}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
