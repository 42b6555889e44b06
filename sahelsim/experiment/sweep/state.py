"""How a sweep stands: its state, its outcomes by policy, its failures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.base.suggest import did_you_mean
from sahelsim.experiment.files import FolderLock
from sahelsim.experiment.sweep.result import Sweep, load_sweep
from sahelsim.experiment.sweep.spec import Goal
from sahelsim.experiment.sweep.store import STATUS, read_manifest
from sahelsim.experiment.sweep.work import STATUSES
from sahelsim.theatre import load_theatre

if TYPE_CHECKING:
    import pandas as pd

LOW, HIGH = 0.05, 0.95


def sweep_state(path: Path) -> dict[str, Any]:
    """How a sweep directory stands: state, planned, done, counts, command.

    ``state`` is ``running``, ``complete``, ``interrupted``, ``stopped`` (by an error) or ``killed``
    (it says running, but no process holds it).

    Raises:
        InputError: SS4132, no sweep.
    """
    manifest = read_manifest(path)
    known = _status(path)
    facts = {"id": manifest["id"], "path": str(path), "command": manifest["command"]}
    if known["state"] == "running":
        if _held(path):
            return {**facts, **known, "counts": known.get("session", {})}
        known["state"] = "killed"
    sweep = load_sweep(path)
    rows = sweep.runs["status"].astype(str).value_counts()
    unrun = int(sweep.missing["status"].isna().sum())
    if known["state"] == "complete" and unrun and manifest["shard"] == [1, 1]:
        known["state"] = "stopped"  # it has grown since
    counts = {word: int(rows.get(word, 0)) for word in STATUSES}
    if manifest["shard"] == [1, 1]:
        known |= {"done": len(sweep.runs), "planned": len(sweep.runs) + unrun}
    return {**facts, **known, "counts": counts}


def _status(path: Path) -> dict[str, Any]:
    """What status.json says; that it runs, where that cannot be read (yet)."""
    unknown = {"state": "running", "left_s": None, "runs_per_s": 0.0, "done": 0, "planned": 0}
    try:
        known = json.loads((path / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return unknown
    whole = isinstance(known, dict) and all(
        type(known.get(key)) is kind for key, kind in (("state", str), ("done", int),
                                                       ("planned", int))
    )  # fmt: skip
    return known if whole else unknown


def _held(path: Path) -> bool:
    try:
        FolderLock(path).close()
    except EnvironmentFault:
        return True
    return False


def by_policy(sweep: Sweep, outcomes: Sequence[str] = ()) -> pd.DataFrame:
    """Outcomes by policy over all futures and replicates that ended well.

    Args:
        sweep: The sweep.
        outcomes: Outcome ids; those of the sweep file by default, else a few that most ask for.

    Returns:
        One row an outcome and policy: outcome, unit, policy, mean, low, high, met, runs; ``met`` is
        the share of runs that meet the threshold, NaN without one.

    Raises:
        InputError: SS4008, no such outcome.
    """
    import pandas as pd

    goals = _goals(sweep, outcomes)
    ok = sweep.runs[sweep.runs["status"] == "ok"]
    rows = []
    for id, goal in goals.items():
        for policy in sweep.spec.policies:
            values = ok.loc[ok["policy"] == policy, id].dropna().to_numpy(dtype=np.float64)
            if not len(values):
                continue
            low, high = np.quantile(values, (LOW, HIGH))
            rows.append(
                {
                    "outcome": id, "unit": goal.unit, "policy": policy,
                    "mean": float(values.mean()), "low": float(low), "high": float(high),
                    "met": meets(goal, values), "runs": len(values),
                }
            )  # fmt: skip
    columns = ["outcome", "unit", "policy", "mean", "low", "high", "met", "runs"]
    return pd.DataFrame(rows, columns=columns)


def meets(goal: Goal, values: Any) -> float:
    """Share of values that meet the threshold of a goal; NaN without one."""
    if goal.threshold is None:
        return float("nan")
    good = values >= goal.threshold if goal.direction == "higher" else values <= goal.threshold
    return float(np.mean(good))


def _goals(sweep: Sweep, outcomes: Sequence[str]) -> dict[str, Goal]:
    specs = {one.id: one for one in load_theatre().outcomes}
    for id in outcomes:
        if id not in specs:
            raise InputError("SS4008", f"no outcome '{id}'", hint=did_you_mean(id, specs))
    known = dict(sweep.spec.goals)
    wanted = outcomes or list(known) or ("tonnes_delivered", "siege_days", "civilian_deaths")
    return {
        id: known.get(id) or Goal(id, specs[id].direction, None, specs[id].unit, specs[id].label_en)
        for id in wanted
    }


def failures(sweep: Sweep) -> pd.DataFrame:
    """Runs that did not end well: where, how, why, and after how many attempts."""
    columns = ["policy", "future", "replicate", "status", "attempt", "error_code", "error"]
    wrong = sweep.runs["status"] != "ok"
    return sweep.runs.loc[wrong, columns].reset_index(drop=True)
