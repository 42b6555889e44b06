"""The catalogue of messages: code -> title, cause, example, cure."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

CATALOGUE = Path(__file__).with_name("catalogue.yaml")


class Entry(NamedTuple):
    """What ``sahelsim explain`` prints for one code."""

    code: str
    title: str
    cause: str
    example: str
    cure: str

    @property
    def exit_code(self) -> int | None:
        """The exit code of usage and input errors; None where it depends on the error's class."""
        return {"1": 2, "2": 3}.get(self.code[2])


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Entry]:
    """Return every entry of ``catalogue.yaml`` by its code."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with CATALOGUE.open(encoding="utf-8") as stream:
        raw = yaml.load(stream, Loader=loader)
    return {code: Entry(code, **texts) for code, texts in raw.items()}
