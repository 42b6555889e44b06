"""The argument GAME: a directory, or the URL of a database with the game's name."""

from __future__ import annotations

from typing import Any

import click


class Place(click.Path):
    """Where a game lies; a URL stays text, a directory becomes a path."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the path, or the URL as it is."""
        from sahelsim.exercise.postgres import is_url

        return value if is_url(value) else super().convert(value, param, ctx)
