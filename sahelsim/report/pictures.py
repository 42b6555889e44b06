"""The charts of a page as picture files, for slides and papers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import plotly.graph_objects as go
import plotly.io

from sahelsim.base.errors import EnvironmentFault
from sahelsim.base.extra import needs_extra
from sahelsim.experiment.files import telling
from sahelsim.report.parts import Chart, Section

Kind = Literal["png", "svg", "pdf"]
KINDS: tuple[Kind, ...] = ("png", "svg", "pdf")
WIDTH = 900  # pixels
HEIGHT = {"s": 420, "m": 520, "lines": 560, "rows": 560, "tall": 840, "map": 640}
PNG_SCALE = 2  # pixels of a picture for one of the page


def charts_of(sections: Iterable[Section]) -> list[Chart]:
    """All charts of a page, in order."""
    return [chart for section in sections for block in section.blocks for chart in block.charts]


def height(chart: Chart) -> int:
    """Pixels of a chart's picture; the first word of its size counts."""
    return HEIGHT[chart.size.split()[0]]


def write_figures(sections: Iterable[Section], folder: Path, kind: Kind) -> list[Path]:
    """Write every chart as ``<folder>/<chart id>.<kind>``, with its title; return the files.

    Args:
        sections: Of a page.
        folder: Created where it is missing.
        kind: Format.

    Raises:
        MissingExtra: SS7200, kaleido is not installed.
        EnvironmentFault: SS6012, there is no browser to draw with; SS6010, the disk refuses.
    """
    charts = charts_of(sections)
    files = [folder / f"{chart.id}.{kind}" for chart in charts]
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with needs_extra("kaleido", "static"):
        import kaleido.errors as kaleido
    try:
        plotly.io.write_images(
            [_drawn(chart) for chart in charts], [str(file) for file in files],
            width=WIDTH, height=[height(chart) for chart in charts],
            scale=PNG_SCALE if kind == "png" else 1,
        )  # fmt: skip
    except kaleido.ChromeNotFoundError as fault:
        raise EnvironmentFault(
            "SS6012", "drawing pictures needs Chromium or Chrome, and there is none",
            hint="Debian, Ubuntu: sudo apt install chromium",
        ) from fault  # fmt: skip
    return files


def _drawn(chart: Chart) -> Any:
    figure = go.Figure(chart.figure)
    top = (figure.layout.margin.t or 0) + 50
    figure.update_layout(
        title={"text": chart.title, "x": 0.01, "xanchor": "left", "yref": "container", "y": 0.98},
        margin={"t": top}, paper_bgcolor="white", plot_bgcolor="white",
    )  # fmt: skip
    return figure
