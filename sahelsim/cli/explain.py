"""``sahelsim explain``: a message by its code, a parameter by its id, or the order of the day."""

from __future__ import annotations

import re
import textwrap
from importlib.util import find_spec

import click

from sahelsim.base.catalogue import Entry, catalogue
from sahelsim.base.errors import UsageError
from sahelsim.base.formatting import exact
from sahelsim.base.suggest import nearest
from sahelsim.cli import ui

_DAY = "sahelsim.model.day"


@ui.examples("sahelsim explain SS2103", "sahelsim explain SS2216 --json")
@click.command()
@click.argument("topic", metavar="CODE|PARAM|day")
@ui.json_option
def explain(topic: str, as_json: bool) -> None:
    """Explain TOPIC: a message code (SS2103), a parameter id, or the phases of the day."""
    if topic.upper() in catalogue():
        _code(catalogue()[topic.upper()], as_json)
    elif topic == "day":
        _day(as_json)
    else:
        _parameter(topic, as_json)


def _code(entry: Entry, as_json: bool) -> None:
    if as_json:
        ui.say_json("explain", code=entry.code, title=entry.title, cause=entry.cause,
                    example=entry.example, cure=entry.cure)  # fmt: skip
        return
    ui.say(ui.paint(f"{entry.code}  {entry.title}", "head"))
    for name in ("cause", "example", "cure"):
        ui.say(_paragraph(name.capitalize(), getattr(entry, name)))


def _day(as_json: bool) -> None:
    if find_spec(_DAY) is None:
        raise UsageError("SS1007", "this installation has no model to explain")
    from sahelsim.model.day import PHASES

    phases = [(str(phase[0]), str(phase[1])) for phase in PHASES]
    if as_json:
        ui.say_json("explain", phases=[{"name": name, "doc": doc} for name, doc in phases])
        return
    ui.say(ui.paint(f"The day, in {len(phases)} phases", "head"))
    for count, (name, doc) in enumerate(phases, start=1):
        ui.say(_paragraph(f"{count:>2} {name}", " ".join(doc.split())))


def _parameter(topic: str, as_json: bool) -> None:
    from sahelsim.theatre import load_theatre

    parameters = load_theatre().parameters
    if topic not in parameters:
        known = [*parameters.ids, *catalogue(), "day"]
        near = nearest(topic, known)
        is_code = re.fullmatch(r"[sS]{2}\d+", topic)
        hint = f"did you mean '{near[0]}'?" if near else "all parameters: sahelsim facts parameters"
        kind = "message has the code" if is_code else "message, parameter or page is called"
        raise UsageError("SS1007", f"no {kind} '{topic}'", hint=hint)
    record = parameters.record(topic)
    fields = {name: getattr(record, name) for name in record.__slots__}
    if as_json:
        ui.say_json("explain", parameter=fields)
        return
    unit = "" if record.unit == "1" else f" {record.unit}"
    ui.say(ui.paint(record.id, "head"))
    ui.say(_paragraph("Meaning", record.description))
    ui.say(_paragraph("Value", f"{exact(record.value)}{unit}"))
    for day, value in record.dated:
        ui.say(_paragraph("", f"{exact(value)}{unit} from {day}"))
    span = f"{exact(record.low)} to {exact(record.high)}{unit}, {record.distribution}"
    ui.say(_paragraph("Range", span))
    ui.say(_paragraph("Source", f"{record.reference} ({record.confidence})"))


def _paragraph(head: str, text: str) -> str:
    lead = f"  {head:<9}" if len(head) < 9 else f"  {head}  "
    indent = " " * 11
    return textwrap.fill(text, 92, initial_indent=lead, subsequent_indent=indent)
