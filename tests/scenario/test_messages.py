# ruff: noqa: E501 - messages are long
"""Every fault a scenario can have, with the exact text a user reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.problems import InvalidInput
from sahelsim.scenario import load_scenario, parse_sets

FOOTER = "Editor completion: sahelsim scenario schema > scenario.schema.json"

HEAD = """\
id: x
title: T
question: Q
start: 2023-08-20
end: 2023-09-20
"""

ORDER = """\
orders:
  - id: a
    on: 2023-08-21
    actor: ner
    verb: lend_tail
    tail: 5U-MBH
    to: mli
    route: GABS-GAGO-GABS
    rotations_per_week: 2
"""

FACTOR = """\
factors:
  r:
    parameter: {}
    low: {}
    high: {}
"""

CHILD = """\
id: c
extends: p
"""

# id: (file, message); FOOTER follows unless the file could not be read to its end.
CASES: dict[str, tuple[str, str]] = {
    "empty_file": (
        "",
        """\
x.yaml: error SS2105: expected a mapping of key: value, not nothing
  tip: begin with 'id: …' (sahelsim scenario new writes a template)
1 error. {FOOTER}""",
    ),
    "no_mapping": (
        "- a\n",
        """\
x.yaml:1:1: error SS2105: expected a mapping of key: value, not a list of 1 item
   1 | - a
     | ^ begin with 'id: …' (sahelsim scenario new writes a template)
1 error. {FOOTER}""",
    ),
    "missing_keys": (
        "id: x\n",
        """\
x.yaml:1:1: error SS2104: missing 'title'
   1 | id: x
     | ^ One line for lists and reports.
x.yaml:1:1: error SS2104: missing 'question'
   1 | id: x
     | ^ What the scenario asks and what it takes for granted.
x.yaml:1:1: error SS2104: missing 'start'
   1 | id: x
     | ^ First day, such as 2023-08-20.
x.yaml:1:1: error SS2104: missing 'end'
   1 | id: x
     | ^ The day after the last one; itself excluded.
4 errors. {FOOTER}""",
    ),
    "misspelt_key_and_missing_key_are_one": (
        HEAD.replace("title", "tittle"),
        """\
x.yaml:2:1: error SS2103: unknown key 'tittle'
   2 | tittle: T
     | ^^^^^^ did you mean 'title'?
1 error. {FOOTER}""",
    ),
    "unknown_key": (
        HEAD + "colour: red\n",
        """\
x.yaml:6:1: error SS2103: unknown key 'colour'
   6 | colour: red
     | ^^^^^^ allowed: id, title, question, start, end, seed, assumptions, parameters, factors, orders, aircraft, initial, extends, without or replace
1 error. {FOOTER}""",
    ),
    "provenance_cannot_be_claimed": (
        HEAD + "lineage: [p]\n",
        """\
x.yaml:6:1: error SS2103: unknown key 'lineage'
   6 | lineage: [p]
     | ^^^^^^^ allowed: id, title, question, start, end, seed, assumptions, parameters, factors, orders, aircraft, initial, extends, without or replace
1 error. {FOOTER}""",
    ),
    "text_for_whole_number": (
        HEAD + "seed: one\n",
        """\
x.yaml:6:7: error SS2105 at seed: expected a whole number, not 'one'
   6 | seed: one
     |       ^^^ leave out quotes and units
1 error. {FOOTER}""",
    ),
    "fraction_for_whole_number": (
        HEAD + "seed: 1.5\n",
        """\
x.yaml:6:7: error SS2105 at seed: expected a whole number, not 1.5
   6 | seed: 1.5
     |       ^^^
1 error. {FOOTER}""",
    ),
    "truth_for_whole_number": (
        HEAD + "seed: true\n",
        """\
x.yaml:6:7: error SS2105 at seed: expected a whole number, not true
   6 | seed: true
     |       ^^^^
1 error. {FOOTER}""",
    ),
    "below_limit": (
        HEAD + "seed: -1\n",
        """\
x.yaml:6:7: error SS2107 at seed: -1 must be at least 0
   6 | seed: -1
     |       ^^ allowed: at least 0 and below 4294967296
1 error. {FOOTER}""",
    ),
    "above_limit": (
        HEAD + "seed: 4294967296\n",
        """\
x.yaml:6:7: error SS2107 at seed: 4294967296 must be below 4294967296
   6 | seed: 4294967296
     |       ^^^^^^^^^^ allowed: at least 0 and below 4294967296
1 error. {FOOTER}""",
    ),
    "number_for_text": (
        HEAD.replace("title: T", "title: 5"),
        """\
x.yaml:2:8: error SS2105 at title: expected text, not 5
   2 | title: 5
     |        ^ quote it: "5"
1 error. {FOOTER}""",
    ),
    "empty_text": (
        HEAD.replace("title: T", 'title: ""'),
        """\
x.yaml:2:8: error SS2105 at title: the text is empty
   2 | title: ""
     |        ^^ write a sentence, or leave the key out
1 error. {FOOTER}""",
    ),
    "no_text": (
        HEAD.replace("title: T", "title:"),
        """\
x.yaml:2:7: error SS2105 at title: expected text, not nothing
   2 | title:
     |       ^
1 error. {FOOTER}""",
    ),
    "bad_id": (
        HEAD.replace("id: x", "id: Two Words"),
        """\
x.yaml:1:5: error SS2112 at id: 'Two Words' cannot be a name
   1 | id: Two Words
     |     ^^^^^^^^^ use lower case letters, digits and '-', at most 80
1 error. {FOOTER}""",
    ),
    "long_id": (
        HEAD.replace("id: x", "id: " + "x" * 81),
        """\
x.yaml:1:5: error SS2112 at id: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' cannot be a name
   1 | id: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
     |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ use lower case letters, digits and '-', at most 80
1 error. {FOOTER}""",
    ),
    "impossible_date": (
        HEAD.replace("2023-08-20", "2023-02-30"),
        """\
x.yaml:4:8: error SS2106 at start: '2023-02-30' is no date: there is no such day
   4 | start: 2023-02-30
     |        ^^^^^^^^^^ write year-month-day, such as 2023-08-20
1 error. {FOOTER}""",
    ),
    "date_in_words": (
        HEAD.replace("2023-08-20", "20 August 2023"),
        """\
x.yaml:4:8: error SS2106 at start: '20 August 2023' is no date: expected a date such as 2023-08-20
   4 | start: 20 August 2023
     |        ^^^^^^^^^^^^^^ write year-month-day, such as 2023-08-20
1 error. {FOOTER}""",
    ),
    "date_is_number": (
        HEAD.replace("2023-08-20", "2023"),
        """\
x.yaml:4:8: error SS2106 at start: 2023 is no date: expected a date such as 2023-08-20
   4 | start: 2023
     |        ^^^^ write year-month-day, such as 2023-08-20
1 error. {FOOTER}""",
    ),
    "end_is_start": (
        HEAD.replace("2023-09-20", "2023-08-20"),
        """\
x.yaml:5:6: error SS2201 at end: end 2023-08-20 is not after start 2023-08-20
   5 | end: 2023-08-20
     |      ^^^^^^^^^^ end is the day after the last one
1 error. {FOOTER}""",
    ),
    "bad_choice": (
        HEAD + "assumptions:\n  - text: hm\n    confidence: asumed\n",
        """\
x.yaml:8:17: error SS2108 at assumptions[0].confidence: 'asumed' is not one of sourced, derived or assumed
   8 |     confidence: asumed
     |                 ^^^^^^ did you mean 'assumed'?
1 error. {FOOTER}""",
    ),
    "text_for_list": (
        HEAD + "assumptions: no\n",
        """\
x.yaml:6:14: error SS2105 at assumptions: expected a list, not 'no'
   6 | assumptions: no
     |              ^^
1 error. {FOOTER}""",
    ),
    "text_for_mapping": (
        HEAD + "assumptions: [a]\n",
        """\
x.yaml:6:15: error SS2105 at assumptions[0]: expected a mapping of key: value, not 'a'
   6 | assumptions: [a]
     |               ^
1 error. {FOOTER}""",
    ),
    "unknown_nested_key": (
        HEAD + "assumptions:\n  - {text: hm, confidence: assumed, why: so}\n",
        """\
x.yaml:7:37: error SS2103 at assumptions[0]: unknown key 'why'
   7 |   - {text: hm, confidence: assumed, why: so}
     |                                     ^^^ allowed: text or confidence
1 error. {FOOTER}""",
    ),
    "number_for_mapping": (
        HEAD + "parameters: 3\n",
        """\
x.yaml:6:13: error SS2105 at parameters: expected a mapping of key: value, not 3
   6 | parameters: 3
     |             ^
1 error. {FOOTER}""",
    ),
    "unknown_parameter": (
        HEAD + "parameters:\n  initial.garrison_scal: 1\n",
        """\
x.yaml:7:3: error SS2210 at parameters.initial.garrison_scal: unknown parameter 'initial.garrison_scal'
   7 |   initial.garrison_scal: 1
     |   ^^^^^^^^^^^^^^^^^^^^^ did you mean 'initial.garrison_scale'? all: sahelsim facts parameters
1 error. {FOOTER}""",
    ),
    "parameter_text": (
        HEAD + "parameters:\n  initial.garrison_scale: much\n",
        """\
x.yaml:7:27: error SS2105 at parameters.initial.garrison_scale: expected a number, not 'much'
   7 |   initial.garrison_scale: much
     |                           ^^^^ leave out quotes and units
1 error. {FOOTER}""",
    ),
    "parameter_nan": (
        HEAD + "parameters:\n  initial.garrison_scale: .nan\n",
        """\
x.yaml:7:27: error SS2105 at parameters.initial.garrison_scale: expected a finite number, not nan
   7 |   initial.garrison_scale: .nan
     |                           ^^^^
1 error. {FOOTER}""",
    ),
    "parameter_out_of_range": (
        HEAD + "parameters:\n  initial.garrison_scale: 100\n",
        """\
x.yaml:7:27: error SS2211 at parameters.initial.garrison_scale: 100 is outside the range of initial.garrison_scale
   7 |   initial.garrison_scale: 100
     |                           ^^^ allowed: 0.5 to 2
1 error. {FOOTER}""",
    ),
    "order_without_day": (
        HEAD + ORDER.replace("    on: 2023-08-21\n", ""),
        """\
x.yaml:7:5: error SS2104 at orders[0]: missing 'on'
   7 |   - id: a
     |     ^ Day it takes effect, before end. Orders of one day go by id.
1 error. {FOOTER}""",
    ),
    "order_no_mapping": (
        HEAD + "orders: [go]\n",
        """\
x.yaml:6:10: error SS2105 at orders[0]: expected a mapping of key: value, not 'go'
   6 | orders: [go]
     |          ^^
1 error. {FOOTER}""",
    ),
    "unknown_verb": (
        HEAD + ORDER.replace("lend_tail", "lend_tial"),
        """\
x.yaml:10:11: error SS2204 at orders[0].verb: unknown order 'lend_tial'
  10 |     verb: lend_tial
     |           ^^^^^^^^^ did you mean 'lend_tail'? all: sahelsim facts orders
1 error. {FOOTER}""",
    ),
    "unknown_verb_far": (
        HEAD + ORDER.replace("lend_tail", "zzz"),
        """\
x.yaml:10:11: error SS2204 at orders[0].verb: unknown order 'zzz'
  10 |     verb: zzz
     |           ^^^ all: sahelsim facts orders
1 error. {FOOTER}""",
    ),
    "wrong_actor": (
        HEAD + ORDER.replace("actor: ner", "actor: jnim"),
        """\
x.yaml:9:12: error SS2208 at orders[0].actor: jnim cannot give the order 'lend_tail'
   9 |     actor: jnim
     |            ^^^^ it is given by mli, ner or bfa
1 error. {FOOTER}""",
    ),
    "unknown_actor": (
        HEAD + ORDER.replace("actor: ner", "actor: nre"),
        """\
x.yaml:9:12: error SS2209 at orders[0].actor: unknown actor 'nre'
   9 |     actor: nre
     |            ^^^ did you mean 'ner'?
1 error. {FOOTER}""",
    ),
    "before_start": (
        HEAD + ORDER.replace("2023-08-21", "2023-08-19"),
        """\
x.yaml:8:9: error SS2202 at orders[0].on: 2023-08-19 lies before the first day
   8 |     on: 2023-08-19
     |         ^^^^^^^^^^ the scenario runs from 2023-08-20 to 2023-09-19; what was so before belongs under 'initial:' or on the first day
1 error. {FOOTER}""",
    ),
    "on_end": (
        HEAD + ORDER.replace("2023-08-21", "2023-09-20"),
        """\
x.yaml:8:9: error SS2202 at orders[0].on: 2023-09-20 lies after the last day
   8 |     on: 2023-09-20
     |         ^^^^^^^^^^ the scenario runs from 2023-08-20 to 2023-09-19
1 error. {FOOTER}""",
    ),
    "duplicate_order_id": (
        HEAD + ORDER + ORDER.removeprefix("orders:\n"),
        """\
x.yaml:15:9: error SS2203 at orders[1].id: the order id 'a' is taken
  15 |   - id: a
     |         ^ first on line 7
1 error. {FOOTER}""",
    ),
    "misspelt_argument_and_missing_argument_are_one": (
        HEAD + ORDER.replace("rotations_per", "rotation_per"),
        """\
x.yaml:14:5: error SS2205 at orders[0].rotation_per_week: the order 'lend_tail' has no argument 'rotation_per_week'
  14 |     rotation_per_week: 2
     |     ^^^^^^^^^^^^^^^^^ did you mean 'rotations_per_week'?
1 error. {FOOTER}""",
    ),
    "argument_missing": (
        HEAD + ORDER.replace("    rotations_per_week: 2\n", ""),
        """\
x.yaml:7:5: error SS2206 at orders[0]: the order 'lend_tail' needs 'rotations_per_week'
   7 |   - id: a
     |     ^ a number from 0 to 14 rotations/week
1 error. {FOOTER}""",
    ),
    "argument_of_no_use": (
        HEAD + ORDER + "    colour: red\n",
        """\
x.yaml:15:5: error SS2205 at orders[0].colour: the order 'lend_tail' has no argument 'colour'
  15 |     colour: red
     |     ^^^^^^ 'lend_tail' takes tail, to, route, rotations_per_week or load_t
1 error. {FOOTER}""",
    ),
    "argument_where_none_is_taken": (
        HEAD + "orders:\n  - {id: a, on: 2023-08-21, actor: un, verb: declare, x: 1}\n",
        """\
x.yaml:7:55: error SS2205 at orders[0].x: the order 'declare' has no argument 'x'
   7 |   - {id: a, on: 2023-08-21, actor: un, verb: declare, x: 1}
     |                                                       ^ it takes none
1 error. {FOOTER}""",
    ),
    "argument_out_of_range": (
        HEAD + ORDER.replace("week: 2", "week: 40"),
        """\
x.yaml:14:25: error SS2207 at orders[0].rotations_per_week: 40 is outside the range of 'rotations_per_week'
  14 |     rotations_per_week: 40
     |                         ^^ allowed: 0 to 14 rotations/week
1 error. {FOOTER}""",
    ),
    "argument_text": (
        HEAD + ORDER.replace("week: 2", "week: two"),
        """\
x.yaml:14:25: error SS2105 at orders[0].rotations_per_week: expected a number, not 'two'
  14 |     rotations_per_week: two
     |                         ^^^ a number from 0 to 14 rotations/week
1 error. {FOOTER}""",
    ),
    "argument_fraction": (
        HEAD + "orders:\n  - {id: a, on: 2023-08-21, actor: mli, verb: surge, days: 1.5}\n",
        """\
x.yaml:7:60: error SS2105 at orders[0].days: expected a whole number, not 1.5
   7 |   - {id: a, on: 2023-08-21, actor: mli, verb: surge, days: 1.5}
     |                                                            ^^^ a whole number from 1 to 60 d
1 error. {FOOTER}""",
    ),
    "argument_choice": (
        HEAD
        + "orders:\n  - {id: a, on: 2023-08-21, actor: mli, verb: restraint, level: strickt}\n",
        """\
x.yaml:7:65: error SS2108 at orders[0].level: 'strickt' is not one of strict, normal or permissive
   7 |   - {id: a, on: 2023-08-21, actor: mli, verb: restraint, level: strickt}
     |                                                                 ^^^^^^^ did you mean 'strict'?
1 error. {FOOTER}""",
    ),
    "unknown_tail": (
        HEAD + ORDER.replace("5U-MBH", "5U-MBG"),
        """\
x.yaml:11:11: error SS2209 at orders[0].tail: unknown tail '5U-MBG'
  11 |     tail: 5U-MBG
     |           ^^^^^^ did you mean '5U-MBH'? all: sahelsim facts aircraft
1 error. {FOOTER}""",
    ),
    "unknown_state": (
        HEAD + ORDER.replace("to: mli", "to: mil"),
        """\
x.yaml:12:9: error SS2209 at orders[0].to: unknown state 'mil'
  12 |     to: mil
     |         ^^^ did you mean 'mli'?
1 error. {FOOTER}""",
    ),
    "unknown_locality": (
        HEAD
        + "orders:\n  - {id: a, on: 2023-08-21, actor: mli, verb: withdraw, locality: timbuctu}\n",
        """\
x.yaml:7:67: error SS2209 at orders[0].locality: unknown locality 'timbuctu'
   7 |   - {id: a, on: 2023-08-21, actor: mli, verb: withdraw, locality: timbuctu}
     |                                                                   ^^^^^^^^ did you mean 'timbuktu'? all: sahelsim facts localities
1 error. {FOOTER}""",
    ),
    "unknown_region": (
        HEAD
        + "orders:\n  - {id: a, on: 2023-08-21, actor: jnim, verb: open_roads, region: Menaka}\n",
        """\
x.yaml:7:68: error SS2209 at orders[0].region: unknown region 'Menaka'
   7 |   - {id: a, on: 2023-08-21, actor: jnim, verb: open_roads, region: Menaka}
     |                                                                    ^^^^^^ did you mean 'Ménaka'?
1 error. {FOOTER}""",
    ),
    "unknown_event": (
        HEAD + ORDER + "    source: E999\n",
        """\
x.yaml:15:13: error SS2209 at orders[0].source: unknown event 'E999'
  15 |     source: E999
     |             ^^^^ did you mean 'E099'? all: sahelsim facts events
1 error. {FOOTER}""",
    ),
    "open_route": (
        HEAD + ORDER.replace("GABS-GAGO-GABS", "GABS-GAGO"),
        """\
x.yaml:13:12: error SS2219 at orders[0].route: 'GABS-GAGO' is not a closed circuit
  13 |     route: GABS-GAGO
     |            ^^^^^^^^^ write a closed circuit such as GABS-GAGO-GATS-DRRN-GABS
1 error. {FOOTER}""",
    ),
    "route_stands_still": (
        HEAD + ORDER.replace("GABS-GAGO-GABS", "GABS-GAGO-GAGO-GABS"),
        """\
x.yaml:13:12: error SS2219 at orders[0].route: the circuit stops at GAGO twice running
  13 |     route: GABS-GAGO-GAGO-GABS
     |            ^^^^^^^^^^^^^^^^^^^ write a closed circuit such as GABS-GAGO-GATS-DRRN-GABS
1 error. {FOOTER}""",
    ),
    "route_unknown_airfield": (
        HEAD + ORDER.replace("GABS-GAGO-GABS", "GABS-GAGX-GABS"),
        """\
x.yaml:13:12: error SS2209 at orders[0].route: unknown airfield 'GAGX'
  13 |     route: GABS-GAGX-GABS
     |            ^^^^^^^^^^^^^^ did you mean 'GAGO'? all: sahelsim facts airfields
1 error. {FOOTER}""",
    ),
    "tail_taken": (
        HEAD + "aircraft:\n  5U-MBH: {owner: ner, type: c130h, base: DRRN}\n",
        """\
x.yaml:7:3: error SS2203 at aircraft.5U-MBH: the tail '5U-MBH' exists already
   7 |   5U-MBH: {owner: ner, type: c130h, base: DRRN}
     |   ^^^^^^ choose a registration that is free
1 error. {FOOTER}""",
    ),
    "aircraft_names": (
        HEAD + "aircraft:\n  5U-NEW: {owner: nr, type: c130, base: DRNN}\n",
        """\
x.yaml:7:19: error SS2209 at aircraft.5U-NEW.owner: unknown state 'nr'
   7 |   5U-NEW: {owner: nr, type: c130, base: DRNN}
     |                   ^^ did you mean 'ner'?
x.yaml:7:29: error SS2209 at aircraft.5U-NEW.type: unknown aircraft type 'c130'
   7 |   5U-NEW: {owner: nr, type: c130, base: DRNN}
     |                             ^^^^ did you mean 'c130h'? all: sahelsim facts aircraft
x.yaml:7:41: error SS2209 at aircraft.5U-NEW.base: unknown airfield 'DRNN'
   7 |   5U-NEW: {owner: nr, type: c130, base: DRNN}
     |                                         ^^^^ did you mean 'DRRN'? all: sahelsim facts airfields
3 errors. {FOOTER}""",
    ),
    "initial_place": (
        HEAD + "initial:\n  holder:\n    kidl: {value: mli}\n",
        """\
x.yaml:8:5: error SS2209 at initial.holder.kidl: unknown locality 'kidl'
   8 |     kidl: {value: mli}
     |     ^^^^ did you mean 'kidal'? all: sahelsim facts localities
1 error. {FOOTER}""",
    ),
    "initial_values": (
        HEAD
        + "initial:\n  holder: {kidal: {value: fama}}\n  garrison: {gao: {value: -1}}\n  besieged: {gao: {value: yes}}\n",
        """\
x.yaml:7:27: error SS2108 at initial.holder.kidal.value: 'fama' is not one of mli, ner, bfa, csp_psd, jnim, issp, un or none
   7 |   holder: {kidal: {value: fama}}
     |                           ^^^^
x.yaml:8:27: error SS2107 at initial.garrison.gao.value: -1 must be at least 0
   8 |   garrison: {gao: {value: -1}}
     |                           ^^ allowed: at least 0 and at most 20000
x.yaml:9:27: error SS2105 at initial.besieged.gao.value: expected true or false, not 'yes'
   9 |   besieged: {gao: {value: yes}}
     |                           ^^^ write true or false
3 errors. {FOOTER}""",
    ),
    "initial_section": (
        HEAD + "initial:\n  holders: {kidal: {value: mli}}\n",
        """\
x.yaml:7:3: error SS2103 at initial: unknown key 'holders'
   7 |   holders: {kidal: {value: mli}}
     |   ^^^^^^^ did you mean 'holder'?
1 error. {FOOTER}""",
    ),
    "factor_name": (
        HEAD + ORDER + FACTOR.format("orders.a.load_t", 1, 4).replace("  r:", "  Rate:"),
        """\
x.yaml:16:3: error SS2112 at factors.Rate: 'Rate' cannot be a name
  16 |   Rate:
     |   ^^^^ use lower case letters, digits and '_', beginning with a letter
1 error. {FOOTER}""",
    ),
    "factor_unknown_order": (
        HEAD + ORDER + FACTOR.format("orders.b.load_t", 1, 4),
        """\
x.yaml:17:16: error SS2212 at factors.r.parameter: no order has the id 'b'
  17 |     parameter: orders.b.load_t
     |                ^^^^^^^^^^^^^^^
1 error. {FOOTER}""",
    ),
    "factor_unknown_argument": (
        HEAD + ORDER + FACTOR.format("orders.a.lod_t", 1, 4),
        """\
x.yaml:17:16: error SS2212 at factors.r.parameter: the order 'a' has no number 'lod_t' to vary
  17 |     parameter: orders.a.lod_t
     |                ^^^^^^^^^^^^^^ did you mean 'load_t'?
1 error. {FOOTER}""",
    ),
    "factor_no_number": (
        HEAD + ORDER + FACTOR.format("orders.a.tail", 1, 4),
        """\
x.yaml:17:16: error SS2212 at factors.r.parameter: the order 'a' has no number 'tail' to vary
  17 |     parameter: orders.a.tail
     |                ^^^^^^^^^^^^^ it has rotations_per_week or load_t
1 error. {FOOTER}""",
    ),
    "factor_unknown_parameter": (
        HEAD + FACTOR.format("nothing.here", 1, 4),
        """\
x.yaml:8:16: error SS2210 at factors.r.parameter: unknown parameter 'nothing.here'
   8 |     parameter: nothing.here
     |                ^^^^^^^^^^^^ all: sahelsim facts parameters
1 error. {FOOTER}""",
    ),
    "factor_reversed": (
        HEAD + ORDER + FACTOR.format("orders.a.load_t", 4, 1),
        """\
x.yaml:19:11: error SS2213 at factors.r.high: high 1 is not above low 4
  19 |     high: 1
     |           ^
1 error. {FOOTER}""",
    ),
    "factor_out_of_range": (
        HEAD + ORDER + FACTOR.format("orders.a.load_t", 1, 40),
        """\
x.yaml:19:11: error SS2213 at factors.r.high: 40 is outside the range of orders.a.load_t
  19 |     high: 40
     |           ^^ allowed: 0 to 20 t
1 error. {FOOTER}""",
    ),
    "factor_log_of_zero": (
        HEAD + ORDER + FACTOR.format("orders.a.load_t", 0, 4) + "    distribution: loguniform\n",
        """\
x.yaml:18:10: error SS2213 at factors.r.low: low 0 must be above 0 for a loguniform factor
  18 |     low: 0
     |          ^
1 error. {FOOTER}""",
    ),
    "factor_distribution": (
        HEAD + ORDER + FACTOR.format("orders.a.load_t", 0, 4) + "    distribution: normal\n",
        """\
x.yaml:20:19: error SS2108 at factors.r.distribution: 'normal' is not one of uniform, loguniform or triangular
  20 |     distribution: normal
     |                   ^^^^^^ did you mean 'uniform'?
1 error. {FOOTER}""",
    ),
    "duplicate_key": (
        HEAD + "seed: 1\nseed: 2\n",
        """\
x.yaml:7:1: error SS2102: duplicate key 'seed'
   7 | seed: 2
     | ^^^^ first on line 6
1 error.""",
    ),
    "extends_unknown": (
        "id: x\nextends: documented-2032\n",
        """\
x.yaml:2:10: error SS2215 at extends: there is no scenario 'documented-2032' to extend
   2 | extends: documented-2032
     |          ^^^^^^^^^^^^^^^ did you mean 'documented-2023'?
1 error.""",
    ),
    "extends_list": (
        "id: x\nextends: [p]\n",
        """\
x.yaml:2:10: error SS2105 at extends: expected the name or path of a scenario
   2 | extends: [p]
     |          ^
1 error.""",
    ),
    "extends_itself": (
        "id: x\nextends: x\n",
        """\
x.yaml:2:10: error SS2214 at extends: 'extends' goes in a circle: x -> x
   2 | extends: x
     |          ^
1 error.""",
    ),
    "child_needs_its_own_id": (
        "extends: p\n",
        """\
x.yaml:1:1: error SS2104: missing 'id'
   1 | extends: p
     | ^ Name of the scenario: lower case, digits and hyphens.
1 error. {FOOTER}""",
    ),
    "without_unknown": (
        CHILD + "without: [lend]\n",
        """\
x.yaml:3:11: error SS2218 at without[0]: no inherited order has the id 'lend'
   3 | without: [lend]
     |           ^^^^ see: sahelsim scenario show
1 error. {FOOTER}""",
    ),
    "without_text": (
        CHILD + "without: a\n",
        """\
x.yaml:3:10: error SS2105 at without: expected a list of order ids, not 'a'
   3 | without: a
     |          ^
1 error. {FOOTER}""",
    ),
    "without_twice": (
        CHILD + "without: [a, a]\n",
        """\
x.yaml:3:14: error SS2216 at without[1]: 'a' is dropped twice
   3 | without: [a, a]
     |              ^
1 error. {FOOTER}""",
    ),
    "without_and_replace": (
        CHILD + "without: [a]\nreplace:\n  a: {load_t: 3}\n",
        """\
x.yaml:5:3: error SS2216 at replace.a: 'a' is both dropped and replaced
   5 |   a: {load_t: 3}
     |   ^
1 error. {FOOTER}""",
    ),
    "replace_verb": (
        CHILD + "replace:\n  a: {verb: surge}\n",
        """\
x.yaml:4:7: error SS2217 at replace.a.verb: 'verb' of an inherited order cannot be replaced
   4 |   a: {verb: surge}
     |       ^^^^ drop the order with 'without:' and write a new one
1 error. {FOOTER}""",
    ),
    "replace_unknown": (
        CHILD + "replace:\n  aa: {load_t: 3}\n",
        """\
x.yaml:4:3: error SS2218 at replace.aa: no inherited order has the id 'aa'
   4 |   aa: {load_t: 3}
     |   ^^ did you mean 'a'?
1 error. {FOOTER}""",
    ),
    "replace_number": (
        CHILD + "replace:\n  a: 3\n",
        """\
x.yaml:4:6: error SS2105 at replace.a: expected a mapping of key: new value, not 3
   4 |   a: 3
     |      ^
1 error. {FOOTER}""",
    ),
    "replace_list": (
        CHILD + "replace: [a]\n",
        """\
x.yaml:3:10: error SS2105 at replace: expected a mapping of order id: changes, not a list of 1 item
   3 | replace: [a]
     |          ^
1 error. {FOOTER}""",
    ),
    "replace_out_of_range": (
        CHILD + "replace:\n  a: {load_t: 300}\n",
        """\
x.yaml:4:15: error SS2207 at replace.a.load_t: 300 is outside the range of 'load_t'
   4 |   a: {load_t: 300}
     |               ^^^ allowed: 0 to 20 t
1 error. {FOOTER}""",
    ),
    "replace_day_outside": (
        CHILD + "replace:\n  a: {on: 2024-01-01}\n",
        """\
x.yaml:4:11: error SS2202 at replace.a.on: 2024-01-01 lies after the last day
   4 |   a: {on: 2024-01-01}
     |           ^^^^^^^^^^ the scenario runs from 2023-08-20 to 2023-09-19
1 error. {FOOTER}""",
    ),
    "inherited_id_taken": (
        CHILD + ORDER,
        """\
x.yaml:4:9: error SS2203 at orders[0].id: the order id 'a' is taken
   4 |   - id: a
     |         ^ p.yaml gives it; change it with 'replace:'
1 error. {FOOTER}""",
    ),
    "start_after_inherited_order": (
        CHILD + "start: 2023-08-25\n",
        """\
x.yaml:3:8: error SS2202 at start: the inherited order 'a' of 2023-08-21 lies before the new start
   3 | start: 2023-08-25
     |        ^^^^^^^^^^ drop it with 'without:', and state what it left behind under 'initial:'
1 error. {FOOTER}""",
    ),
}

# id: (--set texts, message), over CHILD.
SETS: dict[str, tuple[list[str], str]] = {
    "set_argument_out_of_range": (
        ["orders.a.load_t=300"],
        """\
--set:1:17: error SS2207 at orders.a.load_t: 300 is outside the range of 'load_t'
   1 | orders.a.load_t=300
     |                 ^^^ allowed: 0 to 20 t
1 error.""",
    ),
    "set_argument_unknown": (
        ["orders.a.lod_t=3"],
        """\
--set:1:1: error SS2205 at orders.a.lod_t: the order 'lend_tail' has no argument 'lod_t'
   1 | orders.a.lod_t=3
     | ^^^^^^^^^^^^^^ did you mean 'load_t'?
1 error.""",
    ),
    "set_verb": (
        ["orders.a.verb=surge"],
        """\
--set:1:1: error SS2217 at orders.a.verb: 'verb' of an inherited order cannot be replaced
   1 | orders.a.verb=surge
     | ^^^^^^^^^^^^^ drop the order with 'without:' and write a new one
1 error.""",
    ),
    "set_order_unknown": (
        ["seed=2", "orders.zz.load_t=3"],
        """\
--set:2:1: error SS2218 at orders.zz.load_t: no inherited order has the id 'zz'
   2 | orders.zz.load_t=3
     | ^^^^^^^^^^^^^^^^ see: sahelsim scenario show
1 error.""",
    ),
    "set_parameter_unknown": (
        ["parameter.initial.garrison_scal=1"],
        """\
--set:1:1: error SS2210 at parameter.initial.garrison_scal: unknown parameter 'initial.garrison_scal'
   1 | parameter.initial.garrison_scal=1
     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean 'initial.garrison_scale'? all: sahelsim facts parameters
1 error.""",
    ),
    "set_parameter_out_of_range": (
        ["parameter.initial.garrison_scale=100"],
        """\
--set:1:34: error SS2211 at parameter.initial.garrison_scale: 100 is outside the range of initial.garrison_scale
   1 | parameter.initial.garrison_scale=100
     |                                  ^^^ allowed: 0.5 to 2
1 error.""",
    ),
    "set_date": (
        ["start=2023-13-01"],
        """\
--set:1:7: error SS2106 at start: '2023-13-01' is no date: there is no such day
   1 | start=2023-13-01
     |       ^^^^^^^^^^ write year-month-day, such as 2023-08-20
1 error.""",
    ),
    "set_text": (
        ["seed=x"],
        """\
--set:1:6: error SS2105 at seed: expected a whole number, not 'x'
   1 | seed=x
     |      ^ leave out quotes and units
1 error.""",
    ),
    "set_end_before_start": (
        ["end=2023-08-01"],
        """\
--set:1:5: error SS2201 at end: end 2023-08-01 is not after start 2023-08-20
   1 | end=2023-08-01
     |     ^^^^^^^^^^ end is the day after the last one
1 error.""",
    ),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(HEAD.replace("id: x", "id: p") + ORDER, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_message_of_a_fault_in_a_file(here: Path, name: str) -> None:
    text, expected = CASES[name]
    (here / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_scenario("x.yaml")
    assert caught.value.render() == expected.replace("{FOOTER}", FOOTER)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", SETS)
def test_message_of_a_fault_in_set(here: Path, name: str) -> None:
    texts, expected = SETS[name]
    (here / "x.yaml").write_text(CHILD, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_scenario("x.yaml", sets=parse_sets(texts))
    assert caught.value.render() == expected


def test_the_unchanged_files_are_valid(here: Path) -> None:
    # Without this the cases above could all fail for one reason they do not name.
    (here / "x.yaml").write_text(
        HEAD + ORDER + FACTOR.format("orders.a.load_t", 1, 4), encoding="utf-8"
    )
    assert load_scenario("x.yaml").order("a").arguments["rotations_per_week"] == 2.0
    (here / "c.yaml").write_text(CHILD, encoding="utf-8")
    assert load_scenario("c.yaml").lineage == ("p",)
