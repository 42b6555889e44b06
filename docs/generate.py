"""Write the reference pages that come from the registers: ``python docs/generate.py``.

Orders, outcomes, parameters, commands, messages and the scenario format are documented where they
are defined. This script turns them into pages, and a test fails if a committed page is out of date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from sahelsim.base.catalogue import catalogue
from sahelsim.base.formatting import exact
from sahelsim.cli.main import COMMANDS, cli
from sahelsim.exercise.expression import FUNCTIONS
from sahelsim.exercise.schema import PARTS, ExerciseFile
from sahelsim.scenario.schema import (
    Assumption,
    Derivation,
    ExtraAircraft,
    Factor,
    Initial,
    InitialGarrison,
    InitialHolder,
    InitialSiege,
    Order,
    Plan,
)
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTOR_NAMES, ACTORS
from sahelsim.theatre.records import Argument, Parameter

REFERENCE = Path(__file__).resolve().parent / "reference"
THEATRE = Path(__file__).resolve().parents[1] / "sahelsim" / "theatre"
NOTICE = "<!-- Written by docs/generate.py from the code: change it there. -->"

MESSAGE_GROUPS = {
    "1": "Usage",
    "2": "Scenarios, and the YAML of any file",
    "3": "The documented world",
    "4": "Results and files",
    "5": "The model run",
    "6": "The environment",
    "7": "Conflict data and calibration",
    "8": "Exercises",
}


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[Path, str]:
    """Return every generated page as it should be, by path."""
    texts = {
        "orders": orders(),
        "outcomes": outcomes(),
        "parameters": parameters(),
        "commands": commands(),
        "error-codes": error_codes(),
        "scenario-format": scenario_format(),
        "exercise-format": exercise_format(),
    }
    return {REFERENCE / f"{name}.md": text for name, text in texts.items()}


# ---- Markdown ------------------------------------------------------------------------------------


def page(title: str, description: str, blocks: Iterable[str]) -> str:
    """Return a page: front matter, title, and its blocks with a blank line between them."""
    front = f"---\nmyst:\n  html_meta:\n    description: {description}\n---\n\n{NOTICE}"
    return "\n\n".join([front, f"# {title}", *blocks]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; cells are text, already marked up."""
    lines = [list(head), ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def plain(text: str) -> str:
    """Return running text so that Markdown shows it as it is, on one line, in a cell too."""
    pieces = re.split(r"(`[^`]*`)", " ".join(text.replace("``", "`").split()))
    special = r"[\\*<>\[\]]|(?<!\w)_|_(?!\w)"
    shown = [
        piece if piece.startswith("`") else re.sub(special, r"\\\g<0>", piece) for piece in pieces
    ]
    return "".join(shown).replace("|", "\\|")


def code(text: str) -> str:
    """Return text as code that may stand in a cell."""
    return "`" + text.replace("|", "\\|") + "`"


def unit_of(text: str) -> str:
    """Return a unit as it is shown: nothing for a pure number."""
    return "" if text in ("", "1") else plain(text)


# ---- orders --------------------------------------------------------------------------------------


def orders() -> str:
    """Return the page of the orders."""
    register = load_theatre().orders
    blocks = [
        "An order is a dated decision or an outside event. Scenarios, policies, agents and "
        "facilitators give the same orders, and each is checked before it takes effect: what is "
        "refused stays in the log with its reason. `sahelsim facts orders` prints this register.",
        table(
            ["order", "what it does"],
            [
                (f"[`{order.verb}`](#{anchor(order.verb)})", plain(order.description))
                for order in register
            ],
        ),
        "Who may give orders:\n\n"
        + table(["id", "actor"], [(code(id), plain(ACTOR_NAMES[id])) for id in ACTORS[:-1]]),
        "*Route* is a closed circuit of ICAO codes, such as `GABS-GAGO-GATS-DRRN-GABS`. "
        "Confidence says how well the effect is known, not whether an order was given.",
    ]
    for order in register:
        blocks.append(f"## {order.verb}")
        blocks.append(f"{plain(order.description)} {plain(order.effect)}")
        lag = "at once" if order.lag_days == 0 else f"after {exact(order.lag_days)} d"
        blocks.append(
            f"Given by {', '.join(code(actor) for actor in order.actors)}. "
            f"Takes effect {lag}. Confidence: {order.confidence}."
        )
        if order.arguments:
            blocks.append(
                table(
                    ["argument", "kind", "range", "unit", "default", "note"],
                    [_argument(argument) for argument in order.arguments],
                )
            )
    return page("Orders", "Every order of the model with its arguments, units and ranges", blocks)


def anchor(heading: str) -> str:
    """Return the anchor that MyST gives a heading of one word."""
    return heading.lower()


def _argument(argument: Argument) -> tuple[str, ...]:
    if argument.choices:
        allowed = ", ".join(code(choice) for choice in argument.choices)
    elif argument.low is None and argument.high is None:
        allowed = ""
    else:
        low = "" if argument.low is None else exact(argument.low)
        high = "" if argument.high is None else exact(argument.high)
        allowed = f"{low} to {high}"
    if argument.required:
        default = "required"
    elif argument.default is None:
        default = ""
    elif isinstance(argument.default, str):
        default = code(argument.default)
    else:
        default = exact(argument.default)
    return (
        code(argument.name), argument.type, allowed, unit_of(argument.unit), default,
        plain(argument.note),
    )  # fmt: skip


# ---- outcomes ------------------------------------------------------------------------------------


def outcomes() -> str:
    """Return the page of the outcomes, in the sections of their register."""
    by_id = {outcome.id: outcome for outcome in load_theatre().outcomes}
    blocks = [
        "Every run writes one row of these columns per replicate, to `outcomes.parquet` and to "
        "`Run.outcomes`. An outcome that does not apply is empty. *Better* says which direction is "
        "better for the states and the people; many have none. Formulas name arrays of "
        "`sahelsim.model.world`. Confidence is *derived* where a run counts what happened in it, "
        "and *assumed* where the number rests on weights or levels that nobody has measured. All "
        "are outcomes of simulated runs, not findings about the world.",
    ]
    for heading, ids in _sections(THEATRE / "outcomes.yaml"):
        blocks.append(f"## {heading}")
        rows = [
            (
                code(id), plain(by_id[id].label_en), unit_of(by_id[id].unit),
                "" if by_id[id].direction == "none" else by_id[id].direction,
                by_id[id].confidence, code(by_id[id].formula),
            )
            for id in ids
        ]  # fmt: skip
        blocks.append(table(["id", "label", "unit", "better", "confidence", "formula"], rows))
    return page("Outcomes", "Every column of the outcome table, with unit and formula", blocks)


def _sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the ``# ---- Heading`` sections of a register with the ids that stand in each."""
    heading, ids = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ---- "):
            if ids:
                yield heading, ids
            heading, ids = line.removeprefix("# ---- ").strip(), []
        elif match := re.match(r"(\w+):", line):
            ids.append(match.group(1))
    yield heading, ids


# ---- parameters ----------------------------------------------------------------------------------


def parameters() -> str:
    """Return the page of the parameters, a table per mechanism."""
    values = load_theatre().parameters
    records = [values.record(id) for id in values.ids]
    counts = {
        kind: sum(record.confidence == kind for record in records)
        for kind in ("sourced", "derived", "assumed")
    }
    blocks = [
        f"The model has {len(records)} parameters: {counts['sourced']} sourced, "
        f"{counts['derived']} derived from sources, {counts['assumed']} assumed. Each can be set "
        "by its id, in a scenario under `parameters:` or on the command line:",
        "```console\n$ sahelsim explain siege.h_on\n"
        "$ sahelsim scenario check documented-2023 --set parameter.siege.h_on=0.005\n```",
        "A value outside the range is refused. The last part of many ids is a state, a group, a "
        "posture or another member of a family. *Distribution* is what a sweep draws from.",
    ]
    for mechanism in dict.fromkeys(record.id.split(".")[0] for record in records):
        blocks.append(f"## {mechanism}")
        blocks.append(plain(_header(THEATRE / "parameters" / f"{mechanism}.yaml")))
        rows = [_parameter(record) for record in records if record.id.split(".")[0] == mechanism]
        head = [
            "id",
            "meaning",
            "value",
            "range",
            "unit",
            "distribution",
            "confidence",
            "reference",
        ]
        blocks.append(table(head, rows))
    return page("Parameters", "Every parameter of the model with value, range and source", blocks)


def _parameter(record: Parameter) -> tuple[str, ...]:
    value = exact(record.value)
    for day, later in record.dated:
        value += f"; {exact(later)} from {day}"
    return (
        code(record.id), plain(record.description), value,
        f"{exact(record.low)} to {exact(record.high)}", unit_of(record.unit),
        record.distribution, record.confidence, plain(record.reference),
    )  # fmt: skip


def _header(path: Path) -> str:
    """Return the comment that opens a file of parameters."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)


# ---- commands ------------------------------------------------------------------------------------


def commands() -> str:
    """Return the page of the commands."""
    blocks = [
        "Every command answers `--help`, and its examples run as they stand. `--json` prints one "
        "JSON document, errors included. Messages and progress go to standard error, results to "
        "standard output. [Exit codes](exit-codes.md) are the same for all commands.",
        table(
            ["command", "what it does"],
            [(f"[`sahelsim {name}`](#sahelsim-{name})", plain(COMMANDS[name].summary))
             for name in cli.list_commands(click.Context(cli))],
        ),
        _options(cli),
    ]  # fmt: skip
    for name, command in _walk(cli, "sahelsim"):
        blocks.append(f"{'#' * (1 + name.count(' '))} {name}")
        blocks.append(plain(command.help or ""))
        arguments = [item for item in command.params if isinstance(item, click.Argument)]
        words = [name, "[OPTIONS]", *(_metavar(item) for item in arguments)]
        if isinstance(command, click.Group):
            words.append("COMMAND")
        blocks.append(f"```text\n{' '.join(words)}\n```")
        if options := _options(command):
            blocks.append(options)
        if examples := re.findall(r"^ +(sahelsim .+)$", command.epilog or "", re.MULTILINE):
            blocks.append("```text\n" + "\n".join(f"$ {line}" for line in examples) + "\n```")
    return page("Commands", "Every command of sahelsim with its options", blocks)


def _walk(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            yield f"{prefix} {name}", command
            if isinstance(command, click.Group):
                yield from _walk(command, f"{prefix} {name}")


def _metavar(item: click.Parameter) -> str:
    if item.metavar:
        return item.metavar
    word = (item.name or "").upper() if isinstance(item, click.Argument) else item.type.name.upper()
    if isinstance(item.type, click.Choice):
        word = "|".join(str(choice) for choice in item.type.choices)
    return f"{word}..." if item.nargs == -1 else word


def _options(command: click.Command) -> str:
    rows = []
    for item in command.params:
        if not isinstance(item, click.Option) or item.hidden:
            continue
        words = " ".join([", ".join(item.opts), *([] if item.is_flag else [_metavar(item)])])
        text = plain(item.help or "")
        if item.show_default:
            default = item.show_default if isinstance(item.show_default, str) else item.default
            text += f" Default: {plain(str(default))}."
        rows.append((code(words), text + (" Required." if item.required else "")))
    return table(["option", "meaning"], rows) if rows else ""


# ---- messages ------------------------------------------------------------------------------------


def error_codes() -> str:
    """Return the page of the messages."""
    blocks = [
        "Every message that names a fault carries one of these codes. `sahelsim explain SS2205` "
        "prints the same text. What the process then returns stands in "
        "[exit codes](exit-codes.md).",
    ]
    for digit, heading in MESSAGE_GROUPS.items():
        entries = [entry for entry in catalogue().values() if entry.code[2] == digit]
        if entries:
            blocks.append(f"## {heading}")
        for entry in entries:
            blocks.append(f"### {entry.code}")
            blocks.append(f"**{plain(entry.title)}.** {plain(entry.cause)}")
            blocks.append(f"- Example: {plain(entry.example)}\n- Cure: {plain(entry.cure)}")
    return page("Error codes", "Every message code of sahelsim with cause and cure", blocks)


# ---- scenario format -----------------------------------------------------------------------------


def scenario_format() -> str:
    """Return the page of the scenario format."""
    required = [name for name, field in Plan.model_fields.items() if field.is_required()]
    blocks = [
        "A scenario is one YAML file. It stands on its own, or it starts from another by "
        "`extends:` and says what differs. `sahelsim scenario schema` prints the same as a JSON "
        "Schema, with every order and parameter, for completion in an editor; "
        "[your first scenario](../tutorials/first-scenario.md) shows the format at work.",
        f"Without `extends` a file needs {', '.join(code(name) for name in required)}; with it, "
        "only `id`. Unknown keys are errors. Two orders of one id, or two overrides of one key, "
        "are errors.",
        "## Keys of a file",
        _fields(Derivation, Plan),
        "Lists and mappings of a child are added to those of its parent. `without` drops "
        "inherited orders, `replace` changes them. The seed is the parent's unless it is set, so "
        "that a child and its parent are paired.",
        "## An order",
        plain(Order.__doc__ or ""),
        _fields(Order, leave_out=("arguments",)),
        "All verbs with their arguments: [orders](orders.md).",
        "## A factor",
        plain(Factor.__doc__ or ""),
        _fields(Factor),
        "## An assumption",
        _fields(Assumption),
        "## An added aircraft",
        plain(ExtraAircraft.__doc__ or ""),
        _fields(ExtraAircraft),
        "## The first day",
        plain(Initial.__doc__ or ""),
        _fields(Initial),
        "Each place takes `value`, `source` and `confidence`:",
        table(
            ["under", "`value`"],
            [
                (code(name), plain(part.model_fields["value"].description or ""))
                for name, part in (
                    ("holder", InitialHolder), ("garrison", InitialGarrison),
                    ("besieged", InitialSiege),
                )
            ],
        ),
        "## On the command line",
        "`--set key=value` changes one run. Keys are `parameter.<id>`, "
        "`orders.<order id>.<argument>`, `start`, `end` and `seed`.",
    ]  # fmt: skip
    return page("Scenario format", "Every key of a scenario file", blocks)


def exercise_format() -> str:
    """Return the page of the exercise format."""
    blocks = [
        "An exercise is one YAML file, `NAME.exercise.yaml`: teams, the orders they may give, what "
        "they are scored on, and the news that comes in. `sahelsim exercise new` writes one to "
        "begin with, `sahelsim exercise check` names every fault with its line.",
        "## Keys of a file",
        _fields(ExerciseFile),
    ]
    for part in PARTS:
        blocks += [f"## {part.__name__}", plain(part.__doc__ or ""), _fields(part)]
    blocks += [
        "## Expressions",
        "`when`, `metric` and `order_by` hold numbers, names, `+ - *`, comparisons, `and`, `or` "
        "and `not`. A name is an [outcome](outcomes.md) since the game began, or `turn`. Where an "
        "outcome does not apply, a comparison with it is false.",
        table(
            ["function", "tells"],
            [(code(f"{name}({', '.join(kinds)})"), plain(text))
             for name, (kinds, text) in FUNCTIONS.items()],
        ),
    ]  # fmt: skip
    return page("Exercise format", "Every key of an exercise file", blocks)


def _fields(*parts: Any, leave_out: Sequence[str] = ()) -> str:
    rows = []
    for part in parts:
        for name, field in part.model_fields.items():
            if name in leave_out:
                continue
            default = _default(field)
            rows.append((code(name), plain(field.description or ""), default))
    return table(["key", "meaning", "default"], rows)


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if field.default_factory is not None or value in ((), None):
        return "none"
    return code(str(value))


if __name__ == "__main__":
    main()
