"""The documented world: localities, roads, airfields, aircraft, forces, events, parameters.

Tables lie in ``data/``, one parameter file per mechanism in ``parameters/``, and the registers of
orders and outcomes beside them. Nothing here simulates.
"""

from __future__ import annotations

from sahelsim.theatre.errors import ParameterError, TheatreError
from sahelsim.theatre.load import load_theatre
from sahelsim.theatre.parameters import ParameterSet
from sahelsim.theatre.theatre import Theatre

__all__ = ["ParameterError", "ParameterSet", "Theatre", "TheatreError", "load_theatre"]
