"""Forecast and actuals files: what is read, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration.views import (
    Forecast,
    month_text,
    months_between,
    read_actuals,
    read_description,
    read_forecasts,
    write_forecasts,
)


def table(**changed: object) -> pd.DataFrame:
    """Two months, two countries, three draws, in mixed order."""
    cases = [(m, c, d) for m in (524, 525) for c in (47, 50) for d in range(3)]
    frame = pd.DataFrame(cases, columns=["month_id", "country_id", "draw"])
    frame["outcome"] = frame["month_id"] - 500 + frame["country_id"] * 10 + frame["draw"]
    return frame.assign(**changed).iloc[::-1]


def saved(frame: pd.DataFrame, folder: Path, name: str = "f.csv") -> Path:
    path = folder / name
    if name.endswith("parquet"):
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False)
    return path


def code_of(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_forecasts(path)
    assert caught.value.exit_code == 3
    return caught.value.code


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
def test_a_plain_file_is_read_in_any_order(tmp_path: Path, name: str) -> None:
    (item,) = read_forecasts(saved(table(), tmp_path, name))
    assert (item.target, item.origin) == ("sb", 523)
    assert item.months.tolist() == [524, 524, 525, 525]
    assert item.countries.tolist() == [47, 50, 47, 50]
    assert item.draws[1].tolist() == [524, 525, 526]


def test_lag_origin_and_target_can_be_told(tmp_path: Path) -> None:
    path = saved(table(), tmp_path)
    assert read_forecasts(path, lag=3)[0].origin == 521
    assert read_forecasts(path, origin=519, target="all")[0].origin == 519
    assert read_forecasts(path, target="all")[0].target == "all"
    with pytest.raises(InputError, match="at or before its origin"):
        read_forecasts(path, origin=524)


def test_other_countries_are_passed_over(tmp_path: Path) -> None:
    frame = table()
    world = frame.assign(country_id=frame["country_id"].replace({50: 246}))
    (item,) = read_forecasts(saved(world, tmp_path))
    assert set(item.countries) == {47}
    assert code_of(saved(frame.assign(country_id=246), tmp_path)) == "SS7115"


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    months, countries = np.array([524, 524]), np.array([47, 50])
    items = [
        Forecast(target, origin, months, countries, np.array([[1.0, 2.0], [3.0, 4.0]]) + origin)
        for target in ("all", "sb")
        for origin in (520, 522)
    ]
    path = tmp_path / "new" / "several.parquet"
    write_forecasts(items, path, {"seed": 7})
    again = read_forecasts(path)
    assert [(item.target, item.origin) for item in again] == [
        ("all", 520), ("all", 522), ("sb", 520), ("sb", 522)
    ]  # fmt: skip
    assert again[3].draws.tolist() == [[523, 524], [525, 526]]
    assert read_description(path)["seed"] == 7


def test_one_origin_and_target_make_the_plain_columns_of_the_challenge(tmp_path: Path) -> None:
    path = tmp_path / "one.parquet"
    write_forecasts(
        [Forecast("all", 520, np.array([524]), np.array([50]), np.array([[7.0, 8.0]]))], path, {}
    )
    frame = pd.read_parquet(path)
    assert list(frame) == ["month_id", "country_id", "draw", "outcome"]
    assert {str(kind) for kind in frame.dtypes} == {"int64"}
    assert frame["draw"].tolist() == [0, 1]
    (item,) = read_forecasts(path)
    assert (item.target, item.origin) == ("all", 520)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (table().rename(columns={"month_id": "monthid"}), "SS7112"),
        (table(outcome=3.5), "SS7113"),
        (table(outcome=-1), "SS7113"),
        (table(outcome="many"), "SS7113"),
        (table(month_id=202308), "SS7113"),
        (table(target="battle"), "SS7113"),
        (table().iloc[1:], "SS7114"),
        (table(draw=0), "SS7114"),
        (table().iloc[:0], "SS7114"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, frame: pd.DataFrame, code: str) -> None:
    assert code_of(saved(frame, tmp_path)) == code


def test_a_missing_and_an_unreadable_file_are_told(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.parquet") == "SS7111"
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 but not really")
    assert code_of(broken) == "SS7111"
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert code_of(empty) == "SS7111"
    binary = tmp_path / "binary.csv"
    binary.write_bytes(bytes(range(128, 256)) * 20)
    assert code_of(binary) == "SS7111"


def test_the_line_and_the_nearest_column_are_named(tmp_path: Path) -> None:
    frame = table().reset_index(drop=True).astype({"outcome": object})
    frame.loc[4, "outcome"] = "12.5"
    with pytest.raises(InputError, match=r"outcome = 12\.5 is no whole number") as caught:
        read_forecasts(saved(frame, tmp_path))
    assert str(caught.value.where).endswith("f.csv:6")
    with pytest.raises(InputError) as caught:
        read_forecasts(saved(table().rename(columns={"outcome": "outcomes"}), tmp_path))
    assert caught.value.hint == "did you mean 'outcomes'?"


def test_actuals_hold_a_case_once(tmp_path: Path) -> None:
    frame = table()[["month_id", "country_id", "outcome"]].drop_duplicates(
        ["month_id", "country_id"]
    )
    assert len(read_actuals(saved(frame, tmp_path))) == 4
    with pytest.raises(InputError, match="stands there twice") as caught:
        read_actuals(saved(pd.concat([frame, frame]), tmp_path))
    assert caught.value.code == "SS7114"


def test_months() -> None:
    assert month_text(524) == "2023-08"
    assert months_between("2022-11..2023-02") == [515, 516, 517, 518]
    assert months_between("2023-08") == [524]
    with pytest.raises(InputError) as caught:
        months_between("2023-02..2022-11")
    assert caught.value.code == "SS7110"
