"""Many runs: the runner, the result directory, tables, paired comparison; sweeps in ``sweep``."""

from __future__ import annotations

from sahelsim.experiment.comparison import Comparison, compare, compare_all
from sahelsim.experiment.run import Job, Run, load_run, prepare, run

__all__ = ["Comparison", "Job", "Run", "compare", "compare_all", "load_run", "prepare", "run"]
