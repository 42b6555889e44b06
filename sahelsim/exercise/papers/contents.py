"""What stands on the papers of one language, sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from sahelsim.exercise.drawing import map_svg
from sahelsim.exercise.loading import SUFFIX, Exercise, shipped_exercises
from sahelsim.exercise.papers import schedule
from sahelsim.exercise.schema import ALL, Inject
from sahelsim.exercise.voice import Voice
from sahelsim.theatre import load_theatre

ROLES = ("head", "planner", "liaison", "rapporteur")
CARDS_A_SHEET = 8
INJECTS_A_SHEET = 6
BADGES_A_SHEET = 8
SLIPS_A_SHEET = 8
RULES = ("role", "people", "out", "names")
IFS = ("late", "loud", "wifi", "distress", "true", "crash")
DEFAULT_QUESTIONS = ("wanted", "surprise", "change")


def sheets(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Items in groups that fill one sheet each."""
    return [items[k : k + size] for k in range(0, len(items), size)]


# ---- what a team gets ----------------------------------------------------------------------------


def briefs(voice: Voice, exercise: Exercise) -> list[dict[str, Any]]:
    """One page for each team: who, aims, sight, cards, means, a turn."""
    file = exercise.file
    return [_brief(voice, exercise, team) for team in file.teams]


def _brief(voice: Voice, exercise: Exercise, name: str) -> dict[str, Any]:
    file, team = exercise.file, exercise.file.teams[name]
    clock = file.clock
    minutes = schedule.phase_minutes(clock)
    actors = voice("print.brief.plays", actors=voice.listed([voice.actor(a) for a in team.actors]))
    return {
        "team": voice.words(team.name),
        "title": voice.words(file.title),
        "time": voice("print.brief.time", turns=clock.turns, days=clock.days,
                      first=voice.date(exercise.plan.start), seats=team.seats, slots=team.slots),
        "who": voice.words(team.brief) if team.brief else actors,
        "aims": [
            {"text": voice.words(aim.text), "measure": voice.measure(aim.metric),
             "nothing": voice.amount(aim.metric, aim.scale[0]),
             "all": voice.amount(aim.metric, aim.scale[1]), "points": voice.number(aim.weight)}
            for aim in team.aims.values()
        ],
        "see": [voice("print.see." + what) for what in ("own", "other", "all", "not")],
        "cards": [
            {"text": voice.words(file.cards[card].text).rstrip("."),
             "cost": voice.cost(file.cards[card])}
            for card in team.cards
        ],
        "budget": [_line(voice, team.income, line, amount)
                   for line, amount in team.budget.items()],
        "routine": voice("print.brief.routine" if team.routine else "print.brief.no_routine"),
        "turn": voice("print.brief.turn", minutes=voice.number(sum(minutes.values()))),
        "phases": _phases(voice, minutes),
        "note": voice.words(file.content_note),
    }  # fmt: skip


def _line(voice: Voice, income: Mapping[str, float], line: str, amount: float) -> str:
    name, start = voice.budget(line), voice.number(amount)
    more = income.get(line, 0.0)
    if not more:
        return voice("print.brief.line_once", line=name, start=start)
    return voice("print.brief.line", line=name, start=start, income=voice.number(more))


def _phases(voice: Voice, minutes: Mapping[str, float]) -> list[tuple[str, str]]:
    return [
        (voice("print.phase.minutes", minutes=voice.number(minutes[phase])),
         voice("print.phase." + phase))
        for phase in schedule.PHASES
    ]  # fmt: skip


def order_cards(voice: Voice, exercise: Exercise) -> list[Sequence[dict[str, Any]]]:
    """Each team's cards, eight on a sheet; a sheet holds the cards of one team."""
    found: list[Sequence[dict[str, Any]]] = []
    for name, team in exercise.file.teams.items():
        mine = [_card(voice, exercise, name, card) for card in team.cards]
        found += sheets(mine, CARDS_A_SHEET)
    return found


def _card(voice: Voice, exercise: Exercise, team: str, id: str) -> dict[str, Any]:
    card = exercise.file.cards[id]
    verb = load_theatre().order(card.verb)
    return {
        "id": id,
        "team": voice.short_team(exercise, team),
        "text": voice.words(card.text),
        "fixed": [(voice.argument(name), voice.value(verb.argument(name), value))
                  for name, value in card.fixed.items()],
        "choose": [(voice.argument(name), voice.choices(card, name)) for name in card.choose],
        "cost": voice.cost(card),
    }  # fmt: skip


def turn_sheets(voice: Voice, exercise: Exercise) -> list[dict[str, Any]]:
    """One order sheet for each team, to be copied for each turn."""
    return [
        {
            "title": voice("print.sheet.title", team=voice.words(team.name)),
            "turn": voice("print.sheet.turn", turns=exercise.file.clock.turns),
            "orders": [voice("print.sheet.order", number=n + 1) for n in range(team.slots)],
            "lines": [voice.budget(line) for line in team.budget],
        }
        for team in exercise.file.teams.values()
    ]


def badges(voice: Voice, exercise: Exercise) -> list[Sequence[dict[str, str]]]:
    """A badge for each role of each team, eight on a sheet."""
    found = [
        {"team": voice.short_team(exercise, name), "role": voice("print.role." + role)}
        for name, team in exercise.file.teams.items()
        for role in ROLES[: team.seats]
    ]
    return sheets(found, BADGES_A_SHEET)


# ---- what the class gets -------------------------------------------------------------------------


def inject_cards(voice: Voice, exercise: Exercise) -> list[Sequence[dict[str, Any]]]:
    """Each inject with its source and confidence, six on a sheet."""
    found = [
        _inject(voice, exercise, name, inject) for name, inject in exercise.file.injects.items()
    ]
    return sheets(found, INJECTS_A_SHEET)


def _inject(voice: Voice, exercise: Exercise, name: str, inject: Inject) -> dict[str, Any]:
    event = load_theatre().event(inject.event) if inject.event else None
    readers = voice("print.inject.everybody")
    if inject.to != ALL:
        readers = voice.listed([voice.short_team(exercise, team) for team in inject.to])
    effect = "; ".join(
        f"{deed.verb} ({', '.join(str(value) for value in deed.arguments.values())})"
        for deed in inject.orders
    )
    rests = voice("print.inject.free")
    if event:
        rests = voice("print.inject.rests", event=event.id, date=voice.date(event.date),
                      publisher=event.publisher)  # fmt: skip
    return {
        "id": name,
        "text": voice.words(inject.text),
        "turn": voice("print.inject.turn", turn=inject.at),
        "mode": voice("print.inject." + inject.mode),
        "when": voice("print.inject.when", when=inject.when) if inject.when else "",
        "to": voice("print.inject.to", teams=readers),
        "effect": voice("print.inject.effect", effect=effect) if effect
        else voice("print.inject.no_effect"),
        "rests": rests,
        "flag": voice.confidence(event.confidence) if event else "",
        "level": event.confidence if event else "",
    }  # fmt: skip


def map_sheet(
    voice: Voice, places: Sequence[Mapping[str, Any]], day: date
) -> list[dict[str, Any]]:  # fmt: skip
    """The public map at the start: holders and sieges, nothing that a team alone may know."""
    public = [{key: row[key] for key in ("place", "holder", "besieged")} for row in places]
    return [
        {
            "picture": Markup(map_svg(public, language=voice.language)),
            "note": voice("print.map.note", day=voice.date(day)),
        }
    ]


def forecast_sheet(voice: Voice, exercise: Exercise) -> list[dict[str, Any]]:
    """Questions by turn, to be filled in before each lock."""
    questions = [voice.words(q.text) for q in exercise.file.adjudication.questions.values()]
    turns = list(range(1, exercise.file.clock.turns + 1))
    return [
        {"questions": questions, "turns": part} for part in sheets(turns, 6)
    ]  # fmt: skip


def score_sheet(voice: Voice, exercise: Exercise) -> list[dict[str, Any]]:
    """Every aim of every team by turn, with the outcomes that everybody sees."""
    teams = [
        {
            "team": voice.short_team(exercise, name),
            "aims": [(voice.measure(aim.metric), voice.number(aim.weight),
                      f"{voice.amount(aim.metric, aim.scale[0])} → "
                      f"{voice.amount(aim.metric, aim.scale[1])}")
                     for aim in team.aims.values()],
        }
        for name, team in exercise.file.teams.items()
    ]  # fmt: skip
    turns = list(range(1, exercise.file.clock.turns + 1))
    shared = [voice.outcome(id) for id in exercise.file.shared]
    return [{"teams": teams, "shared": shared, "turns": part} for part in sheets(turns, 6)]


# ---- what the facilitator gets -------------------------------------------------------------------


def guide(voice: Voice, exercise: Exercise) -> list[dict[str, Any]]:
    """The script: before, minute by minute, an hour's version, rules, what if, questions."""
    file = exercise.file
    questions = [voice.words(text) for text in file.debrief.values()] or [
        voice("print.guide.default." + name) for name in DEFAULT_QUESTIONS
    ]
    plans = [("full", schedule.full(file.clock)), ("short", schedule.short(file.clock))]
    return [
        {
            "title": voice.words(file.title),
            "note": voice.words(file.content_note),
            "goals": [voice.words(text) for text in file.objectives.values()],
            "before": list(_commands(voice, file.id)),
            "plans": [_plan(voice, exercise, name, steps) for name, steps in plans],
            "rules": [voice("print.guide.rule." + name) for name in RULES],
            "ifs": [voice("print.guide.if." + name) for name in IFS],
            "questions": questions,
        }
    ]


def _commands(voice: Voice, id: str) -> Iterator[tuple[str, str]]:
    known = any(id == name for name, _ in shipped_exercises())
    file = id if known else f"{id}{SUFFIX}"
    for what, command in (
        ("check", f"sahelsim exercise bots {file}"),
        ("print", f"sahelsim exercise print {file}"),
        ("serve", f"sahelsim exercise serve {file} --out {id}-game"),
        ("debrief", f"sahelsim exercise debrief {id}-game"),
    ):
        yield voice("print.guide." + what), command


def _plan(
    voice: Voice, exercise: Exercise, name: str, steps: Sequence[schedule.Step]
) -> dict[str, Any]:  # fmt: skip
    minutes = schedule.phase_minutes(exercise.file.clock)
    phases = " ".join(
        voice("print.guide.phase", minutes=voice.number(minutes[phase]),
              text=voice("print.phase." + phase))
        for phase in schedule.PHASES
    )  # fmt: skip
    rows = []
    for step in steps:
        if step.turn:
            # The phases are said once; the news differ from turn to turn.
            said = phases if step.turn == 1 else ""
            text = voice("print.guide.turn", number=step.turn, phases=said).strip()
            text = f"{text} {_news_of(voice, exercise, step.turn)}".strip()
        else:
            text = voice("print.guide." + step.what)
        rows.append(
            (f"{voice.number(step.start)}–{voice.number(step.end)}", text,
             voice("print.screen." + step.screen))
        )  # fmt: skip
    turns = sum(step.turn > 0 for step in steps)
    return {
        "title": voice("print.guide." + name, turns=turns, minutes=voice.number(steps[-1].end)),
        "rows": rows,
    }


def _news_of(voice: Voice, exercise: Exercise, turn: int) -> str:
    """The injects whose turn it is: those that come, and those that may be given."""
    found = []
    for mode in ("auto", "offer"):
        names = [name for name, inject in exercise.file.injects.items()
                 if inject.mode == mode and inject.at == turn]  # fmt: skip
        if names:
            found.append(voice("print.news." + mode, names=", ".join(names)))
    return " ".join(found)


def seat_slips(
    voice: Voice, exercise: Exercise, codes: Mapping[str, str], address: str
) -> list[Sequence[dict[str, Any]]]:  # fmt: skip
    """A slip for every seat of every team: code, address, QR code; eight on a sheet.

    Raises:
        ImportError: segno is not installed.
    """
    import segno

    found = []
    for team, code in codes.items():
        target = f"{address.rstrip('/')}/?code={code}" if address else code
        picture = segno.make(target, error="m", micro=False).svg_inline(
            border=2, omitsize=True, light="#fff", svgclass="qr", lineclass=None
        )
        slip = {
            "team": voice.words(exercise.file.teams[team].name),
            "title": voice.words(exercise.file.title),
            "code": f"{code[:4]}-{code[4:]}",
            "where": voice("print.slip.where", address=address or voice("print.slip.address")),
            "picture": Markup(picture),
        }
        found += sheets([slip] * exercise.file.teams[team].seats, SLIPS_A_SHEET)
    return found
