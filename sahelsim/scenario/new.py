"""A commented template to begin a scenario from."""

from __future__ import annotations

from pathlib import Path

from sahelsim.base.new_file import begin_file, title_of
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
        title=title_of(scenario_id),
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
        InputError: the parent does not exist or is invalid.
        UsageError, EnvironmentFault: as :func:`sahelsim.base.new_file.begin_file` has it.
    """
    return begin_file(
        path, "a scenario", lambda id, file: template(id, parent, str(file)), force=force
    )
