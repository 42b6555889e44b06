"""The papers: whole, safe, each team's own, codes only where they belong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sahelsim.base.errors import UsageError
from sahelsim.exercise import Exercise, load_exercise
from sahelsim.exercise.papers.contents import CARDS_A_SHEET, order_cards
from sahelsim.exercise.papers.kit import LANDSCAPE, PAPERS, SLIPS, papers, write_papers
from sahelsim.exercise.voice import Voice
from tests.exercise.conftest import small_text
from tests.exercise.papers.conftest import CODES

HOSTILE = "<script>alert(1)</script>"


def sheets(text: str) -> list[str]:
    return text.split('<section class="sheet">')[1:]


def test_every_paper_is_made_in_every_language(
    shipped_papers: dict[str, dict[str, str]],
) -> None:
    for language, made in shipped_papers.items():
        assert tuple(made) == PAPERS
        for name, text in made.items():
            assert f'<html lang="{language}">' in text
            size = "a4 landscape" if name in LANDSCAPE else "a4"
            assert f"@page {{ size: {size}; margin" in text
            assert "default-src &#39;none&#39;" in text
            assert "<script" not in text
            assert sheets(text)
    assert shipped_papers["en"]["briefs"] != shipped_papers["fr"]["briefs"]


def test_the_same_exercise_gives_the_same_papers(
    shipped: Exercise, places: list[dict[str, Any]], shipped_papers: dict[str, dict[str, str]]
) -> None:
    assert papers(shipped, "fr", places) == shipped_papers["fr"]


def test_a_brief_holds_what_its_team_may_know_and_no_more(
    shipped: Exercise, shipped_papers: dict[str, dict[str, str]]
) -> None:
    briefs = sheets(shipped_papers["en"]["briefs"])
    teams = shipped.file.teams
    assert len(briefs) == len(teams)
    for (name, team), brief in zip(teams.items(), briefs, strict=True):
        assert team.brief is not None
        assert Voice("en").words(team.name) in brief.replace("&#39;", "'")
        assert team.brief.en in brief.replace("&#39;", "'")
        for aim in team.aims.values():
            assert aim.text.en in brief.replace("&#39;", "'")
        for other, rules in teams.items():
            if other != name and rules.brief is not None:
                assert rules.brief.en not in brief.replace("&#39;", "'")
        assert "Civilians killed and displaced stand beside every score" in brief
        assert brief.count("<li>") >= len(team.cards)


def test_cards_lie_eight_on_a_sheet_and_never_mix_teams(shipped: Exercise) -> None:
    found = order_cards(Voice("fr"), shipped)
    assert all(1 <= len(sheet) <= CARDS_A_SHEET for sheet in found)
    assert all(len({card["team"] for card in sheet}) == 1 for sheet in found)
    assert sum(map(len, found)) == sum(len(team.cards) for team in shipped.file.teams.values())


def test_inject_cards_carry_source_and_confidence(
    shipped_papers: dict[str, dict[str, str]],
) -> None:
    text = shipped_papers["en"]["inject-cards"]
    assert "Rests on E017" in text
    assert text.count('class="flag level-') == 9
    assert "would you need to see" in text


def test_the_public_map_tells_no_strength(shipped_papers: dict[str, dict[str, str]]) -> None:
    text = shipped_papers["en"]["map"]
    assert "Tessalit" in text
    assert "garrison" not in text
    assert "svg-halo" not in text


def test_the_script_is_made_from_the_clock(shipped_papers: dict[str, dict[str, str]]) -> None:
    text = shipped_papers["fr"]["facilitator"]
    assert "6 tours, 180 minutes" in text
    assert re.search(r"La version courte\s*: 2 tours, 54 minutes", text)
    for name in ("seed_report", "ferry", "charter", "ecowas_exit"):
        assert name in text
    assert "Distinguer une bonne décision" in text
    assert text.count("<ol>") == 1
    assert text.split("<ol>")[1].split("</ol>")[0].count("<li>") == 6


def test_commands_of_the_script_name_the_exercise_so_that_it_is_found(
    small_papers: dict[str, str], shipped_papers: dict[str, dict[str, str]]
) -> None:
    assert (
        "<code>sahelsim exercise bots pont-aerien-2023</code>"
        in (shipped_papers["en"]["facilitator"])
    )
    assert "<code>sahelsim exercise bots small.exercise.yaml</code>" in small_papers["facilitator"]


def test_an_exercise_that_is_silent_gets_questions_and_briefs(
    tmp_path: Path, places: list[dict[str, Any]]
) -> None:
    text = re.sub(r"debrief:.*?\n\n", "\n", small_text(), count=1, flags=re.DOTALL)
    text = re.sub(r"    brief:.*?\n.*?\n.*?\n", "", text, count=1)
    path = tmp_path / "silent.exercise.yaml"
    path.write_text(text, encoding="utf-8")
    exercise = load_exercise(path)
    assert not exercise.file.debrief
    assert all(team.brief is None for team in exercise.file.teams.values())
    made = papers(exercise, "en", places)
    assert "You play: Mali." in made["briefs"]
    assert "Which one order would you change?" in made["facilitator"]


def test_slips_hold_the_code_of_their_own_team(
    small: Exercise, small_papers: dict[str, str]
) -> None:
    assert [name for name in small_papers if name not in PAPERS] == [SLIPS]
    text = small_papers[SLIPS]
    for sheet in sheets(text):
        codes = set(re.findall(r'class="code">([A-Z0-9-]+)<', sheet))
        assert len(codes) == 1
    for team, code in CODES.items():
        seats = small.file.teams[team].seats
        assert text.count(f"{code[:4]}-{code[4:]}") == seats
    assert text.count('class="qr"') == sum(team.seats for team in small.file.teams.values())
    for name in PAPERS:
        for code in CODES.values():
            assert code not in small_papers[name].replace("-", "")


def test_what_an_exercise_says_is_text(tmp_path: Path, places: list[dict[str, Any]]) -> None:
    path = tmp_path / "hostile.exercise.yaml"
    text = small_text().replace("Gao airport is shut for a week.", HOSTILE)
    text = text.replace("en: Raise the strength of a garrison.", f'en: "{HOSTILE}"')
    path.write_text(text, encoding="utf-8")
    for made in papers(load_exercise(path), "en", places).values():
        assert "<script" not in made


def test_files_are_written_and_slips_are_private(
    small: Exercise, places: list[dict[str, Any]], tmp_path: Path
) -> None:
    out = tmp_path / "papers"
    files = write_papers(small, ["en", "fr"], places, out, "letter", CODES)
    assert len(files) == 2 * (len(PAPERS) + 1)
    assert all(file.is_file() for file in files)
    assert "size: letter" in (out / "briefs-fr.html").read_text(encoding="utf-8")
    assert (out / f"{SLIPS}-en.html").stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError) as fault:
        write_papers(small, ["en"], places, out)
    assert fault.value.code == "SS8081"
    write_papers(small, ["en"], places, out, force=True)
