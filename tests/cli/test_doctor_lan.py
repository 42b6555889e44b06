"""``sahelsim doctor --lan``: what a class would open, and whether this machine answers there."""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from sahelsim.cli import doctor_lan
from sahelsim.cli.doctor import Finding
from sahelsim.cli.doctor_lan import ANSWER, Reach, examine_lan, firewall, reachable
from sahelsim.cli.main import main
from sahelsim.exercise.network import Interface, listen
from tests.exercise.web.process import free_port

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(autouse=True)
def _in_a_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """One interface, whose address is one of the loopback's: nothing leaves the machine."""
    room = [Interface("wlan0", "127.0.0.7")]
    monkeypatch.setattr(doctor_lan, "interfaces", lambda: room)
    monkeypatch.setattr(doctor_lan, "lan_address", lambda: "127.0.0.7")
    monkeypatch.setattr(doctor_lan, "public_url", lambda _, port: f"http://127.0.0.7:{port}")


def ask(port: int, as_device: str) -> str:
    """Open the page as a device with another address."""
    asked = http.client.HTTPConnection("127.0.0.7", port, timeout=5, source_address=(as_device, 0))
    asked.request("GET", "/")
    said = asked.getresponse().read().decode()
    asked.close()
    return said


def by_name(port: int, **more: float) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in examine_lan(port, silent=True, **more):
        found.setdefault(finding.name, []).append(finding)
    return found


def test_every_address_is_asked_and_the_port_is_given_back(port: int) -> None:
    found = by_name(port)
    assert found["address"][0].found == f"http://127.0.0.7:{port} is what participants type"
    assert found["interfaces"][0].found == "wlan0 127.0.0.7"
    assert [(one.status, one.found) for one in found["self-check"]] == [
        ("ok", "127.0.0.7 (wlan0) answers"), ("ok", "127.0.0.1 (loopback) answers")
    ]  # fmt: skip
    assert "phone" not in found
    listen("127.0.0.1", port).close()


def test_a_port_that_is_taken_fails_and_asks_nobody(port: int) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", port))
        other.listen()
        found = by_name(port)
    assert found["port"][0].status == "fail"
    assert f"--port {port + 1}" in found["port"][0].advice
    assert "self-check" not in found


def test_an_address_that_does_not_answer_fails(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reach, "answers", lambda self, address: "timed out")
    found = by_name(port)
    assert {one.status for one in found["self-check"]} == {"fail"}
    assert found["self-check"][0].found == "127.0.0.7 (wlan0): timed out"


def test_no_network_is_a_warning_with_a_way_out(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_lan, "interfaces", lambda: [Interface("docker0", "172.17.0.1")])
    monkeypatch.setattr(doctor_lan, "lan_address", lambda: "")
    monkeypatch.setattr(Reach, "answers", lambda self, address: "")
    found = by_name(port)
    assert (found["interfaces"][0].status, found["address"][0].status) == ("warn", "warn")
    assert found["interfaces"][0].found == "docker0 172.17.0.1 (virtual)"
    assert "hotspot" in found["interfaces"][0].advice


def test_a_phone_that_comes_is_named_and_this_machine_is_no_phone(port: int) -> None:
    def phone() -> Iterator[str]:
        yield ask(port, "127.0.0.7")  # this machine itself
        yield ask(port, "127.0.0.9")

    said: list[str] = []
    found: list[Finding] = []
    for finding in examine_lan(port, wait_s=20, silent=True):
        found.append(finding)
        if finding.name == "firewall":  # the server now waits for a phone
            coming = threading.Timer(0.1, lambda: said.extend(phone()))
            coming.start()
    coming.join()
    assert said == [ANSWER, ANSWER]
    assert (found[-1].name, found[-1].status) == ("phone", "ok")
    assert found[-1].found.startswith("1 device (127.0.0.9)")


def test_a_terminal_shows_the_address_as_a_code(
    port: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["doctor", "--lan", "--port", str(port), "--wait", "1"]) == 6
    drawn = [line for line in capsys.readouterr().err.splitlines() if "\u2580" in line]
    assert len(drawn) > 10
    monkeypatch.setitem(sys.modules, "segno", None)
    assert main(["doctor", "--lan", "--port", str(port), "--wait", "1"]) == 6
    assert "\u2580" not in capsys.readouterr().err


def test_a_phone_that_does_not_come_fails_the_command(port: int, capsys: Capture) -> None:
    assert main(["doctor", "--lan", "--port", str(port), "--wait", "1"]) == 6
    out, err = capsys.readouterr()
    assert f"http://127.0.0.7:{port}" in err
    assert "fail  phone" in out
    assert "hotspot of your own" in out


def test_json_is_one_document(port: int, capsys: Capture) -> None:
    assert main(["doctor", "--lan", "--port", str(port), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "sahelsim.doctor/1"
    assert {one["name"] for one in document["findings"]} >= {"address", "port", "self-check"}


def test_waiting_is_for_the_network_alone(capsys: Capture) -> None:
    assert main(["doctor", "--wait", "5"]) == 2
    assert "--wait goes with --lan" in capsys.readouterr().err


def test_another_server_is_not_taken_for_ours(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with reachable(port, set()) as reach:
        assert reach.answers("127.0.0.1") == ""
        monkeypatch.setattr(doctor_lan, "ANSWER", "something else")
        assert reach.answers("127.0.0.1") == ""
        reach.port = port + 1
        assert "refused" in reach.answers("127.0.0.1")


@pytest.mark.parametrize(
    ("platform", "conf", "words"),
    [
        ("linux", "ENABLED=yes", "sudo ufw allow 8123/tcp"),
        ("linux", "ENABLED=no", ""),
        ("win32", "", "Windows"),
        ("darwin", "", "macOS"),
    ],
)
def test_the_firewall_hint(
    platform: str, conf: str, words: str, monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    file = tmp_path_factory.mktemp("etc") / "ufw.conf"
    file.write_text(f"# ufw\n{conf}\n", encoding="utf-8")
    monkeypatch.setattr(doctor_lan, "UFW", file)
    monkeypatch.setattr(doctor_lan.sys, "platform", platform)
    monkeypatch.setattr(doctor_lan.shutil, "which", lambda _: None)
    found = firewall(8123)
    assert words in found.advice
    assert (found.status == "warn") is bool(words)


def test_firewalld_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_lan.shutil, "which", lambda _: "/usr/bin/firewall-cmd")
    monkeypatch.setattr(doctor_lan, "_output", lambda *_: "running")
    assert "firewall-cmd --add-port=8123/tcp" in firewall(8123).advice
