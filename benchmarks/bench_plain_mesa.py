"""The same model's shape as plain Mesa, checked for equal daily totals, timed in turn with ours.

python -m benchmarks.bench_plain_mesa [--rounds 7] [--days 219]
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from benchmarks import measure
from benchmarks.page import bars
from benchmarks.plain_mesa import PlainModel
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.model.series import GROUP_SERIES, STATE_SERIES
from sahelsim.model.world import ABSENT, World, copy_world
from sahelsim.scenario import load_scenario

COUNTS = (
    "civilian_deaths", "insurgent_deaths", "attacks", "garrisons_without_food", "localities_held",
)  # fmt: skip
LEVELS = ("fighters", "garrison", "displaced")


def reduced(full: Template) -> Template:
    """The engine's template with all but the six mechanisms idle."""
    start, p = copy_world(full.start), full.parameters
    start.orders.policy[:] = 0
    start.orders.row[:] = -1
    start.orders.count[0] = start.orders.scripted[0] = 0
    start.fleet.status[:] = ABSENT
    start.fleet.available_from[:] = 2**31
    start.land.militia[:] = 0.0
    start.land.besieged[:] = 0
    start.states.partner_men[:] = 0.0
    parameters = p._replace(
        insurgency=p.insurgency._replace(
            ambush_scale=math.inf, assault_weight=0.0, rival_weight=0.0
        ),
        siege=p.siege._replace(h_on=0.0),
        holder=p.holder._replace(vacant_days=math.inf),
        sustainment=p.sustainment._replace(hunger_scale_days=math.inf),
        politics=p.politics._replace(elite_on=0.0),
    )
    return replace(full, start=start, parameters=parameters, posterior=None)


def engine_totals(world: World, days: int) -> dict[str, np.ndarray]:
    """Daily totals of the engine over states and groups, by the plain model's names."""
    totals = {}
    for name in (*COUNTS, *LEVELS):
        if name in STATE_SERIES:
            block, column = world.history.state, STATE_SERIES.index(name)
        else:
            block, column = world.history.group, GROUP_SERIES.index(name)
        totals[name] = block[:days, :, column].astype(np.float64).sum(axis=1)
    return totals


def differences(shared: Template, days: int, replicate: int = 0) -> list[str]:
    """What differs between the two models after ``days`` days; empty where they agree.

    Counts must be equal, levels within what the engine's tables keep (32 bits), and the state of
    every place bit for bit.
    """
    small = reduced(shared)
    world = small.world(1, replicate)
    model = PlainModel(copy_world(world), small.parameters)
    for _ in range(days):
        model.step()
    run_days(world, small.parameters, days)
    frame = model.datacollector.get_model_vars_dataframe()
    found = []
    for name, engine in engine_totals(world, days).items():
        plain = frame[name].to_numpy(dtype=np.float64)
        exact = name in COUNTS
        if not np.allclose(plain, engine, rtol=0.0 if exact else 1e-6, atol=0.0):
            found.append(name)
    for name, engine in (
        ("control", world.land.control),
        ("collaboration", world.land.collaboration),
        ("readiness", world.land.readiness),
        ("stock_t", world.land.stock_t),
        ("displaced", world.land.displaced),
        ("fighters", world.groups.fighters.T),
    ):
        if not np.array_equal([getattr(place, name) for place in model.places], engine):
            found.append(f"{name} by place")
    return found


def main() -> None:
    """Compare, then measure."""
    given = measure.options(__doc__, rounds=7, days=219)
    shared = template(load_scenario("documented-2023"))
    if wrong := differences(shared, given.days):
        raise SystemExit(f"the two models differ in: {', '.join(wrong)}")
    small = reduced(shared)
    start, used = small.world(1, 0), shared.world(1, 0)

    def plain(by_place: bool) -> None:
        model = PlainModel(start, small.parameters, by_place=by_place)
        for _ in range(given.days):
            model.step()
        model.remove_all_agents()

    def engine(setting: Template) -> None:
        run_days(setting.world(1, 0, used), setting.parameters, given.days)

    times = measure.interleaved(
        {
            "plain Mesa": lambda: plain(True),
            "plain Mesa, model reporters only": lambda: plain(False),
            "sahelsim, the same six mechanisms": lambda: engine(small),
            "sahelsim, all mechanisms": lambda: engine(shared),
        },
        given.rounds,
    )
    sheet = measure.Sheet(
        "plain_mesa",
        "Against the same shape in plain Mesa",
        "See how many times as long a simulated day takes when the same equations are written as "
        "ordinary agents with a DataCollector.",
        text=[
            "Both models were first run side by side: daily counts are equal, every place's "
            "control, collaboration, stocks and fighters are equal bit for bit.",
            "The plain model holds six mechanisms; the engine runs the code of all of its own in "
            "both of its settings. The plain model calls the engine's compiled draws. Both favour "
            "the plain model. Set-up of a run is in all times.",
        ],
    )
    ours = times["sahelsim, the same six mechanisms"]
    for name, taken in times.items():
        per_day = [1000.0 * seconds / given.days for seconds in taken.cpu]
        sheet.add(name, per_day, "ms a day")
    for name in ("plain Mesa", "plain Mesa, model reporters only"):
        sheet.add(
            f"{name} / sahelsim, the same six mechanisms",
            measure.ratios(times[name].cpu, ours.cpu),
            "x",
            "100" if name == "plain Mesa" else "",
        )
    sheet.add(
        "plain Mesa (six mechanisms) / sahelsim, all mechanisms",
        measure.ratios(times["plain Mesa"].cpu, times["sahelsim, all mechanisms"].cpu),
        "x",
        note="the engine does far more here",
    )
    sheet.chart(
        "One simulated day", "Processor time of a simulated day; the axis is logarithmic.",
        bars(list(times), [row.value for row in sheet.rows[:4]], "ms a day", log=True),
    )  # fmt: skip
    measure.publish(sheet)


if __name__ == "__main__":
    main()
