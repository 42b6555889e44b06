"""A page for each mechanism of the model: from its docstring, parameters, switches and tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from markdown_parts import code, page, parameter_row, plain, table

from sahelsim.base.formatting import exact
from sahelsim.model.day import PHASES
from sahelsim.model.parameters import Parameters
from sahelsim.theatre import load_theatre
from sahelsim.theatre.records import Mechanism

REPO = Path(__file__).resolve().parents[1]
MODEL = REPO / "sahelsim" / "model"
TESTS = REPO / "tests"
INDENT = "    "


def pages() -> dict[str, str]:
    """Return the overview and the page of every file, by their paths under reference."""
    files = modules().items()
    return {
        "mechanisms": overview(),
        **{f"mechanisms/{slug(n)}": one(n, path) for n, path in files},
    }


def modules() -> dict[str, Path]:
    """Return the file of every mechanism and policy by its name in the register."""
    found = {path.stem: path for path in sorted((MODEL / "mechanisms").glob("[!_]*.py"))}
    policies = sorted((MODEL / "decisions").glob("[!_]*.py"))
    return found | {f"decisions.{path.stem}": path for path in policies}


def slug(module: str) -> str:
    """Return the name of a module's page."""
    return module.replace(".", "-")


def headline(path: Path) -> str:
    """Return the first sentence of a file's docstring, without its full stop."""
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(doc.split("\n\n")[0].split()).rstrip(".")


def body(path: Path) -> list[str]:
    """Return the blocks of a docstring after its first sentence, equations fenced."""
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    blocks: list[str] = []
    for block in doc.split("\n\n")[1:]:
        lines = block.split("\n")
        if all(line.startswith(INDENT) for line in lines):
            text = "\n".join(line.removeprefix(INDENT) for line in lines)
            if blocks and blocks[-1].startswith("```text"):
                blocks[-1] = blocks[-1].removesuffix("\n```") + f"\n\n{text}\n```"
            else:
                blocks.append(f"```text\n{text}\n```")
        elif lines[0].startswith(("- ", "* ")):
            blocks.append("\n".join(prose(line) for line in lines))
        else:
            blocks.append(prose(" ".join(line.strip() for line in lines)))
    return blocks


def prose(text: str) -> str:
    """Return running text of a docstring as Markdown."""
    text = re.sub(r":(?:mod|func|class|meth):`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)
    pieces = re.split(r"(`[^`]*`)", text.replace("``", "`"))
    special = r"[\\*<>\[\]]|(?<!\w)_|_(?!\w)"
    return "".join(
        piece if piece.startswith("`") else re.sub(special, r"\\\g<0>", piece) for piece in pieces
    )


def parameters_read(path: Path) -> list[str]:
    """Return the ids of the parameters that a file reads or declares, in the order of the files."""
    source = path.read_text(encoding="utf-8")
    names = set(re.findall(rf"\b({'|'.join(Parameters._fields)})\.(\w+)", source))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Parameters"):
            own = node.name.removesuffix("Parameters").lower()
            fields = [item.target for item in node.body if isinstance(item, ast.AnnAssign)]
            names |= {(own, field.id) for field in fields if isinstance(field, ast.Name)}
    wanted = {f"{group}.{field}" for group, field in names}
    ids = load_theatre().parameters.ids
    return [id for id in ids if ".".join(id.split(".")[:2]) in wanted]


def tests_of(module: str) -> dict[str, list[str]]:
    """Return the tests that hold a module, by file.

    Those of its own file; else those of who imports it; else those of the first file beside it in
    the register that has any.
    """
    found = _tests_of(module)
    beside = [name for item in load_theatre().mechanisms if module in item.modules
              for name in item.modules]  # fmt: skip
    while not found and beside:
        found = _tests_of(beside.pop(0))
    return found


def _tests_of(module: str) -> dict[str, list[str]]:
    name = module.split(".")[-1]
    own = TESTS / "model" / f"test_{'decide_' if '.' in module else ''}{name}.py"
    dotted = f"sahelsim.model.{'' if '.' in module else 'mechanisms.'}{module}"
    package = dotted.rpartition(".")[0]
    found: dict[str, list[str]] = {}
    for path in [own] if own.exists() else sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = any(
            isinstance(node, ast.ImportFrom)
            and (
                node.module == dotted
                or (node.module == package and name in [item.name for item in node.names])
            )
            for node in ast.walk(tree)
        )
        if path == own or imports:
            found[path.relative_to(REPO).as_posix()] = [
                node.name
                for node in tree.body
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            ]
    return found


def phases_of(path: Path) -> list[tuple[str, str]]:
    """Return the phases of the day that a file carries out."""
    source = path.read_text(encoding="utf-8")
    return [(name, text) for name, text in PHASES if f"\ndef {name}(" in source]


def switch_words(mechanism: Mechanism) -> str:
    """Return the settings that put a mechanism into its other state."""
    if not mechanism.switch:
        return mechanism.note
    groups: dict[tuple[str, float], list[str]] = {}
    for id, value in mechanism.switch.items():
        groups.setdefault((".".join(id.split(".")[:2]), value), []).append(id)
    return ", ".join(
        f"`{ids[0] if len(ids) == 1 else name + '.*'}` = {exact(value)}"
        for (name, value), ids in groups.items()
    )


def overview() -> str:
    """Return the page that lists mechanisms and their files."""
    files = modules()
    rows = [
        (
            code(item.id), plain(item.title), "on" if item.by_default else "off",
            switch_words(item),
            ", ".join(f"[{name}](mechanisms/{slug(name)}.md)" for name in item.modules),
        )
        for item in load_theatre().mechanisms
    ]  # fmt: skip
    blocks = [
        "A mechanism is something that can be taken out of the model, or put in. The settings in "
        "the table do it; some lie outside a parameter's range, so `sahelsim analyse ablations` "
        "applies them itself. What each moves is in the [ablations](ablations.md); what moves "
        "nothing ships switched off.",
        table(["mechanism", "what happens", "ships", "other state", "files"], rows),
        "## Files",
        table(
            ["file", "subject"],
            [(f"[{name}](mechanisms/{slug(name)}.md)", plain(headline(path)))
             for name, path in files.items()],
        ),
    ]  # fmt: skip
    return page("Mechanisms", "Every mechanism of the model, its switch and its page", blocks)


def one(name: str, path: Path) -> str:
    """Return the page of one file of mechanisms."""
    head = headline(path)
    blocks = [plain(head) + ".", *body(path)]
    for phase, text in phases_of(path):
        blocks.append(f"Phase of the day: `{phase}`. {plain(text)}")
    rows = [
        (code(item.id), plain(item.title), "on" if item.by_default else "off",
         switch_words(item), plain(item.spec))
        for item in load_theatre().mechanisms
        if name in item.modules
    ]  # fmt: skip
    blocks += [
        "## Switches",
        table(["mechanism", "what happens", "ships", "other state", "specification"], rows),
        "What taking each out moves: [ablations](../ablations.md).",
    ]
    values = load_theatre().parameters
    if read := [values.record(id) for id in parameters_read(path)]:
        head_row = ["id", "meaning", "value", "range", "unit", "distribution", "confidence",
                    "reference"]  # fmt: skip
        blocks += [
            "## Parameters it reads",
            table(head_row, [parameter_row(item) for item in read]),
        ]
    blocks.append("## Tests that hold it")
    for file, names in tests_of(name).items():
        listed = "\n".join(f"- {n.removeprefix('test_').replace('_', ' ')}" for n in names)
        blocks.append(f"`{file}`:\n\n{listed}")
    title = name.replace("_", " ").replace("decisions.", "Policy: ")
    return page(title[0].upper() + title[1:], f"The mechanism {name} of the model", blocks)
