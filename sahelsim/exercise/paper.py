"""Pages of an exercise that need no server: templates, style sheets and scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from sahelsim.report.document import environment

FOLDER = Path(__file__).parent / "templates"


@cache
def templates() -> Environment:
    """The report's Jinja (escaping always on, unknown names an error), with this room's pages."""
    loaders = [PackageLoader("sahelsim.exercise"), PackageLoader("sahelsim.report")]
    return environment().overlay(loader=ChoiceLoader(loaders))


def fill(template: str, **values: Any) -> str:
    """A template with its values."""
    return templates().get_template(template).render(**values)


def asset(name: str) -> str:
    """A style sheet or script."""
    return (FOLDER / name).read_text(encoding="utf-8")
