from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sahelsim.base.errors import InputError, SahelsimError
from sahelsim.base.problems import InvalidInput, Mark
from sahelsim.base.yaml_source import MAX_BYTES, Source, parse, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("2023-08-20", "2023-08-20"),
        ("08", 8),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", -math.inf),
        (".inf", math.inf),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("'7'", "7"),
        ('"true"', "true"),
        ("!!str 7", "7"),
        ("!!float 7", 7),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    found = parse(f"key: {text}").data["key"]
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_read() -> None:
    assert math.isnan(parse("key: .nan").data["key"])


def test_keys_stay_text() -> None:
    assert parse("1: a\nno: b\n2023-08-20: c").data == {"1": "a", "no": "b", "2023-08-20": "c"}


def test_marks_point_at_key_and_value() -> None:
    source = parse("teams:\n  - name: Niger\n    orders: [surge, maintain]\n")
    assert source.keys[("teams", 0, "name")] == Mark(2, 5, 4)
    assert source.values[("teams", 0, "name")] == Mark(2, 11, 5)
    assert source.values[("teams", 0, "orders", 1)] == Mark(3, 21, 8)
    assert source.mark(("teams", 0, "missing")) == source.values[("teams", 0)]


def test_columns_count_characters_not_bytes() -> None:
    assert parse("é: {ü: x}").values[("é", "ü")] == Mark(1, 8, 1)


def test_an_empty_value_at_the_end_is_marked_on_the_last_line() -> None:
    assert parse("? ").values[("",)] == Mark(1, 3)


def test_alias_repeats_its_value() -> None:
    data = parse("a: &x {k: [1, 2]}\nb: *x").data
    assert data["b"] == {"k": [1, 2]}


FAULTS = {
    "duplicate": (
        "a: 1\nb: 2\na: 3\n",
        "f.yaml:3:1: error SS2102: duplicate key 'a'\n   3 | a: 3\n     | ^ first on line 1",
    ),
    "two duplicates": (
        "m:\n  k: 1\n  k: 2\n  k: 3\n",
        "f.yaml:3:3: error SS2102 at m: duplicate key 'k'\n"
        "   3 |   k: 2\n     |   ^ first on line 2\n"
        "f.yaml:4:3: error SS2102 at m: duplicate key 'k'\n"
        "   4 |   k: 3\n     |   ^ first on line 2",
    ),
    "bracket": (
        "a: {b: [1}",
        "f.yaml:1:10: error SS2101: expected ',' or ']'\n   1 | a: {b: [1}\n     |          ^",
    ),
    "bracket open for lines": (
        "a: [1, 2\nb: 3\n",
        "f.yaml:1:4: error SS2101: this '[' is not closed\n   1 | a: [1, 2\n"
        "     |    ^ close it with ']'",
    ),
    "quotation mark open for lines": (
        'a: "x\nb: 3\n',
        'f.yaml:1:4: error SS2101: this quotation mark is not closed\n   1 | a: "x\n'
        "     |    ^ close it, or quote text that holds such a mark with the other kind",
    ),
    "quotation mark inside": (
        "a: 'it's'",
        "f.yaml:1:8: error SS2101: text goes on where a value has ended\n   1 | a: 'it's'\n"
        "     |        ^ put the whole text between quotation marks of the other kind",
    ),
    "colon in text": (
        "a: b: c",
        "f.yaml:1:5: error SS2101: a ':' cannot stand here\n   1 | a: b: c\n"
        "     |     ^ quote text that holds ': '; else check how this line and the one above are "
        "indented",
    ),
    "indentation": (
        "a:\n  - b\n  c: 1",
        "f.yaml:3:3: error SS2101: this does not fit the list around it\n   3 |   c: 1\n"
        "     |   ^ indent it like its neighbours; the list begins on line 2",
    ),
    "list on the line of its key": (
        "a: - b",
        "f.yaml:1:4: error SS2101: a list cannot begin here\n   1 | a: - b\n"
        "     |    ^ put '- ' on a line of its own",
    ),
    "special character": (
        "a: @x",
        "f.yaml:1:4: error SS2101: a value cannot begin with '@'\n   1 | a: @x\n"
        "     |    ^ put the text between quotation marks",
    ),
    "tab": (
        "a:\n\t- x",
        "f.yaml:2:1: error SS2101: a tab stands here\n   2 | \t- x\n     | ^ indent with spaces",
    ),
    "own alias": (
        "a: &a [*a]",
        "f.yaml:1:8: error SS2101: '*a' names no anchor that is complete before this line\n"
        "   1 | a: &a [*a]\n     |        ^^",
    ),
    "tag": (
        "a: !!python/object:os.system x",
        "f.yaml:1:4: error SS2111: the tag '!!python/object:os.system' is not used here\n"
        "   1 | a: !!python/object:os.system x\n"
        "     |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ leave the tag out",
    ),
    "two documents": (
        "a: 1\n---\nb: 2",
        "f.yaml:2:1: error SS2111: a second document starts here\n   2 | ---\n"
        "     | ^^^ keep one a file",
    ),
    "list as key": (
        "? [a]\n: b",
        "f.yaml:1:3: error SS2111: a key must be plain text\n   1 | ? [a]\n"
        "     |   ^ write 'key: value'",
    ),
    "NUL": (
        "a: x\nb: \0",
        "f.yaml:2:4: error SS2110: the character U+0000 is not allowed in YAML\n   2 | b: ?\n"
        "     |    ^ save the file as UTF-8 text",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_message_of_a_fault(name: str) -> None:
    text, expected = FAULTS[name]
    with pytest.raises(InvalidInput) as caught:
        parse(text, name="f.yaml")
    count = expected.count(": error ")
    assert str(caught.value) == f"{expected}\n{count} error{'s' if count > 1 else ''}."


def test_bytes_that_are_not_utf8_are_placed() -> None:
    with pytest.raises(InvalidInput, match=r"f:2:4: error SS2110: byte 0xff is not UTF-8"):
        parse(b"a: 1\nb: \xff", name="f")
    with pytest.raises(InvalidInput, match="SS2110: the file is UTF-16"):
        parse("a: 1".encode("utf-16"))


def test_byte_order_mark_is_ignored() -> None:
    assert parse(b"\xef\xbb\xbfa: 1").data == {"a": 1}


def test_aliases_cannot_multiply_without_end() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for last, name in zip("abcdefg", "bcdefgh", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n"
    with pytest.raises(InvalidInput, match=r"SS2109: more than 200,000 values once aliases"):
        parse(bomb)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 5_000 + "x"])
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(InvalidInput, match="SS2109: more than 40 levels deep"):
        parse(text)


def test_size_is_bounded() -> None:
    with pytest.raises(InvalidInput, match="SS2109: the file is too large"):
        parse("#" * (MAX_BYTES + 1))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file: .*none\.yaml"):
        read(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="is a folder, not a file"):
        read(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        read("a\0b")


_PIECES = st.sampled_from(
    ["a", "b: ", "- ", "\n", "  ", "[", "]", "{", "}", ", ", "&x ", "*x", "!!str ", "'", '"', "|",
     ">", "? ", ": ", "#", "---\n", "...", "\t", "%YAML 1.2\n", "~", "é", "\u2028", "0x", "1e9"]
)  # fmt: skip


def _parsed_or_refused(text: str | bytes) -> Source | SahelsimError:
    try:
        return parse(text)
    except SahelsimError as error:
        return error


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_code(text: str) -> None:
    found = _parsed_or_refused(text)
    if isinstance(found, SahelsimError):
        assert found.code.startswith("SS21")
    else:
        assert all(mark.line <= len(found.lines) for mark in found.values.values())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_code(raw: bytes) -> None:
    found = _parsed_or_refused(raw)
    assert isinstance(found, Source) or found.code.startswith("SS21")
