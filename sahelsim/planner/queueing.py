"""Waiting for a place on the ramp: M/M/c, M/D/c and Little's law.

Sources: Erlang 1917; Cosmetatos 1975, "Approximate explicit formulae for the average queueing
time in the processes (M/D/r) and (D/M/r)"; Little 1961.
"""

from __future__ import annotations

import math

from sahelsim.planner.checks import not_negative, positive


def utilisation(arrivals_per_h: float, service_h: float, servers: int) -> float:
    """Share of the servers' time in use; at 1 or above the queue has no steady state."""
    not_negative(arrivals_per_h=arrivals_per_h)
    positive(service_h=service_h, servers=servers)
    return arrivals_per_h * service_h / servers


def erlang_c(servers: int, offered: float) -> float:
    """Chance that an arrival waits in M/M/c; offered load in erlangs (1 where it overflows)."""
    positive(servers=servers)
    not_negative(offered=offered)
    if offered >= servers:
        return 1.0
    blocked = 1.0  # Erlang B by its recursion, stable for any load
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1.0 - offered / servers * (1.0 - blocked))


def wait_mmc_h(arrivals_per_h: float, service_h: float, servers: int) -> float:
    """Mean wait before service with exponential service times [h]; inf at full load."""
    if utilisation(arrivals_per_h, service_h, servers) >= 1.0:
        return math.inf
    delayed = erlang_c(servers, arrivals_per_h * service_h)
    return delayed / (servers / service_h - arrivals_per_h)


def wait_mdc_h(arrivals_per_h: float, service_h: float, servers: int) -> float:
    """Mean wait with a fixed service time [h]: exact for one server, else Cosmetatos.

    Lies between half the wait of M/M/c and the whole of it.
    """
    load = utilisation(arrivals_per_h, service_h, servers)
    if load >= 1.0 or load == 0.0:
        return math.inf if load >= 1.0 else 0.0
    several = (1.0 - load) * (servers - 1) * (math.sqrt(4.0 + 5.0 * servers) - 2.0)
    factor = 0.5 * (1.0 + several / (16.0 * load * servers))
    return min(1.0, factor) * wait_mmc_h(arrivals_per_h, service_h, servers)


def mean_in_system(arrivals_per_h: float, time_in_system_h: float) -> float:
    """Little's law: mean number present = arrival rate times mean time present."""
    return arrivals_per_h * time_in_system_h
