"""What is said of a run before it begins must be what it then does."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.experiment import run
from sahelsim.experiment.files import FolderLock
from sahelsim.experiment.foresight import Foresight, foresee
from sahelsim.experiment.running import Job
from sahelsim.scenario import Scenario, cut, load_scenario


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return cut(load_scenario("documented-2023"), 4)


def ahead(plan: Scenario, out: Path, replicates: int = 12, force: bool = False) -> Foresight:
    return foresee(plan, replicates, 1, 1, out=out, force=force, measured=False)


def test_a_new_run_writes_nothing(plan: Scenario, tmp_path: Path) -> None:
    found = ahead(plan, tmp_path / "a/b")
    assert (found.state, found.there, found.workers, found.pilot) == ("new", 0, 1, 0)
    assert found.free_bytes > 0
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty").mkdir()
    assert ahead(plan, tmp_path / "empty").state == "new"


def test_it_tells_what_a_directory_holds(
    plan: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "r"

    def stop(n: int) -> None:
        if n == 1 and (out / "parts/00000000-done").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan, 12, 1, 1, out=out, progress=stop)
    before = {file: file.stat().st_mtime_ns for file in out.rglob("*")}
    found = ahead(plan, out)
    assert (found.state, found.there) == ("continued", 10)
    assert {file: file.stat().st_mtime_ns for file in out.rglob("*")} == before
    whole = run(plan, 12, 1, 1, out=out)
    found = ahead(plan, out)
    assert (found.state, found.there) == ("complete", 12)
    assert found.manifest["specification"] == whole.manifest["specification"]
    assert ahead(plan, out, force=True).state == "replaced"
    with pytest.raises(InputError) as caught:
        ahead(plan, out, replicates=13)
    assert caught.value.code == "SS4001"
    monkeypatch.setattr(Job, "go", lambda *_: pytest.fail("a whole run was run again"))
    assert foresee(plan, 12, 1, 1, out=out).pilot == 0


def test_it_refuses_what_the_run_would_refuse(plan: Scenario, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(EnvironmentFault, match="a file lies where a folder should be"):
            ahead(plan, out)
    with pytest.raises(InputError) as caught:
        ahead(plan, tmp_path)  # not empty, and none of ours
    assert caught.value.code == "SS4001"
    with pytest.raises(InputError) as caught:
        ahead(plan, tmp_path / "new", replicates=0)
    assert caught.value.code == "SS4004"
    (tmp_path / "busy").mkdir()
    lock = FolderLock(tmp_path / "busy")
    with pytest.raises(EnvironmentFault) as busy:
        ahead(plan, tmp_path / "busy")
    lock.close()
    assert busy.value.code == "SS6011"


def test_the_cost_is_scaled_up_from_a_pilot(plan: Scenario, tmp_path: Path) -> None:
    found = foresee(plan, 400, 1, 1, out=tmp_path / "r")
    assert found.pilot == 60
    assert not (tmp_path / "r").exists()
    run(plan, 400, 1, 1, out=tmp_path / "r")
    size = sum(file.stat().st_size for file in (tmp_path / "r").iterdir())
    assert found.disk_bytes == pytest.approx(size, rel=0.25)
    assert 0.0 < found.seconds < 600.0
    few = foresee(plan, 5, 1, 1, out=tmp_path / "few")
    assert few.pilot == 5
