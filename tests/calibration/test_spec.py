from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sahelsim.base.errors import InputError
from sahelsim.base.paths import shipped
from sahelsim.base.problems import InvalidInput
from sahelsim.calibration.priors import Prior, to_units, to_values
from sahelsim.calibration.spec import load_calibration
from sahelsim.theatre import load_theatre

HEAD = "scenario: {}\n".format(shipped("configs") / "calibration-window.yaml")


def load(tmp_path: Path, text: str, head: str = HEAD):  # type: ignore[no-untyped-def]
    path = tmp_path / "fit.yaml"
    path.write_text(head + text, encoding="utf-8")
    return load_calibration(path)


def test_the_shipped_file_fits_violence_to_july_2023() -> None:
    calibration = load_calibration()
    assert calibration.months == (481, 523)
    assert calibration.plan.orders == ()
    assert {"insurgency.nu", "control.rho.bfa", "operations.mu0"} <= set(calibration.ids)
    assert not [id for id in calibration.ids if id.startswith("insurgency.intent")]
    shipped_values = load_theatre().parameters
    for prior in calibration.priors:
        assert prior.low <= shipped_values.value(prior.id) <= prior.high
    assert load_calibration("calibration").digest == calibration.digest
    assert calibration.with_work(waves=1).digest != calibration.digest


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("parameters: {insurgency.nuu: {}}\n", "SS7201", 2, "insurgency.nu"),
        ("parameters: {threat.aircrew: {}}\n", "SS7201", 2, "fixed"),
        ("parameters: {}\n", "SS7201", 2, "no parameter"),
        ("parameters:\n  insurgency.nu: {low: 0.5}\n", "SS7202", 3, "within 4e-05 to"),
        ("parameters:\n  insurgency.nu: {high: 1e-5}\n", "SS7202", 3, "low below high"),
        ("parameters: {insurgency.nu: {}}\nsummaries: {sb_death: 1}\n", "SS7203", 3, "sb_deaths"),
        ("parameters: {insurgency.nu: {}}\nsummaries: {lag_1: 0}\n", "SS7203", 3, "above 0"),
        ("parameters: {insurgency.nu: {}}\nhistroy: {waves: 1}\n", "SS2103", 3, "history"),
        ("parameters: {insurgency.nu: {}}\nhistory: {waves: 99}\n", "SS2107", 3, "at most 20"),
        ("parameters: {insurgency.nu: {}}\ndraws: many\n", "SS2105", 3, "whole number"),
    ],
)
def test_a_fault_is_shown_at_its_line(
    text: str, code: str, line: int, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as fault:
        load(tmp_path, text)
    assert fault.value.code == code
    assert fault.value.problems[0].mark is not None
    assert fault.value.problems[0].mark.line == line
    assert hint in fault.value.render()


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [
        ("2020-01-02", "2023-08-01", "whole months"),
        ("2017-01-01", "2023-08-01", "before 2018-01"),
        ("2023-01-01", "2023-08-01", "shorter than a year"),
    ],
)
def test_the_scenario_covers_observed_months(
    start: str, end: str, word: str, tmp_path: Path
) -> None:
    (tmp_path / "w.yaml").write_text(
        f"id: w\ntitle: W\nquestion: What then?\nstart: {start}\nend: {end}\n", encoding="utf-8"
    )
    with pytest.raises(InvalidInput, match=word) as fault:
        load(tmp_path, "parameters: {insurgency.nu: {}}\n", "scenario: w.yaml\n")
    assert fault.value.code == "SS7204"


def test_a_missing_file_is_told() -> None:
    with pytest.raises(InputError) as fault:
        load_calibration("calibratoin.yaml")
    assert fault.value.code == "SS2001"


@pytest.mark.parametrize(
    "prior",
    [
        Prior("a", 2.0, 5.0, "uniform", 3.0),
        Prior("a", 2.0, 5.0, "triangular", 3.0),
        Prior("a", 2.0, 5.0, "triangular", 2.0),
        Prior("a", 1e-5, 1e-3, "lognormal", 2e-4),
        Prior("a", 1e-3, 1e-2, "lognormal", 2e-4),  # narrowed away from its centre
    ],
)
def test_a_prior_leads_to_the_unit_scale_and_back(prior: Prior) -> None:
    units = np.linspace(0.0, 1.0, 21)[:, None]
    values = to_values([prior], units)
    assert (np.diff(values[:, 0]) > 0).all()
    assert values[0, 0] == pytest.approx(prior.low)
    assert values[-1, 0] == pytest.approx(prior.high)
    assert to_units([prior], values) == pytest.approx(units, abs=1e-6)


def test_priors_have_the_shape_that_they_name() -> None:
    lognormal = Prior("a", 1e-4, 1e-2, "lognormal", 1e-3)
    assert lognormal.value(0.5) == pytest.approx(1e-3)
    triangular = Prior("a", 0.0, 1.0, "triangular", 0.25)
    assert triangular.unit(0.25) == pytest.approx(0.25)
    assert triangular.value(0.125) == pytest.approx(np.sqrt(0.125 * 0.25))
