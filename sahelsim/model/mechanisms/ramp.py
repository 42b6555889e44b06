"""Waiting for a place on the ramp, in the hours of the day that others have taken already.

An airfield of working MOG c serves c aircraft at a time for a ground time GT. An arrival finds the
load rho = ramp hours taken today / ramp hours of the day, from which the arrival rate is
lambda = rho c / GT, and waits as in M/D/c, by Erlang's C and the factor of Cosmetatos (1975):

    W = f C(c, rho c) / (c / GT - lambda),
    f = min(1, (1 + (1 - rho) (c - 1) (sqrt(4 + 5 c) - 2) / (16 rho c)) / 2).

The wait counts against the crew's duty day; it never exceeds the ramp hours left, for the ramp
shuts with the day. Off by default: the throughput formula's factor ``queue_efficiency`` stands for
queueing instead [model specification 1.5, correction 20].
"""

from __future__ import annotations

import math

from sahelsim.model.kernel import kernel


@kernel
def chance_to_wait(servers: float, offered: float) -> float:
    """Erlang's C: chance that an arrival waits; ``offered`` erlangs below ``servers``."""
    blocked = 1.0
    for n in range(1, int(servers) + 1):  # Erlang's B by its recursion, stable for any load
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1.0 - offered / servers * (1.0 - blocked))


@kernel
def ramp_wait_h(mog: float, day_h: float, left_h: float, service_h: float) -> float:
    """W, hours, of an arrival where ``left_h`` of ``day_h`` ramp hours are left."""
    load = 1.0 - left_h / day_h if day_h > 0.0 else 1.0
    if load <= 0.0 or service_h <= 0.0:
        return 0.0
    if load >= 1.0 or mog < 1.0:
        return max(0.0, left_h)
    several = (1.0 - load) * (mog - 1.0) * (math.sqrt(4.0 + 5.0 * mog) - 2.0)
    factor = min(1.0, 0.5 * (1.0 + several / (16.0 * load * mog)))
    rate = load * mog / service_h
    wait = factor * chance_to_wait(mog, load * mog) / (mog / service_h - rate)
    return min(wait, max(0.0, left_h))
