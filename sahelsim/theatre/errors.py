"""The errors of the theatre's data and parameters."""

from __future__ import annotations

from sahelsim.base.errors import InputError


class TheatreError(InputError):
    """A table or register of the theatre is missing, malformed or names something unknown."""


class ParameterError(InputError):
    """A parameter id is unknown, or its value is not a number in its range."""
