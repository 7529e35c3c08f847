"""A real broker on loopback, and plugs that behave as their makers say, or fail as plugs do."""

import getpass
import json
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

ON, OFF = "ON", "OFF"
TRIES: Final = 3


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find(program: str) -> str | None:
    """Where a program of the system is, daemons too."""
    return shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")


@contextmanager
def broker(mosquitto: str, folder: Path, *more: str) -> Iterator[int]:
    """A broker on loopback.

    Args:
        mosquitto: The program.
        folder: Where its configuration goes.
        more: Lines of it; without them, everybody may log in.

    Yields:
        Its port.
    """
    process, port = _started(mosquitto, folder, more)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def _started(mosquitto: str, folder: Path, more: tuple[str, ...]) -> tuple["subprocess.Popen[bytes]", int]:
    """A broker at a port that nobody else took meanwhile."""
    configuration = folder / "mosquitto.conf"
    for _ in range(TRIES):
        port = free_port()
        lines = [
            f"listener {port} 127.0.0.1",
            f"user {getpass.getuser()}",
            *(more or ["allow_anonymous true"]),
        ]
        configuration.write_text("\n".join(lines) + "\n", "utf-8")
        words = [mosquitto, "-c", str(configuration)]
        silent = subprocess.DEVNULL
        process = subprocess.Popen(words, stdout=silent, stderr=silent)  # noqa: S603 -- the caller's program
        until = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return process, port
            time.sleep(0.02)
        process.kill()
        process.wait()
    raise RuntimeError(f"{mosquitto} does not start")


@dataclass
class Plug(ABC):
    """What all plugs have in common.

    Args:
        port: Of the broker.
        on: The relay.
        deaf: It hears nothing.
        stuck: The relay does not move, and it says so.
        lies: The relay does not move, and it says that it did.
        watts: What flows when the relay is closed; None without a meter.
        said: What it was told last.
        commands: All that it heard: topic and text.
        topics: What it subscribes to.
        will: Topic of its last will, what it says when it comes, and what the broker says when it is gone.
    """

    port: int
    on: bool = True
    deaf: bool = False
    stuck: bool = False
    lies: bool = False
    watts: float | None = 4.5
    said: bool | None = None
    commands: list[tuple[str, str]] = field(default_factory=list)

    topics: tuple[str, ...] = ()
    will: tuple[str, str, str] = ("", "", "")

    @contextmanager
    def running(self) -> Iterator["Plug"]:
        """The plug, connected to its broker and listening."""
        client = Client(CallbackAPIVersion.VERSION2)
        topic, here, gone = self.will
        client.will_set(topic, gone, retain=True)
        client.on_message = self._heard
        ready: list[bool] = []
        client.on_subscribe = lambda *_: ready.append(True)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        client.subscribe([(each, 1) for each in self.topics])
        until = time.monotonic() + 10
        while not ready and time.monotonic() < until:
            time.sleep(0.01)
        client.publish(topic, here, retain=True).wait_for_publish(5)
        try:
            yield self
        finally:
            client.disconnect()
            client.loop_stop()
            client.reinitialise()

    def _heard(self, client: Client, _: object, message: MQTTMessage) -> None:
        text = message.payload.decode()
        self.commands.append((message.topic, text))
        if not self.deaf:
            self.answer(client, message.topic, text)

    @abstractmethod
    def answer(self, client: Client, topic: str, text: str) -> None:
        """Do what a message says, and answer it, in the plug's own dialect."""

    def move(self, *, on: bool) -> None:
        """Move the relay, if it moves."""
        self.said = on
        if not (self.stuck or self.lies):
            self.on = on

    @property
    def state(self) -> bool:
        """What it says of itself."""
        return self.said if self.lies and self.said is not None else self.on

    @property
    def flow(self) -> float:
        """What its meter shows, in watts."""
        return (self.watts or 0.0) if self.on else 0.0


@dataclass
class Tasmota(Plug):
    """A plug with Tasmota, topic ``plug-3``."""

    topics: tuple[str, ...] = ("cmnd/plug-3/+",)
    will: tuple[str, str, str] = ("tele/plug-3/LWT", "Online", "Offline")

    def answer(self, client: Client, topic: str, text: str) -> None:
        """As its maker documents it."""
        if topic.endswith("/POWER"):
            if text in (ON, OFF):
                self.move(on=text == ON)
            word = ON if self.state else OFF
            client.publish("stat/plug-3/RESULT", json.dumps({"POWER": word}))
            client.publish("stat/plug-3/POWER", word)
        elif topic.endswith("/STATUS") and text == "10":
            energy = {"Total": 1.2, "Power": self.flow, "Voltage": 230}
            meter = {} if self.watts is None else {"ENERGY": energy}
            told = {"StatusSNS": {"Time": "2026-11-27T12:00:00", **meter}}
            client.publish("stat/plug-3/STATUS10", json.dumps(told))


@dataclass
class FirstShelly(Plug):
    """A Shelly of the first generation, ``shellyplug-s-1``."""

    topics: tuple[str, ...] = ("shellies/shellyplug-s-1/command", "shellies/shellyplug-s-1/relay/0/command")
    will: tuple[str, str, str] = ("shellies/shellyplug-s-1/online", "true", "false")

    def answer(self, client: Client, topic: str, text: str) -> None:
        """As its maker documents it."""
        if topic.endswith("/relay/0/command") and text in ("on", "off"):
            self.move(on=text == "on")
        elif text != "update":
            return
        client.publish("shellies/shellyplug-s-1/relay/0", "on" if self.state else "off")
        if self.watts is not None:
            client.publish("shellies/shellyplug-s-1/relay/0/power", f"{self.flow:.2f}")


@dataclass
class LaterShelly(Plug):
    """A Shelly of a later generation, ``shellyplus-1``, that takes calls over MQTT."""

    topics: tuple[str, ...] = ("shellyplus-1/rpc",)
    will: tuple[str, str, str] = ("shellyplus-1/online", "true", "false")

    def answer(self, client: Client, topic: str, text: str) -> None:
        """As its maker documents it."""
        if topic not in self.topics:
            return
        call = json.loads(text)
        head = {"id": call["id"], "src": "shellyplus-1", "dst": call["src"]}
        client.publish("other/rpc", json.dumps({**head, "id": 77, "result": {"output": True}}))
        client.publish(f"{call['src']}/rpc", json.dumps({**head, **self._done(call)}))

    def _done(self, call: dict[str, object]) -> dict[str, object]:
        given = call["params"]
        if not isinstance(given, dict) or given.get("id") != 0:
            return {"error": {"code": -105, "message": f"Argument 'id', value {given!r} not found!"}}
        if call["method"] == "Switch.Set":
            was = self.on
            self.move(on=bool(given["on"]))
            return {"result": {"was_on": was}}
        meter = {} if self.watts is None else {"apower": self.flow, "voltage": 230.1}
        return {"result": {"id": 0, "source": "MQTT", "output": self.state, **meter}}
