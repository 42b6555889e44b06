"""The schema for editors takes what the loader takes, and refuses common slips."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import yaml

from sahelsim.base.yaml_source import parse, read
from sahelsim.exercise.jsonschema import exercise_schema
from sahelsim.exercise.loading import shipped_exercises
from sahelsim.exercise.new import TEMPLATE
from tests.exercise.conftest import small_text


@pytest.fixture(scope="module")
def schema() -> Any:
    return jsonschema_rs.validator_for(exercise_schema())


@pytest.fixture
def data() -> dict[str, Any]:
    return dict(yaml.safe_load(yaml.safe_dump(parse(small_text()).data)))


def test_shipped_exercises_and_the_template_fit(schema: Any) -> None:
    for name, path in shipped_exercises():
        schema.validate(read(path).data), name
    text = TEMPLATE.format(file="x", id="x", title="X", scenario="documented-2023")
    schema.validate(parse(text).data)
    schema.validate(parse(small_text()).data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("titel",), {"en": "x", "fr": "x"}),
        (("exercise",), 2),
        (("shared",), ["civilian_death"]),
        (("teams", "bamako", "actors"), ["mali"]),
        (("teams", "Bamako"), {}),
        (("cards", "new"), {"text": {"en": "a", "fr": "b"}, "verb": "surg"}),
        (("cards", "new"), {"text": {"en": "a", "fr": "b"}, "verb": "surge",
                            "fixed": {"level": "strict"}}),
        (("cards", "new"), {"text": {"en": "a", "fr": "b"}, "verb": "surge",
                            "choose": {"to": "any"}}),
        (("injects", "new"), {"text": {"en": "a", "fr": "b"},
                              "orders": [{"actor": "world", "verb": "close_airfield"}]}),
    ],
)  # fmt: skip
def test_a_slip_is_refused(
    path: tuple[str, ...], value: Any, schema: Any, data: dict[str, Any]
) -> None:
    part: Any = data
    for key in path[:-1]:
        part = part.setdefault(key, {})
    part[path[-1]] = value
    assert not schema.is_valid(data)
