from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from sahelsim.base.errors import CheckFailed, EnvironmentFault, MissingExtra, NotReproducible
from sahelsim.cli import main as cli_main
from sahelsim.cli import ui
from sahelsim.cli.main import COMMANDS, cli, main


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "SAHELSIM_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def _add(monkeypatch: pytest.MonkeyPatch, function: Any) -> None:
    """Put a command called ``probe`` into the group."""
    command = click.command()(function)
    found = cli_main.LazyGroup.get_command

    def get(self: Any, ctx: Any, name: str) -> Any:
        return command if name == "probe" else found(self, ctx, name)

    monkeypatch.setattr(cli_main.LazyGroup, "get_command", get)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"sahelsim \d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_every_installed_command(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([flag]) == 0
    out = capsys.readouterr().out
    names = cli.list_commands(click.Context(cli))
    assert {"scenario", "explain"} <= set(names)
    for name in names:
        assert re.search(rf"(?m)^  {name}  +{re.escape(COMMANDS[name].summary[:20])}", out)
    assert "Examples:" in out


@pytest.mark.parametrize("name", list(COMMANDS))
def test_listed_commands_can_be_loaded(name: str) -> None:
    ctx = click.Context(cli)
    if name in cli.list_commands(ctx):
        assert isinstance(cli.get_command(ctx, name), click.Command)
    else:
        assert cli.get_command(ctx, name) is None


def test_no_command_prints_help_and_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Usage: sahelsim" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (
            ["scenari"],
            "sahelsim: error SS1001: no such command 'scenari'\n"
            "  tip: did you mean 'scenario'?\n  more: sahelsim explain SS1001\n",
        ),
        (
            ["zzzz"],
            "sahelsim: error SS1001: no such command 'zzzz'\n"
            "  tip: see: sahelsim --help\n  more: sahelsim explain SS1001\n",
        ),
        (
            ["scenario", "chekc"],
            "sahelsim scenario: error SS1001: no such command 'chekc'\n"
            "  tip: did you mean 'check'?\n  more: sahelsim explain SS1001\n",
        ),
        (
            ["scenario", "show", "no-airlift", "--yml"],
            "sahelsim scenario show: error SS1002: no such option '--yml'\n"
            "  tip: did you mean '--yaml'?\n  more: sahelsim explain SS1002\n",
        ),
        (
            ["--color", "alway", "scenario"],
            "sahelsim: error SS1003: invalid value for '--color': "
            "'alway' is not one of auto, always, never\n"
            "  tip: did you mean 'always'?\n  more: sahelsim explain SS1003\n",
        ),
        (
            ["scenario", "show"],
            "sahelsim scenario show: error SS1004: missing argument 'SCENARIO'\n"
            "  tip: see: sahelsim scenario show --help\n  more: sahelsim explain SS1004\n",
        ),
        (
            ["explain", "SS1001", "SS1002"],
            "sahelsim explain: error SS1004: got unexpected extra argument (SS1002)\n"
            "  tip: see: sahelsim explain --help\n  more: sahelsim explain SS1004\n",
        ),
    ],
)
def test_usage_errors(words: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", text)


def test_usage_errors_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "show", "documentd-2023", "--json"]) == 3
    captured = capsys.readouterr()
    assert captured.err == ""
    assert json.loads(captured.out) == {
        "ok": False,
        "error": {
            "code": "SS2002",
            "message": "unknown scenario 'documentd-2023'",
            "where": None,
            "hint": "did you mean 'documented-2023'?",
            "docs": "sahelsim explain SS2002",
        },
    }
    assert main(["scenario", "lst", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "SS1001"


@pytest.mark.parametrize(
    ("kind", "code"),
    [(CheckFailed, 4), (MissingExtra, 5), (EnvironmentFault, 6), (NotReproducible, 7)],
)
def test_each_error_has_its_exit_code(
    kind: Any, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def probe() -> None:
        raise kind("SS6001", "m", hint="h")

    _add(monkeypatch, probe)
    assert main(["probe"]) == code
    expected = "error SS6001: m\n  tip: h\n  more: sahelsim explain SS6001\n"
    assert capsys.readouterr().err == expected


def test_an_internal_fault_writes_a_report_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def probe() -> None:
        raise ZeroDivisionError("planted\nsecond line")

    _add(monkeypatch, probe)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["probe"]) == 1
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert err.startswith("error SS6900: internal fault, ZeroDivisionError: planted\n")
    (report,) = tmp_path.iterdir()
    assert f"the crash report lies at {report}" in err
    text = report.read_text(encoding="utf-8")
    assert "sahelsim probe" in text
    assert "Traceback" in text
    monkeypatch.setenv("SAHELSIM_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["probe"])


def test_interruption_is_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def probe() -> None:
        raise KeyboardInterrupt

    _add(monkeypatch, probe)
    assert main(["probe"]) == 130
    assert capsys.readouterr().err.strip() == "interrupted"


def test_colours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def coloured(*words: str) -> bool:
        main([*words, "explain", "SS9999"])
        return "\x1b[" in capsys.readouterr().err

    assert not coloured()  # not a terminal
    assert coloured("--color", "always")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert coloured()
    assert not coloured("--color", "never")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured()
    assert coloured("--color", "always")


def test_a_terminal_gets_colours_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    ui.set_colour("auto")
    monkeypatch.setenv("TERM", "xterm")
    assert ui.colour_on(Terminal())  # type: ignore[arg-type]
    monkeypatch.setenv("NO_COLOR", "1")
    assert not ui.colour_on(Terminal())  # type: ignore[arg-type]


def test_explain_prints_cause_example_and_cure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "ss2102"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("SS2102  A key stands twice in one mapping\n")
    assert re.findall(r"(?m)^  (\w+)", out) == ["Cause", "Example", "Cure"]
    assert main(["explain", "SS2102", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["code"] == "SS2102"


def test_explain_shows_a_parameter_with_its_range_and_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "initial.garrison_scale"]) == 0
    out = capsys.readouterr().out
    assert "0.5 to 2" in out
    assert re.search(r"\((sourced|derived|assumed)\)", out)
    assert main(["explain", "initial.garrison_scal"]) == 2
    assert "did you mean 'initial.garrison_scale'?" in capsys.readouterr().err


def test_explain_day_lists_the_phases_of_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    from sahelsim.model.day import PHASES

    assert main(["explain", "day"]) == 0
    out = capsys.readouterr().out
    assert re.findall(r"(?m)^ +\d+ (\w+)", out) == [name for name, _ in PHASES]
    assert main(["explain", "day", "--json"]) == 0
    phases = json.loads(capsys.readouterr().out)["phases"]
    assert [(phase["name"], phase["doc"]) for phase in phases] == list(PHASES)


def _python(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env={**os.environ, **env},
        check=False,
    )  # fmt: skip


def test_help_loads_nothing_heavy() -> None:
    heavy = ("mesa", "numba", "numpy", "pandas", "plotly", "pyarrow", "pydantic", "networkx")
    code = (
        "import sys\nfrom sahelsim.cli.main import main\nmain(['--help'])\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    found = _python("-c", code)
    assert found.stderr.strip() == "[]"


def test_help_is_quick() -> None:
    # Processor time, the best of three: a busy machine does not fail it, a heavy import does.
    def cost() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert _python("-m", "sahelsim", "--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cost() for _ in range(3)) < 0.3


@pytest.mark.parametrize("buffered", [True, False])
def test_a_reader_that_leaves_is_no_fault(buffered: bool) -> None:
    """Unbuffered, Python's last short write hides what click makes of a broken pipe."""
    words = [sys.executable, "-m", "sahelsim", "scenario", "schema"]
    env = {**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
