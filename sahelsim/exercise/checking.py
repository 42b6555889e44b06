"""Second pass over an exercise: do teams, cards, injects and expressions refer to what exists?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sahelsim.base.formatting import exact, one_of, plural
from sahelsim.base.problems import Path, Problem
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.expression import Expression, ExpressionFault, due, parse
from sahelsim.exercise.schema import ALL, ANY, Card, ExerciseFile, Forecast, Inject, PerUnit, Team
from sahelsim.scenario import Scenario
from sahelsim.scenario.checking import check_argument, check_order
from sahelsim.scenario.reference import Reference
from sahelsim.scenario.schema import Order
from sahelsim.scenario.structure import Locate
from sahelsim.theatre import load_theatre
from sahelsim.theatre.records import Argument, OrderVerb

FULL_SCORE = 100.0


def check(
    file: ExerciseFile, plan: Scenario, reference: Reference, locate: Locate
) -> tuple[Mapping[str, Expression], list[Problem]]:
    """Return every expression by its text, and the problems found."""
    checker = _Checker(file, plan, reference, locate)
    checker.run()
    return checker.expressions, checker.problems


def expression_names(reference: Reference) -> dict[str, tuple[str, ...]]:
    """Kind -> ids that an expression may name."""
    outcomes = tuple(outcome.id for outcome in load_theatre().outcomes)
    return {**reference.names, "outcome": outcomes}


class _Checker:
    def __init__(
        self, file: ExerciseFile, plan: Scenario, reference: Reference, locate: Locate
    ) -> None:
        self.file = file
        self.plan = plan
        self.reference = reference
        self.locate = locate
        self.names = expression_names(reference)
        self.problems: list[Problem] = []
        self.expressions: dict[str, Expression] = {}

    def run(self) -> None:
        file = self.file
        days = file.clock.turns * file.clock.days
        if days > self.plan.days:
            message = f"{file.clock.turns} turns last {days} days; the scenario {self.plan.days}"
            self.note("SS8004", ("clock", "turns"), message, "fewer turns, or a longer scenario")
        self.expression(file.adjudication.order_by, ("adjudication", "order_by"))
        for name, question in file.adjudication.questions.items():
            self.expression(question.when, ("adjudication", "questions", name, "when"))
        for name, forecast in file.forecasts.items():
            self.forecast(name, forecast)
        for index, id in enumerate(file.shared):
            self.known("outcome", id, ("shared", index))
        if "civilian_deaths" not in file.shared:
            self.note("SS8005", ("shared",), "civilian_deaths is not among what everybody sees",
                      "add it: no exercise hides what civilians suffer")  # fmt: skip
        taken: dict[str, str] = {}
        for name, team in file.teams.items():
            self.team(name, team, taken)
        for name, card in file.cards.items():
            self.card(name, card)
        for name, inject in file.injects.items():
            self.inject(name, inject)

    def note(
        self, code: str, path: Path, message: str, hint: str | None = None, on_key: bool = False
    ) -> None:
        self.problems.append(self.locate(code, path, message, hint, on_key))

    def known(self, kind: str, id: str, path: Path) -> bool:
        names: Any = {
            "team": self.file.teams, "card": self.file.cards, **self.names
        }[kind]  # fmt: skip
        if id in names:
            return True
        hint = did_you_mean(id, names) or f"one of {one_of(names, 20)}"
        self.note("SS8002", path, f"unknown {kind} '{id}'", hint)
        return False

    def expression(self, text: str, path: Path) -> None:
        try:
            self.expressions[text] = parse(text, self.names)
        except ExpressionFault as fault:
            self.note(fault.code, path, fault.message, fault.hint)

    def forecast(self, name: str, forecast: Forecast) -> None:
        path: Path = ("forecasts", name)
        if name in self.file.adjudication.questions:
            self.note("SS8002", path, f"'{name}' is a question already", "choose another name",
                      True)  # fmt: skip
        try:
            text, turn = due(forecast.resolves)
        except ExpressionFault as fault:
            self.note(fault.code, (*path, "resolves"), fault.message, fault.hint)
            return
        if turn is not None and not 1 <= turn <= self.file.clock.turns:
            message = f"turn {turn} is none of the turns 1 to {self.file.clock.turns}"
            self.note("SS8004", (*path, "resolves"), message)
        self.expression(text, (*path, "resolves"))

    def team(self, name: str, team: Team, taken: dict[str, str]) -> None:
        path: Path = ("teams", name)
        if name in (ALL, "facilitator"):
            self.note("SS8002", path, f"'{name}' cannot be the name of a team", None, True)
        for index, actor in enumerate(team.actors):
            if self.known("actor", actor, (*path, "actors", index)) and actor in taken:
                message = f"{actor} is played by '{taken[actor]}' already"
                self.note("SS8005", (*path, "actors", index), message)
            taken.setdefault(actor, name)
        for index, card in enumerate(team.cards):
            at: Path = (*path, "cards", index)
            if not self.known("card", card, at):
                continue
            self.affordable(team, card, at)
            verb = self.reference.orders.get(self.file.cards[card].verb)
            if verb is not None and not set(team.actors) & set(verb.actors):
                message = f"none of {one_of(team.actors)} can give the order '{verb.verb}'"
                self.note("SS8006", at, message, f"it is given by {one_of(verb.actors)}")
        for line in team.income:
            if line not in team.budget:
                at = (*path, "income", line)
                self.note("SS8002", at, f"there is no budget line '{line}'",
                          did_you_mean(line, team.budget), True)  # fmt: skip
        for id, aim in team.aims.items():
            self.expression(aim.metric, (*path, "aims", id, "metric"))
            if aim.scale[0] == aim.scale[1]:
                self.note("SS8005", (*path, "aims", id, "scale"), "both ends are the same")
        total = sum(aim.weight for aim in team.aims.values())
        if abs(total - FULL_SCORE) > 1e-9:
            message = f"the weights of '{name}' add up to {exact(total)}, not 100"
            off = FULL_SCORE - total
            hint = f"{exact(abs(off))} too {'few' if off > 0 else 'many'}"
            self.note("SS8005", (*path, "aims"), message, hint, on_key=True)

    def affordable(self, team: Team, card: str, path: Path) -> None:
        for line in self.file.cards[card].cost:
            if line not in team.budget:
                message = f"the card '{card}' costs '{line}', which is not in this team's budget"
                self.note("SS8002", path, message, did_you_mean(line, team.budget))

    def card(self, name: str, card: Card) -> None:
        path: Path = ("cards", name)
        dealt = {card for team in self.file.teams.values() for card in team.cards}
        if name not in dealt and dealt <= set(self.file.cards):  # else it is misspelt in a hand
            self.note("SS8006", path, f"no team may play the card '{name}'", None, True)
        verb = self.reference.orders.get(card.verb)
        if verb is None:
            self.note("SS8002", (*path, "verb"), f"unknown order '{card.verb}'",
                      did_you_mean(card.verb, self.reference.orders))  # fmt: skip
            return
        known = {argument.name: argument for argument in verb.arguments}
        for part in ("fixed", "choose"):
            for argument, value in getattr(card, part).items():
                at: Path = (*path, part, argument)
                if argument not in known:
                    hint = did_you_mean(argument, known) or f"it takes {one_of(known) or 'none'}"
                    message = f"the order '{verb.verb}' has no argument '{argument}'"
                    self.note("SS8002", at, message, hint, True)
                elif part == "fixed":
                    self.argument(known[argument], value, at)
                else:
                    self.choice(known[argument], value, at)
        self.complete(card, verb, path)

    def complete(self, card: Card, verb: OrderVerb, path: Path) -> None:
        for argument in verb.arguments:
            both = argument.name in card.fixed and argument.name in card.choose
            given = argument.name in card.fixed or argument.name in card.choose
            if both:
                message = f"'{argument.name}' is fixed and left to choose"
                self.note("SS8006", (*path, "choose", argument.name), message, None, True)
            elif argument.required and not given:
                message = f"'{argument.name}' is neither fixed nor left to choose"
                self.note("SS8006", path, message, f"the order '{verb.verb}' needs it", True)
        for line, cost in card.cost.items():
            if isinstance(cost, PerUnit):
                kinds = {argument.name: argument.type for argument in verb.arguments}
                if kinds.get(cost.per) not in ("number", "integer"):
                    message = f"'{cost.per}' is no number of the order '{verb.verb}'"
                    self.note("SS8006", (*path, "cost", line, "per"), message)

    def choice(self, argument: Argument, value: Any, path: Path) -> None:
        if value == ANY:
            if argument.type == "route":
                self.note("SS8006", path, f"any '{argument.name}' cannot be flown",
                          "list the circuits that may be chosen")  # fmt: skip
            return
        if not isinstance(value, list) or not value:
            self.note("SS8006", path, "expected 'any', [low, high] or a list of names")
            return
        numeric = argument.type in ("number", "integer")
        if numeric and (len(value) != 2 or not _ascending(value)):
            message = f"the choice of '{argument.name}' is {plural(len(value), 'value')}"
            self.note("SS8006", path, message, "write [low, high], low below high")
            return
        for index, item in enumerate(value):
            self.argument(argument, item, (*path, index))

    def argument(self, argument: Argument, value: Any, path: Path) -> None:
        self.problems += check_argument(
            argument, value, path, self.plan, self.reference, self.locate
        )

    def inject(self, name: str, inject: Inject) -> None:
        path: Path = ("injects", name)
        if inject.event is not None and inject.event not in self.names["event"]:
            self.note("SS8002", (*path, "event"), f"unknown event '{inject.event}'",
                      "all: sahelsim facts events")  # fmt: skip
        if inject.at > self.file.clock.turns:
            message = f"turn {inject.at} comes after the last one, {self.file.clock.turns}"
            self.note("SS8004", (*path, "at"), message)
        if inject.when is not None:
            self.expression(inject.when, (*path, "when"))
        if inject.to != ALL:
            for index, team in enumerate(inject.to):
                self.known("team", team, (*path, "to", index))
        for index, deed in enumerate(inject.orders):
            order = Order.model_construct(
                id=name, on=self.plan.start, actor=deed.actor, verb=deed.verb,
                arguments=deed.arguments,
            )  # fmt: skip
            _, found = check_order(
                order, (*path, "orders", index), self.plan, self.reference, self.locate
            )
            self.problems += found


def _ascending(value: list[Any]) -> bool:
    low, high = value
    return all(isinstance(item, int | float) for item in value) and low < high
