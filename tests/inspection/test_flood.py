"""What would serve in a flood: uplinks, senders, interpreters, reflectors, network code."""

import pytest

from roadworthy.inspection.flood import REFLECTORS, SCRIPTS, SENDERS, Means, flood
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.service import Service
from roadworthy.testing.memory import memory_root

PLACE = (Evidence(path=("x", "/etc/init.d/rcS"), line=1),)


def service(name: str, port: str, *, enabled: bool | None = True) -> Service:
    return Service(
        name=name, command=name, started_by="inittab", user="", ports=(port,), enabled=enabled, evidence=PLACE
    )


def told(means: tuple[Means, ...]) -> list[tuple[str, str]]:
    return [(each.kind, each.what) for each in means]


def test_uplinks_and_tools_by_their_names() -> None:
    root = memory_root(
        {
            "/bin/busybox": b"\x7fELF",
            "/usr/bin/wget": "-> /bin/busybox",
            "/bin/sh": "-> busybox",
            "/usr/share/wget": "a text",
            "/lib/modules/3/ath9k.ko": b"x",
            "/lib/modules/3/ath10k_pci.ko": b"x",
            "/lib/modules/3/raeth.ko": b"x",
            "/lib/modules/3/qmi_wwan.ko": b"x",
            "/lib/modules/3/ip_tables.ko": b"x",
        }
    )
    means = flood([root], Inventory())
    assert told(means) == [
        ("uplink", "Ethernet"),
        ("uplink", "Wi-Fi"),
        ("uplink", "mobile network"),
        ("sender", "wget"),
        ("script", "sh"),
    ]
    assert len(means[1].evidence) == 2


@pytest.mark.parametrize("enabled", [True, None])
def test_services_that_reflect(*, enabled: bool | None) -> None:
    (means,) = flood([], Inventory(services=(service("dnsmasq", "udp/53", enabled=enabled),)))
    assert (means.kind, means.what) == ("reflector", "DNS on udp/53 (dnsmasq)")
    assert means.detail == "times the bytes asked for: 28 to 54"
    assert means.evidence == PLACE


def test_what_does_not_reflect() -> None:
    assert flood([], Inventory(services=(service("httpd", "tcp/80"),))) == ()
    assert flood([], Inventory(services=(service("dnsmasq", "udp/53", enabled=False),))) == ()
    assert flood([memory_root({"/etc/passwd": "x"})], Inventory()) == ()


def test_the_tables_do_not_overlap() -> None:
    assert not SENDERS & SCRIPTS
    assert all(port.startswith("udp/") for port in REFLECTORS)
