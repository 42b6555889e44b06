"""The tables agree with one another and with the outside world."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from sahelsim.theatre import Theatre, load_theatre
from sahelsim.theatre.actors import ACTORS, GROUPS, STATES
from sahelsim.theatre.geography import distance_to_country_km, great_circle_km
from sahelsim.theatre.load import TABLES

START = date(2023, 8, 20)
HOLDERS = {"mli", "ner", "bfa", "csp_psd", "jnim", "issp", "un", "none"}
CIRCUIT_KM = {
    ("GABS", "GAGO"): 950,
    ("GAGO", "GATS"): 456,
    ("GATS", "DRRN"): 763,
    ("DRRN", "GABS"): 1103,
}
SCRIPTED_TYPES = {
    "alliance": "order",
    "treaty": "order",
    "partner_arrival": "order",
    "partner_departure": "order",
    "withdrawal": "order",
    "convoy": "order",
    "airlift": "order",
    "base_handover": "exogenous",
    "sanction": "exogenous",
    "coup": "exogenous",
    "political": "exogenous",
}
# Fire on an aircraft, a sighting, the arrival of a convoy: seen, not decided.
SEEN_ONLY = {"E047", "E049", "E055", "E056", "E061", "E100", "E115", "E117"}
UN_ENDS = {"E071", "E076"}


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return load_theatre()


def sources(theatre: Theatre) -> Iterator[tuple[str, str]]:
    for table, (_, key) in TABLES.items():
        for row in getattr(theatre, table):
            url = row.url if table == "tails" else ""
            yield f"{table} {getattr(row, key[0])}", f"{row.source} {url}".strip()


def test_the_tables_hold_what_is_documented(theatre: Theatre) -> None:
    assert len(theatre.localities) == 110
    assert len(theatre.roads) == 137
    assert len(theatre.events) == 120
    assert [event.id for event in theatre.events] == [f"E{n:03d}" for n in range(1, 121)]
    assert [claim.id for claim in theatre.seed_claims] == [f"C{n}" for n in range(1, 22)]
    named = {place.airfield for place in theatre.localities if place.airfield}
    assert named | {"GASO"} == {field.icao for field in theatre.airfields}
    known = {"5U-MBH", "5U-MMS", "5U-MTU", "TZ-11T", "TZ-12T", "XT-MBH", "TZ-98T"}
    assert known <= {tail.tail for tail in theatre.tails}


def test_every_row_has_a_publisher_with_its_page_or_says_assumed(theatre: Theatre) -> None:
    bare = [
        where
        for where, source in sources(theatre)
        if not re.search(r"\w.* https?://\S+\.\S+", source) and "assumed" not in source
    ]
    assert bare == []


def test_a_tail_without_a_known_registration_says_so(theatre: Theatre) -> None:
    for tail in theatre.tails:
        painted = re.fullmatch(r"(5U|TZ|XT)-\w{3,4}", tail.tail)
        assert bool(painted) != ("id made here" in tail.note), tail.tail


def test_confidence_is_high_medium_or_low(theatre: Theatre) -> None:
    tables = (theatre.localities, theatre.roads, theatre.airfields, theatre.aircraft_types,
              theatre.tails, theatre.forces, theatre.events, theatre.timings)  # fmt: skip
    assert {row.confidence for table in tables for row in table} == {"H", "M", "L"}


def test_places_lie_in_their_country_or_close_to_its_coarse_outline(theatre: Theatre) -> None:
    far = {
        place: round(km)
        for place, km in [
            *((x.id, distance_to_country_km(x.lat, x.lon, x.country)) for x in theatre.localities),
            *((x.icao, distance_to_country_km(x.lat, x.lon, x.country)) for x in theatre.airfields),
        ]
        if km > 60
    }
    assert far == {}


def test_an_airfield_lies_near_the_place_it_serves(theatre: Theatre) -> None:
    for field in theatre.airfields:
        place = theatre.locality(field.locality)
        km = great_circle_km(field.lat, field.lon, place.lat, place.lon)
        assert km < (40 if field.icao == "GASO" else 12), field.icao
        assert field.country == place.country
    for place in theatre.localities:
        if place.airfield:
            assert theatre.airfield(place.airfield).locality == place.id


@pytest.mark.parametrize(("leg", "km"), CIRCUIT_KM.items())
def test_the_legs_of_the_circuit_have_their_documented_length(
    theatre: Theatre, leg: tuple[str, str], km: float
) -> None:
    a, b = map(theatre.airfield, leg)
    assert great_circle_km(a.lat, a.lon, b.lat, b.lon) == pytest.approx(km, rel=0.01)


def test_every_event_names_a_known_place_and_has_a_lawful_toll(theatre: Theatre) -> None:
    for event in theatre.events:
        assert event.place in theatre.locality_index, event.id
        low, high = event.deaths_low, event.deaths_high
        assert low is None or low >= 0
        assert low is None or high is None or low <= high, event.id
        assert bool(event.toll_confidence) == (low is not None or high is not None), event.id
        assert bool(event.url) == (event.publisher != "assumed"), event.id


def test_events_are_in_order_of_time(theatre: Theatre) -> None:
    days = [event.date for event in theatre.events]
    assert days == sorted(days)


def test_the_role_follows_from_the_type_with_listed_exceptions(theatre: Theatre) -> None:
    for event in theatre.events:
        if event.id in SEEN_ONLY:
            expected = "observation"
        elif event.id in UN_ENDS:
            expected = "exogenous"
        else:
            expected = SCRIPTED_TYPES.get(event.type, "observation")
        assert event.role == expected, (event.id, event.type)


def test_nothing_with_a_toll_is_scripted(theatre: Theatre) -> None:
    deadly = [e.id for e in theatre.events if e.role != "observation" and (e.deaths_high or 0) > 0]
    assert deadly == []


def test_homes_holders_and_sieges_are_those_of_the_mapping_tables(theatre: Theatre) -> None:
    control = {(rule.control_text, rule.garrison): rule for rule in theatre.holder_mapping}
    contest = {rule.contest_term: rule for rule in theatre.contest_mapping}
    for place in theatre.localities:
        rule = control[place.control_text, place.garrison]
        terms = [contest[term] for term in place.contest_text.split("; ") if term]
        holder = place.country if rule.holder == "state" else rule.holder
        assert place.holder == holder, place.id
        assert place.besieged == (rule.besieged or any(term.besieged for term in terms)), place.id
        for group in GROUPS:
            named = [term.home or 0 for term in terms if term.group == group]
            named += [1.0] if rule.home_group == group else []
            assert place.home(group) == max(named, default=0), (place.id, group)


def test_no_rule_of_the_mapping_tables_is_unused(theatre: Theatre) -> None:
    used = {(place.control_text, place.garrison) for place in theatre.localities}
    assert {(rule.control_text, rule.garrison) for rule in theatre.holder_mapping} == used
    terms = {t for place in theatre.localities for t in place.contest_text.split("; ") if t}
    assert {rule.contest_term for rule in theatre.contest_mapping} == terms


def test_the_camps_of_the_north_are_held_as_reported(theatre: Theatre) -> None:
    assert {place.holder for place in theatre.localities} <= HOLDERS
    expected = {  # holder, garrison, UN site
        "kidal": ("csp_psd", False, True),
        "aguelhok": ("un", False, True),
        "tessalit": ("mli", True, True),
        "ber": ("mli", True, False),  # the UN left on 13 August (E012)
        "menaka": ("mli", True, True),
        "goundam": ("mli", True, False),
    }
    for id, state in expected.items():
        place = theatre.locality(id)
        assert (place.holder, place.garrison, place.un_site) == state, id


def test_un_sites_are_those_left_after_the_start(theatre: Theatre) -> None:
    handed_over = {
        event.place: event.date
        for event in theatre.events
        if event.type == "base_handover" and "MINUSMA" in event.actors and event.place != "gao"
    }
    for id, day in handed_over.items():
        assert theatre.locality(id).un_site == (day > START), id


def test_thirteen_places_are_besieged(theatre: Theatre) -> None:
    besieged = [place for place in theatre.localities if place.besieged]
    assert len(besieged) == 13
    assert all(place.holder == place.country and place.garrison for place in besieged)


def test_a_state_holds_a_place_exactly_where_it_has_a_garrison(theatre: Theatre) -> None:
    for place in theatre.localities:
        assert place.garrison == (place.holder == place.country), place.id


def test_ranges_are_ordered(theatre: Theatre) -> None:
    for gap in theatre.disagreements:
        assert (gap.low is None) == (gap.high is None) == (gap.kind == "flag"), gap.id
        if gap.low is not None:
            assert type(gap.low) is type(gap.high) is (date if gap.kind == "date" else float)
            assert gap.low <= gap.high, gap.id
    for force in theatre.forces:
        assert force.low <= force.central <= force.high, force.id
    for kind in theatre.aircraft_types:
        assert kind.payload_plan_low_t <= kind.payload_plan_t <= kind.payload_plan_high_t
        assert kind.payload_plan_high_t <= kind.payload_max_t, kind.id
        assert kind.runway_low_m <= kind.runway_m <= kind.runway_high_m, kind.id
        assert 0 < kind.mission_capable_low <= kind.mission_capable <= kind.mission_capable_high < 1
    for field in theatre.airfields:
        assert 1 <= field.mog_low <= field.mog <= field.mog_high, field.icao
    for timing in theatre.timings:
        assert (timing.days_low or 0) <= (timing.days_high or timing.days_low or 0), timing.id
        assert (timing.speed_low_km_d or 0) <= (timing.speed_high_km_d or 0), timing.id


def test_the_hercules_has_the_masses_of_its_manual(theatre: Theatre) -> None:
    pounds = 0.45359237
    hercules = theatre.aircraft_type("c130h")
    assert hercules.payload_plan_t == 10.886
    assert hercules.owe_kg == pytest.approx(80_000 * pounds, abs=0.1)
    assert hercules.mtow_kg == pytest.approx(155_000 * pounds, abs=0.1)
    assert hercules.assault_landing_kg == pytest.approx(130_000 * pounds, abs=0.1)
    assert hercules.structural_payload_kg == pytest.approx(36_500 * pounds, abs=0.1)


def test_a_field_marked_for_a_c130_is_long_enough_for_one(theatre: Theatre) -> None:
    need = theatre.aircraft_type("c130h").runway_m
    for field in theatre.airfields:
        if field.c130_use != "no":
            assert field.runway_m >= need, field.icao


def test_tails_name_known_types_bases_and_owners(theatre: Theatre) -> None:
    for tail in theatre.tails:
        assert theatre.aircraft_type(tail.type).id == tail.type
        assert theatre.airfield(tail.base).icao == tail.base
        assert tail.owner in ACTORS
        assert tail.role in {"lift", "delivery", "grounded"}
        assert tail.available_to is None or tail.available_from <= tail.available_to
        if tail.role == "lift":
            assert tail.owner in STATES, tail.tail


def test_niger_had_three_hercules_at_the_start(theatre: Theatre) -> None:
    fleet = [
        tail.tail
        for tail in theatre.tails
        if (tail.owner, tail.type) == ("ner", "c130h") and tail.available_from <= START
    ]
    assert fleet == ["5U-MBH", "5U-MMS", "5U-MTU"]
