"""``sahelsim forecast`` and ``score``: files, tables, JSON and errors."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sahelsim.cli.main import main

Capture = pytest.CaptureFixture[str]
QUICK = ["--months", "2", "--draws", "4", "--conditioning-months", "2", "--seed", "3"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forecast") / "f.parquet"
    words = ["forecast", "--origin", "2021-07", *QUICK, "--out", str(path), "--target", "both"]
    assert main([*words, "--quiet"]) == 0
    return path


def test_a_forecast_file_is_in_the_form_of_the_challenge(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "f.parquet"
    assert main(["forecast", "--origin", "2021-07", *QUICK, "--out", str(out)]) == 0
    text, talk = capsys.readouterr()
    frame = pd.read_parquet(out)
    assert list(frame) == ["month_id", "country_id", "draw", "outcome"]
    assert set(frame["month_id"]) == {500, 501}
    assert set(frame["country_id"]) == {50, 47, 78}
    assert len(frame) == 2 * 3 * 4
    assert "effective particles a month" in text
    assert "2021-08  Burkina Faso  state-based deaths" in text
    assert f"score it with: sahelsim score {out} --benchmarks" in text
    assert "48 of 48 particle-months" in talk


def test_a_rolling_forecast_says_its_origins(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "f.parquet"
    words = ["forecast", "--rolling", "2021-03..2021-07", "--every", "3", *QUICK, "--lag", "3"]
    assert main([*words, "--out", str(out), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "sahelsim.forecast/1"
    assert document["origins"] == ["2021-03", "2021-06"]
    assert len(document["quantiles"]) == 2 * 2 * 3
    assert min(row["month_id"] - row["origin"] for row in document["quantiles"]) == 3
    assert list(pd.read_parquet(out)) == ["origin", "month_id", "country_id", "draw", "outcome"]


def test_scores_beside_benchmarks(file: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "scores"
    assert main(["score", str(file), "--benchmarks", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "mean of countries, state-based deaths: 6 cases of 2021-08 to 2021-09 from 1 origin" in (
        text
    )
    assert "Niger, deaths in all three types of violence: 2 cases" in text
    for name in ("conflictology-12", "negative-binomial-24", "last-poisson", "zero"):
        assert text.count(f"\n{name} ") == 8
    assert {item.name for item in out.iterdir()} == {
        "scores.csv", "scores-by-lead.csv", "cases.parquet",
    }  # fmt: skip
    cases = pd.read_parquet(out / "cases.parquet")
    table = pd.read_csv(out / "scores.csv")
    mine = cases[(cases["model"] == "forecast") & (cases["target"] == "sb")]
    row = table[(table["model"] == "forecast") & (table["target"] == "sb")].iloc[0]
    assert row["crps"] == pytest.approx(mine["crps"].mean())


def test_json_has_no_nan_and_every_lead(file: Path, capsys: Capture) -> None:
    assert main(["score", str(file), "--target", "sb", "--json"]) == 0
    text = capsys.readouterr().out
    assert "NaN" not in text
    document = json.loads(text)
    assert {row["target"] for row in document["scores"]} == {"sb"}
    assert {row["lead"] for row in document["by_lead"]} == {1, 2}


def test_own_actuals_decide(file: Path, tmp_path: Path, capsys: Capture) -> None:
    actuals = tmp_path / "a.csv"
    actuals.write_text("month_id,country_id,outcome\n500,50,900\n500,999,3\n", encoding="utf-8")
    words = ["score", str(file), "--actuals", str(actuals), "--json"]
    assert main([*words, "--target", "sb"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["scores"][0]["cases"] == 1
    assert document["scores"][0]["crps"] > 300
    assert main(words) == 3  # the file has both targets, the actuals one
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "SS7117"


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["forecast", "--out", "f.parquet"], 2, "SS1004"),
        (["forecast", "--origin", "2021-07", "--rolling", "2021-01", "--out", "f"], 2, "SS1004"),
        (["forecast", "--origin", "2021-07", "--target", "sbb", "--out", "f"], 2, "SS1003"),
        (["forecast", "--origin", "july", "--out", "f"], 3, "SS7010"),
        (["forecast", "--rolling", "2021-07..2021-01", "--out", "f"], 3, "SS7110"),
        (["forecast", "--origin", "2024-06", "--out", "f"], 3, "SS7116"),
        (["forecast", "--origin", "2018-03", "--out", "f"], 3, "SS7116"),
        (["score", "nothing.parquet"], 3, "SS7111"),
    ],
)
def test_errors(
    words: list[str], exit_code: int, code: str, tmp_path: Path, capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(words) == exit_code
    assert f"error {code}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_scoring_nothing_is_told(file: Path, capsys: Capture) -> None:
    assert main(["score", str(file), "--origins", "2019-01..2019-12"]) == 3
    assert "no forecast has an origin in 2019-01..2019-12" in capsys.readouterr().err


def test_an_interrupted_forecast_says_what_is_kept(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sahelsim.calibration.rolling.run_request", stop)
    words = [*QUICK, "--out", str(tmp_path / "f.parquet")]
    assert main(["forecast", "--origin", "2021-07", *words]) == 130
    assert "interrupted; nothing kept" in capsys.readouterr().err
    assert main(["forecast", "--rolling", "2021-06..2021-07", *words]) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_a_forecast_has_a_page(tmp_path: Path, capsys: Capture) -> None:
    page = tmp_path / "f.html"
    words = [*QUICK, "--out", str(tmp_path / "f.parquet"), "--report", str(page)]
    assert main(["forecast", "--origin", "2021-07", *words]) == 0
    assert f"page: {page}" in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert "sahelsim forecast --origin 2021-07 --months 2 --draws 4" in text
