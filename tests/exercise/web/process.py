"""A server in a process of its own."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys

from sahelsim.exercise.network import public_url

# A shell that starts the tests in the background makes them, and what they start, deaf to Ctrl-C.
START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from sahelsim.cli.main import main; sys.exit(main())"
)
CODE = re.compile(r"^  (\w+) +(\w{4}) (\w{4})$", re.MULTILINE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """``sahelsim exercise …`` in a process of its own, as an instructor starts it."""

    def __init__(self, *words: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        if "0.0.0.0" in words:  # as a class has it, where this machine is on a network
            self.url = public_url("0.0.0.0", self.port)
        if "--host" not in words:
            words += ("--host", "127.0.0.1")
        words += ("--port", str(self.port))
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "exercise", *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()[1]
            self.said += line
        self.codes = {team: a + b for team, a, b in CODE.findall(self.said)}
        found = re.search(r"#key=(\S+)", self.said)
        assert found is not None
        self.key = found[1]

    def stop(self) -> tuple[int, str]:
        """Ctrl-C; the exit code, and what was said to stderr."""
        self.process.send_signal(signal.SIGINT)
        _, talk = self.process.communicate(timeout=30)
        return self.process.returncode, talk

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.communicate(timeout=30)
