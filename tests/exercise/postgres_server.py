"""A PostgreSQL server of the tests' own: its own directory, a socket and no port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

ROLE, PASSWORD, DATABASE = "school", "chalk", "classes"


def binary(name: str) -> Path | None:
    """A program of PostgreSQL; Debian keeps them out of the PATH."""
    found = shutil.which(name)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return Path(found) if found else places[-1] if places else None


class Server:
    """Starts, stops and kills the server; it refuses to run as root, so it does not."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ss-pg-"))  # short: a socket's path has a limit
        self._process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = next(a for a in pwd.getpwall() if a.pw_name in ("postgres", "nobody"))
            shutil.chown(self.folder, account.pw_uid, account.pw_gid)
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        secret = self.folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        self._run("initdb", "-D", str(self.data), "-U", ROLE, "--auth=scram-sha-256",
                  f"--pwfile={secret}", "-E", "UTF8", "--locale=C")  # fmt: skip
        self.start()
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")  # type: ignore[arg-type]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = DATABASE, password: str = PASSWORD) -> str:
        return f"postgresql://{ROLE}:{password}@/{database}?host={self.folder}"

    def _run(self, name: str, *arguments: str) -> None:
        program = binary(name)
        assert program is not None
        done = subprocess.run(
            [str(program), *arguments], capture_output=True, text=True, check=False,
            cwd=self.folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **self._as,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start it and wait until it answers; after a kill its orphans must be gone first."""
        import psycopg

        program = binary("postgres")
        assert program is not None
        for _ in range(100):
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [str(program), "-D", str(self.data), "-k", str(self.folder),
                     "-c", "listen_addresses=", "-c", "shared_buffers=16MB"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **self._as,
                )  # fmt: skip
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def end(self, by: signal.Signals) -> None:
        """End it by a signal: SIGINT in good order, SIGKILL without a word to its clients."""
        assert self._process is not None
        self._process.send_signal(by)
        self._process.wait()

    def close(self) -> None:
        """End it and remove all that it wrote."""
        if self._process is not None and self._process.poll() is None:
            self.end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)
