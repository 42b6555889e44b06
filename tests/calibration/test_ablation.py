"""Ablations: the statistics, the settings, and the register that they read."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.calibration.ablation import (
    ablate,
    corrected_bound,
    differences,
    run_outcomes,
    runs_needed,
    student_quantile,
)
from sahelsim.model.posterior import shipped_posterior
from sahelsim.report.ablation import markdown, write_ablations
from sahelsim.scenario import Scenario, cut, load_scenario
from sahelsim.theatre import load_theatre

MODEL = Path(__file__).resolve().parents[2] / "sahelsim" / "model"
REPLICATES = 4


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return cut(load_scenario("documented-2023"), 25)


# ---- statistics ----------------------------------------------------------------------------------
@pytest.mark.parametrize("p", [0.9, 0.975, 0.999, 0.99973])
@pytest.mark.parametrize("degrees", [10, 39, 199])
def test_the_quantile_of_students_t(p: float, degrees: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert student_quantile(p, degrees) == pytest.approx(stats.t.ppf(p, degrees), rel=0.01)


def test_the_bound_grows_with_what_is_looked_at_and_is_two_for_one_outcome_and_many_pairs() -> None:
    assert corrected_bound(100_000, 1) == pytest.approx(2.0, abs=1e-3)
    bounds = [corrected_bound(40, k) for k in (1, 10, 83)]
    assert bounds == sorted(bounds)
    assert bounds[2] == pytest.approx(3.77, abs=0.01)


def test_noise_seldom_passes_the_bound_in_any_outcome() -> None:
    rng = np.random.default_rng(5)
    bound = corrected_bound(40, 30)
    false = 0
    for _ in range(400):
        a = pd.DataFrame(rng.normal(size=(40, 30))).add_prefix("y")
        b = pd.DataFrame(rng.normal(size=(40, 30))).add_prefix("y")
        false += bool((differences(a, b)["z"].abs() > bound).any())
    assert 5 <= false <= 40  # .0455 of 400 is 18


def test_differences_are_paired_and_blanks_left_out() -> None:
    noise = np.linspace(0.0, 100.0, 40)
    a = pd.DataFrame({"same": noise, "up": noise + 2.0 + 0.1 * np.sin(noise), "const": 5.0})
    b = pd.DataFrame({"same": noise * (1 + 1e-13), "up": noise, "const": 4.0})
    a["gap"], b["gap"] = noise, noise
    a.loc[3:, "gap"] = math.nan
    found = differences(a, b).set_index("outcome")
    assert "gap" not in found.index
    assert found.loc["same", "z"] == 0.0
    assert found.loc["const", "z"] == math.inf
    d = (a["up"] - b["up"]).to_numpy()
    assert found.loc["up", "z"] == pytest.approx(d.mean() / (d.std(ddof=1) / math.sqrt(40)))
    assert found.loc["up", "z"] > 100.0


# ---- runs ----------------------------------------------------------------------------------------
def test_a_setting_out_of_range_takes_a_mechanism_out(plan: Scenario) -> None:
    shipped = run_outcomes(plan, {}, REPLICATES)
    without = run_outcomes(plan, {"engagement.overrun_at": -1.0}, REPLICATES)
    quiet = run_outcomes(plan, load_theatre().mechanism("ground-fire").switch, REPLICATES)
    assert without["overruns"].sum() == 0.0
    assert shipped["aircraft_hit"].sum() > 0.0
    assert quiet["aircraft_hit"].sum() == 0.0
    assert shipped["fact_daily_vmr"].between(0.3, 5.0).all()
    assert shipped["fact_size_mean"].between(2.0, 40.0).all()


def test_the_other_state_of_what_is_off_puts_it_in(plan: Scenario) -> None:
    theatre = load_theatre()
    short = {plan.id: plan}
    chosen = [
        replace(theatre.mechanism(id), scenario=plan.id)
        for id in ("missiles", "crossfire", "columns")
    ]
    done: list[int] = []
    found = ablate(short, chosen, REPLICATES, progress=done.append)
    assert sum(done) == runs_needed(chosen, REPLICATES) == 3 * REPLICATES
    assert list(found.summary["mechanism"]) == ["missiles", "crossfire"]  # columns have no switch
    table = found.table.set_index(["mechanism", "outcome"])
    assert table.loc[("crossfire", "civilian_deaths_crossfire"), "without_mean"] == 0.0
    assert table.loc[("crossfire", "civilian_deaths_crossfire"), "difference"] > 0.0
    # with the missiles less without them, though they ship switched off
    assert table.loc[("missiles", "aircraft_lost"), "difference"] >= 0.0
    assert table.loc[("crossfire", "tonnes_delivered"), "pairs"] == REPLICATES


def test_the_page_says_what_the_table_says(plan: Scenario, tmp_path: Path) -> None:
    chosen = [replace(load_theatre().mechanism("crossfire"), scenario=plan.id)]
    found = ablate({plan.id: plan}, chosen, REPLICATES)
    page, table = write_ablations(found, "sahelsim analyse ablations", tmp_path / "new")
    text = page.read_text(encoding="utf-8")
    assert text == markdown(found, "sahelsim analyse ablations")
    assert "| `crossfire` | Civilians die in fights of others |" in text
    assert f"**{found.bound:.2f}**" in text
    again = pd.read_csv(table)
    assert len(again) == len(found.table)
    assert again["difference"].to_numpy() == pytest.approx(
        found.table["difference"].to_numpy(), rel=1e-3
    )


# ---- the register --------------------------------------------------------------------------------
def test_every_file_of_a_mechanism_is_in_the_register() -> None:
    listed = {module for item in load_theatre().mechanisms for module in item.modules}
    files = {path.stem for path in (MODEL / "mechanisms").glob("[!_]*.py")}
    files |= {f"decisions.{path.stem}" for path in (MODEL / "decisions").glob("[!_]*.py")}
    assert files == listed


def test_a_switch_changes_what_it_names() -> None:
    values = load_theatre().parameters
    for item in load_theatre().mechanisms:
        changed = [id for id, value in item.switch.items() if values.value(id) != value]
        assert changed or not item.switch, item.id


def test_the_shipped_scenarios_of_the_register_exist() -> None:
    for name in {item.scenario for item in load_theatre().mechanisms}:
        assert load_scenario(name).id == name


def test_at27_paired_runs_share_their_luck() -> None:
    """The reference scenario for two years, 40 replicates as shipped, with and without airlift."""
    deaths = []
    for name in ("documented-2023", "no-airlift"):
        plan = load_scenario(name)
        plan = plan.model_copy(update={"end": plan.start + timedelta(days=730)})
        found = run_outcomes(plan, {}, 40, seed=1, posterior=shipped_posterior())
        deaths.append(found["military_deaths"].to_numpy())
    assert np.corrcoef(deaths[0], deaths[1])[0, 1] > 0.9
    assert (deaths[0] != deaths[1]).mean() > 0.9  # the airlift did change what happened


def test_the_shipped_table_covers_the_register_and_what_ships_switched_on_moves() -> None:
    shipped = pd.read_csv(Path(__file__).resolve().parents[2] / "docs/reference/ablations.csv")
    switched = {item.id for item in load_theatre().mechanisms if item.switch}
    assert set(shipped["mechanism"]) == switched
    largest = shipped.groupby("mechanism")["z"].apply(lambda z: z.abs().max())
    looked_at = shipped.groupby("mechanism")["outcome"].count().max()
    on = [item.id for item in load_theatre().mechanisms if item.switch and item.by_default]
    bound = corrected_bound(int(shipped["pairs"].max()), looked_at)
    assert not [id for id in on if largest[id] <= bound]
