"""This machine on the network of a room: its addresses, and a socket that a class can reach."""

from __future__ import annotations

import errno
import socket
import sys
from typing import NamedTuple

from sahelsim.base.errors import EnvironmentFault

EVERYWHERE = "0.0.0.0"
LOOPBACK = "127.0.0.1"
PORT = 8123
_VIRTUAL = ("docker", "br-", "virbr", "veth", "vmnet", "vboxnet", "tun", "tap", "wg")


class Interface(NamedTuple):
    """A network interface that has an address: its name, and the IPv4 address."""

    name: str
    address: str

    @property
    def virtual(self) -> bool:
        """Of a container, a virtual machine or a tunnel: no way for a class, by its name."""
        return self.name.startswith(_VIRTUAL)


def interfaces() -> list[Interface]:
    """The interfaces with an IPv4 address, the loopback left out.

    Linux tells them by name; elsewhere the address on the way out stands alone.
    """
    if sys.platform != "linux":
        found = _routed_address()
        return [Interface("network", found)] if found else []
    import fcntl
    import struct

    asks_address = 0x8915  # SIOCGIFADDR of linux/sockios.h
    result = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(probe, asks_address, request)
            except OSError:  # it has none, or is gone by now
                continue
            address = socket.inet_ntoa(answer[20:24])
            if not address.startswith("127."):
                result.append(Interface(name, address))
    return result


def lan_address() -> str:
    """This machine's address on the room's network; '' where it is on none.

    That on the way out comes first; a laptop that is itself the hotspot may have no way out.
    """
    real = (each.address for each in interfaces() if not each.virtual)
    return _routed_address() or next(real, "")


def _routed_address() -> str:
    """The address packets to other networks would have; '' where none could leave.

    Nothing is sent: connecting a datagram socket only asks which interface would be used.
    """
    for target in ("10.255.255.255", "192.168.255.255", "172.31.255.255", "198.51.100.1"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
                found = str(probe.getsockname()[0])
            except OSError:
                continue
        if found not in (EVERYWHERE, LOOPBACK):
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
    name = (lan_address() or LOOPBACK) if host in (EVERYWHERE, "::") else host
    shown = f"[{name}]" if ":" in name else name
    return f"http://{shown}" + ("" if port == 80 else f":{port}")
