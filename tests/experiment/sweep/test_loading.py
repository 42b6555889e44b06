from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.errors import InputError
from sahelsim.base.problems import InvalidInput
from sahelsim.experiment.sweep import load_spec, shipped_sweeps
from sahelsim.experiment.sweep.new import write_new
from sahelsim.experiment.sweep.pilot import estimate, size
from sahelsim.experiment.sweep.slurm import script
from tests.experiment.sweep.conftest import HEAD, SMALL, make

POLICY = "policies: {base: {}}\n"


def faults(text: str, folder: Path = Path()) -> list[tuple[str, str, str | None]]:
    with pytest.raises(InvalidInput) as fault:
        make(text, folder)
    return [(one.code, one.where.split(":", 1)[1], one.hint) for one in fault.value.problems]


@pytest.mark.parametrize("name", ["airlift-sweep", "alliance-sweep", "denial-sweep", "first-sweep"])
def test_shipped_sweeps_load(name: str) -> None:
    assert name in shipped_sweeps()
    assert load_spec(name).id == name


@pytest.mark.parametrize(
    ("text", "code", "where", "hint"),
    [
        ("polices: {}", "SS2103", "5:1", "did you mean 'policies'?"),
        ("policies: {a: {set: {oders.lend: 4}}}", "SS4103", "5:22", "did you mean 'orders.lend'?"),
        ("policies: {a: {set: {seed: 4}}}", "SS4103", "5:22", None),
        ("policies: {a: {without: [lend-5u-mbx]}}", "SS2218", "5:26",
         "did you mean 'lend-5u-mbh'?"),
        ("policies: {a: {scenario: no-airlft}}", "SS2002", "5:26", "did you mean 'no-airlift'?"),
        (POLICY + "reference: bas", "SS4104", "6:12", "did you mean 'base'?"),
        (POLICY + "outcomes: {sortees: {}}", "SS4104", "6:12", "did you mean 'sorties'?"),
        (POLICY + "outcomes: {sorties: {threshold: 3}}", "SS4112", "6:21",
         "add direction: higher or lower"),
        (POLICY + "daily: {series: [besieged.ml]}", "SS4104", "6:18",
         "did you mean 'besieged.mli'?"),
        (POLICY + "replicates: {min: 4}", "SS4111", "6:13", "or write replicates: 20"),
        (POLICY + "replicates: 0", "SS2107", "6:13", "allowed: at least 1 and at most 1000000"),
        (POLICY + "replicates: {max: 9, until: [{outcome: sorties}]}", "SS4111", "6:30", None),
        (POLICY + "replicates: {until: [{outcome: sorties, of: difference, half_width: 1}]}",
         "SS4111", "6:22", None),
        (POLICY + "design: {method: lhs, futures: 4}", "SS4109", "6:1", None),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_place(text: str, code: str, where: str, hint: str | None) -> None:
    assert (code, where, hint) in faults(text)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("garrison_scal: {}", "SS4104"),
        ("seed: {parameter: threat.hit}", "SS4105"),
        ("threat.hit: {low: 0.05, high: 0.02}", "SS4107"),
        ("threat.hit: {low: 0.005}", "SS4108"),
        ("threat.hit: {mode: 0.9}", "SS4107"),
        ("threat.hit: {values: [0.02, 0.02]}", "SS4107"),
        ("threat.hit: {values: [0.02, 0.03], low: 0.02}", "SS4107"),
        ("threat.hit: {values: [0.02], weights: [1, 2]}", "SS4107"),
        ("threat.hit: {weights: [1, 2]}", "SS4107"),
        ("threat.shot_rate: {distribution: loguniform}", "SS4107"),
        ("x: {parameter: orders.lend-5u-mbh.rotatons}", "SS4104"),
        ("x: {parameter: orders.lend-5u-mbx.load_t}", "SS4104"),
    ],
)
def test_an_uncertainty_that_makes_no_sense_is_told(entry: str, code: str) -> None:
    text = POLICY + f"uncertainties:\n  {entry}\ndesign: {{method: grid}}\n"
    found = faults(text)
    assert code in [fault[0] for fault in found]
    assert all(fault[1].startswith("7:") for fault in found if fault[0] == code)


def test_the_best_guess_is_that_of_a_policy_that_leaves_it_open() -> None:
    text = (
        "policies:\n"
        "  often: {set: {orders.lend-5u-mbh.rotations_per_week: 4}}\n"
        "  base: {}\n"
        "  seldom: {set: {orders.lend-5u-mbh.rotations_per_week: 1}}\n"
        "uncertainties: {rotations_main: {}}\ndesign: {method: grid}\n"
    )
    assert make(text).uncertainties["rotations_main"].nominal == 2.0


def test_an_uncertainty_that_every_policy_settles_is_told() -> None:
    text = (
        "policies: {a: {set: {parameter.threat.hit: 0.02}}}\n"
        "uncertainties: {threat.hit: {}}\ndesign: {method: grid}\n"
    )
    assert ("SS4106", "6:17", "leave it out, or let a policy leave it open") in faults(text)


def test_ranges_come_from_the_factors_of_the_scenario_else_from_the_parameter_files() -> None:
    text = POLICY + (
        "uncertainties:\n  garrison_scale: {}\n  threat.hit: {}\n  rotations_main: {low: 2}\n"
        "design: {method: grid}\n"
    )
    known = make(text).uncertainties
    scale = known["garrison_scale"].distribution
    assert (scale.kind, scale.low, scale.high) == ("loguniform", 0.5, 2.0)
    hit = known["threat.hit"].distribution
    assert (hit.kind, hit.low, hit.high, hit.mode) == ("triangular", 0.01, 0.06, 0.028)
    rate = known["rotations_main"]
    assert rate.target == "orders.lend-5u-mbh.rotations_per_week"
    assert (rate.distribution.low, rate.distribution.high, rate.nominal) == (2.0, 4.0, 2.0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("threat.hitt\n0.02\n", "unknown column 'threat.hitt'"),
        ("threat.hit\nmuch\n", "draws.csv:2: 'much' is no number"),
        ("threat.hit\n", "has no rows"),
    ],
)
def test_a_list_that_cannot_be_used_is_told(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "draws.csv").write_text(content)
    text = POLICY + "uncertainties: {threat.hit: {}}\ndesign: {method: list, file: draws.csv}\n"
    with pytest.raises(InvalidInput, match=message):
        make(text, tmp_path)


def test_scenarios_and_lists_lie_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\nextends: no-airlift\nseed: 9\n")
    spec = make("policies: {a: {scenario: mine}}\n", tmp_path)
    assert spec.policies["a"].plan.id == "mine"


def test_an_unknown_sweep_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no such sweep file: airlft-sweep") as fault:
        load_spec("airlft-sweep")
    assert fault.value.hint == "did you mean 'airlift-sweep'?"


def test_the_specification_covers_results_and_nothing_else() -> None:
    first = make(SMALL)
    same = make("title: Other\nquestion: Other?\n".join(SMALL.split("title", 1)))
    assert same.specification == first.specification
    assert make(SMALL + "execution: {attempts: 1}\n").specification == first.specification
    assert make(SMALL + "seed: 2\n").specification != first.specification
    assert make(SMALL.replace("best: {}", "best: {threat.hit: 0.03}")).specification != (
        first.specification
    )


def test_the_template_is_a_sweep(tmp_path: Path) -> None:
    path = write_new(tmp_path / "my-sweep", "documented-2023")
    spec = load_spec(path)
    assert (spec.id, list(spec.policies)) == ("my-sweep", ["as-it-is", "other"])


def test_the_pilot_measures_runs_of_its_own(
    monkeypatch: pytest.MonkeyPatch, trouble: object
) -> None:
    spec = make(SMALL)
    assert size(spec).runs == 48
    found = estimate(spec, 12, workers=2, runner="fake_runs:Slow")
    assert found.pilot == 12
    assert 0.01 <= found.run_s < 0.2
    assert found.seconds == pytest.approx((48 * found.run_s + 6 * found.setup_s) / 2, rel=0.5)
    assert 100 < found.run_bytes < 3000
    assert found.disk_bytes == pytest.approx(48 * found.run_bytes)


def test_the_slurm_script_runs_every_shard_and_is_shell(tmp_path: Path) -> None:
    import subprocess

    text = script("a", "my sweep.yaml", Path("out dir"), 30, cpus=8)
    assert "#SBATCH --array=1-30" in text
    assert "'my sweep.yaml' --out 'out dir' --shard \"$SLURM_ARRAY_TASK_ID/30\"" in text
    file = tmp_path / "job.sh"
    file.write_text(text)
    assert subprocess.run(["bash", "-n", str(file)], check=False).returncode == 0


def test_a_head_alone_lacks_policies() -> None:
    assert ("SS2104", "2:1", "Name: a named choice.") in faults("")
    assert HEAD.startswith("\nid:")
