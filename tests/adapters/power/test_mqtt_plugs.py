"""Plugs over MQTT against a real Mosquitto: those that work, and those that do not."""

import gc
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from roadworthy.adapters.power_drivers.shelly import DRIVER as SHELLY
from roadworthy.adapters.power_drivers.tasmota import DRIVER as TASMOTA
from roadworthy.model.errors import InputError
from roadworthy.network.switches.driver import Reading, SwitchDriver, observed, settings_of
from roadworthy.testing import authority
from roadworthy.testing.plugs import FirstShelly, LaterShelly, Plug, Tasmota, broker, find, free_port
from roadworthy.testing.switches import BEGIN

PAST, FUTURE = (datetime.now(UTC) + timedelta(days=each) for each in (-9, 9))
Kind = tuple[type[Plug], SwitchDriver, dict[str, object]]
KINDS: dict[str, Kind] = {
    "tasmota": (Tasmota, TASMOTA, {"topic": "plug-3"}),
    "shelly 1": (FirstShelly, SHELLY, {"device": "shellyplug-s-1", "generation": 1}),
    "shelly 2": (LaterShelly, SHELLY, {"device": "shellyplus-1"}),
}


def program(name: str) -> str:
    found = find(name)
    if found is None:
        pytest.skip(f"NO {name} here: apt-get install mosquitto")
    return found


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with broker(program("mosquitto"), tmp_path_factory.mktemp("broker")) as found:
        yield found


@pytest.fixture(params=KINDS.values(), ids=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def act(kind: Kind, port: int, on: bool | None, **more: object) -> Reading:  # noqa: FBT001 -- None is to look
    _, driver, given = kind
    values = {"driver": "x", "broker": "127.0.0.1", "port": port, "timeout": 20, **given, **more}
    settings = settings_of(values, driver, where="network.toml: devices.camera.power", folder="")
    return driver.look(settings) if on is None else driver.put(settings, on=on)


def test_it_is_switched_and_read_back(kind: Kind, port: int) -> None:
    with kind[0](port).running() as plug:
        off = act(kind, port, on=False)
        assert (off.on, off.watts, off.fault) == (False, 0.0, "")
        assert not plug.on
        assert act(kind, port, on=None) == off
        on = act(kind, port, on=True)
        assert (on.on, on.watts) == (True, 4.5)
        assert plug.on


def test_to_look_changes_nothing(kind: Kind, port: int) -> None:
    with kind[0](port).running() as plug:
        assert act(kind, port, on=None).on is True
        assert all(text not in ("ON", "OFF", "on", "off") for _, text in plug.commands)
        assert not any("Switch.Set" in text for _, text in plug.commands)


def test_without_a_meter_there_are_no_watts(kind: Kind, port: int) -> None:
    with kind[0](port, watts=None).running():
        assert act(kind, port, on=False).watts is None


def test_one_that_does_not_hear_is_told_in_time(kind: Kind, port: int) -> None:
    begun = time.monotonic()
    with kind[0](port, deaf=True).running():
        reading = act(kind, port, on=False, timeout=1.5)
    assert reading.on is None
    assert "did not come within 1.5 s" in reading.fault
    assert time.monotonic() - begun < 10


def test_one_that_is_stuck_is_read_as_it_is(kind: Kind, port: int) -> None:
    with kind[0](port, stuck=True).running():
        assert act(kind, port, on=False).on is True


def test_one_that_lies_is_caught_by_its_meter(kind: Kind, port: int) -> None:
    with kind[0](port, lies=True).running():
        reading = act(kind, port, on=False)
    assert reading.on is False
    seen = observed(reading, when=BEGIN)
    assert seen.on is True
    assert "power flows" in seen.evidence


def test_one_that_is_gone_says_so_by_its_last_will(kind: Kind, port: int) -> None:
    plug = kind[0](port)
    topic, _, gone = plug.will
    tell(port, topic, gone)
    reading = act(kind, port, on=False)
    assert "its last will" in reading.fault
    tell(port, topic, "")


def test_a_state_from_before_is_not_believed(kind: Kind, port: int) -> None:
    kept = {"tasmota": ("stat/plug-3/POWER", "OFF"), "shelly 1": ("shellies/shellyplug-s-1/relay/0", "off")}
    topics = [pair for name, pair in kept.items() if KINDS[name] is kind]
    for topic, text in topics:
        tell(port, topic, text)
    try:
        assert act(kind, port, on=False, timeout=1.5).on is None
    finally:
        for topic, _ in topics:
            tell(port, topic, "")


def tell(port: int, topic: str, text: str) -> None:
    """Leave a message with the broker."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.publish(topic, text, qos=1, retain=True).wait_for_publish(5)
    client.disconnect()
    client.loop_stop()
    client.reinitialise()


def test_a_broker_that_is_not_there_is_told(kind: Kind) -> None:
    reading = act(kind, free_port(), on=False)
    assert "the broker 127.0.0.1, port" in reading.fault


def test_a_broker_with_passwords(kind: Kind, tmp_path: Path) -> None:
    secrets = tmp_path / "passwords"
    words = [program("mosquitto_passwd"), "-c", "-b", str(secrets), "home", "s3cret"]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 -- Debian's
    (tmp_path / "good").write_text("s3cret\n", "utf-8")
    (tmp_path / "bad").write_text("guess\n", "utf-8")
    login: dict[str, Any] = {"username": "home"}
    with broker(program("mosquitto"), tmp_path, "allow_anonymous false", f"password_file {secrets}") as port:
        for more in ({}, {**login, "password-file": str(tmp_path / "bad")}):
            assert "does not let us in: Not authorized" in act(kind, port, None, **more).fault
        good = {"password-file": str(tmp_path / "good"), "timeout": 1.5}
        fault = act(kind, port, None, **login, **good).fault
        assert "did not come within" in fault


# Where a handshake fails, paho leaves it to Python to close the socket; Python does, and warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_broker_with_a_certificate(kind: Kind, tmp_path: Path) -> None:
    root, stranger = authority.issue("Root", ca=True), authority.issue("Stranger", ca=True)
    host = (x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
    served = authority.issue("Broker", root, extensions=[host], begins=PAST, ends=FUTURE)
    for name, pem in (
        ("root", root.pem),
        ("stranger", stranger.pem),
        ("cert", served.pem),
        ("key", served.key_pem),
    ):
        (tmp_path / name).write_bytes(pem)
    lines = (f"certfile {tmp_path}/cert", f"keyfile {tmp_path}/key", "allow_anonymous true")
    with broker(program("mosquitto"), tmp_path, *lines) as port:
        fault = act(kind, port, None, tls=True, timeout=1.5, **{"ca-file": str(tmp_path / "root")}).fault
        assert "did not come within" in fault  # the broker is trusted, and there is no plug
        fault = act(kind, port, None, tls=True, **{"ca-file": str(tmp_path / "stranger")}).fault
        assert "CERTIFICATE_VERIFY_FAILED" in fault
        assert act(kind, port, None, tls=True).fault
        assert act(kind, port, None, timeout=1.5).fault
    gc.collect()  # now, while the warning is let pass


def test_a_broker_that_says_nothing_is_told(kind: Kind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "did not come" in act(kind, silent.getsockname()[1], None, timeout=1.5).fault


@pytest.mark.parametrize(
    ("driver", "values", "told"),
    [
        (TASMOTA, {"topic": "a"}, "power.broker is needed"),
        (TASMOTA, {"broker": "b"}, "power.topic is needed"),
        (TASMOTA, {"broker": "b", "topic": "a/#"}, "power.topic is no topic"),
        (TASMOTA, {"broker": "b", "topic": "a", "relay": 0}, "power.relay is no number"),
        (TASMOTA, {"broker": "b", "topic": "a", "port": "x"}, "power.port is no number"),
        (TASMOTA, {"broker": "b", "topic": "a", "timeout": 1000}, "power.timeout is no number"),
        (TASMOTA, {"broker": "b", "topic": "a", "tls": "yes"}, "power.tls is neither true nor false"),
        (TASMOTA, {"broker": "b", "topic": "a", "tls": True, "ca-file": "none"}, "power.ca-file cannot be"),
        (SHELLY, {"broker": "b", "device": "a", "generation": 3}, "power.generation is neither 1 nor 2"),
        (SHELLY, {"broker": "b", "device": "a", "relay": -1}, "power.relay is no number"),
    ],
)
def test_a_mistake_names_its_key(driver: SwitchDriver, values: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as raised:
        driver.look(settings_of(values, driver, where="network.toml: devices.camera.power", folder=""))
    assert told in str(raised.value)


def test_a_relay_that_a_plug_does_not_have(port: int) -> None:
    kind = KINDS["shelly 2"]
    with kind[0](port).running():
        assert "not found" in act(kind, port, on=False, relay=3).fault
