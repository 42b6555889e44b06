"""Requests over many origins: parts are kept, used again, and not confused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration import rolling
from sahelsim.calibration.origin import Record
from sahelsim.calibration.rolling import Request, run_request
from sahelsim.calibration.views import read_description, read_forecasts

REQUEST = Request(origins=(496, 499), months=1, draws=3, targets=("sb", "all"), window=1)


@pytest.fixture(scope="module")
def record() -> Record:
    return Record.load()


def test_an_interrupted_range_goes_on(
    tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole.parquet"
    run_request(REQUEST, record, None, whole)
    asked: list[int] = []
    work = rolling.forecast

    def broken(origin: int, *args: object, **more: object) -> object:
        asked.append(origin)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return work(origin, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(rolling, "forecast", broken)
    out = tmp_path / "f.parquet"
    with pytest.raises(KeyboardInterrupt):
        run_request(REQUEST, record, None, out)
    assert not out.exists()
    seen: list[int] = []
    results = run_request(REQUEST, record, None, out, progress=seen.append)
    assert asked == [496, 499, 499]
    assert sum(seen) == REQUEST.size
    assert [(item.origin, item.target) for item in results.forecasts] == [
        (496, "all"), (499, "all"), (496, "sb"), (499, "sb"),
    ]  # fmt: skip
    assert not (tmp_path / "f.parquet.parts").exists()
    for mine, other in zip(read_forecasts(out), read_forecasts(whole), strict=True):
        assert (mine.origin, mine.target) == (other.origin, other.target)
        assert np.array_equal(mine.draws, other.draws)
    assert read_description(out)["draws"] == 3


def test_parts_of_another_request_are_not_used(
    tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "f.parquet"
    asked: list[int] = []
    work = rolling.forecast

    def broken(origin: int, *args: object, **more: object) -> object:
        asked.append(origin)
        if origin == 499:
            raise KeyboardInterrupt
        return work(origin, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(rolling, "forecast", broken)
    for request in (REQUEST, replace(REQUEST, seed=2)):
        with pytest.raises(KeyboardInterrupt):
            run_request(request, record, None, out)
    assert asked == [496, 499, 496, 499]


def test_a_request_is_checked_before_any_work(record: Record) -> None:
    REQUEST.check(record)
    with pytest.raises(InputError) as caught:
        replace(REQUEST, origins=(496, 700)).check(record)
    assert caught.value.code == "SS7116"
    assert REQUEST.size == 2 * 2 * 3 * 3 * 2
