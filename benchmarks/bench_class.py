"""A class at work: 200 players in 40 games of one server, pages, orders, odds.

python -m benchmarks.bench_class [--games 40] [--seconds 60]

The server runs in a process of its own, players in this one. Each player has the page's stream
open, loads the page every few seconds and now and then writes an order or takes it back.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import measure
from sahelsim.exercise import Game, load_exercise
from sahelsim.exercise.access import Keys

EXERCISE = "pont-aerien-2023"
ORDERS = {
    "bamako": ("reinforce", {"destination": "gao", "men": 100}),
    "niamey": ("reinforce", {"destination": "tillaberi", "men": 100}),
    "ouagadougou": ("reinforce", {"destination": "djibo", "men": 100}),
    "coalition": ("posture", {"level": "hold", "days": 14}),
    "jnim": ("posture", {"level": "disperse", "days": 14}),
}
LOOK_S, WRITE_S = 4.0, 10.0  # between two page loads, and two writes, of a player
JOIN_S = 5.0  # in which all join
TIMES = dict[str, list[float]]


def begin(folder: Path, games: int) -> list[Keys]:
    """Make games whose first turn is open for orders."""
    exercise = load_exercise(EXERCISE)
    found = []
    for n in range(games):
        game, keys = Game.create(exercise, folder / f"g{n:02}", seed=n, rehearsal=False)
        game.step("write")
        game.close()
        found.append(keys)
    return found


class Server:
    """``sahelsim exercise serve`` with all games, in a process of its own."""

    def __init__(self, folders: list[Path]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sahelsim", "exercise", "serve", *map(str, folders),
             "--host", "127.0.0.1", "--port", str(port)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = ""
        assert self.process.stdout is not None
        while "Ctrl-C" not in said:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("the server did not start")
            said += line
        self.start_s = time.perf_counter() - began
        self.keys = re.findall(r"#key=(\S+)", said)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


class Browser:
    """One connection that stays open, and no more work than it takes: players share a core."""

    def __init__(self, server: Server, times: TIMES) -> None:
        self.port = int(server.url.rpartition(":")[2])
        self.times = times
        self.bearer = ""

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    def send(self, method: str, path: str, body: object = None) -> None:
        """Write a request."""
        content = b"" if body is None else json.dumps(body).encode()
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}",
                f"Content-Length: {len(content)}", "Content-Type: application/json",
                "Accept-Encoding: gzip"]  # fmt: skip
        if self.bearer:
            head.append(f"Authorization: Bearer {self.bearer}")
        self.writer.write("\r\n".join([*head, "", ""]).encode() + content)

    async def ask(self, what: str, method: str, path: str, body: object = None) -> bytes:
        """Send a request, and keep its milliseconds and what came back.

        Raises:
            SystemExit: it was not answered as it should be.
        """
        began = time.perf_counter()
        self.send(method, path, body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"content-length: (\d+)", head)
        content = await self.reader.readexactly(int(length[1]) if length else 0)
        self.times.setdefault(what, []).append(1e3 * (time.perf_counter() - began))
        if " 200 " not in head.split("\r\n")[0]:
            raise SystemExit(f"{what}: {head.splitlines()[0]} {content[:200]!r}")
        return content


async def player(
    server: Server, team: str, code: str, n: int, times: TIMES, all_in: asyncio.Barrier,
    seconds: float,
) -> None:  # fmt: skip
    """Join; once everybody is in, read and write for so many seconds."""
    await asyncio.sleep(JOIN_S * n / 200)
    web, stream = Browser(server, times), Browser(server, {})
    await web.open()
    answer = await web.ask("join", "POST", "/api/join", {"code": code, "name": f"P{n}"})
    web.bearer = stream.bearer = json.loads(answer)["bearer"]
    await stream.open()
    stream.send("GET", "/stream/seat")
    listening = asyncio.create_task(_listen(stream))
    share = (n * 0.618) % 1.0  # spreads what players do over the seconds
    await web.ask("first page", "GET", "/play")
    await all_in.wait()
    end = time.monotonic() + LOOK_S + seconds
    await asyncio.sleep(LOOK_S * share)
    last, given, step = time.monotonic() - WRITE_S * share, "", 0
    while time.monotonic() < end:
        await web.ask("page", "GET", "/play")
        if time.monotonic() - last > WRITE_S:
            last = time.monotonic()
            if given:
                await web.ask("withdrawal", "POST", "/api/withdraw", {"order": given})
                given = ""
            else:
                card, arguments = ORDERS[team]
                body = {"card": card, "arguments": arguments}
                given = json.loads(await web.ask("order", "POST", "/api/order", body))["order"]
        step += 1
        await asyncio.sleep(LOOK_S * (0.8 + 0.4 * ((n * 7 + step) % 10) / 10))
    listening.cancel()
    web.writer.close()
    stream.writer.close()


async def _listen(stream: Browser) -> None:
    while await stream.reader.read(4096):
        pass


async def play(server: Server, keys: list[Keys], seconds: float) -> TIMES:
    """All players at once."""
    times: TIMES = {}
    seats = [(team, own.codes[team]) for own in keys for team in ORDERS]
    all_in = asyncio.Barrier(len(seats))
    await asyncio.gather(
        *(
            player(server, team, code, n, times, all_in, seconds)
            for n, (team, code) in enumerate(seats)
        )
    )
    return times


def odds(server: Server, folders: list[Path], rounds: int) -> list[float]:
    """Lock and show the odds of some games, one after another; seconds for 400 futures."""
    found = []
    for folder, key in list(zip(folders, server.keys, strict=True))[:rounds]:
        game = Game.open(folder)
        bearer = {"Authorization": f"Bearer {game.log.read()[0].hash[:12]}.{key}"}
        game.close()
        with httpx.Client(base_url=server.url, headers=bearer, timeout=60) as web:
            web.post("/api/white/step", json={"what": "lock"}).raise_for_status()
            began = time.perf_counter()
            web.post("/api/white/step", json={"what": "odds"}).raise_for_status()
            found.append(time.perf_counter() - began)
    return found


def percentiles(sheet: measure.Sheet, case: str, values: list[float], target: str) -> None:
    """A row with the 95th percentile; median and 99th beside it."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    sheet.rows.append(
        measure.Row(f"{case}, 95th percentile", cuts[94], "ms", cuts[49], cuts[98], len(values),
                    target, "in brackets: the median and the 99th percentile")
    )  # fmt: skip


def main() -> None:
    """Measure."""
    given = measure.options(__doc__, games=40, seconds=60, rounds=5)
    sheet = measure.Sheet(
        "class", "A class at work", "One server on one laptop carries forty games at once."
    )
    with tempfile.TemporaryDirectory() as place:
        keys = begin(Path(place), given.games)
        folders = sorted(Path(place).iterdir())
        server = Server(folders)
        try:
            used = _processor_s(server.process.pid)
            began = time.perf_counter()
            times = asyncio.run(play(server, keys, given.seconds))
            took = time.perf_counter() - began
            load = (_processor_s(server.process.pid) - used) / took
            people = f"{given.games * len(ORDERS)} players in {given.games} games"
            percentiles(sheet, f"page of a seat, {people}", times["page"], "under 300 ms")
            percentiles(sheet, f"order, {people}", times["order"], "under 250 ms")
            percentiles(sheet, f"withdrawal, {people}", times["withdrawal"], "under 250 ms")
            percentiles(sheet, f"first page after joining, {given.games * len(ORDERS)} of them",
                        times["first page"], "under 300 ms")  # fmt: skip
            percentiles(sheet, f"join, {given.games * len(ORDERS)} in five seconds",
                        times["join"], "under 250 ms")  # fmt: skip
            sheet.add("processor share of the server", [100 * load], "%")
            sheet.add("memory of the server", [measure.memory_mb(server.process.pid)], "MB")
            sheet.add("start of the server with all games", [server.start_s], "s")
            sheet.add("odds of 400 futures of a month", odds(server, folders, given.rounds), "s",
                      "under 1 s")  # fmt: skip
        finally:
            server.stop()
    sheet.text.append(
        "Joins come within five seconds and are measured apart. When all are in, every player has "
        "a stream open, loads the whole page every four seconds and writes every ten; every order "
        "is looked at by the model and is on disk before it is acknowledged. Server and players "
        "share the machine's cores, in two processes."
    )
    measure.publish(sheet)


def _processor_s(pid: int) -> float:
    """Processor seconds of a process so far."""
    cells = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(cells[11]) + int(cells[12])) / 100.0


if __name__ == "__main__":
    main()
