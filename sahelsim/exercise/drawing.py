"""Pictures of a game as SVG text: the map and the icon array; pure functions of plain data.

Nothing in them asks a network, runs a script or carries a style that a strict content-security
policy bars: looks are presentation attributes, and classes (``svg-…``) that a page's own sheet may
address. Text and thin lines take the page's ink (``currentColor``). No picture needs colour:
whoever holds a place has a shape of its own, and what others report has a hole in it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from sahelsim.exercise.naming import actor_name, figure, place_name
from sahelsim.exercise.phrases import Language, phrase
from sahelsim.report.style import GREY, HOLDERS, OTHER_HOLDER
from sahelsim.theatre import load_theatre
from sahelsim.theatre.geography import country_outline

# west, east, south, north [degrees]: the ground of the air bridge, and the whole theatre
CORE = (-9.0, 8.5, 10.3, 21.2)
WHOLE = (-12.4, 13.6, 9.9, 23.2)

WIDTH = 1000.0
RADIUS = 8.0
TEXT = 21.0
HALO = 1.15  # radius of the halo of one fighter's square root
ICON_COLUMNS = 20
MOST_ICONS = 400

_COUNTRIES = {
    "mli": (-4.6, 18.9),
    "ner": (6.4, 15.6),
    "bfa": (-1.35, 11.02),
}  # where the name stands
_NAMED_FIRST = (
    "bamako", "niamey", "ouagadougou", "kidal", "gao", "timbuktu", "tessalit", "menaka", "agadez",
    "djibo", "mopti", "segou", "sikasso", "bobo", "tillaberi", "tahoua", "arlit", "taoudenni",
)  # fmt: skip


class _Frame:
    """Degrees to the picture's units: the scale of the middle latitude, north up."""

    def __init__(self, window: tuple[float, float, float, float]) -> None:
        self.west, self.east, self.south, self.north = window
        shrink = math.cos(math.radians((self.south + self.north) / 2))
        self.scale = WIDTH / (self.east - self.west)
        self.height = (self.north - self.south) * self.scale / shrink

    def __call__(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.west) * self.scale
        return x, (self.north - lat) / (self.north - self.south) * self.height

    def holds(self, lon: float, lat: float) -> bool:
        return self.west < lon < self.east and self.south < lat < self.north


def map_svg(
    places: Sequence[Mapping[str, Any]],
    *,
    language: Language = "en",
    title: str = "",
    changed: Collection[str] = (),
    window: tuple[float, float, float, float] = CORE,
) -> str:
    """Draw who holds what and what is known of it.

    Args:
        places: Rows as :func:`sahelsim.exercise.picture.situation` gives them: ``place`` (id),
            ``holder``, ``besieged``; and where they are known ``garrison`` and ``fighters``
            (group -> strength), each ``{value, source}`` with ``low`` and ``high`` if reported,
            and ``days_of_supply``. Rows outside ``window`` are not drawn.
        language: Of names, key and description.
        title: What the picture shows, for screen readers; that it is a map by default.
        changed: Ids of places that get a mark: what the turn changed.
        window: West, east, south and north edge in degrees.

    Returns:
        An ``<svg>`` element of 1,000 units width that scales to its container.
    """
    frame = _Frame(window)
    theatre = load_theatre()
    drawn = [(row, theatre.locality(row["place"])) for row in places]
    drawn = [(row, spot) for row, spot in drawn if frame.holds(spot.lon, spot.lat)]
    at = {row["place"]: frame(spot.lon, spot.lat) for row, spot in drawn}
    rows = [row for row, _ in drawn]
    parts = [_ground(window, language)]
    parts += [_halo(row, at[row["place"]]) for row in rows]
    parts += [_mark(row, at[row["place"]], row["place"] in changed, language) for row in rows]
    parts += _names(rows, at, changed, window, language)
    key, deep = _key(rows, bool(changed), language)
    text = escape(title or phrase(language, "common.map.title"))
    return (
        f'<svg class="svg-map" viewBox="0 0 {WIDTH:.0f} {frame.height + deep:.0f}" role="img" '
        f'aria-label="{text}" font-family="system-ui, sans-serif">{"".join(parts)}'
        f'<g class="svg-key" transform="translate(0 {frame.height:.0f})">{"".join(key)}</g></svg>'
    )


@cache
def _ground(window: tuple[float, float, float, float], language: Language) -> str:
    """Outlines, roads and names of countries; the same under every picture."""
    frame = _Frame(window)
    outlines = []
    for country in _COUNTRIES:
        for ring in country_outline(country):
            points = " ".join(f"{x:.0f},{y:.0f}" for x, y in (frame(*point) for point in ring))
            outlines.append(
                f'<polygon points="{points}" fill="{GREY}" fill-opacity="0.13" stroke="{GREY}" '
                'stroke-width="2"/>'
            )
    theatre = load_theatre()
    spot = {place.id: place for place in theatre.localities}
    roads = "".join(
        "M{:.0f} {:.0f}L{:.0f} {:.0f}".format(
            *frame(spot[road.start].lon, spot[road.start].lat),
            *frame(spot[road.end].lon, spot[road.end].lat),
        )
        for road in theatre.roads
    )
    names = "".join(
        f'<text x="{frame(*where)[0]:.0f}" y="{frame(*where)[1]:.0f}" font-size="24" '
        f'letter-spacing="4" fill="currentColor" opacity="0.55" text-anchor="middle">'
        f"{escape(actor_name(country, language).upper())}</text>"
        for country, where in _COUNTRIES.items()
    )
    return (
        f'<g class="svg-ground" aria-hidden="true">{"".join(outlines)}'
        f'<path d="{roads}" fill="none" stroke="{GREY}" stroke-width="1.2" opacity="0.7"/>'
        f"{names}</g>"
    )


def _halo(row: Mapping[str, Any], at: tuple[float, float]) -> str:
    """A ring whose area grows with the armed groups at a place."""
    men = sum(seen["value"] for seen in row.get("fighters", {}).values())
    radius = HALO * math.sqrt(max(0.0, float(men)))
    if radius < RADIUS:
        return ""
    return (
        f'<circle class="svg-halo" cx="{at[0]:.0f}" cy="{at[1]:.0f}" r="{radius:.1f}" '
        'fill="#B02A30" fill-opacity="0.16" stroke="#B02A30" stroke-opacity="0.55" '
        'stroke-width="1"/>'
    )


def _mark(
    row: Mapping[str, Any], at: tuple[float, float], changed: bool, language: Language
) -> str:
    """The sign of a place: shape of the holder, filled if one's own report, ring of a siege."""
    x, y = at
    own = row.get("garrison", {}).get("source") != "reported"
    parts = [f"<title>{escape(describe(row, language))}</title>"]
    if changed:
        parts.append(
            f'<rect x="{x - 19:.0f}" y="{y - 19:.0f}" width="38" height="38" fill="none" '
            'stroke="currentColor" stroke-width="2.5"/>'
        )
    if row["besieged"]:
        parts.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="14" fill="none" stroke="currentColor" '
            'stroke-width="3" stroke-dasharray="5 4"/>'
        )
    parts.append(_sign(row["holder"], x, y, filled=own))
    return f"<g>{''.join(parts)}</g>"


def _sign(holder: str, x: float, y: float, filled: bool = True) -> str:
    """The sign of a holder; with a hole where it is not filled."""
    colour, symbol, _ = HOLDERS.get(holder, OTHER_HOLDER)
    look = f'fill="{colour}" stroke="currentColor" stroke-width="1.5"'
    hole = "" if filled else (
        f'<circle class="svg-hole" cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#FFFFFF"/>'
    )  # fmt: skip
    if symbol == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:g}" {look}/>{hole}'
    if symbol == "x":
        a = RADIUS * 0.8
        return (
            f'<path d="M{x - a:.1f} {y - a:.1f}L{x + a:.1f} {y + a:.1f}'
            f'M{x + a:.1f} {y - a:.1f}L{x - a:.1f} {y + a:.1f}" stroke="{colour}" '
            'stroke-width="4"/>'
        )
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in _shape(symbol))
    return f'<polygon points="{points}" {look}/>{hole}'


@cache
def _shape(symbol: str) -> tuple[tuple[float, float], ...]:
    """Corners of a sign around its middle; the names are Plotly's."""
    corners, turn, reach = {
        "square": (4, 45.0, 1.25),
        "diamond": (4, 0.0, 1.3),
        "triangle-up": (3, 0.0, 1.35),
        "triangle-down": (3, 180.0, 1.35),
        "hexagon": (6, 0.0, 1.15),
        "pentagon": (5, 0.0, 1.15),
        "star": (5, 0.0, 1.5),
    }[symbol]
    found = []
    for k in range(corners * (2 if symbol == "star" else 1)):
        step = 360.0 / (corners * (2 if symbol == "star" else 1))
        far = RADIUS * reach * (0.45 if symbol == "star" and k % 2 else 1.0)
        angle = math.radians(turn + k * step - 90.0)
        found.append((far * math.cos(angle), far * math.sin(angle)))
    return tuple(found)


def describe(row: Mapping[str, Any], language: Language) -> str:
    """One row of a map in words: place, holder, siege, garrison, groups, supply."""
    words = [phrase(language, "common.map.held", holder=actor_name(row["holder"], language))]
    if row["besieged"]:
        words.append(phrase(language, "common.map.besieged"))
    if "garrison" in row:
        value = strength(row["garrison"], language)
        words.append(phrase(language, "common.map.garrison", value=value))
    for group, seen in row.get("fighters", {}).items():
        words.append(phrase(language, "common.map.fighters", group=actor_name(group, language),
                            value=strength(seen, language)))  # fmt: skip
    if row.get("days_of_supply") is not None:
        days = figure(row["days_of_supply"], language)
        words.append(phrase(language, "common.map.supply", days=days))
    return f"{place_name(row['place'], language)}: {'; '.join(words)}"


def strength(seen: Mapping[str, Any], language: Language) -> str:
    """A strength as it is known: a number, or about a number with its range."""
    if seen["source"] == "own":
        return figure(seen["value"], language, 6)
    low, value, high = (figure(seen[key], language, 6) for key in ("low", "value", "high"))
    return phrase(language, "common.map.about", value=value, low=low, high=high)


def _names(
    rows: Sequence[Mapping[str, Any]],
    at: Mapping[str, tuple[float, float]],
    changed: Collection[str],
    window: tuple[float, float, float, float],
    language: Language,
) -> list[str]:
    """Names of places where they lie on nothing else: the important ones find room first."""
    rank = {id: n for n, id in enumerate(_NAMED_FIRST)}

    def order(row: Mapping[str, Any]) -> tuple[int, int, int]:
        id = row["place"]
        return (id not in rank and id not in changed, rank.get(id, 99), not row["besieged"])

    frame = _Frame(window)
    taken = [_box(*frame(*where), 17 * len(actor_name(id, language)), "middle")
             for id, where in _COUNTRIES.items()]  # fmt: skip
    taken += [(x - 13, y - 13, x + 13, y + 13) for x, y in at.values()]
    found = []
    for row in sorted(rows, key=order):
        name = place_name(row["place"], language)
        x, y = at[row["place"]]
        wide = 0.56 * TEXT * len(name)
        for anchor, dx, dy in (("start", 16.0, 7.0), ("end", -16.0, 7.0), ("middle", 0.0, -17.0),
                               ("middle", 0.0, 31.0)):  # fmt: skip
            box = _box(x + dx, y + dy, wide, anchor)
            inside = box[0] > 0 and box[2] < WIDTH and box[1] > 0 and box[3] < frame.height
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found.append(
                    f'<text class="svg-name" x="{x + dx:.0f}" y="{y + dy:.0f}" '
                    f'font-size="{TEXT:g}" text-anchor="{anchor}" fill="currentColor" '
                    f'aria-hidden="true">{escape(name)}</text>'
                )
                break
    return found


def _box(x: float, y: float, wide: float, anchor: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom edge of a line of text."""
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return left, y - 0.8 * TEXT, left + wide, y + 0.2 * TEXT


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _key(
    rows: Sequence[Mapping[str, Any]], changed: bool, language: Language
) -> tuple[list[str], float]:
    """What the signs of the holders and the other marks mean, and the height it takes."""
    seen = [holder for holder in HOLDERS if any(row["holder"] == holder for row in rows)]
    entries = [(_sign(holder, 0, 0), actor_name(holder, language)) for holder in seen]
    marks = [(
        '<circle r="12" fill="none" stroke="currentColor" stroke-width="3" '
        'stroke-dasharray="5 4"/>', phrase(language, "common.map.besieged"),
    )]  # fmt: skip
    if any("garrison" in row for row in rows):
        marks.append((_sign("mli", 0, 0), phrase(language, "common.map.own")))
        marks.append((_sign("mli", 0, 0, filled=False), phrase(language, "common.map.reported")))
    if any(row.get("fighters") for row in rows):
        ring = ('<circle r="13" fill="#B02A30" fill-opacity="0.16" stroke="#B02A30" '
                'stroke-opacity="0.55"/>')  # fmt: skip
        marks.append((ring, phrase(language, "common.map.strength")))
    if changed:
        marks.append(('<rect x="-12" y="-12" width="24" height="24" fill="none" '
                      'stroke="currentColor" stroke-width="2.5"/>',
                      phrase(language, "common.map.changed")))  # fmt: skip
    return _flow([*entries, *marks])


def _flow(entries: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    """Entries of the key in lines of the picture's width; the parts, and the height they take."""
    x, y, parts = 18.0, 26.0, []
    for sign, text in entries:
        wide = 58 + 0.53 * TEXT * len(text)
        if x + wide > WIDTH and x > 18.0:
            x, y = 18.0, y + 36.0
        parts.append(
            f'<g transform="translate({x:.0f} {y:.0f})">{sign}'
            f'<text x="19" y="7" font-size="{TEXT:g}" fill="currentColor">{escape(text)}</text></g>'
        )
        x += wide
    return parts, y + 22.0


def icon_array_svg(count: int, total: int, *, label: str = "", columns: int = ICON_COLUMNS) -> str:
    """Draw a share as little squares: filled ones came true, hollow ones did not.

    More than 400 are scaled down to 400, rounded to the nearest, but never to none or all where
    some came true and some did not.

    Args:
        count: How many came true, 0 to ``total``.
        total: How many there are, at least 1.
        label: For screen readers; "count of total" in numbers by default.
        columns: Squares in a row.

    Returns:
        An ``<svg>`` element that scales to its container.
    """
    cells = min(total, MOST_ICONS)
    filled = round(count * cells / total)
    if 0 < count < total:
        filled = min(max(filled, 1), cells - 1)
    lines = -(-cells // columns)

    def path(numbers: Iterable[int], inset: float) -> str:
        side = 10 - 2 * inset
        return "".join(
            f"M{10 * (k % columns) + inset:g} {10 * (k // columns) + inset:g}"
            f"h{side:g}v{side:g}h-{side:g}z"
            for k in numbers
        )

    return (
        f'<svg class="svg-icons" viewBox="0 0 {10 * columns} {10 * lines}" role="img" '
        f'aria-label="{escape(label or f"{count}/{total}")}">'
        f'<path class="svg-true" fill="#B5430A" d="{path(range(filled), 0.8)}"/>'
        f'<path class="svg-false" fill="none" stroke="currentColor" stroke-opacity="0.45" '
        f'd="{path(range(filled, cells), 1.8)}"/></svg>'
    )
