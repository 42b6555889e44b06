from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from sahelsim.calibration.face import FACE_CLASSES
from sahelsim.calibration.facts import FACTS
from sahelsim.calibration.validation import INSIDE, NEAR, OUTSIDE
from sahelsim.report.figures.validation import facts_figure, months_figure, sizes_figure
from sahelsim.report.style import figure_json
from sahelsim.report.validation import title


def facts(model: tuple[float, float, float], observed: tuple[float, float, float]) -> pd.DataFrame:
    row = dict(zip(("model", "model_low", "model_high"), model, strict=True))
    row |= dict(zip(("observed", "observed_low", "observed_high"), observed, strict=True))
    return pd.DataFrame([row, row], index=["Mali", "Niger"]).assign(verdict=["inside", "outside"])


def test_the_diamond_is_hollow_where_the_observed_value_is_outside() -> None:
    figure = facts_figure(facts((2.0, 1.0, 3.0), (2.5, 2.0, 4.0)))
    (observed,) = [trace for trace in figure.data if trace.name == "observed"]
    assert list(observed.marker.symbol) == ["diamond", "diamond-open"]
    assert list(observed.x) == [2.5, 2.5]
    bars = [trace for trace in figure.data if trace.mode == "lines"]
    assert [list(bar.x[:2]) for bar in bars] == [[1.0, 3.0], [2.0, 4.0]]


def test_every_interval_lies_on_the_axis() -> None:
    low, high = facts_figure(facts((2.0, -1.0, 3.0), (2.5, 2.0, 4.0))).layout.xaxis.range
    assert low < -1.0
    assert high > 4.0


def test_the_axis_is_logarithmic_only_where_that_helps() -> None:
    wide = facts((20.0, 10.0, 30.0), (250.0, 200.0, 400.0))
    figure = facts_figure(wide, log=True)
    assert figure.layout.xaxis.type == "log"
    low, high = figure.layout.xaxis.range
    assert low < 1.0
    assert high > np.log10(400.0)
    assert facts_figure(wide).layout.xaxis.type != "log"
    near = facts((2.0, 1.0, 3.0), (2.5, 2.0, 4.0))
    assert facts_figure(near, log=True).layout.xaxis.type != "log"
    zero = facts((2.0, 0.0, 3.0), (250.0, 200.0, 400.0))
    assert facts_figure(zero, log=True).layout.xaxis.type != "log"


def test_sizes_and_months_show_model_and_observation() -> None:
    sizes = pd.DataFrame({"deaths": [1, 10, 100], "observed": [1.0, 0.2, 0.0],
                          "q05": [1.0, 0.1, 0.0], "q50": [1.0, 0.15, 0.0],
                          "q95": [1.0, 0.2, 0.01]})  # fmt: skip
    figure = sizes_figure(sizes)
    lines = {trace.name: list(trace.x) for trace in figure.data if trace.name}
    assert lines == {"model, median": [1, 10], "observed": [1, 10]}  # zero has no logarithm
    assert all((np.asarray(trace.y, dtype=float) > 0).all() for trace in figure.data)
    months = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=3, freq="MS"),
                           "observed": [5.0, 90.0, 7.0], **{q: [4.0, 5.0, 6.0] for q in
                           ("q05", "q25", "q50", "q75", "q95")}})  # fmt: skip
    figure = months_figure(months)
    assert {trace.name for trace in figure.data if trace.name} == {"model, median", "observed"}
    assert figure.layout.yaxis.range[1] > 90.0
    assert "null" not in figure_json(figure)


def test_the_shipped_page_has_a_row_for_every_fact_and_every_class_of_events() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/validation.md").read_text(
        encoding="utf-8"
    )
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    titles = {line.split(" | ")[0].removeprefix("| ") for line in rows}
    assert {title(id) for id in FACTS} <= titles
    assert {one.label for one in FACE_CLASSES} <= titles
    verdicts = Counter(line.rstrip(" |").split(" | ")[-1] for line in rows)
    counted = re.search(r"Of (\d+) facts, (\d+) lie inside.*?, (\d+) near them and (\d+)", page)
    assert counted is not None
    said = list(map(int, counted.groups()))
    assert said[1:] == [verdicts[word] for word in (INSIDE, NEAR, OUTSIDE)]
    assert sum(said[1:]) == said[0]
