"""The pictures of what drives an outcome."""

from __future__ import annotations

import pandas as pd

from sahelsim.report.figures.drivers import morris_figure


def table(*rows: tuple[str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["input", "value", "sigma"]).set_index("input")
    return frame.assign(low=0.9 * frame["value"], high=1.2 * frame["value"])


def test_an_input_stands_at_its_effect_and_interaction() -> None:
    inputs = [(f"i{k}", 10.0 - k, float(k)) for k in range(7)]
    figure = morris_figure(table(*inputs), "persons")
    line, points = figure.data
    assert list(points.x) == [10.0 - k for k in range(7)]
    assert list(points.y) == [float(k) for k in range(7)]
    assert list(points.customdata) == [name for name, *_ in inputs]
    assert list(points.text) == ["i0", "i1", "i2", "i3", "i4", "", ""]  # the strongest are named
    assert figure.layout.xaxis.title.text == "mu*, persons"
    assert list(line.x) == list(line.y) == [0, 11.0]
    assert max(figure.layout.yaxis.range) > max(points.y)


def test_inputs_without_effect_still_have_axes() -> None:
    figure = morris_figure(table(("a", 0.0, 0.0)))
    assert figure.layout.xaxis.range[1] > 0
