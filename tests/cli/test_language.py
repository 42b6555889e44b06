"""``--lang``: what has French words speaks them, and everything else stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sahelsim.cli import ui
from sahelsim.cli.main import main
from tests.exercise.conftest import small_text

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    file = folder / "small.exercise.yaml"
    file.write_text(small_text(), encoding="utf-8")
    words = ["exercise", "bots", str(file), "--turns", "1", "--no-odds", "--json", "--out"]
    assert main([*words, str(folder / "game")]) == 0
    return folder / "game"


def out(capsys: Capture, *words: str) -> str:
    capsys.readouterr()
    assert main(list(words)) == 0
    return capsys.readouterr().out


def test_the_course_of_a_game_in_both_languages(game: Path, capsys: Capture) -> None:
    english = out(capsys, "exercise", "replay", str(game)).splitlines()
    french = out(capsys, "--lang", "fr", "exercise", "replay", str(game)).splitlines()
    assert len(english) == len(french)
    assert english[2] == "Turn 1, 20 August 2023 to 26 August 2023"
    assert french[2] == "Tour 1, du 20 août 2023 au 26 août 2023"
    assert any(line.startswith("  Civilians: ") for line in english)
    assert any(line.startswith("  Civils\u00a0: ") for line in french)
    assert not set(english[2:]) & set(french[2:]) - {""}, "a line that is not translated"


def test_the_status_in_both_languages(game: Path, capsys: Capture) -> None:
    assert "phase: Results" in out(capsys, "exercise", "status", str(game))
    french = out(capsys, "--lang", "fr", "exercise", "status", str(game))
    assert "phase\u00a0: Résultats" in french
    assert "ordres 0 sur" in french


def test_labels_of_outcomes(capsys: Capture) -> None:
    words = ["facts", "outcomes", "--where", "id=civilian_deaths"]
    assert "label: Civilians killed" in out(capsys, *words)
    assert "label: Civils tués" in out(capsys, "--lang", "fr", *words)
    both = json.loads(out(capsys, "--lang", "fr", *words, "--json"))["rows"][0]
    assert (both["label_en"], both["label_fr"]) == ("Civilians killed", "Civils tués")


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [([], [], "en"), (["--lang", "fr"], [], "fr"), (["--lang", "fr"], ["--language", "en"], "en")],
)
def test_pages_follow_the_nearest_word(
    before: list[str], after: list[str], language: str, game: Path, tmp_path: Path, capsys: Capture
) -> None:
    words = ["exercise", "print", str(game), "--only", "badges", "--out", str(tmp_path / "p")]
    (page,) = out(capsys, *before, *words, *after).splitlines()
    assert f'<html lang="{language}"' in Path(page).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "en_GB.UTF-8"}, "fr"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_ML.UTF-8"}, "fr"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, "en"),
    ],
)
def test_the_system_speaks_where_nobody_asks(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ui.set_language(None)
    assert ui.language() == language
    assert ui.asked_language() is None


def test_the_variable_is_as_good_as_the_option(
    game: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHELSIM_LANG", "fr")
    assert "Résultats" in out(capsys, "exercise", "status", str(game))
    assert "Results" in out(capsys, "--lang", "en", "exercise", "status", str(game))


def test_another_language_is_refused_with_the_nearest(capsys: Capture) -> None:
    assert main(["--lang", "fre", "facts", "outcomes"]) == 2
    assert "did you mean 'fr'?" in capsys.readouterr().err
