"""The page of forecasts: fans beside what came, calibration, scores beside benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sahelsim import __version__
from sahelsim.calibration.benchmarks import moment_fit
from sahelsim.calibration.evaluation import EVERYWHERE, MODEL, country_name
from sahelsim.calibration.event_table import month_start
from sahelsim.calibration.scoring import PIT_BINS
from sahelsim.calibration.views import COUNTRY_NAME, TARGETS, Forecast, month_text
from sahelsim.report.document import Document, write_document
from sahelsim.report.figures.forecast import PAIR, month_fan, pit_figure
from sahelsim.report.figures.forest import forest_figure
from sahelsim.report.parts import Block, Chart, Number, Section, Table

BEFORE = 24  # months of the record shown before the origin
COMPARED = "negative-binomial-12"  # drawn beside the fan and the PIT
QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
METHOD = [
    "The model starts from observed conflict before the origin, is conditioned country by country "
    "on the last months by a particle filter, and runs on with built-in policies and no scripted "
    "order. Draws of different countries are independent.",
    "Scores follow the VIEWS prediction challenge (Hegre et al. 2024). Intervals are 95 % "
    "moving-block bootstrap intervals; a difference is told apart only if its interval leaves zero "
    "out. Parameters were fitted to months up to July 2023: scores of those months are in sample.",
    "Observed deaths: UCDP GED 24.1 (Sundberg and Melander 2013; Davies et al. 2024), CC BY 4.0, "
    "or your own import.",
]
NOTES = [
    "This tests the model. It is no early warning, and no basis for operations or for moving aid.",
]


def write_forecast_page(
    forecasts: Sequence[Forecast],
    record: Mapping[str, pd.DataFrame],
    path: Path,
    *,
    scores: pd.DataFrame | None = None,
    command: str = "",
) -> Path:
    """Write the page of one forecast file.

    Args:
        forecasts: Of one or more origins; the fan shows the last.
        record: Observed deaths by target: ``month_id, country_id, outcome``.
        path: File to write.
        scores: :func:`~sahelsim.calibration.evaluation.summary` of the same, if scored.
        command: What makes the page again.

    Raises:
        EnvironmentFault: SS6010, the file cannot be written.
    """
    last = max(item.origin for item in forecasts)
    origins = sorted({item.origin for item in forecasts})
    shown = [item for item in forecasts if item.origin == last]
    sections = [_fans(shown, record)]
    if scores is not None:
        sections += [_scores(scores), _calibration(scores)]
    sections.append(
        Section("method", "How it was reckoned", "Read this before quoting a number.",
                [Block(text=METHOD)], short="Method")
    )  # fmt: skip
    where = (
        month_text(last)
        if len(origins) == 1
        else (f"{len(origins)} months from {month_text(origins[0])} to {month_text(last)}")
    )
    document = Document(
        title=f"Forecast of deaths by month from {where}",
        eyebrow=f"{shown[0].draws.shape[1]} draws of each month and country",
        question="What does the model say of the months after, knowing only what came before?",
        lead=_lead(shown) if scores is None else _verdicts(scores),
        notes=NOTES,
        sections=sections,
        reproduce=[("Command", command), ("Version", __version__)],
        version=__version__,
    )
    return write_document(document, path)


def _lead(shown: Sequence[Forecast]) -> list[str]:
    lines = []
    for item in shown:
        for country in sorted(set(item.countries), key=lambda id: COUNTRY_NAME[int(id)]):
            draws = item.draws[item.countries == country]
            low, middle, high = np.quantile(draws.mean(axis=0), [0.05, 0.5, 0.95])
            lines.append(
                f"{COUNTRY_NAME[int(country)]}: {middle:,.0f} {TARGETS[item.target]} a month on "
                f"average (90 % of draws: {low:,.0f} to {high:,.0f})."
            )
    return lines


def _verdicts(scores: pd.DataFrame) -> list[str]:
    lines = []
    for target, part in scores[scores["country_id"] == EVERYWHERE].groupby("target"):
        mine = part[part["model"] == MODEL].iloc[0]
        told: dict[str, list[str]] = {}
        for _, row in part[part["model"] != MODEL].iterrows():
            told.setdefault(row["verdict"], []).append(f"{row['model']} ({row['crps']:.1f})")
        words = [f"{verdict} than {', '.join(told[verdict])}"
                 for verdict in ("better", "worse") if verdict in told]  # fmt: skip
        if "not told apart" in told:
            words.append(f"not told apart from {', '.join(told['not told apart'])}")
        text = f"{TARGETS[str(target)].capitalize()}: mean CRPS {mine['crps']:.1f}"
        lines.append(text + (f"; {'; '.join(words)}." if words else "."))
    return lines


def _fans(shown: Sequence[Forecast], record: Mapping[str, pd.DataFrame]) -> Section:
    blocks = []
    for item in shown:
        charts = []
        for country in sorted(set(item.countries), key=lambda id: COUNTRY_NAME[int(id)]):
            its = item.countries == country
            months = item.months[its]
            dates = [month_start(int(month)) for month in months]
            fan = pd.DataFrame({"date": dates}).assign(
                **{
                    name: np.quantile(item.draws[its], share, axis=1)
                    for name, share in QUANTILES.items()
                }
            )
            series = record[item.target]
            series = series[series["country_id"] == country].sort_values("month_id")
            past = series.loc[series["month_id"] <= item.origin, "outcome"].to_numpy(float)
            seen = series[series["month_id"].between(item.origin - BEFORE + 1, months.max())]
            seen = seen.assign(date=[month_start(int(month)) for month in seen["month_id"]])
            charts.append(
                Chart(
                    f"fan-{item.target}-{country}",
                    COUNTRY_NAME[int(country)],
                    "Deaths a month: median, 50 % and 90 % of draws; dots are observed; dashed and "
                    f"dotted lines are median and 90 % of the benchmark {COMPARED}.",
                    month_fan(fan, seen, _benchmark(past, dates)),
                    _numbers(fan),
                    size="m",
                    unit="deaths a month",
                )
            )
        blocks.append(Block(TARGETS[item.target].capitalize(), charts=charts, wide=True))
    return Section(
        "forecast", "What the model says",
        "See how wide the bands are, and whether they follow the level or fall back to another.",
        blocks, tabs=len(blocks) > 1, short="Forecast",
    )  # fmt: skip


def _benchmark(past: Any, dates: Sequence[Any]) -> pd.DataFrame | None:
    if len(past) < 12:
        return None
    members = moment_fit(past[-12:])
    return pd.DataFrame({"date": list(dates)}).assign(
        **{name: float(np.quantile(members, QUANTILES[name])) for name in ("q05", "q50", "q95")}
    )


def _numbers(fan: pd.DataFrame) -> Table:
    rows = [
        [f"{row['date']:%Y-%m}", *(Number(f"{row[name]:.0f}", row[name]) for name in QUANTILES)]
        for _, row in fan.iterrows()
    ]
    return Table(["month", *(f"{share:.0%}" for share in QUANTILES.values())], rows, "Numbers",
                 folded=True)  # fmt: skip


def _scores(scores: pd.DataFrame) -> Section:
    blocks = []
    for target, part in scores.groupby("target"):
        heads = ["country", "model", "CRPS", "IGN", "MIS", "in 50 %", "in 80 %", "in 95 %",
                 "CRPS of the forecast minus this one", "the forecast is"]  # fmt: skip
        rows = [_score_row(row) for _, row in part.iterrows()]
        table = Table(heads, rows, TARGETS[str(target)].capitalize(), f"scores-{target}", True)
        charts = []
        others = part[part["model"] != MODEL]
        if len(others) and others["crps_difference_low"].notna().all():
            whole = others[others["country_id"] == EVERYWHERE].set_index("model")
            gaps = pd.DataFrame(
                {
                    "difference": whole["crps_difference"],
                    "low": whole["crps_difference_low"],
                    "high": whole["crps_difference_high"],
                    "told": whole["verdict"] != "not told apart",
                }
            )
            charts.append(
                Chart(
                    f"forest-{target}", "Forecast minus benchmark, mean of countries",
                    "Left of zero the forecast is better; hollow where it cannot be told.",
                    forest_figure({"forecast": gaps}, "CRPS, deaths"), _gap_numbers(gaps),
                )
            )  # fmt: skip
        blocks.append(
            Block(TARGETS[str(target)].capitalize(), charts=charts, tables=[table], wide=True)
        )
    return Section(
        "scores", "Scores beside benchmarks",
        "See whether any interval of a difference leaves zero out. Lower scores are better.",
        blocks, tabs=len(blocks) > 1, short="Scores",
    )  # fmt: skip


def _gap_numbers(gaps: pd.DataFrame) -> Table:
    rows = [
        [
            name,
            *(
                Number(f"{row[column]:+.1f}", row[column])
                for column in ("difference", "low", "high")
            ),
        ]
        for name, row in gaps.iterrows()
    ]
    return Table(["benchmark", "difference", "low", "high"], rows, "Numbers", folded=True)


def _score_row(row: Any) -> list[Any]:
    cells: list[Any] = [country_name(int(row["country_id"])), row["model"]]
    cells += [Number(f"{row[name]:.{digits}f}", row[name])
              for name, digits in (("crps", 1), ("ign", 2), ("mis", 0))]  # fmt: skip
    cells += [
        Number(f"{row[f'cover_{level}']:.0%}", row[f"cover_{level}"]) for level in (50, 80, 95)
    ]
    if row["model"] == MODEL:
        return [*cells, "", ""]
    text = f"{row['crps_difference']:+.1f}"
    if row["crps_difference_low"] == row["crps_difference_low"]:
        text += f" ({row['crps_difference_low']:+.1f} to {row['crps_difference_high']:+.1f})"
    return [*cells, Number(text, row["crps_difference"]), row["verdict"]]


def _calibration(scores: pd.DataFrame) -> Section:
    blocks = []
    for target, part in scores.groupby("target"):
        charts, models = [], [name for name in (MODEL, COMPARED) if (part["model"] == name).any()]
        for country, its in part.groupby("country_id"):
            kept = its.set_index("model").reindex(models).dropna(how="all")
            shares = pd.DataFrame(
                dict(kept["pit_histogram"]),
                index=np.arange(PIT_BINS) / PIT_BINS,
            )
            numbers = Table(
                ["bin from", *map(str, shares)],
                [[f"{low:.1f}", *(Number(f"{x:.0%}", x) for x in row)]
                 for low, row in zip(shares.index, shares.to_numpy(), strict=True)],
                "Numbers", folded=True,
            )  # fmt: skip
            charts.append(
                Chart(
                    f"pit-{target}-{country}", country_name(int(str(country))),
                    "Flat: calibrated. Heaped at both ends: too sure. Heaped to the right: what "
                    "came was more than forecast.",
                    pit_figure(shares), numbers,
                )
            )  # fmt: skip
        keys = [("fill", colour, name) for colour, name in zip(PAIR, models, strict=False)]
        blocks.append(Block(TARGETS[str(target)].capitalize(), charts=charts, keys=keys))
    return Section(
        "calibration", "Calibration",
        "See whether the bars keep to the dashed line; with few cases they cannot.",
        blocks, tabs=len(blocks) > 1, short="Calibration",
    )  # fmt: skip
