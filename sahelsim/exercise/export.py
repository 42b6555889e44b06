"""A game as tables: CSV that a spreadsheet cannot run, Parquet, JSON, and the log itself.

People are their seat ids here; names are in no export.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

from sahelsim.base.errors import EnvironmentFault, UsageError
from sahelsim.exercise.log import Event
from sahelsim.exercise.state import State, Turn
from sahelsim.exercise.umpire import shares

FORMATS = ("csv", "parquet", "json")
LOG = "log.jsonl"
# A spreadsheet runs a cell that begins with one of these as a formula (OWASP ASVS 5.0, 1.2.10).
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
Row = dict[str, Any]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "turns": ("branch", "turn", "phase", "rehearsal", "roll", "replicate", "manned", "late",
              "digest"),
    "orders": ("branch", "turn", "order", "team", "seat", "card", "arguments", "why", "carried_out",
               "refused"),
    "injects": ("branch", "turn", "inject", "text", "to", "confidence"),
    "scores": ("branch", "turn", "team", "aim", "value", "points", "weight"),
    "outcomes": ("branch", "turn", "outcome", "value"),
    "odds": ("branch", "turn", "question", "count", "futures", "percent", "came_true"),
    "umpire": ("branch", "turn", "ruling", "question", "shift", "percent", "future", "reason"),
    "forecasts": ("branch", "turn", "team", "name", "percent", "came_true"),
    "messages": ("branch", "turn", "message", "at", "from", "to", "text"),
    "statements": ("branch", "turn", "statement", "at", "team", "text"),
}  # fmt: skip


def tables(state: State) -> dict[str, list[Row]]:
    """Every table of a game, by name; each branch lists its own turns and those it shares."""
    found: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for branch in state.branches.values():
        decided: dict[str, bool] = {}
        for turn in branch.played:
            decided |= (turn.result or {})["resolved"]
        for turn in branch.turns:
            at = {"branch": branch.name, "turn": turn.number}
            result = turn.result or {}
            found["turns"].append(
                {**at, "phase": turn.phase, "rehearsal": branch.rehearsal, "roll": turn.roll,
                 "replicate": turn.replicate, "manned": " ".join(turn.manned),
                 "late": " ".join(turn.late), "digest": result.get("digest")}
            )  # fmt: skip
            refusals = result.get("refusals", {})
            for order in turn.orders:
                refused = refusals.get(order.id)
                found["orders"].append(
                    {**at, "order": order.id, "team": order.team, "seat": order.seat,
                     "card": order.card, "arguments": _json(order.arguments), "why": order.why,
                     "carried_out": None if refused is None else refused == "",
                     "refused": refused or ""}
                )  # fmt: skip
            for news in turn.news:
                found["injects"].append(
                    {**at, "inject": news.inject, "text": _json(news.text),
                     "to": " ".join(news.to), "confidence": news.confidence}
                )  # fmt: skip
            for team, score in result.get("scores", {}).items():
                for aim, entry in score["aims"].items():
                    parts = {part: entry[part] for part in ("value", "points", "weight")}
                    found["scores"].append({**at, "team": team, "aim": aim, **parts})
            for outcome, value in result.get("outcomes", {}).items():
                found["outcomes"].append({**at, "outcome": outcome, "value": value})
            came = {**decided, **result.get("answers", {})}
            odds, percent = turn.odds or {"counts": {}, "futures": 0}, shares(turn)
            for question, count in odds["counts"].items():
                found["odds"].append(
                    {**at, "question": question, "count": count, "futures": odds["futures"],
                     "percent": percent[question], "came_true": came.get(question)}
                )  # fmt: skip
            for team, said in turn.forecasts.items():
                found["forecasts"] += [
                    {**at, "team": team, "name": name, "percent": p, "came_true": came.get(name)}
                    for name, p in said.items()
                ]
            _written(found, at, turn)
    return found


def _written(found: dict[str, list[Row]], at: Row, turn: Turn) -> None:
    """What was ruled, written and said in a turn."""
    found["umpire"] += [
        {**at, "ruling": ruling.id, "question": ruling.question, "shift": ruling.points,
         "percent": ruling.percent, "future": ruling.replicate, "reason": ruling.reason}
        for ruling in turn.rulings
    ]  # fmt: skip
    found["messages"] += [
        {**at, "message": message.id, "at": message.at, "from": message.sender,
         "to": " ".join(message.to), "text": message.text}
        for message in turn.messages
    ]  # fmt: skip
    found["statements"] += [
        {**at, "statement": said.id, "at": said.at, "team": said.team, "text": said.text}
        for said in turn.statements
    ]  # fmt: skip


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets a quote."""
    if isinstance(value, str) and value.lstrip(" ").startswith(TRIGGERS):
        return f"'{value}"
    return "" if value is None else value


def to_csv(name: str, rows: list[Row]) -> str:
    """One table as CSV (RFC 4180), every text cell safe."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS[name])
    for row in rows:
        writer.writerow([safe_cell(row[column]) for column in COLUMNS[name]])
    return stream.getvalue()


def export(
    state: State, events: list[Event], out: Path, formats: tuple[str, ...] = FORMATS,
    *, force: bool = False,
) -> list[Path]:  # fmt: skip
    """Write every table of a game, and its log, to a directory; return the files.

    Args:
        state: The game.
        events: Its log.
        out: Directory; made where it is missing.
        formats: Of :data:`FORMATS`.
        force: Write over what is there.

    Raises:
        UsageError: SS8044, the directory holds files and ``force`` is not given.
        EnvironmentFault: SS8060, it cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not force:
        raise UsageError("SS8044", f"{out} is not empty", hint="add --force to write over it")
    written: list[Path] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        found = tables(state)
        for name, rows in found.items():
            if "csv" in formats:
                written.append(_text(out / f"{name}.csv", to_csv(name, rows)))
            if "parquet" in formats:
                written.append(_parquet(out / f"{name}.parquet", name, rows))
        if "json" in formats:
            written.append(_text(out / "game.json", json.dumps(found, ensure_ascii=False,
                                                               indent=1)))  # fmt: skip
        written.append(_text(out / LOG, log_lines(events)))
    except OSError as fault:
        raise EnvironmentFault("SS8060", f"cannot write {out}: {fault.strerror}") from None
    return written


def log_lines(events: list[Event]) -> str:
    """A log as JSON lines, one event each; ``sahelsim exercise replay`` reads it."""
    return "".join(json.dumps(asdict(event), ensure_ascii=False) + "\n" for event in events)


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _parquet(path: Path, name: str, rows: list[Row]) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {
        "turn": pa.int64(), "roll": pa.int64(), "replicate": pa.int64(), "count": pa.int64(),
        "futures": pa.int64(), "value": pa.float64(), "points": pa.float64(),
        "weight": pa.float64(), "carried_out": pa.bool_(), "came_true": pa.bool_(),
        "rehearsal": pa.bool_(), "percent": pa.float64(), "future": pa.int64(),
        "shift": pa.int64(),
    }  # fmt: skip
    schema = pa.schema([(column, kinds.get(column, pa.string())) for column in COLUMNS[name]])
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
