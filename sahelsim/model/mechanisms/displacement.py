"""Displacement: people who leave a place, by an error correction towards what its dead imply.

    L_i = psi_c x deaths_i x (1 + siege_i),    d_i' = kappa (L_i - d_i) a day, d_i <= population

with psi persons displaced per death (by country; stock of the International Organization for
Migration over deaths) and a monthly adjustment of 21.2 % (Adzavon et al., IJDRR, ARDL 2018-22)
[correction 31]. ``land.displaced`` counts persons displaced from the place since the start.
"""

from __future__ import annotations

from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.world import Floats, Geography, Land

DAYS_A_MONTH = 30.4375


class DisplacementParameters(Group):
    """Numbers of ``theatre/parameters/displacement.yaml``."""

    psi: Floats
    adjustment_per_month: float
    siege_factor: float


@kernel
def displacement_day(
    geography: Geography, land: Land, displacement: DisplacementParameters
) -> None:
    """Move the displaced of every place one day towards their long-run number."""
    kappa = 1.0 - (1.0 - displacement.adjustment_per_month) ** (1.0 / DAYS_A_MONTH)
    for i in range(land.displaced.shape[0]):
        aim = displacement.psi[geography.country[i]] * land.deaths[i]
        if land.besieged[i] == 1:
            aim *= 1.0 + displacement.siege_factor
        aim = min(aim, geography.population[i])
        land.displaced[i] += kappa * (aim - land.displaced[i])
