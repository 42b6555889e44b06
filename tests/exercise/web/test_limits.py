"""How often somebody may try: windows, guesses, work of the model."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from sahelsim.base.errors import EnvironmentFault
from sahelsim.exercise.access import ALPHABET, CODE_LENGTH
from sahelsim.exercise.web.jobs import MOST_WAITING, Jobs
from sahelsim.exercise.web.limits import LONGEST_DELAY_S, MOST_KEYS, Guesses, Window
from tests.exercise.web.conftest import Class


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_window_slides() -> None:
    clock = Clock()
    window = Window(3, 60.0, clock)
    assert [window.take("a") for _ in range(4)] == [True, True, True, False]
    assert window.take("b")
    clock.now = 59.9
    assert not window.take("a")
    clock.now = 60.0
    assert window.take("a")


def test_a_window_forgets_old_addresses_before_it_eats_the_memory() -> None:
    window = Window(3)
    for n in range(MOST_KEYS + 50):
        window.add(str(n))
    assert len(window._hits) == MOST_KEYS


def test_guesses_are_limited_by_address_and_in_all() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    for _ in range(10):
        assert not guesses.barred("a")
        guesses.wrong("a")
    assert guesses.barred("a")
    assert not guesses.barred("b")
    for n in range(90):
        guesses.wrong(f"x{n}")
    assert guesses.barred("b")
    guesses.lift()
    assert not guesses.barred("a")


def test_answers_slow_down_and_recover() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    delays = []
    for _ in range(10):
        guesses.wrong("a")
        delays.append(guesses.delay_s("a"))
    assert delays[4] == 0.0
    assert delays[5:] == sorted(delays[5:])
    assert delays[5] > 0.0
    assert delays[-1] <= LONGEST_DELAY_S
    clock.now = 61.0
    assert guesses.delay_s("a") == 0.0


def test_a_day_of_guessing_finds_no_code() -> None:
    clock, tries = Clock(), 0
    guesses = Guesses(clock)
    for minute in range(10):
        clock.now = 60.0 * minute
        for n in range(300):  # from ever other addresses
            if not guesses.barred(f"{minute}.{n}"):
                guesses.wrong(f"{minute}.{n}")
                tries += 1
    codes = len(ALPHABET) ** CODE_LENGTH
    assert tries * 6 * 24 * 40 / codes < 1e-5  # of 40 codes that open something


def test_a_thief_is_stopped_and_the_class_behind_the_same_address_is_not(
    writing: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    thief = writing.visitor()
    answers = [thief.join("AAAABBBB", "Eve").status_code for _ in range(12)]
    assert answers == [403] * 10 + [429] * 2
    assert thief.join(writing.keys.codes["bamako"], "Eve").status_code == 429
    elsewhere = writing.visitor(address="192.0.2.99")
    assert elsewhere.join(writing.keys.codes["bamako"], "Awa").status_code == 303
    writing.leader(address="192.0.2.98").form("/white/do/lift", "/white")
    assert thief.join(writing.keys.codes["bamako"], "Issa").status_code == 303


def test_right_codes_give_the_tries_back(writing: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    for n in range(3):
        for _ in range(8):
            assert writing.visitor().join("AAAABBBB", "x").status_code == 403
        assert writing.visitor().join(writing.keys.codes["bamako"], f"P{n}").status_code == 303


def test_the_facilitators_key_is_guarded_alike(
    writing: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    thief = writing.visitor()
    answers = [thief.lead(f"guess{n}").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2


def test_wrong_codes_are_logged_on_one_line_and_not_in_full(
    writing: Class, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "sahelsim.web"):
        writing.visitor().join("\r\nEVILCODE", "x")
        writing.visitor().lead("A\r\nfacilitator opened the console")
    assert len(caplog.messages) == 2
    for line in caplog.messages:
        assert "\n" not in line
        assert "\r" not in line
        assert "EVILCODE" not in line
        assert "192.0.2.50" in line


def test_a_seat_that_writes_without_end_is_stopped(
    writing: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    player, other = writing.player("bamako"), writing.player("bamako", "Issa")
    monkeypatch.setattr(writing.app.state.porter, "writes", Window(5))
    answers = [player.form("/do/withdraw", "/play", order="o1").status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    assert other.form("/do/withdraw", "/play", order="o1").status_code == 422


def test_work_of_the_model_waits_in_line_and_the_line_is_short() -> None:
    jobs, gate, order = Jobs(), threading.Event(), []
    results: list[object] = []

    def work(n: int) -> int:
        gate.wait(10)
        order.append(n)
        return n

    def ask(n: int) -> None:
        try:
            results.append(jobs.do("room", lambda: work(n)))
        except EnvironmentFault as fault:
            results.append(fault.code)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(MOST_WAITING + 2)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    assert jobs.busy("room")
    assert not jobs.busy("other")
    gate.set()
    for thread in threads:
        thread.join(10)
    assert results.count("SS8066") == 2
    assert order == sorted(order) == list(range(MOST_WAITING))
    assert not jobs.busy("room")
    jobs.close()


def test_work_that_takes_too_long_goes_on_and_says_so() -> None:
    jobs, gate, done = Jobs(), threading.Event(), []
    with pytest.raises(EnvironmentFault, match="still at work"):
        jobs.do("room", lambda: (gate.wait(10), done.append(1)), patience_s=0.05)
    assert jobs.busy("room")
    gate.set()
    jobs.close()
    assert done == [1]
