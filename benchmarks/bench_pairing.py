"""What a paired comparison saves: replicates to reach a half-width, keyed draws or two seeds.

python -m benchmarks.bench_pairing [--replicates 200]
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd

from benchmarks import measure
from benchmarks.page import growth
from sahelsim.experiment import comparison
from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.model.outcomes import outcomes
from sahelsim.model.posterior import choose_posterior
from sahelsim.scenario import load_scenario

SCENARIOS = ("documented-2023", "no-airlift")
SHOWN = ("military_deaths", "civilian_deaths", "siege_days", "displaced", "tonnes_to_gao")
SHARE = 0.02  # wanted half-width, as a share of the reference's mean
Z = NormalDist().inv_cdf(0.5 + comparison.LEVEL / 2)


def simulate(scenario: str, seed: int, replicates: int, parameters: str | None) -> pd.DataFrame:
    """Outcomes by replicate, at central parameters or (None) at those a run takes by default."""
    shared = template(load_scenario(scenario), posterior=choose_posterior(parameters))
    rows, world = [], None
    for replicate in range(replicates):
        drawn = shared.drawn(seed, replicate)
        world = drawn.world(seed, replicate, world)
        run_days(world, drawn.parameters, shared.plan.days)
        rows.append(outcomes(world, shared.names))
    return pd.DataFrame(rows)


def needed(spread: float, half_width: float) -> float:
    """Replicates (or pairs) for that half-width of the 95 % interval of a mean."""
    return max(2.0, math.ceil((Z * spread / half_width) ** 2))


def compare(
    sheet: measure.Sheet, replicates: int, parameters: str | None, words: str
) -> dict[str, tuple[float, float]]:
    """Add the rows of one way to choose parameters; return both spreads by outcome."""
    reference = simulate(SCENARIOS[0], 1, replicates, parameters)
    paired = simulate(SCENARIOS[1], 1, replicates, parameters)
    apart = simulate(SCENARIOS[1], 2, replicates, parameters)
    spreads = {}
    for id in SHOWN:
        keyed = float(np.std(paired[id] - reference[id], ddof=1))
        loose = float(np.std(apart[id] - reference[id], ddof=1))
        wanted = SHARE * abs(float(reference[id].mean()))
        sheet.add(f"{id}, {words}: keyed draws", [needed(keyed, wanted)], "pairs")
        sheet.add(f"{id}, {words}: two seeds", [needed(loose, wanted)], "pairs")
        saved = (loose / keyed) ** 2 if keyed > 0.0 else math.inf
        sheet.add(f"{id}, {words}: variance, two seeds / keyed draws", [saved], "x")
        spreads[id] = keyed, loose
    return spreads


def main() -> None:
    """Simulate, then reckon."""
    given = measure.options(__doc__, replicates=200)
    sheet = measure.Sheet(
        "pairing",
        "What pairing saves",
        f"See how many pairs of replicates each way needs to know a difference within {SHARE:.0%} "
        "of the reference's mean.",
        text=[
            f"{SCENARIOS[1]} against {SCENARIOS[0]}, {given.replicates} replicates each: once with "
            "the same seed, where both share every draw whose cause they share; once with two "
            "seeds. Luck alone: central parameters. Luck and parameters: each replicate draws its "
            "parameters too, which the pair shares and two seeds do not."
        ],
    )
    spreads = compare(sheet, given.replicates, "central", "luck alone")
    if choose_posterior(None) is not None:
        compare(sheet, given.replicates, None, "luck and parameters")
    keyed, loose = spreads["military_deaths"]
    n = [10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0]
    curves = {
        "keyed draws": (n, [Z * keyed / math.sqrt(k) for k in n]),
        "two seeds": (n, [Z * loose / math.sqrt(k) for k in n]),
    }
    sheet.chart(
        "Half-width by replicates",
        "95 % half-width of the difference in military deaths, luck alone.",
        growth(curves, "replicates", "persons"),
    )
    measure.publish(sheet)


if __name__ == "__main__":
    main()
