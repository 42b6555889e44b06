"""The course of a game in words, with what civilians suffered in every part of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sahelsim.base.formatting import number, plural
from sahelsim.exercise.forecasts import league
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.state import Branch, State, Turn
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTOR_NAMES

MOST_PLACES = 6  # places named in one sentence
_SENTENCES = {
    "place_taken": "Taken", "place_lost": "Lost", "siege_begins": "Besieged",
    "siege_ends": "Siege ended", "garrison_abandons": "Abandoned", "un_handover": "Left by the UN",
    "aircraft_lost": "Aircraft lost at", "partner_arrives": "Partner arrives",
    "partner_leaves": "Partner leaves", "sanction_changes": "Sanctions change",
    "treaty": "Treaty signed",
}  # fmt: skip


def course(exercise: Exercise, state: State) -> list[str]:
    """The present branch, turn by turn, and the scores at its end; lines of text."""
    branch = state.branch
    lines = [f"{exercise.file.title.en}: branch {branch.name}"]
    for turn in branch.played:
        lines += ["", *turn_in_words(exercise, branch, turn)]
    if branch.played:
        lines += ["", *_standing(exercise, branch.played[-1])]
    return [*lines, *_forecasts(exercise, branch)]


def _forecasts(exercise: Exercise, branch: Branch) -> list[str]:
    """Brier scores of those who have forecast something that is decided."""
    found = league(exercise, branch)
    names = {name: team.name.en for name, team in exercise.file.teams.items()}
    rows = [*((names[team], row) for team, row in found["teams"].items()),
            ("Odds of the model", found["model"])]  # fmt: skip
    lines = [
        f"  {name}: Brier score {number(row['brier'])} of {plural(row['n'], 'forecast')}"
        for name, row in rows if row["n"]
    ]  # fmt: skip
    return ["", "Forecasts (0 is perfect, 0.25 is 50 % for everything)", *lines] if lines else []


def turn_in_words(exercise: Exercise, branch: Branch, turn: Turn) -> list[str]:
    """One turn that was played: news, orders, dice, public events, harm to civilians."""
    result = turn.result or {}
    days = exercise.file.clock.days
    first = exercise.plan.start + timedelta(days=(turn.number - 1) * days)
    last = first + timedelta(days=days - 1)
    lines = [f"Turn {turn.number}, {first} to {last}"]
    lines += [f"  News: {_sentence(news.text['en'])}" for news in turn.news]
    lines += _orders(exercise, turn)
    if turn.odds is not None:
        lines += _odds(exercise, turn)
    lines += [
        f"  {exercise.file.teams[said.team].name.en} says: {_sentence(said.text)}"
        for said in turn.statements
    ]
    lines += [f"  {line}" for line in _public(result["news"])]
    lines.append(f"  Civilians: {_harm(branch, turn)}")
    return lines


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _orders(exercise: Exercise, turn: Turn) -> list[str]:
    lines = []
    refusals = (turn.result or {}).get("refusals", {})
    for order in turn.orders:
        name = exercise.file.teams[order.team].name.en
        chosen = ", ".join(f"{key} {value}" for key, value in order.arguments.items())
        said = f" ({chosen})" if chosen else ""
        refused = refusals.get(order.id)
        end = f"; not carried out: {refused}" if refused else ""
        lines.append(f"  {name}: {order.card}{said}{end}")
    return lines or ["  No team gave an order; policies decided."]


def _odds(exercise: Exercise, turn: Turn) -> list[str]:
    odds: Any = turn.odds
    questions = exercise.file.adjudication.questions
    lines = [
        f"  In {odds['counts'][name]} of {odds['futures']} futures {question.text.en}."
        for name, question in questions.items()
    ]
    for ruling in turn.rulings:
        if ruling.percent is None:
            done = f"picks future {ruling.replicate}"
        else:
            text = questions[ruling.question].text.en
            done = f"weighs the futures: in {number(ruling.percent)} % of them {text}"
        lines.append(f"  The umpire {done}. Reason: {_sentence(ruling.reason)}")
    return [*lines, f"  The dice show {turn.roll}."] if turn.roll is not None else lines


def _public(news: list[dict[str, Any]]) -> list[str]:
    """Public events by kind, with the places they happened at."""
    by_kind: dict[str, Counter[str]] = {}
    for event in news:
        place = event["place"]
        who = ACTOR_NAMES.get(event["actor"], "")
        label = _place(place) if place else who
        if event["kind"] == "place_taken" and who:
            label = f"{label} by {who}"
        by_kind.setdefault(event["kind"], Counter())[label] += 1
    lines = []
    for kind, places in by_kind.items():
        shown = [name for name, _ in places.most_common(MOST_PLACES) if name]
        rest = len(places) - len(shown)
        more = f" and {plural(rest, 'more place')}" if rest > 0 else ""
        sentence = _SENTENCES[kind]
        lines.append(f"{sentence}: {', '.join(shown)}{more}." if shown else f"{sentence}.")
    return lines


def _place(id: str) -> str:
    return next((p.name for p in load_theatre().localities if p.id == id), id)


def _harm(branch: Branch, turn: Turn) -> str:
    """Deaths of civilians in the turn and by whom, and the displaced so far."""
    now = (turn.result or {})["outcomes"]
    before = branch.turns[turn.number - 2].result if turn.number > 1 else None
    old = before["outcomes"] if before else {}

    def gained(id: str) -> float:
        return float(now[id] or 0.0) - float(old.get(id) or 0.0)

    by = [
        f"{number(gained(f'civilian_deaths_{id}'))} {label}"
        for id, label in (
            ("by_states", "by states"),
            ("by_insurgents", "by armed groups"),
            ("by_militia", "by militia"),
            ("by_partners", "by partners"),
            ("crossfire", "in crossfire"),
        )
    ]
    return (
        f"{number(gained('civilian_deaths'))} killed ({', '.join(by)}); "
        f"{number(float(now['displaced'] or 0.0))} displaced so far."
    )


def _standing(exercise: Exercise, turn: Turn) -> list[str]:
    result: Any = turn.result
    lines = [f"After turn {turn.number}"]
    for name, team in exercise.file.teams.items():
        score = result["scores"][name]
        lines.append(f"  {team.name.en}: {number(score['total'])} of 100")
    theatre = load_theatre()
    for id, value in result["shared"].items():
        outcome = theatre.outcome(id)
        shown = "does not apply" if value is None else number(value)
        lines.append(f"  {outcome.label_en}: {shown} {outcome.unit}".rstrip())
    return lines


def status(exercise: Exercise, state: State) -> list[str]:
    """Where a game stands: branch, turn, phase, seats, orders; harm so far."""
    branch, turn = state.branch, state.turn
    people = Counter(seat.team for seat in state.seats.values() if seat.present)
    lines = [
        exercise.file.title.en,
        f"branch {branch.name}, turn {turn.number} of {exercise.file.clock.turns}, "
        f"phase {turn.phase}{', rehearsal' if branch.rehearsal else ''}",
    ]
    for name, team in exercise.file.teams.items():
        orders = sum(order.team == name for order in turn.orders)
        ready = ", locked" if name in turn.ready else ""
        ready += ", played by the policy" if name in state.handed else ""
        who = f"{people[name]} {'person' if people[name] == 1 else 'people'}"
        lines.append(f"  {team.name.en}: {who}, {orders} of {team.slots} orders{ready}")
    if branch.played:
        lines.append(f"Civilians in turn {branch.played[-1].number}: "
                     f"{_harm(branch, branch.played[-1])}")  # fmt: skip
    else:
        lines.append("Civilians: no turn is played yet.")
    return lines
