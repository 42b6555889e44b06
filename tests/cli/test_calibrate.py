"""``sahelsim calibrate``: what it prints and writes, how it is interrupted and how it fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sahelsim.base.paths import shipped
from sahelsim.cli.main import INTERRUPTED, main
from sahelsim.model.posterior import read_posterior
from sahelsim.theatre import load_theatre

Capture = pytest.CaptureFixture[str]

FILE = """\
scenario: year.yaml
parameters: {insurgency.nu: {}, engagement.att: {}, control.rho.bfa: {}}
summaries: {sb_deaths: 0.3, fatal_events: 0.3, size_mean: 0.3}
bootstrap: {samples: 20}
history: {waves: 1, runs: 24}
sampling: {population: 20, generations: 1, most_runs: 1}
draws: 20
"""
YEAR = """\
id: year
title: A year
question: How violent is a year?
start: 2022-07-01
end: 2023-07-01
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fit.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "year.yaml").write_text(YEAR, encoding="utf-8")
    return tmp_path


def test_a_calibration_is_interrupted_goes_on_and_says_what_was_learnt(
    here: Path, capsys: Capture
) -> None:
    command = [sys.executable, "-m", "sahelsim.cli.main", "calibrate", "fit.yaml", "-j", "1"]
    first = subprocess.Popen(
        command, stderr=subprocess.PIPE, env=os.environ, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    parts = here / "outputs/fit/evaluations"
    try:
        for _ in range(4000):  # compiling comes first where nothing ran before
            if first.poll() is not None or (parts.is_dir() and any(parts.glob("*.npz"))):
                break
            time.sleep(0.1)
        first.send_signal(signal.SIGINT)
        _, talk = first.communicate(timeout=60)
    finally:
        first.kill()
    assert first.returncode == INTERRUPTED, talk
    assert "sahelsim calibrate fit.yaml -j 1" in talk
    assert any(parts.glob("*.npz"))

    assert main(["calibrate", "fit.yaml", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "sahelsim.calibrate/1"
    assert document["parameters"][0]["parameter"] == "insurgency.nu"
    assert len(document["summaries"]) == 9
    assert document["simulations"] >= 44
    posterior = read_posterior("outputs/fit/posterior.parquet", load_theatre().parameters)
    assert posterior.digest == document["posterior"]["digest"]
    recipe = posterior.about["recipe"]
    assert recipe["status"] == "complete"
    assert recipe["generations"][0]["runs"] == 20
    page = (here / "outputs/fit/report.html").read_text(encoding="utf-8")
    assert "What was learnt" in page
    assert "engagement.att" in page

    assert main(["calibrate", "fit.yaml"]) == 0
    out, err = capsys.readouterr()
    assert "posterior: outputs/fit/posterior.parquet" in out
    assert "parameter " in out
    assert f"{document['simulations']} runs" in out
    assert "wave 1 of 1: 24 of 24 runs" in err

    words = ["run", "no-airlift", "-n", "2", "--days", "5", "--no-report", "--out", "r"]
    assert main([*words, "--parameters", "outputs/fit/posterior.parquet"]) == 0
    manifest = json.loads((here / "r/manifest.json").read_text(encoding="utf-8"))
    assert manifest["posterior"]["digest"] == posterior.digest
    assert "--parameters outputs/fit/posterior.parquet" in manifest["command"]
    assert main([*words, "--parameters", "central"]) == 3
    assert "what differs: parameters" in capsys.readouterr().err


def test_a_dry_run_shows_priors_and_targets(here: Path, capsys: Capture) -> None:
    assert main(["calibrate", "fit.yaml", "--dry-run", "--waves", "2"]) == 0
    out = capsys.readouterr().out
    assert "insurgency.nu" in out
    assert "bfa.sb_deaths" in out
    assert "2 waves of 24 runs" in out
    assert not (here / "outputs").exists()


def test_the_shipped_file_goes_by_its_name(here: Path, capsys: Capture) -> None:
    assert main(["calibrate", "--dry-run", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["scenario"] == "calibration-window"
    assert (shipped("configs") / "calibration.yaml").is_file()


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("insurgency.nu", "insurgency.nuu", "SS7201"),
        ("sb_deaths", "sb_death", "SS7203"),
    ],
)
def test_a_faulty_file_is_told_at_its_line(
    text: str, words: str, code: str, here: Path, capsys: Capture
) -> None:
    (here / "fit.yaml").write_text(FILE.replace(text, words), encoding="utf-8")
    assert main(["calibrate", "fit.yaml"]) == 3
    err = capsys.readouterr().err
    assert f"error {code}" in err
    assert f"did you mean '{text}'?" in err
    assert "fit.yaml:" in err


def test_an_unknown_posterior_is_told(here: Path, capsys: Capture) -> None:
    words = ["run", "no-airlift", "-n", "1", "--days", "2", "--parameters", "none.parquet"]
    assert main(words) == 3
    assert "error SS7206" in capsys.readouterr().err
    assert not (here / "outputs").exists()
