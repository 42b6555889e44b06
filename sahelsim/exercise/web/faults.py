"""Errors as answers: status, and words that tell no more than they must."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sahelsim.base.errors import EnvironmentFault, InputError, SahelsimError
from sahelsim.exercise.naming import place_name
from sahelsim.exercise.phrases import Language, catalogue, phrase
from sahelsim.exercise.wording import argument_name, line_name, refusal

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
    limits = [_limit(text, language) for text in (fault.message, fault.hint or "")]
    return {"code": fault.code, "message": message, "hint": " ".join(filter(None, limits)) or None}


# The limits that errors give, and the phrase that says the same in another language.
_LIMITS = (
    (r"allowed: a(?P<whole> whole)? number from (?P<low>\S+) to (?P<high>\S+)", "page.limit.range"),
    (r"this costs (?P<cost>\S+) (?P<line>\w+); (?P<left>\S+) are left", "page.limit.cost"),
    (r"lower '(?P<name>\w+)' to at most (?P<most>\S+)", "page.limit.lower"),
    (r"withdraw another order, or choose a cheaper card", "page.limit.cheaper"),
    (r"you have (?P<men>\S+) men in reserve and (?P<there>\S+) at (?P<place>\w+)",
     "page.limit.reserve_at"),
    (r"you have (?P<men>\S+) men in reserve", "page.limit.reserve"),
    (r"has (?P<low>\S+) to (?P<high>\S+) characters", "page.limit.characters"),
)  # fmt: skip
_NAMES: dict[str, Callable[[str, Language], str]] = {
    "line": line_name, "name": argument_name, "place": place_name,
}  # fmt: skip


def _limit(text: str, language: Language) -> str:
    """The limit that a sentence of an error gives, in a language; '' where it gives none."""
    for pattern, key in _LIMITS:
        found = re.search(pattern, text)
        if found:
            fields = {
                name: _NAMES[name](value, language) if name in _NAMES else value
                for name, value in found.groupdict().items()
                if name != "whole"
            }
            return phrase(language, key, **fields)
    return ""
