"""``sahelsim facts``: rows, conditions, errors."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sahelsim.base.errors import UsageError
from sahelsim.cli.facts import LAYOUTS, facts, render
from sahelsim.theatre import load_theatre
from sahelsim.theatre.listing import KINDS, list_rows
from sahelsim.theatre.load import PACKAGED

READY = [kind for kind in KINDS if kind != "outcomes" or (PACKAGED / "outcomes.yaml").is_file()]


def run(*words: str) -> Result:
    return CliRunner().invoke(facts, list(words))


def rows(*words: str) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.exception
    return json.loads(result.stdout)["rows"]


def ids(*words: str) -> list[str]:
    return [row["id"] for row in rows(*words)]


@pytest.mark.parametrize("kind", READY)
def test_every_kind_prints_a_row_for_every_record(kind: str) -> None:
    result = run(kind)
    assert result.exit_code == 0, result.exception
    count = len(list_rows(load_theatre(), kind))
    assert count > 0
    starts = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert len(starts) == count + 1  # the titles
    assert f"{count} {kind}" in result.stderr


@pytest.mark.parametrize("kind", READY)
@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit_the_width_but_for_single_long_words(kind: str, width: int) -> None:
    for line in render(kind, list_rows(load_theatre(), kind), width):
        if len(line) > width:
            assert len(line.split()) <= 2, line


@pytest.mark.parametrize("kind", READY)
def test_json_is_one_document_with_every_field(kind: str) -> None:
    document = json.loads(run(kind, "--json").stdout)
    assert (document["schema"], document["ok"], document["kind"]) == (
        "sahelsim.facts/1",
        True,
        kind,
    )
    shown = {*LAYOUTS[kind].columns, *LAYOUTS[kind].below} - {"available"}
    assert all(shown <= set(row) for row in document["rows"])


def test_sources_stand_below_their_rows() -> None:
    text = run("events", "--where", "id=E012").stdout
    assert "source: MINUSMA" in text
    assert "https://minusma.unmissions.org/" in text
    assert "source: assumed" in run("localities", "--where", "id=ber").stdout


def test_conditions_narrow_together() -> None:
    kidal = ids("events", "--where", "place=kidal")
    late = ids("events", "--where", "place=kidal", "--where", "date>=2023-11-01")
    assert kidal[:2] == ["E027", "E057"]
    assert late[0] == "E060"
    assert set(late) < set(kidal)
    early = ids("events", "--where", "place=kidal", "--where", "date<=2023-10-31")
    assert sorted(early + late) == sorted(kidal)


@pytest.mark.parametrize(
    ("kind", "condition", "expected"),
    [
        ("localities", "besieged=yes", 13),
        ("localities", "holder=UN", 1),
        ("localities", "population>=1e6", 3),
        ("airfields", "icao=gats", 1),
        ("aircraft", "tail~5u-m", 3),
        ("events", "countries=dza", 1),
        ("events", "deaths_high>=600", 1),
        ("events", "url=", 2),
        ("orders", "actors=un", 4),
        ("disagreements", "kind=flag", 4),
        ("events", "deaths_low=223", 1),
        ("events", "description~no such words", 0),
    ],
)
def test_conditions(kind: str, condition: str, expected: int) -> None:
    assert len(rows(kind, "--where", condition)) == expected


def test_an_empty_field_meets_no_comparison() -> None:
    low = ids("events", "--where", "deaths_low<=0")
    assert all(row["deaths_low"] == 0 for row in rows("events") if row["id"] in low)
    assert low


@pytest.mark.parametrize(
    ("condition", "code", "message", "hint"),
    [
        ("typ=attack", "SS1302", "unknown field 'typ'", "did you mean 'type'?"),
        ("zzz=1", "SS1302", "unknown field 'zzz'", "fields: id, date"),
        ("type=atack", "SS1303", "no row has type='atack'", "did you mean 'attack'?"),
        ("role=zzz", "SS1303", "no row has role='zzz'", "values: exogenous, observation or order"),
        ("kidal", "SS1301", "'kidal' is not a condition", "field=value"),
        ("deaths_low>=many", "SS1301", "deaths_low is a number, and 'many' is none", ""),
        ("deaths_low=many", "SS1301", "deaths_low is a number, and 'many' is none", ""),
    ],
)
def test_a_bad_condition_is_a_usage_error_with_a_hint(
    condition: str, code: str, message: str, hint: str
) -> None:
    error = run("events", "--where", condition).exception
    assert isinstance(error, UsageError)
    assert (error.code, error.message, error.exit_code) == (code, message, 2)
    assert hint in (error.hint or "")


def test_an_unknown_kind_is_refused() -> None:
    result = run("evnts")
    assert result.exit_code == 2
    assert "events" in result.stderr


@pytest.mark.parametrize("kind", READY)
def test_the_examples_of_the_help_run(kind: str) -> None:
    examples = re.findall(r"^ +sahelsim facts (.+)$", run(kind, "--help").stdout, re.MULTILINE)
    assert len(examples) == 2
    for example in examples:
        result = run(*shlex.split(example))
        assert result.exit_code == 0, (example, result.exception)
        assert result.stdout


def test_a_publisher_is_listed_once_per_page() -> None:
    listed = [(row["publisher"], row["url"]) for row in rows("sources")]
    assert len(listed) == len(set(listed))
    assert listed[0] == ("assumed", "")
    assert ("GeoNames", "https://www.geonames.org/") in listed
    assert ("OurAirports", "https://ourairports.com/data/") in listed


def test_the_figures_of_the_type_stand_with_the_tail() -> None:
    (tail,) = rows("aircraft", "--where", "tail=5U-MBH")
    assert (tail["payload_plan_t"], tail["burn_kg_h"], tail["owner"]) == (10.886, 2270, "ner")
    assert tail["source"].startswith("defenceWeb https://")
