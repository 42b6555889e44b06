"""Quantile dot plots: twenty dots that stand for all runs."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.report.figures.dots import COLUMNS, DOTS, dots_figure, twentieths


def test_twenty_dots_stand_for_all_values() -> None:
    dots = twentieths(np.arange(1_001))
    assert dots.tolist() == pytest.approx([25.0 + 50.0 * k for k in range(DOTS)])
    assert twentieths([7.0]).tolist() == [7.0] * DOTS


def test_every_distribution_is_a_row_of_stacks_that_do_not_meet() -> None:
    random = np.random.default_rng(3)
    figure = dots_figure({"a": random.normal(0, 1, 500), "b": [2.0], "c": random.normal(3, 1, 90)})
    rows = {trace.name: trace for trace in figure.data}
    assert list(figure.layout.yaxis.ticktext) == ["c", "b", "a"]
    assert all(len(trace.x) == DOTS for trace in rows.values())
    points = [(x, y) for trace in rows.values() for x, y in zip(trace.x, trace.y, strict=True)]
    assert len(set(points)) == len(points)  # no dot lies on another
    assert max(rows["c"].y) < min(rows["b"].y)
    assert max(rows["b"].y) < min(rows["a"].y)
    assert len(set(rows["b"].x)) == 1
    ends = figure.layout.xaxis.range
    width = (ends[1] - ends[0]) / (COLUMNS + 4)
    assert np.abs(np.array(rows["a"].x) - np.array(rows["a"].customdata)).max() <= width / 2 + 1e-9


def test_a_threshold_is_in_sight() -> None:
    figure = dots_figure({"a": [1.0, 2.0], "b": [1.5, 2.0]}, "t", threshold=9.0)
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 9.0
    assert list(dots_figure({"a": [1.0, 2.0, 7.0]}, threshold=2.0).data[0].x).count(2.0) == 6
    assert figure.layout.xaxis.range[1] > 9.0


def test_a_dot_beside_the_line_is_not_drawn_on_it() -> None:
    values = np.concatenate([[-100.0, 100.0], np.repeat([-0.1, 0.0, 0.2], 6)])
    (trace,) = dots_figure({"a": values}, threshold=0.0, better="lower").data
    assert np.sign(trace.x).tolist() == np.sign(trace.customdata).tolist()
    assert {-1.0, 0.0, 1.0} == set(np.sign(trace.x))


@pytest.mark.parametrize(("better", "left"), [("lower", "better"), ("higher", "worse")])
def test_the_sides_of_the_line_are_named(better: str, left: str) -> None:
    figure = dots_figure({"a": [-1.0, 2.0]}, threshold=0.0, better=better, colours=["#123456"])
    texts = {note.xanchor: note.text for note in figure.layout.annotations}
    assert left in texts["left"]
    assert left not in texts["right"]
    assert figure.data[0].marker.color == "#123456"
    assert not dots_figure({"a": [-1.0, 2.0]}, threshold=0.0).layout.annotations
