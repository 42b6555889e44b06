"""``sahelsim scenario``: list, show, check, diff, new and schema."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import click

from sahelsim.base.formatting import exact, number, plural
from sahelsim.cli import ui


@ui.examples("sahelsim scenario list", "sahelsim scenario check no-airlift")
@click.group()
def scenario() -> None:
    """List, show, check, compare and begin scenarios."""


@ui.examples("sahelsim scenario list", "sahelsim scenario list --json")
@scenario.command("list")
@ui.json_option
def list_(as_json: bool) -> None:
    """List the scenarios that come with sahelsim."""
    from sahelsim.scenario.loading import load_scenario, shipped_scenarios

    loaded = [(entry.name, load_scenario(entry.name)) for entry in shipped_scenarios()]
    if as_json:
        shown = ("title", "question", "start", "end", "days", "digest")
        rows = [
            {"name": name, **{key: getattr(plan, key) for key in shown}, "extends": plan.lineage}
            for name, plan in loaded
        ]
        ui.say_json("scenario.list", scenarios=rows)
        return
    table = [(name, str(plan.days), plan.title) for name, plan in loaded]
    ui.say(ui.table(table, ("scenario", "days", "title")))


@ui.examples(
    "sahelsim scenario show documented-2023",
    "sahelsim scenario show no-airlift --yaml",
    "sahelsim scenario show documented-2023 --set orders.lend-5u-mbh.rotations_per_week=3",
)
@scenario.command()
@click.argument("name", metavar="SCENARIO")
@ui.set_option
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the resolved scenario as YAML.")
@ui.json_option
def show(name: str, sets: tuple[str, ...], as_yaml: bool, as_json: bool) -> None:
    """Show SCENARIO (a name or a path) as it is after extends and --set."""
    plan = _load(name, sets)
    if as_json:
        ui.say_json("scenario", scenario=plan.resolved(), digest=plan.digest,
                    lineage=plan.lineage, overrides=plan.overrides)  # fmt: skip
    elif as_yaml:
        from sahelsim.scenario.writing import to_yaml

        ui.say(to_yaml(plan).rstrip("\n"))
    else:
        ui.say(_describe(plan))


@ui.examples(
    "sahelsim scenario check documented-2023",
    "sahelsim scenario check no-airlift second-tail --json",
)
@scenario.command()
@click.argument("names", metavar="SCENARIO...", nargs=-1, required=True)
@ui.set_option
@ui.json_option
def check(names: tuple[str, ...], sets: tuple[str, ...], as_json: bool) -> None:
    """Check scenarios: every fault with its line, and what was probably meant."""

    def look(name: str) -> tuple[dict[str, Any], str]:
        plan = _load(name, sets)
        facts = {"days": plan.days, "orders": len(plan.orders), "digest": plan.digest}
        many = f"{plural(plan.days, 'day')}, {plural(len(plan.orders), 'order')}"
        return {"scenario": name, **facts}, f"{many}, {plan.digest[:12]}"

    ui.say_checked("scenario", names, look, as_json)


@ui.examples(
    "sahelsim scenario diff documented-2023 no-airlift",
    "sahelsim scenario diff documented-2023 second-tail --json",
)
@scenario.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@ui.json_option
def diff(first: str, second: str, as_json: bool) -> None:
    """Show what differs between scenarios A and B once both are resolved."""
    from sahelsim.scenario.diff import difference

    found = difference(_load(first, ()), _load(second, ()))
    if as_json:
        ui.say_json("scenario.diff", first=first, second=second,
                    differences=[entry._asdict() for entry in found])  # fmt: skip
        return
    marks = {"added": ("+", "good"), "removed": ("-", "error"), "changed": ("~", "warn")}
    for entry in found:
        sign, role = marks[entry.change]
        sides = [_short(side) for side in (entry.before, entry.after) if side is not None]
        ui.say(ui.paint(f"{sign} {entry.path}: {' -> '.join(sides)}", role))
    ui.talk(f"{plural(len(found), 'difference')}")


@ui.examples(
    "sahelsim scenario new my-question",
    "sahelsim scenario new drafts/gao.yaml --extends no-airlift",
)
@scenario.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--extends", "parent", default="documented-2023", show_default=True,
              metavar="SCENARIO", help="What the new scenario starts from.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@ui.json_option
def new(file: Path, parent: str, force: bool, as_json: bool) -> None:
    """Write a commented template to FILE."""
    from sahelsim.scenario.new import write_new

    ui.say_begun("scenario", write_new(file, parent, force=force), as_json, extends=parent)


@ui.examples("sahelsim scenario schema", "sahelsim scenario schema --json")
@scenario.command()
@ui.json_option
def schema(as_json: bool) -> None:
    """Print the JSON Schema of scenario files, for completion in an editor."""
    from sahelsim.scenario.jsonschema import scenario_schema

    ui.say_schema("scenario", scenario_schema(), as_json)


def _load(name: str, sets: tuple[str, ...]) -> Any:
    from sahelsim.scenario.loading import load_scenario
    from sahelsim.scenario.overrides import parse_sets

    return load_scenario(name, sets=parse_sets(sets))


def _describe(plan: Any) -> str:
    head = [
        ui.paint(plan.title, "head"),
        textwrap.fill(plan.question, 92, initial_indent="  ", subsequent_indent="  "),
        "",
        f"  {plan.start} to {plan.end} (excluded), {plural(plan.days, 'day')}, seed {plan.seed}",
        f"  {' < '.join((plan.id, *plan.lineage))}, digest {plan.digest[:12]}",
    ]
    if plan.assumptions:
        head += ["", ui.paint("Assumptions", "head")]
        for item in plan.assumptions:
            text = f"[{item.confidence}] {item.text}"
            head.append(textwrap.fill(text, 92, initial_indent="  ", subsequent_indent="    "))
    if plan.parameters:
        head += ["", ui.paint("Parameters", "head")]
        head += [f"  {name} = {exact(value)}" for name, value in plan.parameters.items()]
    if plan.factors:
        rows = [
            (f"  {name}", f"{number(f.low)} to {number(f.high)}", f.confidence, f.parameter)
            for name, f in plan.factors.items()
        ]
        head += ["", ui.table(rows, ("Factors", "range", "", "varies"))]
    orders = [(f"  {order.on}", order.actor, order.id, _what(order)) for order in plan.orders]
    head += ["", ui.table(orders, ("Orders", "actor", "id", "what"))]
    return "\n".join(head)


def _what(order: Any) -> str:
    arguments = [
        f"{key}={exact(value) if isinstance(value, float) else value}"
        for key, value in order.arguments.items()
    ]
    return " ".join([order.verb, *arguments, f"[{order.source}]"])


def _short(value: Any, limit: int = 70) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= limit else text[: limit - 3] + "..."
