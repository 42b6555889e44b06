"""Results move only when somebody says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regression import renew, summaries

ADVICE = (
    "Results of {name} have changed:\n{lines}\n"
    "If that is meant, run `make renew-regression` and write an entry that begins with "
    '"**Changes results**" into CHANGELOG.md; if not, something is broken.'
)


def test_every_shipped_scenario_is_kept_and_no_other() -> None:
    assert sorted(summaries.read()) == sorted(summaries.names())


@pytest.mark.parametrize("name", summaries.names())
def test_results_have_not_changed(name: str) -> None:
    lines = summaries.differences(summaries.read()[name], summaries.summarise(name))
    assert not lines, ADVICE.format(name=name, lines="\n".join(f"  {line}" for line in lines))


def test_the_kept_numbers_say_something() -> None:
    """A summary of zeros would pass for ever."""
    for name, summary in summaries.read().items():
        assert all(len(values) == summaries.REPLICATES for values in summary.values()), name
        for id in ("military_deaths", "civilian_deaths", "events", "displaced"):
            assert len(set(summary[id])) > 1, f"{name} {id}"


@pytest.mark.parametrize(
    ("kept", "now", "moved"),
    [
        ({"a": [1, 2]}, {"a": [1, 2]}, False),
        ({"a": [1, 2]}, {"a": [1, 3]}, True),
        ({"a": [10**12]}, {"a": [10**12 + 1]}, True),
        ({"a": [0.1]}, {"a": [0.1 * (1 + 1e-12)]}, False),
        ({"a": [0.1]}, {"a": [0.1 * (1 + 1e-8)]}, True),
        ({"a": [0.0]}, {"a": [1e-300]}, True),
        ({"a": [None]}, {"a": [None]}, False),
        ({"a": [None]}, {"a": [0.0]}, True),
        ({"a": [1]}, {"a": [1, 1]}, True),
        ({"a": [1]}, {"a": [1], "b": [1]}, True),
        ({"a": [1], "b": [1]}, {"a": [1]}, True),
    ],
)
def test_differences(kept: summaries.Summary, now: summaries.Summary, moved: bool) -> None:
    assert bool(summaries.differences(kept, now)) is moved


def test_renewing_tells_what_moves_and_keeps_every_digit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "summary.yaml"
    monkeypatch.setattr(summaries, "FILE", file)
    monkeypatch.setattr(summaries, "names", lambda: ["calm"])
    now = {"deaths": [3, 4, 5], "share": [1 / 3, 1e-17, None]}
    monkeypatch.setattr(summaries, "summarise", lambda name: now)
    renew.main()
    assert summaries.read() == {"calm": now}
    assert "**Changes results**" in capsys.readouterr().out
    renew.main()
    assert capsys.readouterr().out == "calm: the same\n"
    now["deaths"] = [3, 4, 6]
    renew.main()
    assert "deaths: [3, 4, 5] -> [3, 4, 6]" in capsys.readouterr().out
