"""``sahelsim score``: a forecast's scores beside benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.cli import ui

if TYPE_CHECKING:
    import pandas as pd


@ui.examples(
    "sahelsim forecast --origin 2022-07 --months 2 --draws 6 --out outputs/f.parquet",
    "sahelsim score outputs/f.parquet --benchmarks",
    "sahelsim score outputs/f.parquet --benchmarks --json",
)
@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--actuals", type=click.Path(path_type=Path),
    help="What came: month_id, country_id, outcome; the shipped record by default.",
)  # fmt: skip
@click.option("--benchmarks", is_flag=True, help="Score the benchmarks beside it.")
@click.option("--target", type=ui.Choice(["sb", "all"]), help="Score this target alone.")
@click.option("--origin", metavar="MONTH", help="Last observed month, if the file does not say.")
@click.option(
    "--lag", type=click.IntRange(1, 24), default=1, show_default=True,
    help="Months from the origin to the first forecast month, if the file does not say; VIEWS: 3.",
)  # fmt: skip
@click.option("--origins", metavar="A..B", help="Score only the forecasts from these origins.")
@click.option(
    "--data", type=click.Path(path_type=Path),
    help="Your own import (sahelsim data import), which extends the shipped record.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for scores.csv, scores-by-lead.csv and cases.parquet.",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="Page to write (HTML)."
)
@ui.json_option
def score(
    file: Path,
    actuals: Path | None,
    benchmarks: bool,
    target: str | None,
    origin: str | None,
    lag: int,
    origins: str | None,
    data: Path | None,
    out: Path | None,
    report: Path | None,
    as_json: bool,
) -> int:
    """Score FILE (month_id, country_id, draw, outcome) against what came.

    CRPS, ignorance (IGN), interval score (MIS), coverage and PIT follow the VIEWS prediction
    challenge. Intervals are 95 % moving-block bootstrap intervals.
    """
    from sahelsim.base.errors import InputError
    from sahelsim.calibration.benchmarks import BENCHMARKS
    from sahelsim.calibration.evaluation import score_cases, summary
    from sahelsim.calibration.event_table import parse_month, read_events
    from sahelsim.calibration.observed import country_months
    from sahelsim.calibration.views import (
        TARGETS,
        months_between,
        read_actuals,
        read_forecasts,
    )

    forecasts = read_forecasts(file, parse_month(origin) if origin else None, target, lag)
    if origins:
        wanted = months_between(origins)
        forecasts = [item for item in forecasts if item.origin in wanted]
        if not forecasts:
            raise InputError("SS7117", f"no forecast has an origin in {origins}", where=str(file))
    events = read_events(data) if data else None
    record = {name: country_months(name, events) for name in TARGETS}
    came = dict.fromkeys(TARGETS, read_actuals(actuals)) if actuals else record
    if actuals and len({item.target for item in forecasts}) > 1:
        raise InputError(
            "SS7117", "the file forecasts both targets, the actuals can be of one",
            where=str(actuals), hint="add --target sb or --target all",
        )  # fmt: skip
    cases = score_cases(forecasts, came, record, list(BENCHMARKS) if benchmarks else [])
    overall, by_lead = summary(cases), summary(cases, by_lead=True)
    if out is not None:
        _write(out, overall, by_lead, cases)
    if report is not None:
        from sahelsim.report.forecasts import write_forecast_page

        command = f"sahelsim score {file}{' --benchmarks' if benchmarks else ''} --report {report}"
        write_forecast_page(forecasts, came, report, scores=overall, command=command)
    if as_json:
        ui.say_json("score", file=str(file), scores=_records(overall), by_lead=_records(by_lead))
        return 0
    for line in describe(overall, cases):
        ui.say(line)
    if out is not None:
        ui.say(f"tables: {out}")
    if report is not None:
        ui.say(f"page: {report}")
    return 0


def describe(overall: pd.DataFrame, cases: pd.DataFrame) -> Iterator[str]:
    """The scores in lines: a block of models for each target and country."""
    from sahelsim.calibration.evaluation import MODEL, country_name
    from sahelsim.calibration.views import TARGETS, month_text

    for (target, country), part in overall.groupby(["target", "country_id"], sort=True):
        its = cases[(cases["target"] == target) & (cases["model"] == MODEL)]
        where = int(str(country))
        if where:
            its = its[its["country_id"] == where]
        first, last = month_text(its["month_id"].min()), month_text(its["month_id"].max())
        origins = its["origin"].nunique()
        title = (
            f"{country_name(where)}, {TARGETS[str(target)]}: {len(its)} cases of {first} to "
            f"{last} from {origins} origin{'s' if origins > 1 else ''}"
        )
        yield ui.paint(title, "head")
        yield ui.table([_row(row) for row in _records(part)], HEAD)
        yield ""
    yield (
        "Scores: lower is better. Brackets: 95 % moving-block bootstrap. A difference is told "
        "apart only if its bracket leaves zero out."
    )


HEAD = (
    "model", "CRPS", "IGN", "MIS", "in 50 %", "in 80 %", "in 95 %", "mean PIT",
    "CRPS of the forecast minus this one", "the forecast is",
)  # fmt: skip


def _row(row: dict[str, Any]) -> list[str]:
    crps = f"{row['crps']:.1f}"
    if row["crps_low"] is not None:
        crps += f" ({row['crps_low']:.1f} to {row['crps_high']:.1f})"
    cells = [row["model"], crps, f"{row['ign']:.2f}", f"{row['mis']:.0f}"]
    cells += [f"{row[f'cover_{level}']:.0%}" for level in (50, 80, 95)]
    cells.append(f"{row['pit_mean']:.2f}")
    difference = row.get("crps_difference")
    if difference is None:
        return [*cells, "", ""]
    text = f"{difference:+.1f}"
    if row["crps_difference_low"] is None:
        return [*cells, text, "one case: nothing to tell"]
    text += f" ({row['crps_difference_low']:+.1f} to {row['crps_difference_high']:+.1f})"
    return [*cells, text, row["verdict"]]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data; what is not there (NaN) is None, since JSON has no NaN."""
    return [
        {str(key): None if value != value else value for key, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def _write(out: Path, overall: pd.DataFrame, by_lead: pd.DataFrame, cases: pd.DataFrame) -> None:
    from sahelsim.base.errors import EnvironmentFault

    try:
        out.mkdir(parents=True, exist_ok=True)
        overall.to_csv(out / "scores.csv", index=False)
        by_lead.to_csv(out / "scores-by-lead.csv", index=False)
        cases.to_parquet(out / "cases.parquet", index=False)
    except OSError as fault:
        raise EnvironmentFault(
            "SS6003", f"cannot write the scores: {fault.strerror}", where=str(out)
        ) from None
