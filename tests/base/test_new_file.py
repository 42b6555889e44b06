"""A file that is begun: its name, what it lacks of an ending, and what is never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.errors import EnvironmentFault, UsageError
from sahelsim.base.new_file import begin_file, title_of


def begin(path: Path, *, force: bool = False, marker: str = "") -> Path:
    return begin_file(
        path, "a thing", lambda id, file: f"{id} in {file.name}", force=force, marker=marker
    )


@pytest.mark.parametrize(
    ("typed", "marker", "name"),
    [
        ("week", "", "week.yaml"),
        ("week.yml", "", "week.yml"),
        ("week", ".exercise", "week.exercise.yaml"),
        ("week.yaml", ".exercise", "week.exercise.yaml"),
        ("week.exercise", ".exercise", "week.exercise.yaml"),
        ("week.exercise.yaml", ".exercise", "week.exercise.yaml"),
    ],
)
def test_the_ending_is_made_whole_and_the_rest_is_the_id(
    typed: str, marker: str, name: str, tmp_path: Path
) -> None:
    path = begin(tmp_path / "new folder" / typed, marker=marker)
    assert path == tmp_path / "new folder" / name
    assert path.read_text(encoding="utf-8") == f"week in {name}"


@pytest.mark.parametrize("typed", ["My Week", "été", "v1.2", "-week", "w" * 81])
def test_a_name_that_is_no_id_is_refused_before_anything_is_written(
    typed: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        begin(tmp_path / typed)
    assert refused.value.code == "SS1009"
    assert not list(tmp_path.iterdir())


def test_what_is_there_stays_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "week.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        begin(tmp_path / "week")
    assert refused.value.code == "SS1008"
    assert (tmp_path / "week.yaml").read_text(encoding="utf-8") == "mine"
    begin(tmp_path / "week", force=True)
    assert (tmp_path / "week.yaml").read_text(encoding="utf-8") != "mine"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EnvironmentFault) as refused:
        begin(tmp_path / "file" / "week")
    assert refused.value.code == "SS6003"


def test_a_title_to_begin_with() -> None:
    assert title_of("my-question") == "My question"
