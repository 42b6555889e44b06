"""A commented sweep file to begin with."""

from __future__ import annotations

from pathlib import Path

from sahelsim.base.errors import InputError
from sahelsim.base.new_file import begin_file, title_of
from sahelsim.scenario import load_scenario
from sahelsim.scenario.loading import find_scenario

TEMPLATE = """\
# yaml-language-server: $schema=./sweep.schema.json
# Write that file with: sahelsim sweep schema > sweep.schema.json
# Check this one with:  sahelsim sweep check {file}

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
        InputError: SS2001 or SS2002, no such scenario; SS4104, it has no orders.
        UsageError, EnvironmentFault: as :func:`sahelsim.base.new_file.begin_file` has it.
    """
    return begin_file(
        file, "a sweep", lambda id, path: template(id, scenario, str(path)), force=force
    )


def template(id: str, scenario: str, file: str) -> str:
    """The text of a sweep of the orders and factors of ``scenario``.

    Raises:
        InputError: SS2001 or SS2002, no such scenario; SS4104, it has no orders.
    """
    plan = load_scenario(scenario)
    given = find_scenario(scenario)
    named = scenario if given.stem == scenario else str(given.resolve())
    factors = [
        f"  {name}: {{}}"
        for name, factor in plan.factors.items()
        if not factor.parameter.startswith("orders.")
    ]
    if not plan.orders:
        raise InputError("SS4104", f"'{scenario}' has no orders to choose between")
    return TEMPLATE.format(
        id=id,
        file=file,
        title=title_of(id),
        scenario=named,
        order=min(plan.orders, key=lambda order: order.verb != "lend_tail").id,
        uncertainties="\n".join(factors or ["  initial.garrison_scale: {}"]),
    )
