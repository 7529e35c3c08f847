"""The guard at work, from outside: what it sees, and what an operator tells it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from roadworthy.model.errors import InputError
from roadworthy.network.network_file import Network
from roadworthy.network.profile.wording import counted
from roadworthy.reports.blocks import Block, Document, Facts, Heading, Table, Text

STATUS_TYPE: Final = "roadworthy.guard-status/v1"
DONE_TYPE: Final = "roadworthy.guard-order/v1"
Request = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The guard of one network, as others reach it.

    Args:
        network: The network.
        ask: Asks the guard that runs; None if none does.
        act: Does without one: loads the table, and keeps what changed.
        recall: What it would say if it ran, from its journal.
    """

    network: Network
    ask: Callable[[Request], Request | None]
    act: Callable[[Request], Request]
    recall: Callable[[], Request]


def status(guard: Guard) -> Document:
    """What the guard of a network sees."""
    said = guard.ask({"do": "status"})
    runs = said is not None
    known = guard.recall() if said is None else said
    devices = _inner(known, "devices")
    title = counted(len(devices), "device") + ("" if runs else "; no guard runs")
    blocks: list[Block] = [Heading(title, 1)]
    if not runs:
        blocks.append(
            Text("What was loaded last stays in force. Names lead nowhere new until `roadworthy guard run`.")
        )
    if hindrance := known.get("hindrance"):
        blocks.append(Text(f"Not held: {hindrance}."))
    if lost := known.get("lost"):
        blocks.append(Text(f"{lost} lines of the guard's journal could not be read."))
    blocks.append(Table(("device", "mode", "held", "addresses", "deviations"), tuple(_rows(devices))))
    for name in devices:
        blocks.extend(_device(name, _inner(devices, name)))
    strangers = _inner(known, "strangers")
    if strangers:
        blocks.append(Heading("Devices that tell a profile, and are not in the network file"))
        blocks.append(Table(("device", "MUD URL"), tuple((mac, str(url)) for mac, url in strangers.items())))
    data = {"type": STATUS_TYPE, "running": runs, **known}
    return Document(title=title, blocks=tuple(blocks), data=data)


def _rows(devices: Request) -> Sequence[tuple[str, ...]]:
    return [
        (
            name,
            str(each["mode"]),
            _held(each),
            ", ".join(map(str, _items(each, "addresses"))) or "not seen yet",
            str(len(_items(each, "deviations"))),
        )
        for name in devices
        for each in (_inner(devices, name),)
    ]


def _held(device: Request) -> str:
    words = [str(device["held"]).replace("_", " ")] if device["held"] else []
    if device["change_off"] and device["held"] != "change_off":
        words.append("change off")
    return ", ".join(words) or "free"


def _device(name: str, device: Request) -> tuple[Block, ...]:
    blocks: list[Block] = []
    held = _inner(device, "quarantine")
    if held:
        facts = (
            ("why", str(held["why"]) or "not said"),
            ("since", _moment(held["since"])),
            ("by", str(held["by"])),
        )
        blocks.append(Facts(facts))
    rows = [
        (
            str(each["says"]),
            "stopped" if each["stopped"] else "let pass",
            str(each["count"]),
            _moment(each["last"]),
        )
        for each in _items(device, "deviations")
        if isinstance(each, dict)
    ]
    if rows:
        blocks.append(Table(("rule that is missing", "it was", "times", "last"), tuple(rows)))
    return (Heading(name), *blocks) if blocks else ()


def _moment(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def order(guard: Guard, request: Request, says: str) -> Document:
    """Tell the guard to do something, and say that it is done.

    Raises:
        InputError: The device is unknown, or the guard cannot do it; says why.
    """
    device = request.get("device")
    if device is not None and device not in guard.network.devices:
        known = ", ".join(list(guard.network.devices)[:20])
        raise InputError(f"{device!r} is no device of this network", hint=f"Known are {known}.")
    reply = guard.ask(request)
    runs = reply is not None
    if reply is None:
        reply = guard.act(request)
    notes: tuple[Block, ...] = () if runs else (Text("No guard runs; the table was loaded without it."),)
    if "error" in reply:
        raise InputError(str(reply["error"]), hint=str(reply.get("hint", "See `roadworthy guard status`.")))
    seconds = reply.get("seconds")
    took = f" In force after {seconds * 1000:.0f} ms." if isinstance(seconds, float) else ""
    data = {"type": DONE_TYPE, "request": dict(request), "running": runs, "reply": dict(reply)}
    return Document(title=says, blocks=(Heading(says, 1), Text(f"Done.{took}"), *notes), data=data)


def _inner(within: Request, key: str) -> Request:
    """An object in an object of the guard's; empty if there is none."""
    value = within.get(key)
    return {str(each): value[each] for each in value} if isinstance(value, dict) else {}


def _items(within: Request, key: str) -> Sequence[object]:
    """A list in it, likewise."""
    value = within.get(key)
    return value if isinstance(value, list) else []
