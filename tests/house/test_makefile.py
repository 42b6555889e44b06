"""The Makefile says what is missing instead of failing with somebody else's words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # under `make test` the outer make's variables must not reach this one
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=REPO,
        env=clean,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def pretend_python(folder: Path, *, version: str, modules: str) -> Path:
    """An interpreter of the given version that imports only ``modules`` and has no pip."""
    script = folder / "python"
    script.write_text(
        f"""#!/bin/sh
case "$*" in
  -V) echo "Python {version}" ;;
  *sys.version_info*) exec {sys.executable} -c "import sys; sys.exit('{version}' < '3.11')" ;;
  *"import venv"*) case " {modules} " in *" venv "*) exit 0 ;; esac; exit 1 ;;
  *) exit 1 ;;
esac
""",
        encoding="utf-8",
    )
    script.chmod(0o755)
    return script


def environment_for(python: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    venv = folder / "venv"
    done = make(f"PYTHON={python}", f"VENV={venv}", str(venv / "bin/python"))
    assert done.returncode != 0
    assert not venv.exists()
    return done


def test_help_is_the_default_and_lists_every_target() -> None:
    shown = make()
    assert shown.returncode == 0
    text = (REPO / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    for target in phony.split():
        assert re.search(rf"^  make {target} ", shown.stdout, re.MULTILINE)


def test_no_python_is_said(tmp_path: Path) -> None:
    done = environment_for("no-such-python", tmp_path)
    assert "error: no no-such-python on the PATH." in done.stderr
    assert "apt install python3" in done.stderr


def test_an_old_python_is_said(tmp_path: Path) -> None:
    python = pretend_python(tmp_path, version="3.10.2", modules="venv")
    done = environment_for(python, tmp_path)
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.10.2" in done.stderr


@pytest.mark.parametrize("modules", ["", "venv"])
def test_a_python_that_cannot_install_names_the_package(tmp_path: Path, modules: str) -> None:
    python = pretend_python(tmp_path, version="3.11.2", modules=modules)
    assert "apt install python3-venv" in environment_for(python, tmp_path).stderr
