"""Small sweeps of runs that take no time, for the machinery around them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from sahelsim.base.yaml_source import parse
from sahelsim.experiment.sweep import SweepSpec
from sahelsim.experiment.sweep.loading import build_spec

SUPPORT = Path(__file__).parent / "support"
HEAD = """
id: small
title: Small
question: Does it hold?
"""
SMALL = """
days: 5
policies:
  base: {}
  none: {scenario: no-airlift}
uncertainties:
  threat.hit: {}
  weather: {parameter: weather.spell_days}
futures:
  best: {}
design: {method: lhs, futures: 3}
replicates: 6
"""


@cache
def make(text: str, folder: Path = Path()) -> SweepSpec:
    """The spec of a sweep file without its head."""
    return build_spec(parse(HEAD + text, name="sweep.yaml"), folder)


@pytest.fixture(scope="session")
def small() -> SweepSpec:
    """Two policies, four futures, six replicates: 48 runs."""
    return make(SMALL)


@pytest.fixture
def trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make fake runners importable, and tell them what is to go wrong."""
    monkeypatch.syspath_prepend(str(SUPPORT))
    monkeypatch.setenv("SWEEP_TEST", str(tmp_path))

    def tell(kind: str) -> None:
        (tmp_path / "trouble").write_text(kind)

    tell("")
    return tell
