"""Closed forms: a calculator for planners, and the oracle of the model's tests.

Plain Python and NumPy; every function names the source of its equation. Nothing here simulates.
"""

from __future__ import annotations

from sahelsim.planner.airlift_plan import plan_airlift
from sahelsim.planner.airlift_records import AirliftPlan, PlanAssumptions

__all__ = ["AirliftPlan", "PlanAssumptions", "plan_airlift"]
