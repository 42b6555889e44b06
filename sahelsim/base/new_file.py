"""A file begun from a template: its name becomes the id, and nothing is overwritten unasked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sahelsim.base.errors import EnvironmentFault, UsageError

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def begin_file(
    path: Path, kind: str, text: Callable[[str, Path], str], *, force: bool, marker: str = ""
) -> Path:
    """Write a new file and return its path.

    Args:
        path: As it was typed; what its name lacks of ``<marker>.yaml`` is added, folders are made.
        kind: What the file is, with its article: ``a scenario``.
        text: Called with the id and the path; returns what the file holds.
        force: Overwrite an existing file.
        marker: Stands before ``.yaml`` in the names of files of this kind, as in ``.exercise``.

    Raises:
        UsageError: SS1008 if the file exists and ``force`` is not given, SS1009 if its name is no
            id.
        EnvironmentFault: SS6003 if it cannot be written.
    """
    ending = path.suffix if path.suffix in (".yaml", ".yml") else ".yaml"
    id = path.name.removesuffix(ending).removesuffix(marker)
    if not _ID.fullmatch(id):
        raise UsageError(
            "SS1009", f"'{id}' cannot be the name of {kind}",
            hint="use lower case letters, digits and '-'",
        )  # fmt: skip
    path = path.with_name(f"{id}{marker}{ending}")
    content = text(id, path)
    if path.exists() and not force:
        raise UsageError("SS1008", f"{path} exists already", hint="add --force to overwrite it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as fault:
        raise EnvironmentFault("SS6003", f"cannot write {path}: {fault.strerror}") from fault
    return path


def title_of(id: str) -> str:
    """A title to begin with: ``my-question`` gives ``My question``."""
    return id.replace("-", " ").capitalize()
