"""A commented template to begin a scenario from."""

from __future__ import annotations

import re
from pathlib import Path

from sahelsim.base.errors import EnvironmentFault, UsageError
from sahelsim.scenario.loading import load_scenario

_TEMPLATE = """\
# yaml-language-server: $schema=./scenario.schema.json
# Write that file with: sahelsim scenario schema > scenario.schema.json
# Check this one with:  sahelsim scenario check {file}

id: {id}
title: {title}
question: >-
  What does this scenario ask, and what does it take for granted? Compare it with {parent}.

extends: {parent}            # everything not said here is as there

# start: {start}         # first day
# end: {end}           # the day after the last one
# seed: 1                    # equal seeds pair two scenarios draw by draw

assumptions:
  - text: Replace this sentence by what you take for granted.
    confidence: assumed      # sourced, derived or assumed

# without:                   # inherited orders that are not given
#   - {order}

# replace:                   # inherited orders that are given differently
#   {order}: {{{argument}: {value}}}

# orders:                    # further orders; all verbs: sahelsim facts orders
#   - id: gao-closed
#     on: 2023-09-08
#     actor: world
#     verb: close_airfield
#     airfield: GAGO
#     days: 30
#     source: assumed
#     confidence: assumed
#     rationale: The airfield stays shut for a month after the attack of 8 September.

# parameters:                # all of them: sahelsim facts parameters
#   <parameter id>: <value>

# factors:                   # what a sweep may vary, and how far
#   rotations:
#     parameter: orders.{order}.{argument}
#     low: 1
#     high: 4
#     confidence: assumed
"""


def template(scenario_id: str, parent: str = "documented-2023", file: str = "") -> str:
    """Return the text of a new scenario that extends ``parent``.

    Raises:
        InputError: the parent does not exist or is invalid.
    """
    base = load_scenario(parent)
    order = next((order for order in base.orders if order.verb == "lend_tail"), None)
    return _TEMPLATE.format(
        id=scenario_id,
        file=file or f"{scenario_id}.yaml",
        title=scenario_id.replace("-", " ").capitalize(),
        parent=parent,
        start=base.start,
        end=base.end,
        order=order.id if order else "order-id",
        argument="rotations_per_week" if order else "argument",
        value=3,
    )


def write_new(path: Path, parent: str = "documented-2023", *, force: bool = False) -> Path:
    """Write a new scenario file and return its path.

    Raises:
        UsageError: SS1008 if the file exists and ``force`` is not given, SS1009 if its name is no
            scenario id.
        EnvironmentFault: SS6003 if it cannot be written.
    """
    if path.suffix not in (".yaml", ".yml"):
        path = path.with_name(path.name + ".yaml")
    scenario_id = path.stem
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", scenario_id):
        raise UsageError(
            "SS1009",
            f"'{scenario_id}' cannot be the name of a scenario",
            hint="use lower case letters, digits and '-'",
        )
    if path.exists() and not force:
        raise UsageError("SS1008", f"{path} exists already", hint="add --force to overwrite it")
    text = template(scenario_id, parent, str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise EnvironmentFault("SS6003", f"cannot write {path}: {fault.strerror}") from None
    return path
