"""What ``import sahelsim`` offers."""

from __future__ import annotations

from importlib import metadata

import pytest

import sahelsim


def test_every_public_name_is_there_and_listed() -> None:
    assert dir(sahelsim) == sorted(sahelsim.__all__)
    for name in sahelsim.__all__:
        assert getattr(sahelsim, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        sahelsim.no_such_name  # noqa: B018


def test_the_version_is_that_of_the_installation_or_said_to_be_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sahelsim.__version__ == metadata.version("sahelsim")

    def missing(_: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.delitem(vars(sahelsim), "__version__")  # it is kept once it was asked for
    assert sahelsim.__version__ == "0+unknown"
