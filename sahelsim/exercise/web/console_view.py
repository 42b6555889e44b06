"""What the facilitator's page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sahelsim.exercise.conduct import deck
from sahelsim.exercise.drawing import map_svg
from sahelsim.exercise.naming import figure, outcome_name
from sahelsim.exercise.phrases import Language, phrase
from sahelsim.exercise.state import FACILITATOR, State, Turn
from sahelsim.exercise.web.room import Room
from sahelsim.exercise.web.shown import changed, head, odds, places
from sahelsim.exercise.web.talking import league, rulings, talk, umpire
from sahelsim.exercise.wording import harm, order_words, public_lines, refusal

TAIL = 12  # events of the log that are shown


def next_step(turn: Turn, rehearsal: bool = False) -> str:
    """The step that the primary button takes; '' when the game is over."""
    if turn.phase == "locked":
        if turn.odds is None and turn.replicate is None:
            return "odds"
        return "roll" if turn.replicate is None else "play"
    after = "next" if rehearsal else ""
    return {"read": "write", "write": "lock", "results": "next", "over": after}[turn.phase]


def console_page(room: Room, language: Language) -> dict[str, Any]:
    """Everything on the page but the clock and the address."""
    game = room.game
    state, exercise = game.state, game.exercise
    everything = game.see_all()
    turn = state.turn
    history = [
        {"turn": t.number, "shared": t.result["shared"], "public": t.result["news"]}
        for t in state.branch.turns if t.result is not None
    ]  # fmt: skip
    facts = {**everything, "turns": exercise.file.clock.turns}
    return {
        "head": head(exercise, facts, language),
        "step": next_step(turn, state.branch.rehearsal),
        "rehearsed": state.branch.rehearsal and turn.phase in ("results", "over"),
        "busy": room.jobs.busy(room.id),
        "joining": state.joining,
        "teams": _teams(room, state, everything, language),
        "odds": odds(exercise, everything["odds"], language),
        "roll": turn.roll,
        "can_roll": turn.phase == "locked" and turn.odds is not None and turn.replicate is None,
        "can_skip": turn.phase == "locked" and turn.odds is None,
        "deck": _deck(room, state, language),
        "may_announce": turn.phase in ("read", "write"),
        "branches": _branches(state),
        "turns_reached": list(range(turn.number, 0, -1)),
        "last": _last(room, state, language),
        "harm": harm(history, language),
        "map": map_svg(everything["truth"]["places"], language=language,
                       title=phrase(language, "page.white.truth"),
                       changed=changed(history, turn.phase)),
        "places": places(everything["truth"]["places"], language),
        "log": _log(room, state, language),
        "note": _note(room, language),
        "talk": talk(exercise.file, everything, FACILITATOR, language),
        "rulings": rulings(exercise.file, everything["odds"], language),
        "umpire": umpire(exercise.file, everything["odds"] if turn.phase == "locked" else None,
                         turn.replicate is not None, language),
        "league": league(exercise.file, everything["league"], language),
        "paused": bool(turn.clock.paused),
    }  # fmt: skip


def _teams(
    room: Room, state: State, everything: Mapping[str, Any], language: Language
) -> list[dict[str, Any]]:
    names = room.game.log.names()
    rows = []
    for team, rules in room.game.exercise.file.teams.items():
        seats = [seat for seat in state.seats.values() if seat.team == team and seat.present]
        orders = [order for order in everything["orders"] if order["team"] == team]
        played = state.branch.played
        score = (played[-1].result or {})["scores"][team]["total"] if played else None
        rows.append({
            "id": team,
            "name": getattr(rules.name, language),
            "seats": [(seat.id, names.get(seat.id, seat.id)) for seat in seats],
            "most": rules.seats,
            "orders": [order_words(room.game.exercise, order, language) for order in orders],
            "slots": rules.slots,
            "ready": team in state.turn.ready,
            "handed": team in state.handed,
            "late": team in state.turn.late,
            "forecasts": len(state.turn.forecasts.get(team, {})),
            "code": room.codes.get(team, ""),
            "score": "" if score is None else figure(score, language),
        })  # fmt: skip
    return rows


def _deck(room: Room, state: State, language: Language) -> list[dict[str, str]]:
    """Injects that wait, with the reason where one cannot be given now; given ones last."""
    injects = room.game.exercise.file.injects
    given = {news.inject for turn in state.branch.turns for news in turn.news}
    rows = []
    for name, why in deck(room.game.engine, state).items():
        inject = injects[name]
        if name in given:
            said = phrase(language, "page.deck.given")
        elif not why:
            said = ""
        elif state.turn.phase not in ("read", "write"):
            said = phrase(language, "page.deck.phase")
        elif state.turn.number < inject.at:
            said = phrase(language, "page.deck.turn", turn=inject.at)
        else:
            said = phrase(language, "page.deck.condition", when=inject.when)
        rows.append({"id": name, "text": getattr(inject.text, language), "why": said,
                     "given": "yes" if name in given else ""})  # fmt: skip
    return sorted(rows, key=lambda row: (bool(row["given"]), bool(row["why"])))


def _branches(state: State) -> list[dict[str, Any]]:
    return [
        {"name": b.name, "parent": b.parent, "since": b.since, "played": len(b.played),
         "note": b.note, "now": b.name == state.current}
        for b in state.branches.values()
    ]  # fmt: skip


def _last(room: Room, state: State, language: Language) -> dict[str, Any] | None:
    """The turn played last, with every team's orders and what became of them."""
    if not state.branch.played:
        return None
    turn = state.branch.played[-1]
    result = turn.result or {}
    exercise = room.game.exercise
    orders = [
        {
            "team": getattr(exercise.file.teams[order.team].name, language),
            "refused": refusal(result["refusals"].get(order.id, ""), language),
            **order_words(
                exercise,
                {"id": order.id, "card": order.card, "arguments": order.arguments,
                 "why": order.why, "cost": order.cost},
                language,
            ),
        }
        for order in turn.orders
    ]  # fmt: skip
    return {"turn": turn.number, "orders": orders, "public": public_lines(result["news"], language)}


def _log(room: Room, state: State, language: Language) -> list[dict[str, str]]:
    events = room.game.log.read(max(0, state.seq - TAIL))
    names = room.game.log.names()
    return [
        {
            "seq": str(event.seq),
            "at": datetime.fromisoformat(event.at).astimezone().strftime("%H:%M:%S"),
            "what": phrase(language, "page.kind." + event.kind.replace(".", "_")),
            "who": _author(event.author, names, language),
        }
        for event in reversed(events)
    ]


def _author(author: str, names: Mapping[str, str], language: Language) -> str:
    if author in ("", "game"):
        return ""
    if author == FACILITATOR:
        return phrase(language, "page.white.title")
    return names.get(author, author)


def _note(room: Room, language: Language) -> dict[str, Any] | None:
    """The comparison that was asked for last."""
    if room.note is None:
        return None
    order = next(
        (o for b in room.game.state.branches.values() for t in b.turns for o in t.orders
         if o.id == room.note["order"]), None,
    )  # fmt: skip
    card = room.game.exercise.file.cards[order.card] if order else None
    return {
        "text": getattr(card.text, language) if card else room.note["order"],
        "pairs": room.note["pairs"],
        "rows": [
            {
                "name": outcome_name(row["outcome"], language),
                # B leaves the order out: what the order did is A - B.
                "effect": _signed(-row["difference"], language),
                "low": _signed(-row["high"], language),
                "high": _signed(-row["low"], language),
                "told": row["told_from_zero"],
            }
            for row in room.note["rows"]
        ],
    }


def _signed(value: float, language: Language) -> str:
    text = figure(value, language)
    return f"+{text}" if value > 0 and text != "0" else text.replace("-", "−")
