"""What players do: take a seat, write orders, messages, statements and forecasts, lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.exercise import conduct
from sahelsim.exercise.access import (
    fingerprint,
    new_token,
    person_name,
    seat_of_token,
    team_of_code,
)
from sahelsim.exercise.cards import Refusal, check_play
from sahelsim.exercise.desk import Desk, idempotent
from sahelsim.exercise.forecasts import in_percent, save
from sahelsim.exercise.log import Draft
from sahelsim.exercise.state import Message, Order, Seat, State, Statement, Turn
from sahelsim.exercise.talk import message, plain_text, statement

MAX_WHY = 500  # characters of a reason


class Players(Desk):
    """The commands of players; each takes a seat's token but :meth:`join`, which gives one."""

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
                something else, SS8031 no such seat, SS8057 the policy plays the team.
        """
        chosen, why = dict(arguments or {}), plain_text(why)
        if len(why) > MAX_WHY:
            raise Refusal("SS8021", f"a reason has at most {MAX_WHY} characters")

        def rule(state: State) -> Sequence[Draft]:
            seat, turn = self._writing(state, token)
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
            seat, _ = self._writing(state, token)
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

    def message(self, token: str, to: Sequence[str], text: str, key: str | None = None) -> Message:
        """Write to other teams, or to the ``facilitator``, who reads every message.

        Args:
            token: The seat's.
            to: Whom it reaches; the thread is theirs and the own team's.
            text: At most 500 characters.
            key: Idempotency key.

        Raises:
            InputError: SS8012 the key, SS8031 no such seat, SS8053 the text, SS8054 the addresses,
                SS8055 too many in this turn.
        """

        def rule(state: State) -> Sequence[Draft]:
            seat = seat_of_token(state, token)
            return message(self.exercise.file, state, seat.team, seat.id, to, text)

        same = {"text": plain_text(text)}
        (event,) = self.commit("message.sent", rule, self._seat_key(token, key), same=same)
        return Message(f"m{event.seq}", event.body["from"], tuple(event.body["to"]),
                       event.body["text"], event.at)  # fmt: skip

    def declare(self, token: str, text: str, key: str | None = None) -> Statement:
        """Make a public statement, which everybody reads at once; at most 200 characters.

        Raises:
            InputError: SS8012 the key, SS8031 no such seat, SS8053 the text, SS8055 too many in
                this turn.
        """

        def rule(state: State) -> Sequence[Draft]:
            seat = seat_of_token(state, token)
            return statement(state, seat.team, seat.id, text)

        same = {"text": plain_text(text)}
        (event,) = self.commit("statement.made", rule, self._seat_key(token, key), same=same)
        return Statement(f"d{event.seq}", event.body["team"], event.body["text"], event.at)

    def forecast(self, token: str, name: str, percent: float, key: str | None = None) -> None:
        """Put a probability to a question of the turn or a forecast; the last one stands.

        Args:
            token: The seat's.
            name: A question of the adjudication, or a forecast of the exercise.
            percent: 0 to 100.
            key: Idempotency key.

        Raises:
            InputError: SS8010 wrong phase, SS8011 the team has locked, SS8012 the key, SS8031 no
                such seat, SS8056 the name or the probability.
        """
        kept = in_percent(percent)

        def rule(state: State) -> Sequence[Draft]:
            seat, _ = self._writing(state, token, forecast=True)
            return save(self.exercise.file, state, seat.team, seat.id, name, kept)

        same = {"name": name, "percent": kept}
        self.commit("forecast.saved", rule, self._seat_key(token, key), same=same)

    def _writing(self, state: State, token: str, forecast: bool = False) -> tuple[Seat, Turn]:
        """The seat and the turn, if the team may still change what is locked with it."""
        seat = seat_of_token(state, token)
        turn = conduct.need(state, "read", "write") if forecast else conduct.need(state, "write")
        if seat.team in turn.ready:
            raise InputError("SS8011", "the team has locked its orders",
                             hint="ask the facilitator to open them again")  # fmt: skip
        if seat.team in state.handed and not forecast:
            raise InputError("SS8057", "the model's policy plays this team now",
                             hint="ask the facilitator to hand it back")  # fmt: skip
        return seat, turn

    def _seat_key(self, token: str, key: str | None) -> str | None:
        # A key belongs to a seat: no player can use up another's.
        return idempotent(seat_of_token(self.state, token).id, key)
