"""From a spec to its futures: hand-written ones first, then those the design draws.

A design that has grown in stages keeps its earlier rows: Sobol and Saltelli designs go on with
their sequence, Latin hypercube and Morris designs add a design of their own for every stage.
SciPy and SALib draw; they come with the extra ``analysis`` and are loaded only where a design
needs them.
"""

from __future__ import annotations

import importlib
import itertools
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sahelsim.base.extra import needs_extra
from sahelsim.experiment.sweep.spec import SweepSpec, Uncertainty

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
LEVELS = {"grid": 3, "oat": 2, "morris": 4}


class Points(NamedTuple):
    """Drawn futures.

    Attributes:
        values: Values [points, uncertainties], in their units.
        unit: The same in the unit cube; NaN where they were not drawn from it.
        block: Block of each point, from 0; see ``docs/reference/sweep-layout.md``.
    """

    values: Floats
    unit: Floats
    block: npt.NDArray[np.int64]


def futures_table(spec: SweepSpec) -> pd.DataFrame:
    """The futures of a sweep, indexed by ``future``.

    Columns are ``name``, ``block``, one value an uncertainty and its ``unit.`` coordinate, as
    ``docs/reference/sweep-layout.md`` describes them. Without any hand-written or drawn future
    there is one, called ``nominal``, with every uncertainty at its best guess.

    Raises:
        MissingExtra: SS4120, the design needs SciPy or SALib and they are not installed.
    """
    import pandas as pd

    points = design_points(spec)
    named = dict(spec.named)
    if not named and not len(points.values):
        named = {"nominal": {}}
    names = list(spec.uncertainties)
    written = np.array(
        [
            [values.get(name, spec.uncertainties[name].nominal) for name in names]
            for values in named.values()
        ],
        dtype=np.float64,
    ).reshape(len(named), len(names))
    n = len(points.values)
    drawn_blocks = points.block if _grouped(spec) else len(named) + np.arange(n)
    table: dict[str, Any] = {
        "name": pd.Series([*named, *([None] * n)], dtype=object),
        "block": np.concatenate([-1 - np.arange(len(named)), drawn_blocks]).astype(np.int32),
    }
    values = np.vstack([written, points.values])
    unit = np.vstack([np.full_like(written, np.nan), points.unit])
    for k, name in enumerate(names):
        table[name] = values[:, k]
    for k, name in enumerate(names):
        table[f"unit.{name}"] = unit[:, k]
    return pd.DataFrame(table).rename_axis("future")


def _grouped(spec: SweepSpec) -> bool:
    return spec.design.method in ("oat", "morris", "saltelli")


def design_points(spec: SweepSpec) -> Points:
    """The futures that the design draws; errors are those of :func:`futures_table`."""
    wanted = list(spec.uncertainties.values())
    if spec.design.method == "none":
        return _written([], len(wanted))
    return _METHODS[spec.design.method](spec, wanted)


def _written(rows: Iterable[Iterable[float]], columns: int) -> Points:
    """Points that were not drawn from the unit cube."""
    listed = [list(row) for row in rows]
    values = np.array(listed, dtype=np.float64).reshape(len(listed), columns)
    return Points(values, np.full_like(values, np.nan), np.zeros(len(values), dtype=np.int64))


def _drawn(wanted: list[Uncertainty], unit: Floats, block: Any) -> Points:
    values = np.column_stack(
        [one.distribution.ppf(unit[:, k]) for k, one in enumerate(wanted)]
    ) if len(unit) else np.empty_like(unit)  # fmt: skip
    return Points(values, unit, np.asarray(block, dtype=np.int64))


def _spreads(spec: SweepSpec, wanted: list[Uncertainty]) -> list[Floats]:
    common = spec.design.levels or LEVELS[spec.design.method]
    return [one.distribution.spread(one.levels or common) for one in wanted]


def _grid(spec: SweepSpec, wanted: list[Uncertainty]) -> Points:
    """Every combination of levels; the last uncertainty varies fastest."""
    return _written(itertools.product(*_spreads(spec, wanted)), len(wanted))


def _list(spec: SweepSpec, wanted: list[Uncertainty]) -> Points:
    """The rows of the file; an uncertainty without a column is at its best guess."""
    rows = ([point.get(one.name, one.nominal) for one in wanted] for point in spec.points)
    return _written(rows, len(wanted))


def _oat(spec: SweepSpec, wanted: list[Uncertainty]) -> Points:
    """The best guess, then each uncertainty at each of its levels with the others at theirs."""

    def rows() -> Iterator[list[float]]:
        centre = [one.nominal for one in wanted]
        yield centre
        for k, levels in enumerate(_spreads(spec, wanted)):
            for level in levels:
                if level != centre[k]:
                    yield [*centre[:k], float(level), *centre[k + 1 :]]

    return _written(rows(), len(wanted))


def _stages(spec: SweepSpec) -> Iterator[tuple[int, int]]:
    """(seed, size) of every stage; the seed of a stage never depends on the later ones."""
    seed = spec.seed if spec.design.seed is None else spec.design.seed
    for number, size in enumerate(spec.design.futures):
        yield int(np.random.SeedSequence([seed, number]).generate_state(1)[0]), size


def _lhs(spec: SweepSpec, wanted: list[Uncertainty]) -> Points:
    qmc = _qmc()
    unit = np.vstack(
        [
            qmc.LatinHypercube(len(wanted), **_seeded(qmc.LatinHypercube, seed)).random(size)
            for seed, size in _stages(spec)
        ]
    )
    return _drawn(wanted, unit, np.arange(len(unit)))


def _sobol(spec: SweepSpec, wanted: list[Uncertainty]) -> Points:
    qmc = _qmc()
    stages = list(_stages(spec))
    sampler = qmc.Sobol(len(wanted), **_seeded(qmc.Sobol, stages[0][0]))
    with warnings.catch_warnings():  # a size that is no power of two is the user's choice
        warnings.simplefilter("ignore", UserWarning)
        unit = sampler.random(sum(size for _, size in stages))
    return _drawn(wanted, unit, np.arange(len(unit)))


def _morris(spec: SweepSpec, wanted: list[Uncertainty]) -> Points:
    sample = _salib("morris")
    levels = spec.design.levels or LEVELS["morris"]
    unit = np.vstack(
        [
            sample.sample(_problem(wanted), size, num_levels=levels, seed=seed)
            for seed, size in _stages(spec)
        ]
    )
    return _drawn(wanted, unit, np.arange(len(unit)) // (len(wanted) + 1))


def _saltelli(spec: SweepSpec, wanted: list[Uncertainty]) -> Points:
    sample = _salib("sobol")
    stages = list(_stages(spec))
    second = spec.design.second_order
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        unit = sample.sample(
            _problem(wanted), sum(size for _, size in stages), calc_second_order=second,
            seed=stages[0][0],
        )  # fmt: skip
    rows = (2 if second else 1) * len(wanted) + 2
    return _drawn(wanted, unit, np.arange(len(unit)) // rows)


_METHODS = {
    "grid": _grid, "list": _list, "oat": _oat, "lhs": _lhs, "sobol": _sobol, "morris": _morris,
    "saltelli": _saltelli,
}  # fmt: skip


def _problem(wanted: list[Uncertainty]) -> dict[str, Any]:
    """SALib draws in the unit cube; the distributions are applied here."""
    return {
        "num_vars": len(wanted),
        "names": [one.name for one in wanted],
        "bounds": [[0.0, 1.0]] * len(wanted),
    }


def _qmc() -> Any:
    with needs_extra("SciPy", "analysis", code="SS4120", what="this design"):
        from scipy.stats import qmc
    return qmc


def _salib(method: str) -> Any:
    with needs_extra("SALib", "analysis", code="SS4120", what="this design"):
        return importlib.import_module(f"SALib.sample.{method}")


def _seeded(sampler: Any, seed: int) -> dict[str, Any]:
    """SciPy 1.15 renamed ``seed`` to ``rng``; both give the same draws from a Generator."""
    import inspect

    name = "rng" if "rng" in inspect.signature(sampler).parameters else "seed"
    return {name: np.random.default_rng(seed)}
