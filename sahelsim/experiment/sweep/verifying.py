"""Run some stored runs again and see whether every bit is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sahelsim.base.errors import InputError, NotReproducible
from sahelsim.experiment.sweep.keys import KEY_BYTES, cell_digest, run_key
from sahelsim.experiment.sweep.parts import DAILY, KEY_COLUMNS, PLACES, read_parts
from sahelsim.experiment.sweep.result import Sweep, load_sweep
from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.experiment.sweep.work import OK, SIMULATOR, Chunk, Job, Piece, Rows, run_chunk


class Verified(NamedTuple):
    """How a verification went: stored runs, those whose key was checked, those run again."""

    runs: int
    keys: int
    again: int


def verify(path: Path, sample: int | None = 50, runner: str = SIMULATOR) -> Verified:
    """Check the key of every stored run and run a sample of them again.

    Args:
        path: The sweep directory.
        sample: How many runs are run again, all if None; which ones depends on the sweep's seed
            alone.
        runner: What runs one replicate.

    Raises:
        InputError: SS4132, no sweep.
        NotReproducible: SS4137, a key or an outcome differs, or this is another version of
            sahelsim, of its model or of the documented world.
    """
    sweep = load_sweep(path)
    spec, stored = sweep.spec, sweep.manifest["identity"]
    for key, words in (
        ("version", "version of sahelsim"),
        ("model_hash", "model, Numba, NumPy or processor"),
        ("source_data_hash", "documented world"),
        ("posterior", "posterior"),
    ):
        if stored.get(key) != spec.identity[key]:
            raise NotReproducible(
                "SS4137", f"{path} was run with another {words}: {stored.get(key)}, not "
                f"{spec.identity[key]}",
                hint="verify it with what ran it",
            )  # fmt: skip
    _check_keys(sweep)
    rows = sweep.runs[sweep.runs["status"] == "ok"]
    if not len(rows):
        raise InputError("SS4138", f"{path} has no finished runs to verify")
    take = np.random.default_rng(spec.seed).permutation(len(rows))[:sample]
    chosen = rows.iloc[np.sort(take)]
    job = Job.of(spec, runner)
    run = job.make()
    before = chosen[sweep.outcome_ids].to_numpy(dtype=np.float64)
    lists = _lists(path, chosen["run_key"])
    columns: Any = (chosen[name] for name in ("policy", "future", "seed", "replicate", "run_key"))
    for number, (policy, future, seed, replicate, key) in enumerate(zip(*columns, strict=True)):
        piece = _piece(spec, sweep, str(policy), int(future), int(seed), int(replicate))
        again = run_chunk(job, run, Chunk(number, (piece,)))
        at = f"policy {policy}, future {future}, replicate {replicate}"
        _compare(at, before[number], again, sweep.outcome_ids)
        _compare_lists(at, lists.get(key, {}), again, spec)
    return Verified(len(sweep.runs), len(sweep.runs), len(chosen))


def _piece(
    spec: SweepSpec, sweep: Sweep, policy: str, future: int, seed: int, replicate: int
) -> Piece:
    row: Any = sweep.futures.loc[future]
    values = {name: float(row[name]) for name in spec.uncertainties}
    cell = cell_digest(spec, policy, future, values)
    place = list(spec.policies).index(policy)
    return Piece(place, future, seed, tuple(values.values()), cell, (replicate,))


def _lists(path: Path, keys: Any) -> dict[bytes, dict[str, Any]]:
    """Daily series and places of these runs, by key and column, as far as they are stored."""
    found: dict[bytes, dict[str, Any]] = {}
    wanted = pa.array(list(keys), pa.binary(KEY_BYTES))
    for kind in (DAILY, PLACES):
        for table in read_parts(path / kind):
            mine = table.filter(pc.is_in(table["run_key"], value_set=wanted))
            names = [name for name in mine.column_names if name not in KEY_COLUMNS]
            for k, key in enumerate(mine["run_key"].to_pylist()):
                known = found.setdefault(key, {})
                known.update({name: mine[name][k].values.to_numpy() for name in names})
    return found


def _compare_lists(at: str, before: dict[str, Any], again: Rows, spec: SweepSpec) -> None:
    now: dict[str, Any] = {}
    if again.daily is not None and spec.daily is not None:
        now |= dict(zip(spec.daily.series, again.daily[0], strict=True))
    if again.places is not None:
        now |= dict(zip(("holder", "siege_days"), again.places[0], strict=True))
    for name, old in before.items():
        if name not in now or not np.array_equal(old, now[name], equal_nan=True):
            raise NotReproducible(
                "SS4137", f"{at}: {name} is not what it was",
                hint="see docs/explanation/why-keyed-draws.md for what keeps runs equal",
            )  # fmt: skip


def _check_keys(sweep: Sweep) -> None:
    cells: dict[tuple[str, int], bytes] = {}
    columns = ("policy", "future", "seed", "replicate", "run_key")
    rows = zip(*(sweep.runs[name] for name in columns), strict=True)
    for policy, future, seed, replicate, key in rows:
        at = (str(policy), int(future))
        if at not in cells:
            cells[at] = _piece(sweep.spec, sweep, *at, int(seed), 0).cell
        if run_key(cells[at], int(seed), int(replicate)) != key:
            raise NotReproducible(
                "SS4137", f"the key of policy {policy}, future {future}, replicate {replicate} is "
                "not that of its content",
                hint="the tables were changed after the run",
            )  # fmt: skip


def _compare(at: str, before: Any, again: Rows, ids: list[str]) -> None:
    if again.status[0] != OK:
        raise NotReproducible("SS4137", f"{at} went wrong now: {again.errors[0][1]}")
    for id, old, value in zip(ids, before, again.values[0], strict=True):
        if not (old == value or (np.isnan(old) and np.isnan(value))):
            raise NotReproducible(
                "SS4137", f"{at}: {id} was {old!r} and is {value!r} now",
                hint="see docs/explanation/why-keyed-draws.md for what keeps runs equal",
            )  # fmt: skip
