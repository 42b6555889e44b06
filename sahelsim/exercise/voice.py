"""One language: phrases, numbers, dates and names as a reader of it expects them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.naming import actor_name, figure, local, outcome_name, place_name
from sahelsim.exercise.phrases import Language, catalogue, phrase
from sahelsim.exercise.schema import ANY, Card, PerUnit, Words
from sahelsim.exercise.state import Order
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS
from sahelsim.theatre.records import Argument

THIN = "\u202f"  # narrow no-break space
MINUS = "−"
BEFORE_SIGN = re.compile(r" (?=[:;?!»](?:\s|$))|(?<=«) ")


@dataclass(frozen=True)
class Voice:
    """What is said in one language.

    Attributes:
        language: ``en`` or ``fr``.
    """

    language: Language

    def __call__(self, key: str, **fields: Any) -> str:
        """A phrase of the catalogue with its fields filled in."""
        return self._spaced(phrase(self.language, key, **fields))

    def _spaced(self, text: str) -> str:
        """French puts a space before some signs; a line must not break there."""
        if self.language != "fr":
            return text
        return BEFORE_SIGN.sub("\u00a0", text)

    def words(self, text: Words | Mapping[str, str]) -> str:
        """A text of the exercise in this language, or in the one it has."""
        texts = text.model_dump() if isinstance(text, Words) else dict(text)
        return self._spaced(str(texts.get(self.language) or next(iter(texts.values()), "")))

    def number(self, value: float | None, digits: int = 3) -> str:
        """A number to ``digits`` significant digits, whole from there on; a dash for none."""
        if value is None or not math.isfinite(value):
            return "–"
        digits = max(digits, len(str(int(abs(value)))))
        text = figure(abs(value), self.language, digits)
        return f"{MINUS}{text}" if value < 0 and text != "0" else text

    def signed(self, value: float, digits: int = 2) -> str:
        """A change: ``+3.2``, ``−0.4`` or ``0``."""
        text = self.number(value, digits)
        return f"+{text}" if value > 0 and text != "0" else text

    def percent(self, share: float) -> str:
        """A share as whole percent."""
        return f"{self.number(round(100 * share))}{THIN}%"

    def date(self, day: date) -> str:
        """``20 August 2023`` or ``20 août 2023``."""
        month = self(f"names.month.{day.month}")
        first = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{first} {month} {day.year}"

    def listed(self, items: Sequence[str]) -> str:
        """``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('names.and')} {items[-1]}"

    # ---- names -----------------------------------------------------------------------------------

    def place(self, id: str) -> str:
        """A locality as the maps of the language write it."""
        return place_name(id, self.language)

    def actor(self, id: str) -> str:
        """An actor's name."""
        return actor_name(id, self.language)

    def team(self, exercise: Exercise, team: str) -> str:
        """A team's name."""
        return self.words(exercise.file.teams[team].name)

    def short_team(self, exercise: Exercise, team: str) -> str:
        """A team's name without what stands in brackets."""
        return self.team(exercise, team).split(" (")[0]

    def outcome(self, id: str) -> str:
        """An outcome's label."""
        return outcome_name(id, self.language)

    def budget(self, line: str) -> str:
        """A budget line of an exercise; what the catalogue does not know is named as it is."""
        key = f"names.budget.{line}"
        return self(key) if key in catalogue() else line.replace("_", " ")

    # ---- orders ----------------------------------------------------------------------------------

    def value(self, argument: Argument, value: Any) -> str:
        """A value of an order's argument as it is read."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            unit = f"names.unit.{argument.unit}"
            shown = self.number(value)
            return f"{shown} {self(unit)}" if unit in catalogue() else shown
        theatre = load_theatre()
        if argument.type == "locality":
            return self.place(value)
        if argument.type == "airfield":
            return self.place(theatre.airfield(value).locality)
        if argument.type == "route":
            return "–".join(
                self.place(theatre.airfield(stop).locality) for stop in value.split("-")
            )
        if value in ACTORS:
            return self.actor(value)
        key = f"names.choice.{value}"
        return self(key) if key in catalogue() else local(str(value), self.language)

    def argument(self, name: str) -> str:
        """What an argument of an order is called."""
        return self(f"names.argument.{name}")

    def choices(self, card: Card, name: str) -> str:
        """What a card leaves to choose for an argument: names, or a range."""
        argument = load_theatre().order(card.verb).argument(name)
        allowed = card.choose[name]
        if argument.type in ("number", "integer"):
            low, high = allowed if allowed != ANY else (argument.low, argument.high)
            top = self.value(argument, high)
            return self("names.range", low=self.number(low), high=top)
        if allowed == ANY:
            return self(f"names.any.{argument.type}")
        return " · ".join(self.value(argument, one) for one in allowed)

    def cost(self, card: Card) -> str:
        """What a card costs, or that it costs nothing."""
        parts = []
        for line, price in card.cost.items():
            amount = "" if isinstance(price, PerUnit) else self.number(price)
            if isinstance(price, PerUnit) and price.each:
                argument = load_theatre().order(card.verb).argument(price.per)
                amount = self("names.each", unit=self.value(argument, 1 / price.each))
            if amount not in ("", "0"):
                parts.append(f"{self.budget(line)}{self('names.colon')} {amount}")
        return self("names.then").join(parts) or self("names.free")

    def order(self, exercise: Exercise, order: Order) -> str:
        """An order in a line: the first sentence of its card, and what was chosen."""
        card = exercise.file.cards[order.card]
        verb = load_theatre().order(card.verb)
        chosen = [
            f"{self.argument(name)}{self('names.colon')} "
            f"{self.value(verb.argument(name), order.arguments[name])}"
            for name in card.choose
            if name in order.arguments
        ]
        text = self.words(card.text).split(". ")[0].rstrip(".")
        return f"{text} ({self('names.then').join(chosen)})" if chosen else text
