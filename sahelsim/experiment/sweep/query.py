"""DuckDB over the parts of a sweep: SQL without loading the tables, also while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sahelsim.base.errors import InputError
from sahelsim.base.extra import needs_extra
from sahelsim.experiment.sweep.parts import AGAIN, KINDS, RUNS, part_files
from sahelsim.experiment.sweep.store import FUTURES, read_manifest

if TYPE_CHECKING:
    import pandas as pd

_ONE_ROW = """
CREATE VIEW {kind} AS SELECT * FROM read_parquet({files}, union_by_name = true)
QUALIFY row_number() OVER (PARTITION BY run_key ORDER BY {order}) = 1
"""


def query(path: Path, sql: str) -> pd.DataFrame:
    """Answer an SQL query about a sweep.

    The tables are ``runs`` (one row a run), ``futures``, ``experiments`` (``runs`` joined with
    ``futures``), ``places`` and, where series are stored, ``daily``.

    Raises:
        InputError: SS4132, no sweep; SS4139, the query is wrong, or nothing has run yet.
        MissingExtra: SS4122, DuckDB is not installed.
    """
    read_manifest(path)
    with needs_extra("DuckDB", "analysis", code="SS4122", what="SQL"):
        import duckdb
    if not part_files(path / RUNS):
        raise InputError("SS4139", f"nothing has run yet in {path}")
    with duckdb.connect() as base:
        try:
            _views(base, path)
        except duckdb.Error as fault:
            raise InputError(
                "SS4131", f"cannot read the tables in {path}: {' '.join(str(fault).split())}",
                hint=AGAIN,
            ) from fault  # fmt: skip
        try:
            frame: pd.DataFrame = base.execute(sql).df()
        except duckdb.Error as fault:
            raise InputError(
                "SS4139", " ".join(str(fault).split()),
                hint="the tables are runs, futures, experiments, places and daily",
            ) from fault  # fmt: skip
    return frame


def _views(base: Any, path: Path) -> None:
    for kind in KINDS:
        order = "status <> 'ok', attempt DESC" if kind == RUNS else "run_key"
        files = [str(file) for file in part_files(path / kind)]
        if files:
            base.execute(_ONE_ROW.format(kind=kind, files=files, order=order))
    futures = str(path / FUTURES).replace("'", "''")
    base.execute(f"CREATE VIEW futures AS SELECT * FROM read_parquet('{futures}')")
    base.execute("CREATE VIEW experiments AS SELECT * FROM runs JOIN futures USING (future)")
