"""The kernel decorator: edits are seen, caches are hit, and a read-only installation works."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sahelsim.model.kernel as kernel_module

KEYED_MODULES = ("sahelsim.theatre.actors",)
PACKAGE = Path(kernel_module.__file__).resolve().parents[1]

CALLEE = """\
from rooms.model.kernel import kernel
from rooms.planner.factors import FACTOR
from rooms.theatre.actors import STATES


@kernel
def inner(x):
    return x * FACTOR + STATES + {addend}
"""
CALLER = """\
from rooms.model.callee import inner
from rooms.model.kernel import kernel


@kernel
def outer(x):
    return inner(x) + 1.0
"""
# Prints: result, cache hits, cache misses, whether compiled before and after, cache folder.
USE = """\
from rooms.model.kernel import cache_state, kernel
before = cache_state("model.caller.outer").compiled
from rooms.model.caller import outer
value = outer(2.0)
hits, misses = sum(outer.stats.cache_hits.values()), sum(outer.stats.cache_misses.values())
state = cache_state(outer)
print(value, hits, misses, before, state.compiled, state.path, sep="|")
"""


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    """A small package with this kernel.py, a caller, a callee and a planner constant."""
    package = tmp_path / "rooms"
    for room in ("model", "planner", "theatre"):
        (package / room).mkdir(parents=True)
        (package / room / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    for name in ("claims.py", "front_end.py", "kernel.py", "linking.py"):
        source = (PACKAGE / "model" / name).read_text()
        (package / "model" / name).write_text(source.replace("sahelsim.", "rooms."))
    (package / "planner" / "factors.py").write_text("FACTOR = 10.0\n")
    (package / "theatre" / "actors.py").write_text("STATES = 0\n")
    (package / "model" / "callee.py").write_text(CALLEE.format(addend=3))
    (package / "model" / "caller.py").write_text(CALLER)
    return package


def _use(rooms: Path, **environment: str) -> tuple[float, int, int, bool, bool, Path]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", USE],
        cwd=rooms.parent,
        env={**clean, "PYTHONPATH": str(rooms.parent), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    value, hits, misses, before, after, path = done.stdout.strip().split("|")
    return float(value), int(hits), int(misses), before == "True", after == "True", Path(path)


def test_a_new_process_hits_the_cache_and_sees_an_edit_in_a_callee(rooms: Path):
    first = _use(rooms)
    assert first[:5] == (24.0, 0, 1, False, True)
    assert first[5].parent == rooms / "model" / "__pycache__" / "kernels"

    again = _use(rooms)
    assert again == (24.0, 1, 0, True, True, first[5])

    (rooms / "model" / "callee.py").write_text(CALLEE.format(addend=5))
    edited = _use(rooms)
    assert edited[:5] == (26.0, 0, 1, False, True)  # caller.py itself did not change
    assert edited[5] != first[5]

    (rooms / "model" / "aside.py").write_text("OTHER = 1\n")  # which no kernel here imports
    assert _use(rooms) == (26.0, 1, 0, True, True, edited[5])

    (rooms / "planner" / "factors.py").write_text("FACTOR = 100.0\n")
    assert _use(rooms)[0] == 206.0

    (rooms / "theatre" / "actors.py").write_text("STATES = 3\n")
    assert _use(rooms)[0] == 209.0


def test_old_caches_of_a_module_are_removed_but_for_the_newest_three(rooms: Path):
    folder = rooms / "model" / "__pycache__" / "kernels"
    names = [f"model.caller-{letter}" for letter in "abcd"]
    for age, name in enumerate((*names, "model.other-a")):
        (folder / name / "inner").mkdir(parents=True)
        os.utime(folder / name, (1e9 - age, 1e9 - age))
    path = _use(rooms)[5]
    assert {p.name for p in folder.glob("model.caller-*")} == {path.name, *names[:2]}
    assert (folder / "model.other-a").is_dir()


def test_trees_with_equal_sources_share_what_is_compiled(rooms: Path, tmp_path: Path):
    first = _use(rooms, NUMBA_CACHE_DIR=str(tmp_path / "shared"))
    other = tmp_path / "elsewhere" / "rooms"
    shutil.copytree(rooms, other)
    assert first[:3] == (24.0, 0, 1)
    assert _use(other, NUMBA_CACHE_DIR=str(tmp_path / "shared")) == (
        24.0,
        1,
        0,
        True,
        True,
        first[5],
    )


def test_an_installation_that_cannot_be_written_falls_back_to_the_users_cache(
    rooms: Path, tmp_path: Path
):
    # A file in the folder's place refuses every user, root included.
    (rooms / "model" / "__pycache__").write_text("")
    first = _use(rooms, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert first[:3] == (24.0, 0, 1)
    assert first[5].parent == tmp_path / "cache" / "sahelsim"
    again = _use(rooms, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert again[:4] == (24.0, 1, 0, True)


def test_without_any_writable_folder_kernels_still_run(rooms: Path, tmp_path: Path):
    (rooms / "model" / "__pycache__").write_text("")
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    for _ in range(2):
        value, hits, _, before, after, path = _use(rooms, XDG_CACHE_HOME=str(blocked))
        assert (value, hits, before, after, path) == (24.0, 0, False, False, Path("None"))


def test_numbas_own_cache_variable_is_honoured(rooms: Path, tmp_path: Path):
    state = _use(rooms, NUMBA_CACHE_DIR=str(tmp_path / "chosen"))
    assert state[5].parent == tmp_path / "chosen" / "sahelsim"


def test_decorating_leaves_numbas_configuration_alone():
    before = kernel_module._config.CACHE_DIR

    @kernel_module.kernel
    def double(x):
        return 2.0 * x

    after = kernel_module._config.CACHE_DIR
    assert after == before
    assert double(4.0) == 8.0


def test_inner_kernels_come_from_the_cache_as_bitcode_and_link_again(rooms: Path):
    assert _use(rooms)[0] == 24.0
    (rooms / "model" / "caller.py").write_text(CALLER.replace("+ 1.0", "+ 2.0"))
    assert _use(rooms)[0] == 25.0  # the caller is new, its callee is read from the cache
    kept = list((rooms / "model" / "__pycache__").rglob("inner/callee.inner-*.nbc"))
    assert kept
    assert b"\x7fELF" not in kept[0].read_bytes()


CLAIMED = """\
import sys
from pathlib import Path
from rooms.model.claims import Claimed, sharing
from rooms.model.caller import outer
claims = Path(sys.argv[1])
with sharing(claims):
    outer.get_call_template((outer_type := __import__("numba").float64,), {})
held = sorted(file.name for file in claims.iterdir())
for file in claims.iterdir():  # as if another process had only just begun with each
    if file.suffix == ".done":
        file.unlink()
from rooms.model.callee import inner
try:
    with sharing(claims):
        inner.get_call_template((outer_type,), {})
except Claimed as claimed:
    print(len(held), claimed, sep="|")
print(outer(2.0))
"""


def test_a_kernel_that_another_process_compiles_is_left_to_it(rooms: Path, tmp_path: Path):
    (tmp_path / "claims").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", CLAIMED, str(tmp_path / "claims")],
        cwd=rooms.parent, env={**os.environ, "PYTHONPATH": str(rooms.parent)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # claimed and done: the kernel and its callee; then the callee is somebody else's
    assert done.stdout.splitlines() == ["4|rooms.model.callee.inner", "24.0"]


def test_kernels_divide_like_numpy_and_release_the_gil():
    @kernel_module.kernel
    def ratio(a, b):
        return a / b

    assert ratio(1.0, 0.0) == float("inf")
    options = ratio.targetoptions
    assert options["nogil"]
    assert not options.get("fastmath")


def _kernels(tree: ast.Module) -> list[ast.FunctionDef]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Name) and d.id == "kernel" for d in node.decorator_list)
    ]


def test_kernels_freeze_nothing_from_files_that_do_not_key_the_cache():
    """A constant of theatre/ or scenario/ in a kernel would go stale without a word."""
    assert kernel_module.KEYED == ("model/**/*.py", "planner/**/*.py", "theatre/actors.py")
    seen = 0
    for file in sorted((PACKAGE / "model").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        foreign = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("sahelsim.")
            and node.module not in KEYED_MODULES
            and (node.module or "").split(".")[1] not in ("model", "planner")
            for alias in node.names
        }
        for function in _kernels(tree):
            seen += 1
            body = [n for statement in function.body for n in ast.walk(statement)]
            used = {n.id for n in body if isinstance(n, ast.Name)} & foreign
            assert not used, f"{file.name}: {function.name} freezes {sorted(used)}"
    assert seen > 10
    assert not any(
        "numba" in line
        for file in (PACKAGE / "model").rglob("*.py")
        if file.name not in ("front_end.py", "groups.py", "kernel.py", "linking.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import ", "from "))
    ), "kernels are compiled through sahelsim.model.kernel only"
