"""A game played without people: the model's policies in every seat, and random hands if wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.exercise.cards import Refusal, budget, cost
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.game import Game
from sahelsim.exercise.schema import ANY, Card
from sahelsim.exercise.state import Turn
from sahelsim.model.draws import make_key, uniform
from sahelsim.scenario.reference import load_reference
from sahelsim.theatre import load_theatre
from sahelsim.theatre.records import Argument

HANDS = 9_103  # process of the draws of random hands; outside the model's processes
TRIES = 4  # cards drawn for a slot before it is left empty


def play_on(
    game: Game,
    turns: int | None = None,
    *,
    odds: bool = True,
    watch: Callable[[Turn], None] | None = None,
    hands: Hands | None = None,
) -> int:
    """Take a game through its turns, and return how many were played.

    Args:
        game: The game; a turn under way is finished first, with the orders that stand.
        turns: How many at most; to the end by default.
        odds: Show the odds and roll the dice; else the game's own future is played.
        watch: Called with each turn that was played.
        hands: Who writes orders before each lock; nobody by default.
    """
    played = 0
    while turns is None or played < turns:
        turn = game.state.turn
        if turn.phase == "over":
            break
        if turn.phase == "results":
            turn = game.step("next")
        if turn.phase == "read":
            turn = game.step("write")
        if turn.phase == "write":
            if hands is not None:
                hands.write(game)
            turn = game.step("lock")
        if odds and turn.odds is None and turn.replicate is None:
            turn = game.step("odds")
        if turn.odds is not None and turn.replicate is None:
            game.step("roll")
        turn = game.step("play")
        played += 1
        if watch is not None:
            watch(turn)
    return played


@dataclass
class Hands:
    """Players that fill the slots of every team with random cards, as far as budgets reach.

    Cards, choices and numbers are keyed draws: the same seed and game write the same orders.

    Attributes:
        tokens: Team -> token of its seat.
        replicate: Number of the game.
        written: Card -> orders accepted.
        refused: Card -> orders that the model refused when they were written, as things stood.
        invalid: Orders that no state of the world could have accepted, with the reason: the
            exercise offers a choice that the model does not know.
    """

    tokens: Mapping[str, str]
    replicate: int = 0
    written: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    invalid: list[str] = field(default_factory=list)

    @classmethod
    def seated(cls, game: Game, codes: Mapping[str, str], replicate: int = 0) -> Hands:
        """Take one seat in every team."""
        tokens = {team: game.join(code, "bot") for team, code in codes.items()}
        return cls(tokens, replicate)

    def write(self, game: Game) -> None:
        """Write the orders of all teams in the present turn."""
        for index, (team, token) in enumerate(self.tokens.items()):
            self._write(game, team, token, index)

    def _write(self, game: Game, team: str, token: str, index: int) -> None:
        file = game.exercise.file
        rules = file.teams[team]
        for n in range(rules.slots * TRIES):
            branch = game.state.branch
            if sum(order.team == team for order in branch.now.orders) >= rules.slots:
                return
            draw = _Draws(game.engine, self.replicate, branch.now.number, index, n)
            id = draw.among(rules.cards)
            arguments = draw.arguments(file.cards[id])
            price, left = cost(file.cards[id], arguments), budget(rules, branch, team)
            if any(amount > left[line] for line, amount in price.items()):
                continue
            try:
                game.propose(token, id, arguments)
                self.written[id] += 1
            except Refusal as refusal:
                if refusal.code == "SS8024":
                    self.refused[id] += 1
                else:
                    self.invalid.append(f"{team}, {id}: {refusal.message}")
            except InputError as fault:
                self.invalid.append(f"{team}, {id}: {fault.message}")


class _Draws:
    """Keyed draws for one card of one team."""

    def __init__(self, engine: Engine, replicate: int, turn: int, team: int, n: int) -> None:
        self._key = make_key(engine.seed, replicate)
        self._address = (turn, team)
        self._k = n * 100

    def _uniform(self) -> float:
        self._k += 1
        return float(uniform(self._key, HANDS, *self._address, self._k))

    def among(self, choices: Any) -> Any:
        return choices[int(self._uniform() * len(choices))]

    def arguments(self, card: Card) -> dict[str, Any]:
        verb = load_theatre().order(card.verb)
        return {
            name: self._value(verb.argument(name), allowed)
            for name, allowed in card.choose.items()
        }  # fmt: skip

    def _value(self, argument: Argument, allowed: Any) -> Any:
        if argument.type not in ("number", "integer"):
            known = argument.choices or load_reference().names.get(argument.type, ())
            return self.among(known if allowed == ANY else allowed)
        low, high = (argument.low or 0.0, argument.high or 1.0) if allowed == ANY else allowed
        value = low + self._uniform() * (high - low)
        return round(value) if argument.type == "integer" else float(f"{value:.6g}")
