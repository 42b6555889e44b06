"""The map and the icon array: what is in the picture, and that it can be no other thing."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from sahelsim.exercise.drawing import CORE, WHOLE, describe, icon_array_svg, map_svg
from sahelsim.exercise.naming import day, figure, place_name
from sahelsim.report.style import HOLDERS
from sahelsim.theatre import load_theatre

OWN = {"value": 120, "source": "own"}
SEEN = {"value": 500, "low": 220, "high": 1100, "source": "reported"}


def row(place: str, holder: str = "mli", besieged: bool = False, **more: Any) -> dict[str, Any]:
    return {"place": place, "holder": holder, "besieged": besieged, "fighters": {}, **more}


def marks(svg: str) -> dict[str, ElementTree.Element]:
    """Place -> the group of its sign."""
    tree = ElementTree.fromstring(svg)
    found = {}
    for group in tree.iter("g"):
        title = group.find("title")
        if title is not None and title.text:
            found[title.text.partition(":")[0]] = group
    return found


def test_every_place_in_the_window_is_drawn_where_it_lies() -> None:
    places = [row(place.id) for place in load_theatre().localities]
    everywhere = marks(map_svg(places, window=WHOLE))
    assert len(everywhere) == len(places)
    inside = marks(map_svg(places, window=CORE))
    assert "Kayes" not in inside
    assert "Gao" in inside

    def at(name: str) -> tuple[float, float]:
        circle = inside[name].findall("circle")[-1]
        return float(circle.attrib["cx"]), float(circle.attrib["cy"])

    bamako, gao, tessalit = at("Bamako"), at("Gao"), at("Tessalit")
    assert bamako[0] < gao[0] < tessalit[0]  # west to east
    assert bamako[1] > gao[1] > tessalit[1]  # south to north


def test_holders_differ_without_colour() -> None:
    shapes = set()
    for holder in HOLDERS:
        group = marks(map_svg([row("gao", holder, garrison=OWN)]))["Gao"]
        shape = [child for child in group if child.tag != "title"][-1]
        points = shape.attrib.get("points", shape.attrib.get("d", shape.tag))
        shapes.add(re.sub(r"#\w{6}", "", points))
    assert len(shapes) == len(HOLDERS)


def test_own_reports_are_filled_and_those_of_others_have_a_hole() -> None:
    svg = map_svg([row("gao", garrison=OWN), row("kidal", "csp_psd", garrison=SEEN)])
    found = marks(svg)
    hole = ".//circle[@class='svg-hole']"
    assert found["Gao"].find(hole) is None
    assert found["Kidal"].find(hole) is not None
    assert "garrison 120" in svg
    assert "about 500 (220 to 1,100)" in svg


def test_sieges_changes_and_armed_groups_are_marked_and_explained() -> None:
    plain = map_svg([row("gao")])
    rich = map_svg(
        [row("gao", besieged=True, fighters={"jnim": SEEN})], changed={"gao"}, language="fr"
    )
    assert any("stroke-dasharray" in one.attrib for one in marks(rich)["Gao"])
    assert marks(rich)["Gao"].find("rect") is not None
    assert "JNIM environ 500 (220 à 1\u202f100)" in rich
    assert "assiégée" in rich
    assert "changement ce tour" in rich
    assert "changement" not in plain
    radius = [float(r) for r in re.findall(r'svg-halo"[^>]* r="([\d.]+)"', rich)]
    more = map_svg([row("gao", fighters={"jnim": {**SEEN, "value": 2000}})])
    assert float(re.findall(r'svg-halo"[^>]* r="([\d.]+)"', more)[0]) == pytest.approx(
        2 * radius[0], rel=0.01
    )


def test_names_do_not_lie_on_one_another() -> None:
    svg = map_svg([row(place.id) for place in load_theatre().localities])
    boxes = []
    for x, y, anchor, name in re.findall(
        r'svg-name" x="(-?\d+)" y="(-?\d+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]+)<', svg
    ):
        wide = 11.0 * len(name)
        left = float(x) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        boxes.append((left, float(y) - 15, left + wide, float(y) + 3, name))
    assert {"Bamako", "Niamey", "Gao", "Kidal", "Tessalit"} <= {box[4] for box in boxes}
    for n, a in enumerate(boxes):
        for b in boxes[:n]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (a, b)


def test_what_a_strict_policy_bars_is_not_in_a_picture() -> None:
    svg = map_svg([row("gao", garrison=OWN)], title='"><script>x</script>')
    ElementTree.fromstring(svg)
    for barred in ("<script", "style=", "<style", "href", "url(", "onload"):
        assert barred not in svg


@pytest.mark.parametrize(
    ("count", "total", "filled", "cells"),
    [(128, 400, 128, 400), (0, 400, 0, 400), (400, 400, 400, 400), (3, 12, 3, 12),
     (1, 10_000, 1, 400), (9_999, 10_000, 399, 400), (5_000, 10_000, 200, 400)],
)  # fmt: skip
def test_an_icon_array_counts(count: int, total: int, filled: int, cells: int) -> None:
    svg = ElementTree.fromstring(icon_array_svg(count, total, label="a & b"))
    true, false = (path.attrib["d"].count("M") for path in svg.findall("path"))
    assert (true, true + false) == (filled, cells)
    assert svg.attrib["aria-label"] == "a & b"


def test_names_numbers_and_days_in_two_languages() -> None:
    assert place_name("timbuktu", "fr") == "Tombouctou"
    assert place_name("timbuktu", "en") == "Timbuktu"
    assert figure(12345.0, "en", 6) == "12,345"
    assert figure(-1234.5, "fr", 6) == "-1\u202f234,5"
    assert figure(-0.25, "fr") == "-0,25"
    assert figure(None, "en") == "–"
    assert day("2023-09-01", "fr") == "1er septembre 2023"
    assert day("2023-09-21", "en") == "21 September 2023"
    assert describe(row("gao", garrison=OWN, days_of_supply=3.25), "en") == (
        "Gao: held by Mali; garrison 120; 3.25 days of supply"
    )
