"""Steps from version to version: in order, once, with comments kept; made-up formats stand in."""

from __future__ import annotations

import re

import pytest

from sahelsim.base.errors import InputError
from sahelsim.base.formats import FORMATS, Format, Migrated, Step, migrate
from sahelsim.base.paths import shipped
from sahelsim.base.yaml_source import parse
from sahelsim.exercise.schema import ExerciseFile

RENAMED = Step("`aim` is called `goal`.", lambda text: re.sub(r"(?m)^aim:", "goal:", text))
DOUBLED = Step("`days` counts half days.",
               lambda text: re.sub(r"(?m)^days: (\d+)", lambda m: f"days: {2 * int(m[1])}", text)
               )  # fmt: skip
PLAN = (Format("plan", frozenset({"days"}), steps=(RENAMED, DOUBLED)),)


def brought(text: str) -> Migrated:
    return migrate(parse(text, name="plan.yaml"), text, PLAN)


def test_all_steps_from_the_file_s_version_on_are_taken_in_order() -> None:
    old = "# why\n\naim: hold    # the town\ndays: 3\n"
    new = brought(old)
    assert (new.before, new.after) == (1, 3)
    assert new.text == "# why\n\nformat: 3\ngoal: hold    # the town\ndays: 6\n"
    assert new.says == ("`aim` is called `goal`.", "`days` counts half days.")


def test_a_file_between_takes_the_rest_and_a_new_one_none() -> None:
    assert brought("format: 2  # of May\ndays: 3\n").text == "format: 3  # of May\ndays: 6\n"
    text = "format: 3\ndays: 3\n"
    again = brought(text)
    assert (again.text, again.says) == (text, ())
    assert brought(brought("aim: x\ndays: 1\n").text).says == ()


@pytest.mark.parametrize("version", ["4", "0", "-1", "'2'", "true", "1.0", "[1]"])
def test_a_version_of_the_future_or_none_is_refused(version: str) -> None:
    with pytest.raises(InputError) as refused:
        brought(f"format: {version}\ndays: 3\n")
    assert refused.value.code == "SS2070"
    assert "plan.yaml" in refused.value.message


@pytest.mark.parametrize("text", ["weeks: 3\n", "- days\n", "days\n", ""])
def test_what_is_no_file_of_ours_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        brought(text)
    assert refused.value.code == "SS2071"


def test_every_shipped_file_is_told_by_its_kind_and_is_of_the_newest_version() -> None:
    found: dict[str, set[str]] = {}
    for folder in ("scenarios", "configs"):
        for file in shipped(folder).glob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            new = migrate(parse(text, name=file.name), text)
            assert new.says == (), file
            found.setdefault(new.kind, set()).add(file.name)
    assert set(found) == {format.kind for format in FORMATS}
    scenarios = {file.name for file in shipped("scenarios").glob("*.yaml")}
    assert found["scenario"] == scenarios | {"calibration-window.yaml"}
    assert all(name.endswith(".exercise.yaml") for name in found["exercise"])
    assert all("sweep" in name for name in found["sweep"])
    assert found["calibration"] == {"calibration.yaml"}


def test_the_exercise_s_schema_reads_the_newest_version() -> None:
    (exercise,) = (format for format in FORMATS if format.kind == "exercise")
    field = ExerciseFile.model_fields["exercise"]
    assert field.annotation.__args__ == (exercise.version,)
