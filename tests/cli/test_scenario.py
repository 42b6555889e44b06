from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sahelsim.cli.explain import explain
from sahelsim.cli.main import cli, main
from sahelsim.cli.scenario import scenario
from sahelsim.scenario import load_scenario, shipped_scenarios
from tests.examples import examples

Out = pytest.CaptureFixture[str]


def _commands() -> Iterator[tuple[str, click.Command]]:
    yield "sahelsim", cli
    yield "explain", explain
    yield "scenario", scenario
    for name, command in scenario.commands.items():
        yield f"scenario {name}", command


@pytest.mark.parametrize(("name", "command"), list(_commands()), ids=lambda value: str(value)[:20])
def test_every_help_has_examples_that_run(
    name: str, command: click.Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = examples(command)
    assert 2 <= len(lines) <= 4
    for line in lines:
        assert main(shlex.split(line)) == 0, line
        assert capsys.readouterr().out


def test_list_names_every_shipped_scenario(capsys: Out) -> None:
    assert main(["scenario", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["scenario", "days", "title"]
    assert [line.split()[0] for line in lines[1:]] == [name for name, _ in shipped_scenarios()]
    assert main(["scenario", "list", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["ok"]) == ("sahelsim.scenario.list/1", True)
    by_name = {entry["name"]: entry for entry in document["scenarios"]}
    assert by_name["documented-2023"]["days"] == 219
    assert by_name["no-airlift"]["extends"] == ["documented-2023"]


def test_show_tells_question_assumptions_factors_and_orders(capsys: Out) -> None:
    sets = ["--set", "orders.lend-5u-mbh.rotations_per_week=3.5", "--set", "seed=7"]
    assert main(["scenario", "show", "documented-2023", *sets]) == 0
    out = capsys.readouterr().out
    assert "2023-08-20 to 2024-03-26 (excluded), 219 days, seed 7" in out
    assert "[assumed]" in out
    assert re.search(
        r"rotations_main +1 to 4 +assumed +orders\.lend-5u-mbh\.rotations_per_week", out
    )
    assert (
        "lend_tail tail=5U-MBH to=mli route=GABS-GAGO-GATS-DRRN-GABS rotations_per_week=3.5" in out
    )


def test_show_as_json_and_yaml_agree(capsys: Out, tmp_path: Path) -> None:
    assert main(["scenario", "show", "no-airlift", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["digest"] == load_scenario("no-airlift").digest
    assert main(["scenario", "show", "no-airlift", "--yaml"]) == 0
    (tmp_path / "x.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert load_scenario(tmp_path / "x.yaml").resolved() == document["scenario"]


def test_check_says_ok_with_the_digest(capsys: Out) -> None:
    assert main(["scenario", "check", "no-airlift"]) == 0
    digest = load_scenario("no-airlift").digest[:12]
    assert capsys.readouterr().out == f"ok  no-airlift: 219 days, 68 orders, {digest}\n"


def test_check_shows_every_fault_and_goes_on_with_the_next_file(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("id: a\nextends: no-airlift\nsed: 2\n", encoding="utf-8")
    Path("b.yaml").write_text("id: b\nextends: no-airlift\nseed: two\n", encoding="utf-8")
    assert main(["scenario", "check", "a.yaml", "no-airlift", "b.yaml"]) == 3
    captured = capsys.readouterr()
    assert captured.out.startswith("ok  no-airlift")
    footer = "1 error. Editor completion: sahelsim scenario schema > scenario.schema.json\n"
    assert captured.err == (
        "a.yaml:3:1: error SS2103: unknown key 'sed'\n"
        "   3 | sed: 2\n"
        "     | ^^^ did you mean 'seed'?\n" + footer + "b.yaml:3:7: error SS2105 at seed: "
        "expected a whole number, not 'two'\n"
        "   3 | seed: two\n"
        "     |       ^^^ leave out quotes and units\n" + footer
    )
    assert main(["scenario", "check", "a.yaml", "--json"]) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["where"]) == ("SS2103", "a.yaml:3:1")
    assert [fault["message"] for fault in error["problems"]] == ["unknown key 'sed'"]


def test_set_that_fights_itself_is_a_usage_error(capsys: Out) -> None:
    words = ["scenario", "check", "no-airlift", "--set", "seed=1", "--set", "seed=2"]
    assert main(words) == 2
    assert capsys.readouterr().err == (
        "--set: error SS1006: 'seed' is set twice\n"
        "  tip: keep one of the two\n  more: sahelsim explain SS1006\n"
    )


def test_diff_marks_what_is_added_removed_and_changed(capsys: Out) -> None:
    assert main(["scenario", "diff", "documented-2023", "second-tail"]) == 0
    captured = capsys.readouterr()
    assert "~ orders.lend-5u-mms.rotations_per_week: 0.5 -> 2.0\n" in captured.out
    assert re.search(r"(?m)^\+ assumptions\.Crews and spares", captured.out)
    assert re.search(r"^\d+ differences\n$", captured.err)
    assert main(["scenario", "diff", "no-airlift", "no-airlift"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "0 differences\n")


def test_new_writes_a_file_that_checks(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["scenario", "new", "what-if"]) == 0
    assert capsys.readouterr().out == "what-if.yaml\n"
    assert main(["scenario", "check", "what-if.yaml"]) == 0
    capsys.readouterr()
    assert main(["scenario", "new", "what-if"]) == 2
    assert "SS1008: what-if.yaml exists already" in capsys.readouterr().err


def test_schema_is_json(capsys: Out) -> None:
    assert main(["scenario", "schema"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["$schema"].endswith("2020-12/schema")
    assert "lend_tail" in document["$defs"]["Order"]["properties"]["verb"]["enum"]
