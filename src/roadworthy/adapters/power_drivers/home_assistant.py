"""A switch of Home Assistant, over its REST interface.

It is told at ``/api/services/DOMAIN/turn_on`` or ``turn_off`` (the domain is that of the entity, as a rule
``switch``), and then asked for its state at ``/api/states/ENTITY`` until that is as wanted or the time is
over: Home Assistant answers before the plug has done it. The meter is another entity, if there is one.

    [devices.camera.power]
    driver = "home-assistant"
    url = "https://ha.example:8123"
    token-file = "ha.token"
    entity = "switch.camera_plug"
    meter = "sensor.camera_plug_power"

How it can be wrong

Home Assistant says what it last heard. A plug that is out of reach is ``unavailable``, which is told; one
whose integration only assumes its state is believed, unless there is a meter. Over http, the token can be
read on the way.
"""

# ruff: noqa: PLC0415 -- what it needs takes long to import, and few have one

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from roadworthy.adapters.power_drivers._secrets import secret
from roadworthy.network.switches.driver import Reading, Settings, SwitchDriver
from roadworthy.network.switches.switch import OFF, ON

if TYPE_CHECKING:
    from http.client import HTTPConnection

ENTITY: Final = re.compile(r"(?P<domain>[a-z0-9_]+)\.[a-z0-9_]+")
MOST_ANSWER: Final = 1024 * 1024
PAUSE: Final = 0.1
KILO: Final = {"W": 1.0, "kW": 1000.0, "mW": 1 / 1000}


class _SilentError(Exception):
    """It does not answer, or answers nothing that counts. The text says which."""


@dataclass(frozen=True, slots=True)
class _House:
    """One Home Assistant, until the time is over."""

    settings: Settings
    until: float

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Mapping[str, object]:
        """One request; a redirect is not followed: the token goes nowhere else."""
        from http.client import HTTPException

        left = self.until - time.monotonic()
        if left <= 0:
            raise _SilentError(f"Home Assistant did not answer within {self.settings.seconds:g} s")
        connection = self._connection(left)
        try:
            head = {
                "Authorization": f"Bearer {secret(self.settings, 'token-file')}",
                "Content-Type": "application/json",
            }
            connection.request(method, path, json.dumps(body) if body else None, head)
            answer = connection.getresponse()
            data = answer.read(MOST_ANSWER)
        except (OSError, HTTPException) as error:
            raise _SilentError(f"Home Assistant does not answer: {error or type(error).__name__}") from error
        finally:
            connection.close()
        if answer.status not in (200, 201):
            raise _SilentError(f"Home Assistant answers {answer.status} {answer.reason} to {path}")
        try:
            found: object = json.loads(data)
        except ValueError as error:
            raise _SilentError(f"Home Assistant answers no JSON to {path}") from error
        return found if isinstance(found, dict) else {}

    def _connection(self, seconds: float) -> "HTTPConnection":
        from http.client import HTTPConnection, HTTPSConnection
        from ssl import create_default_context

        address = self.settings.text("url")
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port = "", None
        if not host or parts.scheme not in ("http", "https") or parts.path not in ("", "/"):
            self.settings.refuse("url", f"is no address: {address!r}", "Write https://host:8123.")
        if parts.scheme == "http":
            return HTTPConnection(host, port or 8123, timeout=seconds)
        try:
            context = create_default_context(cafile=self.settings.file("ca-file") or None)
        except OSError as error:
            self.settings.refuse("ca-file", f"cannot be used: {error.strerror}", "Give certificates in PEM.")
        return HTTPSConnection(host, port or 8123, timeout=seconds, context=context)


def put(settings: Settings, *, on: bool) -> Reading:
    """Switch, then read until it is so."""
    entity = _entity(settings, "entity")
    house = _House(settings, time.monotonic() + settings.seconds)
    try:
        service = "turn_on" if on else "turn_off"
        house.ask("POST", f"/api/services/{entity.partition('.')[0]}/{service}", {"entity_id": entity})
        reading = _read(house, entity)
    except _SilentError as error:
        return Reading(fault=str(error))
    with suppress(_SilentError):  # what was read last stands
        while reading.on is not on and time.monotonic() + PAUSE < house.until:
            time.sleep(PAUSE)
            reading = _read(house, entity)
    return reading


def look(settings: Settings) -> Reading:
    """Read."""
    try:
        return _read(_House(settings, time.monotonic() + settings.seconds), _entity(settings, "entity"))
    except _SilentError as error:
        return Reading(fault=str(error))


def _read(house: _House, entity: str) -> Reading:
    answer = house.ask("GET", f"/api/states/{entity}")
    state = answer.get("state")
    evidence = f"{entity}: {str(state)[:100]}, since {str(answer.get('last_changed', 'nobody knows'))[:40]}"
    watts = _watts(house) if "meter" in house.settings.values else None
    if state not in (ON, OFF):
        return Reading(evidence=evidence, watts=watts, fault=f"that is neither {ON} nor {OFF}")
    return Reading(on=state == ON, evidence=evidence, watts=watts)


def _watts(house: _House) -> float | None:
    answer = house.ask("GET", f"/api/states/{_entity(house.settings, 'meter')}")
    about = answer.get("attributes")
    unit = about.get("unit_of_measurement") if isinstance(about, Mapping) else None
    try:
        return float(str(answer.get("state"))) * KILO[str(unit)]
    except (ValueError, KeyError):
        return None


def _entity(settings: Settings, key: str) -> str:
    entity = settings.text(key)
    if not ENTITY.fullmatch(entity):
        settings.refuse(key, f"is no entity: {entity!r}", "Write it as Home Assistant shows it: switch.name.")
    return entity


DRIVER = SwitchDriver(
    title="A switch of Home Assistant (REST)",
    keys={
        "url": "where it is: https://host:8123",
        "token-file": "file with a long-lived access token in its first line",
        "entity": "the entity that switches, e.g. switch.camera_plug",
        "meter": "the entity that shows the power; none without it",
        "ca-file": "certificates that are trusted for it, PEM; those of the system without it",
    },
    put=put,
    look=look,
)
