"""``load_exercise``: a name or a path becomes a checked, immutable :class:`Exercise`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sahelsim.base.errors import InputError
from sahelsim.base.paths import is_file, shipped
from sahelsim.base.problems import fail
from sahelsim.base.suggest import nearest
from sahelsim.base.yaml_source import Source, parse, read
from sahelsim.exercise.checking import check
from sahelsim.exercise.expression import Expression
from sahelsim.exercise.schema import ExerciseFile
from sahelsim.scenario import Scenario, cut, load_scenario
from sahelsim.scenario.cutting import without
from sahelsim.scenario.hashing import digest
from sahelsim.scenario.reference import load_reference
from sahelsim.scenario.structure import structural_problems

FOOTER = "All keys: docs/reference/exercise-format.md"
SUFFIX = ".exercise.yaml"


@dataclass(frozen=True)
class Exercise:
    """An exercise that was read and checked.

    Attributes:
        file: What the file says.
        text: The file itself, which a game keeps so that it depends on no file.
        plan: The scenario it is played in, cut to the exercise and without the dated orders that
            the teams decide instead.
        expressions: Text of an expression -> the expression.
    """

    file: ExerciseFile
    text: str
    plan: Scenario
    expressions: Mapping[str, Expression]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the file says and of the scenario."""
        return digest({"file": self.file.model_dump(mode="json"), "scenario": self.plan.digest})

    def team_of(self, actor: str) -> str | None:
        """The team that plays an actor, or None."""
        for name, team in self.file.teams.items():
            if actor in team.actors:
                return name
        return None


def shipped_exercises() -> list[tuple[str, Path]]:
    """Name and path of every shipped exercise, by name."""
    files = sorted(shipped("configs").glob(f"*{SUFFIX}"))
    return [(file.name.removesuffix(SUFFIX), file) for file in files]


def find_exercise(path_or_name: str | Path) -> Path:
    """The file that a path or the name of a shipped exercise means.

    Raises:
        InputError: SS8001, there is neither.
    """
    path = Path(path_or_name)
    if is_file(path):
        return path
    known = dict(shipped_exercises())
    if str(path_or_name) in known:
        return known[str(path_or_name)]
    near = nearest(path.name.removesuffix(SUFFIX), known)
    raise InputError(
        "SS8001", f"no exercise '{path_or_name}': neither a file nor the name of a shipped one",
        hint=f"did you mean '{near[0]}'?" if near else f"shipped: {', '.join(known)}",
    )  # fmt: skip


def load_exercise(path_or_name: str | Path) -> Exercise:
    """Read and check an exercise.

    Args:
        path_or_name: A path, or the name of a shipped exercise such as ``pont-aerien-2023``.

    Raises:
        InputError: SS8001, no such exercise.
        InvalidInput: every fault of the file, with line and suggestion.
    """
    path = find_exercise(path_or_name)
    source = read(path)
    return _load(source, path.read_text(encoding="utf-8"), path.parent)


def exercise_from_text(text: str, plan: Scenario) -> Exercise:
    """Build the exercise that a game has kept: its file's text and its scenario."""
    return _load(parse(text, name="<game>"), text, plan=plan)


def _load(
    source: Source, text: str, folder: Path | None = None, plan: Scenario | None = None
) -> Exercise:
    locate = source.problem
    file, problems = structural_problems(ExerciseFile, source.data, locate)
    if problems:
        raise fail(problems, FOOTER)
    whole = plan
    if whole is None:
        try:
            whole = _scenario(file.scenario, folder)
        except InputError as fault:
            problem = locate("SS8002", ("scenario",), fault.message.split("\n")[0], fault.hint)
            raise fail([problem], FOOTER) from None
    expressions, problems = check(file, whole, load_reference(), locate)
    if problems:
        raise fail(problems, FOOTER)
    played = whole if plan is not None else _played(file, whole)
    return Exercise(file=file, text=text, plan=played, expressions=expressions)


def _scenario(name: str, folder: Path | None) -> Scenario:
    beside = (folder or Path()) / name
    return load_scenario(beside if is_file(beside) else name)


def _played(file: ExerciseFile, plan: Scenario) -> Scenario:
    """The scenario of the exercise's days, without what the teams decide after the first one."""
    plan = cut(plan, file.clock.turns * file.clock.days)
    decides = {actor for team in file.teams.values() if not team.scripted for actor in team.actors}
    gone = [order.id for order in plan.orders if order.on > plan.start and order.actor in decides]
    played = without(plan, gone) if gone else plan
    return played.model_copy(update={"id": file.id, "title": file.title.en})
