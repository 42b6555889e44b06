"""The Mesa model: World, agents, decisions, mechanisms, the day."""

from __future__ import annotations

from sahelsim.base.lazy import lazily

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


__getattr__ = lazily(__name__, _PUBLIC)
