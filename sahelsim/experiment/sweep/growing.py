"""Grow a sweep directory: more futures or replicates, with everything that has run kept valid."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sahelsim.base.errors import InputError
from sahelsim.base.yaml_source import parse
from sahelsim.experiment.files import FolderLock
from sahelsim.experiment.sweep.designs import futures_table
from sahelsim.experiment.sweep.loading import build_spec
from sahelsim.experiment.sweep.result import stored_futures, stored_spec
from sahelsim.experiment.sweep.schema import DRAWN
from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.experiment.sweep.store import POLICIES, SweepStore, describe, read_manifest


def grow(path: Path, *, futures: int | None = None, replicates: int | None = None) -> SweepSpec:
    """Change the sweep of a directory to a larger one and return it; nothing is run.

    Args:
        path: The sweep directory.
        futures: Futures (Saltelli: base samples; Morris: trajectories) to add.
        replicates: Replicates in all; at most, where a precision is to be reached.

    Raises:
        InputError: SS4132, no sweep; SS4135, it cannot grow so; SS4130, another version of
            sahelsim began it.
    """
    manifest = read_manifest(path)
    old = stored_spec(path)
    _same_version(path, manifest, old)
    data = parse(old.text, name=str(path / "sweep.yaml")).data
    if futures is not None:
        if old.design.method not in DRAWN:
            raise InputError(
                "SS4135", f"a design by {old.design.method} does not grow",
                hint=f"only {', '.join(DRAWN)} do; begin another sweep for other futures",
            )  # fmt: skip
        data["design"]["futures"] = [*old.design.futures, futures]
    if replicates is not None:
        if replicates < old.replication.most:
            raise InputError(
                "SS4135", f"{path} has {old.replication.most} replicates already",
                hint="replicates can be added, not taken away",
            )  # fmt: skip
        if old.replication.until:
            data["replicates"]["max"] = replicates
        else:
            data["replicates"] = replicates
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    new = build_spec(parse(text, name=str(path / "sweep.yaml")), path, path / POLICIES)
    before, after = stored_futures(path), futures_table(new)
    if not _begins_with(after, before):
        raise InputError(
            "SS4135", "the larger design does not begin with the futures that have run",
            hint="another version of SciPy or SALib drew them; begin another sweep",
        )  # fmt: skip
    _write(path, new, after, manifest)
    return new


def _same_version(path: Path, manifest: dict[str, Any], spec: SweepSpec) -> None:
    if manifest["specification"] != spec.specification:
        raise InputError(
            "SS4130",
            f"{path} was run by sahelsim {manifest['version']} with another model or world",
            hint="runs of two versions do not go into one sweep; begin another one",
        )


def _begins_with(after: Any, before: Any) -> bool:
    if len(after) < len(before) or list(after.columns) != list(before.columns):
        return False
    head = after.iloc[: len(before)]
    same = [
        np.array_equal(head[name].to_numpy(), before[name].to_numpy(), equal_nan=name != "name")
        for name in before.columns
    ]
    return all(same)


def _write(path: Path, new: SweepSpec, futures: Any, manifest: dict[str, Any]) -> None:
    with closing(FolderLock(path)):
        store = SweepStore(path, replace(new, folder=path))
        fresh = describe(new, manifest["command"], tuple(manifest["shard"]))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        grown = [*manifest.get("grown", []), {"at": now, "from": manifest["specification"]}]
        content = {**fresh, "started": manifest["started"], "grown": grown}
        store.write_manifest(content)  # from here on it is the larger sweep
        store.write_design(futures)
        store.log("grown", futures=len(futures), replicates=new.replication.most)
