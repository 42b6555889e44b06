"""The page of a calibration: what was learnt of each parameter, and what the model still misses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sahelsim.calibration.event_table import month_start
from sahelsim.calibration.fit import Fit
from sahelsim.calibration.observed import CITATION
from sahelsim.calibration.priors import to_units
from sahelsim.calibration.summaries import SUMMARIES
from sahelsim.report import words
from sahelsim.report.document import Document
from sahelsim.report.figures.calibration import misfit_figure, thresholds_figure, update_figure
from sahelsim.report.parts import Block, Chart, Number, Section, Table
from sahelsim.report.style import BLUE, DOCUMENTED, GREY
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTOR_NAMES, STATES

QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
LITTLE = 0.2  # below this a parameter is said to be hardly identified
NOTES = [
    "The state of 20 August 2023 stands in for that of the first month, and nothing is scripted: "
    "the fit is to how violent the period was, not to what happened in it.",
    "Agreement with these summaries is no test of the model, for they were fitted. Forecasts of "
    "months after July 2023 are the test.",
    "Civilian deaths are always counted and shown. Nothing here is fit for choosing targets.",
]


def build(result: Fit) -> Document:
    """The page of a finished calibration."""
    manifest, plan = result.manifest, result.calibration.plan
    last = month_start(result.calibration.months[1])
    return Document(
        title="What the observed months say about the model's parameters",
        eyebrow=f"{plan.start:%Y-%m} to {last:%Y-%m} · {manifest['simulations']:,} runs · "
        f"seed {manifest['seed']}",
        question=plan.question,
        lead=answer(result),
        notes=NOTES,
        sections=[_parameters(result), _summaries(result), _search(result), _method()],
        reproduce=[
            ("command", str(manifest["command"])),
            ("calibration", str(manifest["file_hash"])[:12]),
            ("model", str(manifest["model_hash"])[:12]),
            ("posterior", f"{len(result.posterior)} rows, {result.posterior.digest[:12]}"),
            ("observed", CITATION),
        ],
        version=str(manifest["version"]),
    )


def answer(result: Fit) -> list[str]:
    """The finding in sentences."""
    learnt = result.parameters().sort_values("learnt", ascending=False)
    little = learnt.loc[learnt["learnt"] < LITTLE, "parameter"]
    table = result.summaries()
    missed = table[_outside(table)]
    worst = missed.reindex(missed["misfit"].abs().sort_values(ascending=False).index)
    sentences = [
        f"The data say most about {words.joined(learnt['parameter'].head(3).tolist())}.",
        f"Of {len(learnt)} parameters {len(little)} are hardly identified"
        + (f": {words.joined(little.tolist())}." if len(little) else "."),
        f"{len(table) - len(missed)} of {len(table)} observed summaries lie among the middle 90 % "
        "of the accepted runs.",
    ]
    if len(worst):
        named = [_name(id) for id in worst["summary"].head(3)]
        sentences.append(f"The model misses most in: {words.joined(named)}.")
    return sentences


def _outside(table: pd.DataFrame) -> pd.Series:
    return (table["observed"] < table["simulated_05"]) | (table["observed"] > table["simulated_95"])


def _name(id: str) -> str:
    state, _, name = id.partition(".")
    return f"{name} ({ACTOR_NAMES[state]})"


def _parameters(result: Fit) -> Section:
    table = result.parameters()
    units = to_units(result.calibration.priors, result.posterior.rows)
    quantiles = pd.DataFrame(
        {name: np.quantile(units, share, axis=0) for name, share in QUANTILES.items()},
        index=table["parameter"],
    )
    records = load_theatre().parameters
    rows: list[list[Any]] = [
        [
            row["parameter"], records.record(row["parameter"]).unit,
            f"{words.number(row['prior_05'])} to {words.number(row['prior_95'])}",
            Number(words.number(row["posterior_50"]), row["posterior_50"]),
            f"{words.number(row['posterior_05'])} to {words.number(row['posterior_95'])}",
            Number(f"{row['learnt']:.2f}", row["learnt"]),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    heads = ["parameter", "unit", "prior, 90 %", "median", "posterior, 90 %", "learnt"]
    chart = Chart(
        "update", "Prior and posterior",
        "Each parameter on its prior's own scale: 0.1 is the value below which a tenth of the "
        "prior lies. A bar as wide as the picture means that nothing was learnt.",
        update_figure(quantiles),
        Table(heads, rows, "Numbers", id="parameters-table", sortable=True),
        size="tall", unit="share of the prior below",
    )  # fmt: skip
    keys = [
        ("fill", BLUE, "posterior: 90 % thin, 50 % thick, median"),
        ("fill", GREY, "the middle of the prior"),
    ]
    return Section(
        "parameters", "What was learnt", "See which bars are short, and where they lie.",
        [Block(charts=[chart], keys=keys, wide=True)], short="Parameters",
    )  # fmt: skip


def _summaries(result: Fit) -> Section:
    table = result.summaries()
    tolerance = pd.Series(result.targets.tolerance, index=table.index)
    simulated = pd.DataFrame(
        {
            name: (table[f"simulated_{name[1:]}"] - table["observed"]) / tolerance
            for name in QUANTILES
        }
    )
    reach = 1.05 * float(simulated.abs().max().max())
    charts = []
    for state in STATES:
        here = table["summary"].str.startswith(f"{state}.")
        names = table.loc[here, "summary"].str.partition(".")[2]
        rows = [
            [name, f"{row['observed']:.2f}", f"{row['chance_sd']:.2f}",
             f"{row['discrepancy_sd']:.2f}", f"{row['simulated_50']:.2f}",
             f"{row['simulated_05']:.2f} to {row['simulated_95']:.2f}"]
            for name, row in zip(names, table[here].to_dict("records"), strict=True)
        ]  # fmt: skip
        outside = [str(name) for name in names[_outside(table[here])]]
        charts.append(
            Chart(
                f"misfit-{state}", ACTOR_NAMES[state],
                f"Outside: {words.joined(outside)}." if outside else "Nothing is outside.",
                misfit_figure(simulated[here].set_axis(names), reach),
                Table(["summary", "observed", "chance", "discrepancy", "median run", "90 %"],
                      rows, "Numbers", folded=True),
                size="rows", unit="tolerances from the observed value",
            )
        )  # fmt: skip
    meanings = [[name, summary.meaning] for name, summary in SUMMARIES.items()]
    return Section(
        "summaries", "What the model still misses",
        "See whether the line of the observed value, at 0, lies on each bar. A tolerance is the "
        "chance of the observed months and the model's discrepancy together.",
        [Block(charts=charts,
               tables=[Table(["summary", "meaning"], meanings, "What each is", folded=True)],
               keys=[("fill", BLUE, "accepted runs: 90 % thin, 50 % thick, median"),
                     ("fill", DOCUMENTED, "observed")])],
        short="Summaries",
    )  # fmt: skip


def _search(result: Fit) -> Section:
    waves = [
        [str(k), f"{wave['runs']:,}", f"{wave['left']:.1%}", f"{wave['cutoff']:.2f}",
         words.joined([f"{id} ({share:.0%})" for id, share in list(wave["worst"].items())[:4]])]
        for k, wave in enumerate(result.manifest["waves"], 1)
    ]  # fmt: skip
    generations = pd.DataFrame(result.manifest["generations"])
    rows = [
        [str(k), f"{row['threshold']:.3f}", f"{row['runs']:,}", f"{row['accepted']:,}",
         f"{row['accepted'] / max(row['runs'], 1):.0%}", f"{row['distinct']:.0f}"]
        for k, row in enumerate(generations.to_dict("records"))
    ]  # fmt: skip
    chart = Chart(
        "thresholds", "How near the accepted runs came",
        "The distance is the root mean square of the misfits, in tolerances; near 1 the misfit is "
        "what chance and discrepancy give.",
        thresholds_figure(generations),
        Table(["generation", "threshold", "points tried", "accepted", "share", "distinct points"],
              rows, "Numbers"),
        unit="distance",
    )  # fmt: skip
    heads = ["wave", "runs", "left of the box", "cutoff", "what rules out most"]
    tables = [Table(heads, waves, "History matching")] if waves else []
    return Section(
        "search", "The search", "See whether it was still getting nearer when it ended.",
        [Block(charts=[chart], tables=tables)], short="Search",
    )  # fmt: skip


def _method() -> Section:
    text = [
        "History matching: an emulator (a quadratic surface) of every summary tells where the "
        "model cannot match what was observed; what is left is searched again.",
        "Then approximate Bayesian computation by sequential Monte Carlo with replenishment "
        "(Drovandi and Pettitt 2011): points of what is left are simulated, the nearer half stays, "
        "copies of it are moved and simulated again under the threshold that it sets.",
        "Each run has its own draws, so accepted runs carry chance as well as parameters.",
        "The posterior holds the points of the last generation, of equal weight; some repeat.",
    ]
    return Section(
        "method", "How it was done", "Read this before quoting a number.", [Block(text=text)],
        short="Method",
    )  # fmt: skip
