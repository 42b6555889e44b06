"""Many runs: the runner, the result directory, tables, paired comparison; sweeps in ``sweep``.

The names below are loaded when they are first used, so that a worker or a short run loads no more
than it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.base.lazy import lazily

if TYPE_CHECKING:
    from sahelsim.experiment.comparison import Comparison as Comparison
    from sahelsim.experiment.comparison import compare as compare
    from sahelsim.experiment.comparison import compare_all as compare_all
    from sahelsim.experiment.running import Job as Job
    from sahelsim.experiment.running import Run as Run
    from sahelsim.experiment.running import load_run as load_run
    from sahelsim.experiment.running import prepare as prepare
    from sahelsim.experiment.running import run as run

_PUBLIC = {
    **dict.fromkeys(("Comparison", "compare", "compare_all"), "sahelsim.experiment.comparison"),
    **dict.fromkeys(("Job", "Run", "load_run", "prepare", "run"), "sahelsim.experiment.running"),
}

__all__ = ["Comparison", "Job", "Run", "compare", "compare_all", "load_run", "prepare", "run"]


__getattr__ = lazily(__name__, _PUBLIC)
