"""docs/seed.md is true: every claim has an element of the model and an observable that exist."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from sahelsim.model import series
from sahelsim.model.events import EVENT_KINDS
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import GROUPS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "seed.md"
TOKEN = re.compile(r"`([^`]+)`")
HEADER = ["Claim", "In our words", "Evidence", "Model element", "Observable outcome"]
CLAIMS = [f"C{number}" for number in range(1, 22)]


@cache
def rows() -> dict[str, list[str]]:
    """Cells of each claim's row, by claim."""
    found: dict[str, list[str]] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells == HEADER or set(cells[0]) == {"-"}:
            continue
        assert len(cells) == len(HEADER), line
        assert cells[0] not in found, f"{cells[0]} stands twice"
        found[cells[0]] = cells
    return found


@cache
def known() -> dict[str, frozenset[str]]:
    """Everything that a token of the page may name, by its prefix."""
    theatre = load_theatre()
    daily = {
        f"{axis}.{column}"
        for axis in ("state", "group", "tail", "airfield", "locality", "alliance")
        for column in getattr(series, f"{axis.upper()}_SERIES")
    }
    return {
        "order": frozenset(order.verb for order in theatre.orders),
        "tail": frozenset(tail.tail for tail in theatre.tails),
        "airfield": frozenset(airfield.icao for airfield in theatre.airfields),
        "group": frozenset(GROUPS),
        "event": frozenset(event.id for event in theatre.events),
        "parameter": frozenset(
            name for id in theatre.parameters.ids for name in (id, ".".join(id.split(".")[:2]))
        ),
        "outcome": frozenset(outcome.id for outcome in theatre.outcomes),
        "daily": frozenset(daily),
        "kind": frozenset(EVENT_KINDS.values()),
    }


def exists(token: str) -> bool:
    prefix, _, name = token.partition(":")
    if prefix.startswith("model."):
        module = importlib.import_module(f"sahelsim.{prefix}")
        return callable(getattr(module, name, None))
    return name in known().get(prefix, frozenset())


def test_every_claim_stands_once() -> None:
    assert sorted(rows(), key=lambda claim: int(claim[1:])) == CLAIMS


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_a_row_names_exists(claim: str) -> None:
    elements, observables = (TOKEN.findall(cell) for cell in rows()[claim][3:])
    assert elements
    assert observables
    assert [token for token in (*elements, *observables) if not exists(token)] == []
    kinds = {token.partition(":")[0] for token in observables}
    assert kinds <= {"outcome", "daily", "kind"}
    assert not kinds & {token.partition(":")[0] for token in elements}


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_evidence_is_that_of_the_documented_claims(claim: str) -> None:
    documented = {record.id: record for record in load_theatre().seed_claims}
    assert rows()[claim][2] == documented[claim].evidence


def test_names_that_do_not_exist_are_found() -> None:
    for token in (
        "order:lend_tails", "tail:5U-XXX", "outcome:tonnes", "kind:siege", "daily:tail.hours",
        "parameter:alliance.trust", "model.mechanisms.alliance:credit_loan", "lend_tail",
    ):  # fmt: skip
        assert not exists(token), token


def test_the_caveats_are_stated_before_the_tables() -> None:
    lead = PAGE.read_text(encoding="utf-8").split("| Claim |")[0]
    assert "one publisher chain" in lead
    assert "refuted in part" in lead
    assert "refuted" in rows()["C20"][1]
