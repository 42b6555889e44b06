"""Face check: do runs from 20 August 2023 give what then happened a chance worth the name?

For each class of event the share of replicates in which it happens is counted. Orders that are
scripted are named: they make their consequence possible, not certain. A share above
:data:`ENOUGH` says that the model does not rule out what happened, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from sahelsim.calibration.replicates import each_replicate
from sahelsim.experiment.comparison import wilson_interval
from sahelsim.experiment.runner import Progress
from sahelsim.model.build import template
from sahelsim.model.posterior import Posterior, choose_posterior
from sahelsim.scenario import Scenario
from sahelsim.theatre import Theatre, load_theatre

SCENARIO = "documented-2023"
ENOUGH = 0.05


class Log(NamedTuple):
    """One replicate's events, and what was so on the first day.

    Attributes:
        events: Columns date, kind, locality, actor and cause of the table ``events``.
        theatre: The documented world.
    """

    events: pd.DataFrame
    theatre: Theatre

    def of(self, kind: str, *, locality: str = "", actor: str = "", first: date | None = None,
           last: date | None = None) -> pd.DataFrame:  # fmt: skip
        """The events of a kind, of a place, of an actor, from one day to another (included)."""
        found = self.events[self.events["kind"] == kind]
        if locality:
            found = found[found["locality"] == locality]
        if actor:
            found = found[found["actor"] == actor]
        if first is not None:
            found = found[found["date"] >= first]
        if last is not None:
            found = found[found["date"] <= last]
        return found


class FaceClass(NamedTuple):
    """A class of events that happened.

    Attributes:
        id: Name in tables.
        label: What counts as having happened, in words.
        documented: Ids of the documented events it stands for.
        given: What the scenario scripts about it.
        happened: Tells it from a replicate's log.
    """

    id: str
    label: str
    documented: tuple[str, ...]
    given: str
    happened: Callable[[Log], bool]


def longest_siege(log: Log, locality: str, first: date, last: date) -> int:
    """Most days in a row between two days (included) on which a place was besieged."""
    besieged = log.theatre.locality(locality).besieged
    begun: date | None = first if besieged else None
    longest = 0
    turns = log.events[
        log.events["kind"].isin(["siege_begins", "siege_ends"])
        & (log.events["locality"] == locality)
    ]
    for day, kind in zip(turns["date"], turns["kind"], strict=True):
        if kind == "siege_begins" and begun is None:
            begun = max(day, first)
        elif kind == "siege_ends" and begun is not None:
            longest = max(longest, (min(day, last) - begun).days)
            begun = None
    if begun is not None:
        longest = max(longest, (last - begun).days + 1)
    return longest


def _timbuktu(log: Log) -> bool:
    return longest_siege(log, "timbuktu", date(2023, 9, 1), date(2023, 12, 31)) >= 90


def _overrun(log: Log) -> bool:
    lost = log.of("place_lost", last=date(2023, 12, 31))
    countries = lost["locality"].map({p.id: p.country for p in log.theatre.localities})
    return bool(((countries == "mli") & (lost["cause"] == "event")).any())


def _kidal(log: Log) -> bool:
    window = {"first": date(2023, 10, 1), "last": date(2023, 12, 31)}
    return bool(len(log.of("place_taken", locality="kidal", actor="mli", **window)))


def _aguelhok(log: Log) -> bool:
    window = {"first": date(2023, 12, 1), "last": date(2024, 3, 25)}
    return bool(len(log.of("place_taken", locality="aguelhok", actor="mli", **window)))


FACE_CLASSES: tuple[FaceClass, ...] = (
    FaceClass(
        "timbuktu_blockade",
        "Timbuktu besieged for 90 days in a row between September and December 2023",
        ("E009", "E026"),
        "Timbuktu is besieged on the first day and the blockade declared by script; how long it "
        "lasts is drawn.",
        _timbuktu,
    ),
    FaceClass(
        "camp_overrun",
        "a garrison in Mali overrun by the end of 2023",
        ("E028", "E030", "E035", "E037"),
        "The CSP goes to war by script on 11 September; no attack is scripted.",
        _overrun,
    ),
    FaceClass(
        "kidal_column",
        "Mali's column takes Kidal between October and December 2023",
        ("E062",),
        "The column leaves Gao and the UN leaves Kidal by script; ambushes, losses and the fight "
        "for the town are drawn.",
        _kidal,
    ),
    FaceClass(
        "aguelhok",
        "Mali takes Aguelhok between December 2023 and March 2024",
        ("E072",),
        "A column leaves Kidal for Aguelhok by script, if Mali has men there; what becomes of it "
        "is drawn.",
        _aguelhok,
    ),
)


def face_check(
    plan: Scenario,
    replicates: int = 100,
    seed: int | None = None,
    *,
    parameters: Posterior | Path | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Count the replicates in which each class of event happens.

    Args:
        plan: A scenario that covers 20 August 2023 to 26 March 2024.
        replicates: How many.
        seed: Seed of the draws; the scenario's own by default.
        parameters: Where uncertain parameters come from, as for :func:`sahelsim.run`.
        workers: Threads; all cores by default.
        progress: Called with 0 first, then with 1 after each replicate.

    Returns:
        Columns id, label, documented (event ids), given, hits, replicates, share, low, high
        (Wilson's 95 % interval of the share), enough (share above :data:`ENOUGH`).

    Raises:
        ModelFault: a replicate went wrong.
    """
    theatre = load_theatre()

    def reduced(tables: Mapping[str, pa.Table]) -> list[bool]:
        log = Log(_plain(tables["events"]), theatre)
        return [item.happened(log) for item in FACE_CLASSES]

    found = each_replicate(
        template(plan, posterior=choose_posterior(parameters)), replicates,
        plan.seed if seed is None else seed, reduced, workers=workers, progress=progress,
    )  # fmt: skip
    return pd.DataFrame(
        _row(item, sum(hits[k] for hits in found), len(found))
        for k, item in enumerate(FACE_CLASSES)
    )


def _row(item: FaceClass, hits: int, replicates: int) -> dict[str, Any]:
    low, high = wilson_interval(hits / replicates, replicates)
    return {
        "id": item.id, "label": item.label, "documented": " ".join(item.documented),
        "given": item.given, "hits": hits, "replicates": replicates, "share": hits / replicates,
        "low": low, "high": high, "enough": hits / replicates > ENOUGH,
    }  # fmt: skip


def _plain(table: pa.Table) -> pd.DataFrame:
    frame = table.select(["date", "kind", "locality", "actor", "cause"]).to_pandas()
    for name in ("kind", "locality", "actor", "cause"):
        frame[name] = frame[name].astype("str")
    return frame
