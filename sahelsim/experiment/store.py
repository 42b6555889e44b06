"""A result directory: parts while it runs, whole tables at the end, a manifest that says what.

Layout::

    manifest.json   versions, seed, hashes, parameters, command, duration, status
    scenario.yaml   the resolved scenario
    posterior.parquet  the draws of uncertain parameters, where the run has any
    outcomes.parquet, daily.parquet, tails.parquet, localities.parquet, airfields.parquet,
    places.parquet, events.parquet, orders.parquet
    report.html     the report, and against-<scenario>/ the run it is compared with, if any
    parts/          finished chunks of a run under way (removed when it is complete)

Every file is written beside its place and renamed, so a killed process leaves either the old file
or the new one; what is final is flushed to disk first. A run continues where its parts end, if and
only if the specification hash is the same. One process at a time works in a directory.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from sahelsim.base.errors import InputError
from sahelsim.experiment import manifests
from sahelsim.experiment.files import FolderLock, is_temporary, telling, write_bytes
from sahelsim.experiment.manifests import MANIFEST
from sahelsim.experiment.places import PlaceCounts
from sahelsim.experiment.table_files import (
    check_table,
    read_array,
    read_arrow,
    read_table,
    shape,
    write_array,
    write_arrow,
    write_table,
)
from sahelsim.experiment.threads import Abandoned, work_together
from sahelsim.model.encoding import Names
from sahelsim.model.posterior import Posterior, write_posterior
from sahelsim.scenario import Scenario

SCENARIO, PARTS, REPORT = "scenario.yaml", "parts", "report.html"
POSTERIOR = "posterior.parquet"
PART_TABLES = ("outcomes", "daily", "tails", "airfields", "localities", "events", "orders")
TABLES = (*PART_TABLES, "places")
CODES = "places.npy.lz4"  # of a part: place codes of its replicates
_AGAINST = "against-"
FORMAT = 1
IDENTITY = {
    "format": "result format",
    "version": "version of sahelsim",
    "model_hash": "source of the model",
    "scenario_hash": "scenario",
    "parameters_hash": "parameters",
    "source_data_hash": "documented world",
    "seed": "seed",
    "replicates": "number of replicates",
}
"""What determines the results: keys of the manifest, and the words for them."""
RESULTS = manifests.Kind(
    code="SS4002", what="results", name="", format=FORMAT,
    required={
        **dict.fromkeys((*IDENTITY, "specification", "scenario", "status"), str),
        "format": int, "seed": int, "replicates": int,
    },
    optional={
        **dict.fromkeys(("parameters", "parameters_set", "overrides", "packages", "tables"), dict),
        **dict.fromkeys(("command", "title", "python", "platform", "started", "finished"), str),
        "duration_s": float,
    },
    cure="run the scenario again with --force, or into another folder",
)  # fmt: skip


def result_path(plan: Scenario, replicates: int, seed: int | None) -> Path:
    """A fresh ``outputs/<scenario>-<time>-<hash>`` under the current folder.

    The hash is that of the scenario, the replicates and the seed.
    """
    identity = f"{plan.digest} {replicates} {plan.seed if seed is None else seed}"
    short = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return Path("outputs") / f"{plan.id}-{datetime.now():%Y%m%d-%H%M%S}-{short}"


def against_folder(path: Path, name: str) -> Path:
    """Where a run keeps the run of the scenario ``name`` that it is compared with."""
    return path / f"{_AGAINST}{name}"


def against_folders(path: Path) -> list[Path]:
    """Folders of the runs that the run in ``path`` is compared with, by name."""
    return sorted(folder for folder in path.glob(f"{_AGAINST}*") if folder.is_dir())


class ResultStore:
    """One result directory.

    Args:
        path: The directory; created by :meth:`begin`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: FolderLock | None = None

    @property
    def parts(self) -> Path:
        """Folder of the finished chunks."""
        return self.path / PARTS

    def begin(
        self,
        manifest: dict[str, Any],
        scenario_yaml: str,
        posterior: Posterior | None = None,
        *,
        force: bool = False,
    ) -> bool:
        """Take the directory for a run; return True where it holds the whole run already.

        Args:
            manifest: The manifest of the run.
            scenario_yaml: The resolved scenario.
            posterior: Draws of uncertain parameters, kept beside the scenario.
            force: Remove what an earlier run left, and begin afresh.

        Raises:
            InputError: SS4001, it holds something else; SS4002, its manifest cannot be read.
            EnvironmentFault: SS6010, it cannot be written; SS6011, another run is writing it.
        """
        with telling(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self.path)
        try:
            with telling(self.path):
                return self._take(manifest, scenario_yaml, posterior, force)
        except BaseException:
            self.close()
            raise

    def _take(
        self,
        manifest: dict[str, Any],
        scenario_yaml: str,
        posterior: Posterior | None,
        force: bool,
    ) -> bool:
        for file in filter(is_temporary, self.path.iterdir()):
            file.unlink(missing_ok=True)
        if force:
            self.clear()
        elif self._holds(manifest):
            shutil.rmtree(self.parts, ignore_errors=True)
            return True
        # the manifest comes first: it marks what follows as ours
        self.write_manifest({**manifest, "status": "running"})
        self.parts.mkdir(exist_ok=True)
        write_bytes(self.path / SCENARIO, scenario_yaml.encode())
        if posterior is not None:
            write_posterior(self.path / POSTERIOR, posterior)
        return False

    def foresee(self, manifest: dict[str, Any], *, force: bool = False) -> str:
        """What :meth:`begin` would find: ``new``, ``continued``, ``complete`` or ``replaced``.

        Nothing is written; errors are those of :meth:`begin`.
        """
        if not self.path.exists():
            return "new"
        with telling(self.path):
            FolderLock(self.path).close()
            held = (self.path / MANIFEST).exists()
            if force:
                return "replaced" if held else "new"
            if self._holds(manifest):
                return "complete"
        return "continued" if held else "new"

    def _holds(self, manifest: dict[str, Any]) -> bool:
        """True where the directory holds this whole run; False where it is to be run or continued.

        Raises:
            InputError: SS4001 or SS4002, it holds something else.
        """
        if not (self.path / MANIFEST).exists():
            if any(self.path.iterdir()):
                raise InputError(
                    "SS4001", f"{self.path} is not empty and holds no sahelsim results",
                    hint="choose another folder with --out, or add --force",
                )  # fmt: skip
            return False
        old = read_manifest(self.path)
        if old["specification"] != manifest["specification"]:
            other = [words for key, words in IDENTITY.items() if old[key] != manifest[key]]
            raise InputError(
                "SS4001",
                f"{self.path} holds other results ({old['scenario']}, {old['replicates']} "
                f"replicates, seed {old['seed']}); what differs: {', '.join(other)}",
                hint="choose another folder with --out, or add --force to replace them",
            )
        return old["status"] == "complete" and not self._damage(old)

    def _damage(self, manifest: Mapping[str, Any]) -> InputError | None:
        """What is wrong with the tables of a complete run, if anything."""
        try:
            check_tables(self.path, manifest)
        except InputError as error:
            return error
        return None

    def clear(self) -> None:
        """Remove what earlier runs wrote, and nothing else."""
        for folder in against_folders(self.path):
            if (folder / MANIFEST).is_file():
                ResultStore(folder).clear()
                with suppress(OSError):  # what is not ours stays
                    folder.rmdir()
        shutil.rmtree(self.parts, ignore_errors=True)
        for name in (
            MANIFEST,
            SCENARIO,
            POSTERIOR,
            REPORT,
            *(f"{table}.parquet" for table in TABLES),
        ):
            (self.path / name).unlink(missing_ok=True)

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write manifest.json."""
        text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        write_bytes(self.path / MANIFEST, text.encode())

    # ---- parts ---------------------------------------------------------------------------------

    def write_part(self, first: int, tables: Mapping[str, pa.Table], places: Any) -> None:
        """Write the chunk that begins with replicate ``first``; safe in several threads.

        It counts from the moment its ``.done`` file exists. That holds the hashes of the others,
        so a chunk that a power failure left half on disk is found out, and nothing waits for the
        disk here.

        Args:
            first: Its first replicate.
            tables: Its tables.
            places: Place codes [replicates, days, localities, 4] of each replicate.
        """
        files = [self._part(first, f"{name}.arrow") for name in tables]
        for file, table in zip(files, tables.values(), strict=True):
            write_arrow(file, table)
        files.append(self._part(first, CODES))
        write_array(files[-1], places)
        sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
        write_bytes(self._part(first, "done"), json.dumps(sums).encode(), flush=False)

    def finished(self, first: int) -> bool:
        """True where the chunk that begins with replicate ``first`` is on disk and undamaged."""
        try:
            sums = json.loads(self._part(first, "done").read_bytes())
            return all(
                hashlib.sha256((self.parts / name).read_bytes()).hexdigest() == wanted
                for name, wanted in sums.items()
            )
        except (OSError, ValueError, AttributeError):  # missing, cut short, not ours
            return False

    def _part(self, first: int, name: str) -> Path:
        return self.parts / f"{first:08d}-{name}"

    # ---- the whole -----------------------------------------------------------------------------

    def join(self, firsts: list[int], plan: Scenario, names: Names, workers: int = 1) -> None:
        """Join the chunks into whole tables; the chunks stay.

        Args:
            firsts: First replicate of every chunk, in order.
            plan: The scenario.
            names: Labels of every axis.
            workers: Threads; each joins one table at a time.
        """
        stop = threading.Event()

        def there() -> Iterator[int]:
            for first in firsts:
                if stop.is_set():
                    raise Abandoned
                yield first

        def join(name: str) -> None:
            files = (self._part(first, f"{name}.arrow") for first in there())
            write_table(
                self.path / f"{name}.parquet", (read_arrow(file) for file in files if file.exists())
            )

        def join_places() -> None:
            counts = PlaceCounts(plan.days, len(names.localities))
            for first in there():
                for codes in read_array(self._part(first, CODES)):
                    counts.add(codes)
            write_table(self.path / "places.parquet", [counts.table(plan, names)])

        # the longest ones begin first
        others = [partial(join, name) for name in PART_TABLES if name != "events"]
        work_together([partial(join, "events"), join_places, *others], workers, stop)

    def complete(self, manifest: dict[str, Any]) -> None:
        """Write the final manifest, then drop the chunks.

        Args:
            manifest: What it says, but for the tables.
        """
        shapes = {name: shape(self.path / f"{name}.parquet") for name in TABLES}
        self.write_manifest({**manifest, "tables": shapes, "status": "complete"})
        shutil.rmtree(self.parts, ignore_errors=True)

    def close(self) -> None:
        """Let other processes write the directory."""
        if self._lock is not None:
            self._lock.close()


class StoredTables(Mapping[str, pa.Table]):
    """The tables of a result directory, each read when it is first asked for.

    Args:
        path: The directory.
        manifest: Its manifest.

    Raises:
        InputError: SS4003, a table is missing, damaged or not the one that was written.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self._path = path
        self._read: dict[str, pa.Table] = {}
        check_tables(path, manifest)

    def __getitem__(self, name: str) -> pa.Table:
        if name not in TABLES:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = read_table(self._path / f"{name}.parquet")
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


def check_tables(path: Path, manifest: Mapping[str, Any]) -> None:
    """Look whether every table of a complete run is there, whole and the one that was written.

    Raises:
        InputError: SS4003.
    """
    noted = manifest.get("tables", {})  # absent in results of early versions
    for name in TABLES:
        check_table(path / f"{name}.parquet", noted.get(name))


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a result directory's manifest.

    Raises:
        InputError: SS4002 where it is missing, unreadable, foreign or of a future format.
    """
    return manifests.read(path, RESULTS)
