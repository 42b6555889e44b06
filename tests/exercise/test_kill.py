"""A game whose process is killed at random points goes on without a seam.

A player gives orders, messages and forecasts and takes every step of the turns; each command that
returned is told to the test. Then it is killed. The next player sends the commands of the turn
again, with the same keys, as pages do that had no answer.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.folding import fold_all
from sahelsim.exercise.log import check_chain
from sahelsim.exercise.replay import replay

PLAYER = """
import json
import sys
from sahelsim.base.errors import InputError
from sahelsim.exercise import Game

PLAYS = (
    ("bamako", "strict_rules", {}),
    ("bamako", "reinforce", {"destination": "gao", "men": 60}),
    ("niamey", "declare", {}),
    ("niamey", "lend_aircraft", {"tail": "5U-MTU", "rotations_per_week": 1}),
    ("coalition", "posture", {"level": "hold", "days": 9}),
)
game, tokens = Game.open(sys.argv[1]), json.loads(sys.argv[2])

def tell(*words):
    print(*words, flush=True)

tell("open")
while True:
    turn = game.state.turn
    at = f"{game.state.current}:{turn.number}"
    game.step("write")
    tell("step")
    for n, (team, card, arguments) in enumerate(PLAYS):
        try:
            order = game.propose(tokens[team], card, arguments, key=f"{at}:o{n}")
            tell(f"{at}:o{n}", order.id)
        except InputError:
            pass  # it was not affordable, or the turn was locked before it was sent
        sent = game.message(tokens[team], ["facilitator"], card, key=f"{at}:m{n}")
        tell(f"{at}:m{n}", sent.id)
    for what in ("lock", "odds", "roll", "play"):
        game.step(what)
        tell("step")
    if game.state.turn.phase == "over":
        game.rewind(1, key=f"{at}:again")
    else:
        game.step("next")
    tell("step")
"""


class Player:
    """A process that plays, and what it has told so far."""

    def __init__(self, place: Path | str, tokens: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PLAYER, str(place), json.dumps(tokens)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.told: list[str] = []
        self.opened = self.process.stdout.readline() == "open\n"
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):  # one that was cut off by the kill was no answer
                self.told.append(line.strip())

    def wait_for(self, commands: int) -> None:
        """Wait until it has told so many commands."""
        last = time.monotonic() + 60.0
        while len(self.told) < commands and time.monotonic() < last:
            time.sleep(0.002)

    def kill(self) -> list[str]:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        return self.told


def kill_at_random_points(
    small: Exercise, place: Path | str, rounds: int, commands: int = 40
) -> Counter[str]:
    """Kill a player again and again; return the counts of the report."""
    game, keys = Game.create(small, place)
    tokens = {team: game.join(code, team) for team, code in keys.codes.items()}
    game.close()
    chance = random.Random(rounds)
    acknowledged: dict[str, str] = {}
    report: Counter[str] = Counter()
    for _ in range(rounds):
        player = Player(place, tokens)
        assert player.opened
        player.wait_for(chance.randrange(commands))
        time.sleep(0.1 * chance.random() ** 2)
        told = player.kill()
        report["commands acknowledged"] += len(told)
        for line in told:
            key, _, id = line.partition(" ")
            if id and acknowledged.setdefault(key, id) != id:
                pytest.fail(f"{key} was done twice: {acknowledged[key]} and {id}")
        game = Game.open(place)
        events = game.log.read()
        check_chain(events)
        state = game.state
        assert state == fold_all(events)
        report[f"killed in phase {state.turn.phase}"] += 1
        given = [f"o{e.seq}" for e in events if e.kind == "order.given"]
        sent = [f"m{e.seq}" for e in events if e.kind == "message.sent"]
        stored = {(e.idem or "").partition(":")[2]: e.seq for e in events if e.idem}
        for key, id in acknowledged.items():
            assert id in given or id in sent
            assert stored[key] == int(id[1:])
        for branch in state.branches.values():
            for turn in branch.turns:
                assert (turn.result is not None) == (turn.phase in ("results", "over"))
                for name, team in small.file.teams.items():
                    own = [order for order in turn.orders if order.team == name]
                    assert len(own) <= team.slots
                    assert len({order.card for order in own}) == len(own)  # none doubled
        game.close()
    game = Game.open(place)
    play_on(game, 1)  # the turn under way can be finished
    _, state, compared = replay(game.log.read())  # and every turn comes out bit for bit
    assert state == game.state
    assert compared == sum(
        len(branch.played) - branch.since + 1 for branch in state.branches.values()
    )
    report["orders acknowledged"] = sum(key[-2] == "o" for key in acknowledged)
    report["messages acknowledged"] = sum(key[-2] == "m" for key in acknowledged)
    report["turns played, and replayed the same"] = compared
    game.close()
    return report


def test_a_killed_game_goes_on_without_a_seam(small: Exercise, place: Path | str) -> None:
    report = kill_at_random_points(small, place, 3, 16)
    assert report["orders acknowledged"] >= 3


@pytest.mark.long
def test_a_game_killed_many_times_goes_on_without_a_seam(
    small: Exercise, place: Path | str
) -> None:
    report = kill_at_random_points(small, place, 80)
    print(dict(report))
    assert report["orders acknowledged"] > 100
    assert {"killed in phase write", "killed in phase locked"} <= set(report)
