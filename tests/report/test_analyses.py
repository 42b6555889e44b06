"""Pages of comparisons and analyses: they say what the numbers say, within their policy."""

from __future__ import annotations

import base64
import hashlib
import html
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sahelsim.experiment import Comparison, Run, compare_all
from sahelsim.experiment.analysis.discovery import discover
from sahelsim.experiment.analysis.precedent import ABLATIONS, effects
from sahelsim.experiment.analysis.responses import Responses
from sahelsim.experiment.analysis.robustness import robustness
from sahelsim.experiment.analysis.sensitivity import analyse
from sahelsim.experiment.analysis.threshold import search
from sahelsim.report import chances, comparison
from sahelsim.report.analyses import discovery as discovery_page
from sahelsim.report.analyses import precedent as precedent_page
from sahelsim.report.analyses import robustness as robustness_page
from sahelsim.report.analyses import sensitivity as sensitivity_page
from sahelsim.report.analyses import threshold as threshold_page
from sahelsim.report.analyses.common import ranges_flag
from sahelsim.report.document import Document, render_document
from sahelsim.report.figures.decisions import regret_figure, tipping_figure
from sahelsim.report.figures.drivers import index_figure, tornado_figure
from sahelsim.report.figures.forest import forest_figure
from sahelsim.scenario.cutting import without as without_orders
from tests.experiment.analysis.tables import futures, runs, uniforms

HOSTILE = "<script>window.stolen = 1</script>"
HASHED = re.compile(r"'sha256-([^']+)'")


def checked(document: Document) -> str:
    """The page's text, after looking that every script is named by the policy, and no more."""
    text = render_document(document)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts
    ]
    assert sorted(digests) == sorted(HASHED.findall(html.unescape(text[:4_000])))
    assert render_document(document) == text
    assert len(text) < 6_500_000
    body = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r'(src|href)="(?!#|https://)', body)
    return text


def sentences(document: Document) -> str:
    return " ".join(document.lead)


def test_the_page_of_a_comparison(documented: Run, without: Run) -> None:
    document = comparison.build([without, documented], command="sahelsim compare a b")
    text = checked(document)
    assert document.title == "documented-2023 against no-airlift"
    assert document.reproduce[0] == ("command", "sahelsim compare a b")
    items = {
        item.outcome: item
        for item in compare_all(without, {"documented-2023": documented})["documented-2023"]
    }
    page = comparison.Page([without, documented])
    ways = [
        comparison.better(item, page.specs[id].direction)
        for id, item in items.items()
        if page.specs[id].direction != "none"
    ]
    assert f"{ways.count('better')} are better, {ways.count('worse')} worse" in document.lead[-1]
    assert document.lead[0].startswith("documented-2023, against no-airlift over 12 pairs – ")
    # whatever comes of it, civilians are in the answer
    assert re.search("civilians killed", sentences(document), re.IGNORECASE)
    assert "To settle" in text
    (table,) = document.sections[3].blocks[0].tables
    assert len(table.rows) == len(items)
    assert [section.id for section in document.sections] == [
        "differences", "chances", "over-time", "all", "changed", "method"
    ]  # fmt: skip
    assert document.question.startswith(
        "With no-airlift as the reference, what changes under documented-2023? no-airlift: Niger "
        "lends no aircraft. documented-2023: "
    )


def test_dots_of_pairs_are_counted_as_the_caption_says(documented: Run, without: Run) -> None:
    page = comparison.Page([without, documented])
    specs = [page.specs[id] for id in comparison.HEADLINE]
    charts = chances.section(page.runs, page.items, specs).blocks[0].charts
    assert [chart.id for chart in charts] == [f"chance-{spec.id}" for spec in specs]
    for spec, chart in zip(specs, charts, strict=True):
        dots = np.array(chart.figure.data[0].x)
        good = (dots > 0 if spec.direction == "higher" else dots < 0).sum()
        side = "right" if spec.direction == "higher" else "left"
        assert f"{good} of 20 dots lie on the better side, {side} of the line" in chart.caption
        item = page.items["documented-2023"][spec.id]
        assert f"it is better in {item.probability_better(spec.direction):.0%} (" in chart.caption
    same = chances.section({"a": without, "b": without}, page_of_twins(without), specs)
    assert same.blocks[0].charts == []
    assert same.see == "No pair differs in any of the main outcomes."


def page_of_twins(run: Run) -> dict[str, dict[str, Comparison]]:
    found = compare_all(run, {"b": run})
    return {name: {item.outcome: item for item in items} for name, items in found.items()}


def test_what_is_left_out_names_a_run(documented: Run) -> None:
    def lacking(*orders: str) -> list[str]:
        run = replace(documented, scenario=without_orders(documented.scenario, orders))
        return comparison.Page([documented, run]).names

    first, second, *more = [order.id for order in documented.scenario.orders]
    assert lacking(first, second) == ["documented-2023", f"without {first} and {second}"]
    assert lacking(*more)[1] == f"without {len(more)} orders"
    run = replace(documented, scenario=without_orders(documented.scenario, [first]))
    document = comparison.build([documented, run])
    assert document.title == f"Without {first} against documented-2023"
    assert document.question.startswith(
        f"With documented-2023 as the reference, what changes without {first}? documented-2023: "
    )
    assert document.lead[0].startswith(f"Without {first}, against documented-2023 over 12 pairs")


def test_alternatives_are_told_apart_from_the_reference(documented: Run, without: Run) -> None:
    page = comparison.Page([without, documented, documented])
    assert page.names == ["no-airlift", "documented-2023", "documented-2023 (2)"]
    document = comparison.build([without, documented, documented])
    checked(document)
    chart = document.sections[0].blocks[0].charts[0]
    assert chart.title == "Killed"
    assert [trace.name for trace in chart.figure.data] == page.names[1:]


def test_hostile_names_stay_text() -> None:
    unit = uniforms(60, 2)
    frame = futures(unit, [HOSTILE, "b"]).assign(response=unit[:, 0], noise=np.nan)
    found = analyse(Responses(frame, [HOSTILE, "b"], pd.Series(dtype=object), 60, HOSTILE), "pawn")
    text = checked(sensitivity_page.build(found, "civilian_deaths", [("command", HOSTILE)]))
    assert HOSTILE not in text


def test_a_row_is_hollow_where_it_is_not_told() -> None:
    table = pd.DataFrame(
        {"difference": [1.0, 5.0], "low": [-1.0, 4.0], "high": [3.0, 6.0], "told": [False, True]},
        index=["unsure", "sure"],
    )
    (trace,) = forest_figure({"b": table}).data
    assert [symbol.endswith("-open") for symbol in trace.marker.symbol] == [True, False]
    assert list(trace.error_x.array) == [2.0, 1.0]
    assert list(trace.error_x.arrayminus) == [2.0, 1.0]


def test_the_words_of_a_sensitivity() -> None:
    unit = uniforms(200, 3)
    names = ["garrison_scale", "b", "c"]
    frame = futures(unit, names).assign(response=100 * unit[:, 0], noise=np.nan)
    found = analyse(Responses(frame, names, pd.Series({7: "x"}), 201, "s"), "pawn")
    text = sentences(sensitivity_page.build(found, "civilian_deaths", []))
    assert text.startswith("What moves civilians killed most: garrison scale")
    assert "Cannot be told from an input without effect: b and c." in text or ("c and b" in text)
    assert "200 of 201 futures are used; left out: 1 x." in text


def test_the_words_of_a_box() -> None:
    x = pd.DataFrame(uniforms(400, 3), columns=["a_b", "c", "d"])
    cases = ((x["a_b"] > 0.5) & (x["c"] < 0.5)).to_numpy()
    case = discovery_page.Case("civilian_deaths", True, 90.0, 400, int(cases.sum()), "s", "All.")
    document = discovery_page.build(discover(x, cases), case, [], "Not the whole sweep.")
    checked(document)
    assert document.title == "Which futures have civilians killed above 90 persons?"
    assert document.notes[0] == "Not the whole sweep."
    text = sentences(document)
    assert re.search(r"Most of them lie where .*a b is at least 0\.5\d*", text)
    assert re.search(r"c is at most 0\.[45]\d*", text)
    assert "Do not rely" not in text
    frail = [replace(box, limits=[replace(limit, found_again=0.2) for limit in box.limits])
             for box in discover(x, cases)]  # fmt: skip
    assert re.search(r"Do not rely on the limits of .*: only 20% and 20% of random halves",
                     sentences(discovery_page.build(frail, case, [])))  # fmt: skip
    assert "No limits of the inputs tell" in sentences(discovery_page.build([], case, []))


def test_the_words_of_robustness() -> None:
    values = {"bold": [0.0] * 6 + [90.0], "careful": [20.0] * 7}
    found = robustness(
        futures(uniforms(7, 1), ["a"]), runs(values).rename(columns={"y": "civilian_deaths"}),
        "civilian_deaths", "lower", 50.0,
    )  # fmt: skip
    document = robustness_page.build([found], [])
    checked(document)
    text = sentences(document)
    assert "careful stays nearest to the best everywhere; its largest regret is 20 persons" in text
    assert "Best most often: bold, in 86% of futures" in text
    assert "Good enough (at most 50 persons) most often: careful, in 100% of futures" in text
    (trace,) = regret_figure(found.regret).data
    assert trace.z.max() == 70.0
    assert list(trace.y) == ["bold", "careful"]


def test_all_outcomes_in_one_sentence() -> None:
    table = futures(uniforms(8, 1), ["a"])
    values = {"base": [5.0] * 8, "more": [9.0] * 8}
    down = robustness(
        table, runs(values).rename(columns={"y": "civilian_deaths"}), "civilian_deaths", "lower",
        reference="base",
    )  # fmt: skip
    up = robustness(
        table, runs(values).rename(columns={"y": "tonnes_delivered"}), "tonnes_delivered",
        "higher", reference="base",
    )  # fmt: skip
    assert robustness_page.overall([up, down]) == (
        "Policies can be told from base on tonnes delivered by air and civilians killed; no policy "
        "stays nearest to the best on every outcome: more does on tonnes delivered by air; base "
        "does on civilians killed."
    )
    assert robustness_page.overall([down]).endswith(
        "base stays nearest to the best on every outcome."
    )
    few = robustness(
        table.iloc[:3], runs({name: row[:3] for name, row in values.items()}), "y", "higher",
        reference="base",
    )  # fmt: skip
    unknown = replace(few, outcome="tonnes_delivered")
    assert robustness_page.overall([unknown, down]).startswith(
        "3 futures are too few to tell policies apart; no policy"
    )
    document = robustness_page.build([up, down], [], flag=ranges_flag(["assumed", "sourced"]))
    assert document.lead[0] == robustness_page.overall([up, down])
    assert "1 of 2 ranges assumed</span></h2>" in checked(document)
    assert ranges_flag(["derived"]) == "ranges from sources"
    assert ranges_flag([]) == ""


@pytest.mark.parametrize(
    ("target", "words"),
    [(5.0, "rises to 5 persons at supply of 2.5"), (99.0, "stays below 99 persons"),
     (-9.0, "stays above −9 persons")],
)  # fmt: skip
def test_the_words_of_a_threshold(target: float, words: str) -> None:
    found = search(lambda level: np.full(4, 2 * level), 0.0, 4.0, target)
    document = threshold_page.build(found, "supply", "1", "civilian_deaths", "s", "All.", [])
    checked(document)
    text = sentences(document).replace("-9", "−9")
    assert words in text
    assert threshold_page.NOT_ONE_WAY not in text
    turning = search(lambda level: np.full(4, (level - 2) ** 2), 0.0, 5.0, 3.0)
    page = threshold_page.build(turning, "supply", "1", "civilian_deaths", "s", "All.", [])
    assert threshold_page.NOT_ONE_WAY in page.lead
    luck = np.random.default_rng(5).normal(4.9, 1.0, 30)
    flat = search(lambda level: luck - 0.01 * level, 0.0, 4.0, 4.8)
    page = threshold_page.build(flat, "supply", "1", "civilian_deaths", "s", "All.", [])
    answer = page.lead[0]
    assert not flat.reached
    assert answer.startswith("Whether civilians killed reaches 4.8 persons between 0 and 4 of")
    assert "cannot be told" in answer
    tipping_figure(found.curve, target, (found.low, found.level, found.high), "supply", "persons")


def precedent_runs() -> pd.DataFrame:
    """Ten futures in which the loan adds one to everything, under every ablation."""
    rows = [
        {"future": future, "arm": f"{arm}{bare}", "replicate": 0, **{
            f"{quantity}_{horizon}": 2.0 + (future % 2) * 0.1 - (1.0 if bare else 0.0)
            for quantity in ("new_kinds", "grants", "sortie_days", "tonnes")
            for horizon in (180, 365)}}
        for future in range(10)
        for arm in ABLATIONS
        for bare in ("", "/without")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_words_of_a_precedent() -> None:
    runs_of_all = precedent_runs()
    found = effects(runs_of_all)
    document = precedent_page.build(found, "s", [])
    checked(document)
    text = sentences(document)
    assert text.startswith(
        "In this model the loan makes later help likelier: within 365 days, grants of other "
        "support are 1 more"
    )
    assert "Within 180 days, grants of other support are 1 more" in text
    assert "more in 100% of futures, fewer in 0%, the same in the rest" in text
    assert document.flag == "assumed throughout"
    assert "A statement about this model" in document.notes[0]
    # every ablation leaves the effect as it is, so all of it is capability
    assert "capability 1 (1 to 1)" in text
    none = effects(runs_of_all.assign(**{f"grants_{h}": 1.0 for h in (180, 365)}))
    assert "cannot be told whether the loan matters" in sentences(
        precedent_page.build(none, "s", [])
    )


def test_bars_and_tornado_show_their_ends() -> None:
    table = pd.DataFrame(
        {"value": [0.6, 0.1], "low": [0.5, -0.05], "high": [0.7, 0.2], "first": [0.3, 0.1],
         "at_low": [-3.0, 1.0], "at_high": [2.0, 0.5], "from": [0.0, 0.0], "to": [1.0, 1.0]},
        index=["a_b", "c"],
    )  # fmt: skip
    figure = index_figure(table, floor=0.2)
    assert list(figure.layout.yaxis.ticktext) == ["a b", "c"]
    assert figure.layout.xaxis.range[0] < -0.05
    assert figure.layout.xaxis.range[1] > 0.7
    assert len(figure.data) == 2
    low, high = tornado_figure(table, "t").data
    assert (list(low.x), list(high.x)) == ([-3.0, 1.0], [2.0, 0.5])


def test_a_difference_told_alone_is_named_as_such() -> None:
    from sahelsim.report import words
    from sahelsim.theatre import load_theatre

    def item(p: float) -> Comparison:
        return Comparison(
            "civilian_deaths", 20, 10.0, 15.0, 5.0, 1.0, 9.0, 0.7, math.nan, 2.0, 4.0, 8.0,
            p, p, 40,
        )  # fmt: skip

    spec = load_theatre().outcome("civilian_deaths")
    (told,) = words.changed([(spec, item(0.01))], "other", 20)
    assert told.startswith("Civilians killed: 5")
    (alone,) = words.changed([(spec, item(0.2))], "other", 20)
    assert alone.startswith("Told from zero if looked at alone, not among 40 differences")
    assert "cannot be told from zero among 40 differences" in words.difference(item(0.2), "persons")
