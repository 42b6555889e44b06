"""Where the files that come with sahelsim lie."""

from __future__ import annotations

from pathlib import Path

from sahelsim.base.errors import EnvironmentFault

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(kind: str) -> Path:
    """Return the folder of shipped ``scenarios`` or ``configs``.

    A wheel carries them inside the package (``sahelsim/shipped/<kind>``); a checkout keeps them
    at the top level.

    Raises:
        EnvironmentFault: SS6001 if neither folder exists (a broken installation).
    """
    for folder in (_PACKAGE / "shipped" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise EnvironmentFault(
        "SS6001",
        f"the shipped folder '{kind}' is missing from this installation",
        hint="reinstall sahelsim, or run it from a complete checkout",
    )


def is_file(path: Path) -> bool:
    """Tell whether a file lies at ``path``, whatever a user may have written there."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long or with a NUL in it, a folder that is shut
        return False
