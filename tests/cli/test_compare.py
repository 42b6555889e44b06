"""``sahelsim compare`` and ``whatif``: what they print, write, resume and refuse."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from sahelsim.cli.compare import compare, whatif
from sahelsim.cli.main import main
from sahelsim.experiment import compare_all, load_run
from tests.examples import examples, run_examples

Capture = pytest.CaptureFixture[str]
PAIR = ["no-airlift", "documented-2023"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def short(*words: str, out: str = "r", n: int = 3, days: int = 6) -> list[str]:
    return [*words, "-n", str(n), "--days", str(days), "--out", out, "-j", "1"]


@pytest.mark.parametrize("command", [compare, whatif], ids=["compare", "whatif"])
def test_the_examples_of_the_help_run(command: click.Command, here: Path, capsys: Capture) -> None:
    run_examples(examples(command), capsys)


def test_the_reference_is_the_first_and_differences_are_the_others_minus_it(
    here: Path, capsys: Capture
) -> None:
    assert main(short("compare", *PAIR, "second-tail", "--json")) == 0
    out, err = capsys.readouterr()
    assert err == ""
    document = json.loads(out)
    assert (document["schema"], document["ok"]) == ("sahelsim.compare/1", True)
    assert (document["reference"], document["correction"]) == ("no-airlift", "holm")
    assert list(document["alternatives"]) == ["documented-2023", "second-tail"]
    runs = {name: load_run(f"r/{name}") for name in ("no-airlift", *document["alternatives"])}
    assert {run.manifest["seed"] for run in runs.values()} == {1}
    rows = {row["outcome"]: row for row in document["alternatives"]["second-tail"]}
    wanted = runs["second-tail"].outcomes["sorties"] - runs["no-airlift"].outcomes["sorties"]
    assert rows["sorties"]["difference"] == pytest.approx(wanted.mean())
    assert wanted.mean() != 0
    many = sum(len(items) for items in document["alternatives"].values())
    assert rows["sorties"]["family"] == many
    found = compare_all(runs["no-airlift"], {"second-tail": runs["second-tail"]})["second-tail"]
    alone = next(item for item in found if item.outcome == "sorties")
    assert (rows["sorties"]["low"], rows["sorties"]["high"]) == (alone.low, alone.high)
    assert rows["sorties"]["probability_better"] is None  # neither way is better
    deaths = rows["civilian_deaths"]
    assert (deaths["unit"], deaths["direction"]) == ("persons", "lower")
    low, high = deaths["probability_better_interval"]
    assert low <= deaths["probability_better"] <= high
    page = (here / document["report"]).read_text(encoding="utf-8")
    assert main(["report", "r", "--out", "again.html"]) == 0
    assert (here / "again.html").read_text(encoding="utf-8") == page
    assert "documented-2023 and second-tail against no-airlift" in page
    assert "Civilians killed" in page


def test_the_words_and_the_resumed_run(here: Path, capsys: Capture) -> None:
    assert main(short("compare", *PAIR, "--no-report")) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "documented-2023 against no-airlift: 3 pairs"
    assert re.search(r"Civilians killed .* (cannot be told from zero|the same in every pair)", out)
    assert out.rstrip().endswith("tables: r")
    assert "no-airlift: 3 of 3 replicates" in err
    assert main(short("compare", *PAIR, "--no-report")) == 0
    again, err = capsys.readouterr()
    assert again == out
    assert "finished earlier" in err


def test_what_is_set_of_an_order_holds_where_the_order_is(here: Path, capsys: Capture) -> None:
    rate = "orders.lend-5u-mbh.rotations_per_week"
    words = ["--set", f"{rate}=4", "--set", "orders.lend-5u-mbh.load_t=9",
             "--set", "parameter.initial.garrison_scale=0.8", "--no-report", "-q"]  # fmt: skip
    assert main(short("compare", *PAIR, *words)) == 0
    for name, orders in (("no-airlift", []), ("documented-2023", [(4.0, 9.0)])):
        run = load_run(here / "r" / name)
        assert run.manifest["parameters"]["initial.garrison_scale"] == 0.8
        lent = [order.arguments for order in run.scenario.orders if order.id == "lend-5u-mbh"]
        assert [(one["rotations_per_week"], one["load_t"]) for one in lent] == orders
    wrong = ["--set", "orders.lend-5u-mbx.rotations_per_week=4"]
    assert main(short("compare", *PAIR, *wrong, out="s")) == 3
    assert "lend-5u-mbx" in capsys.readouterr().err


def test_the_lines_of_the_front_page_run(here: Path, capsys: Capture) -> None:
    """Those that simulate, cut short; a reader types them first of all."""
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    verbs = "run|compare|scenario|facts|plan|explain"
    lines = re.findall(rf"(?m)^\$ sahelsim ((?:{verbs}) .*?)(?: +#.*)?$", text)
    assert len(lines) >= 7
    for line in lines:
        words = shlex.split(line)
        if words[0] in ("run", "compare"):
            words += ["--days", "3", "--replicates", "2", "--no-report", "-q"]
        assert main(words) == 0, line
        capsys.readouterr()


def test_one_outcome_is_not_corrected_for_the_others(here: Path, capsys: Capture) -> None:
    words = [*short("compare", *PAIR, "--no-report", "--json"), "--outcome", "sorties"]
    assert main(words) == 0
    (row,) = json.loads(capsys.readouterr().out)["alternatives"]["documented-2023"]
    assert (row["outcome"], row["family"]) == ("sorties", 1)
    assert row["p_adjusted"] == row["p_value"]
    assert main([*words[:-1], "sortees"]) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["hint"] == "did you mean 'sorties'?"


def test_whatif_takes_orders_out(here: Path, capsys: Capture) -> None:
    words = ["whatif", "documented-2023", "--without", "lend-5u-mbh", "--without", "lend-5u-mms"]
    assert main(short(*words, "--no-report", "--json")) == 0
    document = json.loads(capsys.readouterr().out)
    name = "documented-2023-without-lend-5u-mbh-lend-5u-mms"
    assert list(document["alternatives"]) == [name]
    bare = load_run(f"r/{name}")
    assert not any(order.verb == "lend_tail" for order in bare.scenario.orders)
    assert bare.scenario.title.endswith("without lend-5u-mbh, lend-5u-mms")
    # the same as the shipped scenario without the loans, draw by draw
    assert main(short("compare", *PAIR, "--no-report", "--json", out="s")) == 0
    shipped = load_run("s/no-airlift").outcomes
    assert bare.outcomes.equals(shipped)


@pytest.mark.parametrize(
    ("words", "code", "exit_code", "hint"),
    [
        (["whatif", "documented-2023", "--without", "lend-5u-mbj"], "SS4201", 3,
         "did you mean 'lend-5u-mbh'?"),
        (["compare", "no-airlift", "no-airlift"], "SS4202", 2, "name two scenarios that differ"),
        (["compare", "no-airlift", "documentd-2023"], "SS2002", 3, "documented-2023"),
        (["compare", "no-airlift"], "SS1004", 2, ""),
        (["whatif", "documented-2023"], "SS1004", 2, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_told(
    words: list[str], code: str, exit_code: int, hint: str, here: Path, capsys: Capture
) -> None:
    assert main([*words, "--json"]) == exit_code
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == code
    assert hint in (error["hint"] or "")
    assert not list(here.iterdir())


def test_an_interrupted_comparison_says_how_to_go_on(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sahelsim.cli.arms.simulate", stop)
        assert main(short("compare", *PAIR, "--no-report")) == 130
    command = capsys.readouterr().err.splitlines()[-1].strip()
    assert command == (
        "sahelsim compare no-airlift documented-2023 --replicates 3 --days 6 --out r --no-report"
    )
    assert main(shlex.split(command)[1:]) == 0
