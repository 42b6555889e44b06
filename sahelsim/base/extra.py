"""Parts that the core installation does without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sahelsim.base.errors import MissingExtra


@contextmanager
def needs_extra(
    package: str, extra: str, *, code: str = "SS7200", what: str = "this", more: str = ""
) -> Iterator[None]:
    """Turn the failed import of ``package`` in the block into a word on what to install.

    Args:
        package: Its name as people know it.
        extra: The extra that brings it.
        code: Code of the message.
        what: What needs it, the subject of the sentence.
        more: Another way out, after the hint.

    Raises:
        MissingExtra: with that code.
    """
    try:
        yield
    except ImportError as fault:
        raise MissingExtra(
            code, f"{what} needs {package}, which is not installed",
            hint=f"install the extra: pip install 'sahelsim[{extra}]'{more}",
        ) from fault  # fmt: skip
