"""Charts as picture files, drawn by a local browser."""

from __future__ import annotations

import builtins
import shutil
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from sahelsim.base.errors import EnvironmentFault, MissingExtra
from sahelsim.experiment import Run
from sahelsim.report.page import assemble
from sahelsim.report.parts import Block, Chart, Section, Table
from sahelsim.report.pictures import charts_of, height, write_figures

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def section(*ids: str) -> Section:
    charts = [
        Chart(id, f"Title of {id}", "See.", go.Figure(go.Scatter(x=[1, 2], y=[1, 2])),
              Table([], []))
        for id in ids
    ]  # fmt: skip
    return Section("s", "S", "see", [Block(charts=charts)])


def test_charts_come_in_the_order_of_the_page() -> None:
    assert [chart.id for chart in charts_of([section("b", "a"), section("c")])] == ["b", "a", "c"]


def test_every_chart_of_a_report_has_a_height(documented: Run) -> None:
    charts = charts_of(assemble(documented).sections)
    assert {chart.size for chart in charts} >= {"s", "map", "map chance"}
    assert all(400 <= height(chart) <= 900 for chart in charts)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_each_chart_becomes_a_file_with_its_title(tmp_path: Path) -> None:
    pytest.importorskip("kaleido")
    files = write_figures([section("one", "two")], tmp_path / "figures", "svg")
    assert [file.name for file in files] == ["one.svg", "two.svg"]
    for file in files:
        assert f"Title of {file.stem}" in file.read_text(encoding="utf-8")


def test_without_kaleido_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("kaleido"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtra) as told:
        write_figures([section("one")], tmp_path, "png")
    assert "[static]" in (told.value.hint or "")


def test_without_a_browser_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = pytest.importorskip("kaleido.errors")

    def refuse(*_: Any, **__: Any) -> None:
        raise errors.ChromeNotFoundError

    monkeypatch.setattr("plotly.io.write_images", refuse)
    with pytest.raises(EnvironmentFault, match="Chromium") as told:
        write_figures([section("one")], tmp_path, "png")
    assert (told.value.code, told.value.hint) == (
        "SS6012", "Debian, Ubuntu: sudo apt install chromium"
    )  # fmt: skip


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EnvironmentFault) as told:
        write_figures([section("one")], tmp_path / "file" / "figures", "png")
    assert told.value.code == "SS6010"
