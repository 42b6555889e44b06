"""The little language of ``when``, ``metric``, ``order_by``: numbers, names, comparisons.

    holds(mli, kidal) and civilian_deaths < 200

A name is an outcome (``sahelsim facts outcomes``) as it stands when the expression is asked, or
``turn``. Text is parsed into a tree and walked by hand; it is never run as Python.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import did_you_mean

MAX_LENGTH = 500  # characters of an expression
LARGEST = 1e12  # the largest number in one; products of a few stay finite
_DUE = re.compile(r"(.*\S)\s+at\s+(?:end|turn\s+([0-9]{1,3}))\s*", re.DOTALL)
# Function: what its arguments name, and what it tells.
FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "holds": (("actor", "locality"), "1 where the actor holds the place, else 0"),
    "besieged": (("locality",), "1 while the place is under siege, else 0"),
    "days_of_supply": (("locality",), "days until the garrison runs out of something"),
    "localities": (("actor",), "number of places the actor holds"),
    "fighters": (("group",), "fighters of the group"),
    "aircraft_capable": (("state",), "aircraft the state owns that can fly"),
    "closed": (("airfield",), "1 while the airfield is shut, else 0"),
    "gained": (("outcome",), "what was added to the outcome in this turn"),
}
_BINARY: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
}  # fmt: skip
_COMPARE: Mapping[type[ast.AST], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


class Measured(Protocol):
    """What an expression is asked about: one moment of one future."""

    def outcome(self, id: str) -> float:
        """An outcome so far; NaN where it does not apply."""

    def call(self, function: str, arguments: Sequence[str]) -> float:
        """A function of :data:`FUNCTIONS`."""

    @property
    def turn(self) -> int:
        """Number of the turn."""


class ExpressionFault(InputError):
    """An expression that cannot be read, or names what is not there."""


@dataclass(frozen=True)
class Expression:
    """A parsed and checked expression."""

    text: str
    tree: ast.expr

    def value(self, at: Measured) -> float:
        """Its number; truth counts 1. NaN where an outcome does not apply."""
        return float(_value(self.tree, at))

    def holds(self, at: Measured) -> bool:
        """Whether it is true: not zero and not NaN."""
        value = self.value(at)
        return value != 0.0 and not math.isnan(value)


def parse(text: str, names: Mapping[str, Sequence[str]]) -> Expression:
    """Parse and check an expression.

    Args:
        text: The expression.
        names: Kind -> ids of that kind; ``outcome`` among the kinds.

    Raises:
        ExpressionFault: SS8003, with what is wrong and the nearest name.
    """
    if len(text) > MAX_LENGTH:
        raise _fault(text, f"it is longer than {MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        _check(tree, text, names)
    except SyntaxError as fault:
        raise _fault(text, fault.msg, "such as: holds(mli, kidal) and turn > 2") from None
    except (ValueError, RecursionError, MemoryError):
        raise _fault(text, "it is no comparison, number or name") from None
    return Expression(text, tree)


def due(text: str) -> tuple[str, int | None]:
    """Split ``… at end`` or ``… at turn N`` into the expression and the turn; None is the last one.

    Raises:
        ExpressionFault: SS8003, it says neither.
    """
    found = _DUE.fullmatch(text)
    if found is None:
        raise _fault(text, "it does not say when it is decided", "end it with 'at end' or "
                     "'at turn N'")  # fmt: skip
    return found[1].strip(), int(found[2]) if found[2] else None


def _fault(text: str, why: str, hint: str | None = None) -> ExpressionFault:
    return ExpressionFault("SS8003", f"'{text[:80]}' cannot be used: {why}", hint=hint)


def _check(node: ast.expr, text: str, names: Mapping[str, Sequence[str]]) -> None:
    match node:
        case ast.BoolOp(values=parts):
            for part in parts:
                _check(part, text, names)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=part):
            _check(part, text, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left, text, names)
            _check(right, text, names)
        case ast.Compare(left=left, ops=ops, comparators=rest) if all(
            type(op) in _COMPARE for op in ops
        ):
            for part in (left, *rest):
                _check(part, text, names)
        case ast.Constant(value=bool() | int() | float() as value):
            if not abs(value) <= LARGEST:
                raise _fault(text, "a number is not finite or far too large")
        case ast.Name(id=id):
            if id != "turn" and id not in names["outcome"]:
                known = [*names["outcome"], *FUNCTIONS, "turn"]
                raise _fault(text, f"there is no outcome '{id}'", did_you_mean(id, known))
        case ast.Call(func=ast.Name(id=id), args=arguments, keywords=[]):
            _check_call(id, arguments, text, names)
        case _:
            raise _fault(text, "only names, numbers, + - *, comparisons, and, or, not are allowed")


def _check_call(
    id: str, arguments: Sequence[ast.expr], text: str, names: Mapping[str, Sequence[str]]
) -> None:
    if id not in FUNCTIONS:
        raise _fault(text, f"there is no function '{id}'", did_you_mean(id, FUNCTIONS))
    kinds = FUNCTIONS[id][0]
    if len(arguments) != len(kinds):
        raise _fault(text, f"'{id}' takes {', '.join(kinds)}")
    for argument, kind in zip(arguments, kinds, strict=True):
        word = _word(argument)
        if word not in names[kind]:
            raise _fault(text, f"unknown {kind} '{word}'", did_you_mean(word, names[kind]))


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return str(node.value) if isinstance(node, ast.Constant) else "?"


def _value(node: ast.expr, at: Measured) -> Any:
    match node:
        case ast.BoolOp(op=op, values=parts):
            # NaN is not true: a comparison with what does not apply must not pass.
            held = [_true(_value(part, at)) for part in parts]
            return all(held) if isinstance(op, ast.And) else any(held)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not _true(_value(part, at))
        case ast.UnaryOp(operand=part):
            return -_value(part, at)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, at), _value(right, at))
        case ast.Compare(left=left, ops=ops, comparators=rest):
            values = [_value(part, at) for part in (left, *rest)]
            if any(math.isnan(value) for value in values):
                return False
            pairs = zip(ops, values, values[1:], strict=False)
            return all(_COMPARE[type(op)](a, b) for op, a, b in pairs)
        case ast.Constant(value=bool() | int() | float() as value):
            return value
        case ast.Name(id=id):
            return at.turn if id == "turn" else at.outcome(id)
        case ast.Call(func=ast.Name(id=id), args=arguments):
            return at.call(id, [_word(argument) for argument in arguments])
    raise AssertionError(ast.dump(node))  # _check lets nothing else through


def _true(value: float) -> bool:
    return bool(value) and not math.isnan(value)
