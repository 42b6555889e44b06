"""The runner of real sweeps: the model itself, one template a policy and future."""

from __future__ import annotations

from collections import OrderedDict

from sahelsim import __version__
from sahelsim.base.errors import EnvironmentFault
from sahelsim.experiment.sweep.series import read_places, read_series
from sahelsim.experiment.sweep.spec import Policy
from sahelsim.experiment.sweep.work import Done, Job, Piece
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.model.health import check_health
from sahelsim.model.kernel import source_hash
from sahelsim.model.outcomes import outcomes
from sahelsim.model.posterior import shipped_posterior
from sahelsim.model.world import World
from sahelsim.scenario import Scenario, cut
from sahelsim.scenario.schema import FrozenMapping

_TEMPLATES = 4  # templates a worker keeps: the waves of one cell follow one another closely


class Simulator:
    """Runs the model.

    Args:
        job: The job.

    Raises:
        EnvironmentFault: SS4140, this process has another version of sahelsim.
    """

    def __init__(self, job: Job) -> None:
        self._posterior = shipped_posterior() if job.posterior else None
        drawn = self._posterior.digest if self._posterior else None
        if (job.version, job.model_hash, job.posterior) != (__version__, source_hash(), drawn):
            raise EnvironmentFault(
                "SS4140",
                f"a worker runs sahelsim {__version__} ({source_hash()}), the sweep "
                f"{job.version} ({job.model_hash}), or their posteriors differ",
                hint="install the same version of sahelsim, Numba and NumPy everywhere",
            )
        self._job = job
        self._known: OrderedDict[tuple[int, tuple[float, ...]], Template] = OrderedDict()
        self._used: tuple[Template, World] | None = None
        shared = template(cut(job.policies[0].plan, 1))  # load the kernels before the first run
        run_days(shared.world(0), shared.parameters, 0)

    def __call__(self, piece: Piece, replicate: int, daily: bool) -> Done:
        """Run one replicate to the end.

        Raises:
            ModelFault: a log is full or a number is not finite.
        """
        shared = self._template(piece)
        drawn = shared.drawn(piece.seed, replicate)
        used = self._used[1] if self._used is not None and self._used[0] is shared else None
        self._used = None  # a World in which a run went wrong is not used again
        world = drawn.world(piece.seed, replicate, used)
        run_days(world, drawn.parameters, shared.plan.days)
        check_health(world, shared.plan.id)
        row = list(outcomes(world, shared.names).values())
        self._used = (shared, world)
        wanted = self._job.daily if daily else None
        series = read_series(world, wanted.series, wanted.every_days) if wanted else None
        return Done(row, series, read_places(world))

    def _template(self, piece: Piece) -> Template:
        at = (piece.policy, piece.values)
        if at not in self._known:
            while len(self._known) >= _TEMPLATES:
                self._known.popitem(last=False)
            self._known[at] = template(self._plan(piece), posterior=self._posterior)
        self._known.move_to_end(at)
        return self._known[at]

    def _plan(self, piece: Piece) -> Scenario:
        job, policy = self._job, self._job.policies[piece.policy]
        values = zip(job.targets, job.whole, piece.values, strict=True)
        return changed(policy, {t: int(v) if whole else v for t, whole, v in values})


def changed(policy: Policy, values: dict[str, float]) -> Scenario:
    """The scenario of a policy in a future.

    Args:
        policy: The policy.
        values: Target -> value. What does not apply to the policy is left out.
    """
    plan = policy.plan
    applied = {target: value for target, value in values.items() if policy.applies(target)}
    parameters = {t: v for t, v in applied.items() if not t.startswith("orders.")}
    arguments: dict[str, dict[str, float]] = {}
    for target in applied.keys() - parameters.keys():
        _, order, name = target.split(".", 2)
        arguments.setdefault(order, {})[name] = applied[target]
    orders = plan.orders
    if arguments:
        orders = tuple(
            order.model_copy(
                update={"arguments": FrozenMapping({**order.arguments, **arguments[order.id]})}
            )
            if order.id in arguments
            else order
            for order in orders
        )
    return plan.model_copy(
        update={"parameters": FrozenMapping({**plan.parameters, **parameters}), "orders": orders}
    )
