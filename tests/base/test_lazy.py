from __future__ import annotations

import sys
from types import ModuleType

import pytest

from sahelsim.base.lazy import lazily


def test_a_name_is_loaded_once_and_then_is_the_packages_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package = ModuleType("package")
    monkeypatch.setitem(sys.modules, "package", package)
    load = lazily("package", {"sqrt": "math"})
    assert load("sqrt")(9.0) == 3.0
    assert package.sqrt is load("sqrt")
    with pytest.raises(AttributeError, match="module 'package' has no attribute 'sqr'"):
        load("sqr")
