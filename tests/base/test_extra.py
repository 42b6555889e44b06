"""What is not installed is named, with a command that installs it where sahelsim is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sahelsim.base import extra as extra_module
from sahelsim.base.errors import MissingExtra
from sahelsim.base.extra import install_line, needs_extra


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What pip notes about where it took sahelsim from; nothing of a wheel from an index."""
    noted: dict[str, object] = {}
    found = SimpleNamespace(read_text=lambda _: json.dumps(noted) if noted else None)
    monkeypatch.setattr(extra_module.metadata, "distribution", lambda _: found)
    return noted


def test_a_failed_import_becomes_a_word_on_what_to_install(origin: dict[str, object]) -> None:
    with (
        pytest.raises(MissingExtra, match="SQL needs DuckDB, which is not installed") as told,
        needs_extra("DuckDB", "analysis", code="SS4122", what="SQL", more=", or use CSV"),
    ):
        raise ImportError
    assert told.value.code == "SS4122"
    assert told.value.exit_code == 5
    assert told.value.hint == "install the extra: pip install 'sahelsim[analysis]', or use CSV"


def test_a_checkout_is_installed_again_where_it_lies(
    origin: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    origin.update(url="file:///opt/a%20b/sahel", dir_info={"editable": True})
    monkeypatch.setattr(sys, "executable", "/venv/bin/python")
    monkeypatch.setattr(extra_module, "find_spec", lambda _: True)
    assert install_line("web") == "/venv/bin/python -m pip install -e '/opt/a b/sahel[web]'"
    # the environment that make sets up on a Debian without ensurepip has no pip of its own
    monkeypatch.setattr(extra_module, "find_spec", lambda _: None)
    assert install_line("web").startswith("pip --python /venv/bin/python install -e ")


def test_a_copy_from_a_folder_is_like_one_from_an_index(origin: dict[str, object]) -> None:
    origin.update(url="file:///opt/wheels/sahelsim.whl", archive_info={})
    assert install_line("web") == "pip install 'sahelsim[web]'"


@pytest.mark.parametrize(
    ("note", "line"),
    [
        ("uv-receipt.toml", "uv tool install --force 'sahelsim[web]'"),
        ("pipx_metadata.json", "pipx install --force 'sahelsim[web]'"),
        ("pyvenv.cfg", "pip install 'sahelsim[web]'"),
    ],
)
def test_the_environment_of_a_tool_is_left_to_the_tool(
    note: str, line: str, origin: dict[str, object], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / note).write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert install_line("web") == line


def test_other_faults_pass() -> None:
    with pytest.raises(ValueError, match="other"), needs_extra("DuckDB", "analysis"):
        raise ValueError("other")
