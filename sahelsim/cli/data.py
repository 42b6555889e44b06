"""``sahelsim data``: import conflict events, derive monthly figures, show what is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.errors import UsageError
from sahelsim.base.formatting import plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    import pandas as pd

    from sahelsim.calibration.imported import Imported

SOURCES = ("ged", "acled")


@ui.examples(
    "sahelsim data example ged",
    "sahelsim data show",
)
@click.group("data")
def data() -> None:
    """Import conflict events, derive monthly figures from them, show what is known."""


@ui.examples(
    "sahelsim data example ged --out my-ged.csv",
    "sahelsim data import ged my-ged.csv --out events.parquet",
    "sahelsim data example acled --out my-acled.csv",
    "sahelsim data import acled my-acled.csv --out acled.parquet --json",
)
@data.command("import")
@click.argument("source", type=ui.Choice(SOURCES))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Parquet file to write."
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@ui.json_option
def import_(source: str, file: Path, out: Path, force: bool, as_json: bool) -> None:
    """Read FILE, UCDP GED (official or HDX) or an ACLED export, into the canonical table of events.

    CSV with commas, semicolons or tabs, plain, gzipped or zipped. Events outside Mali, Burkina
    Faso and Niger are passed over. Other commands take the result by --events.
    """
    from sahelsim.calibration.event_table import write_events

    _free(out, force)
    found = _read(source, file)
    write_events(out, found.events)
    if as_json:
        ui.say_json("data.import", path=str(out), dialect=found.dialect, rows_read=found.rows_read,
                    events=len(found.events), unknown_names=found.unknown_names,
                    years=_years(found.events))  # fmt: skip
        return
    ui.say(_table(_years(found.events)))
    ui.say(f"events: {out}")
    ui.talk(f"{plural(found.rows_read, 'row')} read ({found.dialect}), {len(found.events)} kept")
    names = [f"{name} ({count})" for name, count in found.unknown_names.items()]
    if names:
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        ui.talk(f"counted as another armed group: {', '.join(names[:6])}{more}")


@ui.examples(
    "sahelsim data example hdx --out my-hdx.csv",
    "sahelsim data derive my-hdx.csv --out figures",
)
@data.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@ui.json_option
def derive(file: Path, out: Path, force: bool, as_json: bool) -> None:
    """Derive from the UCDP GED file FILE the figures that sahelsim ships.

    FILE may also be a table that `sahelsim data import` wrote. No single event gets into the
    figures.
    """
    from sahelsim.calibration.event_table import read_events
    from sahelsim.calibration.observed_facts import RESAMPLES
    from sahelsim.calibration.shipping import write_shipped
    from sahelsim.cli.progress import Progress

    events = read_events(file) if file.suffix == ".parquet" else _read("ged", file).events
    with Progress(RESAMPLES, "facts", quiet=as_json, unit="resamples") as progress:
        paths = write_shipped(events, out, force=force, progress=progress)
    if as_json:
        ui.say_json("data.derive", paths=[str(path) for path in paths])
        return
    for path in paths:
        ui.say(str(path))


@ui.examples("sahelsim data example ged", "sahelsim data example acled --out my-acled.csv")
@data.command()
@click.argument("form", type=ui.Choice(["ged", "hdx", "acled"]))
@click.option("--out", type=click.Path(path_type=Path), help="File; printed by default.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
def example(form: str, out: Path | None, force: bool) -> None:
    """Write a small table of invented events, to see the columns that a form needs."""
    from sahelsim.calibration.example_data import example

    text = example(form)
    if out is None:
        ui.say(text.rstrip("\n"))
        return
    from sahelsim.experiment.files import write_bytes

    _free(out, force)
    write_bytes(out, text.encode("utf-8"))
    ui.say(str(out))


@ui.examples(
    "sahelsim data show",
    "sahelsim data show --country bfa --json",
)
@data.command()
@click.option("--events", type=click.Path(path_type=Path), help="Imported events that extend them.")
@click.option("--country", type=ui.Choice(["mli", "bfa", "ner"]), help="One country only.")
@ui.json_option
def show(events: Path | None, country: str | None, as_json: bool) -> None:
    """Show the observed deaths by year and country: UCDP GED 24.1 to July 2023.

    State-based (sb), non-state (ns) and one-sided violence (os), best estimates.
    """
    from sahelsim.calibration.event_table import read_events
    from sahelsim.calibration.observed import CITATION, country_table

    table = country_table(None if events is None else read_events(events))
    if country is not None:
        table = table[table["country"] == country]
    if as_json:
        ui.say_json("data.show", source=CITATION, months=_records(table))
        return
    from sahelsim.calibration.event_table import month_start

    table = table.assign(year=[month_start(month).year for month in table["month_id"]])
    numbers = ["sb", "ns", "os", "all", "events"]
    years = table.groupby(["year", "country"], sort=False)[numbers].sum().reset_index()
    ui.say(_table(_records(years)))
    last = month_start(int(table["month_id"].max()))
    ui.talk(f"to {last:%B %Y}. {CITATION}")


def _read(source: str, file: Path) -> Imported:
    from sahelsim.calibration.import_acled import import_acled
    from sahelsim.calibration.import_ged import import_ged
    from sahelsim.cli.progress import Clock

    # A few thousand events take a second; only the world's file takes long enough to say so.
    large = file.is_file() and file.stat().st_size > 5_000_000
    with Clock(f"reading {file}", quiet=not large):
        return import_ged(file) if source == "ged" else import_acled(file)


def _years(events: pd.DataFrame) -> list[dict[str, Any]]:
    frame = events.assign(year=events["date_end"].dt.year)
    years = frame.pivot_table(
        index=["year", "country"], columns="type", values="best", aggfunc="sum", fill_value=0
    ).reindex(columns=["sb", "ns", "os"], fill_value=0)
    years["all"] = years.sum(axis=1)
    years["events"] = frame.groupby(["year", "country"]).size()
    return _records(years.reset_index())


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): value if key == "country" else int(value) for key, value in row.items()}
        for row in table.to_dict("records")
    ]


def _table(rows: list[dict[str, Any]]) -> str:
    head = [*rows[0]]
    width = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in head}
    lines = [[str(row[name]).rjust(width[name]) for name in head] for row in rows]
    return ui.table(lines, [name.rjust(width[name]) for name in head])


def _free(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise UsageError(
            "SS1008", f"the file exists already: {path}",
            hint="choose another name, or add --force",
        )  # fmt: skip
