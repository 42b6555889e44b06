"""Parameters: from the sourced records of ``theatre/parameters`` to what kernels read.

Each mechanism declares a NamedTuple of its parameters in its own file; this module gathers them
and fills them by id (``<mechanism>.<field>``). A field with a mapping of values (by state, group,
partner, posture...) becomes a float64 array in the order of that axis. A name without a record,
or a record without a field, is an error: nothing is a magic number and nothing is unused.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, get_type_hints

from sahelsim.model.filling import fill_group
from sahelsim.model.groups import Group
from sahelsim.model.mechanisms.airlift import AirliftParameters
from sahelsim.model.mechanisms.alliance import AllianceParameters
from sahelsim.model.mechanisms.control import ControlParameters
from sahelsim.model.mechanisms.convoy import ConvoyParameters
from sahelsim.model.mechanisms.displacement import DisplacementParameters
from sahelsim.model.mechanisms.engagement import EngagementParameters
from sahelsim.model.mechanisms.holder import HolderParameters
from sahelsim.model.mechanisms.insurgency import InsurgencyParameters
from sahelsim.model.mechanisms.maintenance import MaintenanceParameters
from sahelsim.model.mechanisms.militia import MilitiaParameters
from sahelsim.model.mechanisms.observation import ObservationParameters
from sahelsim.model.mechanisms.operations import OperationsParameters
from sahelsim.model.mechanisms.partners import PartnersParameters
from sahelsim.model.mechanisms.politics import PoliticsParameters
from sahelsim.model.mechanisms.reinforcement import ReinforcementParameters
from sahelsim.model.mechanisms.siege import SiegeParameters
from sahelsim.model.mechanisms.sustainment import SustainmentParameters
from sahelsim.model.mechanisms.threat import ThreatParameters
from sahelsim.model.mechanisms.weather import WeatherParameters
from sahelsim.theatre.parameters import ParameterSet


class Parameters(Group):
    """Every parameter of the model, by mechanism."""

    weather: WeatherParameters
    airlift: AirliftParameters
    maintenance: MaintenanceParameters
    threat: ThreatParameters
    observation: ObservationParameters
    convoy: ConvoyParameters
    sustainment: SustainmentParameters
    reinforcement: ReinforcementParameters
    holder: HolderParameters
    siege: SiegeParameters
    insurgency: InsurgencyParameters
    engagement: EngagementParameters
    operations: OperationsParameters
    militia: MilitiaParameters
    control: ControlParameters
    displacement: DisplacementParameters
    alliance: AllianceParameters
    politics: PoliticsParameters
    partners: PartnersParameters


def fill_parameters(
    values: ParameterSet, like: Parameters | None = None, differing: Collection[str] = ()
) -> Parameters:
    """Fill every mechanism's parameters from a validated parameter set.

    Args:
        values: The parameter set.
        like: Parameters of another set; mechanisms without a differing parameter are taken from it.
        differing: Ids whose values are other ones there.

    Raises:
        KeyError: a field has no record of that id.
    """
    new = {id.partition(".")[0] for id in differing}
    groups: dict[str, Any] = {}
    for mechanism, kind in _kinds().items():
        if like is None or mechanism in new:
            groups[mechanism] = fill_group(kind, mechanism, values)
        else:
            groups[mechanism] = getattr(like, mechanism)
    return Parameters(**groups)


@cache
def _kinds() -> dict[str, Any]:
    """Each mechanism's group, in the order of :class:`Parameters`."""
    hints = get_type_hints(Parameters)
    return {mechanism: hints[mechanism] for mechanism in Parameters._fields}
