"""What a team may order: cards, what is left to choose on them, slots and budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import exact, one_of, plural
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.schema import ANY, Card, ExerciseFile, PerUnit, Team
from sahelsim.exercise.state import Branch, Order
from sahelsim.theatre import load_theatre


class Refusal(InputError):
    """An order that is not accepted, with the reason and the limit; nothing is written."""


def check_play(
    file: ExerciseFile, branch: Branch, team: str, card_id: str, arguments: Mapping[str, Any]
) -> dict[str, float]:
    """Check a card against the rules of the exercise and return its cost.

    Raises:
        Refusal: SS8020 no such card, SS8021 an argument, SS8022 no slot left, SS8023 the budget.
    """
    rules = file.teams[team]
    if card_id not in rules.cards:
        raise Refusal(
            "SS8020", f"the team has no card '{card_id}'",
            hint=did_you_mean(card_id, rules.cards) or f"it has {one_of(rules.cards, 20)}",
        )  # fmt: skip
    card = file.cards[card_id]
    check_arguments(card, arguments)
    standing = [order for order in branch.now.orders if order.team == team]
    if len(standing) >= rules.slots:
        raise Refusal(
            "SS8022", f"all {plural(rules.slots, 'order')} of this turn are written",
            hint="withdraw one of them first",
        )  # fmt: skip
    price = cost(card, arguments)
    left = budget(rules, branch, team)
    for line, amount in price.items():
        if amount > left[line] + 1e-9:
            raise Refusal(
                "SS8023", f"this costs {exact(amount)} {line}; {exact(left[line])} are left",
                hint=_affordable(card, line, left[line]),
            )  # fmt: skip
    return price


def check_arguments(card: Card, arguments: Mapping[str, Any]) -> None:
    """Check what was chosen on a card.

    Raises:
        Refusal: SS8021, with what is allowed.
    """
    verb = load_theatre().order(card.verb)
    for name, value in arguments.items():
        if name not in card.choose:
            raise Refusal(
                "SS8021", f"'{name}' is not left to choose on this card",
                hint=did_you_mean(name, card.choose) or f"to choose: {one_of(card.choose)}",
            )  # fmt: skip
        allowed = card.choose[name]
        if verb.argument(name).type in ("number", "integer"):
            whole = verb.argument(name).type == "integer"
            _check_number(name, value, _range(card, name), whole)
        elif not isinstance(value, str) or (allowed != ANY and value not in allowed):
            listed = [] if allowed == ANY else allowed
            raise Refusal(
                "SS8021", f"{name} = '{str(value)[:60]}' is not among the choices",
                hint=did_you_mean(str(value)[:60], listed) or f"allowed: {one_of(listed, 20)}",
            )  # fmt: skip
    for argument in verb.arguments:
        if argument.required and argument.name not in {**card.fixed, **arguments}:
            raise Refusal("SS8021", f"'{argument.name}' is not chosen yet")


def _check_number(name: str, value: Any, limits: tuple[float, float], whole: bool) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    low, high = limits
    if not number or not low <= value <= high or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        raise Refusal(
            "SS8021", f"{name} = {str(value)[:40]} cannot be ordered",
            hint=f"allowed: {kind} from {exact(low)} to {exact(high)}",
        )  # fmt: skip


def _range(card: Card, name: str) -> tuple[float, float]:
    argument = load_theatre().order(card.verb).argument(name)
    low = float("-inf") if argument.low is None else argument.low
    high = float("inf") if argument.high is None else argument.high
    if card.choose[name] != ANY:
        low, high = card.choose[name]
    return low, high


def cost(card: Card, arguments: Mapping[str, Any]) -> dict[str, float]:
    """Budget line -> what playing the card costs."""
    given = {**_defaults(card), **card.fixed, **arguments}
    return {
        line: float(given[price.per]) * price.each if isinstance(price, PerUnit) else price
        for line, price in card.cost.items()
    }


def _defaults(card: Card) -> dict[str, Any]:
    arguments = load_theatre().order(card.verb).arguments
    return {argument.name: argument.default or 0.0 for argument in arguments}


def budget(rules: Team, branch: Branch, team: str) -> dict[str, float]:
    """Budget line -> what is left in the present turn, its standing orders paid."""
    turn = branch.now.number
    left = {line: amount + (turn - 1) * rules.income.get(line, 0.0)
            for line, amount in rules.budget.items()}  # fmt: skip
    for line, amount in _spent(order for turn in branch.turns for order in turn.orders
                               if order.team == team):  # fmt: skip
        left[line] -= amount
    return left


def _spent(orders: Iterable[Order]) -> Iterable[tuple[str, float]]:
    for order in orders:
        yield from order.cost.items()


def _affordable(card: Card, line: str, left: float) -> str:
    price = card.cost[line]
    if not isinstance(price, PerUnit) or price.each == 0.0:
        return "withdraw another order, or choose a cheaper card"
    most = left / price.each
    low = _range(card, price.per)[0] if price.per in card.choose else 0.0
    if most < low or price.per not in card.choose:
        return "withdraw another order, or choose a cheaper card"
    return f"lower '{price.per}' to at most {exact(float(f'{most:.4g}'))}"
