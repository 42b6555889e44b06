from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sahelsim.base.errors import InputError, SahelsimError, UsageError
from sahelsim.base.problems import InvalidInput
from sahelsim.scenario import load_scenario, parse_sets
from sahelsim.scenario.schema import FrozenMapping, Scenario
from tests.scenario.test_messages import CHILD, FACTOR, HEAD, ORDER

_NO_SCALAR = "is not a single number, word or date"
FULL = HEAD + ORDER + FACTOR.format("orders.a.load_t", 1, 4)


def _write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_scenario_from_a_file(tmp_path: Path) -> None:
    _write(tmp_path, x=FULL)
    plan = load_scenario(tmp_path / "x.yaml")
    assert (plan.start, plan.end, plan.days) == (date(2023, 8, 20), date(2023, 9, 20), 31)
    assert (plan.seed, plan.lineage) == (1, ())
    assert dict(plan.order("a").arguments) == {
        "tail": "5U-MBH", "to": "mli", "route": "GABS-GAGO-GABS",
        "rotations_per_week": 2.0, "load_t": 0.0,
    }  # fmt: skip
    days = list(plan.dates())
    assert (days[0], days[-1], len(days)) == (date(2023, 8, 20), date(2023, 9, 19), 31)
    with pytest.raises(KeyError):
        plan.order("b")


def test_orders_are_sorted_by_day_and_by_id_within_one(tmp_path: Path) -> None:
    declare = "  - {id: %s, on: 2023-08-%s, actor: mli, verb: declare}\n"
    orders = [("late", 25), ("b", 21), ("a", 21), ("first", 20)]
    _write(tmp_path, x=HEAD + "orders:\n" + "".join(declare % order for order in orders))
    found = [order.id for order in load_scenario(tmp_path / "x.yaml").orders]
    assert found == ["first", "a", "b", "late"]


def test_precedence_is_set_over_file_over_parents(tmp_path: Path) -> None:
    _write(
        tmp_path,
        p=HEAD + "seed: 2\nparameters: {initial.garrison_scale: 0.6}\n" + ORDER,
        c=CHILD + "seed: 3\nreplace:\n  a: {rotations_per_week: 3, load_t: 5}\n",
        g="id: g\nextends: c\nreplace:\n  a: {rotations_per_week: 4}\n",
    )
    child, grandchild = load_scenario(tmp_path / "c.yaml"), load_scenario(tmp_path / "g.yaml")
    assert (child.seed, child.parameters["initial.garrison_scale"]) == (3, 0.6)
    assert grandchild.order("a").arguments["rotations_per_week"] == 4
    assert grandchild.order("a").arguments["load_t"] == 5
    assert grandchild.lineage == ("c", "x")  # the id of p.yaml is x
    sets = {"seed": 9, "orders.a.rotations_per_week": 1, "parameter.initial.garrison_scale": 2}
    changed = load_scenario(tmp_path / "g.yaml", sets=sets)
    assert changed.seed == 9
    assert changed.order("a").arguments["rotations_per_week"] == 1
    assert changed.parameters["initial.garrison_scale"] == 2
    assert dict(changed.overrides) == sets


def test_assumptions_and_orders_of_the_parent_come_first(tmp_path: Path) -> None:
    assume = "assumptions: [{text: %s, confidence: assumed}]\n"
    more = ORDER.replace("id: a", "id: b")
    _write(tmp_path, p=HEAD + assume % "one" + ORDER, c=CHILD + assume % "two" + more)
    plan = load_scenario(tmp_path / "c.yaml")
    assert [item.text for item in plan.assumptions] == ["one", "two"]
    assert [order.id for order in plan.orders] == ["a", "b"]


def test_dropping_an_order_drops_the_factors_that_vary_it(tmp_path: Path) -> None:
    _write(tmp_path, p=FULL, c=CHILD + "without: [a]\n")
    assert "r" in load_scenario(tmp_path / "p.yaml").factors
    child = load_scenario(tmp_path / "c.yaml")
    assert (child.orders, dict(child.factors)) == ((), {})


def test_an_earlier_end_lets_later_orders_fall_away(tmp_path: Path) -> None:
    _write(tmp_path, p=FULL, c=CHILD + "end: 2023-08-21\n")
    assert load_scenario(tmp_path / "c.yaml").orders == ()
    assert load_scenario(tmp_path / "p.yaml", sets={"end": date(2023, 8, 21)}).orders == ()
    assert len(load_scenario(tmp_path / "p.yaml", sets={"end": "2023-08-22"}).orders) == 1


def test_extends_finds_files_beside_and_below(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    _write(tmp_path, p=FULL)
    _write(tmp_path / "sub", c="id: c\nextends: ../p.yaml\n", d="id: d\nextends: c\n")
    assert load_scenario(tmp_path / "sub" / "d.yaml").lineage == ("c", "x")
    (tmp_path / "e.yaml").write_text("id: e\nextends: no-airlift\n", encoding="utf-8")
    assert load_scenario(tmp_path / "e.yaml").lineage == ("no-airlift", "documented-2023")


def test_a_file_beside_hides_the_shipped_one_of_that_name(tmp_path: Path) -> None:
    _write(tmp_path, **{"no-airlift": FULL, "c": "id: c\nextends: no-airlift\n"})
    assert load_scenario(tmp_path / "c.yaml").days == 31


@pytest.mark.parametrize("size", [1, 2, 5])
def test_circles_of_extends_are_refused(tmp_path: Path, size: int) -> None:
    for place in range(size):
        _write(tmp_path, **{f"s{place}": f"id: s{place}\nextends: s{(place + 1) % size}\n"})
    with pytest.raises(InvalidInput) as caught:
        load_scenario(tmp_path / "s0.yaml")
    names = [f"s{place}" for place in range(size)]
    assert f"'extends' goes in a circle: {' -> '.join([*names, 's0'])}" in str(caught.value)
    assert caught.value.problems[0].mark is not None
    assert caught.value.problems[0].mark.line == 2


def test_a_fault_in_a_parent_is_shown_in_the_parent(tmp_path: Path) -> None:
    _write(tmp_path, p=HEAD + "colour: red\n", c=CHILD)
    with pytest.raises(InvalidInput) as caught:
        load_scenario(tmp_path / "c.yaml")
    assert caught.value.where == f"{tmp_path / 'p.yaml'}:6:1"


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("documentd-2023", "unknown scenario 'documentd-2023'", "did you mean 'documented-2023'?"),
        ("qqqq", "unknown scenario 'qqqq'", "see: sahelsim scenario list"),
        ("", "unknown scenario ''", "see: sahelsim scenario list"),
        ("a\0b", "unknown scenario 'a\0b'", "see: sahelsim scenario list"),
        ("none/x.yaml", "no such file: none/x.yaml", "see: sahelsim scenario list"),
        ("no-airlft.yaml", "no such file: no-airlft.yaml", "did you mean 'no-airlift.yaml'?"),
    ],
)
def test_names_and_paths_that_lead_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str, hint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load_scenario(name)
    assert caught.value.message == message
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint.rstrip("?"))


@pytest.mark.parametrize(
    ("texts", "code", "message", "hint"),
    [
        (["seed"], "SS1005", "'seed' is not key=value", "parameter.<id>=…, orders."),
        (["=3"], "SS1005", "'=3' is not key=value", "parameter.<id>=…, orders."),
        (["sed=1"], "SS1005", "'sed' cannot be set", "did you mean 'seed'?"),
        (["parametr.a=1"], "SS1005", "'parametr.a' cannot be set", "did you mean 'parameter.a'?"),
        (["orders.a=1"], "SS1005", "'orders.a' cannot be set", "parameter.<id>=…, orders."),
        (["orders.a.b.c=1"], "SS1005", "'orders.a.b.c' cannot be set", "parameter.<id>=…"),
        (["title=x"], "SS1005", "'title' cannot be set", "parameter.<id>=…"),
        (["seed=[1]"], "SS1005", f"the value of 'seed' {_NO_SCALAR}", None),
        (["seed=a: b: c"], "SS1005", f"the value of 'seed' {_NO_SCALAR}", None),
        (["seed=1", "end=2024-01-01", "seed=1"], "SS1006", "'seed' is set twice", "keep one of"),
    ],
)  # fmt: skip
def test_set_texts_that_cannot_be_read(
    texts: list[str], code: str, message: str, hint: str | None
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_sets(texts)
    assert (caught.value.code, caught.value.message) == (code, message)
    assert (caught.value.hint or "").startswith(hint or "")
    assert caught.value.exit_code == 2


def test_set_texts_become_values() -> None:
    assert parse_sets(["seed=7", "end=2023-10-01", "parameter.a.b= -1.5e2", "orders.x.to=no"]) == {
        "seed": 7, "end": "2023-10-01", "parameter.a.b": -150.0, "orders.x.to": "no"
    }  # fmt: skip


def test_keys_of_sets_are_checked_in_the_library_too() -> None:
    with pytest.raises(UsageError, match="'sed' cannot be set"):
        load_scenario("documented-2023", sets={"sed": 1})


def test_a_scenario_is_immutable_and_travels(tmp_path: Path) -> None:
    _write(tmp_path, x=FULL + "parameters: {initial.garrison_scale: 1}\n")
    plan = load_scenario(tmp_path / "x.yaml")
    with pytest.raises(ValueError, match="frozen"):
        plan.seed = 2  # type: ignore[misc]
    for change in (
        lambda: plan.parameters.update({"a": 1}),
        lambda: plan.parameters.__setitem__("a", 1.0),
        lambda: plan.parameters.pop("initial.garrison_scale"),
        lambda: plan.order("a").arguments.clear(),
        lambda: plan.factors.__delitem__("r"),
    ):
        with pytest.raises(TypeError, match="immutable"):
            change()
    copy = pickle.loads(pickle.dumps(plan))
    assert copy.digest == plan.digest
    assert isinstance(copy.parameters, FrozenMapping)


def _loaded_or_refused(path: Path) -> Scenario | SahelsimError:
    try:
        return load_scenario(path)
    except SahelsimError as error:
        return error


_LINES = st.sampled_from(
    [*FULL.splitlines(), "extends: documented-2023", "without: [lend-5u-mbh]", "replace: {a: 1}",
     "initial: {holder: {gao: 3}}", "aircraft: []", "orders:", "  - 7", "parameters: {a: []}",
     "    verb: column", "    low: .nan", "seed: 9999999999999999999999", "    on: [2023]",
     "assumptions: {}", "  r: 3", "    halt_at: ~", "    verb: [a]", "    actor: {}", "id: &a [*a]"]
)  # fmt: skip


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(_LINES, min_size=1, max_size=18))
def test_any_mixture_of_lines_loads_or_is_refused_with_a_code(
    tmp_path: Path, lines: list[str]
) -> None:
    _write(tmp_path, x="\n".join(lines))
    found = _loaded_or_refused(tmp_path / "x.yaml")
    if isinstance(found, SahelsimError):
        assert found.code.startswith("SS2")
        assert found.code in found.render()
    else:
        assert found.start < found.end


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.integers(0, len(FULL.splitlines()) - 1), st.integers(0, 40), st.sampled_from("x:-[{'\"\t&")
)
def test_one_wrong_character_never_gives_a_traceback(
    tmp_path: Path, row: int, column: int, char: str
) -> None:
    lines = FULL.splitlines()
    lines[row] = lines[row][:column] + char + lines[row][column:]
    _write(tmp_path, x="\n".join(lines))
    found = _loaded_or_refused(tmp_path / "x.yaml")
    assert isinstance(found, Scenario) or found.exit_code == 3
