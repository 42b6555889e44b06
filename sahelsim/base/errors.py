"""The errors sahelsim raises, each with a stable code and an exit code.

Every error carries a code of the form ``SSnnnn`` that is listed in ``catalogue.yaml`` with its
cause, an example and a cure; ``sahelsim explain SSnnnn`` prints them.  Codes are grouped by their
first digit: 1 usage, 2 scenario, 3 theatre data, 4 results and files, 5 model run, 6 environment,
7 conflict data and calibration, 8 exercises.
"""

from __future__ import annotations

from typing import Any, ClassVar


class SahelsimError(Exception):
    """An error with a code, a place and a hint; the parent of every error sahelsim raises.

    Args:
        code: ``SSnnnn``, listed in the catalogue.
        message: One sentence that names the offending value.
        where: File, line or command the error lies in, if known.
        hint: What to do about it, if known.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self, code: str, message: str, *, where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.hint = hint

    @property
    def docs(self) -> str:
        """The command that prints cause, example and cure."""
        return f"sahelsim explain {self.code}"

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders; the default would lose the keyword arguments.
        return (_rebuild, (type(self), self.code, self.message, dict(self.__dict__)))

    def as_dict(self) -> dict[str, Any]:
        """The error as ``--json`` prints it: code, message, where, hint, docs."""
        return {
            "code": self.code,
            "message": self.message,
            "where": self.where,
            "hint": self.hint,
            "docs": self.docs,
        }

    def render(self) -> str:
        """The error as the command line prints it, over one to four lines."""
        place = f"{self.where}: " if self.where else ""
        lines = [f"{place}error {self.code}: {self.message}"]
        if self.hint:
            lines.append(f"  tip: {self.hint}")
        lines.append(f"  more: {self.docs}")
        return "\n".join(lines)


def _rebuild(
    kind: type[SahelsimError], code: str, message: str, state: dict[str, Any]
) -> SahelsimError:
    error = kind(code, message)
    error.__dict__.update(state)
    return error


class UsageError(SahelsimError):
    """The command line is wrong: unknown command, option or value."""

    exit_code = 2


class InputError(SahelsimError):
    """A scenario, sweep, exercise or data file is invalid."""

    exit_code = 3


class CheckFailed(SahelsimError):
    """A check ran and did not hold, or a threshold was missed."""

    exit_code = 4


class MissingExtra(SahelsimError):
    """An optional part is not installed; the hint names the extra."""

    exit_code = 5


class EnvironmentFault(SahelsimError):
    """The machine refuses: disk full, port busy, file locked, no permission."""

    exit_code = 6


class NotReproducible(SahelsimError):
    """A rerun gave another hash than the one recorded."""

    exit_code = 7
