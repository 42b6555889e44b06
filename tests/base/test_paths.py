"""Where shipped files lie: in a wheel, in a checkout, or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base import paths
from sahelsim.base.errors import EnvironmentFault
from sahelsim.base.paths import is_file, shipped


def test_a_wheel_s_folder_comes_before_a_checkout_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "sahelsim"
    monkeypatch.setattr(paths, "_PACKAGE", package)
    with pytest.raises(EnvironmentFault) as told:
        shipped("scenarios")
    assert told.value.code == "SS6001"
    (tmp_path / "scenarios").mkdir()
    assert shipped("scenarios") == tmp_path / "scenarios"
    (package / "shipped" / "scenarios").mkdir(parents=True)
    assert shipped("scenarios") == package / "shipped" / "scenarios"


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", ""])
def test_whatever_is_typed_is_no_file_and_no_fault(name: str) -> None:
    assert not is_file(Path(name))
