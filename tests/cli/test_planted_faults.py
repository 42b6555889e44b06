# ruff: noqa: E501 - YAML lines stay as a user writes them
"""Forty faults that people make in files: each is told at its place, with what was meant.

A fault is a change of a small file that is right. The guillemets in the new text stand where the
caret has to stand; they are taken out before the file is written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from sahelsim.cli.main import main
from sahelsim.exercise.new import TEMPLATE

SCENARIO = """\
id: my-scenario
title: A test
question: What if?
start: 2023-08-20
end: 2023-10-20
seed: 3
parameters:
  initial.garrison_scale: 1
initial:
  holder:
    tessalit: {value: un, source: E057}
  garrison:
    gao: {value: 900, source: assumed}
aircraft:
  5U-XXA: {owner: ner, type: c130h, base: DRRN}
factors:
  scale: {parameter: initial.garrison_scale, low: 0.6, high: 1.4}
orders:
  - id: lend
    on: 2023-08-20
    actor: ner
    verb: lend_tail
    tail: 5U-MBH
    to: mli
    route: GABS-GAGO-GATS-DRRN-GABS
    rotations_per_week: 1
    source: E017
  - id: leave
    on: 2023-09-01
    actor: mli
    verb: withdraw
    locality: ber
"""

SWEEP = """\
id: my-sweep
title: A test
question: Which policy?
scenario: documented-2023
days: 60
policies:
  as-documented: {}
  often:
    set: {orders.lend-5u-mbh.rotations_per_week: 4}
  none:
    without: [lend-5u-mbh]
reference: none
uncertainties:
  garrison_scale: {low: 0.6, high: 1.4}
  threat.hit_denied: {distribution: uniform}
futures:
  worst: {garrison_scale: 0.6}
design: {method: lhs, futures: 8}
replicates: 2
outcomes:
  civilian_deaths: {threshold: 100}
daily: {series: [besieged.mli], every_days: 7}
"""

EXERCISE = TEMPLATE.format(file="x", id="my-exercise", title="A test", scenario="documented-2023")

AIMS = """\
    aims:
      home:
        text: {en: Niger holds its own places., fr: Le Niger tient ses localités.}
        metric: localities(ner)
        scale: [20, 31]
        weight: 100
"""

CALIBRATION = """\
scenario: validation-2020-2023
seed: 1
parameters:
  insurgency.nu: {}
  initial.strength.mli: {low: 0.3, high: 1.5}
summaries:
  sb_deaths: 0.2
history: {waves: 1, runs: 100}
sampling: {population: 50, quantile: 0.5}
draws: 50
"""

FILES = {
    "scenario": (SCENARIO, ["scenario", "check"]),
    "sweep": (SWEEP, ["sweep", "check"]),
    "exercise": (EXERCISE, ["exercise", "check"]),
    "calibration": (CALIBRATION, ["calibrate", "--dry-run"]),
}


class Fault(NamedTuple):
    """What is changed in a file, and what the hint has to say."""

    kind: str
    name: str
    old: str
    new: str
    hint: str


FAULTS = [
    Fault("scenario", "key misspelt", "title: A", "«titel»: A", "did you mean 'title'?"),
    Fault("scenario", "date that is none", "end: 2023-10-20", "end: «2023-11-31»", "year-month-day"),
    Fault("scenario", "tab", "  initial.garrison_scale", "«\t»initial.garrison_scale", "spaces"),
    Fault("scenario", "key twice", "seed: 3\n", "seed: 3\n«seed»: 4\n", "first on line 6"),
    Fault("scenario", "parameter misspelt", "  initial.garrison_scale: 1", "  «initial.garison_scale»: 1", "did you mean 'initial.garrison_scale'?"),
    Fault("scenario", "parameter out of range", "garrison_scale: 1\n", "garrison_scale: «-2»\n", "0.5 to 2"),
    Fault("scenario", "unit in a number", "garrison_scale: 1\n", "garrison_scale: «1 x»\n", "units"),
    Fault("scenario", "place misspelt", "    tessalit: {", "    «tesalit»: {", "did you mean 'tessalit'?"),
    Fault("scenario", "holder unknown", "value: un,", "value: «mali»,", "did you mean 'mli'?"),
    Fault("scenario", "fewer than no soldiers", "value: 900", "value: «-900»", "at least 0 and at most 20000"),
    Fault("scenario", "aircraft type misspelt", "type: c130h", "type: «C-130»", "did you mean 'c130h'?"),
    Fault("scenario", "actor misspelt", "actor: ner", "actor: «nre»", "did you mean 'ner'?"),
    Fault("scenario", "order misspelt", "verb: withdraw", "verb: «withdrawl»", "did you mean 'withdraw'?"),
    Fault("scenario", "argument missing", "  - id: leave\n    on: 2023-09-01\n    actor: mli\n    verb: withdraw\n    locality: ber", "  - «id»: leave\n    on: 2023-09-01\n    actor: mli\n    verb: withdraw", "a locality"),
    Fault("scenario", "tail misspelt", "tail: 5U-MBH", "tail: «5U-MHB»", "did you mean '5U-MBH'?"),
    Fault("scenario", "route that cannot be", "route: GABS-GAGO-GATS-DRRN-GABS", "route: «GABS-GAGO-GATX-DRRN-GABS»", "did you mean 'GATS'?"),
    Fault("scenario", "fewer than no rotations", "rotations_per_week: 1", "rotations_per_week: «-1»", "0 to 14"),
    Fault("scenario", "order after the end", "on: 2023-09-01", "on: «2024-09-01»", "2023-08-20 to 2023-10-19"),
    Fault("scenario", "wrong nesting", "    rotations_per_week: 1\n    source", "  «r»otations_per_week: 1\n    source", "indent it like its neighbours"),
    Fault("sweep", "unit missing", "every_days: 7", "«every»: 7", "did you mean 'every_days'?"),
    Fault("sweep", "key missing", "id: my-sweep\ntitle: A test\n", "«id»: my-sweep\n", "One line"),
    Fault("sweep", "policy unknown", "reference: none", "reference: «nones»", "did you mean 'none'?"),
    Fault("sweep", "order unknown", "without: [lend-5u-mbh]", "without: [«lend-5u-mhb»]", "did you mean 'lend-5u-mbh'?"),
    Fault("sweep", "argument out of range", "rotations_per_week: 4", "rotations_per_week: «40»", "0 to 14"),
    Fault("sweep", "uncertainty misspelt", "  threat.hit_denied: {", "  «threat.hit_denid»: {", "did you mean 'threat.hit_denied'?"),
    Fault("sweep", "method misspelt", "method: lhs", "method: «lsh»", "did you mean 'lhs'?"),
    Fault("sweep", "outcome misspelt", "  civilian_deaths: {", "  «civilian_death»: {", "did you mean 'civilian_deaths'?"),
    Fault("sweep", "scenario misspelt", "scenario: documented-2023", "scenario: «documented-2032»", "did you mean 'documented-2023'?"),
    Fault("sweep", "list not closed", "without: [lend-5u-mbh]\nreference", "without: «[»lend-5u-mbh\nreference", "']'"),
    Fault("exercise", "key misspelt", "  turns: 3", "  «trns»: 3", "did you mean 'turns'?"),
    Fault("exercise", "no such choice", "turn: week ", "turn: «weak» ", "did you mean 'week'?"),
    Fault("exercise", "outcome misspelt", "metric: civilian_deaths_by_states", "metric: «civilian_deaths_by_state»", "did you mean 'civilian_deaths_by_states'?"),
    Fault("exercise", "expression that cannot be read", "when: gained(civilian_deaths) > 50", "when: «gained(civilian_deaths > 50»", "such as"),
    Fault("exercise", "card unknown", "strict_rules, declare]", "«strict_rule», declare]", "did you mean 'strict_rules'?"),
    Fault("exercise", "language missing", "name: {en: Niamey, fr: Niamey}", "name: «{»en: Niamey}", "In French"),
    Fault("exercise", "weights", AIMS, AIMS.replace("aims", "«aims»").replace("100", "90"), "10 too few"),
    Fault("exercise", "airfield misspelt", "airfield: GAGO", "airfield: «GAOG»", "did you mean 'GAGO'?"),
    Fault("calibration", "parameter misspelt", "  insurgency.nu: {}", "  «insurgency.mu»: {}", "did you mean 'insurgency.nu'?"),
    Fault("calibration", "summary misspelt", "  sb_deaths: 0.2", "  «sb_death»: 0.2", "did you mean 'sb_deaths'?"),
    Fault("calibration", "share above one", "quantile: 0.5", "quantile: «50»", "above 0 and below 1"),
]  # fmt: skip


def place(marked: str) -> tuple[int, int, int]:
    """Line, column and length of what stands between the guillemets."""
    before, _, rest = marked.partition("«")
    return before.count("\n") + 1, len(before) - before.rfind("\n"), rest.index("»")


def plant(fault: Fault, folder: Path) -> tuple[Path, tuple[int, int, int]]:
    """Write the file with its fault; return it and the place of the fault."""
    text, _ = FILES[fault.kind]
    assert text.count(fault.old) >= 1, fault.name
    marked = text.replace(fault.old, fault.new, 1)
    file = folder / "planted.yaml"
    file.write_text(marked.replace("«", "").replace("»", ""), encoding="utf-8")
    return file, place(marked)


@pytest.mark.parametrize("kind", FILES)
def test_the_files_are_right_before_a_fault_is_planted(kind: str, tmp_path: Path) -> None:
    text, command = FILES[kind]
    file = tmp_path / "right.yaml"
    file.write_text(text, encoding="utf-8")
    assert main([*command, str(file)]) == 0


def test_forty_faults_are_told_at_their_line_with_what_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(FAULTS) == 40
    told, meant = [], []
    for fault in FAULTS:
        file, (line, column, _) = plant(fault, tmp_path)
        capsys.readouterr()
        assert main([*FILES[fault.kind][1], "--json", str(file)]) == 3, fault.name
        error = json.loads(capsys.readouterr().out)["error"]
        found = [problem["where"] for problem in error["problems"]]
        if found == [f"{file}:{line}:{column}"]:  # this place and no other
            told.append(fault)
        if fault.hint in str(error["hint"]):
            meant.append(fault)
    names = [f"{fault.kind}: {fault.name}" for fault in FAULTS if fault not in told]
    assert len(told) == 40, names
    names = [f"{fault.kind}: {fault.name}" for fault in FAULTS if fault not in meant]
    assert len(meant) == 40, names


@pytest.mark.parametrize("kind", FILES)
def test_a_fault_is_shown_with_its_line_and_a_caret_under_the_value(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    fault = next(fault for fault in FAULTS if fault.kind == kind and "misspelt" in fault.name)
    file, (line, column, length) = plant(fault, tmp_path)
    assert main([*FILES[kind][1], str(file)]) == 3
    head, source, caret, *_ = capsys.readouterr().err.splitlines()
    written = file.read_text(encoding="utf-8").splitlines()[line - 1]
    assert head.startswith(f"{file}:{line}:{column}: error SS")
    assert written[column - 1 :][:length] in head  # the value itself
    assert source == f"{line:>4} | {written}"
    assert caret.startswith(f"     | {' ' * (column - 1)}{'^' * length} did you mean '")
