"""What people write: messages in threads, public statements, and how typed text is kept.

A thread is the set of its parties: teams, and the facilitator where addressed. A team reads the
threads that it is a party of and no other; the facilitator reads them all, and pages say so.
"""

from __future__ import annotations

from collections.abc import Sequence

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import one_of, plural
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.log import Draft
from sahelsim.exercise.schema import ExerciseFile
from sahelsim.exercise.state import FACILITATOR, State, Turn

MAX_MESSAGE = 500  # characters of a message
MAX_STATEMENT = 200  # characters of a statement: one sentence
MAX_STATEMENTS = 2  # of a team in a turn
MAX_NEWS = 1000  # characters of news freely written
MAX_NOTE = 200  # characters of the note of a branch


def plain_text(typed: str) -> str:
    """Text as it is kept: lines of printable characters, without blanks at their ends."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ["".join(c for c in line if c.isprintable() or c == "\t").rstrip() for line in lines]
    return "\n".join(kept).strip()


def limited(typed: str, most: int, what: str) -> str:
    """Plain text of 1 to ``most`` characters.

    Raises:
        InputError: SS8053, it is empty or too long.
    """
    text = plain_text(typed)
    if not 1 <= len(text) <= most:
        raise InputError("SS8053", f"{what} has 1 to {most} characters, not {len(text)}")
    return text


def addressed(file: ExerciseFile, sender: str, to: Sequence[str]) -> list[str]:
    """Whom a message reaches, in the order of the file, each once.

    Raises:
        InputError: SS8054, it reaches nobody, an unknown team or oneself, or the exercise keeps
            teams from writing to one another.
    """
    known = [name for name in (FACILITATOR, *file.teams) if name != sender]
    for name in to:
        if name not in known:
            what = "the sender itself" if name == sender else "no team of this exercise"
            raise InputError("SS8054", f"'{name[:60]}' is {what}",
                             hint=did_you_mean(name[:60], known) or f"there are {one_of(known, 20)}"
                             )  # fmt: skip
    if not to:
        raise InputError("SS8054", "the message is addressed to nobody",
                         hint=f"there are {one_of(known, 20)}")  # fmt: skip
    if sender != FACILITATOR and not file.messages.between_teams and set(to) != {FACILITATOR}:
        raise InputError("SS8054", "in this exercise teams write to the facilitator alone")
    return [name for name in known if name in to]


def message(file: ExerciseFile, state: State, sender: str, author: str, to: Sequence[str],
            text: str) -> list[Draft]:  # fmt: skip
    """What sends a message.

    Args:
        file: The rules.
        state: The game.
        sender: A team, or the facilitator.
        author: Seat id, or the facilitator.
        to: Whom it reaches.
        text: What it says.

    Raises:
        InputError: SS8053 the text, SS8054 the addresses, SS8055 too many in this turn.
    """
    text = limited(text, MAX_MESSAGE, "a message")
    reached = addressed(file, sender, to)
    most = file.messages.per_turn
    if sender != FACILITATOR and _written(state.turn, sender) >= most:
        raise InputError("SS8055", f"the team has written {plural(most, 'message')} in this turn",
                         hint="there are more in the next one")  # fmt: skip
    body = {"from": sender, "to": reached, "text": text}
    return [Draft("message.sent", body, state.current, author)]


def _written(turn: Turn, team: str) -> int:
    return sum(message.sender == team for message in turn.messages)


def statement(state: State, team: str, author: str, text: str) -> list[Draft]:
    """What makes a public statement.

    Raises:
        InputError: SS8053 the text, SS8055 too many in this turn.
    """
    text = limited(text, MAX_STATEMENT, "a statement")
    if sum(said.team == team for said in state.turn.statements) >= MAX_STATEMENTS:
        raise InputError(
            "SS8055",
            f"the team has made {plural(MAX_STATEMENTS, 'statement')} in this turn",
        )
    return [Draft("statement.made", {"team": team, "text": text}, state.current, author)]
