"""The shipped table of validation: a page in Markdown, worst misfit first."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sahelsim.experiment.files import write_bytes
from sahelsim.report.validation import answer, percent, title

if TYPE_CHECKING:
    from sahelsim.calibration.validation import Validation

PAGE = "validation.md"


def write_table_page(
    result: Validation, face: pd.DataFrame | None, command: str, folder: Path
) -> Path:
    """Write the page into a folder that exists; return its path."""
    write_bytes(folder / PAGE, markdown(result, face, command).encode())
    return folder / PAGE


def markdown(result: Validation, face: pd.DataFrame | None, command: str) -> str:
    """The verdicts, the face check and a row for each fact."""
    blocks = [
        "---\nmyst:\n  html_meta:\n    description: What the model gives beside what UCDP "
        "counted, fact by fact\n---",
        f"<!-- Written by `{command}`: run it again rather than edit. -->",
        "# Validation",
        "The model beside UCDP GED (version 24.1, CC BY 4.0) in the same months, fact by fact, "
        "worst misfit first. The model's range holds the middle 90 % of "
        f"{result.replicates} replicates; that of the observation comes from drawing its months "
        "anew. Months after July 2023 are in no figure here.",
        " ".join(answer(result, face)),
        f"```console\n$ {command}\n```",
    ]
    if face is not None:
        blocks += ["## What happened after 20 August 2023", _face(face)]
    blocks += ["## Facts", _facts(result.facts)]
    return "\n\n".join(blocks) + "\n"


def _face(face: pd.DataFrame) -> str:
    lines = [
        "| what happened | what is scripted | replicates | 95 % interval |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row['label']} | {row['given']} | {row['hits']} of {row['replicates']} | "
        f"{percent(row['low'])} to {percent(row['high'])} |"
        for row in face.to_dict("records")
    ]
    return "\n".join(lines)


def _facts(facts: pd.DataFrame) -> str:
    lines = ["| fact | observed (90 %) | model (90 %) | verdict |", "|---|---|---|---|"]
    for row in facts.to_dict("records"):
        observed = _three(row["observed"])
        if math.isfinite(row["observed_low"]):
            observed += f" ({_three(row['observed_low'])} to {_three(row['observed_high'])})"
        model = f"{_three(row['model_low'])} to {_three(row['model_high'])}"
        lines.append(
            f"| {title(str(row['id']))} | {observed} | {_three(row['model'])} ({model}) | "
            f"{row['verdict']} |"
        )
    return "\n".join(lines)


def _three(value: float) -> str:
    return f"{value:.3g}" if math.isfinite(value) else "–"
