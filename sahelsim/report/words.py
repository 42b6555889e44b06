"""The sentences of the report: numbers rounded as far as they are known, never further.

Differences are means of paired differences with a 95 % interval; ranges hold 90 % of replicates;
probabilities are counts of replicates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sahelsim.experiment import Comparison, summary
from sahelsim.report.quantiles import spread
from sahelsim.theatre.records import OutcomeSpec

NEARLY_EMPTY_T = 0.1  # mean load below which a leg is said to be flown nearly empty
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NAMES = ("Mali", "Niger", "Kidal", "Gao", "Tessalit", "Aguelhok", "Ber ", "Anéfis", "Russia")
COUNTED = {
    "persons", "places", "events", "convoys", "columns", "sorties", "rotations", "requests",
    "aircraft", "place-days", "garrison-days", "aircraft-days", "sortie-days",
}  # fmt: skip
PLAIN_UNITS = {"1", "", "0 or 1", "share", "index 0-1", "points 0-10"}
SINGULAR = {
    "persons": "person", "places": "place", "events": "event", "convoys": "convoy",
    "columns": "column", "sorties": "sortie", "rotations": "rotation", "days": "day",
    "requests": "request", "place-days": "place-day", "garrison-days": "garrison-day",
    "aircraft-days": "aircraft-day", "sortie-days": "sortie-day",
}  # fmt: skip


def number(value: float, unit: str = "") -> str:
    """A number to three significant digits; of things counted no fraction from ten on."""
    if unit == "share":
        return number(100 * value)
    if unit in COUNTED and 10 <= abs(value) < 1000:
        value = round(value)
    if math.isfinite(value) and abs(value) >= 1000:
        value = float(f"{value:.2e}")
    text = summary.number(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def long_date(day: Any) -> str:
    """``20 August 2023``, the same under every locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def quantity(value: float, unit: str) -> str:
    """A value with its unit as read aloud: ``1,020 t``, ``36 %``, ``12 places``."""
    if not math.isfinite(value):
        return "–"
    if unit == "share":
        return f"{number(value, unit)} %"
    if unit in PLAIN_UNITS:
        return number(value)
    text = number(value, unit)
    if unit == "d":
        return f"{text} day" if text == "1" else f"{text} days"
    return f"{text} {SINGULAR.get(unit, unit) if text == '1' else unit}"


def ranged(values: Any, unit: str) -> str:
    """Median and 90 % range: ``1,020 t (90 % of replicates: 900 to 1,150)``."""
    known = spread(values)
    if not known:
        return "does not apply"
    low, middle, high = known["q05"], known["q50"], known["q95"]
    if low == high:
        return quantity(middle, unit)
    span = f"{number(low, unit)} to {number(high, unit)}"
    return f"{quantity(middle, unit)} (90 % of replicates: {span})"


def frequency(values: Any) -> str:
    """A yes-or-no outcome as a count: ``in 37 of 200 replicates``."""
    present = np.asarray(values, dtype=np.float64)
    present = present[np.isfinite(present)]
    if len(present) == 0:
        return "in no replicate"
    hits, total = int((present > 0.5).sum()), len(present)
    if total == 1:
        return "in the only replicate" if hits else "not in the only replicate"
    if hits == total:
        return f"in all {total} replicates"
    return f"in none of {total} replicates" if hits == 0 else f"in {hits} of {total} replicates"


def interval(item: Comparison, unit: str) -> str:
    """The 95 % interval of a paired difference: ``95 % interval 100 to 140``."""
    low, _, high = rounded(item, unit)
    return f"95 % interval {low} to {high}"


def rounded(item: Comparison, unit: str) -> tuple[str, str, str]:
    """Low end, difference and high end of a paired difference, rounded :func:`alike`."""
    return alike(item.low, item.difference, item.high, unit)


def alike(low: float, middle: float, high: float, unit: str = "") -> tuple[str, str, str]:
    """An interval's low end, the value in it and the high end, rounded alike.

    The interval's width keeps two significant digits: what is less is noise. One more is kept
    where an end would else be shown as zero.
    """
    scale = 100.0 if unit == "share" else 1.0
    values = [scale * value for value in (low, middle, high)]
    width = values[2] - values[0]
    if not width > 1e-9 * max(map(abs, values)) or not math.isfinite(width):
        return tuple(signed(value) for value in values)  # type: ignore[return-value]
    places = 1 - math.floor(math.log10(width))
    for digits in range(places, places + 3):
        shown = [round(value, digits) for value in values]
        if all(a != 0.0 or b == 0.0 for a, b in zip(shown, values, strict=True)):
            break
    texts = [f"{abs(value):,.{max(digits, 0)}f}" for value in shown]
    signs = ["−" if value < 0.0 else "" for value in shown]
    first, second, third = (sign + text for sign, text in zip(signs, texts, strict=True))
    return first, second, third


def signed(value: float, unit: str = "") -> str:
    """A number with a true minus sign."""
    text = number(abs(value), unit)
    return f"−{text}" if value < 0 and text != "0" else text


def difference(item: Comparison | None, unit: str) -> str:
    """A paired difference in words: more, fewer, the same, or not told from zero."""
    if item is None:
        return "no interval can be given: fewer than two pairs"
    if item.difference == 0.0 and item.low == item.high:
        return "the same in every pair"
    if not item.told_from_zero:
        among = f" among {item.family} differences" if item.told_alone else ""
        return f"cannot be told from zero{among} ({interval(item, unit)})"
    text = rounded(item, unit)[1].removeprefix("−")
    if unit == "share":
        amount = f"{text} percentage points"
    elif unit == "d":
        amount = f"{text} days"
    else:
        amount = text if unit in PLAIN_UNITS else f"{text} {unit}"
    way = "more" if item.difference > 0 else "fewer" if unit in COUNTED or unit == "d" else "less"
    if item.low == item.high:
        return f"{amount} {way} in every pair"
    return f"{amount} {way} ({interval(item, unit)})"


def replicates(count: int) -> str:
    """``one replicate`` or ``200 replicates``."""
    return "one replicate" if count == 1 else f"{count:,} replicates"


def lower(label: str) -> str:
    """A label inside a sentence; names of places and states keep their capital."""
    return label if label.startswith(NAMES) else label[:1].lower() + label[1:]


def joined(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def airlift(total: Any, lent: Any) -> str:
    """What the airlift delivered.

    Args:
        total: Tonnes delivered by all aircraft of the three states, by replicate.
        lent: Tonnes of it that Niger's aircraft unloaded for Mali.
    """
    if not (np.asarray(total) > 0).any():
        return "No aircraft delivered anything in any replicate."
    everyone = f"All aircraft of the three states delivered {ranged(total, 't')}."
    if not (np.asarray(lent) > 0).any():
        return f"Niger's aircraft delivered nothing for Mali. {everyone}"
    return f"Niger's aircraft delivered {ranged(lent, 't')} for Mali. {everyone}"


def legs(tonnes: Any, sorties: Any) -> str:
    """Which leg carried most, and which were flown empty.

    Args:
        tonnes: Tonnes on board [replicate, leg], a data frame whose columns name the legs.
        sorties: Sorties of each leg, the same shape.
    """
    flown = [leg for leg in sorties if float(sorties[leg].median()) >= 1.0]
    if not flown:
        return "No leg was flown in most replicates."
    most = max(flown, key=lambda leg: float(tonnes[leg].median()))
    empty = [leg for leg in flown if not float(tonnes[leg].sum())]
    light = [
        leg for leg in flown
        if leg not in empty
        and float(tonnes[leg].sum()) < NEARLY_EMPTY_T * float(sorties[leg].sum())
    ]  # fmt: skip
    parts = [f"{joined(empty)} flew empty"] if empty else []
    parts += [f"{joined(light)} nearly so" if empty else f"{joined(light)} flew nearly empty"] * (
        len(light) > 0
    )
    if not float(tonnes[most].median()):
        return f"Every leg flew empty: {joined(flown)}."
    often = quantity(float(sorties[most].median()), "sorties")
    first = f"The leg {most} carried most: {ranged(tonnes[most], 't')} in {often}"
    return "; ".join([first, *parts]) + "."


@dataclass(frozen=True)
class Work:
    """What some aircraft did in a run, means over replicates.

    Attributes:
        km: Length of a leg [km].
        sorties: Legs flown.
        tonnes: Tonnes unloaded.
    """

    km: float
    sorties: float
    tonnes: float


def less_by_lending(
    item: Comparison, name: str, tails: Sequence[str], here: Work, there: Work
) -> str:
    """Why less was delivered in all although aircraft were lent: at home they carry more.

    Args:
        item: Paired difference of the tonnes delivered by all aircraft, below zero.
        name: The other run, in which their owner keeps them.
        tails: The aircraft lent.
        here: What they did in this run.
        there: What they did in the other run.
    """
    did, would = (
        f"{number(work.tonnes)} t in {quantity(work.sorties, 'sorties')} of {number(work.km)} km"
        for work in (here, there)
    )
    return (
        f"All together that is {difference(item, 't')} than in {name}: lent, {joined(tails)} "
        f"unloaded {did} on average; kept at home, on shorter legs, {would}."
    )


def changed(
    items: Sequence[tuple[OutcomeSpec, Comparison | None]], name: str, pairs: int
) -> list[str]:
    """What this run has more or less of than the run ``name``.

    A sentence for each outcome that can be told apart, and one for all that cannot.
    """
    if pairs < 2:
        return [
            f"With {replicates(pairs)} in common, no interval of the difference from {name} can be "
            "given; run more replicates."
        ]
    told: list[str] = []
    alone: list[str] = []
    untold: list[str] = []
    for spec, item in items:
        if item is None:
            continue
        if item.told_from_zero or item.low == item.high:
            told.append(f"{spec.label_en}: {difference(item, spec.unit)}.")
        else:
            low, _, high = rounded(item, spec.unit)
            text = f"{lower(spec.label_en)} ({low} to {high})"
            (alone if item.told_alone else untold).append(text)
    if alone:
        family = max(item.family for _, item in items if item is not None)
        told.append(
            f"Told from zero if looked at alone, not among {family} differences (95 % interval): "
            f"{joined(alone)}."
        )
    if untold:
        told.append(f"Cannot be told from zero (95 % interval): {joined(untold)}.")
    return told


def most_binding(shares: dict[str, float], labels: dict[str, str]) -> str:
    """What limited the aircraft most, from shares of aircraft-days by constraint.

    Args:
        shares: Constraint to its share of all aircraft-days; ``none`` is no constraint.
        labels: Constraint to words.
    """
    bound = {name: share for name, share in shares.items() if name != "none" and share > 0}
    if not shares:
        return "No aircraft flew, so nothing limited it."
    if not bound:
        return "Nothing limited the aircraft: they flew all they were asked."
    total = sum(shares.values())
    order = sorted(bound, key=lambda name: -bound[name])
    parts = [
        f"{labels[name]} ({_percent(bound[name] / total)} of aircraft-days)" for name in order[:3]
    ]
    free = _percent(shares.get("none", 0.0) / total)
    return f"What held the aircraft back most: {joined(parts)}; nothing did on {free}."


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "under 1 %"
    return f"{round(100 * share)} %"


def documented_and_simulated(documented: int, values: Any, what: str) -> str:
    """How often something is documented and how often it is simulated, in the same window."""
    known = spread(values)
    simulated = ranged(values, "") if known else "none"
    return f"{what}: {documented} documented, {simulated} simulated."


def when(day: date | None, text: str) -> str:
    """A documented date in a sentence, or that none is documented."""
    return f"Documented: {long_date(day)}, {text}." if day else "No date is documented."
