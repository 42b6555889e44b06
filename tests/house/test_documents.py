"""The pages agree with the tree and with one another."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from sahelsim.base import errors

REPO = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md"), *(REPO / "configs").glob("*.md")]
)
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def project() -> dict[str, object]:
    return tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPO).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = [
        target
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_citation_names_the_released_version_and_licence() -> None:
    citation = yaml.safe_load((REPO / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project()["version"]
    assert citation["license"] == project()["license"]


def test_every_exit_code_of_an_error_is_documented() -> None:
    page = (REPO / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    kinds = [errors.SahelsimError, *errors.SahelsimError.__subclasses__()]
    assert len(kinds) > 5
    assert {kind.exit_code for kind in kinds} | {0, 130} == documented


def test_every_floor_is_documented() -> None:
    page = (REPO / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| \d \| `(\w+)` \|", page, re.MULTILINE))
    rooms = {folder.parent.name for folder in (REPO / "sahelsim").glob("*/__init__.py")}
    assert rooms <= documented
