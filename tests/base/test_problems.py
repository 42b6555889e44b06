from __future__ import annotations

from sahelsim.base.problems import Mark, Problem, dotted, fail, tidy, value_text


def _problem(line: int, **changes: object) -> Problem:
    fields = {"code": "SS2105", "message": "m", "mark": Mark(line, 3, 2), "file": "f",
              "source_line": "  ab: c"}  # fmt: skip
    return Problem(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_problem_shows_line_caret_and_hint() -> None:
    problem = _problem(4, path=("teams", "niamey", "orders", 1), hint="did you mean 'x'?")
    assert problem.render() == (
        "f:4:3: error SS2105 at teams.niamey.orders[1]: m\n"
        "   4 |   ab: c\n"
        "     |   ^^ did you mean 'x'?"
    )


def test_problems_are_sorted_by_line_and_counted() -> None:
    error = fail([_problem(9), _problem(2)], "Footer.")
    assert [line for line in str(error).splitlines() if line.startswith("f:")] == [
        "f:2:3: error SS2105: m",
        "f:9:3: error SS2105: m",
    ]
    assert str(error).endswith("\n2 errors. Footer.")
    assert error.where == "f:2:3"


def test_at_most_twenty_are_shown() -> None:
    text = str(fail([_problem(line) for line in range(1, 26)]))
    assert text.count(": error ") == 20
    assert text.endswith("\n... and 5 more\n25 errors.")


def test_equal_problems_are_told_once() -> None:
    assert len(tidy([_problem(1), _problem(1)])) == 1


def test_a_misspelt_key_takes_the_missing_one_with_it() -> None:
    unknown = _problem(2, code="SS2103", message="unknown key 'lenght'", key="lenght")
    missing = _problem(1, code="SS2104", message="missing 'length'", key="length")
    found = tidy([missing, unknown])
    assert [(p.code, p.hint) for p in found] == [("SS2103", "did you mean 'length'?")]


def test_one_missing_key_pairs_with_one_misspelling_only() -> None:
    missing = _problem(1, code="SS2104", message="missing 'length'", key="length")
    first = _problem(2, code="SS2103", message="unknown key 'lenght'", key="lenght")
    second = _problem(3, code="SS2103", message="unknown key 'lengt'", key="lengt")
    assert [p.hint for p in tidy([missing, first, second])] == ["did you mean 'length'?", None]


def test_keys_of_other_mappings_are_not_paired() -> None:
    unknown = _problem(2, code="SS2103", key="lenght", path=("turn",))
    missing = _problem(1, code="SS2104", key="length", path=("clock",))
    assert len(tidy([missing, unknown])) == 2


def test_long_lines_are_cut_around_the_caret() -> None:
    line = "x" * 300 + "HERE" + "y" * 300
    shown = _problem(1, source_line=line, mark=Mark(1, 301, 4)).render().splitlines()
    assert len(shown[1]) <= 107
    at = shown[2].index("^")
    assert shown[1][at : at + 4] == "HERE"
    assert shown[2].count("^") == 4


def test_tabs_before_the_caret_stay_tabs() -> None:
    shown = _problem(1, source_line="\ta: b", mark=Mark(1, 2, 1)).render().splitlines()
    assert shown[2] == "     | \t^"


def test_the_caret_ends_with_the_line() -> None:
    assert _problem(1, mark=Mark(1, 7, 50)).render().count("^") == 1


def test_a_problem_without_a_place() -> None:
    assert Problem("SS2105", "m", hint="h", file="f").render() == "f: error SS2105: m\n  tip: h"


def test_json_lists_every_problem() -> None:
    error = fail([_problem(2, path=("a", 0)), _problem(3)])
    data = error.as_dict()
    assert (data["code"], data["where"], data["message"]) == ("SS2105", "f:2:3", "m")
    assert [(p["path"], p["where"]) for p in data["problems"]] == [("a[0]", "f:2:3"), ("", "f:3:3")]


def test_paths_and_values_in_words() -> None:
    assert dotted(("a", 0, 1, "b")) == "a[0][1].b"
    assert value_text("x" * 100) == "'" + "x" * 55 + "...'"
    shown = [value_text(value) for value in (None, True, 1.5, [1], {"a": 1, "b": 2}, "no")]
    assert shown == ["nothing", "true", "1.5", "a list of 1 item", "a mapping of 2 keys", "'no'"]
