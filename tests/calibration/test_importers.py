from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sahelsim.base.errors import InputError, SahelsimError
from sahelsim.base.problems import InvalidInput
from sahelsim.calibration.event_table import (
    COLUMNS,
    DEATHS,
    read_events,
    write_events,
)
from sahelsim.calibration.example_data import FORMS, example
from sahelsim.calibration.import_acled import import_acled
from sahelsim.calibration.import_ged import import_ged


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "events.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_both_dialects_of_ged_give_one_table(save: Callable[..., Path]) -> None:
    official, hdx = import_ged(save(example("ged"))), import_ged(save(example("hdx")))
    assert (official.dialect, hdx.dialect) == ("official", "hdx")
    assert list(official.events.columns) == list(COLUMNS)
    assert official.events.equals(hdx.events)
    assert official.events["type"].tolist() == ["sb", "os", "sb", "ns", "sb"]
    assert official.events["locality"].tolist()[:4] == ["gao", "timbuktu", "djibo", "menaka"]
    assert official.events["best"].tolist() == [7, 4, 16, 10, 0]
    assert official.events["high"].tolist() == [9, 6, 18, 12, 2]
    assert official.events["month_id"].tolist() == [522, 522, 523, 523, 523]


def test_deaths_are_booked_on_the_side_that_suffered_them(save: Callable[..., Path]) -> None:
    events = import_ged(save(example("ged"))).events
    by_side = events[list(DEATHS)].to_dict("records")
    assert [tuple(row.values()) for row in by_side] == [
        (2, 5, 0, 0, 0), (0, 0, 0, 4, 0), (6, 9, 0, 1, 0), (0, 10, 0, 0, 0), (0, 0, 0, 0, 0),
    ]  # fmt: skip
    assert events["perpetrator"].tolist() == ["", "jnim", "", "", ""]
    assert events.loc[3, ["side_a", "side_b", "side_a_name"]].tolist() == ["issp", "jnim", "IS"]


def test_acled_events_get_the_classes_of_ucdp(save: Callable[..., Path]) -> None:
    events = import_acled(save(example("acled"))).events
    ged = import_ged(save(example("ged"))).events
    for column in ("date_end", "country", "region", "locality", "type", "side_a", "side_b", "best"):
        assert events[column].tolist() == ged[column].tolist(), column
    assert events["civilian_deaths"].tolist() == [0, 4, 0, 0, 0]
    assert events["unknown_deaths"].tolist() == [7, 0, 16, 10, 0]


def acled_row(**changes: str) -> str:
    row = {
        "event_id_cnty": "X1", "event_date": "31 July 2023", "time_precision": "2",
        "event_type": "Battles", "actor1": "JNIM: Group for Support of Islam and Muslims",
        "actor2": "VDP: Volunteers for the Defense of Homeland", "country": "Burkina Faso",
        "admin1": "Sahel", "latitude": "14.1", "longitude": "-1.6", "geo_precision": "3",
        "fatalities": "3", **changes,
    }  # fmt: skip
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


@pytest.mark.parametrize(
    ("changes", "kind", "sides"),
    [
        ({}, "sb", ("jnim", "vdp")),  # UCDP counts the VDP as the state's
        ({"actor2": "Koglweogo Militia"}, "ns", ("jnim", "communal")),
        ({"actor2": "Dozo Militia", "country": "Mali"}, "ns", ("jnim", "gatia")),
        ({"actor2": ""}, "sb", ("jnim", "bfa")),  # a device on the road
        ({"actor1": "Military Forces of Burkina Faso", "actor2": ""}, "sb", ("bfa", "other")),
        ({"actor1": "Wagner Group", "actor2": "Civilians (Mali)"}, "os", ("russia", "civilians")),
        ({"actor1": "Islamic State (West Africa) - Greater Sahara"}, "sb", ("issp", "vdp")),
        (
            {"actor1": "Islamic State West Africa Province (ISWAP) and/or Boko Haram",
             "actor2": "Military Forces of Niger (2021-2023)", "country": "Niger"},
            "sb", ("lake_chad", "ner"),
        ),
        ({"actor1": "Unidentified Armed Group", "actor2": "Fulani Ethnic Militia"}, "ns",
         ("other", "communal")),
    ],
)  # fmt: skip
def test_who_fights_whom_decides_the_type(
    changes: dict[str, str], kind: str, sides: tuple[str, str], save: Callable[..., Path]
) -> None:
    event = import_acled(save(acled_row(**changes))).events.iloc[0]
    assert (event["type"], event["side_a"], event["side_b"]) == (kind, *sides)
    assert (event["where_prec"], event["date_prec"], event["locality"]) == (4, 3, "")


def test_only_organised_violence_in_the_theatre_counts(save: Callable[..., Path]) -> None:
    lines = acled_row().splitlines()
    abroad = acled_row(event_id_cnty="X2", country="Ghana").splitlines()[1]
    protest = acled_row(event_id_cnty="X3", event_type="Protests").splitlines()[1]
    found = import_acled(save("\n".join([*lines, abroad, protest])))
    assert (len(found.events), found.rows_read) == (1, 3)
    with pytest.raises(InputError) as caught:
        import_acled(save("\n".join([lines[0], abroad, protest])))
    assert caught.value.code == "SS7007"


def test_is_in_diffa_is_the_group_of_lake_chad(save: Callable[..., Path]) -> None:
    text = example("ged").replace("14.21,1.45", "13.7,13.1")
    assert import_ged(save(text)).events["side_b"].tolist()[-1] == "lake_chad"


def test_a_vague_place_counts_in_the_rest_of_its_region(save: Callable[..., Path]) -> None:
    header, first, *_ = example("ged").splitlines()
    vague = first.replace("16.27,-0.04,1,", "16.27,-0.04,4,")
    far = first.replace("16.27,-0.04,1,", "22.5,-3.0,1,").replace("1,1,Gov", "2,1,Gov")
    events = import_ged(save("\n".join([header, vague, far]))).events
    assert events["locality"].tolist() == ["", ""]
    assert events["region"].tolist() == ["Gao", "Gao"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_other_separators_marks_and_packings_are_read(
    delimiter: str, save: Callable[..., Path], tmp_path: Path
) -> None:
    plain = import_ged(save(example("ged"))).events
    text = example("ged").replace(",", delimiter)
    tagged = text.replace("\n", "\n" + delimiter.join(["#event"] + [""] * 18) + "\n", 1)
    marked = save(tagged, encoding="utf-8-sig")
    assert import_ged(marked).events.equals(plain)
    packed = tmp_path / "events.data"
    packed.write_bytes(gzip.compress(text.encode("utf-8")))
    assert import_ged(packed).events.equals(plain)
    archive = tmp_path / "ged.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("GEDEvent.csv", text)
    assert import_ged(archive).events.equals(plain)


def test_quoted_line_breaks_keep_later_line_numbers_right(save: Callable[..., Path]) -> None:
    lines = example("ged").splitlines()
    lines[1] = lines[1].replace("Gao region", '"Gao\nregion"')
    lines[3] = lines[3].replace("2023-07-01,2023-07-01", "2023-07-01,2023-02-30")
    with pytest.raises(InvalidInput) as caught:
        import_ged(save("\n".join(lines)))
    (problem,) = caught.value.problems
    assert problem.mark is not None
    assert (problem.mark.line, problem.message) == (5, "date_end = '2023-02-30'")


def test_every_bad_cell_is_told_with_line_and_column(save: Callable[..., Path]) -> None:
    text = example("ged")
    text = text.replace("2023-06-03,2023-06-03", "2023-06-03,03.06.2023")
    text = text.replace("16.77,-3.0", "167.7,-3.0").replace(",7,3,0,0,10,", ",7,-3,0,0,ten,")
    with pytest.raises(InvalidInput) as caught:
        import_ged(save(text))
    found = [(p.mark.line, p.message) for p in caught.value.problems if p.mark]
    assert found == [
        (2, "date_end = '03.06.2023'"),
        (3, "latitude = '167.7'"),
        (5, "deaths_b = '-3'"),
        (5, "best = 'ten'"),
    ]
    shown = str(caught.value).splitlines()
    assert "^" * len("03.06.2023") + " a date as 2023-07-31 or 07/31/2023 (month first)" in shown[2]
    assert shown[1].index("03.06.2023") == shown[2].index("^")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "SS7001"),
        (example("ged").replace("latitude", "latitud"), "SS7003"),
        (example("acled"), "SS7003"),
        (example("ged") + "6,1,Government of Mali\n", "SS7002"),
        (example("ged").replace("\n2,3", "\n1,3"), "SS7005"),
        (example("ged").replace("2023-06-17,2023-06-17", "2023-06-17,2023-06-16"), "SS7006"),
        (
            example("ged").replace('"', "").replace("1,Government of Mali", '1,"Government'),
            "SS7001",
        ),
    ],
)
def test_a_wrong_file_is_refused(text: str, code: str, save: Callable[..., Path]) -> None:
    with pytest.raises(SahelsimError) as caught:
        import_ged(save(text))
    assert (caught.value.code, caught.value.exit_code) == (code, 3)


def test_a_misspelt_column_names_the_nearest(save: Callable[..., Path]) -> None:
    with pytest.raises(InputError) as caught:
        import_ged(save(example("ged").replace("latitude", "latitud")))
    assert caught.value.hint == "did you mean 'latitud'?"


def test_damaged_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "ged.csv.gz"
    path.write_bytes(gzip.compress(example("ged").encode())[:-20])
    with pytest.raises(InputError) as cut:
        import_ged(path)
    path.write_bytes("é,id\n".encode("latin-1"))
    with pytest.raises(InputError) as latin:
        import_ged(path)
    with pytest.raises(InputError) as absent:
        import_ged(tmp_path / "none.csv")
    assert [error.value.code for error in (cut, latin, absent)] == ["SS7001", "SS7001", "SS2001"]


def test_an_unclosed_quotation_mark_does_not_swallow_the_file(save: Callable[..., Path]) -> None:
    rows = example("ged").splitlines()
    rows[2] = rows[2].replace("JNIM", '"JNIM')
    with pytest.raises(InputError) as caught:
        import_ged(save("\n".join(rows)))
    assert caught.value.code in {"SS7001", "SS7002"}
    assert ":3" in str(caught.value.where)


def test_the_table_survives_its_file(save: Callable[..., Path], tmp_path: Path) -> None:
    events = import_ged(save(example("ged"))).events
    write_events(tmp_path / "e.parquet", events)
    assert read_events(tmp_path / "e.parquet").equals(events)
    events[["best", "low"]].to_parquet(tmp_path / "f.parquet")
    with pytest.raises(InputError) as caught:
        read_events(tmp_path / "f.parquet")
    assert caught.value.code == "SS7011"


def test_examples_exist_for_every_form_and_no_other() -> None:
    for form in FORMS:
        assert example(form).count("\n") == 6
    with pytest.raises(InputError) as caught:
        example("csv")
    assert caught.value.code == "SS7008"
