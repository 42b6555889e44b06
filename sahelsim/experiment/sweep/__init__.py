"""Sweeps: policies × futures × replicates, run to the end whatever happens, and read as tables."""

from __future__ import annotations

from sahelsim.base.lazy import lazily

_PUBLIC = {
    "Sweep": "sahelsim.experiment.sweep.result",
    "SweepJob": "sahelsim.experiment.sweep.drive",
    "SweepSpec": "sahelsim.experiment.sweep.spec",
    "SweepStatus": "sahelsim.experiment.sweep.drive",
    "futures_table": "sahelsim.experiment.sweep.designs",
    "load_spec": "sahelsim.experiment.sweep.loading",
    "load_sweep": "sahelsim.experiment.sweep.result",
    "run_sweep": "sahelsim.experiment.sweep.drive",
    "shipped_sweeps": "sahelsim.experiment.sweep.loading",
}

__all__ = list(_PUBLIC)


__getattr__ = lazily(__name__, _PUBLIC)
