"""kill -9 of the server at random moments: nothing acknowledged is lost, no turn is half.

Players and a facilitator go on asking, with the same keys, whether the server is there or not.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from sahelsim.exercise.game import Game
from sahelsim.exercise.log import check_chain
from sahelsim.exercise.replay import read_log, replay
from tests.exercise.conftest import small_text
from tests.exercise.web.process import Served

pytestmark = pytest.mark.long
ROUNDS = 20
TEAMS = ("bamako", "niamey", "coalition")
GONE = (httpx.TransportError,)


class Class:
    """People who click; they remember what they were told."""

    def __init__(self, server: Served) -> None:
        self.url = server.url
        self.stop = threading.Event()
        self.acknowledged: dict[str, str] = {}
        self.codes = dict(server.codes)
        self.statuses: Counter[int] = Counter()
        self.lock = threading.Lock()
        self.room = ""

    def ask(self, path: str, body: dict[str, Any], bearer: str) -> httpx.Response | None:
        """Ask until there is an answer; None at the end."""
        while not self.stop.is_set():
            try:
                headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
                answer = httpx.post(self.url + path, json=body, timeout=20, headers=headers)
            except GONE:
                time.sleep(0.05)
                continue
            with self.lock:
                self.statuses[answer.status_code] += 1
            assert answer.status_code < 500 or answer.status_code == 503, answer.text
            return answer
        return None

    def note(self, key: str, what: str, answer: httpx.Response | None) -> bool:
        if answer is None or answer.status_code != 200:
            return False
        with self.lock:
            self.acknowledged[key] = answer.json().get(what, "")
        return True

    def player(self, team: str) -> None:
        joined = self.ask("/api/join", {"code": self.codes[team], "name": team, "key": team}, "")
        if joined is None:
            return
        assert joined.status_code == 200, joined.text
        bearer = joined.json()["bearer"]
        n = 0
        while not self.stop.is_set():
            n += 1
            order = ({"card": "posture", "arguments": {"level": "hold", "days": 14}}
                     if team == "coalition" else
                     {"card": "reinforce", "arguments": {
                         "destination": "gao" if team == "bamako" else "tillaberi",
                         "men": 60}})  # fmt: skip
            key = f"{team}-o{n}"
            answer = self.ask("/api/order", {**order, "why": key, "key": key}, bearer)
            given = self.note(key, "order", answer)
            key = f"{team}-m{n}"
            message = {"to": ["facilitator"], "text": key, "key": key}
            self.note(key, "message", self.ask("/api/message", message, bearer))
            if given and n % 2:
                gone = {"order": self.acknowledged[f"{team}-o{n}"], "key": f"{team}-w{n}"}
                self.note(f"{team}-w{n}", "withdrawn", self.ask("/api/withdraw", gone, bearer))

    def facilitator(self, bearer: str) -> None:
        while not self.stop.is_set():
            for what in ("write", "lock", "odds", "roll", "play", "next"):
                time.sleep(0.7 if what == "lock" else 0.05)
                self.ask("/api/white/step", {"what": what}, bearer)
            seen = None
            try:
                seen = httpx.get(self.url + "/api/white/picture", timeout=20,
                                 headers={"Authorization": f"Bearer {bearer}"})  # fmt: skip
            except GONE:
                continue
            if seen.status_code == 200 and seen.json()["phase"] == "over":
                self.ask("/api/white/rewind", {"turn": 2}, bearer)


def check(folder: Path, people: Class) -> int:
    """Look through the log of a server that was killed."""
    events = read_log(folder)
    check_chain(events)
    kept = {event.idem: event for event in events if event.idem}
    for key, told in people.acknowledged.items():
        found = [event for idem, event in kept.items() if idem.endswith(f":{key}")]
        assert len(found) == 1, key
        assert not told or told == found[0].body.get("order", f"{found[0].kind[0]}{found[0].seq}")
    said = Counter(event.body["why"] for event in events if event.kind == "order.given")
    assert [why for why, times in said.items() if times > 1] == []
    for event in events:
        if event.kind == "turn.played":
            assert set(event.body) >= {"digest", "scores", "shared", "refusals", "outcomes"}
    return len(events)


def test_nothing_acknowledged_is_lost_and_no_turn_is_half(tmp_path: Path) -> None:
    file, folder = tmp_path / "small.exercise.yaml", tmp_path / "g"
    file.write_text(small_text(), encoding="utf-8")
    chance = random.Random(20230820)
    server = Served("serve", str(file), "--out", str(folder))
    people = Class(server)
    game = Game.open(folder)
    room = game.log.read()[0].hash[:12]
    game.close()
    threads = [threading.Thread(target=people.player, args=(team,)) for team in TEAMS]
    threads.append(threading.Thread(target=people.facilitator, args=(f"{room}.{server.key}",)))
    for thread in threads:
        thread.start()
    restarts, before = [], 0
    try:
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.3, 3.0))
            server.kill()
            events = check(folder, people)
            assert events > before  # between two deaths something happened
            before = events
            began = time.monotonic()
            server = Served("serve", str(folder), port=server.port)
            restarts.append(time.monotonic() - began)
        time.sleep(2.0)
    finally:
        people.stop.set()
        for thread in threads:
            thread.join(30)
        if server.process.poll() is None:
            server.kill()
    check(folder, people)
    _, state, compared = replay(read_log(folder))
    assert len(people.acknowledged) > 5 * ROUNDS
    assert compared >= 3
    middle = sorted(restarts)[len(restarts) // 2]
    print(
        f"{ROUNDS} x kill -9: {len(people.acknowledged)} acknowledged, 0 lost, 0 twice; "
        f"{state.seq} events, {compared} turns played again bit for bit; restart median "
        f"{middle:.1f} s, longest {max(restarts):.1f} s; answers {dict(people.statuses)}"
    )
