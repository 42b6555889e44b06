"""Game: one exercise being played, by anything that can call it: a page, a terminal, a test.

A command that returns has been written to disk; one that fails has written nothing.

Players' commands take a seat's token. All others are the facilitator's: who holds the object may
give them, and a page asks :meth:`Game.is_facilitator` first.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sahelsim import __version__
from sahelsim.base.errors import InputError, UsageError
from sahelsim.exercise import conduct
from sahelsim.exercise.access import (
    Keys,
    fingerprint,
    new_code,
    new_token,
    person_name,
    seat_of_token,
    team_of_code,
)
from sahelsim.exercise.cards import Refusal, check_play
from sahelsim.exercise.desk import Desk, idempotent
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.loading import Exercise, exercise_from_text, load_exercise
from sahelsim.exercise.log import Conflict, Draft, EventLog, SqliteLog
from sahelsim.exercise.picture import picture, whole_picture
from sahelsim.exercise.state import MAIN, Order, State, Turn
from sahelsim.exercise.whatif import OUTCOMES, without_order
from sahelsim.experiment.comparison import Comparison
from sahelsim.model.kernel import source_hash
from sahelsim.scenario import Scenario

FILE = "game.sqlite"
MAX_WHY = 500  # characters of a reason


class Game(Desk):
    """One game; safe to use from several threads, and beside other processes on the same log.

    Use :meth:`create` or :meth:`open`.

    Attributes:
        exercise: The exercise as the game keeps it.
        engine: The model behind it.
        log: Its events.
    """

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        created = self.state.created
        if not created:
            raise InputError("SS8042", "the log holds no game", hint="create one first")
        plan = Scenario.model_validate(created["scenario"])
        self.exercise = exercise_from_text(created["exercise"], plan)
        self.engine = Engine(
            self.exercise, created["seed"], created["replicate"], created["parameters"]
        )

    # ---- beginning -----------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        exercise: Exercise | str | Path,
        folder: Path | None = None,
        *,
        log: EventLog | None = None,
        seed: int | None = None,
        replicate: int = 0,
        parameters: str = "central",
    ) -> tuple[Game, Keys]:
        """Begin a game, and return it with the keys that are shown only now.

        Args:
            exercise: An exercise, a path, or the name of a shipped one.
            folder: Directory for the game; in memory only where None.
            log: The log to write, instead of one in ``folder``.
            seed: Seed of all draws; the exercise's own by default.
            replicate: Future that is played where no dice are rolled.
            parameters: ``"central"``, ``"posterior"`` or the path of a posterior.

        Raises:
            InputError: the exercise is invalid.
            UsageError: SS8043, ``folder`` holds a game already.
        """
        chosen = exercise if isinstance(exercise, Exercise) else load_exercise(exercise)
        log = log or _log_in(folder)
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
        try:
            log.append(first, after=0)
        except Conflict:
            raise UsageError(
                "SS8043", f"{folder or 'the log'} holds a game already",
                hint="choose another directory",
            ) from None  # fmt: skip
        return cls(log), keys

    @classmethod
    def open(cls, folder: Path) -> Game:
        """Go on with the game in a directory.

        Raises:
            InputError: SS8042, there is none.
        """
        if not (folder / FILE).is_file():
            raise InputError("SS8042", f"{folder} holds no game")
        return cls(SqliteLog(folder / FILE))

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

    # ---- players -------------------------------------------------------------------------------

    def join(self, code: str, name: str, key: str | None = None) -> str:
        """Take a seat, and return its token. The same key opens the same seat again.

        Raises:
            InputError: SS8030 no such code, SS8032 no seat is free or joining is closed, SS8033
                the name.
        """
        name, token = person_name(name), new_token()
        idem = idempotent("join", key)

        def rule(state: State) -> Sequence[Draft]:
            team = team_of_code(state, code)
            taken = sum(seat.team == team and seat.present for seat in state.seats.values())
            if not state.joining:
                raise InputError("SS8032", "joining is closed", hint="ask the facilitator")
            if taken >= self.exercise.file.teams[team].seats:
                raise InputError("SS8032", f"all {taken} seats of this team are taken")
            return [Draft("seat.joined", {"team": team, "token": fingerprint(token)})]

        (event,) = self.commit("seat.joined", rule, idem, same={})
        seat = f"s{event.seq}"
        if event.body["token"] != fingerprint(token):
            # A repeated request: the first answer may be lost, and its token cannot be told again.
            team_of_code(self.state, code)
            self.commit(
                "seat.token",
                lambda _: [Draft("seat.token", {"seat": seat, "token": fingerprint(token)})],
                None,
            )
        self.log.set_name(seat, name)
        return token

    def propose(
        self,
        token: str,
        card: str,
        arguments: Mapping[str, Any] | None = None,
        why: str = "",
        key: str | None = None,
    ) -> Order:
        """Write an order. It is looked at as it will be given, after the team's other orders.

        Args:
            token: The seat's.
            card: A card of the team.
            arguments: What the card leaves to choose.
            why: The reason, at most 500 characters.
            key: Idempotency key: what is sent twice with one key is written once.

        Raises:
            Refusal: the order is not accepted; the message says why, the hint gives the limit.
            InputError: SS8010 wrong phase, SS8011 the team has locked, SS8012 the key was used for
                something else, SS8031 no such seat.
        """
        chosen = dict(arguments or {})
        if len(why) > MAX_WHY:
            raise Refusal("SS8021", f"a reason has at most {MAX_WHY} characters")

        def rule(state: State) -> Sequence[Draft]:
            seat = seat_of_token(state, token)
            turn = conduct.need(state, "write")
            if seat.team in turn.ready:
                raise InputError("SS8011", "the team has locked its orders",
                                 hint="ask the facilitator to open them again")  # fmt: skip
            price = check_play(self.exercise.file, state.branch, seat.team, card, chosen)
            order = Order("", seat.team, seat.id, card, chosen, why, price)
            self._try(state.branch.turns[:-1], turn, order)
            body = {"team": seat.team, "card": card, "arguments": chosen, "why": why, "cost": price}
            return [Draft("order.given", body, state.current, seat.id)]

        same = {"card": card, "arguments": chosen, "why": why}
        (event,) = self.commit("order.given", rule, self._seat_key(token, key), same=same)
        body = event.body
        return Order(f"o{event.seq}", body["team"], event.author, body["card"], body["arguments"],
                     body["why"], body["cost"])  # fmt: skip

    def _try(self, past: tuple[Turn, ...], turn: Turn, order: Order) -> None:
        """Refuse an order that the model would refuse, knowing of the team's own orders alone."""
        own = tuple(other for other in turn.orders if other.team == order.team)
        reason = self.engine.trial(past, replace(turn, orders=own), order)
        if reason:
            raise Refusal("SS8024", f"the model refuses it: {reason}",
                          hint=conduct.limit(self.engine, past, order))  # fmt: skip

    def withdraw(self, token: str, order: str, key: str | None = None) -> None:
        """Take back an order of one's own team that is not locked yet.

        Raises:
            InputError: SS8010 wrong phase, SS8011 locked, SS8025 the team has no such order.
        """

        def rule(state: State) -> Sequence[Draft]:
            seat = seat_of_token(state, token)
            turn = conduct.need(state, "write")
            if seat.team in turn.ready:
                raise InputError("SS8011", "the team has locked its orders")
            found = state.order(order)
            if found is None or found.team != seat.team:
                raise InputError("SS8025", f"the team has no order '{order[:20]}' in this turn")
            return [Draft("order.withdrawn", {"order": order}, state.current, seat.id)]

        self.commit("order.withdrawn", rule, self._seat_key(token, key), same={"order": order})

    def ready(self, token: str) -> None:
        """Lock the orders of one's own team before the facilitator locks the turn.

        Raises:
            InputError: SS8010 wrong phase, SS8031 no such seat.
        """

        def rule(state: State) -> Sequence[Draft]:
            seat = seat_of_token(state, token)
            turn = conduct.need(state, "write")
            body = {"team": seat.team, "ready": True}
            return [] if seat.team in turn.ready else [
                Draft("team.ready", body, state.current, seat.id)
            ]  # fmt: skip

        self.commit("team.ready", rule, None)

    def _seat_key(self, token: str, key: str | None) -> str | None:
        # A key belongs to a seat: no player can use up another's.
        return idempotent(seat_of_token(self.state, token).id, key)

    # ---- the facilitator -----------------------------------------------------------------------

    def new_code(self, team: str) -> str:
        """A fresh join code for a team; the old one opens nothing any more."""
        code = new_code()
        self._team(team)
        body = {"team": team, "code": fingerprint(code)}
        self.commit("code.issued", lambda _: [Draft("code.issued", body)], None)
        return code

    def new_facilitator(self) -> str:
        """One more token of the facilitator."""
        token = new_token()
        body = {"token": fingerprint(token)}
        self.commit("facilitator.issued", lambda _: [Draft("facilitator.issued", body)], None)
        return token

    def set_joining(self, open_: bool) -> None:
        """Accept join codes, or accept none any more."""
        self.commit("joining.set", lambda _: [Draft("joining.set", {"open": open_})], None)

    def remove(self, seat: str) -> None:
        """End a seat; its tokens are worth nothing any more."""
        if seat not in self.state.seats:
            raise InputError("SS8031", f"there is no seat '{seat}'")
        self.commit("seat.left", lambda _: [Draft("seat.left", {"seat": seat})], None)

    def reopen(self, team: str) -> None:
        """Let a team that locked its orders change them again."""
        self._team(team)
        body = {"team": team, "ready": False}
        self.commit(
            "team.ready",
            lambda s: [Draft("team.ready", body, s.current, "facilitator")]
            if team in conduct.need(s, "write").ready else [],
            None,
        )  # fmt: skip

    def step(self, what: str, **details: Any) -> Turn:
        """One step of the turn: ``write``, ``lock``, ``odds``, ``roll``, ``play`` or ``next``.

        Each happens once in a turn, however often it is asked for; ``odds`` and ``roll`` may be
        left out. ``roll`` takes ``dice`` (1 to 100); without it the game's own seed rolls.

        Raises:
            InputError: SS8010 wrong phase, SS8012 another roll was made, SS8013 the dice.
            ModelFault: the model went wrong; the turn stays locked.
        """
        kind, rule, same = conduct.step(self.engine, what, **details)
        state = self.state
        # "next" belongs to the turn that it begins: asked for twice, it begins one.
        number = state.turn.number + (what == "next" and state.turn.phase in ("results", "over"))
        self.commit(kind, rule, f"step:{state.current}:{number}:{what}", same=same)
        return self.state.turn

    def inject(self, name: str, key: str | None = None) -> None:
        """Give an inject of the exercise file.

        Raises:
            InputError: SS8014, there is none of that name, or it cannot be given now.
        """
        rule = conduct.given(self.engine, name)
        self.commit("inject.given", rule, idempotent("facilitator", key), same={"inject": name})

    def announce(
        self, text: Mapping[str, str], to: Sequence[str] = (), key: str | None = None
    ) -> None:
        """Give news freely written, without effect on the model, to some teams or to all."""
        for team in to:
            self._team(team)
        body = {"inject": "", "text": dict(text), "to": list(to) or list(self.exercise.file.teams),
                "orders": [], "confidence": ""}  # fmt: skip
        self.commit(
            "inject.given",
            lambda s: [Draft("inject.given", body, s.current, "facilitator")]
            if conduct.need(s, "read", "write") else [],
            idempotent("facilitator", key), same={"text": dict(text)},
        )  # fmt: skip

    def rewind(self, turn: int, name: str = "", note: str = "", key: str | None = None) -> str:
        """Go back to the start of a turn on a new branch, and return its name; all is kept.

        Raises:
            InputError: SS8015, the turn was not reached, or the name is taken or malformed.
        """
        event, *_ = self.commit(
            "branch.created",
            lambda state: conduct.branched(self.engine, state, turn, name, note),
            idempotent("facilitator", key),
            same={"turn": turn},
        )
        return str(event.body["name"])

    def go_to(self, branch: str) -> None:
        """Play on in another branch.

        Raises:
            InputError: SS8015, there is none of that name.
        """
        if branch not in self.state.branches:
            raise conduct.no_branch(self.state, branch)
        body = {"name": branch}
        self.commit("branch.chosen", lambda _: [Draft("branch.chosen", body)], None)

    def erase_names(self) -> int:
        """Erase the names of all people for good; return how many there were."""
        gone = self.log.erase_names()
        self.commit("names.erased", lambda _: [Draft("names.erased", {"names": gone})], None)
        return gone

    def _team(self, team: str) -> None:
        if team not in self.exercise.file.teams:
            raise InputError("SS8002", f"there is no team '{team}'")


def _log_in(folder: Path | None) -> EventLog:
    if folder is None:
        return SqliteLog()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError("SS8043", f"{folder} cannot be made: {fault.strerror}") from None
    return SqliteLog(folder / FILE)
