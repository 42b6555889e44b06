"""Sightings of flights: share and delay."""

from __future__ import annotations

import pytest

from sahelsim.model.mechanisms.observation import observe_landing
from tests.model.small_world import parameters, small_world

N = 8_000


def test_share_and_median_delay() -> None:
    w = small_world()
    p = parameters("observation")
    for day in range(N):
        w.clock.day[0] = day
        observe_landing(w.clock, w.fleet, w.ledger, w.events, p, 0, 1, 0)
    seen = w.events.count[0]
    assert seen == w.ledger.sightings[0]
    assert seen / N == pytest.approx(p.sighted_share, abs=0.015)
    delays = sorted(w.events.number[:seen, 4])
    assert delays[seen // 2] == pytest.approx(p.delay_days, rel=0.15)
    assert sum(delays) == pytest.approx(w.ledger.sightings[1])


def test_unseen_when_nobody_looks() -> None:
    w = small_world()
    p = parameters("observation", sighted_share=0.0)
    assert not any(
        observe_landing(w.clock, w.fleet, w.ledger, w.events, p, 0, 1, k) for k in range(200)
    )
    assert w.events.count[0] == 0
