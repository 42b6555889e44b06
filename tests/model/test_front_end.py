"""Numba's front end with less work: each question once, and answers that still tell types apart."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model import front_end
from sahelsim.model.front_end import KernelCompiler, remembering
from sahelsim.model.kernel import kernel


def test_a_question_is_worked_out_once_and_by_types(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    resolve = front_end._resolve

    def note(function, context, args, kws):  # type: ignore[no-untyped-def]
        if args == (args[0],) * 2 and "mul" in str(function):
            asked.append(str(args[0]))
        return resolve(function, context, args, kws)

    monkeypatch.setattr(front_end, "_resolve", note)
    monkeypatch.setattr(front_end, "_answers", {})

    @kernel
    def powers(x, n):
        return x * x * x * x, n * n * n

    assert powers(2.0, 3) == (16.0, 27)
    assert isinstance(powers(2.0, 3)[1], int)  # the whole numbers got an answer of their own
    assert asked == ["float64", "int64"]


def test_numba_is_as_it_was_afterwards() -> None:
    before = front_end._Function.get_call_type
    with remembering(), remembering():
        assert front_end._Function.get_call_type is front_end._remembered
    assert front_end._Function.get_call_type is before
    with pytest.raises(ValueError, match="stop"), remembering():
        raise ValueError("stop")
    assert front_end._Function.get_call_type is before


def test_the_passes_left_out_are_passes_of_numba_and_no_other_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A renamed pass would come back without a word, and with it seconds of compilation."""
    lists = []
    define = KernelCompiler.define_pipelines

    def note(self):  # type: ignore[no-untyped-def]
        every = front_end._Builder.define_nopython_pipeline(self.state)
        lists.append([[each.__name__ for each, _ in every.passes]])
        lists[-1].append([each.__name__ for each, _ in define(self)[0].passes])
        return define(self)

    monkeypatch.setattr(KernelCompiler, "define_pipelines", note)

    @kernel
    def double(x):
        return 2.0 * x

    assert double(4.0) == 8.0
    assert lists
    for every, kept in lists:
        assert set(every) >= front_end._LEFT_OUT
        assert kept == [name for name in every if name not in front_end._LEFT_OUT]


def test_kernels_may_use_comprehensions_and_whole_arrays() -> None:
    @kernel
    def total(values):
        doubled = np.array([2.0 * value for value in values])
        return (doubled * 0.5 + values).sum()

    assert total(np.array([1.0, 2.0])) == 6.0
