from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sahelsim.calibration.event_table import COLUMNS, DEATHS
from sahelsim.calibration.simulated import MAPPING, simulated_events
from sahelsim.model.events import EVENT_KINDS
from sahelsim.model.outcomes import VIOLENCE


def rows(*changes: dict[str, Any]) -> pd.DataFrame:
    plain = {
        "replicate": 0, "date": pd.Timestamp("2023-09-01"), "kind": "ambush", "locality": "gao",
        "actor": "jnim", "target": "mli", "military_deaths": 0.0, "insurgent_deaths": 0.0,
        "civilian_deaths": 0.0, "militia_deaths": 0.0,
    }  # fmt: skip
    return pd.DataFrame([{"number": n, **plain, **change} for n, change in enumerate(changes)])


def test_every_kind_of_violence_is_mapped_and_no_unknown_kind() -> None:
    assert set(MAPPING) <= set(EVENT_KINDS.values())
    assert {EVENT_KINDS[kind] for kind in VIOLENCE} <= set(MAPPING)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"military_deaths": 3.0, "insurgent_deaths": 1.0}, ("sb", "mli", "jnim", "", 4)),
        ({"kind": "column_assault", "actor": "mli", "target": "csp_psd", "military_deaths": 2.0},
         ("sb", "mli", "csp_psd", "", 2)),
        ({"kind": "rival_clash", "target": "issp", "insurgent_deaths": 5.0},
         ("ns", "jnim", "issp", "", 5)),
        ({"kind": "militia_clash", "actor": "gatia", "target": "jnim", "militia_deaths": 2.0},
         ("ns", "gatia", "jnim", "", 2)),
        ({"kind": "militia_clash", "actor": "vdp", "target": "jnim", "locality": "djibo",
          "militia_deaths": 2.0}, ("sb", "vdp", "jnim", "", 2)),
        ({"kind": "ambush", "target": "gatia", "militia_deaths": 2.0},
         ("ns", "jnim", "gatia", "", 2)),
        ({"kind": "attack_on_civilians", "target": "world", "civilian_deaths": 7.0},
         ("os", "jnim", "civilians", "jnim", 7)),
        ({"kind": "militia_attack_on_civilians", "actor": "vdp", "target": "world",
          "locality": "djibo", "civilian_deaths": 7.0}, ("os", "vdp", "civilians", "vdp", 7)),
        ({"kind": "aircraft_lost", "military_deaths": 6.0}, ("sb", "mli", "jnim", "", 6)),
    ],
)  # fmt: skip
def test_what_the_model_calls_it_and_what_ucdp_would(
    change: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    (event,) = simulated_events(rows(change)).to_dict("records")
    found = tuple(event[key] for key in ("type", "side_a", "side_b", "perpetrator", "best"))
    assert found == expected
    assert sum(event[name] for name in DEATHS) == event["best"] == event["low"] == event["high"]
    assert (event["source"], event["month_id"], event["where_prec"]) == ("simulated", 525, 1)


def test_an_operation_that_kills_fighters_and_civilians_counts_twice() -> None:
    operation = {"kind": "state_operation", "actor": "russia", "target": "jnim"}
    table = simulated_events(
        rows(
            {**operation, "insurgent_deaths": 8.0, "civilian_deaths": 5.0},
            {**operation, "civilian_deaths": 4.0},
            {**operation, "insurgent_deaths": 2.0},
        )
    )
    counted = table[["type", "side_a", "side_b", "best"]].values.tolist()
    assert counted == [
        ["sb", "russia", "jnim", 8], ["os", "russia", "civilians", 5],
        ["sb", "russia", "jnim", 0], ["os", "russia", "civilians", 4],
        ["sb", "russia", "jnim", 2],
    ]  # fmt: skip
    assert table["event_id"].is_unique


def test_the_dead_of_the_vdp_are_the_states_and_those_of_other_militia_are_not() -> None:
    ambush = {"military_deaths": 1.0, "militia_deaths": 4.0}
    table = simulated_events(
        rows({**ambush, "locality": "djibo", "target": "bfa"}, {**ambush, "locality": "gao"})
    )
    assert table["military_deaths"].tolist() == [5, 1]
    assert table["militia_deaths"].tolist() == [0, 4]


def test_what_is_no_violence_counts_as_nothing() -> None:
    table = simulated_events(
        rows(
            {"kind": "convoy_departs"},
            {"kind": "evacuation_fails", "military_deaths": 3.0},
            {"kind": "aircraft_lost", "actor": "world", "military_deaths": 6.0},
            {},
        )
    )
    assert table["event_id"].tolist() == ["3.0"]
    assert list(table.columns) == list(COLUMNS)
    assert table["best"].tolist() == [0]
