"""``load_spec``: a sweep file becomes a checked :class:`SweepSpec`, or errors at their lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sahelsim.base.errors import InputError, UsageError
from sahelsim.base.paths import is_file, shipped
from sahelsim.base.problems import InvalidInput, Problem, fail
from sahelsim.base.suggest import nearest
from sahelsim.base.yaml_source import Source, read
from sahelsim.experiment.sweep.checking import check
from sahelsim.experiment.sweep.schema import PolicyFile, SweepFile
from sahelsim.experiment.sweep.spec import Policy, SweepSpec
from sahelsim.model.posterior import choose_posterior
from sahelsim.scenario import cut, load_scenario
from sahelsim.scenario.overrides import check_key
from sahelsim.scenario.schema import Scenario
from sahelsim.scenario.structure import structural_problems

FOOTER = "What a sweep file holds: docs/reference/sweep-format.md"
_LAYER = ("without", "replace", "orders")


def shipped_sweeps() -> list[str]:
    """Names of the sweeps that come with sahelsim."""
    return sorted(path.stem for path in shipped("configs").glob("*-sweep.yaml"))


def find_sweep(path_or_name: str | Path) -> Path:
    """Return the file that a path or a shipped name means.

    Raises:
        InputError: SS4101, there is no such file or shipped sweep.
    """
    path = Path(path_or_name)
    if is_file(path):
        return path
    names = shipped_sweeps()
    if str(path_or_name) in names:
        return shipped("configs") / f"{path_or_name}.yaml"
    near = nearest(path.stem, names)
    hint = f"did you mean '{near[0]}'?" if near else f"shipped: {', '.join(names)}"
    raise InputError("SS4101", f"no such sweep file: {path_or_name}", hint=hint)


def load_spec(path_or_name: str | Path) -> SweepSpec:
    """Load, resolve and check a sweep file.

    Args:
        path_or_name: A path, or the name of a shipped sweep such as ``airlift-sweep``.

    Raises:
        InputError: SS4101, there is no such file.
        InvalidInput: every fault of the file, with line and suggestion.
    """
    path = find_sweep(path_or_name)
    source = read(path, name=str(path_or_name))
    return build_spec(source, path.parent)


def build_spec(source: Source, folder: Path, policies: Path | None = None) -> SweepSpec:
    """Check a parsed sweep file.

    Args:
        source: The file.
        folder: Where its own references begin.
        policies: A folder with the resolved scenario of every policy, as a sweep directory keeps
            them; policies are resolved from the file's own references by default.

    Raises:
        InvalidInput: every fault of the file, with line and suggestion.
    """

    def locate(
        code: str, path: Any, message: str, hint: str | None = None, on_key: bool = False,
        at: Any = None, key: str | None = None,
    ) -> Problem:  # fmt: skip
        return source.problem(code, path, message, hint, on_key=on_key, at=at, key=key)

    if not isinstance(source.data, dict):
        raise fail([locate("SS2105", (), "expected a mapping of key: value")], FOOTER)
    file, problems = structural_problems(SweepFile, source.data, locate)
    if problems:
        raise fail(problems, FOOTER)
    choose_posterior(file.parameters)  # refused now where there is none
    resolved: dict[str, Policy] = {}
    for name, entry in file.policies.items():
        try:
            if policies is None:
                plan = _policy(source, file, name, entry, folder, locate)
            else:
                plan = load_scenario(policies / f"{name}.yaml")
        except InvalidInput as fault:
            problems.extend(fault.problems)
        except InputError as fault:
            at = ("policies", name, "scenario") if entry.scenario else ("scenario",)
            problems.append(locate(fault.code, at, fault.message, fault.hint))
        else:
            resolved[name] = Policy(name, entry.label or name, plan, frozenset(entry.set))
    if problems:
        raise fail(problems, FOOTER)
    spec, problems = check(file, resolved, locate, folder, "\n".join(source.lines))
    if problems:
        raise fail(problems, FOOTER)
    return spec


def _policy(
    source: Source, file: SweepFile, name: str, entry: PolicyFile, folder: Path, locate: Any
) -> Scenario:
    """The scenario of one policy: its file, its own differences, then what it sets."""
    path = ("policies", name)
    problems = []
    for key in entry.set:
        try:
            check_key(key)
            if key in ("start", "end", "seed"):
                raise UsageError("SS1005", f"a policy cannot set '{key}'")
        except UsageError as fault:
            problems.append(locate("SS4103", (*path, "set", key), fault.message, fault.hint, True))
    if problems:
        raise fail(problems)
    data = source.data["policies"][name] or {}
    own = {key: data[key] for key in _LAYER if data.get(key)}
    layer = source.at(path, {"id": name, **own}) if own else None
    sets = source.at((*path, "set")) if entry.set else None
    plan = load_scenario(
        _beside(entry.scenario or file.scenario, folder), sets=dict(entry.set), layer=layer,
        sets_source=sets,
    )  # fmt: skip
    return cut(plan, min(file.days, plan.days)) if file.days else plan


def _beside(name: str, folder: Path) -> str | Path:
    """A scenario named by a sweep file: a file beside it, or a shipped one."""
    for file in (folder / name, folder / f"{name}.yaml"):
        if is_file(file):
            return file
    return name
