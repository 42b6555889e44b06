"""A worker process of the local engine: ``python -m sahelsim.experiment.sweep.worker``.

It reads chunks from its standard input and writes rows to its standard output, each as a pickled
frame. Two cares make it safe to leave alone: it ends with its driver, whatever happens to that
(standard input closes; on Linux the kernel also sends a signal), and before each run it notes in
a small shared file which one it is, so that the driver can tell which run killed or hangs it.
"""

from __future__ import annotations

import mmap
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

LENGTH = struct.Struct("<Q")
BEAT = struct.Struct("<qqq")  # chunk, position in it, monotonic ns at which the run began
PR_SET_PDEATHSIG = 1


def write_frame(stream: IO[bytes], message: Any) -> None:
    """Write one message."""
    content = pickle.dumps(message, protocol=5)
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Any:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
    """
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    size = LENGTH.unpack(head)[0]
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return pickle.loads(content)


class Beat:
    """The shared note of what a worker is doing.

    Args:
        path: A file of the size of :data:`BEAT`, made by the driver.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), BEAT.size)

    @staticmethod
    def create(path: Path) -> Beat:
        """A new file that says: idle."""
        path.write_bytes(BEAT.pack(-1, -1, 0))
        return Beat(path)

    def set(self, chunk: int, position: int) -> None:
        """Note that a run begins now."""
        BEAT.pack_into(self._memory, 0, chunk, position, time.monotonic_ns())

    def get(self) -> tuple[int, int, float]:
        """Chunk, position and the seconds since the run began; (-1, -1, …) while idle."""
        chunk, position, began = BEAT.unpack_from(self._memory, 0)
        return chunk, position, (time.monotonic_ns() - began) / 1e9

    def close(self) -> None:
        """Let go of the file."""
        self._memory.close()


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process with its parent, where it can (Linux)."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os._exit(1)


def main() -> None:
    """Serve chunks until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides what Ctrl-C means
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a run prints must not end up between frames
    parent, path, beat_path, content = read_frame(source)
    end_with_parent(parent)
    sys.path[:] = path
    chunks: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def listen() -> None:
        try:
            while True:
                chunks.put(read_frame(source))
        except Exception:
            os._exit(0)  # the driver is gone: nobody waits for what is under way

    threading.Thread(target=listen, daemon=True).start()
    from sahelsim.experiment.sweep.work import describe, run_chunk

    beat = Beat(beat_path)
    try:
        job = pickle.loads(content)
        runner = job.make()
    except Exception as fault:
        write_frame(sink, ("broken", describe(fault)))
        return
    write_frame(sink, ("ready", None))
    while True:
        chunk = chunks.get()
        rows = run_chunk(job, runner, chunk, lambda at, n=chunk.number: beat.set(n, at))  # type: ignore[misc]
        beat.set(-1, -1)
        write_frame(sink, ("rows", (chunk.number, rows)))


if __name__ == "__main__":
    main()
