"""A Slurm script for a sweep: an array of shards that know nothing of one another."""

from __future__ import annotations

import shlex
from pathlib import Path

_SCRIPT = """\
#!/bin/bash
#SBATCH --job-name={id}
#SBATCH --array=1-{shards}
#SBATCH --cpus-per-task={cpus}
#SBATCH --mem={memory}
#SBATCH --time={limit}
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --output={id}-%A-%a.log
# Submit with: sbatch <this file>. A task that is stopped goes on when it is submitted again.
# Before the first time: sahelsim warm   (compiles the model once, on the login node)
# When all have ended:   {merge}
set -eu
export OMP_NUM_THREADS=1
exec {run} --shard "$SLURM_ARRAY_TASK_ID/{shards}" --workers "$SLURM_CPUS_PER_TASK" --quiet
"""


def script(
    id: str, file: str, path: Path, shards: int, *, cpus: int = 4, limit: str = "02:00:00",
    memory: str = "4G",
) -> str:  # fmt: skip
    """The text of the script.

    Args:
        id: Name of the sweep.
        file: The sweep file.
        path: Its directory, on a disk that all nodes see.
        shards: Tasks of the array.
        cpus: Cores of a task.
        limit: Time limit of a task, as Slurm writes it.
        memory: Memory of a task, as Slurm writes it.
    """
    run = shlex.join(["sahelsim", "sweep", "run", file, "--out", str(path)])
    merge = shlex.join(["sahelsim", "sweep", "merge", str(path)])
    return _SCRIPT.format(
        id=id, shards=shards, cpus=cpus, memory=memory, limit=limit, run=run, merge=merge
    )
