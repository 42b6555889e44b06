"""What the facilitator does: seats, the steps of a turn, injects, rulings, branches, the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.exercise import conduct, umpire
from sahelsim.exercise.access import fingerprint, new_code, new_token
from sahelsim.exercise.desk import Desk, Rule, idempotent
from sahelsim.exercise.forecasts import in_percent
from sahelsim.exercise.log import Draft
from sahelsim.exercise.state import FACILITATOR, Message, Turn
from sahelsim.exercise.talk import MAX_NEWS, limited, message, plain_text


class Facilitation(Desk):
    """The commands of the facilitator: who holds the object may give them."""

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
            lambda s: [Draft("team.ready", body, s.current, FACILITATOR)]
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
        step = conduct.step(self.engine, self.state, what, **details)
        self.commit(step.kind, step.rule, step.key, same=step.same)
        return self.state.turn

    def inject(self, name: str, key: str | None = None) -> None:
        """Give an inject of the exercise file.

        Raises:
            InputError: SS8014, there is none of that name, or it cannot be given now.
        """
        rule = conduct.given(self.engine, name)
        self.commit("inject.given", rule, idempotent(FACILITATOR, key), same={"inject": name})

    def announce(
        self, text: Mapping[str, str], to: Sequence[str] = (), key: str | None = None
    ) -> None:
        """Give news freely written, without effect on the model, to some teams or to all.

        Raises:
            InputError: SS8002 no such team, SS8010 wrong phase, SS8053 a text.
        """
        for team in to:
            self._team(team)
        words = {language: limited(said, MAX_NEWS, "news") for language, said in text.items()}
        body = {"inject": "", "text": words, "to": list(to) or list(self.exercise.file.teams),
                "orders": [], "confidence": ""}  # fmt: skip
        self.commit(
            "inject.given",
            lambda s: [Draft("inject.given", body, s.current, FACILITATOR)]
            if conduct.need(s, "read", "write") else [],
            idempotent(FACILITATOR, key), same={"text": words},
        )  # fmt: skip

    def rewind(self, turn: int, name: str = "", note: str = "", key: str | None = None) -> str:
        """Go back to the start of a turn on a new branch, and return its name; all is kept.

        Raises:
            InputError: SS8015, the turn was not reached, or the name is taken or malformed.
        """
        event, *_ = self.commit(
            "branch.created",
            lambda state: conduct.branched(self.engine, state, turn, name, note),
            idempotent(FACILITATOR, key),
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

    # ---- teams, and the clock on the wall ------------------------------------------------------

    def tell(self, to: Sequence[str], text: str, key: str | None = None) -> Message:
        """Write to one or several teams; they may answer in the same thread.

        Raises:
            InputError: SS8012 the key, SS8053 the text, SS8054 the addresses.
        """
        file = self.exercise.file
        (event,) = self.commit(
            "message.sent",
            lambda state: message(file, state, FACILITATOR, FACILITATOR, to, text),
            idempotent(FACILITATOR, key), same={"text": plain_text(text)},
        )  # fmt: skip
        return Message(f"m{event.seq}", FACILITATOR, tuple(event.body["to"]), event.body["text"],
                       event.at)  # fmt: skip

    def hand_over(self, team: str, policy: bool = True) -> None:
        """Let the model's policy play a team from the next lock on, or its people again.

        Its orders that are written stand; with ``policy`` its people read, and order no more.
        """
        self._team(team)
        body = {"team": team, "policy": policy}
        self.commit(
            "team.handed",
            lambda s: [] if (team in s.handed) == policy
            else [Draft("team.handed", body, "", FACILITATOR)],
            None,
        )  # fmt: skip

    def extend(self, minutes: int, key: str | None = None) -> None:
        """Add minutes to the clock of the present phase. It is shown, and enforces nothing.

        Raises:
            InputError: SS8058, minutes outside 1 to 60.
        """
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 60:
            raise InputError("SS8058", f"the clock cannot be moved by {str(minutes)[:20]} minutes",
                             hint="allowed: 1 to 60")  # fmt: skip
        body = {"minutes": minutes}
        self.commit(
            "clock.extended",
            lambda s: [Draft("clock.extended", body, s.current, FACILITATOR)],
            idempotent(FACILITATOR, key), same=body,
        )  # fmt: skip

    def pause(self, paused: bool = True) -> None:
        """Let the clock of the present phase stand still, or run again; no phase waits for it."""
        self.commit(
            "clock.paused",
            lambda s: [] if bool(s.turn.clock.paused) == paused
            else [Draft("clock.paused", {"paused": paused}, s.current, FACILITATOR)],
            None,
        )  # fmt: skip

    # ---- the umpire ----------------------------------------------------------------------------

    def shift(self, question: str, points: int, reason: str, key: str | None = None) -> None:
        """Shift a question's probability from the model's own, by weighing the futures anew.

        Args:
            question: A question of the adjudication whose odds are shown.
            points: -20, -10, -5, 5, 10 or 20. A later ruling on the question replaces this one.
            reason: Why; everybody reads it.
            key: Idempotency key.

        Raises:
            InputError: SS8010 wrong phase, SS8051 the style of the exercise or the points, SS8052
                out of reach of the futures, SS8053 the reason.
        """
        file = self.exercise.file
        self._rule(
            "umpire.weighted", lambda state: umpire.shift(file, state, question, points, reason),
            key, {"question": question, "points": points},
        )  # fmt: skip

    def set_probability(
        self, question: str, percent: float, reason: str, key: str | None = None
    ) -> None:
        """Set a question's probability after the class has argued it; style ``matrix`` alone.

        Raises:
            InputError: as :meth:`shift`; SS8056, percent is no probability.
        """
        file, percent = self.exercise.file, in_percent(percent)
        self._rule(
            "umpire.weighted",
            lambda state: umpire.set_probability(file, state, question, percent, reason),
            key, {"question": question, "percent": percent},
        )  # fmt: skip

    def pick(self, future: int, reason: str, key: str | None = None) -> None:
        """Play another future of those that were run than the dice chose, or before they choose.

        Args:
            future: Its number, as ``odds["ranked"]`` lists them.
            reason: Why; everybody reads it.
            key: Idempotency key.

        Raises:
            InputError: SS8010 wrong phase, SS8051 the style or the future, SS8053 the reason.
        """
        file = self.exercise.file
        self._rule(
            "umpire.picked", lambda state: umpire.pick_future(file, state, future, reason),
            key, {"replicate": future},
        )  # fmt: skip

    def _rule(self, kind: str, rule: Rule, key: str | None, same: Mapping[str, Any]) -> None:
        self.commit(kind, rule, idempotent(FACILITATOR, key), same=same)

    # ---- names ---------------------------------------------------------------------------------

    def erase_names(self) -> int:
        """Erase the names of all people for good; return how many there were."""
        gone = self.log.erase_names()
        self.commit("names.erased", lambda _: [Draft("names.erased", {"names": gone})], None)
        return gone

    def _team(self, team: str) -> None:
        if team not in self.exercise.file.teams:
            raise InputError("SS8002", f"there is no team '{team}'")
