"""Game: one exercise being played, by anything that can call it: a page, a terminal, a test.

A command that returns has been written to disk; one that fails has written nothing.

Players' commands take a seat's token. All others are the facilitator's: who holds the object may
give them, and a page asks :meth:`Game.is_facilitator` first.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sahelsim import __version__
from sahelsim.base.errors import UsageError
from sahelsim.exercise import conduct
from sahelsim.exercise.access import (
    Keys,
    fingerprint,
    new_code,
    new_token,
    seat_of_token,
)
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.facilitator import Facilitation
from sahelsim.exercise.loading import Exercise, load_exercise
from sahelsim.exercise.log import Conflict, Draft, EventLog, SqliteLog
from sahelsim.exercise.picture import picture, whole_picture
from sahelsim.exercise.players import Players
from sahelsim.exercise.state import MAIN
from sahelsim.exercise.store import open_log, place
from sahelsim.exercise.whatif import OUTCOMES, without_order
from sahelsim.experiment.comparison import Comparison
from sahelsim.model.kernel import source_hash


class Game(Players, Facilitation):
    """One game; safe to use from several threads, and beside other processes on the same log.

    Use :meth:`create` or :meth:`open`.

    Attributes:
        exercise: The exercise as the game keeps it.
        engine: The model behind it.
        log: Its events.
    """

    # ---- beginning -----------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        exercise: Exercise | str | Path,
        where: Path | str | None = None,
        *,
        seed: int | None = None,
        replicate: int = 0,
        parameters: str = "central",
        rehearsal: bool = True,
    ) -> tuple[Game, Keys]:
        """Begin a game, and return it with the keys that are shown only now.

        Args:
            exercise: An exercise, a path, or the name of a shipped one.
            where: Directory for the game, or URL of a database with the game's name behind ``#``;
                in memory only where None.
            seed: Seed of all draws; the exercise's own by default.
            replicate: Future that is played where no dice are rolled.
            parameters: ``"central"``, ``"posterior"`` or the path of a posterior.
            rehearsal: Begin with the rehearsal, where the exercise has one.

        Raises:
            InputError: the exercise is invalid.
            UsageError: SS8043, there is a game already.
        """
        chosen = exercise if isinstance(exercise, Exercise) else load_exercise(exercise)
        log: EventLog = SqliteLog() if where is None else open_log(where, create=True)
        keys = Keys(new_token(), {team: new_code() for team in chosen.file.teams})
        engine = Engine(chosen, chosen.file.seed if seed is None else seed, replicate, parameters)
        body = {
            "exercise": chosen.text,
            "scenario": chosen.plan.resolved(),
            "digest": chosen.digest,
            "seed": engine.seed,
            "replicate": replicate,
            "parameters": parameters,
            "version": __version__,
            "model_hash": source_hash(),
            "facilitator": fingerprint(keys.facilitator),
            "codes": {team: fingerprint(code) for team, code in keys.codes.items()},
        }
        first = [Draft("game.created", body), *conduct.automatic(engine, (), 1, MAIN)]
        if rehearsal and chosen.file.clock.rehearsal:
            first += conduct.rehearsal(engine)
        try:
            log.append(first, after=0)
        except Conflict:
            if where is not None:
                log.close()
            raise UsageError(
                "SS8043", f"{place(where)} holds a game already",
                hint="choose another directory or name",
            ) from None  # fmt: skip
        return cls(log), keys

    @classmethod
    def open(cls, where: Path | str) -> Game:
        """Go on with the game in a directory, or in a database.

        Arguments and errors are those of :func:`~sahelsim.exercise.store.open_log`.
        """
        return cls(open_log(where))

    # ---- reading -------------------------------------------------------------------------------

    def is_facilitator(self, token: str) -> bool:
        """Whether a token is the facilitator's."""
        digest = fingerprint(token)
        return any(secrets.compare_digest(digest, known) for known in self.state.facilitators)

    def see(self, token: str) -> dict[str, Any]:
        """What the team of a seat may know now; see :mod:`sahelsim.exercise.picture`.

        Raises:
            InputError: SS8031, no seat has the token.
        """
        state = self.state
        return picture(self.engine, state, seat_of_token(state, token).team)

    def see_all(self) -> dict[str, Any]:
        """What the facilitator sees: everything."""
        return whole_picture(self.engine, self.state)

    def without(
        self, order: str, pairs: int = 200, outcomes: Sequence[str] = OUTCOMES, **more: Any
    ) -> list[Comparison]:
        """The present branch against the same without one order, as paired futures.

        Arguments and errors are those of :func:`~sahelsim.exercise.whatif.without_order`.
        """
        return without_order(self.engine, self.state.branch, order, pairs, outcomes, **more)
