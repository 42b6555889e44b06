"""Groups: named, immutable, picklable; kernels read and write their arrays through one pointer."""

from __future__ import annotations

import gc
import pickle
from typing import Any

import numba
import numpy as np
import pytest

from sahelsim.model.groups import Group, GroupType


class Small(Group):
    """Two arrays and a number."""

    men: Any  # float64 [n]
    grid: Any  # int64 [n, m]
    rate: Any  # number


class Outer(Group):
    """A group in a group."""

    inner: Any
    flags: Any  # uint8 [a, b, c]
    scale: Any  # number


def small(n: int = 4, m: int = 3, rate: float = 0.5) -> Small:
    return Small(
        men=np.arange(n, dtype=np.float64),
        grid=np.arange(n * m, dtype=np.int64).reshape(n, m),
        rate=rate,
    )


def outer(n: int = 4) -> Outer:
    return Outer(small(n), np.zeros((2, 3, n), dtype=np.uint8), 2)


@numba.njit
def work(group: Any) -> float:
    """Reads and writes every field of an outer group."""
    total = 0.0
    for i in range(group.inner.men.shape[0]):
        group.inner.men[i] += group.inner.rate * group.scale
        for j in range(group.inner.grid.shape[1]):
            group.inner.grid[i, j] *= 2
            total += group.inner.grid[i, j]
    for a in range(group.flags.shape[0]):
        for b in range(group.flags.shape[1]):
            for c in range(group.flags.shape[2]):
                group.flags[a, b, c] = 100 * a + 10 * b + c
    return total


@numba.njit
def inner_of(group: Any) -> float:
    return add(group.inner, group.scale)


@numba.njit
def add(group: Any, scale: float) -> float:
    return group.men.sum() * scale


@numba.njit
def row(group: Any, i: int) -> Any:
    line = group.grid[i]
    line[0] = -1
    return line.sum()


def test_fields_by_name_and_by_place() -> None:
    group = small()
    assert Small._fields == ("men", "grid", "rate")
    assert len(group) == 3
    assert [id(item) for item in group] == [id(group.men), id(group.grid), id(group.rate)]
    by_place = Small(group.men, group.grid, 0.25)
    assert by_place.men is group.men
    assert by_place.rate == 0.25
    assert repr(group) == "Small(men, grid, rate)"


@pytest.mark.parametrize(
    ("arguments", "named", "wrong"),
    [
        ((), {}, r"\['grid', 'men', 'rate'\]"),
        ((np.zeros(1),), {"grid": np.zeros((1, 1))}, r"\['rate'\]"),
        ((np.zeros(1), np.zeros((1, 1)), 1.0), {"more": 2.0}, r"\['more'\]"),
        ((np.zeros(1), np.zeros((1, 1)), 1.0, 2.0), {}, "missing or unknown fields"),
    ],
)
def test_missing_and_unknown_fields(arguments: Any, named: Any, wrong: str) -> None:
    with pytest.raises(TypeError, match=f"Small: .*{wrong}|Small: {wrong}"):
        Small(*arguments, **named)


def test_groups_do_not_change_but_their_arrays_do() -> None:
    group = small()
    with pytest.raises(AttributeError, match=r"Small\.rate cannot be set"):
        group.rate = 1.0
    with pytest.raises(AttributeError, match=r"Small\.other cannot be set"):
        group.other = 1.0
    group.men[2] = 77.0
    assert group.men[2] == 77.0


def test_replace_makes_another_group_with_the_other_arrays() -> None:
    group = small()
    changed = group._replace(rate=2.0)
    assert (group.rate, changed.rate) == (0.5, 2.0)
    assert changed.men is group.men
    with pytest.raises(TypeError, match=r"\['rats'\]"):
        group._replace(rats=1.0)
    longer = Outer(group, np.zeros((1, 1, 1), np.uint8), 1.0)._replace(inner=small(9))
    assert inner_of(longer) == 36.0


@pytest.mark.parametrize(
    "grid", [np.zeros((4, 6))[:, ::2], np.asfortranarray(np.zeros((4, 3))), np.zeros((3, 4)).T]
)
def test_arrays_that_are_not_contiguous_are_refused(grid: Any) -> None:
    with pytest.raises(TypeError, match=r"Small\.grid is not C-contiguous"):
        small()._replace(grid=grid)


@pytest.mark.parametrize("rate", ["0.5", None, True, [1.0]])
def test_what_is_neither_number_array_nor_group_is_refused(rate: Any) -> None:
    with pytest.raises(TypeError, match=r"Small\.rate must be a number, an array or a group"):
        small()._replace(rate=rate)


def test_kernels_read_and_write_through_groups() -> None:
    group = outer()
    before = group.inner.grid.copy()
    assert work(group) == 2 * before.sum()
    np.testing.assert_array_equal(group.inner.men, np.arange(4) + 0.5 * 2)
    np.testing.assert_array_equal(group.inner.grid, 2 * before)
    a, b, c = np.indices(group.flags.shape)
    np.testing.assert_array_equal(group.flags, 100 * a + 10 * b + c)


def test_a_kernel_passes_a_nested_group_on() -> None:
    assert inner_of(outer(5)) == (0 + 1 + 2 + 3 + 4) * 2


def test_a_row_of_an_array_is_a_view_in_a_kernel() -> None:
    group = small()
    assert row(group, 2) == -1 + 7 + 8
    assert group.grid[2, 0] == -1
    assert group.grid[1, 0] == 3


def test_other_shapes_do_not_compile_anew() -> None:
    for n in (1, 4, 7, 50):
        group = outer(n)
        assert inner_of(group) == n * (n - 1)
        work(group)
        assert group.flags[1, 2, n - 1] == (120 + n - 1) % 256
    assert len(inner_of.signatures) == 1
    assert len(work.signatures) == 1


def test_another_kind_of_array_compiles_anew() -> None:
    @numba.njit
    def first(group: Any) -> Any:
        return group.men[0]

    assert first(small()) == 0.0
    single = small()._replace(men=np.array([2.5], dtype=np.float32))
    assert first(single) == 2.5
    assert len(first.signatures) == 2


def test_whole_numbers_arrive_as_real_ones() -> None:
    @numba.njit
    def half(group: Any) -> float:
        return group.rate / 2

    assert half(small(rate=3)) == 1.5
    assert half(small(rate=-0.0)) == 0.0
    assert np.isnan(half(small(rate=float("nan"))))
    assert half(small(rate=1e300)) == 5e299
    assert len(half.signatures) == 1


def test_an_unknown_field_does_not_compile() -> None:
    @numba.njit
    def wrong(group: Any) -> float:
        return group.women[0]

    with pytest.raises(numba.TypingError, match="women"):
        wrong(small())


def test_a_group_keeps_its_arrays_and_groups_alive() -> None:
    group = outer(1_000)
    wanted = group.inner.men.sum() * 2
    gc.collect()
    junk = [np.full(1_000, -1.0) for _ in range(200)]
    assert inner_of(group) == wanted
    assert inner_of(Outer(small(1_000), np.zeros((1, 1, 1), np.uint8), 2.0)) == wanted
    assert len(junk) == 200


def test_groups_pickle_with_their_content_and_get_their_own_memory() -> None:
    group = outer()
    copy = pickle.loads(pickle.dumps(group))
    assert type(copy) is Outer
    np.testing.assert_array_equal(copy.inner.grid, group.inner.grid)
    assert (copy.scale, copy.inner.rate) == (2, 0.5)
    work(copy)
    assert group.flags.sum() == 0
    assert copy.flags.sum() > 0
    assert inner_of(copy) != inner_of(group)


def test_equal_kinds_share_one_type() -> None:
    a, b = numba.typeof(small(3)), numba.typeof(small(8))
    assert isinstance(a, GroupType)
    assert a is b
    assert numba.typeof(outer()) is not a


def test_places_of_fields_in_the_table() -> None:
    kind = numba.typeof(outer())
    assert kind.place("inner")[0] == 0
    assert kind.place("flags")[0] == 1  # a group takes one word
    assert kind.place("scale")[0] == 5  # an array takes its pointer and its shape
    with pytest.raises(KeyError):
        kind.place("men")
