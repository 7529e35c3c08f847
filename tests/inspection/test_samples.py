"""Real vendor images: what is known of them must come out, within the time that the plan allows."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.engine import Toolbox, inspect_image
from roadworthy.inspection.report import Report, total
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.model.credential import SecretState
from roadworthy.model.outcome import Outcome

V9, V9_NEXT = "tplink_wr841n_v9_150104.bin", "tplink_wr841n_v9_150310.bin"
V14, OPENWRT = "tplink_wr841n_v14_eu_2023.bin", "openwrt_18.06.9_wr841n_v9_factory.bin"
IMAGES = (V9, V9_NEXT, V14, OPENWRT)
MAX_SECONDS = 3


@pytest.fixture(scope="module")
def reports(samples: Path) -> dict[str, Report]:
    installed = discover()
    toolbox = Toolbox(
        formats={each.id: each.object for each in installed.formats.values()},
        catalogers={each.id: each.object for each in installed.catalogers.values()},
        checks={each.id: each.object for each in installed.checks.values()},
        properties={each.id: each.object for each in installed.properties.values()},
    )
    signatures = SignatureSet([each.object for each in installed.signatures.values()])
    context = Context(now=datetime(2026, 11, 21, tzinfo=UTC), signatures=signatures)
    reports = {}
    for name in IMAGES:
        before = time.process_time()
        steps = inspect_image(name, BytesSource((samples / name).read_bytes()), toolbox, context)
        reports[name] = total(step.gained for step in steps)
        assert time.process_time() - before < MAX_SECONDS
        assert reports[name].problems == ()
    return reports


@pytest.mark.parametrize(
    ("image", "user", "state", "secret"),
    [
        (V9, "root", SecretState.KNOWN, "sohoadmin"),
        (V9_NEXT, "root", SecretState.KNOWN, "sohoadmin"),
        (V14, "admin", SecretState.KNOWN, "1234"),
        (V14, "dropbear", SecretState.UNTRIED, ""),
        (V14, "nobody", SecretState.LOCKED, ""),
        (OPENWRT, "root", SecretState.EMPTY, ""),
    ],
)
def test_accounts(reports: dict[str, Report], image: str, user: str, state: SecretState, secret: str) -> None:
    told = {(each.user, each.state, each.secret) for each in reports[image].inventory.credentials}
    assert (user, state, secret) in told


def test_two_releases_share_one_password(reports: dict[str, Report]) -> None:
    prints = {each.fingerprint for name in (V9, V9_NEXT) for each in reports[name].inventory.credentials}
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("image", "components"),
    [
        (V9, {"busybox 1.01", "dropbear 2012.55", "hostapd 0.5.9", "wpa_supplicant 0.5.9", "uclibc 0.9.30",
              "ppp 2.4.3", "iptables 1.4.5", "xl2tpd 1.1.12", "zlib 1.1.4"}),
        (V14, {"busybox 1.19.2", "dropbear 2012.55", "openssl 0.9.8zh", "uclibc 0.9.33.2", "ppp 2.4.5",
               "iptables 1.4.17", "radvd 1.5", "xl2tpd 1.1.12", "libupnp 1.6.19", "libupnp 1.3.1",
               "ebtables 2.0.10-4"}),
        (OPENWRT, {"busybox 1.28.4", "dropbear 2017.75", "dnsmasq 2.80", "hostapd 2.7-devel",
                   "wpa_supplicant 2.7-devel", "iptables 1.6.2", "ppp 2.4.7", "musl 1.1.19"}),
    ],
)  # fmt: skip
def test_components(reports: dict[str, Report], image: str, components: set[str]) -> None:
    assert components <= {f"{each.name} {each.version}" for each in reports[image].inventory.components}


@pytest.mark.parametrize(
    ("image", "services"),
    [
        (V9, {"getty": True, "httpd": True}),
        (V14, {"login": True, "cos": True}),
        (OPENWRT, {"dropbear": True, "uhttpd": True, "netifd": True, "crond": True, "dnsmasq": None}),
    ],
)
def test_services(reports: dict[str, Report], image: str, services: dict[str, bool | None]) -> None:
    told = {each.name: each.enabled for each in reports[image].inventory.services}
    assert services.items() <= told.items()


@pytest.mark.parametrize(
    ("image", "check", "outcome"),
    [
        (V9, "auth.default-password", Outcome.FAIL),
        (V9, "auth.empty-password", Outcome.PASS),
        (V9, "surface.telnet-at-boot", Outcome.PASS),
        (V9, "keys.private-key", Outcome.PASS),
        (V9, "keys.expired-certificate", Outcome.NOT_APPLICABLE),
        (V14, "auth.default-password", Outcome.FAIL),
        (V14, "auth.empty-password", Outcome.UNKNOWN),
        (OPENWRT, "auth.default-password", Outcome.UNKNOWN),
        (OPENWRT, "auth.empty-password", Outcome.FAIL),
    ],
)
def test_findings(reports: dict[str, Report], image: str, check: str, outcome: Outcome) -> None:
    told = {each.outcome for each in reports[image].findings if each.check == check}
    assert outcome in told
    assert Outcome.ERROR not in told


def test_no_stored_password_is_shown(reports: dict[str, Report]) -> None:
    for name, stored in ((V9, "DlSyKvZKMR9A9Uj9e9wR3"), (V14, "iC.dUsGpxNNJGeOm1dFio")):
        assert stored not in repr(reports[name])
