"""Who dies and who kills; displacement."""

from __future__ import annotations

from sahelsim.report import words
from sahelsim.report.figures.fans import fan_figure
from sahelsim.report.figures.fatalities import COUNTRIES, PERPETRATORS, SIDES, deaths_figure
from sahelsim.report.material import Material, fan_table, fans, range_table, spreads
from sahelsim.report.parts import Block, Chart, Section
from sahelsim.report.quantiles import thinned


def build(material: Material) -> Section:
    """Totals by side, civilians by perpetrator, deaths by country, and both over time."""
    civilians = material.outcome(material.run, "civilian_deaths")
    states = material.outcome(material.run, "civilian_deaths_by_states")
    return Section(
        "deaths",
        "Lives",
        f"See who pays. Civilians killed: {words.ranged(civilians, 'persons')}; of them by state "
        f"forces: {words.ranged(states, 'persons')}. Partners and militia stand by themselves.",
        [
            Block(
                "Over the whole run",
                charts=[
                    _totals(material, "sides", "By side", SIDES),
                    _totals(
                        material, "perpetrators", "Civilians, by who killed them", PERPETRATORS
                    ),
                    _totals(material, "countries", "All deaths, by country", COUNTRIES),
                ],
                keys=material.keys(),
            ),
            Block(
                "Over time, all three countries",
                charts=[
                    _curve(
                        material,
                        "civilian_deaths",
                        "Civilians killed",
                        "persons since the start",
                        True,
                    ),
                    _curve(
                        material,
                        "military_deaths",
                        "Soldiers killed",
                        "persons since the start",
                        True,
                    ),
                    _curve(material, "displaced", "Displaced", "persons", False),
                ],
                keys=material.keys("documented event (point at it for its words)"),
            ),
        ],
    )


def _totals(material: Material, id: str, title: str, rows: dict[str, str]) -> Chart:
    tables = {
        name: spreads({label: material.outcome(run, outcome) for outcome, label in rows.items()})
        for name, run in material.runs.items()
    }
    first = tables[material.name]["q50"]
    share = first.max() / first.sum() if first.sum() else 0.0
    caption = (
        f"The largest part: {first.idxmax()}, about {round(100 * share)} % of the medians."
        if share
        else "None in the median replicate."
    )
    return Chart(
        f"deaths-{id}", title, caption, deaths_figure(tables), range_table(tables, "", "deaths"),
        unit="persons over the whole run",
    )  # fmt: skip


def _curve(material: Material, column: str, title: str, unit: str, add: bool) -> Chart:
    grids = material.total(column)
    tables = fans({n: thinned(g.cumsum() if add else g) for n, g in grids.items()})
    last = tables[material.name].iloc[-1]
    return Chart(
        f"curve-{column}",
        title,
        f"Median {words.number(last.q50, 'persons')} at the end (90 %: "
        f"{words.number(last.q05, 'persons')} to {words.number(last.q95, 'persons')}).",
        fan_figure(tables, material.marks(("attack", "ambush", "base_capture", "siege"))),
        fan_table(tables, unit),
        unit=unit,
    )
