"""The posterior: parameter values that a calibration found plausible, one row a draw.

``theatre/posterior.parquet`` ships with the recipe that made it. A run takes a row for each
replicate, so that its intervals carry what is not known about the parameters; the row follows from
seed and replicate alone, so all scenarios of a future share it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sahelsim.base.errors import InputError
from sahelsim.model.draws import PARAMETERS, make_key, uniform
from sahelsim.theatre.parameters import ParameterSet

Floats = npt.NDArray[np.float64]

SHIPPED = Path(__file__).parent.parent / "theatre" / "posterior.parquet"
METADATA = b"sahelsim.posterior"
CENTRAL, SHIPPED_NAME = "central", "posterior"


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of the fitted parameters.

    Attributes:
        ids: Parameter ids [P].
        rows: [n, P] values, each row equally likely.
        about: How they were made, with the citation of the data.
    """

    ids: tuple[str, ...]
    rows: Floats
    about: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def digest(self) -> str:
        """SHA-256 of ids and values."""
        numbers = np.ascontiguousarray(self.rows, dtype="<f8").tobytes()
        return hashlib.sha256(",".join(self.ids).encode() + b"\n" + numbers).hexdigest()

    def row_of(self, seed: int, replicate: int) -> int:
        """The row of a replicate: floor(u n) with u its draw at (PARAMETERS, 0, 0, 0)."""
        return int(uniform(make_key(seed, replicate), PARAMETERS, 0, 0, 0) * len(self.rows))

    def values(self, row: int) -> dict[str, float]:
        """The values of a row, by parameter id."""
        return dict(zip(self.ids, map(float, self.rows[row]), strict=True))


def write_posterior(path: Path, posterior: Posterior) -> None:
    """Write a posterior as Parquet, one column a parameter, with its recipe as metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sahelsim.base.columns import numbers

    columns = {id: numbers(posterior.rows[:, j]) for j, id in enumerate(posterior.ids)}
    about = json.dumps(posterior.about, ensure_ascii=False).encode()
    table = pa.table(columns).replace_schema_metadata({METADATA: about})
    temporary = path.with_name(f".{path.name}.tmp")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(path)


def read_posterior(path: Path | str, parameters: ParameterSet) -> Posterior:
    """Read a posterior and look whether it fits the parameters.

    Raises:
        InputError: SS7206 the file is missing or cannot be read; SS7207 a column is no parameter,
            or a value lies outside its range.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sahelsim.base.columns import reals

    path = Path(path)
    try:
        with pq.ParquetFile(path) as file:  # read_table loads all that datasets need
            table = file.read()
    except FileNotFoundError:
        raise InputError("SS7206", f"no such posterior: {path}") from None
    except (OSError, pa.ArrowException) as fault:
        raise InputError("SS7206", f"cannot read the posterior {path}: {fault}") from fault
    unknown = [id for id in table.column_names if id not in parameters]
    if unknown or not len(table):
        what = f"'{unknown[0]}' is no parameter" if unknown else "it has no rows"
        raise InputError(
            "SS7207", f"the posterior {path} does not fit this version: {what}",
            hint="calibrate again with: sahelsim calibrate",
        )  # fmt: skip
    rows = np.column_stack([reals(column) for column in table.columns])
    for j, id in enumerate(table.column_names):
        record = parameters.record(id)
        if not (np.isfinite(rows[:, j]) & (rows[:, j] >= record.low)
                & (rows[:, j] <= record.high)).all():  # fmt: skip
            raise InputError(
                "SS7207", f"the posterior {path} does not fit this version: values of '{id}' lie "
                f"outside {record.low:g} to {record.high:g}",
                hint="calibrate again with: sahelsim calibrate",
            )  # fmt: skip
    about = json.loads((table.schema.metadata or {}).get(METADATA, b"{}"))
    return Posterior(tuple(table.column_names), rows, about)


def choose_posterior(choice: Posterior | Path | str | None) -> Posterior | None:
    """The posterior that a caller means; None for central values.

    Args:
        choice: None for the default: the shipped one where there is one and the theatre is the
            documented Sahel, to which it was fitted, else central values; ``"central"``;
            ``"posterior"`` for the shipped one; the path of a calibration's posterior; or one.

    Raises:
        InputError: SS7206 there is none, or it cannot be read; SS7207 it does not fit.
    """
    if isinstance(choice, Posterior):
        return choice
    if choice is None:
        return None if default_choice() == CENTRAL else shipped_posterior()
    if choice == CENTRAL:
        return None
    if choice == SHIPPED_NAME:
        found = shipped_posterior()
        if found is None:
            raise InputError(
                "SS7206", "no posterior comes with this installation",
                hint="make one with: sahelsim calibrate; or use central values",
            )  # fmt: skip
        return found
    from sahelsim.theatre import load_theatre

    return read_posterior(choice, load_theatre().parameters)


def default_choice() -> str | None:
    """``"central"`` in a theatre that calibration does not know, else None."""
    from sahelsim.theatre import load_theatre

    return None if load_theatre().packaged else CENTRAL


@cache
def shipped_posterior() -> Posterior | None:
    """The posterior that comes with sahelsim; None where none does.

    Raises:
        InputError: SS7206 or SS7207, it is damaged or of another version.
    """
    from sahelsim.theatre import load_theatre

    return read_posterior(SHIPPED, load_theatre().parameters) if SHIPPED.is_file() else None
