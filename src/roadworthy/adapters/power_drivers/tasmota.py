"""A plug with Tasmota, over MQTT.

It is told with ``cmnd/TOPIC/POWER``, and answers with ``stat/TOPIC/POWER``. After the answer to the command
it is asked once more, without one, so that what is read back is not an echo; then for its meter, with
``STATUS 10``. Whether it is there at all, its last will at ``tele/TOPIC/LWT`` says. Messages that the broker
kept from before count for nothing but that.

    [devices.camera.power]
    driver = "tasmota"
    broker = "192.168.8.1"
    topic = "plug-3"

How it can be wrong

The plug says what its relay was told, not what flows; only one with a meter shows that. Whoever can write to
the broker can switch it too: give the broker passwords and rules of access. A plug whose FullTopic was
changed is not found.
"""

import json
from collections.abc import Mapping
from typing import Final

from roadworthy.adapters.power_drivers._mqtt import KEYS, Heard, SilentError, Talk, talk, topic_of
from roadworthy.network.switches.driver import Reading, Settings, SwitchDriver

ON, OFF = "ON", "OFF"
METER_SECONDS: Final = 2.0
MOST_RELAYS: Final = 32


def put(settings: Settings, *, on: bool) -> Reading:
    """Switch, then read back."""
    return _told(settings, ON if on else OFF)


def look(settings: Settings) -> Reading:
    """Read."""
    return _told(settings, "")


def _told(settings: Settings, command: str) -> Reading:
    topic = topic_of(settings, "topic")
    relay = int(settings.number("relay", 1, most=MOST_RELAYS))
    power = "POWER" if "relay" not in settings.values else f"POWER{relay}"
    answer = f"stat/{topic}/{power}"
    try:
        with talk(settings, [f"stat/{topic}/+"], (f"tele/{topic}/LWT", "Offline")) as plug:
            if command:
                plug.say(f"cmnd/{topic}/{power}", command)
                plug.hear(
                    lambda heard: heard.topic == answer and not heard.retained, f"an answer at {answer}"
                )
            plug.say(f"cmnd/{topic}/{power}", "")
            said = plug.hear(
                lambda heard: heard.topic == answer and not heard.retained, f"an answer at {answer}"
            )
            return _reading(said, _watts(plug, topic))
    except SilentError as error:
        return Reading(fault=str(error))


def _reading(said: Heard, watts: float | None) -> Reading:
    evidence = f"{said.topic}: {said.text[:100]}"
    if said.text not in (ON, OFF):
        return Reading(evidence=evidence, watts=watts, fault=f"that is neither {ON} nor {OFF}")
    return Reading(on=said.text == ON, evidence=evidence, watts=watts)


def _watts(plug: Talk, topic: str) -> float | None:
    plug.say(f"cmnd/{topic}/STATUS", "10")
    answer = f"stat/{topic}/STATUS10"
    heard = plug.heard_within(lambda heard: heard.topic == answer and not heard.retained, METER_SECONDS)
    try:
        found: object = json.loads(heard.text) if heard else None
    except ValueError:
        return None
    for key in ("StatusSNS", "ENERGY", "Power"):
        found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, list):  # one for each phase
        found = sum(each for each in found if isinstance(each, (int, float)))
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


DRIVER = SwitchDriver(
    title="A plug with Tasmota (MQTT)",
    keys={
        **KEYS,
        "topic": "the plug's Topic, as its page Configuration, MQTT shows it",
        "relay": "which relay of several; the only one without it",
    },
    put=put,
    look=look,
)
