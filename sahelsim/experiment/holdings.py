"""What a result directory holds: a run with those it is compared with, a comparison, a sweep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sahelsim.base.errors import InputError
from sahelsim.experiment.files import write_bytes
from sahelsim.experiment.manifests import MANIFEST
from sahelsim.experiment.store import against_folders, read_manifest

COMPARISON = "comparison.json"


class Noted(NamedTuple):
    """A comparison: the folders of its runs, the reference first, and the command that made it."""

    folders: list[Path]
    command: str


def note_comparison(folder: Path, names: Sequence[str], command: str) -> None:
    """Note in a folder which runs of it are compared, the reference first."""
    content = {"schema": "sahelsim.comparison/1", "runs": list(names), "command": command}
    write_bytes(folder / COMPARISON, json.dumps(content, indent=1).encode())


def noted_comparison(path: Path) -> Noted | None:
    """The comparison that a directory holds; None where it holds none.

    Raises:
        InputError: SS4002, its note is damaged.
    """
    file = path / COMPARISON
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_bytes())
        return Noted([path / name for name in content["runs"]], str(content["command"]))
    except (OSError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise InputError("SS4002", f"{file} is no list of runs") from error


def holds_sweep(path: Path) -> bool:
    """Whether a directory holds a sweep, whatever state it is in."""
    from sahelsim.experiment.sweep.store import KIND  # a run that is repeated needs no sweeps

    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") == KIND


def runs_in(path: Path) -> list[Path]:
    """Directories of the runs that a result directory holds: of a run, or of a comparison.

    Raises:
        InputError: SS4002, it holds none.
    """
    compared = noted_comparison(path)
    if compared is not None:
        return compared.folders
    if not (path / MANIFEST).is_file():
        hint = f"a result directory has a {MANIFEST}"
        raise InputError("SS4002", f"{path} holds no results", hint=hint)
    return [path, *against_folders(path)]


def manifests_in(path: Path) -> list[dict[str, Any]]:
    """Manifests of a result directory of any kind; of a sweep with its identity beside the rest.

    Raises:
        InputError: SS4002 or SS4132, it holds none, or none that can be read.
    """
    if holds_sweep(path):
        from sahelsim.experiment.sweep.store import read_manifest as read_sweep

        manifest = read_sweep(path)
        return [{**manifest, **manifest["identity"]}]
    return [read_manifest(folder) for folder in runs_in(path)]
