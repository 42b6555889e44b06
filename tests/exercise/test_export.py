from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sahelsim.base.errors import UsageError
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.export import COLUMNS, TRIGGERS, export, safe_cell, tables, to_csv
from sahelsim.exercise.replay import read_log


@pytest.fixture(scope="module")
def game(small: Exercise) -> Game:
    game, keys = Game.create(small)
    token = game.join(keys.codes["bamako"], "Awa Secret-Name")
    game.step("write")
    game.propose(token, "reinforce", {"destination": "gao", "men": 60}, why='=HYPERLINK("x")')
    game.message(token, ["niamey", "facilitator"], "=cmd|' /C calc'!A0")
    game.declare(token, "+1 for peace")
    game.forecast(token, "civilians", 62.5)
    game.forecast(token, "sieged", 10)
    game.step("lock")
    game.step("odds")
    game.pick(5, "@noon, the class voted")
    play_on(game, 2)
    game.rewind(1, "again")
    return game


def test_every_format_says_the_same(game: Game, tmp_path: Path) -> None:
    files = export(game.state, game.log.read(), tmp_path / "out")
    assert {file.suffix for file in files} == {".csv", ".parquet", ".json", ".jsonl"}
    found = tables(game.state)
    told = json.loads((tmp_path / "out" / "game.json").read_text(encoding="utf-8"))
    assert told == found
    for name, rows in found.items():
        assert pq.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist() == rows
        text = (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8")
        assert len(list(csv.DictReader(io.StringIO(text)))) == len(rows)
        for row in rows:
            assert tuple(row) == COLUMNS[name]
    assert {row["outcome"] for row in found["outcomes"]} >= {"civilian_deaths", "displaced"}
    assert read_log(tmp_path / "out" / "log.jsonl") == game.log.read()
    everything = b"".join(file.read_bytes() for file in files)
    assert b"Secret-Name" not in everything


def test_what_was_written_said_and_ruled_is_in_the_tables(game: Game) -> None:
    found = {
        name: [row for row in rows if row["branch"] == "main"]
        for name, rows in tables(game.state).items()
    }
    (message,) = found["messages"]
    assert (message["turn"], message["from"], message["to"]) == (1, "bamako", "facilitator niamey")
    (said,) = found["statements"]
    assert (said["team"], said["text"]) == ("bamako", "+1 for peace")
    (ruling,) = found["umpire"]
    assert (ruling["future"], ruling["question"], ruling["shift"]) == (5, "", None)
    played = [turn.result or {} for turn in game.state.branches["main"].played]
    assert [(row["name"], row["percent"], row["came_true"]) for row in found["forecasts"]] == [
        ("civilians", 62.5, played[0]["answers"]["civilians"]),
        ("sieged", 10.0, played[1]["resolved"]["sieged"]),  # decided a turn later
    ]
    odds = found["odds"][0]
    assert odds["percent"] == pytest.approx(100 * odds["count"] / odds["futures"])
    assert odds["came_true"] == played[0]["answers"]["civilians"]
    text = to_csv("messages", found["messages"]) + to_csv("umpire", found["umpire"])
    assert "'=cmd|" in text
    assert "'@noon" in text


def test_a_directory_in_use_is_not_written_over(game: Game, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="not empty"):
        export(game.state, [], tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
    export(game.state, [], tmp_path, ("csv",), force=True)
    assert (tmp_path / "mine.txt").exists()


def test_a_formula_is_written_as_text(game: Game) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv("orders", tables(game.state)["orders"]))))
    assert rows[0]["why"] == '\'=HYPERLINK("x")'


@given(st.text(max_size=30))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.lstrip(" ").startswith(TRIGGERS)
    assert cell.endswith(text)


def test_numbers_stay_numbers() -> None:
    assert safe_cell(-3.5) == -3.5
    assert safe_cell(None) == ""
