"""``sahelsim migrate``: bring files of earlier versions to the present format."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.errors import UsageError
from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.base.formats import Migrated

COLOURS = {"+": "good", "-": "error", "@": "dim"}


@ui.examples("sahelsim migrate my-question.yaml", "sahelsim migrate my-question.yaml --write")
@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--write", is_flag=True,
              help="Change the files; each one's old text is kept beside it as FILE.v<version>.",
              )  # fmt: skip
@ui.json_option
def migrate(files: tuple[Path, ...], write: bool, as_json: bool) -> None:
    """Bring scenario, sweep, calibration and exercise files to the present format.

    Comments and layout stay. Without --write the changes are only shown. All files are read
    before the first is changed.
    """
    found = [(file, *_migrated(file)) for file in files]
    changed = [(file, old, new) for file, old, new in found if new.says]
    if write:
        _replace(changed)
    if as_json:
        ui.say_json("migrate", written=write, files=[_told(file, new) for file, _, new in found])
        return
    for file, old, new in found:
        if not new.says:
            ui.say(f"{file}: {new.kind}, already at version {new.after}")
            continue
        ui.say(f"{file}: {new.kind}, version {new.before} to {new.after}")
        for sentence in new.says:
            ui.say(f"  {sentence}")
        if not write:
            _show(file, old, new.text)
    if changed and not write:
        ui.talk("nothing is written yet; add --write")
    elif changed:
        for file, _, new in changed:
            if new.kind != "calibration":
                ui.talk(f"next: sahelsim {new.kind} check {file}")


def _migrated(file: Path) -> tuple[str, Migrated]:
    from sahelsim.base import formats
    from sahelsim.base.yaml_source import read

    source = read(file)
    text = file.read_bytes().decode("utf-8")
    return text, formats.migrate(source, text, formats.FORMATS)


def _replace(changed: list[tuple[Path, str, Migrated]]) -> None:
    from sahelsim.experiment.files import write_bytes

    kept = [(file, file.with_name(f"{file.name}.v{new.before}")) for file, _, new in changed]
    for file, beside in kept:
        if beside.exists():
            hint = f"it would keep the old text of {file}; move it away"
            raise UsageError("SS1008", f"{beside} exists already", hint=hint)
    for (file, old, new), (_, beside) in zip(changed, kept, strict=True):
        write_bytes(beside, old.encode())
        write_bytes(file, new.text.encode())


def _show(file: Path, old: str, new: str) -> None:
    before, after = old.splitlines(), new.splitlines()
    for line in unified_diff(before, after, str(file), str(file), lineterm="", n=2):
        role = COLOURS.get(line[:1])
        ui.say(ui.paint(line, role) if role else line)


def _told(file: Path, new: Migrated) -> dict[str, Any]:
    return {"file": str(file), "kind": new.kind, "before": new.before, "after": new.after,
            "changes": list(new.says)}  # fmt: skip
