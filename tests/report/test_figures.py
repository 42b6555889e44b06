from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.report.figures.airlift import binding_figure, stops_figure
from sahelsim.report.figures.alliance import SERIES, alliance_figure
from sahelsim.report.figures.events import kind_figure, toll_figure
from sahelsim.report.figures.fans import fan_figure
from sahelsim.report.figures.fatalities import COUNTRIES, PERPETRATORS, SIDES, deaths_figure
from sahelsim.report.figures.geography import arc, base_map
from sahelsim.report.figures.map import legend, map_figure, road_path
from sahelsim.report.figures.places import held_figure, held_map
from sahelsim.report.quantiles import fan
from sahelsim.report.style import BINDINGS, HOLDERS, figure_json
from sahelsim.theatre import load_theatre

DAYS = pd.date_range("2023-08-20", periods=21)
THEATRE = load_theatre()
ROOT = Path(__file__).resolve().parents[2]


def grid(scale: float = 1.0, days: pd.DatetimeIndex = DAYS) -> pd.DataFrame:
    return pd.DataFrame(scale * np.outer(np.arange(1, len(days) + 1), [1.0, 2.0, 4.0, 8.0]), days)


def traces(figure: object) -> dict[str, object]:
    return {trace.name: trace for trace in figure.data}  # type: ignore[attr-defined]


def test_a_fan_chart_draws_numpy_s_median_and_bands() -> None:
    figure = fan_figure({"one": fan(grid()), "two": fan(grid(0.5))})
    drawn = traces(figure)
    np.testing.assert_allclose(drawn["one"].y, np.median(grid(), axis=1))
    np.testing.assert_allclose(drawn["two"].y, np.median(grid(0.5), axis=1))
    np.testing.assert_allclose(drawn["one q95"].y, np.quantile(grid(), 0.95, axis=1))
    assert drawn["one q95"].fill == "tonexty"
    assert drawn["one"].x0 == "2023-08-20"
    assert drawn["one"].line.color != drawn["two"].line.color
    assert drawn["one"].line.dash != drawn["two"].line.dash


def test_weeks_are_steps_that_end_with_the_last_week() -> None:
    weeks = fan(grid(days=DAYS[::7]))
    median = traces(fan_figure({"one": weeks}))["one"]
    assert median.line.shape == "hv"
    np.testing.assert_allclose(median.y[:-1], weeks["q50"])
    assert median.y[-1] == median.y[-2]


def test_a_fan_of_one_day_is_a_point_and_of_none_is_empty() -> None:
    assert traces(fan_figure({"one": fan(grid().head(1))}))["one"].mode == "markers"
    assert len(fan_figure({"one": fan(grid().iloc[:0])}).data) == 0


def test_documented_events_stand_on_the_same_time_axis() -> None:
    events = pd.DataFrame({"date": [DAYS[3]], "text": ["E001: words"]})
    marks = traces(fan_figure({"one": fan(grid())}, events))["documented"]
    assert list(marks.x) == ["2023-08-23"]
    assert marks.xaxis in (None, "x")


def test_the_value_axis_holds_the_widest_band_and_the_documented_strip() -> None:
    figure = fan_figure({"one": fan(grid())}, band=(100.0, 900.0, "range"))
    assert figure.layout.yaxis.range[1] > 900
    assert len(figure.layout.shapes) == 1


def test_an_index_is_drawn_on_its_whole_scale() -> None:
    none = pd.DataFrame(columns=["date", "text"])
    figure = alliance_figure({"one": fan(grid(0.001))}, "alliance_cohesion", none)
    assert tuple(figure.layout.yaxis.range) == (0, 1.12)
    assert "support_honoured" in SERIES


def test_binding_columns_add_up_to_the_whole() -> None:
    shares = pd.DataFrame({"none": [0.5, 0.2], "weather": [0.5, 0.8]}, index=DAYS[::7][:2])
    figure = binding_figure(shares)
    total = sum(np.asarray(trace.y) for trace in figure.data)
    np.testing.assert_allclose(total, 1.0)
    assert {trace.name for trace in figure.data} == {BINDINGS["none"][0], BINDINGS["weather"][0]}


def ranges(labels: list[str]) -> pd.DataFrame:
    row = [1.0, 2.0, 3.0, 4.0, 5.0]
    return pd.DataFrame([row] * len(labels), labels, ["q05", "q25", "q50", "q75", "q95"])


@pytest.mark.parametrize("draw", [stops_figure, deaths_figure])
def test_ranges_have_a_dot_at_the_median_and_a_row_each(draw: object) -> None:
    labels = [*SIDES.values(), *PERPETRATORS.values(), *COUNTRIES.values()]
    figure = draw({"one": ranges(labels), "two": ranges(labels)})  # type: ignore[operator]
    dots = traces(figure)["one"]
    assert list(dots.x) == [3.0] * len(labels)
    assert list(figure.layout.yaxis.ticktext) == labels
    assert all(a != b for a, b in zip(dots.y, traces(figure)["two"].y, strict=True))


def test_every_perpetrator_of_civilian_deaths_has_its_row() -> None:
    assert set(PERPETRATORS) == {
        f"civilian_deaths_by_{who}" for who in ("states", "insurgents", "militia", "partners")
    } | {"civilian_deaths_crossfire"}


def test_documented_counts_stand_beside_the_fan() -> None:
    weeks = pd.DataFrame({"date": [DAYS[7]], "count": [9], "text": ["three"]})
    figure = kind_figure({"one": fan(grid(0.01, DAYS[::7]))}, weeks)
    diamond = traces(figure)["documented"]
    assert list(diamond.y) == [9]
    assert figure.layout.yaxis.range[1] > 9


def test_tolls_keep_both_ends() -> None:
    rows = pd.DataFrame({"date": [DAYS[0]], "low": [10.0], "high": [40.0], "text": ["E"]})
    bar = traces(toll_figure({"one": fan(grid(1.0, DAYS[::7]))}, rows))["documented"]
    middle = bar.y[0]
    assert middle + bar.error_y.array[0] == pytest.approx(40)
    assert middle - bar.error_y.arrayminus[0] == pytest.approx(10)


def test_a_toll_of_none_can_stand_on_a_logarithmic_axis() -> None:
    rows = pd.DataFrame({"date": [DAYS[0]], "low": [0.0], "high": [float("nan")], "text": ["E"]})
    figure = toll_figure({"one": fan(grid(0.0, DAYS[::7]))}, rows)
    assert all(value > 0 for trace in figure.data for value in trace.y)


def test_a_town_s_curve_marks_only_days_inside_the_run() -> None:
    curve = pd.Series(np.linspace(0, 1, len(DAYS)), DAYS)
    inside = held_figure({"one": curve}, [(DAYS[4], "E1")])
    outside = held_figure({"one": curve}, [(pd.Timestamp("2020-01-01"), "E2")])
    np.testing.assert_allclose(traces(inside)["one"].y, curve)
    assert traces(inside)["documented"].x[0] == "2023-08-24"
    assert "documented" not in traces(outside)


def test_the_chance_map_shows_every_place_at_its_spot() -> None:
    chance = pd.DataFrame({"held": 0.25, "besieged": 0.5}, [item.id for item in THEATRE.localities])
    drawn = traces(held_map(THEATRE, chance, 40))["chance held"]
    assert len(drawn.x) == len(THEATRE.localities)
    assert set(drawn.marker.color) == {0.25}
    assert "held in 10 of 40" in drawn.text[0]


def small_map() -> object:
    places = pd.DataFrame(
        {
            "week": [0, 0, 1, 1], "locality": ["gao", "kidal"] * 2,
            "holder": ["mli", "csp_psd", "mli", "mli"], "besieged": [1.0, 0.0, 0.0, 0.0],
            "garrison": 100.0, "days_of_supply": [5.0, np.nan, 6.0, 7.0],
        }
    )  # fmt: skip
    flights = pd.DataFrame(
        {
            "week": [1],
            "tail": ["5U-MBH"],
            "route": ["GABS-GAGO-GABS"],
            "sorties": [4],
            "tonnes": [9.0],
            "ordered": [True],
        }
    )
    moves = pd.DataFrame(
        {
            "kind": ["columns"], "start": ["gao"], "end": ["kidal"], "week_from": [0],
            "week_to": [0], "text": ["Column"],
        }
    )  # fmt: skip
    closures = pd.DataFrame({"week": [1], "airfield": ["GAGO"], "days": [2.0]})
    return map_figure(THEATRE, places, flights, moves, closures, ["2023-08-20", "2023-08-27"])


def test_the_map_has_a_frame_a_week_that_says_who_holds_and_moves() -> None:
    figure = small_map()
    assert [frame.name for frame in figure.frames] == ["2023-08-20", "2023-08-27"]
    names = [figure.data[k].name for k in figure.frames[0].traces]
    first = dict(zip(names, figure.frames[0].data, strict=True))
    second = dict(zip(names, figure.frames[1].data, strict=True))
    assert len(first["CSP-PSD"].x) == 1
    assert len(second["CSP-PSD"].x) == 0
    assert len(second["Mali"].x) == 2
    assert len(first["besieged"].x) == 1
    assert len(first["flights on ordered circuits"].x) == 0
    assert len(second["flights on ordered circuits"].x) == 20
    assert len(first["columns under way"].x) > 2
    assert len(second["columns under way"].x) == 0
    assert len(second["airfield closed"].x) == 1


def test_the_map_asks_for_no_base_map() -> None:
    text = figure_json(small_map())
    assert {trace.type for trace in small_map().data} == {"scatter"}
    assert "geo" not in json.loads(text)["layout"]
    assert small_map().layout.yaxis.scaleanchor == "x"


def test_holders_differ_in_colour_and_in_symbol() -> None:
    assert len({colour for colour, _, _ in HOLDERS.values()}) == len(HOLDERS)
    assert len({symbol for _, symbol, _ in HOLDERS.values()}) == len(HOLDERS)
    places = pd.DataFrame({"holder": ["jnim", "mli", "vdp"]})
    assert [name for _, _, name in legend(places)][:3] == ["Mali", "JNIM", "VDP (Burkina Faso)"]


def test_a_leg_and_its_way_back_do_not_lie_on_one_another() -> None:
    there, back = arc((0.0, 0.0), (2.0, 0.0)), arc((2.0, 0.0), (0.0, 0.0))
    assert (there[0][0], there[1][0]) == (0.0, 0.0)
    assert (there[0][-1], there[1][-1]) == (2.0, 0.0)
    assert there[1][4] == -back[1][4] != 0


def test_moves_follow_the_road() -> None:
    xs, _ = road_path(THEATRE, "gao", "kidal")
    assert len(xs) > 2
    assert xs[0] == THEATRE.locality("gao").lon


def test_figures_are_small_and_safe_json() -> None:
    figure = fan_figure({"</script><b>": fan(grid(1 / 3))})
    text = figure_json(figure)
    assert "<" not in text
    plain = json.loads(text)
    assert "template" not in plain["layout"]
    assert all(len(str(value)) <= 7 for value in plain["data"][0]["y"])


def test_the_map_of_another_theatre_shows_its_own_places() -> None:
    lakes = load_theatre(ROOT / "docs" / "examples" / "two-lakes")
    figure = base_map(lakes)
    assert [trace.name for trace in figure.data] == ["roads"]  # no outline of the Sahel
    west, east = figure.layout.xaxis.range
    south, north = figure.layout.yaxis.range
    assert all(west < place.lon < east and south < place.lat < north for place in lakes.localities)
    names = {note.text for note in figure.layout.annotations}
    assert names == {place.name for place in lakes.localities}
    assert figure.layout.meta == {"views": False}
    assert base_map(load_theatre()).layout.meta == {"views": True}
