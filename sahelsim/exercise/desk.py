"""The one path of every command: read what others wrote, check the rules, append in one go.

Where another writer was faster, the log refuses and the rules are checked again, against what it
holds now. So a budget cannot be spent twice, and no lock is held while rules are checked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.folding import fold_all
from sahelsim.exercise.loading import exercise_from_text
from sahelsim.exercise.log import Conflict, Draft, Event, EventLog
from sahelsim.exercise.state import State
from sahelsim.scenario import Scenario

MAX_KEY = 200  # characters of an idempotency key
Rule = Callable[[State], Sequence[Draft]]


class Desk:
    """A log with its state, and the one way to write to it; safe to use from several threads.

    Attributes:
        log: The events.
        exercise: The exercise as the game keeps it.
        engine: The model behind it.

    Raises:
        InputError: SS8042, the log holds no game.
    """

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self._lock = threading.RLock()
        self._state = State()
        created = self.state.created
        if not created:
            raise InputError("SS8042", "the log holds no game", hint="create one first")
        plan = Scenario.model_validate(created["scenario"])
        self.exercise = exercise_from_text(created["exercise"], plan)
        self.engine = Engine(
            self.exercise, created["seed"], created["replicate"], created["parameters"]
        )

    @property
    def state(self) -> State:
        """The state of the game, with all that others have written."""
        with self._lock:
            self._state = fold_all(self.log.read(self._state.seq), self._state)
            return self._state

    def commit(
        self, kind: str, rule: Rule, idem: str | None, same: Mapping[str, Any] | None = None
    ) -> list[Event]:
        """Check ``rule`` against the state and write its drafts; try again if others were faster.

        Args:
            kind: Kind of the first draft.
            rule: Returns the drafts, or raises; it may be called several times.
            idem: Key of the command: if the log has it, what it did then is returned.
            same: What the event of that key must hold, for it to be the same command.
        """
        while True:
            state = self.state
            if idem is not None and idem in state.done:
                event = self.log.read(state.done[idem] - 1)[0]
                if event.kind != kind or any(event.body[k] != v for k, v in (same or {}).items()):
                    raise InputError("SS8012", "this was done already, in another way",
                                     hint="look at the present state first")  # fmt: skip
                return [event]
            drafts = list(rule(state))
            if not drafts:
                return []
            drafts[0] = replace(drafts[0], idem=idem)
            try:
                return self.log.append(drafts, after=state.seq)
            except Conflict:
                continue

    def close(self) -> None:
        """Let go of the log."""
        self.log.close()


def idempotent(owner: str, key: str | None) -> str | None:
    """A key as the log holds it; it belongs to who gave it.

    Raises:
        InputError: SS8012, it is empty, too long, or no printable text.
    """
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_KEY or not key.isprintable():
        raise InputError("SS8012", f"an idempotency key has 1 to {MAX_KEY} printable characters")
    return f"{owner}:{key}"
