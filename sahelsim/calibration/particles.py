"""Many lean copies of the model that run month by month and are counted after each month.

A particle keeps what changes in its world and matters later (about 0.1 MB); logs and history are
scratch that a thread lends it for a month and empties before the next, so a thousand particles
fit in memory. Kernels release the interpreter lock, so threads use every core; what a particle
does depends on its state and key alone, never on the thread.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sahelsim.calibration.tolls import log_tolls
from sahelsim.experiment.runner import worker_count
from sahelsim.model.day import run_days
from sahelsim.model.health import check_health
from sahelsim.model.parameters import Parameters
from sahelsim.model.world import FROZEN, World, copy_world
from sahelsim.theatre.actors import N_STATES

Floats = NDArray[np.float64]

SCRATCH = ("orders", "events", "history")
SB_DEATHS, SB_EVENTS, ALL_DEATHS, ALL_EVENTS = range(4)  # counted by country and month
COUNTED = ("sb_deaths", "sb_events", "all_deaths", "all_events")  # events: those with a death
OF_TARGET = {"sb": (SB_DEATHS, SB_EVENTS), "all": (ALL_DEATHS, ALL_EVENTS)}


@dataclass
class Particle:
    """One possible world.

    Attributes:
        world: Its state; orders, events and history are those of the template and never written.
        parameters: The parameters it lives under.
    """

    world: World
    parameters: Parameters

    def copy(self, seed: int, replicate: int) -> Particle:
        """A copy that draws by another key from now on."""
        return Particle(lean_copy(self.world, seed, replicate), self.parameters)


def lean_copy(world: World, seed: int, replicate: int) -> World:
    """Copy what a particle keeps, under a key; logs and history stay those of ``world``."""
    copy = World(
        *(
            part
            if name in FROZEN or name in SCRATCH
            else type(part)(*(array.copy() for array in part))
            for name, part in zip(World._fields, world, strict=True)
        )
    )
    copy.clock.key[:] = seed, replicate
    return copy


class Herd:
    """Runs particles on threads.

    Args:
        start: A World of the same sizes, whose logs and history serve as the pattern of scratch.
        workers: Threads; None for all cores.
    """

    def __init__(self, start: World, workers: int | None = None) -> None:
        self._workers = worker_count(workers)
        self._scratch: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        for _ in range(self._workers):
            lent = copy_world(start)
            self._scratch.put({name: getattr(lent, name) for name in SCRATCH})
        self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="sahelsim")

    def __enter__(self) -> Herd:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def run(
        self,
        particles: Sequence[Particle],
        days: int,
        progress: Callable[[int], None] | None = None,
    ) -> Floats:
        """Run every particle ``days`` days on and count: [particles, S, len(COUNTED)].

        Raises:
            ModelFault: a log is full or a number is not finite.
        """
        size = -(-len(particles) // (4 * self._workers))
        parts = [particles[i : i + size] for i in range(0, len(particles), size)]
        jobs = [self._pool.submit(self._run_some, part, days) for part in parts]
        counts = []
        for part, job in zip(parts, jobs, strict=True):
            counts.append(job.result())
            if progress is not None:
                progress(len(part))
        return np.concatenate(counts)

    def _run_some(self, particles: Sequence[Particle], days: int) -> Floats:
        scratch = self._scratch.get()
        try:
            return np.stack([_run_one(particle, days, scratch) for particle in particles])
        finally:
            self._scratch.put(scratch)


def _run_one(particle: Particle, days: int, scratch: dict[str, Any]) -> Floats:
    world = particle.world._replace(**scratch)
    world.events.count[:] = 0
    world.orders.count[:] = 0
    world.orders.cursor[:] = 0
    run_days(world, particle.parameters, days)
    check_health(world, "forecast")
    return count_month(world)


def count_month(world: World) -> Floats:
    """Deaths and fatal events of the log, by country [S, len(COUNTED)].

    An operation that kills fighters and civilians is a state-based and a one-sided event.
    """
    country, dead = log_tolls(world)
    fatal = (dead > 0.0).astype(np.float64)
    columns = {
        SB_DEATHS: dead[:, 0],
        SB_EVENTS: fatal[:, 0],
        ALL_DEATHS: dead.sum(axis=1),
        ALL_EVENTS: fatal.sum(axis=1),
    }
    result = np.zeros((N_STATES, len(COUNTED)))
    for column, values in columns.items():
        result[:, column] = np.bincount(country + 1, values, minlength=N_STATES + 1)[1:]
    return result
