"""The shipped table of ablations: a page in Markdown and every difference as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sahelsim.base.formatting import number, plural

if TYPE_CHECKING:
    from sahelsim.calibration.ablation import Ablations

PAGE, TABLE = "ablations.md", "ablations.csv"
TOP = 3  # outcomes named for each mechanism


def write_ablations(found: Ablations, command: str, folder: Path) -> tuple[Path, Path]:
    """Write the page and the table into ``folder``; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, table = folder / PAGE, folder / TABLE
    page.write_text(markdown(found, command), encoding="utf-8", newline="\n")
    rounded = found.table.map(lambda x: float(f"{x:.4g}") if isinstance(x, float) else x)
    rounded.to_csv(table, index=False, lineterminator="\n")
    return page, table


def markdown(found: Ablations, command: str) -> str:
    """Return the page: the rule, what ships and moves nothing, and a row for each mechanism."""
    summary = found.summary.copy()
    summary["size"] = summary["z"].abs()
    summary = summary.sort_values("size", ascending=False, kind="stable")
    inside, outside = summary[summary["by_default"]], summary[~summary["by_default"]]
    idle = inside[inside["verdict"] == "nothing"]
    words = (
        "Every mechanism that ships switched on moves something."
        if idle.empty
        else f"{plural(len(idle), 'mechanism')} on by default passed no bound: "
        + ", ".join(f"`{id}`" for id in idle["mechanism"])
        + "."
    )
    blocks = [
        "---\nmyst:\n  html_meta:\n    description: What each mechanism of the model moves, by "
        "paired runs\n---",
        f"<!-- Written by `{command}`: run it again rather than edit. -->",
        "# Ablations",
        "What is a mechanism worth? Each was taken out of the model (or, where it ships switched "
        f"off, put in) and its scenario run again with the same draws: {found.replicates} pairs "
        f"of replicates ({found.parameters}). The difference of an outcome, with the "
        "mechanism less without it, is given in standard errors of its mean (z).",
        f"One outcome looked at alone would count as moved above 2. Here {found.looked_at} "
        "outcomes and stylised facts are looked at for each mechanism, so one of them has to pass "
        f"**{found.bound:.2f}** (Bonferroni: as rare, for any of them, as 2 is for one). "
        f"{words} What ships switched off and moves nothing either stays off.",
        "Size in standard errors says how sure a difference is, not how large: the difference "
        "itself stands beside it, and [the whole table](ablations.csv) has every outcome. A "
        "mechanism may move another outcome in another scenario.",
        f"```console\n$ {command}\n```",
        "## In the model",
        _table(inside, found),
        "## Left out by default",
        _table(outside, found),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(rows: pd.DataFrame, found: Ablations) -> str:
    lines = [
        "| mechanism | what happens | scenario | moved | most moved: difference (z) |",
        "|---|---|---|---|---|",
    ]
    for row in rows.to_dict("records"):
        own = found.table[found.table["mechanism"] == row["mechanism"]]
        order = own["z"].abs().sort_values(ascending=False, kind="stable").index[:TOP]
        named = [
            f"`{own.outcome[i]}` {number(own.difference[i])} ({_z(own.z[i])})"
            for i in order
            if own.difference[i] != 0.0
        ]
        moved = f"{row['moved']} of {found.looked_at}" if row["moved"] else "nothing"
        cells = (f"`{row['mechanism']}`", str(row["title"]), f"`{row['scenario']}`", moved)
        lines.append("| " + " | ".join((*cells, "; ".join(named) or "no difference")) + " |")
    return "\n".join(lines)


def _z(z: float) -> str:
    return f"{z:+.1f}" if abs(z) < 1e6 else "always"
