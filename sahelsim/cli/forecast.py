"""``sahelsim forecast``: deaths by month and country after the last observed month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.formatting import plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.calibration.forecast import Diagnostics
    from sahelsim.calibration.views import Forecast


@ui.examples(
    "sahelsim forecast --origin 2023-07 --months 3 --draws 8 --out outputs/forecast.parquet",
    "sahelsim forecast --rolling 2021-01..2021-05 --every 4 --months 2 --draws 4 "
    "--conditioning-months 2 --out outputs/rolling.parquet",
)
@click.command()
@click.option("--origin", metavar="MONTH", help="Last observed month, such as 2023-07.")
@click.option("--rolling", metavar="A..B", help="Forecast from every month of a range instead.")
@click.option(
    "--every", type=click.IntRange(1, 120), default=1, show_default=True,
    help="Of a range, take every n-th month.",
)  # fmt: skip
@click.option(
    "--months", type=click.IntRange(1, 120), default=8, show_default=True, help="Months ahead."
)
@click.option(
    "--draws", type=click.IntRange(1, 100_000), default=1000, show_default=True,
    help="Draws of each month and country.",
)  # fmt: skip
@click.option(
    "--target", type=ui.Choice(["sb", "all", "both"]), default="sb", show_default=True,
    help="Deaths in state-based violence, in all three types, or both in one file.",
)  # fmt: skip
@click.option(
    "--lag", type=click.IntRange(1, 24), default=1, show_default=True,
    help="Months from the origin to the first forecast month; VIEWS has 3.",
)  # fmt: skip
@click.option(
    "--conditioning-months", "window", type=click.IntRange(1, 36), default=12, show_default=True,
    help="Observed months before the origin that particles must fit.",
)  # fmt: skip
@ui.parameters_option
@click.option(
    "--data", type=click.Path(path_type=Path),
    help="Your own import (sahelsim data import), which extends the shipped record.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="File to write: month_id, country_id, draw, outcome (origin, target where several).",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="Page to write (HTML)."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="Seed of all draws.",
)
@click.option(
    "--workers", "-j", type=click.IntRange(1, 1024), help="Threads; all cores by default."
)
@ui.quiet_option
@ui.json_option
def forecast(
    origin: str | None,
    rolling: str | None,
    every: int,
    months: int,
    draws: int,
    target: str,
    lag: int,
    window: int,
    parameters: str | None,
    data: Path | None,
    out: Path,
    report: Path | None,
    seed: int,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Forecast deaths by month and country from an observed month on.

    The model starts from observed conflict, is conditioned on the last months by a particle
    filter, and runs on without scripted orders. It explores what may follow; it is no basis for
    decisions about real operations. Results do not depend on the number of workers; a range that
    was interrupted goes on where it stopped when the same command is given again.
    """
    from sahelsim.base.errors import UsageError
    from sahelsim.calibration.event_table import parse_month, read_events
    from sahelsim.calibration.origin import Record
    from sahelsim.calibration.rolling import Request, run_request
    from sahelsim.calibration.views import TARGETS, months_between
    from sahelsim.cli.main import INTERRUPTED
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.model.posterior import choose_posterior

    if (origin is None) == (rolling is None):
        raise UsageError(
            "SS1004", "give either --origin or --rolling", where="sahelsim forecast",
            hint="--origin 2023-07 for one forecast, --rolling 2019-01..2022-07 for many",
        )  # fmt: skip
    origins = months_between(rolling)[::every] if rolling else [parse_month(str(origin))]
    request = Request(
        origins=tuple(origins),
        months=months,
        draws=draws,
        targets=tuple(TARGETS) if target == "both" else (target,),
        lag=lag,
        window=window,
        seed=seed,
    )
    events = read_events(data) if data else None
    record = Record.load(events)
    request.check(record)
    posterior = choose_posterior(parameters)
    silent = quiet or as_json
    try:
        compile_with_progress(silent)
        with Progress(request.size, "forecast", quiet=silent, unit="particle-months") as progress:
            results = run_request(request, record, posterior, out, workers, progress)
    except KeyboardInterrupt:
        kept = "what is finished is kept; the same command goes on" if rolling else "nothing kept"
        ui.talk(f"interrupted; {kept}")
        return INTERRUPTED
    if report is not None:
        from sahelsim.calibration.observed import country_months
        from sahelsim.report.forecasts import write_forecast_page

        observed = {name: country_months(name, events) for name in TARGETS}
        command = f"sahelsim forecast --origin {origin} --months {months} --draws {draws}"
        write_forecast_page(results.forecasts, observed, report, command=command)
    if as_json:
        ui.say_json("forecast", **_document(request, results.forecasts, results.diagnostics, out))
    elif not quiet:
        if results.diagnostics:
            ui.say(_told(results.diagnostics))
        if len(origins) == 1:
            ui.say(_summary(results.forecasts))
        ui.say(f"{plural(len(results.forecasts), 'forecast')}: {out}")
        if report is not None:
            ui.say(f"page: {report}")
        ui.say(f"score it with: sahelsim score {out} --benchmarks")
    return 0


def _told(diagnostics: tuple[Diagnostics, ...]) -> str:
    """How conditioning went, by country."""
    rows = [
        [
            item.target,
            item.state,
            f"{item.level:.0f}",
            f"{min(item.effective):.0f} to {max(item.effective):.0f}",
            str(item.ancestors),
            " -> ".join(f"{men:.0f}" for men in item.fighters),
        ]
        for item in diagnostics
    ]
    head = [
        "target", "country", "level of deaths", "effective particles a month", "ancestors",
        "mean fighters: start -> origin -> end",
    ]  # fmt: skip
    return ui.table(rows, head)


def _quantiles(item: Forecast) -> list[dict[str, Any]]:
    import numpy as np

    low, middle, high = np.quantile(item.draws, [0.05, 0.5, 0.95], axis=1)
    return [
        {
            "origin": item.origin,
            "target": item.target,
            "month_id": int(month),
            "country_id": int(country),
            "mean": round(float(mean), 2),
            "q05": float(a),
            "q50": float(b),
            "q95": float(c),
        }
        for month, country, mean, a, b, c in zip(
            item.months, item.countries, item.draws.mean(axis=1), low, middle, high, strict=True
        )
    ]


def _summary(forecasts: list[Forecast]) -> str:
    from sahelsim.calibration.views import COUNTRY_NAME, TARGETS, month_text

    rows = [
        [
            month_text(row["month_id"]),
            COUNTRY_NAME[row["country_id"]],
            TARGETS[item.target],
            f"{row['mean']:.0f}",
            f"{row['q50']:.0f} ({row['q05']:.0f} to {row['q95']:.0f})",
        ]
        for item in forecasts
        for row in _quantiles(item)
    ]
    return ui.table(rows, ["month", "country", "target", "mean", "median (90 % of draws)"])


def _document(
    request: Any, forecasts: list[Forecast], diagnostics: tuple[Diagnostics, ...], out: Path
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "file": str(out),
        **request.description(),
        "quantiles": [row for item in forecasts for row in _quantiles(item)],
        "conditioning": [asdict(item) for item in diagnostics],
    }
