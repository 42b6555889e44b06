"""The pages can be followed: commands and Python run as printed, outputs are as shown."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from sahelsim.cli.main import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
FOLLOWED = sorted([*DOCS.glob("tutorials/*.md"), *DOCS.glob("how-to/*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fences(page: Path, *kinds: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and text of every fenced block of those kinds, in order."""
    for kind, text in FENCE.findall(page.read_text(encoding="utf-8")):
        if kind in kinds:
            yield kind, text


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each ``$`` command of a console block with the output shown below it."""
    for piece in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = piece.partition("\n")
        yield command, shown


def run(command: str) -> tuple[int, str]:
    """Run a ``sahelsim`` command line in this process; return its exit code and all it printed."""
    words = shlex.split(command)
    target = None
    if ">" in words:
        words, target = words[: words.index(">")], Path(words[-1])
    printed = io.StringIO()
    aside = io.StringIO() if target else printed
    with contextlib.redirect_stdout(aside), contextlib.redirect_stderr(printed):
        code = main(words[1:])
    if target:
        target.write_text(aside.getvalue(), encoding="utf-8")
    return code, printed.getvalue()


def as_shown(shown: str, printed: str) -> bool:
    """Compare an output with the page's, where … stands for anything."""
    pattern = re.escape(shown.strip()).replace("…", ".*")
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_can_be_followed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    names: dict[str, object] = {"__name__": "page"}
    for kind, text in fences(page, "console", "python", "yaml"):
        if kind == "python":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, page.name, "exec"), names)
        elif kind == "yaml":
            if name := re.match(r"# (\S+\.yaml)\n", text):
                (tmp_path / name.group(1)).write_text(text, encoding="utf-8")
        else:
            for command, shown in commands(text):
                if not command.startswith("sahelsim "):
                    continue
                code, printed = run(command)
                assert (code == 0) is ("error SS" not in shown), f"{command}\n{printed}"
                if shown.strip():
                    assert as_shown(shown, printed), f"{command}\n{printed}"


def test_the_tutorials_are_followed() -> None:
    names = {page.stem for page in FOLLOWED}
    assert {"first-run", "first-scenario", "in-python", "read-the-tables"} <= names


def test_an_output_that_differs_is_noticed() -> None:
    assert as_shown("a\n…\nd", "a\nb\nc\nd\n")
    assert as_shown("unit …", "unit 3.5")
    assert not as_shown("a\n…\nd", "a\nb\nc\ne\n")
    assert not as_shown("rate 2", "rate 20")


@pytest.mark.parametrize(
    "page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.relative_to(DOCS).as_posix()
)
def test_links_lead_to_a_page_and_a_heading(page: Path) -> None:
    if "_build" in page.parts:
        return
    for target, anchor in re.findall(
        r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text(encoding="utf-8")
    ):
        other = (page.parent / target) if target else page
        assert other.exists(), target
        if anchor:
            text = other.read_text(encoding="utf-8")
            titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}
            assert anchor in slugs, f"{target}#{anchor}"


def test_every_column_of_the_tables_is_described() -> None:
    import sahelsim
    from sahelsim.experiment.store import TABLES
    from sahelsim.model.events import CAUSES, EVENT_KINDS
    from sahelsim.theatre import load_theatre

    page = (DOCS / "how-to" / "read-the-tables.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    plan = sahelsim.load_scenario("documented-2023", sets={"end": "2023-08-23"})
    result = sahelsim.run(plan, replicates=1)
    shared = {"replicate", "day", "date"}
    assert set(result.tables) == set(TABLES)
    for name in TABLES:
        assert f"`{name}.parquet`" in page
        described = set(re.findall(r"`([\w<>]+)`", sections[name]))
        columns = set(result.tables[name].column_names) - shared
        if name == "outcomes":
            columns -= {outcome.id for outcome in load_theatre().outcomes}
        columns = {re.sub(r"^held_by_\w+", "held_by_<actor>", column) for column in columns}
        columns = {re.sub(r"_q(25|50|75)$", "_q05", column) for column in columns}
        assert columns <= described, name
    named = set(re.findall(r"`(\w+)`", sections["events"]))
    assert {*EVENT_KINDS.values(), *CAUSES.values()} <= named


def test_the_odd_names_every_phase_of_the_day_in_order() -> None:
    from sahelsim.model.day import PHASES

    page = (DOCS / "odd.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| `(\w+)` \| (.+) \|$", page, re.MULTILINE)
    assert rows == [tuple(phase) for phase in PHASES]


def test_the_odd_names_files_and_parameters_that_exist() -> None:
    from sahelsim.theatre import load_theatre

    page = (DOCS / "odd.md").read_text(encoding="utf-8")
    model = DOCS.parent / "sahelsim" / "model"
    submodels = page.partition("## 7. Submodels")[2].partition("## Known misfits")[0]
    named = set()
    for section in re.split(r"^### .+$", submodels, flags=re.MULTILINE)[1:]:
        folder = model
        for file in re.findall(r"`((?:\w+/)?\w+\.py)`", section):
            if "/" in file:
                folder = (model / file).parent
            assert (folder / file.split("/")[-1]).exists() or (model / file).exists(), file
            named.add(file.split("/")[-1])
    for folder in ("mechanisms", "decisions"):
        files = {file.name for file in (model / folder).glob("*.py")} - {"__init__.py"}
        assert files <= named
    mechanisms = {id.split(".")[0] for id in load_theatre().parameters.ids}
    assert mechanisms == {*re.findall(r"`(\w+)\.\*`", page), "initial"}


def test_the_doubts_name_disagreements_that_exist() -> None:
    table = DOCS.parent / "sahelsim" / "theatre" / "data" / "disagreements.csv"
    known = set(re.findall(r"^(D\d\d),", table.read_text(encoding="utf-8"), re.MULTILINE))
    page = (DOCS / "explanation" / "sources-and-doubts.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| (D\d\d),", page, re.MULTILINE)
    assert len(named) == 9
    assert set(named) <= known
    assert len(known) == 30
