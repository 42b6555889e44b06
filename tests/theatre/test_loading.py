"""Loading: cached, deterministic, and clear about a bad file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sahelsim.theatre import TheatreError, load_theatre
from sahelsim.theatre.load import PACKAGED
from sahelsim.theatre.registers import load_orders, load_outcomes


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("data", "parameters"):
        shutil.copytree(PACKAGED / name, tmp_path / name)
    for register in PACKAGED.glob("*.yaml"):
        shutil.copy(register, tmp_path)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_packaged_theatre_is_read_once() -> None:
    assert load_theatre() is load_theatre()


def test_a_copy_is_the_same_theatre(copy: Path) -> None:
    theatre, packaged = load_theatre(copy), load_theatre()
    assert theatre.localities == packaged.localities
    assert theatre.events == packaged.events
    assert theatre.digest == packaged.digest


def test_the_digest_sees_tables_and_parameters_but_not_line_ends(copy: Path) -> None:
    before = load_theatre(copy).digest
    table = copy / "data" / "events.csv"
    table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
    assert load_theatre(copy).digest == before
    edit(copy / "parameters" / "initial.yaml", "value: 150", "value: 151")
    changed = load_theatre(copy).digest
    assert changed != before
    edit(copy / "data" / "forces.csv", "35000", "35001")
    assert load_theatre(copy).digest not in (before, changed)


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "message"),
    [
        ("localities", ",4227569,", ",many,", "SS3002", "column 'population' cannot hold 'many'"),
        ("localities", ",no,yes,0,0,0", ",no,maybe,0,0,0", "SS3002", "cannot hold 'maybe'"),
        ("localities", "id,name", "id,nmae", "SS3002", "unknown column 'nmae'"),
        ("localities", "id,name,", "id,", "SS3002", "missing column 'name'"),
        ("events", "2023-07-26,", "26/07/2023,", "SS3002", "column 'date' cannot hold"),
        ("events", "E002,", "E001,", "SS3006", "'E001' stands twice"),
        ("roads", "bamako--kati,bamako,", "bamako--kati,", "SS3002", "more or fewer cells"),
    ],
)
def test_a_bad_table_is_named_with_its_fault(
    copy: Path, table: str, old: str, new: str, code: str, message: str
) -> None:
    edit(copy / "data" / f"{table}.csv", old, new)
    with pytest.raises(TheatreError) as caught:
        load_theatre(copy)
    assert caught.value.code == code
    assert message in caught.value.message
    assert f"{table}.csv" in str(caught.value.where)
    assert caught.value.exit_code == 3


def test_the_line_of_a_bad_cell_is_given(copy: Path) -> None:
    edit(copy / "data" / "events.csv", "E003,2023-07-31", "E003,2023-02-31")
    with pytest.raises(TheatreError) as caught:
        load_theatre(copy)
    assert str(caught.value.where).endswith("events.csv:4")


def test_a_missing_table_is_named(copy: Path) -> None:
    (copy / "data" / "roads.csv").unlink()
    with pytest.raises(TheatreError, match=r"'roads\.csv' cannot be opened"):
        load_theatre(copy)


def test_lookups_give_the_nearest_name() -> None:
    theatre = load_theatre()
    assert theatre.tail("5U-MBH").type == "c130h"
    assert theatre.localities[theatre.locality_index["gao"]].name == "Gao"
    with pytest.raises(TheatreError) as caught:
        theatre.locality("tesalit")
    assert caught.value.code == "SS3005"
    assert caught.value.hint == "did you mean 'tessalit'?"


def test_the_orders_are_read_with_their_arguments() -> None:
    lend = load_theatre().order("lend_tail")
    assert lend.actors == ("mli", "ner", "bfa")
    rotations = lend.argument("rotations_per_week")
    assert (rotations.type, rotations.required, rotations.low) == ("number", True, 0)
    with pytest.raises(KeyError):
        lend.argument("colour")


ORDER = """\
go:
  code: 1
  actors: [mli]
  description: Go.
  effect: Goes.
  lag_days: 0
  confidence: assumed
  arguments:
    where: {type: locality, slot: i0, required: true}
"""


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("[mli]", "[mil]", "unknown actor 'mil'", "did you mean 'mli'?"),
        ("type: locality", "type: localty", "unknown type 'localty'", "did you mean 'locality'?"),
        ("  effect: Goes.\n", "", "missing 'effect'", None),
        ("  effect:", "  efect:", "unknown key 'efect'", "did you mean 'effect'?"),
        ("slot: i0", "slt: i0", "unknown key 'slt'", "did you mean 'slot'?"),
    ],
)
def test_a_malformed_order_is_named(
    tmp_path: Path, old: str, new: str, message: str, hint: str | None
) -> None:
    path = tmp_path / "orders.yaml"
    path.write_text(ORDER.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TheatreError) as caught:
        load_orders(path)
    assert (caught.value.code, caught.value.message) == ("SS3004", message)
    assert caught.value.hint == hint
    assert "orders.yaml: go" in str(caught.value.where)


def test_two_orders_cannot_share_a_code(tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    path.write_text(ORDER + ORDER.replace("go:", "come:"), encoding="utf-8")
    with pytest.raises(TheatreError, match="its code 1 belongs to 'go'"):
        load_orders(path)


def test_an_outcome_has_a_direction(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.yaml"
    text = (
        "deaths: {unit: people, direction: lower, formula: sum, label_en: Deaths,"
        " label_fr: Morts, confidence: derived}\n"
    )
    path.write_text(text, encoding="utf-8")
    assert load_outcomes(path)[0].label_fr == "Morts"
    path.write_text(text.replace("lower", "down"), encoding="utf-8")
    with pytest.raises(TheatreError, match="unknown direction 'down'"):
        load_outcomes(path)
