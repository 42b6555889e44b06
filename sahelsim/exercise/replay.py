"""Play a log again: its chain must hold, and every turn must come out bit for bit as it did."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from sahelsim.base.errors import InputError, NotReproducible
from sahelsim.exercise.engine import Engine, world_digest
from sahelsim.exercise.folding import fold_all
from sahelsim.exercise.loading import Exercise, exercise_from_text
from sahelsim.exercise.log import Event, check_chain
from sahelsim.exercise.state import State
from sahelsim.exercise.store import is_game, open_log
from sahelsim.model.kernel import source_hash
from sahelsim.scenario import Scenario


def read_log(where: Path | str) -> list[Event]:
    """The events of a game, in a directory or a database, or of an exported ``log.jsonl``.

    Raises:
        InputError: SS8042, there is neither; SS8061, a line is no event.
    """
    path = Path(where)
    if is_game(where):
        log = open_log(where)
        try:
            return log.read()
        finally:
            log.close()
    if not path.is_file():
        raise InputError("SS8042", f"{path} is neither a game nor an exported log")
    names = {field.name for field in fields(Event)}
    events = []
    # Lines end with a line feed alone: a text may hold any other line separator of Unicode.
    for number, line in enumerate(path.read_bytes().removesuffix(b"\n").split(b"\n"), start=1):
        try:
            raw = json.loads(line.decode("utf-8"))
            if not isinstance(raw, dict) or set(raw) != names:
                raise ValueError
        except (ValueError, RecursionError):
            raise InputError("SS8061", "this line is no event", where=f"{path}:{number}") from None
        events.append(Event(**raw))
    return events


def replay(
    events: Sequence[Event], watch: Callable[[str, int], None] | None = None
) -> tuple[Exercise, State, int]:
    """Fold a log and play every turn of every branch again.

    Args:
        events: The log.
        watch: Called with the branch and number of each turn that came out the same.

    Returns:
        The exercise, the state, and the number of turns that were compared.

    Raises:
        InputError: SS8061, the chain of hashes is broken; SS8042, the log holds no game.
        NotReproducible: SS8050, a turn came out differently.
    """
    check_chain(events)
    state = fold_all(events)
    created = state.created
    if not created:
        raise InputError("SS8042", "the log holds no game")
    exercise = exercise_from_text(created["exercise"], Scenario.model_validate(created["scenario"]))
    engine = Engine(exercise, created["seed"], created["replicate"], created["parameters"])
    compared = 0
    for branch in state.branches.values():
        for turn in branch.played[branch.since - 1 :]:
            result = turn.result or {}
            world = engine.world(branch.turns[: turn.number])
            if world_digest(world) != result["digest"]:
                same = created["model_hash"] == source_hash()
                raise NotReproducible(
                    "SS8050", f"turn {turn.number} of branch '{branch.name}' came out differently",
                    hint="look at the platform and the version of Numba" if same
                    else f"the game was played with another model, version {created['version']}",
                )  # fmt: skip
            compared += 1
            if watch is not None:
                watch(branch.name, turn.number)
    return exercise, state, compared
