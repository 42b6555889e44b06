"""Serve games from one process: find the address, say how to join, stop cleanly."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from sahelsim.base.errors import EnvironmentFault
from sahelsim.exercise.web.app import create_app
from sahelsim.exercise.web.room import Hall

EVERYWHERE = "0.0.0.0"
DRAIN_S = 3


def lan_address() -> str:
    """This machine's address on the room's network; '' where it is on none.

    Nothing is sent: connecting a datagram socket only asks which interface would be used.
    """
    for target in ("10.255.255.255", "192.168.255.255", "172.31.255.255", "198.51.100.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
                found = str(probe.getsockname()[0])
            except OSError:
                continue
        if found not in (EVERYWHERE, "127.0.0.1"):
            return found
    return ""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        EnvironmentFault: SS8062, the port is taken; SS8063, the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as fault:
        listener.close()
        if fault.errno == errno.EADDRINUSE:
            raise EnvironmentFault(
                "SS8062", f"port {port} is in use",
                hint=f"another server runs there; stop it, or add --port {port + 1}",
            ) from None  # fmt: skip
        if fault.errno == errno.EACCES:
            raise EnvironmentFault("SS8062", f"port {port} may not be used",
                                   hint="take a port above 1023") from None  # fmt: skip
        raise EnvironmentFault(
            "SS8063", f"cannot listen on {host}: {fault.strerror or fault}",
            hint="without --host the server listens on every address of this machine",
        ) from None  # fmt: skip
    return listener


def public_url(host: str, port: int) -> str:
    """What participants type."""
    name = (lan_address() or "127.0.0.1") if host in (EVERYWHERE, "::") else host
    shown = f"[{name}]" if ":" in name else name
    return f"http://{shown}" + ("" if port == 80 else f":{port}")


class _Server(uvicorn.Server):
    """A server that ends its streams as soon as it is told to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second time, at once."""
        streams = self.config.app.state.streams  # type: ignore[union-attr]
        streams.stop()
        super().handle_exit(sig, frame)


def _log_in_utc() -> None:
    """Write warnings to stderr, one line each, in universal time."""
    form = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(form)
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def serve(
    hall: Hall, listener: socket.socket, url: str, *, trusted: str = "",
    ready: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Serve until interrupted.

    Args:
        hall: The rooms; they are closed at the end.
        listener: The socket.
        url: What participants type.
        trusted: Address of a proxy whose ``X-Forwarded-For`` is believed; of none by default.
        ready: Called once the server answers.
    """
    _log_in_utc()
    app = create_app(hall, url)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, date_header=True,
        proxy_headers=bool(trusted), forwarded_allow_ips=trusted or None,
        timeout_graceful_shutdown=DRAIN_S, limit_concurrency=2_000, lifespan="on",
        timeout_keep_alive=20,
    )  # fmt: skip
    server = _Server(config)

    async def run() -> None:
        async def announce() -> None:
            while not server.started:
                await asyncio.sleep(0.02)
            if ready is not None:
                ready()

        waiting = asyncio.create_task(announce())
        await server.serve(sockets=[listener])
        waiting.cancel()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        pass  # the server has drained by then
    finally:
        hall.close()
