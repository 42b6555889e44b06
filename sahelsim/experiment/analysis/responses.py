"""From the runs of a sweep to one response a future, with an account of what is missing.

Estimators of sensitivity turn one missing value into zeros or NaN without a word, so none of them
sees an incomplete future: it is left out here, and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import one_of, plural
from sahelsim.base.suggest import did_you_mean


@dataclass(frozen=True)
class Responses:
    """One outcome of one policy, future by future.

    Attributes:
        frame: Complete futures (index ``future``): ``block``, one column an input, ``unit.<input>``
            where the design has it, ``response`` (mean over replicates) and ``noise`` (variance of
            that mean over replicates; NaN with one replicate).
        inputs: The inputs that vary.
        dropped: Futures left out, with the reason.
        planned: Futures planned.
        subject: What the response is, in words: outcome, policy, reference.
    """

    frame: pd.DataFrame
    inputs: list[str]
    dropped: pd.Series
    planned: int
    subject: str

    @property
    def drawn(self) -> pd.DataFrame:
        """The futures that the design drew, in order; all of them where none was drawn.

        Hand-written futures are extremes that somebody thought of: they have no place in a share
        of futures or in a distribution.
        """
        drawn = self.frame[self.frame["block"] >= 0]
        return (drawn if len(drawn) else self.frame).sort_index()

    @property
    def account(self) -> str:
        """How many futures are used, and why the others are not."""
        used = f"{len(self.frame):,} of {self.planned:,} futures"
        if not len(self.dropped):
            return f"All {self.planned:,} futures are complete and used."
        why = self.dropped.value_counts()
        parts = [f"{count} {reason}" for reason, count in why.items()]
        return f"{used} are used; left out: {', '.join(parts)}."

    @property
    def drawn_account(self) -> str:
        """The account of an analysis that looks at the drawn futures alone."""
        written = len(self.frame) - len(self.drawn)
        if not written:
            return self.account
        return f"{self.account} {written} of them, written by hand, are not counted here."

    @property
    def noise_share(self) -> float:
        """Share of the responses' variance that is luck: mean noise over variance; NaN unknown."""
        variance = float(self.frame["response"].var(ddof=1)) if len(self.frame) > 1 else 0.0
        noise = self.frame["noise"].mean()
        return float(noise / variance) if variance > 0.0 else float("nan")


def input_names(futures: pd.DataFrame) -> list[str]:
    """Inputs of a table of futures that take more than one value."""
    names = [
        name for name in futures.columns
        if name not in ("name", "block") and not name.startswith("unit.")
    ]  # fmt: skip
    return [name for name in names if futures[name].nunique() > 1]


def known(kind: str, name: str, names: Sequence[str]) -> str:
    """``name`` if it is among ``names``.

    Raises:
        InputError: SS4203, it is not; the hint gives the nearest.
    """
    if name in names:
        return name
    hint = did_you_mean(name, names) or f"there are: {one_of(names, 20)}"
    raise InputError("SS4203", f"the sweep has no {kind} '{name}'", hint=hint)


def responses(
    futures: pd.DataFrame,
    runs: pd.DataFrame,
    outcome: str,
    policy: str,
    minus: str | None = None,
    missing: pd.DataFrame | None = None,
) -> Responses:
    """Average an outcome over the replicates of every complete future.

    Args:
        futures: Index ``future``; ``name``, ``block``, inputs and their ``unit.`` places.
        runs: ``policy, future, replicate, status`` and the outcomes, one row a run that ended.
        outcome: Outcome id.
        policy: The policy looked at.
        minus: A second policy to subtract replicate by replicate.
        missing: Planned runs that have no row, with ``policy`` and ``future``.

    Raises:
        InputError: SS4203, no such outcome or policy; SS4204, fewer than two complete futures.
    """
    known("outcome", outcome, [str(name) for name in runs.columns])
    policies = [str(name) for name in runs["policy"].unique()]
    wanted = [known("policy", name, policies) for name in (policy, minus) if name is not None]
    values: pd.Series | None = None
    reasons: dict[int, str] = {}
    for sign, name in zip((1.0, -1.0), wanted, strict=False):
        rows = runs[runs["policy"] == name]
        value = rows[outcome].astype(float).where(rows["status"].astype(str) == "ok")
        places = [rows["future"].to_numpy(), rows["replicate"].to_numpy()]
        series = pd.Series(sign * value.to_numpy(), pd.MultiIndex.from_arrays(places))
        reasons |= _reasons(rows, outcome, missing, name)
        values = series if values is None else values.add(series)
    assert values is not None
    values.index.names = ["future", "replicate"]
    grouped = values.groupby(level="future")
    complete = values.notna().groupby(level="future").all()
    good = set(complete.index[complete]) - set(reasons)
    bad = [int(future) for future in futures.index if future not in good]
    dropped = pd.Series({future: reasons.get(future, NOT_RUN) for future in bad}, dtype=object)
    frame = futures[~futures.index.isin(bad)].copy()
    if len(frame) < 2:
        raise InputError(
            "SS4204",
            f"{plural(len(frame), 'complete future')} of {len(futures)}: too few to analyse",
            hint="run the sweep to its end first, or look at what failed with: sahelsim sweep show",
        )
    frame["response"] = grouped.mean().reindex(frame.index)
    counts = grouped.count().reindex(frame.index)
    frame["noise"] = (grouped.var(ddof=1) / grouped.count()).reindex(frame.index).where(counts > 1)
    subject = f"{outcome} under {policy}" + (f" minus {minus}" if minus else "")
    return Responses(frame, input_names(futures), dropped, len(futures), subject)


NOT_RUN = "not run to the end"


def _reasons(
    rows: pd.DataFrame, outcome: str, missing: pd.DataFrame | None, policy: str
) -> dict[int, str]:
    """Future to why it is not complete: a run is missing or went wrong, or has no such outcome."""
    found: dict[int, str] = {}
    status = rows["status"].astype(str)
    for future in rows.loc[(status == "ok") & rows[outcome].isna(), "future"]:
        found[int(future)] = "in which the outcome does not apply to a run"
    for future, why in zip(rows["future"], status, strict=True):
        if why != "ok":
            found[int(future)] = f"with a run that {_WORDS.get(why, why)}"
    if missing is not None:
        for future in missing.loc[missing["policy"].astype(str) == policy, "future"]:
            found.setdefault(int(future), NOT_RUN)
    return found


_WORDS = {"failed": "failed", "crashed": "crashed", "timeout": "took too long"}
