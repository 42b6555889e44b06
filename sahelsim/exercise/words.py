"""The course of a game in lines of text, with what civilians suffered in every part of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sahelsim.exercise.debrief.harm import counted
from sahelsim.exercise.debrief.section import harm_line
from sahelsim.exercise.forecasts import league
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.state import Branch, State, Turn
from sahelsim.exercise.voice import Voice
from sahelsim.exercise.wording import public_lines, refusal
from sahelsim.theatre import load_theatre


def course(exercise: Exercise, state: State, language: Language = "en") -> list[str]:
    """The present branch, turn by turn, and the scores at its end; lines of text."""
    branch, voice = state.branch, Voice(language)
    title = voice.words(exercise.file.title)
    lines = [voice("course.title", title=title, branch=branch.name)]
    for n in range(len(branch.played)):
        lines += ["", *_turn(exercise, voice, branch, n)]
    if branch.played:
        lines += ["", *_standing(exercise, voice, branch.played[-1])]
    return [*lines, *_forecasts(exercise, voice, branch)]


def _forecasts(exercise: Exercise, voice: Voice, branch: Branch) -> list[str]:
    """Brier scores of those who have forecast something that is decided."""
    found = league(exercise, branch)
    rows = [*((voice.team(exercise, team), row) for team, row in found["teams"].items()),
            (voice("debrief.forecast.model"), found["model"])]  # fmt: skip
    lines = [
        "  " + voice("course.brier", who=name, score=voice.number(row["brier"]), n=row["n"])
        for name, row in rows if row["n"]
    ]  # fmt: skip
    return ["", voice("course.forecasts"), *lines] if lines else []


def _turn(exercise: Exercise, voice: Voice, branch: Branch, n: int) -> list[str]:
    """One turn that was played: news, orders, dice, public events, harm to civilians."""
    turn = branch.played[n]
    days = exercise.file.clock.days
    first = exercise.plan.start + timedelta(days=(turn.number - 1) * days)
    span = voice("debrief.time.days", first=voice.date(first),
                 last=voice.date(first + timedelta(days=days - 1)))  # fmt: skip
    told = [_labelled(voice, "debrief.time.news", voice.words(news.text)) for news in turn.news]
    told += _orders(exercise, voice, turn)
    told += _odds(exercise, voice, turn)
    told += [
        voice("course.says", team=voice.team(exercise, said.team), text=_sentence(said.text))
        for said in turn.statements
    ]
    told += [voice.spaced(line) for line in public_lines((turn.result or {})["news"],
                                                         voice.language)]  # fmt: skip
    told.append(_harm(voice, branch, n))
    return [f"{voice('debrief.turn', number=turn.number)}, {span}", *(f"  {line}" for line in told)]


def _labelled(voice: Voice, key: str, text: str) -> str:
    return f"{voice(key)}{voice('voice.colon')} {_sentence(text)}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _orders(exercise: Exercise, voice: Voice, turn: Turn) -> list[str]:
    refusals = (turn.result or {}).get("refusals", {})
    lines = []
    for order in turn.orders:
        said = f"{voice.team(exercise, order.team)}{voice('voice.colon')} " \
               f"{voice.order(exercise, order)}"  # fmt: skip
        if refusals.get(order.id):
            reason = refusal(refusals[order.id], voice.language)
            said += voice("voice.then") + voice("debrief.time.refused", reason=reason)
        lines.append(said)
    return lines or [voice("debrief.time.none")]


def _odds(exercise: Exercise, voice: Voice, turn: Turn) -> list[str]:
    if turn.odds is None:
        return []
    questions = exercise.file.adjudication.questions
    lines = [
        voice("page.odds.sentence", count=turn.odds["counts"][name], total=turn.odds["futures"],
              text=voice.words(question.text))
        for name, question in questions.items()
    ]  # fmt: skip
    for ruling in turn.rulings:
        if ruling.percent is None:
            done = voice("debrief.time.chosen", reason=ruling.reason)
        else:
            question = voice.words(questions[ruling.question].text)
            done = voice("debrief.time.weighed", question=question, reason=ruling.reason,
                         percent=voice.number(ruling.percent))  # fmt: skip
        lines.append(_sentence(done))
    if turn.roll is not None:
        lines.append(voice("debrief.time.dice", roll=turn.roll))
    return lines


def _harm(voice: Voice, branch: Branch, n: int) -> str:
    return f"{voice('debrief.harm_label')} {harm_line(voice, counted(branch, n))}"


def _standing(exercise: Exercise, voice: Voice, turn: Turn) -> list[str]:
    result = turn.result or {}
    colon, theatre = voice("voice.colon"), load_theatre()
    lines = [voice("course.after", number=turn.number)]
    for name in exercise.file.teams:
        points = voice("debrief.score.total", points=voice.number(result["scores"][name]["total"]))
        lines.append(f"  {voice.team(exercise, name)}{colon} {points}")
    for id, value in result["shared"].items():
        shown = voice("course.none") if value is None else voice.amount(id, value)
        unit = theatre.outcome(id).unit if voice.language == "en" else ""
        lines.append(f"  {voice.outcome(id)}{colon} {shown} {unit}".rstrip())
    return lines


def status(exercise: Exercise, state: State, language: Language = "en") -> list[str]:
    """Where a game stands: branch, turn, phase, seats, orders; harm so far."""
    branch, turn, voice = state.branch, state.turn, Voice(language)
    people = Counter(seat.team for seat in state.seats.values() if seat.present)
    place = voice(
        "course.place", branch=branch.name, phase=voice("page.phase." + turn.phase),
        turn=voice("common.turn", number=turn.number, turns=exercise.file.clock.turns),
    )  # fmt: skip
    lines = [
        voice.words(exercise.file.title),
        place + (voice("course.rehearsal") if branch.rehearsal else ""),
    ]
    for name, team in exercise.file.teams.items():
        orders = sum(order.team == name for order in turn.orders)
        said = voice("course.team", team=voice.words(team.name), people=people[name],
                     orders=orders, slots=team.slots)  # fmt: skip
        said += voice("course.locked") if name in turn.ready else ""
        said += voice("course.handed") if name in state.handed else ""
        lines.append(f"  {said}")
    if branch.played:
        last = len(branch.played) - 1
        number = branch.played[last].number
        return [*lines, f"{voice('debrief.turn', number=number)}. {_harm(voice, branch, last)}"]
    return [*lines, f"{voice('debrief.harm_label')} {voice('course.not_played')}"]
