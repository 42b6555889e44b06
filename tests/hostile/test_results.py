"""Whatever became of a directory of results: an answer, never a traceback, and nothing lost."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sahelsim.base.errors import InputError
from sahelsim.cli.main import main
from sahelsim.experiment import load_run
from sahelsim.experiment.manifests import MANIFEST
from sahelsim.experiment.store import POSTERIOR
from sahelsim.experiment.sweep import load_sweep, run_sweep
from sahelsim.experiment.sweep.store import MANIFESTS
from tests.experiment.sweep.conftest import SMALL, SUPPORT, make

from .damage import FILES, Damage, copy_of, manifests

RUN = [
    "run", "documented-2023", "--days", "10", "--replicates", "2", "--no-report", "--quiet",
    "--out",
]  # fmt: skip
PLAIN = "fake_runs:Plain"
DAILY = "daily: {series: [alliance_cohesion], every_days: 2, keep: {share: 0.5}}\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of two replicates over ten days."""
    folder = tmp_path_factory.mktemp("results") / "run"
    assert main([*RUN, str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete sweep of 48 runs that took no time."""
    folder = tmp_path_factory.mktemp("results") / "sweep"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SUPPORT))
        patch.setattr("sahelsim.experiment.sweep.store.FLUSH_RUNS", 20)
        run_sweep(make(SMALL + DAILY), folder, workers=1, runner=PLAIN)
    return folder


def ask(*words: object) -> tuple[int, str]:
    """Exit code and everything said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main([str(word) for word in words])
    return code, said.getvalue()


def answered(words: list[str], what: str) -> None:
    """The command ends well, or says with a code what is wrong."""
    code, said = ask(*words)
    assert code in (0, 3, 4, 6, 7), f"{what}: {said[:1000]}"
    assert "Traceback" not in said, what
    assert code == 0 or "error SS" in said or '"code": "SS' in said, f"{what}: {said[:1000]}"


def damages(folder: Path) -> Iterator[tuple[str, Path, Damage]]:
    """Every file of a directory with everything that can happen to it."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        for name, damage in FILES.items():
            yield f"{file.relative_to(folder)}: {name}", file.relative_to(folder), damage


def reads(folder: Path) -> None:
    """Read a run as the report does: every table of it."""
    for table in dict(load_run(folder).tables).values():
        table.to_pandas()


def test_manifest_of_a_run(run: Path, tmp_path: Path) -> None:
    copy = copy_of(run, tmp_path / "run")
    good = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    reads(copy)
    for name, text in manifests(good).items():
        (copy / MANIFEST).write_text(text, encoding="utf-8")
        with contextlib.suppress(InputError):
            reads(copy)
        if "future" in name:
            assert "newer sahelsim" in ask("report", copy)[1]
    for text in ("{}", "[" * 100_000):
        (copy / MANIFEST).write_text(text, encoding="utf-8")
        assert ask("report", copy)[0] == 3


def test_tables_of_a_run(run: Path, tmp_path: Path) -> None:
    for name, file, damage in damages(run):
        copy = copy_of(run, tmp_path / "run")
        damage(copy / file)
        if file.name == POSTERIOR:  # only a repetition reads it
            answered(["rerun", str(copy), "--quiet"], name)
            continue
        try:
            reads(copy)
        except InputError:
            continue
        assert "flip" in name or file.suffix != ".parquet", name  # else it went unseen


def test_what_is_lost_of_a_run_is_run_again_and_is_the_same(run: Path, tmp_path: Path) -> None:
    whole = pq.read_table(run / "outcomes.parquet")
    copy = copy_of(run, tmp_path / "run")
    for damage in ("cut", "gone", "foreign", "dangling"):
        FILES[damage](copy / "daily.parquet")
        FILES[damage](copy / "outcomes.parquet")
        assert ask(*RUN, copy)[0] == 0, damage
        assert pq.read_table(copy / "outcomes.parquet").equals(whole), damage
        reads(copy)
    FILES["noise"](copy / MANIFEST)
    code, said = ask(*RUN, copy)
    assert code == 3
    assert "--force" in said
    assert ask(*RUN, copy, "--force")[0] == 0
    reads(copy)


def test_manifest_of_a_sweep(sweep: Path, tmp_path: Path) -> None:
    copy = copy_of(sweep, tmp_path / "sweep")
    good = json.loads((sweep / MANIFEST).read_text(encoding="utf-8"))
    for name, text in manifests(good).items():
        (copy / MANIFEST).write_text(text, encoding="utf-8")
        answered(["sweep", "status", str(copy)], name)
        if name.startswith("without") and name.split()[1] in MANIFESTS.required:
            code, said = ask("sweep", "show", copy)
            assert code == 3, name
            assert "lacks" in said or "no manifest" in said or "another kind" in said, name
    assert ask("sweep", "show", copy, "--json")[0] == 3


def test_a_run_is_no_sweep_and_a_sweep_no_run(run: Path, sweep: Path, tmp_path: Path) -> None:
    """A directory of the other kind, whatever reads it."""
    for words in (
        ["sweep", "status", run], ["sweep", "show", run, "--sql", "SELECT 1"],
        ["sweep", "retry", run], ["sweep", "extend", run, "--replicates", "9"],
        ["sweep", "compact", run], ["sweep", "verify", run], ["sweep", "merge", tmp_path, run],
        ["sweep", "export", run, "--to", tmp_path / "x"], ["analyse", "robustness", run],
        ["analyse", "discover", run], ["analyse", "sensitivity", run], ["rerun", tmp_path],
        ["sweep", "run", "first-sweep", "--out", run], ["report", tmp_path], ["report", __file__],
        ["sweep", "status", tmp_path / "nowhere"], ["sweep", "status", __file__],
    ):  # fmt: skip
        before = sorted(run.rglob("*")), sorted(sweep.rglob("*"))
        code, said = ask(*words)
        assert code in (2, 3), f"{words}: {said}"
        assert "error SS" in said
        assert (sorted(run.rglob("*")), sorted(sweep.rglob("*"))) == before, words


def test_tables_of_a_sweep(sweep: Path, tmp_path: Path) -> None:
    seen = 0
    for name, file, damage in damages(sweep):
        if file.name.endswith(("3.parquet", "4.parquet", "5.parquet", "6.parquet", "none.yaml")):
            continue  # like those before them
        copy = copy_of(sweep, tmp_path / "sweep")
        damage(copy / file)
        query = ["sweep", "show", "--sql", "SELECT 1 FROM experiments"]
        reading = [query, ["sweep", "compact"]] if file.suffix == ".parquet" else []
        for words in [["sweep", "status"], *reading]:
            answered([*words, str(copy)], f"{words} {name}")
            seen += 1
    assert seen > 80


def test_a_sweep_runs_again_what_was_lost_and_keeps_the_rest(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SUPPORT))
    whole = load_sweep(sweep).runs.drop(columns=["wall_s", "attempt"])
    for damage in ("cut", "foreign", "folder"):
        copy = copy_of(sweep, tmp_path / "sweep")
        FILES[damage](sorted((copy / "runs").iterdir())[1])
        status = run_sweep(make(SMALL + DAILY), copy, workers=1, runner=PLAIN)
        assert status.complete
        assert 0 < sum(status.counts.values()) < len(whole), damage  # the others were kept
        again = load_sweep(copy).runs.drop(columns=["wall_s", "attempt"])
        assert again.equals(whole), damage
