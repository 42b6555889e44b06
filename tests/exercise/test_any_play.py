"""Any play at all, by several teams and a facilitator: what holds after every step."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sahelsim.base.errors import InputError
from sahelsim.exercise import Exercise, Game, picture
from sahelsim.exercise.cards import budget
from sahelsim.exercise.folding import fold_all
from sahelsim.exercise.log import check_chain
from sahelsim.exercise.state import FACILITATOR
from sahelsim.exercise.umpire import SHIFTS, aims, shares, weigh

TEAMS = ("bamako", "niamey", "coalition")
PLAYS = (
    ("bamako", "reinforce", {"destination": "gao", "men": 90}),
    ("bamako", "reinforce", {"destination": "niamey", "men": 90}),  # the model refuses it
    ("bamako", "strict_rules", {}),
    ("niamey", "lend_aircraft", {"tail": "5U-MTU", "rotations_per_week": 1}),
    ("niamey", "declare", {}),
    ("coalition", "posture", {"level": "hold", "days": 9}),
    ("coalition", "reinforce", {"destination": "gao", "men": 90}),  # not its card
)
a_team = st.sampled_from(TEAMS)
some_teams = st.lists(a_team, min_size=1, max_size=2, unique=True)
a_key = st.sampled_from(["a", "b", "c"])


class Play(RuleBasedStateMachine):
    """Whatever a class may do, in any order; everything secret carries a word of its own."""

    exercise: Exercise
    rehearsed: Exercise

    def __init__(self) -> None:
        super().__init__()
        self.tokens: dict[str, str] = {}
        self.secrets: dict[str, frozenset[str]] = {}  # a word, and the teams that may read it
        self.answers: dict[tuple[str, str], Any] = {}  # (token, key): what the command answered

    @initialize(rehearse=st.booleans())
    def begin(self, rehearse: bool) -> None:
        self.game, self.keys = Game.create(self.rehearsed if rehearse else self.exercise)
        for code in (*self.keys.codes.values(), self.keys.facilitator):
            self.secrets[code] = frozenset()
        for team in TEAMS:
            self.join(team)
        self.game.step("write")

    def word(self, *readers: str) -> str:
        """A word that only some teams may ever read."""
        word = f"canary{len(self.secrets)}x"
        self.secrets[word] = frozenset(readers)
        return word

    def attempt(self, what: Callable[..., Any], *arguments: object, **more: object) -> Any:
        """Do it; where it is refused, nothing may have been written."""
        before = self.game.state.seq
        try:
            return what(*arguments, **more)
        except InputError as fault:
            assert self.game.state.seq == before, "a refused command has written something"
            return fault

    def keyed(self, team: str, key: str, what: Callable[..., Any], *arguments: object) -> None:
        """A command with a key: said again, it answers the same and writes nothing."""
        token = self.tokens.get(team)
        if token is None:
            return
        made = self.attempt(what, token, *arguments, key=key)
        if not isinstance(made, InputError):
            assert self.answers.setdefault((token, key), made) == made
            seq = self.game.state.seq
            assert what(token, *arguments, key=key) == made
            assert self.game.state.seq == seq

    # ---- players -------------------------------------------------------------------------------

    @rule(team=a_team)
    def join(self, team: str) -> None:
        name = self.word()
        token = self.attempt(self.game.join, self.keys.codes[team], name)
        if isinstance(token, str):
            self.tokens[team] = token
            self.secrets[token] = frozenset()

    @rule(play=st.sampled_from(PLAYS), key=a_key)
    def propose(self, play: tuple[str, str, dict[str, object]], key: str) -> None:
        team, card, arguments = play
        self.keyed(team, key, self.game.propose, card, arguments, self.word(team))

    @precondition(lambda self: self.game.state.turn.orders)
    @rule(team=a_team, n=st.integers(0, 3))
    def withdraw(self, team: str, n: int) -> None:
        orders = self.game.state.turn.orders
        if team in self.tokens:
            self.attempt(self.game.withdraw, self.tokens[team], orders[n % len(orders)].id)

    @rule(team=a_team)
    def ready(self, team: str) -> None:
        if team in self.tokens:
            self.attempt(self.game.ready, self.tokens[team])

    @rule(team=a_team, to=some_teams, facilitator=st.booleans(), key=a_key)
    def message(self, team: str, to: list[str], facilitator: bool, key: str) -> None:
        reached = [*to, FACILITATOR] if facilitator else to
        self.keyed(team, key, self.game.message, reached, self.word(team, *to))

    @rule(team=a_team)
    def declare(self, team: str) -> None:
        if team in self.tokens:
            self.attempt(self.game.declare, self.tokens[team], self.word(*TEAMS))

    @rule(team=a_team, name=st.sampled_from(["civilians", "gao_end", "sieged"]))
    def forecast(self, team: str, name: str) -> None:
        if team in self.tokens:
            number = f"10.{len(self.secrets):04d}1"
            self.secrets[number] = frozenset([team])
            self.attempt(self.game.forecast, self.tokens[team], name, float(number))

    # ---- the facilitator -----------------------------------------------------------------------

    @rule(what=st.sampled_from(["write", "write", "lock", "odds", "roll", "play", "play", "next"]))
    def step(self, what: str) -> None:
        self.attempt(self.game.step, what)

    @rule(points=st.sampled_from(SHIFTS))
    def shift(self, points: int) -> None:
        self.attempt(self.game.shift, "civilians", points, self.word(*TEAMS))

    @rule(future=st.integers(0, 13))
    def pick(self, future: int) -> None:
        self.attempt(self.game.pick, future, self.word(*TEAMS))

    @rule(to=some_teams)
    def tell(self, to: list[str]) -> None:
        self.game.tell(to, self.word(*to))

    @rule(to=some_teams)
    def announce(self, to: list[str]) -> None:
        word = self.word(*to)
        self.attempt(self.game.announce, {"en": word, "fr": word}, to)

    @rule()
    def inject(self) -> None:
        self.attempt(self.game.inject, "gao_airport", key="tab")

    @rule(team=a_team, policy=st.booleans())
    def hand_over(self, team: str, policy: bool) -> None:
        self.game.hand_over(team, policy)
        assert (team in self.game.state.handed) == policy

    @rule(paused=st.booleans())
    def clock(self, paused: bool) -> None:
        self.game.pause(paused)
        self.game.extend(1)
        assert bool(self.game.state.turn.clock.paused) == paused

    @rule(turn=st.integers(1, 3))
    def rewind(self, turn: int) -> None:
        self.attempt(self.game.rewind, turn, note=self.word())

    @rule(n=st.integers(0, 5))
    def go_to(self, n: int) -> None:
        names = list(self.game.state.branches)
        self.game.go_to(names[n % len(names)])

    @rule()
    def restart(self) -> None:
        before = self.game.state
        self.game = Game(self.game.log)
        assert self.game.state == before

    # ---- what holds ----------------------------------------------------------------------------

    @invariant()
    def the_log_is_the_game(self) -> None:
        events = self.game.log.read()
        check_chain(events)
        assert fold_all(events) == self.game.state
        keys = [event.idem for event in events if event.idem is not None]
        assert len(keys) == len(set(keys))
        written = {f"{event.kind[0]}{event.seq}" for event in events}
        for answer in self.answers.values():
            assert answer.id in written  # nothing acknowledged is lost

    @invariant()
    def nothing_is_spent_twice(self) -> None:
        for branch in self.game.state.branches.values():
            assert [turn.number for turn in branch.turns] == [*range(1, len(branch.turns) + 1)]
            for name, rules in self.exercise.file.teams.items():
                assert min(budget(rules, branch, name).values()) >= 0.0
                for turn in branch.turns:
                    assert sum(order.team == name for order in turn.orders) <= rules.slots
            for turn in branch.played:
                assert {order.id for order in turn.orders} <= set((turn.result or {})["refusals"])
                if turn.odds is not None:
                    assert turn.replicate in turn.odds["ranked"]

    @invariant()
    def every_future_keeps_a_chance(self) -> None:
        turn = self.game.state.turn
        if turn.odds is not None:
            assert weigh(turn.odds, aims(turn)).min() > 0.0
            for question, percent in aims(turn).items():
                assert abs(shares(turn)[question] - percent) < 1e-5

    @invariant()
    def nobody_looks_into_another_s_hand(self) -> None:
        over = self.game.state.turn.phase == "over"
        for team, token in self.tokens.items():
            told = json.dumps(self.game.see(token), allow_nan=False)
            for word, readers in self.secrets.items():
                if word[0] == "1" and over:
                    continue  # after the end the calibration of all is shown
                assert team in readers or word not in told, f"{team} reads {word}"


def play(small: Exercise, examples: int, steps: int, **more: Any) -> None:
    clock = small.file.clock.model_copy(update={"rehearsal": True})
    Play.exercise = small
    Play.rehearsed = Exercise(
        small.file.model_copy(update={"clock": clock}),
        small.text.replace("rehearsal: false", "rehearsal: true"), small.plan, small.expressions,
    )  # fmt: skip
    run_state_machine_as_test(
        Play,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck), **more,
        ),
    )  # fmt: skip


def test_any_play(small: Exercise) -> None:
    play(small, 10, 20)


@pytest.mark.long
def test_any_play_at_length(small: Exercise) -> None:
    play(small, 400, 50)


def everything(turn: Any, reader: str | None = None) -> Any:
    return MESSAGES(turn)


MESSAGES = picture._messages
LEAKS: dict[str, tuple[str, Any]] = {
    "messages": ("_messages", everything),
    "forecasts": (
        "standing",
        lambda turns, file, team: {
            f"{other} {name}": percent
            for turn in turns for other, said in turn.forecasts.items()
            for name, percent in said.items()
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("leak", ["messages", "forecasts", "orders", "news"])
def test_a_planted_leak_is_found(
    small: Exercise, leak: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if leak in ("orders", "news"):
        honest = picture.picture

        def leaking(engine: Any, state: Any, team: str) -> dict[str, Any]:
            turn = state.turn
            rest = turn.orders if leak == "orders" else turn.news
            return {**honest(engine, state, team), "more": repr(rest)}

        monkeypatch.setattr("sahelsim.exercise.game.picture", leaking)
    else:
        monkeypatch.setattr(picture, *LEAKS[leak])
    with pytest.raises(AssertionError, match="reads"):
        play(small, 60, 30, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
