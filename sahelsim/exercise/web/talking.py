"""Messages, statements, forecasts and rulings as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sahelsim.base.formatting import exact
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.naming import figure
from sahelsim.exercise.phrases import Language, phrase
from sahelsim.exercise.schema import ExerciseFile
from sahelsim.exercise.state import FACILITATOR
from sahelsim.exercise.talk import MAX_MESSAGE, MAX_STATEMENT
from sahelsim.exercise.umpire import SHIFTS


def party(file: ExerciseFile, name: str, language: Language) -> str:
    """A team, or the facilitator, by its name."""
    if name == FACILITATOR:
        return phrase(language, "page.white.title")
    return str(getattr(file.teams[name].name, language))


def at(iso: str) -> str:
    """The time of day of an event, on this machine's clock."""
    return datetime.fromisoformat(iso).astimezone().strftime("%H:%M")


def threads(
    file: ExerciseFile, messages: Sequence[Mapping[str, Any]], reader: str, language: Language
) -> list[dict[str, Any]]:
    """Messages by thread, the thread with the newest message first, and in it the oldest first."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for message in messages:
        key = tuple(message["thread"])
        found[key] = [*found.pop(key, []), message]
    return [
        {
            "with": ", ".join(party(file, name, language) for name in key if name != reader),
            "to": [name for name in key if name != reader],
            "messages": [
                {"from": party(file, m["from"], language), "own": m["from"] == reader,
                 "text": m["text"], "at": at(m["at"]),
                 "turn": phrase(language, "page.talk.turn", turn=m["turn"])}
                for m in said
            ],
        }
        for key, said in reversed(found.items())
    ]  # fmt: skip


def addresses(file: ExerciseFile, reader: str, language: Language) -> list[tuple[str, str]]:
    """Whom a party may write to."""
    teams = [] if reader != FACILITATOR and not file.messages.between_teams else list(file.teams)
    return [(name, party(file, name, language)) for name in (FACILITATOR, *teams)
            if name != reader]  # fmt: skip


def statements(
    file: ExerciseFile, said: Sequence[Mapping[str, Any]], language: Language
) -> list[dict[str, str]]:
    """Public statements, the newest first."""
    return [
        {"team": party(file, item["team"], language), "text": item["text"], "at": at(item["at"]),
         "turn": phrase(language, "page.talk.turn", turn=item["turn"])}
        for item in reversed(said)
    ]  # fmt: skip


def talk(
    file: ExerciseFile, picture: Mapping[str, Any], reader: str, language: Language
) -> dict[str, Any]:
    """Everything that is said and may be said."""
    return {
        "threads": threads(file, picture["messages"], reader, language),
        "to": addresses(file, reader, language),
        "statements": statements(file, picture["statements"], language),
        "most": MAX_MESSAGE,
        "most_statement": MAX_STATEMENT,
    }


def question_text(file: ExerciseFile, name: str, language: Language) -> str:
    """A question of the turn, or a longer forecast, as a sentence without its end."""
    questions = file.adjudication.questions
    words = questions[name].text if name in questions else file.forecasts[name].text
    return str(getattr(words, language))


def forecasts(exercise: Exercise, picture: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """What a team may forecast, what it said, and how well it did."""
    found = picture["forecasts"]
    file = exercise.file
    score = found["score"]
    rows = [
        {
            "name": name,
            "text": question_text(file, name, language),
            "when": phrase(language, "page.forecast.turn") if name in file.adjudication.questions
            else phrase(language, "page.forecast.later"),
            "percent": exact(found["own"][name]) if name in found["own"] else "",
        }
        for name in found["open"]
    ]  # fmt: skip
    return {
        "rows": rows,
        "open": picture["phase"] in ("read", "write") and not picture["ready"]
        and not picture["handed_over"],
        "score": None if not score["n"] else phrase(
            language, "page.forecast.score", brier=figure(score["brier"], language, 2),
            n=score["n"],
        ),
        "league": league(file, found["league"], language),
    }  # fmt: skip


def league(
    file: ExerciseFile, found: Mapping[str, Any] | None, language: Language
) -> list[tuple[str, str, str]]:
    """Teams with their number of forecasts and Brier score, the best first; the model among them.

    Empty until the end, or where nobody has forecast.
    """
    if found is None:
        return []
    rows = [(party(file, team, language), one) for team, one in found["teams"].items()]
    rows.append((phrase(language, "page.forecast.model"), found["model"]))
    scored = [(name, one) for name, one in rows if one["n"]]
    scored.sort(key=lambda row: float(row[1]["brier"]))
    return [(name, str(one["n"]), figure(one["brier"], language, 2)) for name, one in scored]


def rulings(
    file: ExerciseFile, found: Mapping[str, Any] | None, language: Language
) -> list[dict[str, str]]:
    """What the umpire has decided in this turn, with the reasons."""
    rows = []
    for item in (found or {}).get("rulings", ()):
        if item["percent"] is None:
            said = phrase(language, "page.umpire.picked")
        else:
            said = phrase(
                language, "page.umpire.ruled", percent=figure(item["percent"], language),
                text=question_text(file, item["question"], language),
            )  # fmt: skip
        rows.append({"text": said, "reason": item["reason"]})
    return rows


def umpire(
    file: ExerciseFile, found: Mapping[str, Any] | None, chosen: bool, language: Language
) -> dict[str, Any] | None:
    """What the umpire may decide now; None where nothing.

    Args:
        file: The exercise's file.
        found: The odds that are shown, or None.
        chosen: Whether the future is chosen already.
        language: The reader's.
    """
    style = file.adjudication.style
    if found is None or style == "rigid":
        return None
    return {
        "questions": [] if chosen else [
            (name, question_text(file, name, language)) for name in file.adjudication.questions
        ],
        "shifts": [(str(step), f"{step:+d}".replace("-", "−")) for step in SHIFTS],
        "matrix": style == "matrix",
        "last": found["futures"] - 1,
    }  # fmt: skip
