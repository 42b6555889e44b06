"""The canonical form of a scenario and its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(data: Any) -> str:
    """Return ``data`` as JSON with sorted keys and no spaces; whole floats are written as 3.0."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(data: Any) -> str:
    """Return the sha256 of the canonical form, in hexadecimal (64 characters)."""
    return hashlib.sha256(canonical(data).encode("ascii")).hexdigest()
