"""Errors as answers: status, and words that tell no more than they must."""

from __future__ import annotations

from typing import Any

from sahelsim.base.errors import EnvironmentFault, InputError, SahelsimError
from sahelsim.exercise.phrases import Language, catalogue, phrase
from sahelsim.exercise.web.wording import refusal

_STATUS = {
    "SS8010": 409, "SS8011": 409, "SS8012": 409, "SS8013": 409, "SS8014": 409, "SS8032": 409,
    "SS8030": 403, "SS8031": 401, "SS8064": 403, "SS8065": 429, "SS8067": 401, "SS8066": 503,
}  # fmt: skip
_MODEL = "the model refuses it: "


class Denied(InputError):
    """A request that is not answered: no seat, no right, no form of ours, too many tries."""


def status(fault: SahelsimError) -> int:
    """The HTTP status of an error."""
    if isinstance(fault, InputError):
        return _STATUS.get(fault.code, 422)
    return 503 if isinstance(fault, EnvironmentFault) else _STATUS.get(fault.code, 500)


def told(fault: SahelsimError, language: Language) -> dict[str, Any]:
    """An error as pages and the API tell it: code, message, hint.

    What went wrong inside (a disk, the model) is the facilitator's to know, from the terminal.
    """
    if status(fault) >= 500 and fault.code != "SS8066":
        return {"code": fault.code, "message": phrase(language, "page.fault.inside"), "hint": None}
    key = "page.fault." + fault.code.lower()
    if language == "en" or key not in catalogue():
        message = fault.message[:1].upper() + fault.message[1:]
        return {"code": fault.code, "message": message, "hint": fault.hint}
    reason = fault.message.removeprefix(_MODEL) if fault.code == "SS8024" else ""
    message = phrase(language, key, reason=refusal(reason, language)) if reason else phrase(
        language, key
    )  # fmt: skip
    return {"code": fault.code, "message": message, "hint": None}
