"""A commented sweep file to begin with."""

from __future__ import annotations

import re
from pathlib import Path

from sahelsim.base.errors import EnvironmentFault, InputError, UsageError
from sahelsim.scenario import load_scenario
from sahelsim.scenario.loading import find_scenario

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")

TEMPLATE = """\
id: {id}
title: {title}
question: >-
  What is to be decided, in one sentence.
scenario: {scenario}
seed: 1

policies:                    # what we choose; the first is the reference
  as-it-is: {{}}
  other: {{without: [{order}]}}
  # set:  {{orders.<order id>.<argument>: 4, parameter.<id>: 0.5}}
  # scenario: another scenario, or a path beside this file

uncertainties:               # what we do not control
{uncertainties}
  # <name>: {{parameter: <id>, low: 1, high: 3, distribution: triangular}}

futures:                     # hand-written, always run first
  best-guess: {{}}

design: {{method: lhs, futures: 16}}   # none, grid, list, oat, lhs, sobol, morris, saltelli
replicates: 8                # or {{min: 8, max: 200, until: [{{outcome: civilian_deaths,
                             #      of: difference, half_width_share: 0.1}}]}}

outcomes:                    # what the decision rests on; all others are stored too
  civilian_deaths: {{}}
  tonnes_delivered: {{threshold: 500}}
"""


def write_new(file: Path, scenario: str, *, force: bool = False) -> Path:
    """Write the template to ``file`` and return its path.

    Raises:
        InputError: SS2001 or SS2002, no such scenario.
        UsageError: SS1009, the name is none for a sweep; SS1008, the file exists.
        EnvironmentFault: SS6003, it cannot be written.
    """
    path = file if file.suffix in (".yaml", ".yml") else file.with_suffix(".yaml")
    if not _ID.fullmatch(path.stem):
        raise UsageError(
            "SS1009", f"'{path.stem}' cannot be the name of a sweep",
            hint="use lower case letters, digits and '-'",
        )  # fmt: skip
    plan = load_scenario(scenario)
    if path.exists() and not force:
        raise UsageError("SS1008", f"{path} exists already", hint="add --force to overwrite it")
    given = find_scenario(scenario)
    named = scenario if given.stem == scenario else str(given.resolve())
    factors = [
        f"  {name}: {{}}"
        for name, factor in plan.factors.items()
        if not factor.parameter.startswith("orders.")
    ]
    if not plan.orders:
        raise InputError("SS4104", f"'{scenario}' has no orders to choose between")
    text = TEMPLATE.format(
        id=path.stem,
        title=path.stem.replace("-", " ").capitalize(),
        scenario=named,
        order=min(plan.orders, key=lambda order: order.verb != "lend_tail").id,
        uncertainties="\n".join(factors or ["  initial.garrison_scale: {}"]),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise EnvironmentFault("SS6003", f"cannot write {path}: {fault.strerror}") from fault
    return path
