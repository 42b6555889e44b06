from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment import Run, compare
from sahelsim.report.material import Material
from sahelsim.report.page import sections
from sahelsim.report.sections import airlift, answer, control_map, deaths, events, places, tables
from sahelsim.theatre import load_theatre
from tests.report.synthetic import plan, synthetic_run


def test_the_typical_replicate_is_the_one_in_the_middle() -> None:
    values = [0.0, 10.0, 4.0, 5.0, 6.0]
    outcomes = pd.DataFrame({"military_deaths": values, "siege_days": values})
    assert control_map.typical(outcomes, range(5)) == 3
    assert control_map.typical(outcomes, [0, 1]) in (0, 1)


def test_flights_carry_the_route_in_force(material: Material) -> None:
    flown = control_map.flights(material, 0)
    main = flown[flown["tail"] == "5U-MBH"]
    assert main["ordered"].all()
    assert set(main["route"]) == {"GABS-GAGO-GATS-DRRN-GABS"}
    tails = material.run.frame("tails")
    mine = tails[(tails["replicate"] == 0) & (tails["tail"] == "5U-MBH")]
    assert main["sorties"].sum() == mine["sorties"].sum()


def test_an_ordered_circuit_ends_with_its_order(material: Material) -> None:
    flown = control_map.flights(material, 0).set_index(["tail", "week"])["ordered"]
    assert flown[("TZ-11T", 8)]  # ordered on 12 October, over on the 23rd
    assert not flown[("TZ-11T", 12)]


def test_other_aircraft_are_drawn_to_where_they_unloaded(material: Material) -> None:
    early = control_map.flights(material, 0).set_index(["tail", "week"]).loc[("TZ-11T", 2)]
    assert not early["ordered"]
    assert early["route"] == "GABS-GAGO-GATS-GABS"


def test_moves_join_departure_and_arrival(material: Material) -> None:
    column = control_map.moves(material, 0).set_index("kind").loc["columns"]
    assert (column["start"], column["end"]) == ("gao", "anefis")
    assert (column["week_from"], column["week_to"]) == (43 // 7, 52 // 7)


def test_a_town_s_curve_is_the_share_of_its_state(material: Material) -> None:
    frame = material.run.frame("places")
    curve = places.held_share(frame, "kidal", "mli")
    assert curve.iloc[0] == pytest.approx(0.4)
    assert (places.held_share(frame.drop(columns="held_by_mli"), "kidal", "mli") == 0).all()


@pytest.mark.parametrize(
    ("place", "day"),
    [("kidal", "2023-11-14"), ("aguelhok", "2023-12-20"), ("tessalit", "2023-10-21"),
     ("anefis", "2023-10-07"), ("ber", "2023-08-13")],
)  # fmt: skip
def test_documented_days_come_from_the_events(place: str, day: str) -> None:
    event = places.documented_day(load_theatre().events, place)
    assert event is not None
    assert event.date.isoformat() == day


def sentences_of(material: Material) -> list[str]:
    (sentences,) = answer.build(material).changes.values()
    return sentences


def test_what_niger_lent_is_what_its_aircraft_unloaded_for_mali(material: Material) -> None:
    events = material.run.frame("events")
    unloaded = events[events["kind"] == "delivery"].groupby("replicate")["quantity"].sum()
    assert answer.lent(material, material.name).tolist() == unloaded.tolist()
    assert (answer.lent(material, "no-airlift") == 0).all()


def test_the_aircraft_that_orders_name_come_first(material: Material) -> None:
    sorties = pd.Series({"XT-MBH": 90.0, "5U-MMS": 1.0, "5U-MBH": 5.0})
    assert airlift.chosen(material, sorties) == ["5U-MBH", "5U-MMS", "XT-MBH"]
    many = pd.Series({f"T{k}": float(k) for k in range(30)})
    assert airlift.chosen(material, many)[0] == "T29"
    assert len(airlift.chosen(material, many)) == airlift.MOST_CHARTS


def test_the_answer_gives_the_paired_difference(material: Material) -> None:
    built = answer.build(material)
    pairs = {c.outcome: c for c in compare(material.others[0], material.run)}
    tonnes = pairs["tonnes_to_tessalit"].difference
    assert f": {tonnes:,.0f} t more" in sentences_of(material)[0]
    (sentences,) = built.changes.values()
    assert sentences[0].startswith("Tonnes unloaded at Tessalit by air: ")
    assert " more (95 % interval" in sentences[0]
    assert any(card.label == "Civilians killed" for card in built.cards)
    assert any("not a prediction" in note for note in built.notes)
    assert any("one publisher chain" in note for note in built.notes)


def test_every_outcome_stands_in_the_table(material: Material) -> None:
    (block,) = tables.outcomes(material).blocks
    assert len(block.tables[0].rows) == len(load_theatre().outcomes)
    assert block.tables[0].columns[-2:] == ["difference from no-airlift", "95 % interval"]


def test_every_assumed_parameter_is_listed(material: Material) -> None:
    parameters = load_theatre().parameters
    assumed = [id for id in parameters.ids if parameters.record(id).confidence == "assumed"]
    listed = tables._assumed(material).rows
    assert [row[0] for row in listed] == assumed
    assert len(assumed) > 50


def test_documented_observations_keep_their_range(material: Material) -> None:
    section = events.build(material)
    listing = section.blocks[1].tables[0]
    ferry = next(row for row in listing.rows if row[1] == "E023")
    assert ferry[5] == "64 to 169"
    assert ferry[-1].safe


def test_deaths_show_civilians_first(material: Material) -> None:
    sides = deaths.build(material).blocks[0].charts[0]
    assert sides.figure.layout.yaxis.ticktext[0] == "Civilians"


def test_sections_stand_in_the_order_of_the_page(material: Material) -> None:
    ids = [section.id for section in sections(material)]
    assert ids == [
        "states", "map", "airlift", "events", "deaths", "alliance", "places", "outcomes",
        "assumptions",
    ]  # fmt: skip


def test_every_chart_has_words_and_numbers_and_its_own_id(material: Material) -> None:
    charts = [
        chart
        for section in sections(material)
        for block in section.blocks
        for chart in block.charts
    ]
    assert len({chart.id for chart in charts}) == len(charts) > 30
    for chart in charts:
        assert chart.caption
        assert chart.numbers.rows
        assert all(len(row) == len(chart.numbers.columns) for row in chart.numbers.rows)


def test_a_run_without_any_airlift_can_be_reported(without: Run) -> None:
    run = Run(without.scenario, without.manifest, dict(without.tables))
    frame = run.frame("tails")
    for column in ("sorties", "flight_hours", "tonnes_delivered"):
        frame[column] = 0.0
    import pyarrow as pa

    run.tables["tails"] = pa.Table.from_pandas(frame, preserve_index=False)
    alone = Material(run, (), load_theatre())
    assert airlift.build(alone).see == "No aircraft flew in this run."
    assert "No aircraft delivered" in answer.build(alone).lead[0]
    assert not answer.build(alone).changes


def test_one_replicate_gives_values_and_no_intervals() -> None:
    one, other = (synthetic_run(plan(name), 1) for name in ("documented-2023", "no-airlift"))
    small = Material(one, (other,), load_theatre())
    (sentences,) = answer.build(small).changes.values()
    assert "no interval" in sentences[0]
    assert all(section.blocks for section in sections(small))
    assert np.isfinite(one.outcomes["tonnes_delivered"].iloc[0])


def test_runs_of_different_seeds_are_refused(documented: Run) -> None:
    stranger = synthetic_run(plan("no-airlift"), 3, seed=2)
    with pytest.raises(InputError) as caught:
        answer.build(Material(documented, (stranger,), load_theatre()))
    assert caught.value.code == "SS4006"
