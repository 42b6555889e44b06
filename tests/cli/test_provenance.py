"""``sahelsim rerun``, ``cite`` and ``report`` on results of every kind."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml

from sahelsim.cli import provenance
from sahelsim.cli.main import main
from sahelsim.experiment.sweep.loading import find_sweep
from tests.examples import examples, run_examples

Capture = pytest.CaptureFixture[str]


def told(words: str, capsys: Capture, code: int = 0) -> Any:
    capsys.readouterr()
    assert main([*shlex.split(words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, a comparison and a small sweep of every shipped file."""
    folder = tmp_path_factory.mktemp("results")
    run = "run documented-2023 --days 6 --replicates 2 --no-report -q --out"
    assert main([*run.split(), str(folder / "outputs/first-look")]) == 0
    compare = "compare documented-2023 no-airlift --days 6 -n 2 --no-report -q --out"
    assert main([*compare.split(), str(folder / "compared")]) == 0
    return folder


def small_sweep(name: str, folder: Path) -> Path:
    """A shipped sweep cut to three futures, two replicates and a few days, run to the end."""
    text = find_sweep(name).read_text(encoding="utf-8")
    for pattern, new in (
        (r"(?m)^design: .*$", "design: {method: lhs, futures: 3}\ndays: 7"),
        (r"(?m)^replicates: .*$", "replicates: 2"),
        (r"(?m)^futures:\n(?:  .*\n)+", ""),
    ):
        text, changed = re.subn(pattern, new, text)
        assert changed == 1
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    words = f"sweep run {file} --out {folder / name} --workers 1 -q"
    assert main(shlex.split(words)) == 0
    return folder / name


@pytest.mark.parametrize("command", [provenance.rerun, provenance.cite])
def test_every_example_runs(
    command: Any, results: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(results)
    run_examples(examples(command), capsys)


def test_both_runs_of_a_comparison_are_repeated(results: Path, capsys: Capture) -> None:
    found = told(f"rerun {results / 'compared'}", capsys)
    assert found["same"]
    assert [Path(one["path"]).name for one in found["runs"]] == ["documented-2023", "no-airlift"]


def test_a_sample_is_for_sweeps_alone(results: Path, capsys: Capture) -> None:
    assert main(["rerun", str(results / "outputs/first-look"), "--sample", "2"]) == 2
    assert "--sample" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["airlift-sweep", "alliance-sweep", "denial-sweep"])
def test_a_shipped_sweep_runs_reports_reruns_and_is_cited(
    name: str, tmp_path: Path, capsys: Capture
) -> None:
    folder = small_sweep(name, tmp_path)
    report = told(f"report {folder}", capsys)
    page = Path(report["report"]).read_text(encoding="utf-8")
    policies = yaml.safe_load((folder / "sweep.yaml").read_text(encoding="utf-8"))["policies"]
    assert all(policy in page for policy in policies)
    assert "Not the whole sweep" not in page
    assert told(f"rerun {folder} --sample 2", capsys)["runs"] == 2
    assert name in told(f"cite {folder}", capsys)["text"]


def test_an_unfinished_sweep_is_reported_with_a_banner(tmp_path: Path, capsys: Capture) -> None:
    folder = small_sweep("denial-sweep", tmp_path)
    for part in (folder / "runs").glob("*.parquet"):  # as if the last future had not run yet
        table = pq.read_table(part, partitioning=None)
        kept = table.filter(pc.less(table["future"], 2))
        pq.write_table(kept.replace_schema_metadata(table.schema.metadata), part)
    report = told(f"report {folder}", capsys)
    assert "Not the whole sweep" in Path(report["report"]).read_text(encoding="utf-8")
