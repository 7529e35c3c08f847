"""A short talk over MQTT: subscribe, say something, wait for the answers that count, and leave."""

# ruff: noqa: PLC0415 -- the library is imported by those who have a plug

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from roadworthy.adapters.power_drivers._secrets import secret
from roadworthy.network.switches.driver import Settings

if TYPE_CHECKING:
    from paho.mqtt.client import Client

MOST_PAYLOAD: Final = 64 * 1024
MOST_MESSAGES: Final = 1000
PORT, TLS_PORT = 1883, 8883
KEYS: Final[Mapping[str, str]] = {
    "broker": "name or address of the MQTT broker",
    "port": f"its port; {PORT} without it, {TLS_PORT} with `tls`",
    "username": "name to log in with at the broker; none without it",
    "password-file": "file with the password; only its owner should be able to read it",
    "tls": "true for TLS, with the broker's certificate checked",
    "ca-file": "certificates that are trusted for it, PEM; those of the system without it",
}


class SilentError(Exception):
    """The broker, or the plug behind it, does not answer. The text says which."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message.

    Args:
        topic: Its topic.
        text: What it says.
        retained: Whether the broker kept it from before: it may be old.
    """

    topic: str
    text: str
    retained: bool


class Talk:
    """A connection to a broker, for as long as the settings allow. Made by `talk`."""

    def __init__(self, client: "Client", settings: Settings, will: tuple[str, str]) -> None:
        self._client = client
        self._will = will
        self._seconds = settings.seconds
        self._until = time.monotonic() + self._seconds
        self._early: list[Heard] = []  # what the broker had at hand came before it said that all is set up
        self.events: queue.Queue[Heard | str] = queue.Queue(MOST_MESSAGES)

    def put(self, event: Heard | str) -> None:
        """Take in what came; of a flood, the beginning."""
        with suppress(queue.Full):
            self.events.put_nowait(event)

    def wait_for(self, what: str) -> None:
        """Wait for the broker. Raises `SilentError`."""
        while isinstance(event := self._next(f"the broker's word that we are {what}"), Heard):
            self._early.append(event)
        if event != what:
            raise SilentError(f"the broker does not let us in: {event}")

    def say(self, topic: str, text: str) -> None:
        """Send a message."""
        self._client.publish(topic, text, qos=1)

    def hear(self, counts: Callable[[Heard], bool], what: str) -> Heard:
        """The next message that counts.

        Raises:
            SilentError: None comes in time, which `what` says; or the plug's last will says that it is gone.
        """
        while True:
            event = self._early.pop(0) if self._early else self._next(what)
            if isinstance(event, Heard) and (event.topic, event.text) == self._will:
                raise SilentError(f"the plug is gone: its last will at {event.topic} says {event.text}")
            if isinstance(event, Heard) and counts(event):
                return event

    def heard_within(self, counts: Callable[[Heard], bool], seconds: float) -> Heard | None:
        """The next message that counts, if it comes within some seconds."""
        until = self._until
        self._until = min(until, time.monotonic() + seconds)
        try:
            return self.hear(counts, "")
        except SilentError:
            return None
        finally:
            self._until = until

    def _next(self, what: str) -> Heard | str:
        try:
            return self.events.get(timeout=max(0.0, self._until - time.monotonic()))
        except queue.Empty:
            raise SilentError(f"{what} did not come within {self._seconds:g} s") from None


@contextmanager
def talk(settings: Settings, topics: list[str], will: tuple[str, str]) -> Iterator[Talk]:
    """A talk with a broker, subscribed to some topics.

    Args:
        settings: Which broker, and for how long.
        topics: Where the plug answers.
        will: Topic and text of the plug's last will, which the broker sends when the plug is gone.

    Raises:
        InputError: A setting has a mistake.
        SilentError: The broker cannot be reached, or does not let us in.
    """
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    client = Client(CallbackAPIVersion.VERSION2)
    conversation = Talk(client, settings, will)
    broker, port = settings.text("broker"), _prepared(client, settings)
    client.connect_timeout = settings.seconds
    client.on_connect = lambda *given: conversation.put("connected" if given[3] == 0 else str(given[3]))
    client.on_subscribe = lambda *_: conversation.put("subscribed")
    client.on_message = lambda _client, _data, message: conversation.put(
        Heard(message.topic, message.payload[:MOST_PAYLOAD].decode("utf-8", "replace"), message.retain)
    )
    try:
        client.connect(broker, port)
    except (OSError, ValueError) as error:
        raise SilentError(f"the broker {broker}, port {port}, cannot be reached: {error}") from error
    client.loop_start()
    try:
        conversation.wait_for("connected")
        client.subscribe([(each, 1) for each in (*topics, will[0])])
        conversation.wait_for("subscribed")
        yield conversation
    finally:
        client.disconnect()
        client.loop_stop()
        client.reinitialise()  # closes its sockets now, and not when Python comes round to it


def topic_of(settings: Settings, key: str) -> str:
    """A topic, or a part of one. Raises `InputError` where it is none that can be written to."""
    topic = settings.text(key)
    if not topic or {"+", "#", "$"} & set(topic) or topic.startswith("/") or topic.endswith("/"):
        settings.refuse(key, f"is no topic: {topic!r}", "Write it as the plug's own page shows it.")
    return topic


def _prepared(client: "Client", settings: Settings) -> int:
    """Set up login and TLS; gives the port."""
    if name := settings.text("username", ""):
        client.username_pw_set(name, secret(settings, "password-file") or None)
    tls = settings.flag("tls")
    if tls:
        from ssl import create_default_context

        authorities = settings.file("ca-file") or None
        try:
            client.tls_set_context(create_default_context(cafile=authorities))
        except OSError as error:
            settings.refuse("ca-file", f"cannot be used: {error.strerror}", "Give certificates in PEM.")
    return int(settings.number("port", TLS_PORT if tls else PORT, most=65535))
