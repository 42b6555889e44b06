"""Games without people: random hands that are right, and the balance that comes of them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sahelsim.cli.main import main
from sahelsim.exercise import Exercise, Game, load_exercise
from sahelsim.exercise.balance import Played, balance, play_games
from sahelsim.exercise.bots import Hands, play_on
from sahelsim.exercise.cards import budget
from sahelsim.exercise.loading import shipped_exercises

from .conftest import small_text


def hands_of(small: Exercise, replicate: int) -> tuple[Game, Hands]:
    game, keys = Game.create(small, replicate=replicate)
    hands = Hands.seated(game, keys.codes, replicate)
    play_on(game, 2, odds=False, hands=hands)
    return game, hands


def test_random_hands_are_the_same_again_and_others_in_another_game(small: Exercise) -> None:
    def orders(replicate: int) -> list[list[object]]:
        game, _ = hands_of(small, replicate)
        return [[(o.card, dict(o.arguments)) for o in t.orders] for t in game.state.branch.played]

    assert orders(0) == orders(0)
    assert orders(0) != orders(1)


def test_random_hands_fill_slots_and_stay_within_budgets(small: Exercise) -> None:
    game, hands = hands_of(small, 0)
    assert hands.invalid == []
    assert sum(hands.written.values()) == sum(len(t.orders) for t in game.state.branch.played)
    for team, rules in small.file.teams.items():
        assert min(budget(rules, game.state.branch, team).values()) >= 0.0
        for turn in game.state.branch.played:
            assert 0 < sum(order.team == team for order in turn.orders) <= rules.slots


@pytest.mark.parametrize("name", [name for name, _ in shipped_exercises()])
def test_a_shipped_exercise_offers_nothing_invalid(name: str) -> None:
    exercise = load_exercise(name)
    played = play_games(exercise, 2)
    found = balance(exercise, played)
    assert found["invalid"] == []
    assert sum(row["written"] for row in found["cards"].values()) > 50
    assert set(found["teams"]) == set(exercise.file.teams)
    assert sum(row["wins"] for row in found["teams"].values()) == pytest.approx(1.0)
    assert found["civilian_deaths"]["low"] > 0.0


def one(scores: dict[str, float], deaths: float = 100.0, **more: object) -> Played:
    counts: dict[str, object] = {
        "written": Counter(), "refused": Counter(), "overtaken": Counter(), "invalid": (), **more,
    }  # fmt: skip
    return Played(scores, deaths, 0.5, **counts)  # type: ignore[arg-type]


def test_a_balance_is_that_of_its_games(small: Exercise) -> None:
    rows = [(10.0, 20.0, 5.0), (20.0, 20.0, 5.0), (40.0, 10.0, 5.0), (30.0, 0.0, 5.0)]
    played = [
        one(dict(zip(("bamako", "niamey", "coalition"), row, strict=True)), 100.0 * n)
        for n, row in enumerate(rows, start=1)
    ]
    found = balance(small, played)
    a, b = np.array(rows)[:, 0], np.array(rows)[:, 1]
    assert found["teams"]["bamako"]["mean"] == a.mean()
    assert found["teams"]["bamako"]["sd"] == pytest.approx(a.std(ddof=1))
    wins = {team: row["wins"] for team, row in found["teams"].items()}
    assert wins == {"bamako": 2.5 / 4, "niamey": 1.5 / 4, "coalition": 0.0}  # a tie is shared
    assert found["correlation"]["bamako"]["niamey"] == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert found["correlation"]["bamako"]["coalition"] is None  # it never changes
    assert found["civilian_deaths"]["median"] == 250.0
    told = "\n".join(found["notes"])
    assert "the score of coalition is 5 in every game" in told
    assert "coalition wins 0%" in told
    assert "bamako wins 62%" in told
    assert "niamey" not in told.replace("bamako and niamey", "")
    json.dumps(found, allow_nan=False)


def test_cards_that_nobody_can_play_are_named(small: Exercise) -> None:
    scores = {"bamako": 1.0, "niamey": 1.0, "coalition": 1.0}
    played = [one(scores, refused=Counter({"convoy": 7}), written=Counter({"reinforce": 1}))]
    found = balance(small, played)
    assert "the card convoy was never accepted in 7 attempts" in found["notes"]
    assert not any("reinforce" in note for note in found["notes"])


def test_an_order_that_cannot_be_right_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.exercise.yaml").write_text(small_text(), encoding="utf-8")
    words = ["exercise", "bots", "x.exercise.yaml", "--games", "2", "--turns", "1"]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["games"] == 2
    assert told["invalid"] == []
    assert main([*words, "--no-cards"]) == 0
    out = capsys.readouterr().out
    assert "Invalid orders: 0" in out
    assert "Civilians killed in a game" in out
    assert "written" not in out
    assert main([*words, "--out", "kept"]) == 2

    def broken(self: Hands, game: Game) -> None:
        self.invalid.append("bamako, reinforce: no such place")

    monkeypatch.setattr(Hands, "write", broken)
    assert main(words) == 4
    assert "SS8059" in capsys.readouterr().err


def test_an_interrupted_balance_tells_what_was_played(tmp_path: Path) -> None:
    path = tmp_path / "x.exercise.yaml"
    path.write_text(small_text(), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "sahelsim", "exercise", "bots", str(path), "--games", "500",
         "--turns", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stderr is not None
    assert " 0 of 500 games" in process.stderr.readline()
    assert re.search(r" [1-9]\d* of 500 games", process.stderr.readline())
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Invalid orders: 0" in out
