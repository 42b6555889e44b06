"""The other forms of a scenario: digest, YAML again, JSON Schema, differences, template."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sahelsim.base.errors import EnvironmentFault, InputError, UsageError
from sahelsim.base.yaml_source import read
from sahelsim.scenario import difference, load_scenario, scenario_schema, shipped_scenarios
from sahelsim.scenario.hashing import canonical, digest
from sahelsim.scenario.new import write_new
from sahelsim.scenario.writing import to_yaml
from tests.scenario.test_messages import FACTOR, HEAD, ORDER

FULL = (
    HEAD + ORDER + FACTOR.format("orders.a.load_t", 1, 4)
    + "parameters: {initial.garrison_scale: 1}\n"
    + "aircraft:\n  5U-NEW: {owner: ner, type: c130h, base: DRRN}\n"
    + "initial:\n  holder: {kidal: {value: none}}\n  garrison: {gao: {value: 5}}\n"
    + "assumptions: [{text: hm, confidence: assumed}]\n"
)  # fmt: skip


def _load(folder: Path, text: str) -> Any:
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    return load_scenario(folder / "x.yaml")


def test_digest_of_known_data() -> None:
    assert canonical({"b": [1, 2.0, "é"], "a": None}) == '{"a":null,"b":[1,2.0,"\\u00e9"]}'
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_digest_ignores_comments_layout_and_the_order_of_keys(tmp_path: Path) -> None:
    first = _load(tmp_path, FULL).digest
    blocks = re.split(r"(?m)^(?=\w)", FULL)
    assert _load(tmp_path, "".join(reversed(blocks))).digest == first
    assert _load(tmp_path, "# a comment\n\n" + FULL.replace("\n", "   # why\n")).digest == first
    assert _load(tmp_path, FULL.replace("week: 2", "week: 2.0")).digest == first
    assert _load(tmp_path, FULL + "seed: 1\n").digest == first  # the default, written out
    second = ORDER.removeprefix("orders:\n").replace("id: a", "id: b")
    both = HEAD + ORDER + second, HEAD + "orders:\n" + second + ORDER.removeprefix("orders:\n")
    assert _load(tmp_path, both[0]).digest == _load(tmp_path, both[1]).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: T", "title: U"), ("question: Q", "question: R"), ("id: x", "id: y"),
        ("start: 2023-08-20", "start: 2023-08-19"), ("end: 2023-09-20", "end: 2023-09-21"),
        ("on: 2023-08-21", "on: 2023-08-22"), ("week: 2", "week: 2.5"), ("5U-MBH", "5U-MMS"),
        ("low: 1", "low: 2"), ("scale: 1", "scale: 1.01"), ("value: none", "value: mli"),
        ("value: 5", "value: 6"), ("text: hm", "text: so"), ("base: DRRN", "base: GABS"),
        ("actor: ner", "actor: mli"), ("confidence: assumed", "confidence: derived"),
        ("id: x", "seed: 2\nid: x"), ("    tail:", "    rationale: so\n    tail:"),
    ],
)  # fmt: skip
def test_digest_changes_with_any_value(tmp_path: Path, old: str, new: str) -> None:
    assert FULL.count(old) >= 1
    assert _load(tmp_path, FULL.replace(old, new, 1)).digest != _load(tmp_path, FULL).digest


def test_digest_tells_how_a_scenario_came_about_from_what_it_is(tmp_path: Path) -> None:
    direct = _load(tmp_path, FULL.replace("week: 2", "week: 3"))
    by_set = _load(tmp_path, FULL)
    by_set = load_scenario(tmp_path / "x.yaml", sets={"orders.a.rotations_per_week": 3})
    assert by_set.digest == direct.digest
    assert dict(by_set.overrides) != dict(direct.overrides)


@pytest.mark.parametrize("name", [name for name, _ in shipped_scenarios()])
def test_resolved_yaml_loads_to_the_same_digest(tmp_path: Path, name: str) -> None:
    plan = load_scenario(name)
    assert _load(tmp_path, to_yaml(plan)).digest == plan.digest


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.strip()
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_TEXT)
def test_any_title_survives_writing_and_reading(tmp_path: Path, title: str) -> None:
    plan = _load(tmp_path, FULL).model_copy(update={"title": title.strip()})
    assert _load(tmp_path, to_yaml(plan)).title == title.strip()


def test_difference_names_dotted_paths(tmp_path: Path) -> None:
    first = _load(tmp_path, FULL)
    second = _load(
        tmp_path,
        FULL.replace("week: 2", "week: 3").replace("{initial.garrison_scale: 1}", "{}")
        + "seed: 2\n",
    )
    assert [tuple(entry) for entry in difference(first, second)] == [
        ("seed", 1, 2, "changed"),
        ("parameters.initial.garrison_scale", 1.0, None, "removed"),
        ("orders.a.rotations_per_week", 2.0, 3.0, "changed"),
    ]
    assert [entry.change for entry in difference(second, first)] == ["changed", "added", "changed"]
    assert difference(first, first) == []


# --- JSON Schema


def _faults(value: Any, schema: Any, root: Any, at: str = "$") -> list[str]:
    """Check the part of JSON Schema that the writer uses; returns the places that do not fit."""
    if schema is True or schema == {}:
        return []
    if schema is False:
        return [f"{at}: not allowed"]
    found: list[str] = []
    if "$ref" in schema:
        found += _faults(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, at)
    if "anyOf" in schema and all(_faults(value, s, root, at) for s in schema["anyOf"]):
        found.append(f"{at}: none of anyOf")
    for part in schema.get("allOf", []):
        if "if" in part and not _faults(value, part["if"], root, at):
            found += _faults(value, part["then"], root, at)
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
    kind = schema.get("type")
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "integer" and not (is_number and value == int(value)):
        found.append(f"{at}: no integer")
    elif kind == "number" and not is_number:
        found.append(f"{at}: no number")
    elif kind in kinds and not isinstance(value, kinds[kind]):
        found.append(f"{at}: no {kind}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} not in enum")
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: not {schema['const']!r}")
    if is_number and value < schema.get("minimum", value):
        found.append(f"{at}: below minimum")
    if is_number and value > schema.get("maximum", value):
        found.append(f"{at}: above maximum")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: pattern")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += _faults(item, schema["items"], root, f"{at}[{index}]")
    if isinstance(value, dict):
        found += [f"{at}: lacks {key}" for key in schema.get("required", []) if key not in value]
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        named = schema.get("patternProperties", {})
        for key, item in value.items():
            fits = [part for pattern, part in named.items() if re.search(pattern, key)]
            found += _faults(item, known.get(key, fits[0] if fits else more), root, f"{at}.{key}")
    return found


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return dict(json.loads(json.dumps(scenario_schema())))


@pytest.mark.parametrize("entry", shipped_scenarios(), ids=lambda entry: entry.name)
def test_shipped_files_fit_the_schema(entry: Any, schema: dict[str, Any]) -> None:
    assert _faults(read(entry.path).data, schema, schema) == []


def _order(actor: str, verb: str, **arguments: Any) -> dict[str, Any]:
    return {"orders": [{"id": "a", "on": "2023-08-21", "actor": actor, "verb": verb, **arguments}]}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"titel": "x"}, "$.titel: not allowed"),
        ({"seed": "x"}, "$.seed: no integer"),
        ({"parameters": {"initial.garrison_scale": 9}},
         "$.parameters.initial.garrison_scale: above"),
        ({"parameters": {"nothing": 1}}, "$.parameters.nothing: not allowed"),
        (_order("ner", "lend_tail", tail="5U-MBH", to="mli", route="GABS"),
         "$.orders[0].route: pattern"),
        (_order("jnim", "surge"), "$.orders[0].actor: 'jnim' not in enum"),
        (_order("mli", "surge", to="ner"), "$.orders[0].to: not allowed"),
        (_order("mli", "withdraw"), "$.orders[0]: lacks locality"),
        ({"lineage": []}, "$.lineage: not allowed"),
    ],
)  # fmt: skip
def test_the_schema_refuses_what_the_loader_refuses(
    schema: dict[str, Any], change: dict[str, Any], fault: str
) -> None:
    plain = {"id": "x", "title": "T", "question": "Q", "start": "2023-08-20", "end": "2023-09-20"}
    assert _faults(plain, schema, schema) == []
    found = _faults({**plain, **change}, schema, schema)
    assert any(text.startswith(fault) for text in found), found


def test_the_schema_wants_a_parent_or_all_keys(schema: dict[str, Any]) -> None:
    assert _faults({"id": "x", "extends": "documented-2023"}, schema, schema) == []
    assert _faults({"id": "x", "title": "T"}, schema, schema) == ["$: none of anyOf"]


def test_every_key_of_the_schema_is_described(schema: dict[str, Any]) -> None:
    assert [
        key for key, entry in schema["properties"].items() if not entry.get("description")
    ] == []


# --- The template


def test_a_new_scenario_is_valid_and_so_are_its_examples(tmp_path: Path) -> None:
    path = write_new(tmp_path / "drafts" / "my-question")
    assert path == tmp_path / "drafts" / "my-question.yaml"
    parent = load_scenario("documented-2023")
    assert load_scenario(path).orders == parent.orders
    text = path.read_text(encoding="utf-8")
    live = re.sub(r"(?m)^# (?=without:|  - lend|start:|end:|seed:)", "#! ", text)
    live = live.replace("#   <parameter id>: <value>", "#   initial.garrison_scale: 1.5")
    live = re.sub(r"(?m)^# (?! *(Write|Check|yaml))", "", live.split("\n", 4)[4])
    path.write_text(live, encoding="utf-8")
    plan = load_scenario(path)
    assert plan.order("gao-closed").arguments["airfield"] == "GAGO"
    assert plan.order("lend-5u-mbh").arguments["rotations_per_week"] == 3
    assert plan.parameters["initial.garrison_scale"] == 1.5
    assert "rotations" in plan.factors


def test_a_new_scenario_never_overwrites(tmp_path: Path) -> None:
    path = write_new(tmp_path / "a.yaml")
    with pytest.raises(UsageError, match=r"a\.yaml exists already"):
        write_new(path)
    assert write_new(path, "no-airlift", force=True) == path
    assert load_scenario(path).lineage[0] == "no-airlift"


def test_new_refuses_bad_names_and_parents(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'Two Words' cannot be the name of a scenario"):
        write_new(tmp_path / "Two Words.yaml")
    with pytest.raises(InputError, match="unknown scenario 'nothing-like-it'"):
        write_new(tmp_path / "b.yaml", "nothing-like-it")
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault, match="cannot write"):
        write_new(tmp_path / "file" / "c.yaml")
