"""Is an exercise balanced? Many games are played without people, and their scores compared.

The games differ in their futures (replicate 0, 1, …) and in the random hands of the teams. A team
wins a game where no other scores more; where several share the first place, each wins a part.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from sahelsim.base.formatting import finite, number, plural
from sahelsim.exercise.bots import Hands, play_on
from sahelsim.exercise.game import Game
from sahelsim.exercise.loading import Exercise

# A fair exercise: every team wins now and then (of four, each 15 to 40 % of the games), and no two
# teams want quite the same, or quite the opposite.
FAIR_WINS = (0.6, 1.6)  # times an equal part
FAIR_CORRELATION = 0.8


@dataclass(frozen=True)
class Played:
    """One game that was played to the end.

    Attributes:
        scores: Team -> its total, 0 to 100.
        civilian_deaths: Of the whole game.
        seconds: How long it took.
        written: Card -> orders that were accepted.
        refused: Card -> orders that the model refused when they were written.
        overtaken: Card -> orders that were accepted and not carried out, because of other teams'.
        invalid: Orders that could not be right in any state of the world.
    """

    scores: Mapping[str, float]
    civilian_deaths: float
    seconds: float
    written: Counter[str]
    refused: Counter[str]
    overtaken: Counter[str]
    invalid: tuple[str, ...]


def play_games(
    exercise: Exercise,
    games: int,
    *,
    seed: int | None = None,
    cards: bool = True,
    turns: int | None = None,
    watch: Callable[[Played], None] | None = None,
) -> list[Played]:
    """Play an exercise several times without people.

    Args:
        exercise: The exercise.
        games: How many games.
        seed: Seed of all draws; the exercise's own by default.
        cards: Fill the slots with random cards; else policies alone play.
        turns: Turns of each game; all by default.
        watch: Called with each game that was played.
    """
    found = []
    for n in range(games):
        began = time.monotonic()
        game, keys = Game.create(exercise, seed=seed, replicate=n, rehearsal=False)
        hands = Hands.seated(game, keys.codes, n) if cards else None
        play_on(game, turns, odds=False, hands=hands)
        one = _played(game, hands, time.monotonic() - began)
        game.close()
        found.append(one)
        if watch is not None:
            watch(one)
    return found


def _played(game: Game, hands: Hands | None, seconds: float) -> Played:
    result = game.state.branch.played[-1].result or {}
    overtaken: Counter[str] = Counter()
    for turn in game.state.branch.played:
        refusals = (turn.result or {})["refusals"]
        overtaken.update(order.card for order in turn.orders if refusals[order.id])
    return Played(
        {team: score["total"] for team, score in result["scores"].items()},
        float(result["outcomes"]["civilian_deaths"] or 0.0),
        seconds,
        hands.written if hands else Counter(),
        hands.refused if hands else Counter(),
        overtaken,
        tuple(hands.invalid) if hands else (),
    )


def balance(exercise: Exercise, played: Sequence[Played]) -> dict[str, Any]:
    """Scores, wins and correlations of teams, and what became of the cards.

    Args:
        exercise: The exercise.
        played: One game or more.

    Returns:
        ``games``; ``teams``: team -> mean, sd, low, median, high (5 %, 50 %, 95 %) and wins (share
        of the games); ``correlation``: team -> team -> Pearson's, None where a score never
        changes; ``civilian_deaths``: mean, low, median, high; ``cards``: card -> written, refused,
        overtaken; ``invalid``: the invalid orders; ``seconds``: median and most of a game;
        ``notes``: what an instructor should look at.
    """
    teams = list(exercise.file.teams)
    scores = np.array([[game.scores[team] for team in teams] for game in played])
    best = scores >= scores.max(axis=1, keepdims=True) - 1e-9
    wins = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        together = np.atleast_2d(np.corrcoef(scores, rowvar=False)) if len(played) > 1 else (
            np.full((len(teams), len(teams)), np.nan)
        )  # fmt: skip
    found = {
        "games": len(played),
        "teams": {
            team: {**_spread(scores[:, t]), "wins": float(wins[t])} for t, team in enumerate(teams)
        },
        "correlation": {
            a: {b: finite(float(together[i, j])) for j, b in enumerate(teams)}
            for i, a in enumerate(teams)
        },
        "civilian_deaths": _spread(np.array([game.civilian_deaths for game in played])),
        "cards": {
            card: {
                what: sum(getattr(game, what)[card] for game in played)
                for what in ("written", "refused", "overtaken")
            }
            for card in exercise.file.cards
        },
        "invalid": sorted({order for game in played for order in game.invalid}),
        "seconds": {"median": float(np.median([game.seconds for game in played])),
                    "most": max(game.seconds for game in played)},
    }  # fmt: skip
    return {**found, "notes": _notes(found)}


def _spread(values: Any) -> dict[str, float]:
    low, middle, high = np.percentile(values, (5, 50, 95))
    sd = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return {"mean": float(values.mean()), "sd": sd, "low": float(low), "median": float(middle),
            "high": float(high)}  # fmt: skip


def _notes(found: Mapping[str, Any]) -> list[str]:
    """What is out of the ordinary, in sentences."""
    notes = []
    low, high = (times / len(found["teams"]) for times in FAIR_WINS)
    for team, row in found["teams"].items():
        if not low <= row["wins"] <= high:
            notes.append(f"{team} wins {row['wins']:.0%} of the games; "
                         f"{low:.0%} to {high:.0%} is fair")  # fmt: skip
        if row["sd"] == 0.0 and found["games"] > 1:
            notes.append(f"the score of {team} is {number(row['mean'])} in every game")
    for a, b in combinations(found["teams"], 2):
        r = found["correlation"][a][b]
        if r is not None and abs(r) > FAIR_CORRELATION:
            how = "the same" if r > 0 else "the opposite"
            notes.append(f"{a} and {b} want {how}: their scores correlate {r:+.2f}")
    tried = any(sum(row.values()) for row in found["cards"].values())
    for card, row in found["cards"].items():
        if tried and row["refused"] and not row["written"]:
            refused = plural(row["refused"], "attempt")
            notes.append(f"the card {card} was never accepted in {refused}")
    return notes
