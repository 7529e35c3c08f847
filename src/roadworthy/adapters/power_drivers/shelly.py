"""A plug or relay by Shelly, over MQTT, of the first or of a later generation.

The first generation is told at ``shellies/DEVICE/relay/N/command`` and says its state at
``shellies/DEVICE/relay/N``; it is asked to say all anew at ``shellies/DEVICE/command``. Later ones take calls
at ``DEVICE/rpc`` (``Switch.Set``, then ``Switch.GetStatus``), which "RPC over MQTT" in their settings must
allow. Power in watts comes along. Whether the plug is there, ``…/online`` says, its last will.

    [devices.camera.power]
    driver = "shelly"
    broker = "192.168.8.1"
    device = "shellyplusplugs-0123456789ab"

How it can be wrong

The relay's own word is believed where there is no meter. A later generation that is not allowed to take calls
over MQTT does not answer, and looks like one that is gone. A state that the broker kept from before is not
believed, so a plug of the first generation that is silent is not taken for one that is off.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Final

from roadworthy.adapters.power_drivers._mqtt import KEYS, SilentError, Talk, talk, topic_of
from roadworthy.network.switches.driver import Reading, Settings, SwitchDriver
from roadworthy.network.switches.switch import OFF, ON

FIRST, LATER = 1, 2
METER_SECONDS: Final = 2.0
MOST_RELAYS: Final = 32
OVERLOAD: Final = "overpower"  # the first generation says so instead of `off` when it cut an overload


def put(settings: Settings, *, on: bool) -> Reading:
    """Switch, then read back."""
    return _told(settings, on=on)


def look(settings: Settings) -> Reading:
    """Read."""
    return _told(settings, on=None)


def _told(settings: Settings, *, on: bool | None) -> Reading:
    generation = settings.values.get("generation", LATER)
    if generation not in (FIRST, LATER):
        settings.refuse("generation", "is neither 1 nor 2", "Write 1, or 2 for all later ones.")
    device = topic_of(settings, "device")
    number = settings.values.get("relay", 0)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < MOST_RELAYS:
        settings.refuse("relay", "is no number of a relay", "Leave it out for 0.")
    try:
        if generation == FIRST:
            return _first(settings, f"shellies/{device}", number, on=on)
        return _later(settings, device, number, on=on)
    except SilentError as error:
        return Reading(fault=str(error))


def _first(settings: Settings, device: str, number: int, *, on: bool | None) -> Reading:
    relay = f"{device}/relay/{number}"
    with talk(settings, [f"{device}/relay/#"], (f"{device}/online", "false")) as plug:
        if on is not None:
            plug.say(f"{relay}/command", ON if on else OFF)
            plug.hear(lambda heard: heard.topic == relay and not heard.retained, f"an answer at {relay}")
        plug.say(f"{device}/command", "update")
        said = plug.hear(lambda heard: heard.topic == relay and not heard.retained, f"an answer at {relay}")
        meter = plug.heard_within(
            lambda heard: heard.topic == f"{relay}/power" and not heard.retained, METER_SECONDS
        )
    evidence = f"{said.topic}: {said.text[:100]}"
    watts = _number(meter.text) if meter else None
    if said.text not in (ON, OFF, OVERLOAD):
        return Reading(evidence=evidence, watts=watts, fault=f"that is neither {ON} nor {OFF}")
    return Reading(on=said.text == ON, evidence=evidence, watts=watts)


def _later(settings: Settings, device: str, number: int, *, on: bool | None) -> Reading:
    us = f"roadworthy-{secrets.token_hex(4)}"  # answers to others are none to us
    with talk(settings, [f"{us}/rpc"], (f"{device}/online", "false")) as plug:
        if on is not None:
            answer = _called(plug, (us, device), 1, "Switch.Set", {"id": number, "on": on})
            if "error" in answer:
                return Reading(fault=f"it refused: {_shown(answer['error'])}")
        answer = _called(plug, (us, device), 2, "Switch.GetStatus", {"id": number})
    result = answer.get("result")
    output = result.get("output") if isinstance(result, Mapping) else None
    if not isinstance(result, Mapping) or not isinstance(output, bool):
        return Reading(fault=f"it does not say whether it is on: {_shown(answer)}")
    watts = result.get("apower")
    return Reading(
        on=output,
        evidence=f"Switch.GetStatus: output {str(output).lower()}",
        watts=float(watts) if isinstance(watts, (int, float)) and not isinstance(watts, bool) else None,
    )


def _called(
    plug: Talk, ends: tuple[str, str], number: int, method: str, given: Mapping[str, object]
) -> Mapping[str, object]:
    """The answer to a remote call; `ends` are the topics of who asks and who is asked."""
    us, device = ends
    plug.say(f"{device}/rpc", json.dumps({"id": number, "src": us, "method": method, "params": given}))
    while True:
        said = plug.hear(
            lambda heard: heard.topic == f"{us}/rpc" and not heard.retained, f"an answer to {method}"
        )
        try:
            answer: object = json.loads(said.text)
        except ValueError:
            continue
        if isinstance(answer, dict) and answer.get("id") == number:
            return answer


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _shown(value: object) -> str:
    return json.dumps(value)[:200]


DRIVER = SwitchDriver(
    title="A plug or relay by Shelly (MQTT)",
    keys={
        **KEYS,
        "device": "its id, or the topic prefix that its MQTT settings show",
        "generation": "1 for the first; 2, or nothing, for all later ones",
        "relay": "which relay of several, from 0; 0 without it",
    },
    put=put,
    look=look,
)
