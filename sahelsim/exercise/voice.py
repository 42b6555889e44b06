"""One language: phrases, numbers, dates and names as a reader of it expects them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.naming import actor_name, figure, outcome_name, place_name
from sahelsim.exercise.naming import day as in_words
from sahelsim.exercise.phrases import Language, catalogue, phrase
from sahelsim.exercise.schema import ANY, Card, Words
from sahelsim.exercise.state import Order
from sahelsim.exercise.wording import argument_name, line_name, price, unit, value_name
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS
from sahelsim.theatre.records import Argument

THIN = "\u202f"  # narrow no-break space
MINUS = "−"
NOISE = 1e-9  # below it a number is the rounding of sums
CALL = re.compile(r"(\w+)\((\w+)\)")  # a function of one name
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
        return self.spaced(phrase(self.language, key, **fields))

    def spaced(self, text: str) -> str:
        """French puts a space before some signs; a line must not break there."""
        if self.language != "fr":
            return text
        return BEFORE_SIGN.sub("\u00a0", text)

    def words(self, text: Words | Mapping[str, str]) -> str:
        """A text of the exercise in this language, or in the one it has."""
        texts = text.model_dump() if isinstance(text, Words) else dict(text)
        return self.spaced(str(texts.get(self.language) or next(iter(texts.values()), "")))

    def number(self, value: float | None, digits: int = 3) -> str:
        """A number to ``digits`` significant digits, whole from there on; a dash for none."""
        if value is None or not math.isfinite(value):
            return "–"
        if abs(value) < NOISE:
            value = 0.0
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
        return in_words(day.isoformat(), self.language)

    def listed(self, items: Sequence[str]) -> str:
        """``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('voice.and')} {items[-1]}"

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
        """A budget line of an exercise."""
        return line_name(line, self.language)

    def confidence(self, level: str) -> str:
        """What a flag of confidence says: H, M or L; '' for none."""
        return self("page.confidence." + level.lower()) if level else ""

    # ---- orders ----------------------------------------------------------------------------------

    def argument(self, name: str) -> str:
        """What an argument of an order is called, in the middle of a sentence."""
        label = argument_name(name, self.language)
        return label if label.startswith("État") else label[:1].lower() + label[1:]

    def value(self, argument: Argument, value: Any) -> str:
        """A value of an order's argument with its unit."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            measure = unit(argument.unit, self.language)
            said = measure.lower() in argument_name(argument.name, self.language).lower()
            return self.number(value) if said else f"{self.number(value)} {measure}"
        return value_name(argument.type, value, self.language)

    def choices(self, card: Card, name: str) -> str:
        """What a card leaves to choose for an argument: names, or a range."""
        argument = load_theatre().order(card.verb).argument(name)
        allowed = card.choose[name]
        if argument.type in ("number", "integer"):
            low, high = allowed if allowed != ANY else (argument.low, argument.high)
            top = self.value(argument, high)
            return self("page.card.range", low=self.number(low), high=top)
        if allowed == ANY:
            return self("voice.any." + argument.type)
        return " · ".join(self.value(argument, one) for one in allowed)

    def cost(self, card: Card) -> str:
        """What a card costs, or that it costs nothing."""
        return price(card, self.language)

    def order(self, exercise: Exercise, order: Order) -> str:
        """An order in a line: the first sentence of its card, and what was chosen."""
        card = exercise.file.cards[order.card]
        verb = load_theatre().order(card.verb)
        chosen = [
            f"{self.argument(name)}{self('voice.colon')} "
            f"{self.value(verb.argument(name), order.arguments[name])}"
            for name in card.choose
            if name in order.arguments
        ]
        text = self.words(card.text).split(". ")[0].rstrip(".")
        return f"{text} ({self('voice.then').join(chosen)})" if chosen else text

    # ---- measures --------------------------------------------------------------------------------

    def measure(self, expression: str) -> str:
        """An expression in words where it names one thing, or a sum; else as it is written."""
        parts = [self._measured(part.strip()) for part in expression.split("+")]
        return expression if None in parts else " + ".join(str(part) for part in parts)

    def _measured(self, part: str) -> str | None:
        if any(spec.id == part for spec in load_theatre().outcomes):
            return self.outcome(part)
        call = CALL.fullmatch(part)
        if call is None or "voice.measure." + call[1] not in catalogue():
            return None
        return self("voice.measure." + call[1], of=self._named(call[2]))

    def _named(self, id: str) -> str:
        if any(spec.id == id for spec in load_theatre().outcomes):
            return self.outcome(id)
        return self.actor(id) if id in ACTORS else self.place(id)

    def amount(self, measure: str, value: float | None, digits: int = 3) -> str:
        """A value of an outcome or expression; shares are percent."""
        if value is None:
            return self.number(None)
        if is_share(measure):
            return f"{self.number(100 * value, digits)}{THIN}%"
        return self.number(value, digits)

    def change(self, measure: str, value: float) -> str:
        """A change of an outcome or expression; shares in percentage points."""
        if is_share(measure):
            return self("voice.points", value=self.signed(100 * value))
        return self.signed(value)


def is_share(measure: str) -> bool:
    """True of an outcome that is a share of something."""
    return any(spec.id == measure and spec.unit == "share" for spec in load_theatre().outcomes)
