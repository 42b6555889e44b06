"""``sahelsim doctor --lan``: will the phones of a class reach this machine?

A small server stands where the class's would, and this machine asks it over each of its own
addresses. What that cannot tell (firewall, a Wi-Fi that keeps devices apart) a phone can: with
``--wait`` the server stays until one has opened its page.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sahelsim.base.errors import EnvironmentFault
from sahelsim.base.formatting import plural
from sahelsim.cli import ui
from sahelsim.cli.doctor import Finding, extra
from sahelsim.exercise.network import (
    EVERYWHERE,
    LOOPBACK,
    Interface,
    interfaces,
    lan_address,
    listen,
    public_url,
)

ANSWER = "sahelsim: this device reaches the laptop of the class."
TIMEOUT_S = 3.0
UFW = Path("/etc/ufw/ufw.conf")


class Reach:
    """The small server, and which other devices have asked it.

    Args:
        listener: A socket that listens.
        own: Addresses of this machine; whoever asks from another one is another device.
    """

    def __init__(self, listener: socket.socket, own: set[str]) -> None:
        self.port = int(listener.getsockname()[1])
        self.arrived = threading.Event()
        self.devices: list[str] = []
        reach = self

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                device = str(self.client_address[0])
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write(ANSWER.encode())
                if device not in own and device not in reach.devices:
                    reach.devices.append(device)
                    reach.arrived.set()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(
            listener.getsockname()[:2], Page, bind_and_activate=False
        )
        self._server.socket.close()
        self._server.socket = listener
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def answers(self, address: str) -> str:
        """Why this machine cannot reach the server at ``address``; '' if it can."""
        asked = http.client.HTTPConnection(address, self.port, timeout=TIMEOUT_S)
        try:
            asked.request("GET", "/")
            said = asked.getresponse().read(len(ANSWER) + 1).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as fault:
            return str(fault) or type(fault).__name__
        finally:
            asked.close()
        return "" if said == ANSWER else "another server answers there"

    def close(self) -> None:
        """End the server and give the port back."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def reachable(port: int, own: set[str]) -> Iterator[Reach]:
    """A :class:`Reach` on every address of this machine, for the time of the block.

    Raises:
        EnvironmentFault: SS8062, the port is taken.
    """
    reach = Reach(listen(EVERYWHERE, port), own)
    try:
        yield reach
    finally:
        reach.close()


def examine_lan(port: int, wait_s: float = 0.0, *, silent: bool = False) -> Iterator[Finding]:
    """Yield what is found about the network, each as soon as it is known.

    Args:
        port: That of the class's server.
        wait_s: Keep the small server for so many seconds, or until another device has opened it.
        silent: Do not tell people what to open meanwhile.
    """
    yield extra("web")
    found = interfaces()
    yield connected(found)
    yield address(port)
    try:
        with reachable(port, {LOOPBACK, *(each.address for each in found)}) as reach:
            yield Finding("port", "ok", f"{port} is free")
            yield from (answered(reach, each) for each in [*found, Interface("loopback", LOOPBACK)])
            yield firewall(port)
            if wait_s > 0:
                yield device(reach, public_url(EVERYWHERE, port), wait_s, silent=silent)
    except EnvironmentFault as fault:
        yield Finding("port", "fail", fault.message, fault.hint or "")
        yield firewall(port)


def connected(found: list[Interface]) -> Finding:
    """The interfaces and their addresses; virtual ones are no way for a class."""
    real = [each for each in found if not each.virtual]
    shown = ", ".join(
        f"{each.name} {each.address}" + (" (virtual)" if each.virtual else "") for each in found
    )
    if not real:
        advice = "join a network, or switch on a hotspot on this laptop or a phone"
        return Finding("interfaces", "warn", shown or "none but this machine's own", advice)
    return Finding("interfaces", "ok", shown)


def address(port: int) -> Finding:
    """What participants would type."""
    url = public_url(EVERYWHERE, port)
    if not lan_address():
        advice = "with no network only this machine's own browsers take part"
        return Finding("address", "warn", url, advice)
    return Finding("address", "ok", f"{url} is what participants type")


def answered(reach: Reach, interface: Interface) -> Finding:
    """Whether this machine reaches its own server at one of its addresses."""
    why = reach.answers(interface.address)
    where = f"{interface.address} ({interface.name})"
    if why:
        advice = "a firewall or VPN on this machine stands between; switch it off, or open the port"
        return Finding("self-check", "fail", f"{where}: {why}", advice)
    return Finding("self-check", "ok", f"{where} answers")


def firewall(port: int) -> Finding:
    """A firewall that is known to be on, and how to open the port."""
    if sys.platform == "win32":
        advice = "when Windows asks whether Python may accept connections, allow private networks"
        return Finding("firewall", "warn", "Windows may ask", advice)
    if sys.platform == "darwin":
        advice = "when macOS asks whether Python may accept connections, allow it"
        return Finding("firewall", "warn", "macOS may ask", advice)
    if _says(UFW, "ENABLED=yes"):
        return Finding("firewall", "warn", "ufw is on", f"sudo ufw allow {port}/tcp")
    if shutil.which("firewall-cmd") and _output("firewall-cmd", "--state") == "running":
        return Finding(
            "firewall", "warn", "firewalld is on", f"sudo firewall-cmd --add-port={port}/tcp"
        )
    return Finding("firewall", "ok", "neither ufw nor firewalld is on")


def device(reach: Reach, url: str, wait_s: float, *, silent: bool) -> Finding:
    """Whether another device opens the page within ``wait_s`` seconds."""
    ui.talk(f"open this on a phone that is on the same network, within {wait_s:.0f} s:  {url}",
            quiet=silent)  # fmt: skip
    if not silent:
        _show_code(url)
    began = time.monotonic()
    if not reach.arrived.wait(wait_s):
        return Finding(
            "phone", "fail", f"no other device came within {wait_s:.0f} s",
            "where the Wi-Fi keeps devices apart, or a firewall refuses, use a hotspot of your own",
        )  # fmt: skip
    seconds = time.monotonic() - began
    who = f"{plural(len(reach.devices), 'device')} ({', '.join(reach.devices)})"
    return Finding("phone", "ok", f"{who} after {seconds:.0f} s")


def _show_code(url: str) -> None:
    """The QR code of an address on a terminal, where one can be drawn."""
    if not sys.stderr.isatty():
        return
    try:
        import segno
    except ImportError:
        return
    segno.make(url, error="m", micro=False).terminal(out=sys.stderr, compact=True)


def _says(file: Path, line: str) -> bool:
    try:
        return line in file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False


def _output(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
