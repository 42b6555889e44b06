"""manifest.json: read with the suspicion that a file deserves which anyone may have touched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sahelsim.base.errors import InputError

MANIFEST = "manifest.json"


class Kind(NamedTuple):
    """What the manifests of one kind of directory hold.

    Attributes:
        code: Code of every error about them.
        what: What such a directory holds, in words.
        name: What stands under ``kind`` in them; "" where there is no such key.
        format: The newest format that this version reads.
        required: Key -> type of its value.
        optional: Key -> type of its value, where it is there.
        cure: What to do where the manifest is damaged.
    """

    code: str
    what: str
    name: str
    format: int
    required: Mapping[str, type]
    optional: Mapping[str, type]
    cure: str


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Read the manifest of a directory.

    Raises:
        InputError: with the kind's code, where it is missing, unreadable, foreign, of a future
            format, or lacks what it must hold.
    """
    file = path / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = f"a result directory has a {MANIFEST}"
        raise InputError(kind.code, f"{path} holds no {kind.what}", hint=hint) from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(kind.code, f"cannot read {file}: {error}", hint=kind.cure) from error
    if not isinstance(manifest, dict) or type(manifest.get("format")) is not int:
        raise InputError(kind.code, f"{file} is no manifest of sahelsim")
    if manifest["format"] > kind.format:
        newer = f"{file} was written by a newer sahelsim ({manifest.get('version')})"
        raise InputError(kind.code, newer, hint="upgrade sahelsim to read it")
    if manifest.get("kind", "") != kind.name:
        hint = "it holds results of another kind"
        raise InputError(kind.code, f"{path} holds no {kind.what}", hint=hint)
    missing = sorted(set(kind.required) - set(manifest))
    if missing:
        raise InputError(kind.code, f"{file} lacks {', '.join(missing)}", hint=kind.cure)
    known = {**kind.required, **kind.optional}
    wrong = [key for key in known if key in manifest and not _fits(manifest[key], known[key])]
    if wrong:
        message = f"{file} holds what cannot be right: {', '.join(wrong)}"
        raise InputError(kind.code, message, hint=kind.cure)
    return manifest


def _fits(value: Any, wanted: type) -> bool:
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is wanted
