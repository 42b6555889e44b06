from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

import sahelsim
from sahelsim.base.catalogue import catalogue
from sahelsim.base.errors import (
    CheckFailed,
    EnvironmentFault,
    InputError,
    MissingExtra,
    NotReproducible,
    SahelsimError,
    UsageError,
)
from sahelsim.base.problems import InvalidInput
from sahelsim.base.yaml_source import parse

PACKAGE = Path(sahelsim.__file__).parent


def test_exit_codes_are_those_promised() -> None:
    kinds = [UsageError, InputError, CheckFailed, MissingExtra, EnvironmentFault, NotReproducible]
    assert [kind.exit_code for kind in kinds] == [2, 3, 4, 5, 6, 7]
    assert SahelsimError.exit_code == 1


def test_error_prints_place_code_tip_and_docs() -> None:
    error = InputError("SS2001", "no such file: a", where="b", hint="look at c")
    assert error.render() == (
        "b: error SS2001: no such file: a\n  tip: look at c\n  more: sahelsim explain SS2001"
    )
    assert error.as_dict() == {
        "code": "SS2001",
        "message": "no such file: a",
        "where": "b",
        "hint": "look at c",
        "docs": "sahelsim explain SS2001",
    }


def test_errors_survive_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(UsageError("SS1005", "m", where="w", hint="h")))
    assert (type(error), error.code, error.where, error.hint) == (UsageError, "SS1005", "w", "h")
    with pytest.raises(InvalidInput) as caught:
        parse("a: 1\na: 2", name="f")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.problems == caught.value.problems
    assert str(copy) == str(caught.value)


def _codes_in_the_code() -> set[str]:
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        found |= set(re.findall(r'["\'](SS\d{4})["\']', path.read_text(encoding="utf-8")))
    return found


def test_every_code_that_is_raised_is_explained() -> None:
    assert sorted(_codes_in_the_code() - set(catalogue())) == []


def test_every_code_that_is_explained_is_raised() -> None:
    assert sorted(set(catalogue()) - _codes_in_the_code()) == []


def test_the_catalogue_is_complete_and_in_order() -> None:
    codes = list(catalogue())
    assert codes == sorted(codes)
    for entry in catalogue().values():
        assert re.fullmatch(r"SS[1-8]\d{3}", entry.code)
        for text in (entry.title, entry.cause, entry.example, entry.cure):
            assert isinstance(text, str)
            assert len(text) > 5, entry.code
