"""Ways in which a directory of results comes to grief between two commands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Damage = Callable[[Path], None]


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _noise(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 4)


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for place in range(len(content) // 3, len(content), max(len(content) // 7, 1)):
        content[place] ^= 0xFF
    file.write_bytes(bytes(content))


def _gone(file: Path) -> None:
    file.unlink()


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _foreign_table(file: Path) -> None:
    """A good Parquet file of something else."""
    if file.suffix == ".parquet":
        pq.write_table(pa.table({"x": [1, 2], "y": ["a", "b"]}), file)
    else:
        file.write_text("x: 1\n", encoding="utf-8")


def _no_rows(file: Path) -> None:
    if file.suffix == ".parquet":
        pq.write_table(pq.read_table(file).slice(0, 0), file)
    else:
        _empty(file)


def _dangling(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.parent / "nowhere")


FILES: dict[str, Damage] = {
    "cut": _cut, "empty": _empty, "noise": _noise, "flip": _flip, "gone": _gone, "folder": _folder,
    "foreign": _foreign_table, "no rows": _no_rows, "dangling": _dangling,
}  # fmt: skip


def manifests(good: dict[str, Any]) -> dict[str, str]:
    """Name -> text of a manifest.json that is not what was written."""
    spoilt: dict[str, Any] = {
        "null": None, "number": 3, "list": [good], "empty": {}, "another program's": {"name": "x"},
        "future": {**good, "format": 99, "version": "9.0", "surprise": {}},
        "future without a version": {"kind": good.get("kind"), "format": 99},
        "format is text": {**good, "format": "1"},
        "format is nothing": {**good, "format": None},
    }  # fmt: skip
    for key, value in good.items():
        spoilt[f"without {key}"] = {name: it for name, it in good.items() if name != key}
        for odd in (None, "x", [1]):
            if type(odd) is not type(value):
                spoilt[f"{key} is {odd}"] = {**good, key: odd}
    texts = {name: json.dumps(content) for name, content in spoilt.items()}
    whole = json.dumps(good)
    return {**texts, "cut": whole[: len(whole) // 2], "no text": "", "deep": "[" * 100_000}


def copy_of(source: Path, target: Path) -> Path:
    """A copy to damage."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target, symlinks=True)
    return target
