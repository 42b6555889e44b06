"""``sahelsim migrate``: what would change, what is changed, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sahelsim.base import formats
from sahelsim.base.formats import Format, Step
from sahelsim.cli.main import main

Capture = pytest.CaptureFixture[str]
OLD = "# mine\nid: x\naim: hold\n"
NEW = "# mine\nformat: 2\nid: x\ngoal: hold\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of version 1 where version 2 calls `aim` `goal`."""
    step = Step("`aim` is called `goal`.", lambda text: text.replace("aim:", "goal:"))
    monkeypatch.setattr(formats, "FORMATS", (Format("scenario", frozenset({"id"}), steps=(step,)),))
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD, encoding="utf-8")
    return Path("old.yaml")


def test_changes_are_shown_and_nothing_is_written(file: Path, capsys: Capture) -> None:
    assert main(["migrate", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "old.yaml: scenario, version 1 to 2\n  `aim` is called `goal`.\n" in out
    assert "-aim: hold\n+goal: hold\n" in out
    assert "--write" in err
    assert file.read_text(encoding="utf-8") == OLD


def test_write_keeps_the_old_text_and_a_second_time_does_nothing(
    file: Path, capsys: Capture
) -> None:
    assert main(["migrate", str(file), "--write"]) == 0
    assert "next: sahelsim scenario check old.yaml" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == NEW
    assert Path("old.yaml.v1").read_text(encoding="utf-8") == OLD
    assert main(["migrate", str(file), "--write"]) == 0
    assert capsys.readouterr().out == "old.yaml: scenario, already at version 2\n"
    assert Path("old.yaml.v1").read_text(encoding="utf-8") == OLD


def test_an_old_text_that_is_kept_already_is_not_overwritten(file: Path, capsys: Capture) -> None:
    Path("old.yaml.v1").write_text("dear", encoding="utf-8")
    assert main(["migrate", str(file), "--write"]) == 2
    assert "SS1008" in capsys.readouterr().err
    assert (file.read_text(encoding="utf-8"), Path("old.yaml.v1").read_text()) == (OLD, "dear")


def test_a_fault_in_one_file_leaves_all_alone(file: Path, capsys: Capture) -> None:
    Path("broken.yaml").write_text("id: [x\n", encoding="utf-8")
    assert main(["migrate", str(file), "broken.yaml", "--write"]) == 3
    assert "broken.yaml:" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == OLD


def test_json_tells_every_file(file: Path, capsys: Capture) -> None:
    assert main(["migrate", str(file), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["written"] is False
    assert document["files"] == [{"file": "old.yaml", "kind": "scenario", "before": 1, "after": 2,
                                  "changes": ["`aim` is called `goal`."]}]  # fmt: skip


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["scenario", "new", "my-question"]) == 0
    capsys.readouterr()
    for words in (["migrate", "my-question.yaml"], ["migrate", "my-question.yaml", "--write"]):
        assert main(words) == 0
        assert capsys.readouterr().out == "my-question.yaml: scenario, already at version 1\n"
    assert [file.name for file in tmp_path.iterdir()] == ["my-question.yaml"]
