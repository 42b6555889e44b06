"""A result directory: parts while it runs, whole tables at the end, a manifest that says what.

Layout::

    manifest.json   versions, seed, hashes, parameters, command, duration, status
    scenario.yaml   the resolved scenario
    outcomes.parquet, daily.parquet, tails.parquet, localities.parquet, airfields.parquet,
    places.parquet, events.parquet, orders.parquet
    parts/          finished chunks of a run under way (removed when it is complete)

Every file is written beside its place, flushed to disk and renamed, so a killed process leaves
either the old file or the new one. A run continues where its parts end, if and only if the
specification hash is the same.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.experiment.places import PlaceCounts

MANIFEST, SCENARIO, PARTS = "manifest.json", "scenario.yaml", "parts"
TABLES = ("outcomes", "daily", "tails", "airfields", "localities", "events", "orders")
FORMAT = 1


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that it is either whole or not there.

    Raises:
        EnvironmentFault: SS6010, the disk is full or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise disk_fault(path, error) from error


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file whole or not at all; raises EnvironmentFault SS6010."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=3)
    write_bytes(path, sink.getvalue().to_pybytes())


def disk_fault(path: Path, error: OSError) -> EnvironmentFault:
    """The error that says what is wrong with a disk or folder and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why, cure = "the disk is full", "free some space and run the same command again"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why, cure = "the folder cannot be written", "choose another one with --out"
    else:
        why, cure = error.strerror or "it cannot be written", "choose another folder with --out"
    return EnvironmentFault("SS6010", f"{why}: {path}", hint=cure)


class ResultStore:
    """One result directory.

    Args:
        path: The directory; created when needed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def parts(self) -> Path:
        """Folder of the finished chunks."""
        return self.path / PARTS

    def begin(self, manifest: dict[str, Any], scenario_yaml: str, *, force: bool = False) -> bool:
        """Open the directory for a run; return True where it continues an earlier one.

        Raises:
            InputError: SS4001, it holds the results of something else (use force).
            EnvironmentFault: SS6010, it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_fault(self.path, error) from error
        old = self._old_manifest()
        resumes = old is not None and old.get("specification") == manifest["specification"]
        if old is None and any(self.path.iterdir()) and not force:
            raise InputError(
                "SS4001", f"{self.path} is not empty and holds no sahelsim results",
                hint="choose another folder with --out, or add --force",
            )  # fmt: skip
        if old is not None and not resumes:
            if not force:
                raise InputError(
                    "SS4001",
                    f"{self.path} holds other results: {old.get('scenario')}, "
                    f"{old.get('replicates')} replicates",
                    hint="choose another folder with --out, or add --force to replace them",
                )
            self.clear()
        try:
            self.parts.mkdir(exist_ok=True)
        except OSError as error:
            raise disk_fault(self.parts, error) from error
        write_bytes(self.path / SCENARIO, scenario_yaml.encode())
        self.write_manifest({**manifest, "status": "running"})
        return resumes

    def _old_manifest(self) -> dict[str, Any] | None:
        if not (self.path / MANIFEST).exists():
            return None
        return read_manifest(self.path)

    def clear(self) -> None:
        """Remove what an earlier run wrote, and nothing else."""
        shutil.rmtree(self.parts, ignore_errors=True)
        for name in (MANIFEST, SCENARIO, "places.parquet", *(f"{t}.parquet" for t in TABLES)):
            (self.path / name).unlink(missing_ok=True)

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write manifest.json."""
        text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        write_bytes(self.path / MANIFEST, text.encode())

    def finished(self, first: int) -> bool:
        """True where the chunk that begins with replicate ``first`` is complete on disk."""
        return (self.parts / f"{first:08d}.done").exists()

    def write_part(self, first: int, tables: dict[str, pa.Table], places: PlaceCounts) -> None:
        """Write one chunk; it counts from the moment its ``.done`` file exists."""
        for name, table in tables.items():
            write_table(self.parts / f"{first:08d}-{name}.parquet", table)
        self._write_arrays(self.parts / f"{first:08d}-places.npz", places.arrays())
        write_bytes(self.parts / f"{first:08d}.done", b"")

    @staticmethod
    def _write_arrays(path: Path, arrays: dict[str, Any]) -> None:
        import io

        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        write_bytes(path, buffer.getvalue())

    def read_part(self, first: int) -> tuple[dict[str, pa.Table], PlaceCounts]:
        """Read a chunk back."""
        tables = {}
        for name in TABLES:
            path = self.parts / f"{first:08d}-{name}.parquet"
            if path.exists():
                tables[name] = read_table(path)
        with np.load(self.parts / f"{first:08d}-places.npz") as arrays:
            return tables, PlaceCounts.from_arrays(arrays)

    def complete(
        self, tables: dict[str, pa.Table], places: pa.Table, manifest: dict[str, Any]
    ) -> None:
        """Write the whole tables and the final manifest, then drop the parts."""
        for name, table in tables.items():
            write_table(self.path / f"{name}.parquet", table)
        write_table(self.path / "places.parquet", places)
        self.write_manifest({**manifest, "status": "complete"})
        shutil.rmtree(self.parts, ignore_errors=True)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a result directory's manifest.

    Raises:
        InputError: SS4002 where it is missing, unreadable or of a future format.
    """
    file = path / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or "specification" not in manifest:
            raise ValueError("no specification")
    except FileNotFoundError as error:
        raise InputError(
            "SS4002", f"{path} holds no results", hint="a result directory has a manifest.json"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError("SS4002", f"cannot read {file}: {error}") from error
    if manifest.get("format", 0) > FORMAT:
        raise InputError(
            "SS4002", f"{file} was written by a newer sahelsim ({manifest.get('version')})",
            hint="upgrade sahelsim to read it",
        )  # fmt: skip
    return manifest


def read_table(path: Path) -> pa.Table:
    """Read a Parquet file; raises InputError SS4003 where it is missing or damaged."""
    try:
        return pq.read_table(path)
    except FileNotFoundError as error:
        raise InputError("SS4003", f"no such table: {path}") from error
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            "SS4003", f"cannot read {path}: {error}", hint="run the scenario again to rebuild it"
        ) from error
