"""Parts that the core installation does without."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sahelsim.base.errors import MissingExtra

_TOOLS = {
    "uv-receipt.toml": "uv tool install --force",
    "pipx_metadata.json": "pipx install --force",
}
"""The note that a tool leaves in an environment of its own -> how it installs there."""


def install_line(extra: str) -> str:
    """The command that adds an extra to this installation.

    A checkout is installed again from its folder, for an index may hold another version of it; the
    interpreter is named there, since the environment that ``make`` sets up may have no pip. What
    uv or pipx installed as a tool has an environment that they alone should change.
    """
    folder = _checkout()
    if folder is None:
        tool = next((by for note, by in _TOOLS.items() if (Path(sys.prefix) / note).is_file()), "")
        return f"{tool or 'pip install'} 'sahelsim[{extra}]'"
    python = shlex.quote(sys.executable)
    pip = f"{python} -m pip" if find_spec("pip") else f"pip --python {python}"
    return f"{pip} install -e {shlex.quote(f'{folder}[{extra}]')}"


def _checkout() -> str | None:
    """Folder that sahelsim is installed from in place; None where it is a copy or not installed."""
    try:
        noted = metadata.distribution("sahelsim").read_text("direct_url.json")
        origin = json.loads(noted or "{}")
        if not origin.get("dir_info", {}).get("editable"):
            return None
        return unquote(urlsplit(origin["url"]).path)
    except (metadata.PackageNotFoundError, ValueError, AttributeError, LookupError):
        return None


@contextmanager
def needs_extra(
    package: str, extra: str, *, code: str = "SS7200", what: str = "this", more: str = ""
) -> Iterator[None]:
    """Turn the failed import of ``package`` in the block into a word on what to install.

    Args:
        package: Its name as people know it, or several joined by "and".
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
        lacking = "which are not all installed" if " and " in package else "which is not installed"
        raise MissingExtra(
            code, f"{what} needs {package}, {lacking}",
            hint=f"install the extra: {install_line(extra)}{more}",
        ) from fault  # fmt: skip
