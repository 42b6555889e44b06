"""The Mesa model: World, agents, decisions, mechanisms, the day."""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "SahelModel": "sahelsim.model.model",
    "Snapshot": "sahelsim.model.model",
    "Order": "sahelsim.model.encoding",
    "State": "sahelsim.model.agents",
    "InsurgentGroup": "sahelsim.model.agents",
    "Partner": "sahelsim.model.agents",
    "View": "sahelsim.model.view",
    "template": "sahelsim.model.build",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module(_PUBLIC[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sahelsim.model' has no attribute {name!r}")
