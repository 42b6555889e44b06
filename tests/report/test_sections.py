from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment import Run, compare
from sahelsim.report.material import Material
from sahelsim.report.page import sections
from sahelsim.report.sections import (
    airlift,
    answer,
    control_map,
    deaths,
    events,
    legs,
    places,
    tables,
)
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


def test_every_sortie_becomes_a_leg_with_its_tail_and_length(material: Material) -> None:
    flown = material.sorties[material.name]
    log = material.run.frame("events")
    assert len(flown) == (log["kind"] == "sortie").sum()
    north = flown[flown["end"] == "tessalit"].iloc[0]
    assert (north["start"], north["stops"]) == ("gao", ("GAGO", "GATS"))
    assert north["tail"] in {"5U-MBH", "5U-MMS", "TZ-11T"}
    assert 430 < north["km"] < 460  # Gao lies 16.25 N, Tessalit 20.24 N


def test_legs_are_counted_over_all_replicates(material: Material) -> None:
    flown = material.sorties[material.name]
    half = flown[(flown["tail"] == "5U-MBH") & (flown["replicate"] < 6)]
    tonnes, sorties = legs.tally(material, material.name, half)
    once = len(range(3, material.run.scenario.days, 4))
    assert sorties["Bamako–Gao"].tolist() == [once] * 6 + [0] * 6
    assert tonnes["Bamako–Gao"].tolist() == [10.0 * once] * 6 + [0.0] * 6


def test_each_ordered_circuit_has_its_legs_in_sequence(material: Material) -> None:
    block, = legs.blocks(material)  # fmt: skip
    assert [chart.title for chart in block.charts] == ["5U-MBH", "5U-MMS", "TZ-11T"]
    bars = block.charts[0].figure
    assert list(bars.layout.yaxis.ticktext) == [
        "Bamako–Gao", "Gao–Tessalit", "Tessalit–Niamey", "Niamey–Bamako",
    ]  # fmt: skip
    once = len(range(3, material.run.scenario.days, 4))
    assert list(bars.data[0].x) == pytest.approx([10 * once, 5 * once, 0, 0.05 * once])
    assert bars.data[1].text[2] == f"{once}×, empty"
    assert bars.data[3].text[0] == "not flown"
    assert "Bamako–Gao carried most" in block.text[0]
    assert "Tessalit–Niamey flew empty; Niamey–Bamako nearly so." in block.text[0]


def test_the_table_of_legs_has_the_paired_run_too(material: Material) -> None:
    (block,) = legs.blocks(material)
    rows = {row[0]: row[1:] for row in block.tables[0].rows}
    assert [cell.value for cell in rows["Niamey–Téra"]] == [0, 0, 0, 1, 9.0]
    assert rows["Bamako–Gao"][0].value == 3


def test_a_circuit_has_only_legs_between_its_stops(material: Material) -> None:
    stops = legs.circuits(material)
    assert stops["TZ-11T"] == {"GABS", "GAGO", "GATS"}
    chart = legs.blocks(material)[0].charts[2]
    assert {row[0] for row in chart.numbers.rows} == {"Bamako–Gao", "Gao–Tessalit"}


def less_in_all(material: Material, flown_there: float) -> Material:
    """The same runs, the other with more tonnes in all and that much by the aircraft lent."""
    import pyarrow as pa

    other = Run(
        material.others[0].scenario, material.others[0].manifest, dict(material.others[0].tables)
    )
    outcomes = other.frame("outcomes")
    outcomes["tonnes_delivered"] = material.run.outcomes["tonnes_delivered"].to_numpy() + 500.0
    outcomes["tonnes_delivered"] += np.arange(len(outcomes))
    other.tables["outcomes"] = pa.Table.from_pandas(outcomes, preserve_index=False)
    tails = other.frame("tails").assign(tail="5U-MBH")
    tails["tail"] = tails["tail"].astype("category")
    share = flown_there * len(outcomes) / len(tails)
    tails["tonnes_delivered"] = share
    other.tables["tails"] = pa.Table.from_pandas(tails, preserve_index=False)
    return Material(material.run, (other,), material.theatre)


def test_less_in_all_is_explained_by_the_legs_flown(material: Material) -> None:
    (sentence,) = legs.why_less(less_in_all(material, 9000.0))
    assert " t less (95 % interval −" in sentence
    assert "kept at home, on shorter legs, 9,000 t in 1 sortie of " in sentence
    assert sentence in answer.lead(less_in_all(material, 9000.0))


def test_what_lending_does_not_explain_is_not_explained_by_it(material: Material) -> None:
    assert legs.why_less(less_in_all(material, 1.0)) == []  # they unloaded less there, not more
    assert legs.why_less(material) == []  # more in all, not less


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
