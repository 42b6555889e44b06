"""A sweep directory while it is written: manifest, design, parts, status, log.

The manifest says which sweep a directory holds; another specification is refused. A row counts
once its part is renamed into place, so that whatever is killed, the same command goes on with
what has no row. One process at a time writes a directory; readers need no lock.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sahelsim.base.errors import InputError
from sahelsim.experiment import manifests
from sahelsim.experiment.files import FolderLock, is_temporary, telling, write_bytes
from sahelsim.experiment.manifests import MANIFEST
from sahelsim.experiment.sweep.parts import (
    BIGGEST,
    KINDS,
    LOCALITIES,
    PLACES,
    QUARANTINE,
    RUNS,
    STATE_COLUMNS,
    codes,
    part_files,
    read_part,
    read_parts,
    rows_of,
    tables_of,
    write_part,
    writer_name,
)
from sahelsim.experiment.sweep.spec import FORMAT, SweepSpec
from sahelsim.experiment.sweep.work import STATUSES, Rows
from sahelsim.experiment.table_files import write_table
from sahelsim.scenario.writing import to_yaml
from sahelsim.theatre import load_theatre

if TYPE_CHECKING:
    import pandas as pd

SWEEP, POLICIES, FUTURES = "sweep.yaml", "policies", "futures.parquet"
STATUS, EVENTS = "status.json", "events.jsonl"
KIND = "sweep"
FLUSH_S, FLUSH_RUNS = 2.0, 5_000  # what a kill costs at most
TIER = 32  # small parts that are joined into one
PACKAGES = ("numba", "numpy", "pandas", "pyarrow", "pydantic")
WORDS = {
    "format": "result format",
    "version": "version of sahelsim",
    "model_hash": "source of the model",
    "source_data_hash": "documented world",
    "posterior": "posterior",
    "seed": "seed",
    "policies": "policies",
    "uncertainties": "uncertainties",
    "futures": "hand-written futures",
    "design": "design",
    "replicates": "replicates",
    "daily": "daily series",
    "shard": "shard",
}
"""What determines the results: keys of ``identity`` in the manifest, and the words for them."""
MANIFESTS = manifests.Kind(
    code="SS4132", what="sweep", name=KIND, format=FORMAT,
    required={
        **dict.fromkeys(
            ("kind", "version", "specification", "id", "title", "question", "reference",
             "command", "file", "started"), str,
        ),
        "format": int, "seed": int, "identity": dict, "shard": list,
    },
    optional={"packages": dict, "grown": list, "python": str, "platform": str},
    cure="its runs lie under runs/ still; to have a manifest, run the sweep into another folder",
)  # fmt: skip


@dataclass
class Stored:
    """State of the rows of a directory, column by column; ``values`` only where asked for."""

    future: Any
    policy: Any
    replicate: Any
    status: Any
    attempt: Any
    values: Any = None


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a sweep directory.

    Raises:
        InputError: SS4132, there is none, it cannot be read, or it is not that of a sweep.
    """
    manifest = manifests.read(path, MANIFESTS)
    if [type(part) for part in manifest["shard"]] != [int, int]:
        raise InputError("SS4132", f"{path / MANIFEST} holds what cannot be right: shard")
    return manifest


def describe(spec: SweepSpec, command: str, shard: tuple[int, int] = (1, 1)) -> dict[str, Any]:
    """The manifest of a sweep: what is run, with what, so that it can be run again."""
    return {
        "kind": KIND,
        "format": FORMAT,
        "version": spec.identity["version"],
        "specification": spec.specification,
        "identity": {**spec.identity, "shard": list(shard)},
        "id": spec.id,
        "title": spec.title,
        "question": spec.question,
        "seed": spec.seed,
        "reference": spec.reference,
        "shard": list(shard),
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "packages": {name: version(name) for name in PACKAGES},
        "command": command,
        "file": spec.text,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


@dataclass
class SweepStore:
    """The writing side of one sweep directory.

    Args:
        path: The directory; created by :meth:`begin`.
        spec: The sweep.
    """

    path: Path
    spec: SweepSpec
    _lock: FolderLock | None = None
    _waiting: list[Rows] = field(default_factory=list)
    _rows: int = 0
    _flushed: float = 0.0
    _sequence: int = 0
    _writer: str = field(default_factory=writer_name)
    _small: dict[str, list[Path]] = field(default_factory=dict)

    def begin(self, futures: pd.DataFrame, manifest: dict[str, Any]) -> None:
        """Take the directory for a sweep that is new or to be continued.

        Raises:
            InputError: SS4130, it holds another sweep; SS4132, its manifest cannot be read.
            EnvironmentFault: SS6010, it cannot be written; SS6011, another process writes it.
        """
        with telling(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock(self.path)
        try:
            with telling(self.path):
                self._take(futures, manifest)
        except BaseException:
            self.close()
            raise
        self._flushed = time.monotonic()

    def _take(self, futures: pd.DataFrame, manifest: dict[str, Any]) -> None:
        for folder in (self.path, *(self.path / kind for kind in KINDS)):
            for file in filter(is_temporary, folder.iterdir() if folder.is_dir() else ()):
                file.unlink(missing_ok=True)
        if (self.path / MANIFEST).exists():
            self._check(read_manifest(self.path), manifest)
            if not self._has_design():  # stopped while it began or grew
                self.write_design(futures)
            self.log("resume")
            return
        others = [file for file in self.path.iterdir() if not file.name.startswith("shard-")]
        if others:
            raise InputError(
                "SS4130", f"{self.path} is not empty and holds no sweep",
                hint="choose another folder with --out",
            )  # fmt: skip
        # the manifest comes first: it marks what follows as ours
        self.write_manifest(manifest)
        self.write_design(futures)
        self.log("start")

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write manifest.json: from then on the directory holds this sweep."""
        write_bytes(self.path / MANIFEST, _json(manifest))

    def write_design(self, futures: pd.DataFrame) -> None:
        """Write the sweep file, its policies and its futures."""
        (self.path / POLICIES).mkdir(exist_ok=True)
        (self.path / RUNS).mkdir(exist_ok=True)
        for name, policy in self.spec.policies.items():
            write_bytes(self.path / POLICIES / f"{name}.yaml", to_yaml(policy.plan).encode())
        if self.spec.design.file:
            source = self.spec.folder / self.spec.design.file
            write_bytes(self.path / source.name, source.read_bytes())
        numbered = futures.reset_index().astype({"future": "int32"})
        write_table(self.path / FUTURES, [pa.Table.from_pandas(numbered, preserve_index=False)])
        write_bytes(self.path / SWEEP, self.spec.text.encode())

    def _has_design(self) -> bool:
        """True where the copy of the sweep file, written last, is that of the manifest."""
        try:
            return (self.path / SWEEP).read_text(encoding="utf-8") == self.spec.text
        except OSError:
            return False

    def _check(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        if old["identity"] == json.loads(_json(new["identity"])):
            return
        other = [
            words
            for key, words in WORDS.items()
            if old["identity"].get(key) != json.loads(_json(new["identity"])).get(key)
        ]
        raise InputError(
            "SS4130",
            f"{self.path} holds another sweep ({old['id']}); what differs: {', '.join(other)}",
            hint="choose another folder with --out; to add futures or replicates, "
            f"see: sahelsim sweep extend {self.path}",
        )

    # ---- rows ----------------------------------------------------------------------------------

    def stored(self, outcomes: Iterable[str] = ()) -> Stored:
        """State of all rows on disk; parts that cannot be read are put aside."""
        wanted = list(outcomes)
        columns = [*STATE_COLUMNS, *wanted]
        names = list(self.spec.policies)
        found: list[tuple[Any, ...]] = []
        quarantine = self.path / QUARANTINE
        for table in read_parts(self.path / RUNS, columns, quarantine=quarantine):
            found.append(
                (
                    table["future"].to_numpy(),
                    codes(table["policy"], names),
                    table["replicate"].to_numpy(),
                    codes(table["status"], STATUSES),
                    table["attempt"].to_numpy(),
                    np.column_stack([table[id].to_numpy() for id in wanted]) if wanted else
                    np.empty((len(table), 0)),
                )
            )  # fmt: skip
        if not found:
            empty = np.empty(0, dtype=np.int64)
            return Stored(empty, empty, empty, empty, empty, np.empty((0, len(wanted))))
        return Stored(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def add(self, rows: Rows) -> None:
        """Take rows in; they are on disk after the next :meth:`flush`."""
        self._waiting.append(rows)
        self._rows += len(rows)

    @property
    def due(self) -> bool:
        """True where what waits should be written."""
        late = time.monotonic() - self._flushed >= FLUSH_S
        return self._rows >= FLUSH_RUNS or (late and self._rows > 0)

    def flush(self) -> int:
        """Write what waits as a part of each table and return how many rows are safe now.

        Raises:
            EnvironmentFault: SS6010, the disk is full; what was written before stays.
        """
        batch, count = self._waiting, self._rows
        if batch:
            for kind, table in tables_of(batch, self.spec).items():
                self._write(kind, table)
            self._waiting, self._rows = [], 0
        self._flushed = time.monotonic()
        return count

    def _write(self, kind: str, table: pa.Table) -> None:
        folder = self.path / kind
        with telling(folder):
            folder.mkdir(exist_ok=True)
        write_part(self._next(folder), [table], self._metadata(kind))
        small = self._small.setdefault(kind, [])
        small.append(folder / self._name())
        if len(small) >= TIER:
            self.join(kind, small)
            small.clear()

    def _next(self, folder: Path) -> Path:
        self._sequence += 1
        return folder / self._name()

    def _name(self) -> str:
        return f"part-{self._writer}-{self._sequence:06d}.parquet"

    def _metadata(self, kind: str) -> dict[str, str]:
        known = {"sweep": self.spec.id, "specification": self.spec.specification}
        ids = " ".join(place.id for place in load_theatre().localities)
        return {**known, LOCALITIES: ids} if kind == PLACES else known

    def join(self, kind: str, files: Iterable[Path]) -> list[Path]:
        """Join parts into as few as :data:`~parts.BIGGEST` allows; return the new ones.

        The new part is on disk before the old ones go, and readers keep one row a run, so nothing
        is lost or counted twice whenever this stops.
        """
        made: list[Path] = []
        group: list[Path] = []
        rows = 0

        def finish() -> None:
            if len(group) > 1:
                made.append(self._next(self.path / kind))
                write_part(made[-1], map(read_part, group), self._metadata(kind))
                for file in group:
                    file.unlink(missing_ok=True)
            group.clear()

        for file in files:
            more = rows_of(file)
            if rows + more > BIGGEST:
                finish()
                rows = 0
            group.append(file)
            rows += more
        finish()
        return made

    def compact(self) -> tuple[int, int]:
        """Join the parts of every table; return how many there were and are."""
        before = sum(len(part_files(self.path / kind)) for kind in KINDS)
        for kind in KINDS:
            self.join(kind, part_files(self.path / kind))
        return before, sum(len(part_files(self.path / kind)) for kind in KINDS)

    # ---- what is going on ----------------------------------------------------------------------

    def write_status(self, status: Mapping[str, Any]) -> None:
        """Replace status.json."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        write_bytes(self.path / STATUS, _json({**status, "at": now}), flush=False)

    def log(self, event: str, **facts: Any) -> None:
        """Add a line to events.jsonl."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "event": event, **facts}, ensure_ascii=False)
        with telling(self.path), (self.path / EVENTS).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def close(self) -> None:
        """Let other processes write the directory."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _json(data: Any) -> bytes:
    return (json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
