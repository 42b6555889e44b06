from __future__ import annotations

import numpy as np
import pytest

from sahelsim.calibration.event_table import parse_month
from sahelsim.calibration.panel import Panel, observed_panel
from sahelsim.calibration.summaries import SUMMARIES, summarise_panel, summary_ids
from sahelsim.calibration.targets import chance, observed_targets

FIRST, LAST = parse_month("2020-01"), parse_month("2023-07")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return observed_panel(FIRST, LAST)


@pytest.fixture(scope="module")
def values(panel: Panel) -> dict[str, float]:
    return dict(zip(summary_ids(), map(float, summarise_panel(panel)), strict=True))


def test_the_observed_months_are_those_of_ucdp(values: dict[str, float]) -> None:
    """Figures of UCDP GED 24.1, 2020-01 to 2023-07, computed apart from this code."""
    back = {id: np.exp(value) for id, value in values.items()}
    for state, events, mean, sb, share in (
        ("mli", 19.1, 9.09, 3147, 1672 / 2498),
        ("bfa", 20.6, 10.48, 6468, 4102 / 5760),
        ("ner", 5.44, 12.07, 1654, 1175 / 1572),
    ):
        assert back[f"{state}.fatal_events"] - 1 == pytest.approx(events, abs=0.05)
        assert back[f"{state}.size_mean"] == pytest.approx(mean, abs=0.01)
        assert (back[f"{state}.sb_deaths"] - 1) * 43 == pytest.approx(sb, abs=0.5)
        assert values[f"{state}.insurgent_share"] == pytest.approx(share, abs=1e-3)
    assert [round(values[f"{s}.lag_1"], 2) for s in ("mli", "bfa", "ner")] == [0.05, 0.81, 0.26]
    assert back["bfa.size_median"] == pytest.approx(5.0)
    os_state = [back[f"{s}.os_state_deaths"] - 1 for s in ("mli", "bfa", "ner")]
    assert np.array(os_state) * 43 == pytest.approx([605, 637, 136], abs=0.5)


def toy() -> Panel:
    """Four months, one state with three places, hand-countable."""
    deaths = np.zeros((4, 3, 4))
    deaths[:, 0, 0] = (4, 0, 4, 0)
    places = np.array([[2, 0, 0], [0, 0, 0], [1, 0, 0], [1, 1, 0]], dtype=float)
    events = np.zeros((4, 3))
    events[:, 0] = places.sum(axis=1)
    sizes = np.array([[0, 1, 1], [0, 3, 1], [2, 4, 1], [3, 1, 2]], dtype=float)
    none = np.zeros((0, 3))
    sides = np.zeros((4, 3, 2))
    sides[:, 0] = (1, 3)
    country = np.zeros(3, dtype=np.int64)
    drift = np.array([0.1, 0.0, 0.0])
    return Panel(deaths, sides, events, places, (sizes, none, none), country, drift)


def test_summaries_of_a_hand_made_panel() -> None:
    found = dict(zip(summary_ids(), summarise_panel(toy()), strict=True))
    assert found["mli.sb_deaths"] == pytest.approx(np.log(3))
    assert found["mli.dispersion"] == pytest.approx(np.log(5 / 3))  # variance 4, mean 2, plus 1
    assert found["mli.lag_1"] == pytest.approx(-0.75)
    assert found["mli.fatal_events"] == pytest.approx(np.log(1 + 5 / 4))
    assert found["mli.size_mean"] == pytest.approx(np.log(2))
    assert found["mli.size_median"] == pytest.approx(np.log(1))
    assert found["mli.size_90"] == pytest.approx(np.log(4))
    assert found["mli.repeat_share"] == pytest.approx(1 / 3)  # of 3 after the first month
    assert found["mli.busiest_share"] == 1.0
    assert found["mli.insurgent_share"] == pytest.approx(12.5 / 17)
    assert found["mli.fighter_drift"] == 0.1
    assert all(np.isfinite(value) for value in found.values())


def test_months_drawn_twice_count_twice() -> None:
    panel, names = toy(), ("sb_deaths", "size_mean", "fatal_events")
    found = summarise_panel(panel, names, np.array([0, 0, 0, 2]))
    assert found[0] == pytest.approx(np.log(5))
    assert found[3] == pytest.approx(np.log((3 * 4 + 4) / 7))
    assert found[6] == pytest.approx(np.log(1 + 7 / 4))


def test_targets_add_chance_and_discrepancy(panel: Panel) -> None:
    some = {"sb_deaths": 0.3, "fatal_events": 0.2}
    targets = observed_targets(FIRST, LAST, some, samples=60, block=6, seed=1)
    assert targets.ids[:3] == ("mli.sb_deaths", "ner.sb_deaths", "bfa.sb_deaths")
    assert targets.discrepancy.tolist() == [0.3] * 3 + [0.2] * 3
    assert targets.tolerance == pytest.approx(np.hypot(targets.chance, targets.discrepancy))
    again = observed_targets(FIRST, LAST, some, samples=60, block=6, seed=1)
    assert again.digest == targets.digest
    single = chance(panel, ("fatal_events",), 200, 1, 1)
    blocks = chance(panel, ("fatal_events",), 200, 6, 1)
    assert blocks[2] > 1.3 * single[2]  # Burkina Faso's drift stays within blocks
    assert set(SUMMARIES) == set(summary_id.partition(".")[2] for summary_id in summary_ids())
