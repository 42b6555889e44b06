"""One small run in a directory and one in memory, shared by the tests of this room."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from sahelsim.experiment import Run, run
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.scenario.cutting import cut

DAYS, REPLICATES = 20, 23


@pytest.fixture(scope="session")
def plan() -> Scenario:
    return cut(load_scenario("documented-2023"), DAYS)


@pytest.fixture(scope="session")
def stored(plan: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Twenty-three replicates in a directory, by one worker."""
    return run(plan, REPLICATES, seed=5, workers=1, out=tmp_path_factory.mktemp("runs") / "one")


@pytest.fixture(scope="session")
def in_memory(plan: Scenario) -> Run:
    """The same by two workers, in memory."""
    return run(plan, REPLICATES, seed=5, workers=2)


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond 2 kB, as on a disk with no room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files(folder: Path) -> dict[str, bytes]:
    """Content of every table of a result directory, and of its scenario."""
    kinds = ("*.parquet", "scenario.yaml")
    return {file.name: file.read_bytes() for kind in kinds for file in folder.glob(kind)}
