"""Citations name version, hashes and data; a crate describes every file and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from sahelsim import __version__
from sahelsim.base.errors import InputError
from sahelsim.experiment import run
from sahelsim.experiment.citing import CRATE, TITLE, cite, write_crate
from sahelsim.scenario import cut, load_scenario

ROOT = Path(__file__).resolve().parents[2]


def test_the_software_is_cited_as_the_file_of_the_repository_says() -> None:
    kept = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert kept["title"] == TITLE
    assert kept["version"] == __version__
    assert __version__ in cite().text
    assert f"version = {{{__version__}}}" in cite().bibtex


@pytest.mark.parametrize(("parameters", "data"), [(None, True), ("central", False)])
def test_a_result_is_cited_with_its_hashes_and_the_data_behind_its_draws(
    tmp_path: Path, parameters: str | None, data: bool
) -> None:
    found = run(cut(load_scenario("no-airlift"), 2), 2, 9, out=tmp_path, parameters=parameters)
    citation = cite(tmp_path)
    assert found.manifest["scenario_hash"][:12] in citation.text
    assert "seed 9" in citation.text
    assert any("UCDP" in text for text in citation.data) is data


@pytest.mark.parametrize(
    ("rule", "words"), [({"most": 3, "until": []}, "3"), ({"most": 90, "until": [{}]}, "up to 90")]
)
def test_a_sweep_is_cited_in_words(tmp_path: Path, rule: object, words: str) -> None:
    manifest = {
        **dict.fromkeys(("title", "question", "reference", "command", "file", "started"), "x"),
        "kind": "sweep", "version": "0.1.0", "id": "dry-season", "specification": "a" * 64,
        "format": 1, "seed": 4, "shard": [1, 1],
        "identity": {"model_hash": "beef", "replicates": rule, "posterior": None},
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    text = cite(tmp_path).text
    assert f"sweep dry-season; specification {'a' * 12}; model hash beef; seed 4" in text
    assert f"replicates {words}." in text


def test_a_crate_lists_every_file_once_and_is_the_same_twice(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run(cut(load_scenario("no-airlift"), 2), 2, out=folder)
    first = write_crate(folder).read_bytes()
    assert write_crate(folder).read_bytes() == first
    graph = {entry["@id"]: entry for entry in json.loads(first)["@graph"]}
    files = {file.name for file in folder.iterdir() if file.name not in (CRATE, ".lock")}
    assert {entry for entry, what in graph.items() if what["@type"] == "File"} == files
    action = graph["#run"]
    both = [part["@id"] for part in (*action["object"], *action["result"])]
    assert sorted(both) == sorted(files)
    assert {"scenario.yaml", "posterior.parquet"} <= {part["@id"] for part in action["object"]}
    assert graph["./"]["hasPart"] == [{"@id": name} for name in sorted(files)]


def test_a_foreign_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "app"}')
    with pytest.raises(InputError, match="no manifest of sahelsim"):
        cite(tmp_path)
