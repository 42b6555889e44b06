"""Serve games from one process, and stop cleanly."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from sahelsim.exercise.web.app import create_app
from sahelsim.exercise.web.room import Hall

DRAIN_S = 3


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
