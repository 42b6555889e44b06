"""Which address a class types: that on the way out, or that of the laptop's own hotspot."""

from __future__ import annotations

import ipaddress

import pytest

from sahelsim.exercise import network
from sahelsim.exercise.network import Interface, interfaces, lan_address, public_url


def test_interfaces_have_addresses_and_the_loopback_is_none() -> None:
    for each in interfaces():
        assert not ipaddress.IPv4Address(each.address).is_loopback
        assert each.name != "lo"


def test_where_there_is_a_way_out_its_address_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "interfaces", lambda: [Interface("wlan0", "10.42.0.1")])
    monkeypatch.setattr(network, "_routed_address", lambda: "192.168.1.20")
    assert lan_address() == "192.168.1.20"


def test_a_hotspot_without_a_way_out_is_a_network_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_routed_address", lambda: "")
    found = [Interface("docker0", "172.17.0.1"), Interface("wlan0", "10.42.0.1")]
    monkeypatch.setattr(network, "interfaces", lambda: found)
    assert lan_address() == "10.42.0.1"
    assert public_url("0.0.0.0", 8123) == "http://10.42.0.1:8123"
    monkeypatch.setattr(network, "interfaces", lambda: found[:1])
    assert lan_address() == ""
    assert public_url("0.0.0.0", 8123) == "http://127.0.0.1:8123"
