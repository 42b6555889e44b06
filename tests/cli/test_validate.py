from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from sahelsim.calibration.facts import FACTS
from sahelsim.cli.main import main
from sahelsim.cli.validate import PAGE, validate
from tests.examples import examples, run_examples

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_help_has_examples_that_run(capsys: Out) -> None:
    run_examples(examples(validate), capsys)


def test_page_and_tables_are_written_and_kept(capsys: Out) -> None:
    words = ["validate", "-n", "2", "--no-face", "--out", "v"]
    assert main(words) == 0
    out, _ = capsys.readouterr()
    assert re.search(r"Of \d+ facts, \d+ lie inside the middle 90 % of replicates", out)
    assert out.splitlines()[-1] == f"report: {Path('v', PAGE)}"
    with Path("v/facts.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["id"] for row in rows} == set(FACTS)
    assert {path.name for path in Path("v").iterdir()} == {
        "facts.csv", "months.csv", "sizes.csv", "validation.md", PAGE
    }  # fmt: skip
    assert main(words) == 2
    assert "SS1008" in capsys.readouterr().err


def test_check_fails_with_4_where_a_fact_that_must_hold_lies_outside(capsys: Out) -> None:
    words = ["validate", "-n", "2", "--check", "--out", "v", "--json"]
    assert main([*words, "--set", "parameter.insurgency.nu=0.0002"]) == 4
    document = json.loads(capsys.readouterr().out)  # one document, the failure in it
    assert (document["schema"], document["ok"]) == ("sahelsim.validate/1", False)
    assert document["period"] == "2020-01 to 2023-07"
    facts = {fact["id"]: fact for fact in document["facts"]}
    assert set(facts) == set(FACTS)
    assert document["missed"]
    assert all(facts[id]["must"] and facts[id]["verdict"] == "outside" for id in document["missed"])
    assert document["face"][0]["id"] == "timbuktu_blockade"
    assert all(0 <= row["share"] <= 1 for row in document["face"])
    assert Path("v", PAGE).is_file()  # nothing computed is lost


def test_a_scenario_of_other_months_needs_events(capsys: Out) -> None:
    assert main(["validate", "documented-2023", "-n", "1", "--no-face", "--out", "v"]) == 3
    assert "SS7015" in capsys.readouterr().err
    assert not Path("v").exists()
