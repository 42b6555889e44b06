"""Where results go: ``outputs/<scenario>-<time>-<hash>`` under the current folder."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from sahelsim.scenario import Scenario


def result_path(plan: Scenario, replicates: int, seed: int | None) -> Path:
    """A fresh directory name; the hash is that of the scenario, the replicates and the seed."""
    identity = f"{plan.digest} {replicates} {plan.seed if seed is None else seed}"
    short = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return Path("outputs") / f"{plan.id}-{datetime.now():%Y%m%d-%H%M%S}-{short}"
