"""The sections that tell: the course in sentences, turn by turn, history, branches."""

from __future__ import annotations

from typing import Any

from sahelsim.exercise.debrief.harm import BY, together
from sahelsim.exercise.debrief.material import TRUTH, Material
from sahelsim.exercise.debrief.section import Section, days, harm_line, section
from sahelsim.exercise.state import News, Order, Turn
from sahelsim.exercise.voice import Voice
from sahelsim.exercise.wording import public_lines, refusal
from sahelsim.report.parts import Link
from sahelsim.theatre import load_theatre
from sahelsim.theatre.records import Event

HELD = "population_held_share"
MOST_CHANGES = 8  # places named in the story
WATCHED = ("kidal", "tessalit", "gao", "timbuktu", "djibo")  # named under history


def story(voice: Voice, material: Material) -> list[str]:
    """The whole game in a few sentences."""
    first, last = material.frames[0].views[TRUTH], material.frames[-1].views[TRUTH]
    span = material.days(1)[0], material.days(len(material.turns))[1]
    sentences = [
        voice(
            "debrief.story.course", first=voice.date(span[0]), last=voice.date(span[1]),
            before=voice.amount(HELD, material.start[HELD]),
            after=voice.amount(HELD, (material.turns[-1].result or {})["outcomes"][HELD]),
            sieges_before=sum(row["besieged"] for row in first),
            sieges_after=sum(row["besieged"] for row in last),
        ),
        _changed_hands(voice, first, last),
    ]  # fmt: skip
    orders = [order for turn in material.turns for order in turn.orders]
    refused = sum(bool(_refusal(turn, o)) for turn in material.turns for o in turn.orders)
    if refused:
        sentences.append(voice("debrief.story.refused", orders=len(orders), refused=refused))
    else:
        sentences.append(voice("debrief.story.orders", orders=len(orders)) if orders
                         else voice("debrief.story.no_orders"))  # fmt: skip
    harm = together(material.harm)
    displaced = voice.number(harm.displaced)
    if harm.total == 0:
        return [*sentences, voice("debrief.story.no_harm", displaced=displaced)]
    most = max(BY, key=lambda by: harm.killed[by])
    killed, who = voice.number(harm.total), voice("debrief.by." + most)
    told = voice("debrief.story.harm", killed=killed, who=who, displaced=displaced)
    return [*sentences, told]


def _changed_hands(
    voice: Voice, first: list[dict[str, Any]], last: list[dict[str, Any]]
) -> str:  # fmt: skip
    people = {place.id: place.population for place in load_theatre().localities}
    before = {row["place"]: row["holder"] for row in first}
    changed = [row for row in last if row["holder"] != before[row["place"]]]
    if not changed:
        return voice("debrief.story.unchanged")
    changed.sort(key=lambda row: -people[row["place"]])
    named = [
        voice("debrief.story.change", place=voice.place(row["place"]),
              before=voice.actor(before[row["place"]]), after=voice.actor(row["holder"]))
        for row in changed[:MOST_CHANGES]
    ]  # fmt: skip
    if len(changed) > MOST_CHANGES:
        named.append(voice("debrief.story.more", count=len(changed) - MOST_CHANGES))
    return voice(
        "debrief.story.changed", count=len(changed), all=len(last), places=voice.listed(named)
    )


# ---- turn by turn --------------------------------------------------------------------------------


def timeline(voice: Voice, material: Material) -> Section:
    """Every turn: news, orders with reasons, odds, dice, what everybody saw, harm."""
    turns = []
    for turn, harm in zip(material.turns, material.harm, strict=True):
        turns.append(
            {
                "title": voice("debrief.turn", number=turn.number),
                "days": days(voice, material, turn.number),
                "news": [_news(voice, material, news) for news in turn.news],
                "teams": _orders(voice, material, turn),
                "late": _late(voice, material, turn),
                "odds": _odds(voice, material, turn),
                "rulings": _rulings(voice, material, turn),
                "dice": _dice(voice, turn),
                "statements": [
                    (voice.short_team(material.exercise, said.team), said.text)
                    for said in turn.statements
                ],
                "public": [
                    voice.spaced(line)
                    for line in public_lines((turn.result or {})["news"], voice.language)
                ]
                or [voice("debrief.time.quiet")],
                "harm": harm_line(voice, harm),
            }
        )  # fmt: skip
    return section("time", voice, harm_line(voice, together(material.harm)), turns=turns)


def _news(voice: Voice, material: Material, news: News) -> dict[str, Any]:
    inject = material.exercise.file.injects.get(news.inject)
    event = load_theatre().event(inject.event) if inject and inject.event else None
    all_teams = len(news.to) == len(material.exercise.file.teams)
    readers = voice.listed([voice.short_team(material.exercise, team) for team in news.to])
    return {
        "text": voice.words(news.text),
        "flag": voice.confidence(news.confidence),
        "level": news.confidence,
        "source": Link(event.publisher, event.url) if event else None,
        "written": "" if news.inject else voice("debrief.time.written"),
        "to": "" if all_teams else voice("debrief.time.to", teams=readers),
    }


def _orders(voice: Voice, material: Material, turn: Turn) -> list[dict[str, Any]]:
    found = []
    for team in material.exercise.file.teams:
        orders = [
            {
                "id": order.id,
                "text": voice.order(material.exercise, order),
                "why": order.why,
                "refused": voice(
                    "debrief.time.refused", reason=refusal(_refusal(turn, order), voice.language)
                )
                if _refusal(turn, order) else "",
            }
            for order in turn.orders
            if order.team == team
        ]  # fmt: skip
        if orders:
            found.append({"team": voice.short_team(material.exercise, team), "orders": orders})
    return found


def _refusal(turn: Turn, order: Order) -> str:
    return str((turn.result or {})["refusals"].get(order.id, ""))


def _odds(voice: Voice, material: Material, turn: Turn) -> list[dict[str, Any]]:
    if turn.odds is None:
        return []
    found = []
    for name, question in material.exercise.file.adjudication.questions.items():
        true = (turn.result or {})["answers"][name]
        found.append(
            {
                "text": voice("debrief.time.of", count=turn.odds["counts"][name],
                              futures=turn.odds["futures"], question=voice.words(question.text)),
                "true": true,
                "said": voice("debrief.time.true" if true else "debrief.time.false"),
            }
        )  # fmt: skip
    return found


def _dice(voice: Voice, turn: Turn) -> str:
    if turn.odds is None:
        return voice("debrief.time.no_odds")
    if turn.roll is None:
        return voice("debrief.time.picked")
    return voice("debrief.time.dice", roll=turn.roll)


def _late(voice: Voice, material: Material, turn: Turn) -> str:
    teams = [voice.short_team(material.exercise, team) for team in turn.late]
    return voice("debrief.time.late", teams=voice.listed(teams)) if teams else ""


def _rulings(voice: Voice, material: Material, turn: Turn) -> list[str]:
    """What the umpire decided between odds and dice, with the reason."""
    questions = material.exercise.file.adjudication.questions
    return [
        voice("debrief.time.weighed", question=voice.words(questions[one.question].text),
              percent=voice.number(one.percent), reason=one.reason)
        if one.percent is not None
        else voice("debrief.time.chosen", reason=one.reason)
        for one in turn.rulings
    ]  # fmt: skip


# ---- what is documented --------------------------------------------------------------------------


def history(voice: Voice, material: Material) -> Section:
    """Documented events of the days played, with source and confidence."""
    events = material.history()
    given = {
        inject.event
        for turn in material.turns
        for news in turn.news
        if (inject := material.exercise.file.injects.get(news.inject)) is not None
    }
    rows = [
        {
            "date": voice.date(event.date),
            "place": voice.place(event.place),
            "text": event.description,
            "inject": voice("debrief.history.inject") if event.id in given else "",
            "toll": _toll(voice, event),
            "source": Link(event.publisher, event.url),
            "flag": voice.confidence(event.confidence),
            "level": event.confidence,
        }
        for event in events
    ]
    holders = {row["place"]: row["holder"] for row in material.frames[-1].views[TRUTH]}
    ends = [
        voice("debrief.history.holder", place=voice.place(id), who=voice.actor(holders[id]))
        for id in WATCHED
    ]
    low = sum(event.deaths_low or 0 for event in events)
    return section(
        "history", voice, voice("debrief.history.harm", low=voice.number(low)), rows=rows,
        ends=voice("debrief.history.holders", places=voice.listed(ends)),
    )  # fmt: skip


def _toll(voice: Voice, event: Event) -> str:
    if event.deaths_low is None:
        return ""
    low, high = voice.number(event.deaths_low), event.deaths_high
    if high is None:
        text = voice("debrief.history.open", low=low)
    elif high == event.deaths_low:
        text = low
    else:
        text = voice("debrief.history.range", low=low, high=voice.number(high))
    return f"{text} ({event.toll_confidence})" if event.toll_confidence else text


# ---- branches ------------------------------------------------------------------------------------


def branches(voice: Voice, material: Material) -> Section:
    """The tree of branches, with where each of them led."""
    state = material.state
    rows, harm = [], []
    for name, depth in _tree(material):
        branch = state.branches[name]
        result = (branch.played[-1].result or {}) if branch.played else {}
        killed = (result.get("outcomes") or {}).get("civilian_deaths")
        totals = [
            f"{voice.short_team(material.exercise, team)} {voice.number(score['total'])}"
            for team, score in result.get("scores", {}).items()
        ]
        origin = voice("debrief.branch.origin", turn=branch.since, parent=branch.parent)
        note = voice("debrief.branch.rehearsal") if branch.rehearsal else branch.note
        rows.append(
            {
                "name": name, "depth": depth, "note": note, "played": len(branch.played),
                "told": voice("debrief.branch.told") if name == state.current else "",
                "since": origin if branch.parent else "–",
                "killed": voice.number(killed), "scores": " · ".join(totals) or "–",
            }
        )  # fmt: skip
        if killed is not None:
            harm.append(
                voice("debrief.branch.one", branch=name, killed=voice.number(killed),
                      turns=len(branch.played))
            )  # fmt: skip
    line = voice("debrief.branch.harm", branches=voice.listed(harm))
    return section("branch", voice, line, rows=rows)


def _tree(material: Material) -> list[tuple[str, int]]:
    """Branches with their depth, each after its parent."""
    state = material.state

    def below(parent: str, depth: int) -> list[tuple[str, int]]:
        found = []
        for name, branch in state.branches.items():
            if branch.parent == parent:
                found += [(name, depth), *below(name, depth + 1)]
        return found

    return below("", 0)


# ---- the end of the page -------------------------------------------------------------------------


def ask(voice: Voice, material: Material) -> Section:
    """Aims of the lesson and questions for the class."""
    file = material.exercise.file
    killed = voice.number(together(material.harm).total)
    return section(
        "ask", voice, voice("debrief.ask.harm", killed=killed),
        goals=[voice.words(text) for text in file.objectives.values()],
        questions=[voice.words(text) for text in file.debrief.values()],
    )  # fmt: skip


def limits(voice: Voice, material: Material) -> Section:
    """What the model cannot say."""
    lines = [voice("debrief.limits." + name) for name in ("numbers", "world", "people", "sources")]
    return section("limits", voice, voice("debrief.limits.harm"), lines=lines)
