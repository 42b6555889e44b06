"""Parts that the core installation does without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sahelsim.base.errors import MissingExtra


@contextmanager
def needs_extra(package: str, extra: str = "analysis") -> Iterator[None]:
    """Turn the failed import of ``package`` in the block into a word on what to install.

    Raises:
        MissingExtra: SS7200.
    """
    try:
        yield
    except ImportError as fault:
        raise MissingExtra(
            "SS7200", f"this needs {package}, which is not installed",
            hint=f"install sahelsim[{extra}]",
        ) from fault  # fmt: skip
