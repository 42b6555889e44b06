from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sahelsim.calibration.derive import COUNTRIES_FILE, MONTHS_FILE
from sahelsim.calibration.observed import DATA, country_table
from sahelsim.cli.data import data
from sahelsim.cli.main import main
from tests.examples import examples, run_examples

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["", *data.commands])
def test_every_help_has_examples_that_run(name: str, capsys: Out) -> None:
    run_examples(examples(data.commands[name] if name else data), capsys)


def test_import_writes_a_table_and_tells_what_it_holds(capsys: Out) -> None:
    main(["data", "example", "ged", "--out", "ged.csv"])
    capsys.readouterr()
    assert main(["data", "import", "ged", "ged.csv", "--out", "events.parquet"]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"(?m)^2023 +mli +7 +10 +4 +21 +3$", out)
    assert "5 rows read (official), 5 kept" in err
    assert main(["data", "import", "ged", "ged.csv", "--out", "events.parquet"]) == 2
    assert "SS1008" in capsys.readouterr().err
    words = ["data", "import", "ged", "ged.csv", "--out", "events.parquet", "--force", "--json"]
    assert main(words) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["events"], document["dialect"]) == (5, "official")


def test_imported_events_replace_and_extend_what_is_shown(capsys: Out) -> None:
    main(["data", "example", "ged", "--out", "ged.csv"])
    main(["data", "import", "ged", "ged.csv", "--out", "events.parquet"])
    capsys.readouterr()
    assert main(["data", "show", "--events", "events.parquet", "--country", "mli", "--json"]) == 0
    months = {row["month_id"]: row for row in json.loads(capsys.readouterr().out)["months"]}
    shipped = country_table().query("country == 'mli'").set_index("month_id")
    assert (months[522]["all"], months[523]["all"]) == (11, 10)
    assert months[521]["all"] == shipped.loc[521, "all"] > 0


def test_a_name_that_no_pattern_knows_is_told(capsys: Out) -> None:
    text = Path(DATA / "README.md")  # a file that is no table at all
    assert main(["data", "import", "ged", str(text), "--out", "events.parquet"]) == 3
    assert "SS7003" in capsys.readouterr().err
    main(["data", "example", "ged", "--out", "ged.csv"])
    changed = Path("ged.csv").read_text(encoding="utf-8").replace(",IS,JNIM", ",XYZ Front,JNIM")
    Path("ged.csv").write_text(changed, encoding="utf-8")
    assert main(["data", "import", "ged", "ged.csv", "--out", "events.parquet"]) == 0
    assert "counted as another armed group: XYZ Front (1)" in capsys.readouterr().err


def test_derive_writes_the_same_bytes_twice_and_keeps_what_is_there(capsys: Out) -> None:
    main(["data", "example", "ged", "--out", "ged.csv"])
    assert main(["data", "derive", "ged.csv", "--out", "a"]) == 0
    main(["data", "import", "ged", "ged.csv", "--out", "events.parquet"])
    assert main(["data", "derive", "events.parquet", "--out", "b"]) == 0
    for name in (MONTHS_FILE, COUNTRIES_FILE):
        assert Path("a", name).read_bytes() == Path("b", name).read_bytes()
    capsys.readouterr()
    assert main(["data", "derive", "ged.csv", "--out", "a"]) == 2
    assert "--force" in capsys.readouterr().err


def test_a_misspelt_source_is_told_the_nearest(capsys: Out) -> None:
    assert main(["data", "import", "gde", "x.csv", "--out", "e.parquet"]) == 2
    assert "did you mean 'ged'?" in capsys.readouterr().err
