"""Names: what each device was told by DNS, what that opens, and for how long.

Elements in the kernel carry no timeout of their own. They are closed here, when the time that the device
was told is over and a grace on top; conversations that run go on. So an answer out of a cache opens
them again like a fresh one, nothing expires under a device while the guard is down, and nothing new opens
either.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Final

from roadworthy.network.guard.dns_reply import Code, Kind, Message, Record
from roadworthy.network.guard.reach import Reach
from roadworthy.network.packet import Address
from roadworthy.network.surroundings import Networks

MAX_CHAIN: Final = 16
MAX_TOLD: Final = 64
MAX_ADDRESSES: Final = 256
MIN_SECONDS: Final = 60
MAX_SECONDS: Final = 2**31 - 1  # RFC 2181 §8: the device is told as long a time, and may keep to it
GRACE: Final = 300
_NAT64: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Opening:
    """One element: a device may reach an address because it was told it under a name."""

    device: str
    name: str
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What becomes of one answer.

    Args:
        openings: Elements that must be in the kernel before the device gets the answer.
        closings: Elements that make room for them.
        code: What the device is told instead of the answer; None for the answer itself.
        why: The reason for that, or for opening nothing; empty if there is none.
    """

    openings: tuple[Opening, ...] = ()
    closings: tuple[Opening, ...] = ()
    code: Code | None = None
    why: str = ""


def told(message: Message) -> tuple[tuple[Address, ...], int]:
    """The addresses that an answer gives to its question, along the chain of CNAMEs, and their shortest TTL.

    Records of names that are not on the chain count for nothing: they are poison, or noise.
    """
    by_name: dict[str, list[Record]] = {}
    for each in message.answers:
        by_name.setdefault(each.name, []).append(each)
    found: dict[Address, None] = {}
    seconds = MAX_SECONDS
    for name in _chain(message.question.name, by_name):
        for each in by_name.get(name, ()):
            if each.kind == Kind.CNAME or each.addresses:
                seconds = min(seconds, each.ttl)
                found.update(dict.fromkeys(each.addresses))
    return tuple(found), seconds


def _chain(name: str, by_name: dict[str, list[Record]]) -> Iterator[str]:
    """The asked name and where it leads; a loop ends where it began, and two ways at one name end it too."""
    seen: set[str] = set()
    while name not in seen and len(seen) < MAX_CHAIN:
        seen.add(name)
        yield name
        targets = {each.target for each in by_name.get(name, ()) if each.kind == Kind.CNAME}
        if len(targets) != 1:
            return
        name = targets.pop()


class Names:
    """What is open by name.

    Args:
        inside: Networks that no public name may lead to, beside those that are nobody's on the Internet.
    """

    def __init__(self, inside: Networks = ()) -> None:
        self._inside = inside
        self._until: dict[Opening, float] = {}
        self._by_name: dict[tuple[str, str], dict[Address, None]] = {}

    def hear(self, device: str, message: Message, reach: Reach, now: float) -> Told:
        """What becomes of an answer to a device's question."""
        name = message.question.name
        if name in reach.refused:
            return Told(code=Code.REFUSED, why="it is switched off")
        addresses, seconds = told(message)
        if any(self.is_inside(each) for each in addresses):
            return Told(code=Code.NO_SUCH_NAME, why="a public name that leads into the local network")
        if not addresses:
            return Told()
        if not reach.opens(name):
            return Told(why="it is not in the profile")
        until = now + max(MIN_SECONDS, min(seconds, MAX_SECONDS)) + GRACE
        openings = tuple(Opening(device, name, each) for each in addresses[:MAX_TOLD])
        for each in openings:
            self._keep(each, until)
        return Told(openings=openings, closings=self._overflow(device, name))

    def is_inside(self, address: Address) -> bool:
        """Whether an address is nobody's on the Internet, as itself or as the IPv4 address inside it."""
        carried = _carried(address)
        if carried is not None and self.is_inside(carried):
            return True
        return not address.is_global or address.is_multicast or any(address in each for each in self._inside)

    def _keep(self, opening: Opening, until: float) -> None:
        self._until[opening] = max(until, self._until.get(opening, 0.0))
        told_before = self._by_name.setdefault((opening.device, opening.name), {})
        told_before.pop(opening.address, None)
        told_before[opening.address] = None

    def _overflow(self, device: str, name: str) -> tuple[Opening, ...]:
        """The addresses of a name that were told longest ago, beyond the most that one may have."""
        told_before = self._by_name[device, name]
        surplus = [Opening(device, name, each) for each in tuple(told_before)[: -MAX_ADDRESSES or None]]
        return self.close(surplus)

    def close(self, openings: Iterable[Opening]) -> tuple[Opening, ...]:
        """Forget openings; gives those that were open."""
        closed = tuple(each for each in openings if self._until.pop(each, None) is not None)
        for each in closed:
            left = self._by_name[each.device, each.name]
            left.pop(each.address)
            if not left:
                del self._by_name[each.device, each.name]
        return closed

    def tick(self, now: float) -> tuple[Opening, ...]:
        """Close what is over; gives it. Conversations that run go on all the same."""
        return self.close([each for each, until in self._until.items() if until <= now])

    def until(self, opening: Opening) -> float:
        """When an opening is over; 0 for one that is not open."""
        return self._until.get(opening, 0.0)

    def open(self) -> tuple[tuple[Opening, float], ...]:
        """All that is open, and until when: for the state on disk, and for whole rulesets."""
        return tuple(sorted(self._until.items(), key=lambda each: _order(each[0])))

    def restore(self, kept: Iterable[tuple[Opening, float]]) -> None:
        """Take back what `open` gave before a restart. What has passed since is closed by the next tick."""
        for opening, until in kept:
            if not self.is_inside(opening.address):
                self._keep(opening, until)


def _order(opening: Opening) -> tuple[str, str, int, int]:
    return opening.device, opening.name, opening.address.version, int(opening.address)


def _carried(address: Address) -> Address | None:
    """The IPv4 address in an IPv6 one: mapped, 6to4, Teredo, NAT64 (RFC 6052)."""
    if not isinstance(address, IPv6Address):
        return None
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
