"""Many runs: the runner, the result directory, tables and paired comparison."""

from __future__ import annotations

from sahelsim.experiment.comparison import Comparison, compare
from sahelsim.experiment.run import Run, load_run, run

__all__ = ["Comparison", "Run", "compare", "load_run", "run"]
