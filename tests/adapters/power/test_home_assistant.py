"""Home Assistant, as a real HTTP server on loopback that answers as its documentation says, or fails."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from roadworthy.adapters.power_drivers.home_assistant import DRIVER
from roadworthy.model.errors import InputError
from roadworthy.network.switches.driver import Settings, observed, settings_of
from roadworthy.testing.plugs import free_port
from roadworthy.testing.switches import BEGIN

TOKEN = "long-lived"  # of a server that this file starts
SWITCH, METER = "/api/states/switch.camera_plug", "/api/states/sensor.camera_plug_power"


@dataclass
class House:
    states: dict[str, str] = field(
        default_factory=lambda: {"switch.camera_plug": "on", "sensor.camera_plug_power": "4.5"}
    )
    unit: str = "W"
    slow: int = 0  # how many times it is asked before it has done it
    stuck: bool = False
    status: int = 200
    body: bytes | None = None
    location: str = ""
    asked: list[str] = field(default_factory=list)
    pending: str = ""

    def answer(self, path: str, token: str, body: bytes) -> tuple[int, bytes]:
        self.asked.append(path)
        if token != f"Bearer {TOKEN}":
            return 401, b"401: Unauthorized"
        if self.status != 200 or self.body is not None:
            return self.status, self.body or b"{}"
        if path.startswith("/api/services/switch/turn_"):
            self.pending = path.rpartition("_")[2]
            return 200, json.dumps([]).encode() if json.loads(body)["entity_id"] else b""
        return self.state(path.removeprefix("/api/states/"))

    def state(self, entity: str) -> tuple[int, bytes]:
        self.slow -= 1
        if self.pending and self.slow < 0 and not self.stuck:
            self.states["switch.camera_plug"] = self.pending
            self.states["sensor.camera_plug_power"] = "0.0" if self.pending == "off" else "4.5"
        if entity not in self.states:
            return 404, b'{"message": "Entity not found."}'
        unit = {"unit_of_measurement": self.unit} if entity.startswith("sensor.") else {}
        told = {"entity_id": entity, "state": self.states[entity], "attributes": unit}
        return 200, json.dumps({**told, "last_changed": "2026-11-27T12:00:00+00:00"}).encode()


@pytest.fixture
def house() -> Iterator[tuple[House, int]]:
    made = House()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, data = made.answer(self.path, self.headers.get("Authorization", ""), body)
            self.send_response(status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815 -- the name that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made, server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def settings(folder: Path, port: int, **more: object) -> Settings:
    if not (folder / "ha.token").exists():
        (folder / "ha.token").write_text(f"{TOKEN}\n", "utf-8")
    given = {
        "url": f"http://127.0.0.1:{port}", "token-file": "ha.token", "entity": "switch.camera_plug",
        "meter": "sensor.camera_plug_power", "timeout": 3.0, **more,
    }  # fmt: skip
    return settings_of(given, DRIVER, where="network.toml: devices.camera.power", folder=str(folder))


def test_it_is_switched_and_read_back(house: tuple[House, int], tmp_path: Path) -> None:
    made, port = house
    reading = DRIVER.put(settings(tmp_path, port), on=False)
    assert (reading.on, reading.watts, reading.fault) == (False, 0.0, "")
    assert "switch.camera_plug: off, since 2026-11-27" in reading.evidence
    assert made.asked[0] == "/api/services/switch/turn_off"
    assert DRIVER.put(settings(tmp_path, port), on=True).on is True
    assert DRIVER.look(settings(tmp_path, port)).watts == 4.5


def test_it_is_waited_for(house: tuple[House, int], tmp_path: Path) -> None:
    house[0].slow = 5
    assert DRIVER.put(settings(tmp_path, house[1]), on=False).on is False


def test_one_that_is_stuck_is_read_as_it_is(house: tuple[House, int], tmp_path: Path) -> None:
    house[0].stuck = True
    assert DRIVER.put(settings(tmp_path, house[1], timeout=1.0), on=False).on is True


def test_one_that_lies_is_caught_by_its_meter(house: tuple[House, int], tmp_path: Path) -> None:
    house[0].states["switch.camera_plug"] = "off"
    seen = observed(DRIVER.look(settings(tmp_path, house[1])), when=BEGIN)
    assert seen.on is True


@pytest.mark.parametrize(("unit", "watts"), [("W", 4.5), ("kW", 4500.0), ("mW", 0.0045), ("kWh", None)])
def test_a_meter_has_a_unit(house: tuple[House, int], tmp_path: Path, unit: str, watts: float | None) -> None:
    house[0].unit = unit
    assert DRIVER.look(settings(tmp_path, house[1])).watts == (watts and pytest.approx(watts))


def test_one_that_is_out_of_reach_is_told(house: tuple[House, int], tmp_path: Path) -> None:
    house[0].states["switch.camera_plug"] = "unavailable"
    reading = DRIVER.look(settings(tmp_path, house[1]))
    assert reading.on is None
    assert "unavailable" in reading.evidence


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (500, None, "answers 500"),
        (302, None, "answers 302"),
        (200, b"<html>", "answers no JSON"),
        (200, b"[]", "neither on nor off"),
    ],
)
def test_an_answer_that_counts_for_nothing(
    house: tuple[House, int], tmp_path: Path, status: int, body: bytes | None, fault: str
) -> None:
    made, port = house
    made.status, made.body = status, body
    made.location = f"http://127.0.0.1:{port}/elsewhere" if status == 302 else ""
    reading = DRIVER.put(settings(tmp_path, port), on=False)
    assert reading.on is None
    assert fault in reading.fault
    assert "/elsewhere" not in made.asked


def test_a_wrong_token_is_told(house: tuple[House, int], tmp_path: Path) -> None:
    (tmp_path / "ha.token").write_text("guess", "utf-8")
    assert "answers 401" in DRIVER.put(settings(tmp_path, house[1]), on=False).fault


def test_an_entity_that_is_not_there_is_told(house: tuple[House, int], tmp_path: Path) -> None:
    assert "answers 404" in DRIVER.look(settings(tmp_path, house[1], entity="switch.kettle")).fault


def test_a_house_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "does not answer" in DRIVER.put(settings(tmp_path, free_port()), on=False).fault


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"url": "ha.example"}, "power.url is no address"),
        ({"url": "ftp://ha.example"}, "power.url is no address"),
        ({"url": "http://ha.example/api"}, "power.url is no address"),
        ({"url": "http://[::1"}, "power.url is no address"),
        ({"entity": "../config"}, "power.entity is no entity"),
        ({"meter": "x"}, "power.meter is no entity"),
        ({"token-file": "none"}, "none cannot be read"),
        ({"url": "https://127.0.0.1", "ca-file": "none.pem"}, "power.ca-file cannot be used"),
    ],
)
def test_a_mistake_names_its_key(
    house: tuple[House, int], tmp_path: Path, more: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError) as raised:
        DRIVER.look(settings(tmp_path, house[1], **more))
    assert told in str(raised.value)
