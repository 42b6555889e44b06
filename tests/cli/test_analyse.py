"""``sahelsim analyse``: on a sweep made of formulas, and on short runs."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest

from sahelsim.cli.analyse import analyse
from sahelsim.cli.main import main
from sahelsim.experiment.sweep import Sweep, futures_table, load_spec
from sahelsim.model.draws import make_key, uniform_grid
from tests.examples import examples, run_examples

Capture = pytest.CaptureFixture[str]
SWEEP = Path("outputs/airlift-sweep")
WORTH = {"as-documented": 0.0, "no-airlift": 300.0, "two-tails": -150.0}


@pytest.fixture(scope="module")
def sweep() -> Sweep:
    """The shipped sweep with outcomes by formula: civilians die of small garrisons alone."""
    spec = load_spec("airlift-sweep")
    futures = futures_table(spec)
    rows = []
    luck = uniform_grid(make_key(5), 9_800, 0, len(futures), 8)
    for policy in spec.policies:
        for future, row in futures.iterrows():
            for j in range(8):
                small = 400.0 / float(row["garrison_scale"]) + luck[int(future), j]  # type: ignore[call-overload]
                rows.append(
                    (policy, future, j, "ok", small, 0.15 * (small + WORTH.get(policy, 10.0)))
                )
    runs = pd.DataFrame(
        rows, columns=["policy", "future", "replicate", "status", "civilian_deaths",
                       "garrison_days_without_food"],
    )  # fmt: skip
    for id in ("tonnes_in_mali", "aircraft_lost", "localities_held_share"):
        runs[id] = runs["civilian_deaths"] / 1_000.0
    runs["policy"] = pd.Categorical(runs["policy"], list(spec.policies), ordered=True)
    return Sweep(spec, futures, runs)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sweep: Sweep) -> Path:
    """A folder in which ``outputs/airlift-sweep`` is that sweep."""
    monkeypatch.chdir(tmp_path)
    SWEEP.mkdir(parents=True)
    (SWEEP / "sweep.yaml").write_text(sweep.spec.text, encoding="utf-8")
    monkeypatch.setattr("sahelsim.experiment.sweep.load_sweep", lambda path: sweep, raising=False)
    return tmp_path


def told(words: str, capsys: Capture, code: int = 0) -> Any:
    assert main([*shlex.split(words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["analyse", *analyse.commands])
def test_every_help_has_examples_that_run(name: str, here: Path, capsys: Capture) -> None:
    command: click.Command = analyse if name == "analyse" else analyse.commands[name]
    run_examples([line.replace("> 1500", "> 500") for line in examples(command)], capsys)


def test_sensitivity_finds_the_one_input_that_matters(here: Path, capsys: Capture) -> None:
    found = told(f"analyse sensitivity {SWEEP} --outcome civilian_deaths", capsys)
    assert found["schema"] == "sahelsim.analyse.sensitivity/1"
    assert (found["method"], found["outcome"]) == ("pawn", "civilian_deaths")
    assert found["inputs"][0]["input"] == "garrison_scale"
    assert [row["input"] for row in found["inputs"] if row["told"]] == ["garrison_scale"]
    assert found["answer"][0].startswith("What moves civilians killed most: garrison scale")
    page = here / found["report"]
    assert page.parent == here / SWEEP / "analysis"
    assert "What drives civilians killed?" in page.read_text(encoding="utf-8")


def test_a_failed_run_is_left_out_and_said(
    here: Path, capsys: Capture, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = sweep.runs.copy()
    bad = (runs["policy"] == "no-airlift") & (runs["future"] == 5) & (runs["replicate"] == 2)
    runs.loc[bad, "status"] = "crashed"
    runs.loc[bad, "civilian_deaths"] = np.nan
    runs = runs[~((runs["future"] == 7) & (runs["replicate"] == 7))]
    partial = Sweep(sweep.spec, sweep.futures, runs.reset_index(drop=True))
    monkeypatch.setattr("sahelsim.experiment.sweep.load_sweep", lambda path: partial)
    found = told(f"analyse sensitivity {SWEEP} --outcome civilian_deaths", capsys)
    total = len(sweep.futures)
    assert found["account"] == (
        f"{total - 2} of {total} futures are used; left out: 1 with a run that crashed, 1 not run "
        "to the end."
    )
    assert found["inputs"][0]["value"] > 0.4
    assert "planned runs have not run yet" in found["notes"][0]


def test_discover_says_where_in_words(here: Path, capsys: Capture) -> None:
    found = told(f"analyse discover {SWEEP} --where 'civilian_deaths > 500'", capsys)
    (box,) = found["boxes"]
    assert [limit["input"] for limit in box["limits"]] == ["garrison_scale"]
    assert box["limits"][0]["low"] is None
    assert box["limits"][0]["high"] == pytest.approx(0.8, abs=0.08)
    assert box["density"]["value"] > 0.9
    assert any("garrison scale is at most" in sentence for sentence in found["answer"])
    # by default, that the first threshold is missed
    default = told(f"analyse discover {SWEEP} --policy two-tails", capsys)
    assert default["where"] == "garrison_days_without_food > 30"


def test_robustness_finds_the_policy_without_regret(here: Path, capsys: Capture) -> None:
    words = "--outcome garrison_days_without_food --threshold 37.5"
    found = told(f"analyse robustness {SWEEP} {words}", capsys)
    one, civilians = found["outcomes"]
    assert civilians["outcome"] == "civilian_deaths"  # always shown
    assert one["policies"]["two-tails"]["regret_max"]["value"] == 0.0
    assert one["policies"]["no-airlift"]["regret_max"]["value"] == pytest.approx(67.5)
    assert one["policies"]["two-tails"]["best"]["value"] == 1.0
    assert one["threshold"] == 37.5
    shares = {name: row["satisficing"]["value"] for name, row in one["policies"].items()}
    assert shares["two-tails"] > shares["as-documented"] > shares["no-airlift"]
    assert "two-tails stays nearest to the best everywhere" in found["answer"][1]


def test_a_threshold_is_read_off_a_sweep(here: Path, capsys: Capture) -> None:
    words = f"analyse threshold {SWEEP} --lever garrison_scale --outcome civilian_deaths"
    found = told(f"{words} --target 400", capsys)
    assert found["where"] == "reached"
    assert found["level"] == pytest.approx(1.0, abs=0.06)
    assert found["low"] < 1.0 < found["high"]
    assert not found["rising"]
    never = told(f"{words} --target 5", capsys)
    assert (never["where"], never["level"]) == ("not reached", None)
    assert "stays above 5 persons" in never["answer"][0]


def test_a_threshold_is_searched_in_a_scenario_and_resumed(here: Path, capsys: Capture) -> None:
    words = (
        "analyse threshold documented-2023 --lever rotations_main --outcome tonnes_to_tessalit "
        "--target 35 --levels 4 -n 2 --days 30 --out t"
    )
    found = told(words, capsys)
    assert len(found["curve"]) == 4
    assert found["where"] == "reached"
    assert 1 < found["level"] < 4
    kept = sorted((here / "t/cases").glob("*.parquet"))
    stamps = [file.stat().st_mtime_ns for file in kept]
    assert len(kept) == 4
    assert told(words, capsys) == found
    assert [file.stat().st_mtime_ns for file in kept] == stamps
    assert told(words.replace("-n 2", "-n 3"), capsys, 3)["error"]["code"] == "SS4209"
    assert told(words.replace("-n 2", "-n 3") + " --force", capsys)["where"] == "reached"


def test_value_names_what_one_more_of_each_changes(here: Path, capsys: Capture) -> None:
    found = told(
        "analyse value documented-2023 --outcome tonnes_delivered_by_niger -n 4 --days 20 --out v",
        capsys,
    )
    assert set(found["levers"]) == {"tail", "ramp", "crew", "escort"}
    tail = {item["outcome"]: item for item in found["levers"]["tail"]["outcomes"]}
    assert set(tail) == {"tonnes_delivered_by_niger", "civilian_deaths"}
    assert tail["tonnes_delivered_by_niger"]["difference"] > 0
    assert (here / "v/report.html").is_file()


def test_precedent_tells_its_effect_and_shares(here: Path, capsys: Capture) -> None:
    found = told("analyse precedent precedent --futures 2 -n 1 --days 40 --out p", capsys)
    assert found["loan"] == ["lend-5u-mbh", "lend-5u-mms"]
    assert {item["horizon"] for item in found["effects"]} == {39}
    for item in found["effects"]:
        assert sum(part[0] for part in item["shares"].values()) == pytest.approx(item["effect"])
        assert item["effect"] == pytest.approx(np.mean(item["by_future"]))
    assert len(list((here / "p/cases").glob("future-*.parquet"))) == 2
    page = (here / "p/report.html").read_text(encoding="utf-8")
    assert "Did the airlift set a precedent?" in page
    assert "A statement about this model, not about the states" in page


@pytest.mark.parametrize(
    ("words", "code", "exit_code", "hint"),
    [
        ("sensitivity {0} --outcome civilian_death", "SS4203", 3, "civilian_deaths"),
        ("sensitivity {0} --policy no-airlft", "SS4203", 3, "no-airlift"),
        ("sensitivity {0} --method sobol", "SS4205", 3, "--method pawn"),
        ("discover {0} --where 'civilian_deaths is high'", "SS4212", 2, "civilian_deaths > 1500"),
        ("discover {0} --where 'civilian_deaths > 1e9'", "SS4204", 3, "another threshold"),
        ("robustness {0} --threshold 5", "SS4212", 2, "--outcome"),
        ("threshold {0} --lever garrison_scal --outcome sorties --target 1", "SS4203", 3,
         "garrison_scale"),
        ("threshold documented-2023 --lever rotation_main --outcome sorties --target 1", "SS4213",
         3, "rotations_main"),
        ("threshold documented-2023 --lever supply --low 2 --high 1 --outcome sorties --target 1",
         "SS4208", 3, "allowed"),
        ("precedent no-airlift", "SS4210", 3, "precedent"),
    ],
)  # fmt: skip
def test_what_cannot_be_analysed_is_told(
    words: str, code: str, exit_code: int, hint: str, here: Path, capsys: Capture
) -> None:
    error = told(f"analyse {words.format(SWEEP)}", capsys, exit_code)["error"]
    assert error["code"] == code
    assert hint in (error["hint"] or "")
