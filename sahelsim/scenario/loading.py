"""``load_scenario``: a name or a path becomes a validated, immutable :class:`Scenario`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sahelsim.base.errors import InputError
from sahelsim.base.paths import is_file, shipped
from sahelsim.base.problems import InvalidInput, fail
from sahelsim.base.suggest import nearest
from sahelsim.base.yaml_source import Source, read
from sahelsim.scenario.checking import check
from sahelsim.scenario.overrides import SETS, as_source, check_key
from sahelsim.scenario.reference import load_reference
from sahelsim.scenario.resolve import Merged
from sahelsim.scenario.schema import FrozenMapping, Order, Plan, Scenario
from sahelsim.scenario.structure import structural_problems

FOOTER = "Editor completion: sahelsim scenario schema > scenario.schema.json"
_SUFFIXES = (".yaml", ".yml")


class ShippedScenario(NamedTuple):
    """A scenario that comes with sahelsim."""

    name: str
    path: Path


def shipped_scenarios() -> list[ShippedScenario]:
    """Return the shipped scenarios, by name."""
    files = sorted(shipped("scenarios").glob("*.yaml"))
    return [ShippedScenario(path.stem, path) for path in files]


def load_scenario(
    path_or_name: str | Path,
    *,
    sets: Mapping[str, Any] | None = None,
    layer: Source | None = None,
    sets_source: Source | None = None,
) -> Scenario:
    """Load, resolve and check a scenario.

    Args:
        path_or_name: A path, or the name of a shipped scenario such as ``documented-2023``.
        sets: What to change: ``{"parameter.<id>": 1.2, "orders.<id>.<argument>": 3,
            "start": …, "end": …, "seed": …}``, as ``--set`` does.
        layer: Differences laid over the file, as a file that extends it would state them.
        sets_source: Where ``sets`` was written, so that its faults are shown there; the command
            line by default.

    Raises:
        InputError: SS2001 no such file, SS2002 no such shipped scenario.
        InvalidInput: every fault of the files and of ``sets``, with line and suggestion.
        UsageError: SS1005 if a key of ``sets`` cannot be set.
    """
    sets = dict(sets or {})
    for key in sets:
        check_key(key)
    layers = _lineage(find_scenario(path_or_name), str(path_or_name))
    if layer is not None:
        layers.append(layer)
    merged = Merged(layers[0])
    for layer in layers:
        merged.add(layer)
    if sets:
        merged.override(sets_source or as_source(sets))
    data = merged.data()
    plan, problems = structural_problems(Plan, data, merged.locate)
    # A file that is no mapping at all lacks every key; that is one fault and not six.
    shapeless = any(problem.path == () for problem in merged.problems)
    problems = merged.problems if shapeless else [*merged.problems, *problems]
    orders: tuple[Order, ...] = ()
    if not problems:
        orders, problems = check(plan, load_reference(), merged.locate)
    if problems:
        in_files = any(problem.file != SETS for problem in problems)
        raise fail(problems, FOOTER if in_files else "")
    names = tuple(str(layer.data.get("id", layer.name)) for layer in reversed(layers[:-1]))
    fields = {name: getattr(plan, name) for name in Plan.model_fields}
    return Scenario.model_construct(
        **{**fields, "orders": orders, "lineage": names, "overrides": FrozenMapping(sets)}
    )


def find_scenario(path_or_name: str | Path) -> Path:
    """Return the file that a path or a shipped name means.

    Raises:
        InputError: SS2001 if it looks like a path and is no file, SS2002 if it looks like a name
            and no shipped scenario has it.
    """
    text = str(path_or_name)
    path = Path(path_or_name)
    if isinstance(path_or_name, Path) or _is_path(text):
        if not is_file(path):
            raise InputError("SS2001", f"no such file: {text}", hint=_near_file(path))
        return path
    for name, file in shipped_scenarios():
        if name == text:
            return file
    if is_file(path):
        return path
    near = nearest(text, [name for name, _ in shipped_scenarios()], n=3)
    hint = "did you mean " + " or ".join(f"'{name}'" for name in near) + "?" if near else None
    raise InputError(
        "SS2002", f"unknown scenario '{text}'", hint=hint or "see: sahelsim scenario list"
    )


def _lineage(path: Path, shown: str) -> list[Source]:
    """Read a file and its parents; the oldest comes first."""
    layers: list[Source] = []
    seen: list[Path] = []
    name = shown if _is_path(shown) else str(path)
    while True:
        source = read(path, name=name)
        layers.append(source)
        seen.append(path.resolve())
        parent = source.data.get("extends") if isinstance(source.data, dict) else None
        if parent is None:
            return layers[::-1]
        path = _parent(source, path, parent)
        name = str(path)
        if path.resolve() in seen:
            circle = " -> ".join(step.stem for step in [*seen[seen.index(path.resolve()) :], path])
            message = f"'extends' goes in a circle: {circle}"
            raise fail([source.problem("SS2214", ("extends",), message)])


def _parent(source: Source, child: Path, parent: Any) -> Path:
    if not isinstance(parent, str):
        message = "expected the name or path of a scenario"
        raise fail([source.problem("SS2105", ("extends",), message)])
    beside = child.parent / (parent if _is_path(parent) else f"{parent}.yaml")
    if is_file(beside):
        return beside
    if not _is_path(parent):
        for name, file in shipped_scenarios():
            if name == parent:
                return file
    siblings = [file.stem for file in child.parent.glob("*.yaml")]
    near = nearest(parent, [*siblings, *(name for name, _ in shipped_scenarios())])
    hint = f"did you mean '{near[0]}'?" if near else "all shipped: sahelsim scenario list"
    message = f"there is no scenario '{parent}' to extend"
    raise fail([source.problem("SS2215", ("extends",), message, hint)])


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.endswith(_SUFFIXES)


def _near_file(path: Path) -> str | None:
    try:
        names = [file.name for file in path.parent.glob("*.y*ml")]
    except (OSError, ValueError):
        return None
    shipped_files = [file.name for _, file in shipped_scenarios()]
    near = nearest(path.name, names) or nearest(path.name, shipped_files)
    return f"did you mean '{near[0]}'?" if near else "see: sahelsim scenario list"


__all__ = ["InvalidInput", "ShippedScenario", "find_scenario", "load_scenario", "shipped_scenarios"]
