"""``sahelsim run``, ``report`` and ``warm``: what they print and write, and how they fail."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sahelsim.cli.main import main
from sahelsim.cli.progress import Clock, Progress
from sahelsim.experiment import load_run
from sahelsim.experiment.store import TABLES

Capture = pytest.CaptureFixture[str]


def short(out: Path | str, *more: str, replicates: int = 3, days: int = 4) -> list[str]:
    return [
        "run", "documented-2023", "--replicates", str(replicates), "--days", str(days),
        "--out", str(out), *more,
    ]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_writes_its_directory_and_says_so(here: Path, capsys: Capture) -> None:
    assert main(short("r")) == 0
    out, err = capsys.readouterr()
    wanted = {f"{name}.parquet" for name in TABLES} | {
        "manifest.json", "scenario.yaml", "report.html", "posterior.parquet",
    }  # fmt: skip
    assert {item.name for item in (here / "r").iterdir()} == wanted
    lines = out.splitlines()
    assert lines[0] == "documented-2023: 3 replicates, seed 1"
    assert re.match(r"outcome +unit +median +90 % of replicates$", lines[1])
    assert any(line.startswith("Civilians killed ") for line in lines)
    assert lines[-2:] == ["tables: r", "report: r/report.html"]
    assert "documented-2023: 3 of 3 replicates" in err
    assert "writing the report ..." in err
    html = (here / "r/report.html").read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>") or html.startswith("<!doctype html>")


def test_without_out_the_directory_has_a_name_of_its_own(here: Path, capsys: Capture) -> None:
    words = ["run", "no-airlift", "-n", "1", "--days", "2", "--no-report"]
    assert main(words) == 0
    (folder,) = (here / "outputs").iterdir()
    assert re.fullmatch(r"no-airlift-\d{8}-\d{6}-[0-9a-f]{8}", folder.name)
    assert not (folder / "report.html").exists()
    out = capsys.readouterr().out
    assert out.endswith(f"tables: outputs/{folder.name}\n")
    command = load_run(folder).manifest["command"]
    assert command == (
        f"sahelsim run no-airlift --replicates 1 --days 2 --out outputs/{folder.name} --no-report"
    )


def test_json_is_one_document(here: Path, capsys: Capture) -> None:
    assert main(short("r", "--json", "--no-report", "--seed", "7")) == 0
    out, err = capsys.readouterr()
    assert err == ""
    document = json.loads(out)
    assert (document["schema"], document["ok"]) == ("sahelsim.run/1", True)
    assert (document["scenario"], document["replicates"], document["seed"]) == (
        "documented-2023", 3, 7
    )  # fmt: skip
    assert (document["path"], document["report"]) == ("r", None)
    deaths = load_run("r").outcomes["military_deaths"]
    found = document["outcomes"]["military_deaths"]
    assert found["median"] == deaths.median()
    assert found["mean"] == pytest.approx(deaths.mean())
    assert "seed" not in document["outcomes"]


def test_quiet_prints_nothing(here: Path, capsys: Capture) -> None:
    assert main(short("r", "--quiet", "--no-report")) == 0
    assert capsys.readouterr() == ("", "")
    assert load_run("r").replicates == 3


def test_against_runs_both_with_the_same_draws_and_compares(here: Path, capsys: Capture) -> None:
    assert main(short("r", "--against", "no-airlift", "--json", days=14)) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["report"] == "r/report.html"
    other = load_run("r/against-no-airlift")
    assert other.scenario.id == document["against"]["scenario"] == "no-airlift"
    assert other.manifest["seed"] == document["seed"]
    first = load_run("r")
    difference = {item["outcome"]: item for item in document["against"]["difference"]}
    wanted = (first.outcomes["sorties"] - other.outcomes["sorties"]).mean()
    assert difference["sorties"]["difference"] == pytest.approx(wanted)
    assert wanted != 0
    assert set(difference["sorties"]) == {
        "outcome", "difference", "low", "high", "probability_greater", "told_from_zero"
    }  # fmt: skip


def test_against_shows_the_difference_in_words(here: Path, capsys: Capture) -> None:
    assert main(short("r", "--against", "no-airlift", "--no-report", "-q")) == 0
    assert main(short("r", "--against", "no-airlift", "--no-report")) == 0
    out, err = capsys.readouterr()
    assert "mean difference from no-airlift, 95 % interval" in out
    assert re.search(r"by air .* cannot be told from zero \(\S+ to \S+\)\n", out)
    assert re.search(r"Localities lost .* the same\n", out)
    assert re.search(r"with all \d+ outcomes looked at together \(Holm\)", out)
    assert "documented-2023: 3 of 3 replicates, finished earlier" in err
    assert "no-airlift: 3 of 3 replicates, finished earlier" in err


def test_against_with_one_replicate_has_no_difference(here: Path, capsys: Capture) -> None:
    words = short("r", "--against", "no-airlift", "--no-report", replicates=1)
    assert main(words) == 0
    out = capsys.readouterr().out
    assert out.startswith("documented-2023: 1 replicate, seed 1\n")
    assert "difference" not in out
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["against"]["difference"] == []


def test_set_and_days_reach_the_run(here: Path, capsys: Capture) -> None:
    words = short("r", "-q", "--no-report", "--set", "parameter.initial.garrison_scale=0.8", days=6)
    assert main(words) == 0
    run = load_run("r")
    assert run.manifest["parameters"]["initial.garrison_scale"] == 0.8
    assert run.manifest["days"] == run.daily["day"].max() + 1 == 6
    assert "--set parameter.initial.garrison_scale=0.8" in run.manifest["command"]
    assert main(short("plain", "-q", "--no-report", days=6)) == 0
    garrison = [
        item.daily.query("day == 0 and actor == 'mli'")["garrison"].mean()
        for item in (run, load_run("plain"))
    ]
    assert garrison[0] < 0.9 * garrison[1]


@pytest.mark.parametrize(
    ("words", "code", "exit_code", "message"),
    [
        (["--replicates", "0"], "SS4004", 3, "replicates = 0 lies outside its range"),
        (["--replicates", "-4"], "SS4004", 3, "replicates = -4 lies outside its range"),
        (["--replicates", "many"], "SS1003", 2, "'many' is not a valid integer"),
        (["--seed", "-1"], "SS5101", 3, "seed = -1 lies outside its range"),
        (["--seed", "4294967296"], "SS5101", 3, "seed = 4294967296 lies outside its range"),
        (["--workers", "0"], "SS4007", 3, "workers = 0 lies outside its range"),
        (["--days", "0"], "SS2220", 3, "days = 0 lies outside scenario 'documented-2023'"),
        (["--days", "220"], "SS2220", 3, "days = 220 lies outside scenario 'documented-2023'"),
        (["--against", "no-airlft"], "SS2002", 3, "unknown scenario 'no-airlft'"),
        (["--set", "nonsense"], "SS1005", 2, ""),
    ],
)
def test_wrong_requests_are_told_before_anything_is_done(
    words: list[str], code: str, exit_code: int, message: str, here: Path, capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def compiles(silent: bool) -> float:
        raise AssertionError("compiled before the request was checked")

    monkeypatch.setattr("sahelsim.cli.warm.compile_with_progress", compiles)
    assert main(["run", "documented-2023", "--out", "r", *words]) == exit_code
    out, err = capsys.readouterr()
    assert out == ""
    assert f"error {code}: " in err
    assert message in err
    assert f"more: sahelsim explain {code}" in err
    assert not (here / "r").exists()


def test_other_results_in_the_way_are_told_before_anything_is_run(
    here: Path, capsys: Capture
) -> None:
    assert main(short("r/against-no-airlift", "-q", "--no-report")) == 0
    assert main(short("r", "--against", "no-airlift", "--no-report")) == 3
    err = capsys.readouterr().err
    assert "error SS4001: r is not empty and holds no sahelsim results" in err
    assert main(short("s", "-q", "--no-report", replicates=1)) == 0
    assert main(short("s", "--json", "--no-report")) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "SS4001"
    assert "what differs: number of replicates" in error["message"]
    assert main(short("s", "--json", "--no-report", "--force")) == 0


def test_a_folder_that_cannot_be_made(here: Path, capsys: Capture) -> None:
    (here / "file").write_text("")
    assert main(short("file")) == 6
    assert "error SS6010: a file lies where a folder should be: file\n" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(here: Path, capsys: Capture) -> None:
    assert main(short("/proc/sahelsim")) == 6
    err = capsys.readouterr().err
    assert err.startswith("error SS6010: ")
    assert "tip: choose another" in err


# ---- report ------------------------------------------------------------------------------------


def test_the_report_is_written_again(here: Path, capsys: Capture) -> None:
    assert main(short("r", "-q", "--against", "no-airlift", "--no-report", days=14)) == 0
    assert main(["report", "r"]) == 0
    assert capsys.readouterr().out == "report: r/report.html\n"
    first = (here / "r/report.html").read_text(encoding="utf-8")
    assert "no-airlift" in first
    assert main(["report", "r", "--out", "page.html", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"] == "page.html"
    assert (here / "page.html").read_text(encoding="utf-8") == first


def test_figures_are_those_of_the_page_which_is_built_once(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sahelsim.report import page
    from sahelsim.report.pictures import charts_of

    built, drawn = [], []
    sections = page.sections

    def counted(material: Any) -> Any:
        built.append(material)
        return sections(material)

    def draw(below: Any, folder: Path, kind: str) -> list[Path]:
        drawn.append(below)
        return [folder / f"{chart.id}.{kind}" for chart in charts_of(below)]

    monkeypatch.setattr(page, "sections", counted)
    monkeypatch.setattr("sahelsim.report.pictures.write_figures", draw)
    assert main(short("r", "-q", "--no-report")) == 0
    assert main(["report", "r", "--figures", "svg", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(built) == len(drawn) == 1
    assert "r/figures/fan-mli-civilian_deaths.svg" in document["figures"]
    text = (here / "r/report.html").read_text(encoding="utf-8")
    assert all(f'id="{Path(file).stem}"' in text for file in document["figures"])
    assert main(["report", "r", "--figures", "png"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "report: r/report.html"
    assert "r/figures/fan-mli-civilian_deaths.png" in out


def test_no_report_of_what_is_not_there_or_not_complete(here: Path, capsys: Capture) -> None:
    assert main(["report", "nowhere"]) == 3
    assert "error SS4002: nowhere holds no results" in capsys.readouterr().err
    assert main(short("r", "-q", "--no-report")) == 0
    manifest = json.loads((here / "r/manifest.json").read_text())
    (here / "r/manifest.json").write_text(json.dumps({**manifest, "status": "running"}))
    assert main(["report", "r"]) == 3
    err = capsys.readouterr().err
    assert "error SS4005: the run in r is not complete" in err
    assert (
        "tip: go on with: sahelsim run documented-2023 --replicates 3 --days 4 --out r --no-report"
        in err
    )


# ---- warm, progress ----------------------------------------------------------------------------


def test_warm_says_whether_there_was_anything_to_do(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sahelsim.model.warmth.is_warm", lambda: True)
    assert main(["warm"]) == 0
    assert capsys.readouterr().out == "the model was compiled already\n"
    monkeypatch.setattr("sahelsim.model.warmth.is_warm", lambda: False)
    monkeypatch.setattr("sahelsim.model.warmth.compile_model", lambda: 41.6)
    assert main(["warm"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "compiling the model, once, for up to half a minute ...\ncompiled in 42 s\n"
    assert main(["warm", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["was_warm"], document["seconds"]) == (False, 41.6)


@pytest.mark.parametrize(
    ("step_s", "shown"),
    [(0.2, range(0, 101, 10)), (0.051, (0, 20, 40, 60, 80, 100)), (0, (0, 100))],
)
def test_progress_without_a_terminal_is_a_line_every_tenth_two_seconds_apart(
    step_s: float, shown: Iterable[int], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("sahelsim.cli.progress.time.monotonic", lambda: now[0])
    with Progress(200, "x") as progress:
        progress(0)
        for _ in range(200):
            now[0] += step_s
            progress(1)
    lines = capsys.readouterr().err.splitlines()
    assert [line[:4] for line in lines] == [f"{share:3d}%" for share in shown]
    assert lines[0] == "  0% x: 0 of 200 replicates"
    assert lines[-1] == f"100% x: 200 of 200 replicates, {200 * step_s:.0f} s"


def test_progress_of_a_continued_run_does_not_count_the_old_as_fast(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("sahelsim.cli.progress.time.monotonic", lambda: now[0])
    with Progress(100, "x") as progress:
        progress(50)
        for _ in range(20):
            now[0] += 0.5
            progress(1)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == " 50% x: 50 of 100 replicates, 50 of them finished earlier"
    assert lines[-1] == " 70% x: 70 of 100 replicates, 2/s, 15 s left"


def test_quiet_progress_is_silent(capsys: Capture) -> None:
    with Progress(2, "x", quiet=True) as progress:
        progress(2)
    with Clock("waiting", quiet=True):
        pass
    assert capsys.readouterr().err == ""


def on_a_terminal(command: list[str], columns: int, cwd: Path) -> tuple[str, int]:
    """Run a command with stderr on a pseudo-terminal; what it wrote there, and its exit code."""
    leader, follower = pty.openpty()
    env = {**os.environ, "COLUMNS": str(columns), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        command, stderr=follower, stdout=subprocess.DEVNULL, cwd=cwd, env=env
    )
    os.close(follower)
    written = b""
    while True:
        try:
            piece = os.read(leader, 65_536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(leader)
    return written.decode(), process.wait()


def test_the_bar_on_a_terminal(here: Path) -> None:
    words = short("r", "--no-report", replicates=20, days=10)
    text, code = on_a_terminal([sys.executable, "-m", "sahelsim", *words], 60, here)
    assert code == 0, text
    pictures = text.split("\r")
    bars = [item for item in pictures if item.startswith("[")]
    assert len(bars) >= 2
    assert bars[0].startswith(f"[{'.' * 28}] documented-2023: 0 of 20")
    assert bars[-1].startswith(f"[{'#' * 28}] documented-2023: 20 of")
    for item in bars:
        shown, _, rest = item.partition("\x1b[K")
        assert len(shown) <= 59
        assert rest.strip() == ""
    assert text.endswith("\n")


def test_the_clock_on_a_terminal_shows_the_seconds(here: Path) -> None:
    code = (
        "import time\nfrom sahelsim.cli.progress import Clock\n"
        "with Clock('at work'): time.sleep(2.3)"
    )
    text, ended = on_a_terminal([sys.executable, "-c", code], 80, here)
    assert ended == 0
    shown = [item.partition("\x1b")[0] for item in text.split("\r") if item.strip()]
    # a machine at work elsewhere may come too late for the last
    assert shown[:2] == ["at work ...", "at work ... 1 s"]
    assert shown[2:] in ([], ["at work ... 2 s"])


def test_what_follows_the_bar_shows_its_seconds_only_where_it_lasts(here: Path) -> None:
    code = (
        "import time\nfrom sahelsim.cli.progress import Progress\n"
        "with Progress(1, 'x') as progress:\n"
        " progress(0); progress(1)\n"
        " with progress.clock('joining'): time.sleep({})\n"
        "with progress.clock('never'): pass"
    )
    for seconds, after in ((0.1, []), (2.3, ["joining ... 2 s"])):
        command = [sys.executable, "-c", code.format(seconds)]
        text, ended = on_a_terminal(command, 80, here)
        assert ended == 0
        shown = [item.partition("\x1b")[0] for item in text.split("\r") if item.strip()]
        assert shown[2:] == after
        assert text.count("\n") == 1


def test_the_example_of_the_library(here: Path) -> None:
    """The names that the front door promises."""
    import sahelsim

    result = sahelsim.run("no-airlift", replicates=1, seed=3, workers=1, out="lib")
    for name in ("outcomes", "daily", "events"):
        frame: Any = getattr(result, name)
        assert isinstance(frame, pd.DataFrame)
        assert len(frame) > 0
    assert (
        result.manifest["command"] == "sahelsim.run('no-airlift', replicates=1, seed=3, out='lib')"
    )
    assert time.time() - (here / "lib/manifest.json").stat().st_mtime < 60


def test_a_dry_run_says_what_the_run_does_and_writes_nothing(here: Path, capsys: Capture) -> None:
    assert main(short("r", "--dry-run", replicates=2000)) == 0
    out, err = capsys.readouterr()
    assert "runs       2,000 replicates of 4 days from 2023-08-20, seed 1, " in out
    assert "directory  r (new)" in out
    assert re.search(r"takes      about [\d.]+ (s|min) and [\d.]+ MB, by 60 replicates run", out)
    assert "nothing was run" in err
    assert list(here.iterdir()) == []
    assert main(short("r", "--no-report", "-q")) == 0
    assert main(short("r", "--dry-run", "--json")) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "sahelsim.run.plan/1"
    (row,) = document["runs"]
    assert (row["state"], row["finished"], row["seconds"]) == ("complete", 3, None)
    assert row["specification"] == load_run("r").manifest["specification"]
    assert main(short("r", "--dry-run", replicates=4)) == 3
    assert "SS4001" in capsys.readouterr().err


def test_a_dry_run_of_a_comparison_looks_at_every_folder(here: Path, capsys: Capture) -> None:
    words = ["compare", "no-airlift", "documented-2023", "-n", "3", "--days", "4", "--out", "c"]
    assert main([*words, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "directory  c/no-airlift (new)" in out
    assert "directory  c/documented-2023 (new)" in out
    assert re.search(r"(?m)^together: about .* by 6 replicates", out)
    assert list(here.iterdir()) == []


def test_a_dry_run_does_not_compile(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sahelsim.model.warmth.is_warm", lambda: False)
    assert main(short("r", "--dry-run")) == 0
    out = capsys.readouterr().out
    assert "time and disk were not measured" in out
    assert "takes" not in out.replace("which takes", "")


def test_lines_of_json_tell_progress_and_then_the_document(here: Path, capsys: Capture) -> None:
    assert main(short("r", "--jsonl", "--no-report")) == 0
    out, err = capsys.readouterr()
    *progress, document = map(json.loads, out.splitlines())
    counted = [line for line in progress if "done" in line]
    assert {line["schema"] for line in progress} == {"sahelsim.progress/1"}
    assert (counted[0]["done"], counted[-1]["done"]) == (0, 3)
    assert counted[-1] | {"seconds": 0} == {
        "schema": "sahelsim.progress/1", "label": "documented-2023", "done": 3, "total": 3,
        "unit": "replicates", "seconds": 0,
    }  # fmt: skip
    assert {"schema": "sahelsim.progress/1", "doing": "joining the tables"} in progress
    assert err == ""
    assert main(short("r", "--json", "--no-report")) == 0
    assert json.loads(capsys.readouterr().out) == document  # and over several lines again
    assert main(["run", "no-such", "--jsonl"]) == 3
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["error"]["code"] == "SS2002"


def test_verbose_says_more_on_stderr_and_nothing_else_on_stdout(
    here: Path, capsys: Capture
) -> None:
    assert main(short("r", "--no-report", "-q")) == 0
    quiet, nothing = capsys.readouterr()
    assert main(["-v", *short("r2", "--no-report", "-q", "-j", "1")]) == 0
    loud, said = capsys.readouterr()
    assert (loud, nothing) == (quiet, "")
    specification = load_run("r2").manifest["specification"][:12]
    assert re.search(rf"specification {specification}, seed 1, .*, 1 thread, in r2\n", said)
    assert re.search(r"(?m)^compiled model: .*kernels$", said)
    assert re.search(r"(?m)^documented-2023: [\d.]+ s, tables included$", said)
    assert re.search(r"(?m)^done after [\d.]+ s$", said)
    assert main(short("r", "-v")) == 2
    assert "tip: it goes before the command: sahelsim -v ..." in capsys.readouterr().err
