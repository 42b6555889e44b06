"""One page of every kind in a real browser: axe finds no fault, and it fits phone and projector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sahelsim.calibration.evaluation import score_cases, summary
from sahelsim.calibration.observed import country_months
from sahelsim.cli.main import main
from sahelsim.experiment import Run, compare_all
from sahelsim.experiment.analysis.discovery import discover
from sahelsim.experiment.analysis.precedent import effects
from sahelsim.experiment.analysis.responses import Responses
from sahelsim.experiment.analysis.sensitivity import analyse
from sahelsim.experiment.analysis.threshold import search
from sahelsim.experiment.analysis.value import Lever
from sahelsim.report import comparison, write_report
from sahelsim.report.analyses import discovery, precedent, sensitivity, threshold, value
from sahelsim.report.document import Document, write_document
from sahelsim.report.forecasts import write_forecast_page
from tests.cli.test_calibrate import FILE, YEAR
from tests.experiment.analysis.tables import futures, uniforms
from tests.report.test_analyses import precedent_runs
from tests.report.test_forecasts import forecasts
from tests.report.test_linked import TEXT, page_of, swept
from tests.report.visit import Visit

pytestmark = pytest.mark.browser

SOURCE = [("command", "sahelsim analyse"), ("specification", "0f" * 32)]
INSIDE = {"exclude": [[".main-svg > *"]]}  # what a picture is made of is nobody's to read
CUT = """[...document.querySelectorAll('.plot')].flatMap(plot => {
  const frame = plot.getBoundingClientRect();
  return [...plot.querySelectorAll('svg text')].filter(text => {
    const box = text.getBoundingClientRect();
    return frame.width && box.width && (box.left < frame.left - 2 || box.right > frame.right + 2 ||
      box.top < frame.top - 3 || box.bottom > frame.bottom + 3);
  }).map(text => plot.id + ': ' + text.textContent);
})"""
# rows are alike, and thousands of cells take axe a minute
FEWER_ROWS = "document.querySelectorAll('tbody tr:nth-child(n+6)').forEach(row => row.remove())"
TALLEST = "Math.max(0, ...[...document.querySelectorAll('.plot')].map(plot => plot.offsetHeight))"


class Kit:
    """What pages are made of."""

    def __init__(self, folder: Path, documented: Run, without: Run) -> None:
        self.folder = folder
        self.runs = [without, documented]

    def written(self, document: Document) -> Path:
        return write_document(document, self.folder / "page.html")


def run_page(kit: Kit) -> Path:
    return write_report(*reversed(kit.runs), path=kit.folder / "run.html")


def comparison_page(kit: Kit) -> Path:
    return kit.written(comparison.build(kit.runs, command="sahelsim compare a b"))


def sweep_page(kit: Kit) -> Path:
    return kit.written(page_of(swept(TEXT, kit.folder / "sweep")))


def sensitivity_page(kit: Kit) -> Path:
    unit = uniforms(200, 3)
    names = ["garrison_scale", "threat.shot_rate_denied", "c"]
    frame = futures(unit, names).assign(response=100 * unit[:, 0], noise=np.nan)
    found = analyse(Responses(frame, names, pd.Series({7: "x"}), 201, "s"), "pawn")
    return kit.written(sensitivity.build(found, "garrison_days_without_food", SOURCE))


def discovery_page(kit: Kit) -> Path:
    x = pd.DataFrame(uniforms(400, 3), columns=["garrison_scale", "c", "d"])
    cases = ((x["garrison_scale"] > 0.5) & (x["c"] < 0.5)).to_numpy()
    case = discovery.Case("civilian_deaths", True, 90.0, 400, int(cases.sum()), "s", "All.")
    return kit.written(discovery.build(discover(x, cases), case, SOURCE))


def threshold_page(kit: Kit) -> Path:
    found = search(lambda level: np.full(4, 2 * level), 0.0, 4.0, 5.0)
    return kit.written(
        threshold.build(found, "supply", "1", "tonnes_to_tessalit", "s", "All.", SOURCE)
    )


def value_page(kit: Kit) -> Path:
    levers = [Lever("tail", "one more aircraft like 5U-MBH, on its circuit and at its rate", {})]
    found = compare_all(kit.runs[0], {"tail": kit.runs[1]}, ["civilian_deaths", "tonnes_to_gao"])
    return kit.written(value.build(found, levers, "documented-2023", SOURCE))


def precedent_page(kit: Kit) -> Path:
    return kit.written(precedent.build(effects(precedent_runs()), "s", SOURCE))


def forecast_page(kit: Kit) -> Path:
    record = {name: country_months(name) for name in ("sb", "all")}
    items = forecasts() + forecasts("all")
    scores = summary(score_cases(items, record, record, ["negative-binomial-12", "zero"]))
    return write_forecast_page(items, record, kit.folder / "forecast.html", scores=scores)


def validation_page(kit: Kit) -> Path:
    assert main(["validate", "-n", "2", "-q", "--out", str(kit.folder / "facts")]) == 0
    return kit.folder / "facts/validation.html"


def calibration_page(kit: Kit) -> Path:
    file = kit.folder / "fit.yaml"
    file.write_text(FILE, encoding="utf-8")
    (kit.folder / "year.yaml").write_text(YEAR, encoding="utf-8")
    assert main(["calibrate", str(file), "-q", "--out", str(kit.folder / "fit")]) == 0
    return kit.folder / "fit/report.html"


KINDS: tuple[Callable[[Kit], Path], ...] = (
    run_page, comparison_page, sweep_page, sensitivity_page, discovery_page, threshold_page,
    value_page, precedent_page, forecast_page, validation_page, calibration_page,
)  # fmt: skip


@pytest.fixture(scope="module", params=KINDS, ids=lambda make: make.__name__)
def visit(
    request: Any, browser: Any, documented: Run, without: Run,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Visit]:  # fmt: skip
    """The page on a phone, all charts drawn."""
    path = request.param(Kit(tmp_path_factory.mktemp("page"), documented, without))
    # axe is run by eval, which the page's own policy bars
    made = Visit(browser, path, viewport={"width": 390, "height": 844}, bypass_csp=True,
                 color_scheme="light")  # fmt: skip
    made.draw_all()
    yield made
    made.context.close()


def test_it_fits_a_phone_and_a_projector_and_axe_finds_no_fault(visit: Visit) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="not run: no axe")
    tab = visit.page
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.evaluate(CUT) == []
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.wait_for_timeout(300)  # Plotly draws anew
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1280
    assert tab.evaluate(TALLEST) <= 720
    tab.evaluate(FEWER_ROWS)
    assert faults(axe, tab) == []
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_timeout(300)
    assert faults(axe, tab, runOnly=["color-contrast"]) == []
    assert visit.complaints == []


def faults(axe: Any, tab: Any, **options: Any) -> list[tuple[str, str]]:
    """Every rule of axe that is broken, with the first element that breaks it."""
    found = axe.Axe().run(tab, context=INSIDE, options=options or None).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
