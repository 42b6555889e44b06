"""``sahelsim exercise debrief`` and ``print`` as they are typed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from sahelsim.cli.exercise_papers import print_
from sahelsim.cli.main import main
from sahelsim.exercise import Game
from sahelsim.exercise.access import fingerprint
from sahelsim.exercise.debrief import valuation
from sahelsim.exercise.debrief.valuation import FOLDER
from sahelsim.exercise.new import TEMPLATE
from sahelsim.exercise.papers.kit import PAPERS, SLIPS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A game of one turn with two orders."""
    room = tmp_path_factory.mktemp("papers")
    path = room / "small.exercise.yaml"
    text = TEMPLATE.format(file="x", id="small", title="Small", scenario="documented-2023")
    path.write_text(text.replace("futures: 200", "futures: 10"), encoding="utf-8")
    game, keys = Game.create(path, room / "game", rehearsal=False)
    seat = game.join(keys.codes["niamey"], "Zaynab")
    game.step("write")
    chosen = {"tail": "5U-MTU", "rotations_per_week": 4}
    game.propose(seat, "lend_aircraft", chosen, key="a")
    game.propose(seat, "declare", {}, key="b")
    for step in ("lock", "odds", "roll", "play"):
        game.step(step)
    game.close()
    return room / "game"


def orders(folder: Path) -> dict[str, str]:
    game = Game.open(folder)
    found = {order.card: order.id for order in game.state.branch.played[0].orders}
    game.close()
    return found


def test_a_debrief_is_written_and_summed_up(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["exercise", "debrief", str(folder), "--pairs", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["page"] == str(folder / "debrief.html")
    text = (folder / "debrief.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text  # the exercise's first language
    named = orders(folder)
    assert [item["order"] for item in told["orders"]] == [named["lend_aircraft"]]
    assert told["traceless"] == [named["declare"]]
    effects = told["orders"][0]["effects"]
    assert {"score.niamey", "civilian_deaths", "tonnes_delivered"} <= set(effects)
    killed = sum(turn["killed"][by] for turn in told["harm"] for by in turn["killed"])
    assert killed == sum(sum(turn["places"].values()) for turn in told["harm"])


def test_orders_out_and_languages_are_as_asked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named, out = orders(folder), tmp_path / "deep" / "page.html"
    words = ["exercise", "debrief", str(folder), "--pairs", "2", "--out", str(out)]
    code = main(
        [*words, "--language", "both", "--orders", f"{named['declare']},{named['declare']}"]
    )
    printed = capsys.readouterr()
    assert code == 0
    assert f"debrief: {out}" in printed.out
    assert "Civilians: " in printed.out
    assert printed.out.count(named["declare"]) == 1
    assert "the same in every pair" in printed.out
    assert "futures" in printed.err  # progress
    text = out.read_text(encoding="utf-8")
    assert text.count('<div class="page"') == 2
    assert main([*words, "--orders", "none", "--language", "fr"]) == 0
    assert "Aucun ordre n" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options", [["--language", "both"], ["--orders", "none"], ["--orders", "ID"]]
)
def test_the_page_names_the_command_that_makes_it_again(
    folder: Path, tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    options = [orders(folder)["declare"] if word == "ID" else word for word in options]
    words = ["exercise", "debrief", str(folder), "--pairs", "2", "--out", str(first), *options]
    assert main(words) == 0
    text = first.read_text(encoding="utf-8")
    command = re.findall(r"<code>(sahelsim exercise debrief [^<]+)</code>", text)[0]
    assert main([*shlex.split(command)[1:], "--out", str(second)]) == 0
    assert second.read_bytes() == first.read_bytes()
    capsys.readouterr()


def test_an_interrupted_debrief_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = orders(folder)
    words = ["exercise", "debrief", str(folder), "--pairs", "4",
             "--orders", f"{named['declare']},{named['lend_aircraft']}"]  # fmt: skip
    kept = valuation._keep

    def interrupted(path: Path | None, items: list[valuation.Comparison]) -> None:
        kept(path, items)
        raise KeyboardInterrupt

    before = set((folder / FOLDER).glob("*"))
    with monkeypatch.context() as patch:
        patch.setattr(valuation, "_keep", interrupted)
        assert main(words) == 130
    assert "The same command goes on" in capsys.readouterr().err
    (finished,) = set((folder / FOLDER).glob("*")) - before
    assert finished.name.startswith(f"{named['declare']}-")
    stamp = finished.stat().st_mtime_ns
    assert main(words) == 0
    assert finished.stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["debrief", "nothing"], 3, "SS8042"),
        (["debrief", "GAME", "--orders", "o999", "--pairs", "2"], 3, "SS8080"),
        (["debrief", "GAME", "--pairs", "1"], 2, "SS1003"),
        (["debrief", "GAME", "--language", "de"], 2, "SS1003"),
        (["print", "nothing"], 3, "SS8001"),
        (["print", "pont-aerien-2023", "--codes"], 2, "SS8083"),
        (["print", "pont-aerien-2023", "--paper", "a5"], 2, "SS1003"),
        (["print", "GAME", "--out", "GAME"], 2, "SS8081"),
        (["print", "GAME", "--only", "seat-slips"], 2, "SS1004"),
    ],
)
def test_what_is_wrong_is_told(
    folder: Path, words: list[str], code: int, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [str(folder) if word == "GAME" else word for word in words]
    assert main(["exercise", *typed]) == code
    assert error in capsys.readouterr().err


def test_an_unplayed_game_has_no_debrief(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    game, _ = Game.create(folder.parent / "small.exercise.yaml", tmp_path / "new")
    game.close()
    assert main(["exercise", "debrief", str(tmp_path / "new")]) == 3
    assert "SS8082" in capsys.readouterr().err


def test_codes_are_new_and_open_their_team(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    game = Game.open(folder)
    before = dict(game.state.codes)
    game.close()
    words = ["exercise", "print", str(folder), "--out", str(tmp_path / "papers"), "--codes"]
    assert main([*words, "--address", "http://10.0.0.5:8000", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    game = Game.open(folder)
    after = dict(game.state.codes)
    game.close()
    for team, code in told["codes"].items():
        assert after[team] == fingerprint(code) != before[team]
    slips = (tmp_path / "papers" / "seat-slips-en.html").read_text(encoding="utf-8")
    assert all(f"{code[:4]}-{code[4:]}" in slips for code in told["codes"].values())
    assert main([*words, "--only", "seat-slips", "--force", "--json"]) == 0
    only = json.loads(capsys.readouterr().out)
    assert [Path(file).name for file in only["files"]] == ["seat-slips-en.html"]
    # Refused for its directory, a command has made no codes.
    assert main(words) == 2
    game = Game.open(folder)
    latest = {team: fingerprint(code) for team, code in only["codes"].items()}
    assert dict(game.state.codes) == latest
    game.close()


def test_every_paper_can_be_asked_for_by_its_name() -> None:
    (only,) = (option for option in print_.params if option.name == "only")
    assert tuple(only.type.choices) == (*PAPERS, SLIPS)  # type: ignore[attr-defined]
