"""Every future of a sweep and the map of what is chosen: the numbers, and the page in a browser."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sahelsim.cli.sweep_page import sweep_page
from sahelsim.experiment.sweep import Sweep, load_sweep, run_sweep
from sahelsim.report.analyses.futures import MOST_LINES, NO_MAP, chosen, packed
from sahelsim.report.document import Document, render_document, write_document
from sahelsim.report.figures.parallel import Axis, parallel_figure
from sahelsim.report.style import significant
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import STATES
from tests.experiment.sweep.conftest import SUPPORT, make
from tests.report.visit import Visit

TEXT = """
days: 5
policies: {base: {}, none: {scenario: no-airlift}}
uncertainties:
  threat.hit: {}
  weather: {parameter: weather.spell_days}
futures: {best: {}}
design: {method: lhs, futures: 11}
replicates: 4
outcomes: {tonnes_delivered: {threshold: 10.5}, civilian_deaths: {}}
"""
MANY = """
days: 5
policies:
  {a: {}, b: {without: [lend-5u-mms]}, c: {without: [lend-5u-mbh]}, d: {scenario: no-airlift}}
uncertainties: {threat.hit: {}, weather: {parameter: weather.spell_days}, garrison_scale: {}}
futures: {best: {}}
design: {method: lhs, futures: 499}
replicates: 5
outcomes: {tonnes_delivered: {threshold: 10}, siege_days: {}}
"""


def swept(text: str, folder: Path) -> Sweep:
    """A sweep of runs that take no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SUPPORT))
        run_sweep(make(text), folder, workers=1, runner="fake_runs:Plain")
    return load_sweep(folder)


def page_of(sweep: Sweep) -> Document:
    assert sweep.path is not None
    return sweep_page(sweep.path, silent=True)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return swept(TEXT, tmp_path_factory.mktemp("linked") / "sweep")


def test_a_line_goes_from_the_choice_to_what_comes_of_it() -> None:
    axes = [
        Axis("policy", "choose", np.array([0.0, 0.0, 1.0, 1.0]), categories=("a", "b")),
        Axis("rate", "unknown", np.array([5.0, 10.0, 5.0, 10.0])),
        Axis("same", "unknown", np.full(4, 2.0)),
        Axis("tonnes", "result", np.array([0.0, 1.0, 2.0, 4.0]), better="higher"),
    ]
    figure = parallel_figure(axes, ["a", "b"])
    others, a, b = figure.data
    assert list(others.y) == []
    assert list(a.y) == [1.0, 0.0, 0.5, 0.0, None, 1.0, 1.0, 0.5, 0.25, None]
    assert list(b.y) == [0.0, 0.0, 0.5, 0.5, None, 0.0, 1.0, 0.5, 1.0, None]
    texts = [note.text for note in figure.layout.annotations]
    assert {"a", "b", "policy", "rate", "▲ tonnes", "<b>we choose</b>"} <= set(texts)


def test_futures_are_left_out_evenly_and_written_ones_never() -> None:
    block = pd.Series([-1, -2, *range(1_000)])
    futures = pd.DataFrame({"block": block})
    assert chosen(futures.iloc[:100], 8) == list(range(100))
    some = chosen(futures, 4)
    assert len(some) == len(set(some)) == MOST_LINES // 4
    assert {0, 1, 2, 1_001} <= set(some)
    assert np.diff(some[2:]).max() <= 6
    assert some == chosen(futures, 4)


def test_counts_are_packed_policy_by_policy() -> None:
    block = np.arange(12).reshape(2, 2, 3) + 250  # [futures, policies, places]
    found = packed(block, [1, 0])
    assert found["type"] == "u2"
    values = np.frombuffer(base64.b64decode(found["data"]), "<u2").reshape(2, 2, 3)
    assert np.array_equal(values, block[:, [1, 0]].transpose(1, 0, 2))


def test_a_button_chooses_the_lines_that_miss_a_threshold(sweep: Sweep) -> None:
    linked = page_of(sweep).sections[2].blocks[0].linked
    assert linked is not None
    words = {name: (axis, low, high) for name, axis, low, high in linked.presets}
    _, low, high = words["Tonnes delivered by air below 10.5 t"]
    means = sweep.runs.groupby(["policy", "future"], observed=True)["tonnes_delivered"].mean()
    place = (means - means.min()) / (means.max() - means.min())
    place = place.map(significant)  # as the page has it
    inside = (place >= low - 1e-6) & (place <= high + 1e-6)
    assert inside.equals(means < 10.5)
    assert 0 < inside.sum() < len(inside)
    assert words["Where each policy is best"][1:] == (0.0, 0.0)


def test_dots_are_counted_against_the_threshold(sweep: Sweep) -> None:
    section = page_of(sweep).sections[1]
    tonnes, deaths = section.blocks[0].charts
    runs = sweep.runs[sweep.runs["future"] > 0]  # the hand-written one is not drawn
    for policy in ("base", "none"):
        values = runs.loc[runs["policy"] == policy, "tonnes_delivered"]
        dots = np.quantile(values, (np.arange(20) + 0.5) / 20, method="inverted_cdf")
        good = (dots >= 10.5).sum()
        assert f"{good} of 20 for {policy}" in tonnes.caption
    assert tonnes.caption.startswith("Good enough, on the dashed line or right of it: ")
    assert deaths.caption.startswith("Medians lie between ")


def test_a_sweep_without_places_has_the_lines_and_says_so(sweep: Sweep, tmp_path: Path) -> None:
    assert sweep.path is not None
    copy = shutil.copytree(sweep.path, tmp_path / "copy")
    shutil.rmtree(copy / "places")
    document = page_of(load_sweep(copy))
    (block,) = document.sections[2].blocks
    assert NO_MAP in block.text
    assert [chart.id for chart in block.charts] == ["every-future"]
    assert block.linked is not None
    assert block.linked.map == ""
    assert "measures" not in block.linked.data


def test_ten_thousand_runs_make_a_page_of_bounded_size(tmp_path: Path) -> None:
    large = swept(MANY, tmp_path / "large")
    assert len(large.runs) == 10_000
    document = page_of(large)
    text = render_document(document)
    assert len(text.encode()) < 6_000_000
    assert text == render_document(page_of(large))
    (block,) = document.sections[2].blocks
    assert "Drawn are 200 of 500 complete futures, 800 lines" in block.text[0]
    assert block.linked is not None
    assert sum(block.linked.data["runs"]) == 4_000


def test_a_sweep_of_one_policy_has_a_page_too(tmp_path: Path) -> None:
    alone = TEXT.replace(", none: {scenario: no-airlift}", "").replace("futures: 11", "futures: 40")
    path = tmp_path / "alone"
    found = swept(alone, path)
    document = sweep_page(path, silent=True)
    assert [one.id for one in document.sections] == [
        "drivers",
        "spread",
        "futures",
        "outcomes",
        "method",
    ]
    mean = found.runs[found.runs["future"] > 0]["tonnes_delivered"].mean()
    assert document.lead[0].startswith(f"Tonnes delivered by air: {mean:.3g} t in the mean over 40")
    assert "civilians killed" in document.lead[1].lower()
    lines = document.sections[2].blocks[0].charts[0]
    names = [axis["name"] for axis in lines.figure.layout.meta["axes"]]
    assert names == ["threat hit", "weather", "tonnes delivered by air", "civilians killed"]
    ids = re.findall(r' id="([^"]+)"', render_document(document))
    assert len(ids) == len(set(ids))
    few = alone.replace("futures: 40", "futures: 5")
    swept(few, tmp_path / "few")
    (first, *_) = sweep_page(tmp_path / "few", silent=True).lead
    assert first.endswith("cannot be estimated: 5 complete futures are too few for PAWN.")


# ---- in a browser -------------------------------------------------------------------------------

MAP = "document.getElementById('map-futures').data.at(-1)"
DOWN, MOVE, UP = "touchStart", "touchMove", "touchEnd"


@pytest.fixture(scope="module")
def page(sweep: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_document(page_of(sweep), tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture(scope="module")
def visit(browser: Any, page: Path) -> Iterator[Visit]:
    made = Visit(browser, page, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    made.draw_all()
    yield made
    assert made.complaints == []
    assert made.page.evaluate("window.violations") == []
    assert made.outside == []
    made.context.close()


@pytest.fixture
def fresh(visit: Visit) -> Visit:
    """The page with everything chosen."""
    visit.page.evaluate("document.querySelector('.linked .reset').click()")
    visit.page.locator(".linked select").select_option("held")
    visit.page.evaluate("document.querySelector('.stage').scrollIntoView({block: 'center'})")
    visit.page.wait_for_timeout(100)
    return visit


def rows_of(sweep: Sweep) -> pd.DataFrame:
    """One row a run: its future's values, mean tonnes of its line, places by column."""
    assert sweep.path is not None
    frame = pq.read_table(sweep.path / "places").to_pandas()
    frame["policy"] = frame["policy"].astype(str)
    frame = frame.join(sweep.futures, on="future")
    owner = np.array([STATES.index(place.country) for place in load_theatre().localities])
    frame["held"] = [row == owner for row in frame["holder"]]
    frame["armed"] = [(row >= 3) & (row <= 5) for row in frame["holder"]]
    return frame


def place(column: pd.Series) -> pd.Series:
    return (column - column.min()) / (column.max() - column.min())


def ends(visit: Visit, axis: int) -> tuple[float, float]:
    """What a brush leaves, 0 at the bottom to 1."""
    found = visit.page.evaluate(
        "axis => [...document.querySelectorAll('.brush')[axis].querySelectorAll('.end')]"
        ".map(end => parseFloat(end.style.bottom) / 100)",
        axis,
    )
    return found[0], found[1]


def drag(visit: Visit, axis: int, start: float, stop: float) -> None:
    box = visit.page.locator(".brush").nth(axis).bounding_box()
    x, bottom, height = box["x"] + box["width"] / 2, box["y"] + box["height"], box["height"]
    visit.page.mouse.move(x, bottom - start * height)
    visit.page.mouse.down()
    visit.page.mouse.move(x, bottom - (start + stop) / 2 * height)
    visit.page.mouse.move(x, bottom - stop * height)
    visit.page.mouse.up()


def shows(visit: Visit, kept: pd.DataFrame, name: str, runs: int = 96) -> None:
    """The map and the sentence are of these runs."""
    visit.page.wait_for_timeout(300)
    expected = np.mean(np.stack(list(kept[name])), axis=0).tolist()
    for _ in range(50):
        if visit.page.evaluate(f"{MAP}.marker.color") == pytest.approx(expected):
            break
        visit.page.wait_for_timeout(100)  # a busy machine draws late
    assert visit.page.evaluate(f"{MAP}.marker.color") == pytest.approx(expected)
    many = kept["future"].nunique()
    text = visit.page.locator(".linked .count").inner_text()
    assert text.startswith(f"{len(kept)} of {runs} runs chosen, in {many} of 12 futures")


@pytest.mark.browser
def test_the_map_begins_with_all_runs_and_needs_no_canvas(fresh: Visit, sweep: Sweep) -> None:
    shows(fresh, rows_of(sweep), "held")
    assert fresh.page.evaluate("document.querySelectorAll('canvas').length") == 0  # nor WebGL


@pytest.mark.browser
def test_a_brush_recolours_the_map_to_the_runs_it_leaves(fresh: Visit, sweep: Sweep) -> None:
    frame = rows_of(sweep)
    drag(fresh, 1, 0.45, 1.05)
    low, high = ends(fresh, 1)
    assert low == pytest.approx(0.45, abs=0.02)
    assert high == 1.0
    kept = frame[place(frame["threat.hit"]) >= low]
    assert 0 < kept["future"].nunique() < 12
    shows(fresh, kept, "held")
    drag(fresh, 2, 0.99, 0.6)  # a second axis leaves less
    fewer = kept[place(frame["weather"])[kept.index] <= ends(fresh, 2)[1]]
    assert 0 < len(fewer) < len(kept)
    shows(fresh, fewer, "held")
    for measure in ("armed", "siege_days"):
        fresh.page.locator(".linked select").select_option(measure)
        shows(fresh, fewer, measure)
    said = "document.querySelector('.linked .said').textContent"
    fresh.wait(f"{said} === document.querySelector('.linked .count').textContent", 5)
    drawn = fresh.page.evaluate(
        "document.getElementById('every-future').data.map(t => t.y.filter(y => y === null).length)"
    )
    lines = fewer.groupby("policy")["future"].nunique()
    assert drawn == [24 - lines.sum(), lines["base"], lines["none"]]


@pytest.mark.browser
def test_a_brush_moves_as_a_whole_and_a_click_beside_it_lets_go(fresh: Visit) -> None:
    drag(fresh, 1, 0.3, 0.5)
    before = ends(fresh, 1)
    drag(fresh, 1, 0.4, 0.7)
    after = ends(fresh, 1)
    assert after[0] - before[0] == pytest.approx(0.3, abs=0.02)
    assert after[1] - after[0] == pytest.approx(before[1] - before[0], abs=1e-9)
    drag(fresh, 1, 0.1, 0.1)
    assert ends(fresh, 1) == (0.0, 1.0)


@pytest.mark.browser
def test_the_keyboard_brushes_too(fresh: Visit, sweep: Sweep) -> None:
    frame = rows_of(sweep)
    thumb = fresh.page.get_by_role("slider", name="weather, lowest chosen")
    for _ in range(6):
        thumb.press("PageUp")
    low, _ = ends(fresh, 2)
    assert low == pytest.approx(0.6)
    shows(fresh, frame[place(frame["weather"]) >= low], "held")
    value = frame["weather"].min() + low * (frame["weather"].max() - frame["weather"].min())
    assert thumb.get_attribute("aria-valuetext").startswith(f"{value:.3g}")
    thumb.press("Escape")
    assert ends(fresh, 2) == (0.0, 1.0)
    policy = fresh.page.get_by_role("slider", name="policy, lowest chosen")
    policy.press("ArrowUp")
    assert policy.get_attribute("aria-valuetext") == "base"
    shows(fresh, frame[frame["policy"] == "base"], "held")


@pytest.mark.browser
def test_buttons_choose_and_let_go(fresh: Visit, sweep: Sweep) -> None:
    frame = rows_of(sweep)
    means = sweep.runs.groupby(["policy", "future"], observed=True)["tonnes_delivered"].mean()
    bad = means[means < 10.5].reset_index()[["policy", "future"]]
    kept = frame.merge(bad.astype({"policy": str}), on=["policy", "future"])
    button = fresh.page.get_by_role("button", name="Tonnes delivered by air below 10.5 t")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    shows(fresh, kept, "held")
    fresh.page.get_by_role("button", name="All runs").click()
    assert button.get_attribute("aria-pressed") == "false"
    shows(fresh, frame, "held")


@pytest.mark.browser
def test_what_is_chosen_survives_the_dark(fresh: Visit, sweep: Sweep) -> None:
    frame = rows_of(sweep)
    drag(fresh, 1, 0.45, 1.05)
    kept = frame[place(frame["threat.hit"]) >= ends(fresh, 1)[0]]
    fresh.page.locator("#theme").click()
    shows(fresh, kept, "held")
    grey = "document.getElementById('every-future').data[0].y.filter(y => y === null).length"
    fresh.wait(f"{grey} === {24 - 2 * kept['future'].nunique()}", 5)
    fresh.page.locator("#theme").click()


@pytest.mark.browser
def test_a_finger_brushes_on_a_phone(browser: Any, page: Path, sweep: Sweep) -> None:
    seen = Visit(
        browser, page, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    )
    seen.draw_all()
    seen.page.locator(".stage").scroll_into_view_if_needed()
    box = seen.page.locator(".brush").nth(1).bounding_box()
    x, bottom, height = box["x"] + box["width"] / 2, box["y"] + box["height"], box["height"]
    finger = seen.context.new_cdp_session(seen.page)
    for kind, at in ((DOWN, 0.05), (MOVE, 0.3), (MOVE, 0.5), (UP, None)):
        points = [] if at is None else [{"x": x, "y": bottom - at * height}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    low, high = ends(seen, 1)
    assert high - low == pytest.approx(0.45, abs=0.03)
    frame = rows_of(sweep)
    places = place(frame["threat.hit"])
    shows(seen, frame[(places >= low) & (places <= high)], "held")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.complaints == []
    seen.context.close()
