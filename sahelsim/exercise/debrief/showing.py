"""The sections that show numbers: map, scores, odds, luck, the value of orders, harm."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from sahelsim.exercise.debrief import pictures
from sahelsim.exercise.debrief.harm import BY, ELSEWHERE, together
from sahelsim.exercise.debrief.material import TRUTH, Frame, Material
from sahelsim.exercise.debrief.section import Section, harm_line, section
from sahelsim.exercise.debrief.valuation import EFFECTS, TRIAL, Valued, carried_out
from sahelsim.exercise.drawing import map_svg
from sahelsim.exercise.forecasts import league, model_scored, summary
from sahelsim.exercise.voice import Voice, is_share
from sahelsim.exercise.whatif import SCORE
from sahelsim.experiment.comparison import Comparison

MOST_PLACES = 10
GROUND = re.compile(r'<g class="svg-ground"[^>]*>(.*?)</g>', re.DOTALL)
# What the page's sheet says once for all maps, which would else be a third of the file.
IN_STYLE = (
    ' fill="#B02A30" fill-opacity="0.16" stroke="#B02A30" stroke-opacity="0.55" stroke-width="1"',
    ' font-size="21"', ' fill="currentColor" aria-hidden="true"',
)  # fmt: skip
SUFFERED = ("civilian_deaths", "displaced")  # by civilians: more of it is hurt


# ---- the map -------------------------------------------------------------------------------------


def course(voice: Voice, material: Material) -> Section:
    """The map after every turn: as it was, and as each team believed it."""
    frames = [_frame(voice, material, frame) for frame in material.frames]
    beliefs = [_belief(voice, material, team) for team in material.teams]
    return section(
        "map", voice, harm_line(voice, together(material.harm)), ground=ground(voice),
        frames=frames, beliefs=beliefs,
        teams=[(team, voice.team(material.exercise, team)) for team in material.teams],
    )  # fmt: skip


def _frame(voice: Voice, material: Material, frame: Frame) -> dict[str, Any]:
    key = "debrief.map.at" if frame.turn else "debrief.map.at_start"
    title = voice(key, number=frame.turn, day=voice.date(frame.day)) if frame.turn else voice(
        key, day=voice.date(frame.day)
    )  # fmt: skip
    changed = [voice.place(row["place"]) for row in frame.views[TRUTH]
               if row["place"] in frame.changed]  # fmt: skip
    harm = [one for one in material.harm if one.turn == frame.turn]
    return {
        "turn": frame.turn,
        "title": title,
        "changed": voice("debrief.map.changed", places=voice.listed(changed)) if changed
        else voice("debrief.map.nothing") if frame.turn else "",
        "truth": _map(voice, material, frame, TRUTH),
        "views": [(team, _map(voice, material, frame, team)) for team in material.teams],
        "harm": harm_line(voice, harm[0]) if harm else "",
    }  # fmt: skip


def _map(voice: Voice, material: Material, frame: Frame, team: str) -> Markup:
    title = voice("debrief.map.truth")
    if team != TRUTH:
        title = voice("debrief.map.believed", team=voice.team(material.exercise, team))
    drawn = map_svg(frame.views[team], language=voice.language, title=title, changed=frame.changed)
    for spoken in IN_STYLE:
        drawn = drawn.replace(spoken, "")
    return Markup(GROUND.sub(f'<use href="#ground-{voice.language}"/>', drawn))


def ground(voice: Voice) -> Markup:
    """The ground of the maps, which a page holds once and every map of it uses."""
    found = GROUND.search(map_svg([], language=voice.language))
    inside = found.group(1) if found else ""
    return Markup(f'<g id="ground-{voice.language}">{inside}</g>')


def _belief(voice: Voice, material: Material, team: str) -> dict[str, Any]:
    """How many reports of a team's last picture held the truth, and the worst of them."""
    frame = material.frames[-1]
    true = {row["place"]: row for row in frame.views[TRUTH]}
    inside, count = 0, 0
    worst: tuple[float, str] = (0.0, "")
    for row in frame.views[team]:
        for what, seen in _reports(row).items():
            was = _was(true[row["place"]], what)
            count += 1
            inside += seen["low"] <= was <= seen["high"]
            if (off := abs(seen["value"] - was)) > worst[0]:
                name = voice("debrief.map.garrison") if what == "" else voice.actor(what)
                worst = (off, voice(
                    "debrief.map.off", what=name, place=voice.place(row["place"]),
                    believed=voice.number(seen["value"]), true=voice.number(was),
                ))  # fmt: skip
    return {
        "team": voice.short_team(material.exercise, team),
        "reports": count,
        "inside": voice.percent(inside / count) if count else "–",
        "worst": worst[1] or "–",
    }


def _reports(row: dict[str, Any]) -> dict[str, Any]:
    """Strengths of one place that were reported: '' for the garrison, or the group."""
    seen = {"": row["garrison"], **row["fighters"]}
    return {what: value for what, value in seen.items() if value["source"] == "reported"}


def _was(row: dict[str, Any], what: str) -> float:
    found = row["garrison"] if what == "" else row["fighters"].get(what, {"value": 0})
    return float(found["value"])


# ---- scores --------------------------------------------------------------------------------------


def scores(voice: Voice, material: Material) -> Section:
    """Aims, values and points of every team at the end, and its total after each turn."""
    last = (material.turns[-1].result or {})["scores"]
    teams = []
    for name, team in material.exercise.file.teams.items():
        aims = []
        for id, aim in team.aims.items():
            entry = last[name]["aims"][id]
            low, high = (voice.amount(aim.metric, end) for end in aim.scale)
            points = voice.number(entry["points"], 2)
            aims.append(
                {
                    "text": voice.words(aim.text),
                    "measure": voice.measure(aim.metric),
                    "value": voice.amount(aim.metric, entry["value"]),
                    "scale": voice("debrief.score.scale", low=low, high=high),
                    "points": voice("debrief.score.of", points=points,
                                    weight=voice.number(aim.weight)),
                    "share": entry["points"] / aim.weight,
                }
            )  # fmt: skip
        totals = [
            voice.number((turn.result or {})["scores"][name]["total"], 2) for turn in material.turns
        ]
        teams.append(
            {
                "name": voice.team(material.exercise, name),
                "total": voice("debrief.score.total", points=totals[-1]),
                "aims": aims,
                "turns": voice("debrief.score.by_turn", totals=" · ".join(totals)),
            }
        )
    return section("score", voice, harm_line(voice, together(material.harm)), teams=teams)


# ---- odds, luck, skill ---------------------------------------------------------------------------


def odds(voice: Voice, material: Material) -> Section:
    """Every question of every turn: its odds, and whether it came true."""
    found = model_scored(material.branch)
    told = {(item.name, item.turn): item for item in found}
    turns = sorted({item.turn for item in found})
    rows = []
    for name, question in material.exercise.file.adjudication.questions.items():
        cells = []
        for turn in turns:
            item = told[name, turn]
            said = voice("debrief.time.true" if item.true else "debrief.time.false")
            bar = Markup(pictures.share_bar(item.percent / 100, item.true))
            cells.append((voice.percent(item.percent / 100), item.true, said, bar))
        rows.append({"text": voice.words(question.text), "cells": cells})
    text = voice("debrief.odds.none")
    if found:
        text = voice(
            "debrief.odds.sum", questions=len(found),
            expected=voice.number(sum(item.percent for item in found) / 100, 2),
            true=sum(item.true for item in found),
            brier=voice.number(summary(found)["brier"], 2),
        )  # fmt: skip
    heads = [voice("debrief.turn", number=turn) for turn in turns]
    return section(
        "odds", voice, _harm_of_futures(voice, material), heads=heads, rows=rows, summary=text,
        forecasts=_forecasts(voice, material),
    )  # fmt: skip


def _forecasts(voice: Voice, material: Material) -> list[dict[str, Any]]:
    """How teams forecast, beside the odds; in the order of the file, not of merit."""
    made = league(material.exercise, material.branch)
    named = [
        (voice.short_team(material.exercise, team), found)
        for team, found in made["teams"].items() if found["n"]
    ]  # fmt: skip
    if not named:
        return []
    return [
        {
            "team": name,
            "n": found["n"],
            "brier": voice.number(found["brier"], 2),
            "bins": voice("voice.then").join(
                voice("debrief.forecast.bin", percent=voice.number(one["percent"], 2),
                      true=one["true"], n=one["n"])
                for one in found["bins"] if one["n"]
            ),
        }
        for name, found in [*named, (voice("debrief.forecast.model"), made["model"])]
    ]  # fmt: skip


def _harm_of_futures(voice: Voice, material: Material) -> str:
    """Civilians killed beside the range of the futures that were shown."""
    if not material.splits:
        return harm_line(voice, together(material.harm))
    turns = [
        voice("debrief.odds.harm_turn", number=one.turn, killed=voice.number(one.killed),
              low=voice.number(one.harm[0]), high=voice.number(one.harm[2]))
        for one in material.splits
    ]  # fmt: skip
    return voice("debrief.odds.harm", turns=voice("voice.then").join(turns))


def luck(voice: Voice, material: Material) -> Section:
    """The announced number of each turn, split into what orders and what dice did."""
    announced = material.exercise.file.adjudication.order_by
    ends = [v for one in material.splits for v in (one.policies, one.ordered, one.happened)]
    scale = (min(ends), max(ends)) if ends else (0.0, 1.0)
    rows = [
        {
            "turn": one.turn,
            "policies": voice.amount(announced, one.policies, 4),
            "skill": voice.change(announced, one.skill),
            "roll": "–" if one.roll is None else one.roll,
            "luck": voice.change(announced, one.luck),
            "happened": voice.amount(announced, one.happened, 4),
            "median": voice.number(one.harm[1]),
            "killed": voice.number(one.killed),
            "bar": Markup(pictures.split_bar(one.policies, one.ordered, one.happened, scale)),
        }
        for one in material.splits
    ]
    return section(
        "luck", voice, _harm_of_futures(voice, material),
        see=voice("debrief.see.luck", measure=voice.measure(announced)), rows=rows,
        flat=any(one.luck == 0.0 for one in material.splits),
    )  # fmt: skip


# ---- the value of orders -------------------------------------------------------------------------


def value(voice: Voice, material: Material) -> Section:
    """For each order looked at: the game with it and without it."""
    entries = [_entry(voice, material, item) for item in material.valued]
    everything = [order.id for _, order in carried_out(material.branch)]
    shown = {item.order.id for item in material.valued}
    left = [id for id in everything if id not in {*shown, *material.traceless}]
    which = [voice("debrief.value.shown", shown=len(entries), all=len(everything))]
    if material.traceless:
        ids = voice.listed(material.traceless)
        which.append(voice("debrief.value.traceless", ids=ids, pairs=TRIAL))
    if left:
        which.append(voice("debrief.value.left"))
    civilians = [
        voice("debrief.value.one", id=item.order.id,
              effect=voice.signed(item.effects["civilian_deaths"].difference),
              verdict=verdict(voice, item.effects["civilian_deaths"]))
        for item in material.valued
    ]  # fmt: skip
    harm = harm_line(voice, together(material.harm))
    if civilians:
        harm = voice("debrief.value.civilians", orders=voice("voice.then").join(civilians))
    see = voice("debrief.see.value", pairs=material.pairs)
    return section(
        "value", voice, harm, see=see if entries else voice("debrief.value.none"),
        orders=entries, which=" ".join(which),
        others=f"--orders {','.join(left)}" if left else "",
    )  # fmt: skip


def _entry(voice: Voice, material: Material, item: Valued) -> dict[str, Any]:
    own = SCORE + item.order.team
    others = [id for id in item.effects if id.startswith(SCORE) and id != own
              and item.effects[id].told_from_zero]  # fmt: skip
    rows = [
        _row(voice, material, item, id) for id in (own, *EFFECTS, *others) if id in item.effects
    ]
    return {
        "id": item.order.id,
        "team": voice.short_team(material.exercise, item.order.team),
        "turn": voice("debrief.turn", number=item.turn),
        "text": voice.order(material.exercise, item.order),
        "why": voice("debrief.value.why", why=item.order.why) if item.order.why else "",
        "rows": rows,
    }


def _row(voice: Voice, material: Material, item: Valued, id: str) -> dict[str, Any]:
    found = item.effects[id]
    if id.startswith(SCORE):
        team = id.removeprefix(SCORE)
        own = team == item.order.team
        name = voice("debrief.value.own") if own else voice(
            "debrief.value.other", team=voice.short_team(material.exercise, team)
        )  # fmt: skip
    else:
        name = voice.outcome(id)
    reach = 1.05 * max(abs(found.low), abs(found.high), 1e-12)
    scale = 100.0 if is_share(id) else 1.0
    return {
        "name": name,
        "with": voice.amount(id, found.mean_b),
        "without": voice.amount(id, found.mean_a),
        "effect": voice.change(id, found.difference),
        "interval": voice("debrief.value.interval", low=voice.signed(scale * found.low),
                          high=voice.signed(scale * found.high)),
        "bar": Markup(pictures.interval_bar(found.low, found.difference, found.high, reach)),
        "verdict": verdict(voice, found),
        "told": found.told_from_zero,
    }  # fmt: skip


def verdict(voice: Voice, found: Comparison) -> str:
    """Helped or hurt a team or civilians; of other outcomes rose or fell; or that none can be told.

    More soldiers dead or fewer places held is a loss to one team and a gain to another, so no
    verdict takes a side there.
    """
    if found.difference == 0.0 and found.low == found.high:
        return voice("debrief.value.same")
    if not found.told_from_zero:
        return voice("debrief.value.open")
    more = found.difference > 0
    if found.outcome in SUFFERED:
        return voice("debrief.value.hurt" if more else "debrief.value.helped")
    if found.outcome.startswith(SCORE):
        return voice("debrief.value.helped" if more else "debrief.value.hurt")
    return voice("debrief.value.rose" if more else "debrief.value.fell")


# ---- harm ----------------------------------------------------------------------------------------


def harm(voice: Voice, material: Material) -> Section:
    """Civilians killed by perpetrator and turn, and where most of them were."""
    whole = together(material.harm)
    heads = [voice("debrief.turn", number=one.turn) for one in material.harm]
    rows = [
        (voice("debrief.by." + by),
         [voice.number(one.killed[by]) for one in (*material.harm, whole)])
        for by in BY
    ]  # fmt: skip
    total = [voice.number(one.total) for one in (*material.harm, whole)]
    displaced = [voice.number(one.displaced) for one in (*material.harm, whole)]
    places = [
        (voice.place(id) if id != ELSEWHERE else voice("debrief.harm.elsewhere"),
         voice.number(dead))
        for id, dead in list(whole.places.items())[:MOST_PLACES]
    ]  # fmt: skip
    rest = list(whole.places.values())[MOST_PLACES:]
    if rest:
        places.append((voice("debrief.harm.rest", count=len(rest)), voice.number(sum(rest))))
    return section(
        "harm", voice, harm_line(voice, whole),
        heads=[*heads, voice("debrief.harm.total")], rows=rows, total=total,
        displaced=displaced, places=places,
    )  # fmt: skip
