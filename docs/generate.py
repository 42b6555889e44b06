"""Write the reference pages that come from the registers: ``python docs/generate.py``.

Orders, outcomes, parameters, commands, messages, scenario and sweep format are documented where
they are defined. This script turns them into pages, and a test fails if a committed page is out of
date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from sahelsim.base.catalogue import catalogue
from sahelsim.base.formatting import exact, number
from sahelsim.calibration.actors import MORE_ACTORS
from sahelsim.calibration.event_table import COLUMNS
from sahelsim.calibration.facts import FACTS
from sahelsim.calibration.observed import CITATION
from sahelsim.calibration.observed_facts import WINDOW, observed_facts
from sahelsim.calibration.priors import Prior
from sahelsim.calibration.simulated import MAPPING
from sahelsim.calibration.validation import period as facts_period
from sahelsim.cli.main import COMMANDS, cli
from sahelsim.exercise.expression import FUNCTIONS
from sahelsim.exercise.schema import PARTS, ExerciseFile
from sahelsim.experiment.sweep.schema import (
    DailyFile,
    DesignFile,
    ExecutionFile,
    KeepFile,
    OutcomeFile,
    PolicyFile,
    ReplicatesFile,
    SweepFile,
    UncertaintyFile,
    UntilFile,
)
from sahelsim.model.posterior import shipped_posterior
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
from sahelsim.theatre.records import Argument

sys.path.insert(0, str(Path(__file__).resolve().parent))
import mechanism_pages
from markdown_parts import code, page, parameter_row, plain, table, unit_of

REFERENCE = Path(__file__).resolve().parent / "reference"
THEATRE = Path(__file__).resolve().parents[1] / "sahelsim" / "theatre"

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
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[Path, str]:
    """Return every generated page as it should be, by path."""
    texts = {
        "orders": orders(),
        "outcomes": outcomes(),
        "parameters": parameters(),
        "posterior": posterior(),
        "commands": commands(),
        "error-codes": error_codes(),
        "scenario-format": scenario_format(),
        "exercise-format": exercise_format(),
        "sweep-format": sweep_format(),
        **mechanism_pages.pages(),
        "conflict-data": conflict_data(),
    }
    return {REFERENCE / f"{name}.md": text for name, text in texts.items()}


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
        rows = [parameter_row(record) for record in records if record.id.split(".")[0] == mechanism]
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


def _header(path: Path) -> str:
    """Return the comment that opens a file of parameters."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)


# ---- posterior -----------------------------------------------------------------------------------


def posterior() -> str:
    """Return the page of the posterior that ships."""
    draws = shipped_posterior()
    title, description = "Posterior", "The draws of fitted parameters that runs use by default"
    if draws is None:
        return page(title, description, ["No posterior ships: runs take central values."])
    recipe = draws.about["recipe"]
    first, last = recipe["scenario"]["start"], recipe["scenario"]["end"]
    table_of = load_theatre().parameters
    fitted = [
        (
            f"`{id}`",
            unit_of(table_of.record(id).unit),
            exact_range(*np.quantile(_prior(id, recipe), (0.05, 0.95))),
            number(float(np.median(draws.rows[:, j]))),
            exact_range(*np.quantile(draws.rows[:, j], (0.05, 0.95))),
        )
        for j, id in enumerate(draws.ids)
    ]
    generations = [
        (str(k), f"{g['threshold']:.2f}", str(g["runs"]), str(g["accepted"]), str(g["distinct"]))
        for k, g in enumerate(recipe["generations"])
    ]
    waves = [
        (str(k), str(wave["runs"]), f"{wave['left']:.1%}", f"{wave['cutoff']:.2f}")
        for k, wave in enumerate(recipe["waves"], 1)
    ]
    distinct = len(np.unique(draws.rows, axis=0))
    blocks = [
        f"`theatre/posterior.parquet` holds {len(draws)} draws of {len(draws.ids)} parameters, "
        f"{distinct} of them different, from {recipe['simulations']:,} runs over the months from "
        f"{first} up to {last} (seed {recipe['seed']}). A run takes one row for each replicate "
        "unless it is given `--parameters central`. [How the model was calibrated]"
        "(../explanation/calibration.md) says to what, how, and what is weakly identified; "
        "[calibrate the model](../how-to/calibrate.md) how to do it again. The file holds its "
        "whole recipe; the page of pictures is made with it by `sahelsim calibrate`.",
        f"Observed: {plain(draws.about['citation'])}.",
        "## Draws",
        table(["parameter", "unit", "prior, 90 %", "median", "posterior, 90 %"], fitted),
        "## History matching",
        table(["wave", "runs", "left of the box", "cutoff"], waves),
        "## Sampling",
        "Distances are root mean squares of misfits in tolerances.",
        table(["generation", "threshold", "points tried", "accepted", "distinct"], generations),
    ]
    return page(title, description, blocks)


def _prior(id: str, recipe: dict[str, Any]) -> list[float]:
    """Return a hundred and one quantiles of a prior."""
    record, limits = load_theatre().parameters.record(id), recipe["file"]["parameters"][id]
    low = record.low if limits["low"] is None else limits["low"]
    high = record.high if limits["high"] is None else limits["high"]
    prior = Prior(id, low, high, record.distribution, record.value)
    return [prior.value(k / 100) for k in range(101)]


def exact_range(low: float, high: float) -> str:
    """Return a range as it is shown in a cell."""
    return f"{number(float(low))} to {number(float(high))}"


# ---- commands ------------------------------------------------------------------------------------


def commands() -> str:
    """Return the page of the commands."""
    blocks = [
        "Every command answers `--help`, and its examples run as they stand. `--json` prints one "
        "JSON document, errors included; `--jsonl` prints progress and then that document, a line "
        "each. Messages and progress go to standard error, results to "
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


# ---- conflict data -------------------------------------------------------------------------------


def conflict_data() -> str:
    """Return the page of the canonical events, the classes of UCDP and the stylised facts."""
    blocks = [
        "Observed and simulated violence is measured in one table of events. "
        "[Import your data](../how-to/import-your-data.md) makes it from a file; "
        "`sahelsim validate` compares the two. The observed values below are derived from "
        f"{CITATION}; months are {facts_period(WINDOW)}.",
        "## The table of events",
        table(
            ["column", "kind", "meaning"],
            [(code(name), kind, plain(meaning)) for name, (kind, meaning) in COLUMNS.items()],
        ),
        "Sides are ids of [actors](orders.md), and besides:",
        table(["id", "actor"], [(code(id), plain(name)) for id, name in MORE_ACTORS.items()]),
        "## Simulated events in the classes of UCDP",
        "Of an event of a run's table `events`, the dead count so; kinds that are not here count "
        "as nothing. Where a militia other than the VDP fights without a state, a fight is "
        "non-state.",
        table(
            ["kind", "counts as"],
            [
                (code(kind), plain("; ".join(rule.meaning for rule in rules)))
                for kind, rules in MAPPING.items()
            ],
        ),
        "## Stylised facts",
        "Events are fatal events. An interval holds 90 % of a bootstrap of six-month blocks. A "
        "fact marked with * must hold under `sahelsim validate --check`. Ids end with the country, "
        "or all three, and with the type of violence where there is one: sb state-based, ns "
        "non-state, os one-sided.",
    ]
    observed = observed_facts().set_index("id")
    for theme in dict.fromkeys(fact.theme for fact in FACTS.values()):
        blocks.append(f"### {theme.capitalize()}")
        rows = []
        for fact in FACTS.values():
            if fact.theme == theme:
                value, low, high, _ = (number(x) for x in observed.loc[fact.id])
                notes = f"{fact.label}. {fact.note}" if fact.note else fact.label
                star = r" \*" if fact.must else ""
                rows.append(
                    (code(fact.id) + star, plain(notes), unit_of(fact.unit),
                     f"{value} ({low} to {high})", plain(fact.source))
                )  # fmt: skip
        blocks.append(table(["fact", "meaning", "unit", "observed", "source"], rows))
    return page(
        "Conflict data and stylised facts",
        "The table of conflict events, its columns, and every stylised fact with its value",
        blocks,
    )


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


def sweep_format() -> str:
    """Return the page of the sweep format."""
    blocks = [
        "A sweep file names the policies to choose between, the uncertainties that nobody "
        "controls, and the outcomes that decide. `sahelsim sweep new FILE` writes one to begin "
        "with, `sahelsim sweep check FILE` tells every fault with its line; "
        "[your first sweep](../tutorials/first-sweep.md) shows the format at work.",
        "Every policy runs in every future. All policies of a future share the draws of the model, "
        "so that their difference is the effect of the choice; futures have draws of their own.",
        "## Keys of a file",
        _fields(SweepFile),
        "## A policy",
        plain(PolicyFile.__doc__ or ""),
        _fields(PolicyFile),
        "## An uncertainty",
        plain(UncertaintyFile.__doc__ or ""),
        _fields(UncertaintyFile),
        "What a policy sets itself, no uncertainty moves. An uncertainty about an order does not "
        "bear on a policy that lacks the order.",
        "## A design",
        _fields(DesignFile),
        table(
            ["method", "futures"],
            [
                ("`none`", "the hand-written ones only"),
                ("`grid`", "every combination of levels"),
                ("`list`", "the rows of a CSV file"),
                ("`oat`", "one uncertainty at a time, from low to high"),
                ("`lhs`", "a Latin hypercube: every stratum of every uncertainty once"),
                ("`sobol`", "a scrambled Sobol sequence; powers of two balance best"),
                ("`morris`", "trajectories that change one thing a step, for screening"),
                ("`saltelli`", "base samples and their mixtures, for Sobol indices"),
            ],
        ),
        "`lhs` and `sobol` need SciPy, `morris` and `saltelli` SALib: the extra `analysis`.",
        "## Replicates until a precision is reached",
        plain(ReplicatesFile.__doc__ or ""),
        _fields(ReplicatesFile),
        "Each entry of `until`:",
        _fields(UntilFile),
        "The rules are looked at after `min` replicates and then after every `step`, in every "
        "future by itself; all policies of a future get the same number.",
        "## An outcome",
        _fields(OutcomeFile),
        "## Daily series",
        _fields(DailyFile),
        "Under `keep`:",
        _fields(KeepFile),
        "## Execution",
        plain(ExecutionFile.__doc__ or ""),
        _fields(ExecutionFile),
    ]
    return page("Sweep format", "Every key of a sweep file", blocks)


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
