"""Any play at all: what holds after every step; and the same log is the same game."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sahelsim.base.errors import InputError, NotReproducible
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.cards import budget
from sahelsim.exercise.export import log_lines
from sahelsim.exercise.folding import KINDS, fold_all
from sahelsim.exercise.log import Draft, check_chain, sealed
from sahelsim.exercise.replay import read_log, replay
from sahelsim.exercise.whatif import without_order

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


class Play(RuleBasedStateMachine):
    """Joins, orders, locks, steps, injects, rewinds and restarts in any order."""

    exercise: Exercise

    def __init__(self) -> None:
        super().__init__()
        self.game, self.keys = Game.create(self.exercise)
        self.tokens: dict[str, str] = {}
        self.acknowledged: set[str] = set()

    def attempt(self, what: object, *arguments: object, **more: object) -> object:
        """Do it; where it is refused, nothing may have been written."""
        before = self.game.state.seq
        try:
            return what(*arguments, **more)  # type: ignore[operator]
        except InputError:
            if self.game.state.seq != before:
                pytest.fail("a refused command has written something")
            return None

    @rule(team=st.sampled_from(TEAMS))
    def join(self, team: str) -> None:
        token = self.attempt(self.game.join, self.keys.codes[team], f"canary-{team}")
        if isinstance(token, str):
            self.tokens[team] = token

    @rule(play=st.sampled_from(PLAYS), key=st.sampled_from(["a", "b", "c"]))
    def propose(self, play: tuple[str, str, dict[str, object]], key: str) -> None:
        team, card, arguments = play
        if team in self.tokens:
            made = self.attempt(
                self.game.propose, self.tokens[team], card, arguments, f"canary-{team}", key
            )
            if made is not None:
                self.acknowledged.add(made.id)  # type: ignore[attr-defined]

    @precondition(lambda self: self.game.state.turn.orders)
    @rule(team=st.sampled_from(TEAMS), n=st.integers(0, 3))
    def withdraw(self, team: str, n: int) -> None:
        orders = self.game.state.turn.orders
        if team in self.tokens:
            self.attempt(self.game.withdraw, self.tokens[team], orders[n % len(orders)].id)

    @rule(team=st.sampled_from(TEAMS))
    def ready(self, team: str) -> None:
        if team in self.tokens:
            self.attempt(self.game.ready, self.tokens[team])

    @rule(what=st.sampled_from(["write", "lock", "odds", "roll", "play", "play", "next"]))
    def step(self, what: str) -> None:
        self.attempt(self.game.step, what)

    @rule()
    def inject(self) -> None:
        self.attempt(self.game.inject, "gao_airport", key="tab")

    @rule(turn=st.integers(1, 3))
    def rewind(self, turn: int) -> None:
        self.attempt(self.game.rewind, turn)

    @rule(n=st.integers(0, 5))
    def go_to(self, n: int) -> None:
        names = list(self.game.state.branches)
        self.game.go_to(names[n % len(names)])

    @rule()
    def restart(self) -> None:
        before = self.game.state
        self.game = Game(self.game.log)
        assert self.game.state == before

    @invariant()
    def nothing_is_lost_or_spent_twice(self) -> None:
        events = self.game.log.read()
        check_chain(events)
        assert fold_all(events) == self.game.state
        given = {f"o{event.seq}" for event in events if event.kind == "order.given"}
        assert self.acknowledged <= given
        for branch in self.game.state.branches.values():
            assert [turn.number for turn in branch.turns] == [*range(1, len(branch.turns) + 1)]
            for name, rules in self.exercise.file.teams.items():
                assert min(budget(rules, branch, name).values()) >= 0.0
                for turn in branch.turns:
                    assert sum(order.team == name for order in turn.orders) <= rules.slots
            for turn in branch.played:
                assert {order.id for order in turn.orders} <= set((turn.result or {})["refusals"])

    @invariant()
    def nobody_sees_another_s_reasons(self) -> None:
        for team, token in self.tokens.items():
            told = repr(self.game.see(token))
            for other in TEAMS:
                assert other == team or f"canary-{other}" not in told


def test_any_play(small: Exercise) -> None:
    Play.exercise = small
    checks = settings(
        max_examples=6, stateful_step_count=15, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    Play.TestCase.settings = checks
    Play.TestCase().runTest()


@pytest.mark.long
def test_any_play_at_length(small: Exercise) -> None:
    Play.exercise = small
    Play.TestCase.settings = settings(
        max_examples=300, stateful_step_count=40, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    Play.TestCase().runTest()


def played(small: Exercise) -> tuple[Game, Keys]:
    game, keys = Game.create(small)
    token = game.join(keys.codes["bamako"], "Awa")
    game.step("write")
    game.propose(token, "reinforce", {"destination": "gao", "men": 300})
    play_on(game, 1)
    play_on(game, 1, odds=False)
    game.rewind(2, "again")
    play_on(game, 1)
    return game, keys


def test_a_replay_is_the_game_bit_for_bit(small: Exercise, tmp_path: Path) -> None:
    game, _ = played(small)
    path = tmp_path / "log.jsonl"
    path.write_text(log_lines(game.log.read()), encoding="utf-8")
    seen: list[tuple[str, int]] = []
    _, state, compared = replay(read_log(path), lambda branch, turn: seen.append((branch, turn)))
    assert state == game.state
    assert compared == 3
    assert seen == [("main", 1), ("main", 2), ("again", 2)]


def test_a_replay_notices_another_outcome_and_another_log(small: Exercise) -> None:
    game, _ = played(small)
    events = game.log.read()
    with pytest.raises(InputError, match="does not hold together"):
        replay([*events[:3], *events[4:]])
    # A forger who mends the chain is found out by the model.
    forged = [
        Draft(e.kind, {**e.body, "replicate": e.body["replicate"] + 1}
              if e.kind == "turn.played" else e.body, e.branch, e.author, e.idem)
        for e in events
    ]  # fmt: skip
    with pytest.raises(NotReproducible, match="turn 1"):
        replay(list(sealed(forged, 0, "0" * 64)))


def test_every_kind_of_event_is_folded(small: Exercise) -> None:
    game, _ = played(small)
    game.set_joining(True)
    token = game.join(game.new_code("niamey"), "Ali", key="k")
    game.join(game.new_code("niamey"), "Ali", key="k")
    game.new_facilitator()
    game.step("next")
    game.step("write")
    game.withdraw(token, game.propose(token, "declare").id)
    game.forecast(token, "civilians", 50)
    game.ready(token)
    game.announce({"en": "Rain.", "fr": "Pluie."})
    game.message(token, ["bamako"], "hello")
    game.declare(token, "hello")
    game.hand_over("bamako")
    game.extend(3)
    game.pause()
    game.step("lock")
    odds = game.step("odds").odds or {}
    uncertain = [q for q, n in odds["counts"].items() if 0 < n < odds["futures"]]
    game.shift(uncertain[0], 5, "why not")
    game.pick(3, "why not")
    game.remove(next(iter(game.state.seats)))
    game.go_to("main")
    game.erase_names()
    kinds = {event.kind for event in game.log.read()}
    assert kinds == set(KINDS) - {"rehearsal.ended"}  # see test_conduct.py
    assert fold_all(game.log.read()) == Game(game.log).state


def test_the_same_game_without_an_order(small: Exercise) -> None:
    game, keys = Game.create(small)
    token = game.join(keys.codes["niamey"], "Ali")
    game.step("write")
    lend = game.propose(token, "lend_aircraft", {"tail": "5U-MTU", "rotations_per_week": 4})
    silent = game.propose(token, "declare")
    play_on(game, 2, odds=False)
    found = {c.outcome: c for c in game.without(lend.id, 12, ["tonnes_to_gao", "civilian_deaths"])}
    tonnes = found["tonnes_to_gao"]
    assert tonnes.pairs == 12
    assert tonnes.family == 2
    assert tonnes.difference < 0.0  # without the loan less arrives
    assert tonnes.low <= tonnes.difference <= tonnes.high
    for item in game.without(silent.id, 4):
        assert item.difference == 0.0  # a declaration changes nothing, draw by draw
        assert not item.told_from_zero
    with pytest.raises(InputError, match="no order"):
        game.without("o999")
    with pytest.raises(InputError, match="pairs"):
        game.without(lend.id, 1)
    with pytest.raises(InputError, match="no outcome"):
        game.without(lend.id, 2, ["tonnes"])
    branch = game.state.branch
    emptied = replace(branch, turns=tuple(replace(turn, result=None) for turn in branch.turns))
    with pytest.raises(InputError, match="no order"):
        without_order(game.engine, emptied, lend.id, 2)


PLAYER = """
import sys
from pathlib import Path
from sahelsim.exercise import Game
from sahelsim.exercise.bots import play_on
game = Game.open(Path(sys.argv[1]))
print("open", flush=True)
while True:
    play_on(game, 1)
    print("turn", flush=True)
    if game.state.turn.phase == "over":
        game.rewind(1)
"""


def kill_while_turns_are_played(folder: Path, rounds: int, pause_s: float) -> None:
    """Kill a player at several points of its turns; the game goes on from each without a seam."""
    for number in range(rounds):
        player = subprocess.Popen(
            [sys.executable, "-c", PLAYER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert player.stdout is not None
            assert player.stdout.readline() == "open\n"
            time.sleep(pause_s * (number * 5 % 7))
        finally:
            os.kill(player.pid, signal.SIGKILL)
        player.communicate()
        game = Game.open(folder)
        turn = game.state.turn
        assert (turn.result is not None) == (turn.phase in ("results", "over"))
        game.close()
    game = Game.open(folder)
    if game.state.turn.phase == "over":
        game.rewind(1)
    assert play_on(game) > 0
    replay(game.log.read())
    game.close()


def test_a_kill_leaves_no_half_turn(small: Exercise, tmp_path: Path) -> None:
    game, _ = Game.create(small, tmp_path / "g")
    game.close()
    kill_while_turns_are_played(tmp_path / "g", 2, 0.03)


@pytest.mark.long
def test_many_kills_leave_no_half_turn(small: Exercise, tmp_path: Path) -> None:
    game, _ = Game.create(small, tmp_path / "g")
    game.close()
    kill_while_turns_are_played(tmp_path / "g", 40, 0.02)
