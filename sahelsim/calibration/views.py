"""The conventions of the VIEWS prediction challenge: month and country numbers, file formats.

A month is numbered ``(year - 1980) * 12 + month``; a country by its Gleditsch-Ward based id. A
forecast is a long table ``month_id, country_id, draw, outcome`` with whole deaths, actuals are
``month_id, country_id, outcome`` [Hegre et al. 2024, arXiv 2407.11045]. Two columns may be added,
``origin`` (last observed month) and ``target`` (``sb`` or ``all``), where a file holds several.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import did_you_mean
from sahelsim.calibration.event_table import COUNTRY_IDS, month_start, parse_month
from sahelsim.experiment.files import telling
from sahelsim.experiment.table_files import write_table
from sahelsim.theatre.actors import STATES

STATE_IDS = np.array([COUNTRY_IDS[state] for state in STATES])  # in the order of the model's states
COUNTRY_NAME = {50: "Mali", 47: "Burkina Faso", 78: "Niger"}
TARGETS = {"sb": "state-based deaths", "all": "deaths in all three types of violence"}
KEYS = ("month_id", "country_id")
FORECAST_COLUMNS = (*KEYS, "draw", "outcome")
FORMAT = b"sahelsim.forecast"  # key of the file's own description in the parquet metadata
FIRST_MONTH, LAST_MONTH = 1, 1440  # 1980-01 to 2099-12


def month_text(number: int) -> str:
    """The month of a number, as ``2023-07``."""
    return f"{month_start(number):%Y-%m}"


def months_between(text: str) -> list[int]:
    """Numbers of the months of a range written ``2019-01..2022-07``, both ends included.

    Raises:
        InputError: SS7010, an end is no month; SS7110, the range runs backwards.
    """
    first, dots, last = text.partition("..")
    low = parse_month(first)
    high = parse_month(last) if dots else low
    if high < low:
        raise InputError("SS7110", f"the range {text} runs backwards", hint="write first..last")
    return list(range(low, high + 1))


@dataclass(frozen=True)
class Forecast:
    """Draws of one target from one origin.

    Attributes:
        target: ``sb`` or ``all``.
        origin: Number of the last observed month.
        months: [C] month of each case.
        countries: [C] country of each case.
        draws: [C, M] deaths.
    """

    target: str
    origin: int
    months: np.ndarray[Any, Any]
    countries: np.ndarray[Any, Any]
    draws: np.ndarray[Any, Any]


def read_forecasts(
    path: Path, origin: int | None = None, target: str | None = None, lag: int = 1
) -> list[Forecast]:
    """Read a forecast file, ours or anybody's in the same format.

    Args:
        path: Parquet or CSV.
        origin: Last observed month; by default what the file says, else ``lag`` months before
            its first month.
        target: ``sb`` or ``all``; by default what the file says, else ``sb``.
        lag: Months from the last observed month to the first forecast one.

    Raises:
        InputError: SS7111 to SS7115, the file cannot be read or is malformed.
    """
    frame, told = _read(path), read_description(path)
    _whole_columns(frame, path, FORECAST_COLUMNS)
    frame = _known(frame, path)
    if "target" not in frame:
        frame["target"] = target or told.get("target") or "sb"
    if "origin" not in frame:
        frame["origin"] = origin or told.get("origin") or int(frame["month_id"].min()) - lag
    wrong = sorted(set(frame["target"].astype(str)) - set(TARGETS))
    if wrong:
        raise InputError(
            "SS7113", f"unknown target '{wrong[0]}'", where=str(path), hint="sb or all"
        )
    if target is not None:
        frame = frame[frame["target"] == target]
    if not len(frame):
        raise InputError("SS7114", "there is no forecast to score", where=str(path))
    if (frame["month_id"] <= frame["origin"]).any():
        raise InputError(
            "SS7114", "a month lies at or before its origin", where=str(path),
            hint="a forecast begins after the last observed month; see --origin",
        )  # fmt: skip
    return [
        _forecast(part, path, str(name), int(str(first)))
        for (name, first), part in frame.groupby(["target", "origin"], sort=True)
    ]


def _forecast(frame: pd.DataFrame, path: Path, target: str, origin: int) -> Forecast:
    counts = frame.groupby(list(KEYS), sort=True).size()
    if counts.nunique() != 1 or frame.duplicated([*KEYS, "draw"]).any():
        fewest = counts.reset_index(name="n").sort_values("n", kind="stable")
        month, country, n = (int(fewest[key].to_numpy()[0]) for key in (*KEYS, "n"))
        raise InputError(
            "SS7114",
            f"not every month and country has the same draws once: {month_text(month)}, country "
            f"{country} has {n}, others up to {int(counts.max())}",
            where=str(path),
        )
    ordered = frame.sort_values([*KEYS, "draw"], kind="stable")
    cases = np.array(counts.index.to_list(), dtype=np.int64)
    draws = ordered["outcome"].to_numpy(dtype=np.float64).reshape(len(cases), -1)
    return Forecast(target, origin, cases[:, 0], cases[:, 1], draws)


def read_actuals(path: Path) -> pd.DataFrame:
    """Read what came: ``month_id, country_id, outcome``, CSV or parquet, each case once.

    Raises:
        InputError: SS7111 to SS7115, the file cannot be read or is malformed.
    """
    frame = _read(path)
    _whole_columns(frame, path, (*KEYS, "outcome"))
    frame = _known(frame, path)
    twice = frame[frame.duplicated(list(KEYS))]
    if len(twice):
        month, country = (int(twice.iloc[0][key]) for key in KEYS)
        raise InputError(
            "SS7114", f"{month_text(month)}, country {country} stands there twice", where=str(path)
        )
    return frame[[*KEYS, "outcome"]]


def write_forecasts(forecasts: Sequence[Forecast], path: Path, description: dict[str, Any]) -> None:
    """Write a forecast file; ``origin`` and ``target`` become columns where there are several.

    Raises:
        EnvironmentFault: SS6010, the file cannot be written.
    """
    parts = [_table(item) for item in forecasts]
    frame = pd.concat(parts, ignore_index=True)
    for name in ("origin", "target"):
        if frame[name].nunique() == 1:
            description = {name: frame[name].iloc[0], **description}
            frame = frame.drop(columns=name)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    text = json.dumps(description, default=str, sort_keys=True).encode()
    with telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_table(path, [table.replace_schema_metadata({FORMAT: text})])


def _table(item: Forecast) -> pd.DataFrame:
    cases, draws = item.draws.shape
    return pd.DataFrame(
        {
            "origin": item.origin,
            "target": item.target,
            "month_id": np.repeat(item.months, draws).astype(np.int64),
            "country_id": np.repeat(item.countries, draws).astype(np.int64),
            "draw": np.tile(np.arange(draws), cases),
            "outcome": np.rint(item.draws).astype(np.int64).ravel(),
        }
    )


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError("SS7111", "there is no such file", where=str(path))
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path).to_pandas()
        return pd.read_csv(path)
    except (OSError, ValueError, pa.ArrowException) as fault:  # pandas' own errors are ValueErrors
        reason = str(fault).splitlines()[0]
        raise InputError("SS7111", f"cannot be read: {reason}", where=str(path)) from None


def read_description(path: Path) -> dict[str, Any]:
    """What the file says of itself, {} where it says nothing."""
    if path.suffix.lower() != ".parquet":
        return {}
    text = (pq.read_schema(path).metadata or {}).get(FORMAT)
    told = json.loads(text) if text else {}
    return {**told, "origin": int(told["origin"])} if "origin" in told else told


def _whole_columns(frame: pd.DataFrame, path: Path, names: Sequence[str]) -> None:
    """Check that the columns are there and hold whole numbers, none negative; make them int64."""
    for name in names:
        if name not in frame:
            near = did_you_mean(name, [str(column) for column in frame])
            found = ", ".join(str(column) for column in frame)
            raise InputError(
                "SS7112", f"there is no column '{name}'; the columns are {found}",
                where=str(path), hint=near or f"columns wanted: {', '.join(names)}",
            )  # fmt: skip
        numbers = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
        bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0) & (numbers % 1 == 0)))
        if len(bad):
            row = int(bad[0])
            line = row + (2 if path.suffix.lower() != ".parquet" else 0)  # a CSV has a heading
            raise InputError(
                "SS7113",
                f"{name} = {frame[name].iloc[row]!s} is no whole number from 0 up",
                where=f"{path}:{line}",
            )
        frame[name] = numbers.astype(np.int64)


def _known(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Keep our three countries; a file may hold the whole world. Complain of impossible months."""
    if not len(frame):
        raise InputError("SS7114", "the file holds no row", where=str(path))
    months = frame["month_id"]
    if not months.between(FIRST_MONTH, LAST_MONTH).all():
        worst = months[~months.between(FIRST_MONTH, LAST_MONTH)].iloc[0]
        raise InputError(
            "SS7113", f"month_id {worst} is no month", where=str(path),
            hint="month_id is (year - 1980) * 12 + month: 2023-08 is 524",
        )  # fmt: skip
    ours = frame[frame["country_id"].isin(COUNTRY_NAME)]
    if not len(ours):
        raise InputError(
            "SS7115", "none of the rows is of Mali, Burkina Faso or Niger", where=str(path),
            hint="country_id: Mali 50, Burkina Faso 47, Niger 78",
        )  # fmt: skip
    return ours.copy()
