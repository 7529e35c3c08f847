"""Staging: a table that is not in force yet, put into force in three steps, of which only the last counts.

A whole table as text is taken at once (`ruleset.ruleset`), and so it must be where one is in force. But nft
needs several times as long to read the elements of many devices as the kernel needs to take them. Where no
table is in force, first the table comes without those elements and without a word on who the devices are: it
holds nobody to anything. Then the elements come, in the kernel's own form. Last, at once, who the devices
are. Up to then every packet goes as it went before; from then on the whole table holds. If a step fails, or
the guard dies between two, nothing holds, as before; the next start finds that table and replaces it at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from struct import Struct
from typing import Final

from roadworthy.network.live import Live
from roadworthy.network.nftables.elements import Plan
from roadworthy.network.nftables.ruleset import TABLE, contents, table

IDENTITY: Final = frozenset({"numbers", "owners4", "owners6", "quarantined"})
"""Sets by which a packet is known to be a device's. Without them, no chain is asked."""
BULK: Final = frozenset({"out_host4", "in_host4", "out_host6", "in_host6"})
"""Sets of mark, address, protocol and port: they grow with devices and rules."""
FEW: Final = 2_000
"""Up to so many elements in `BULK`, one step is as fast as three."""
_AT_ONCE: Final = 1_000  # elements in one message: an attribute ends at 65,535 bytes
_INET: Final = 1
_SUBSYSTEM: Final = 10  # NFNL_SUBSYS_NFTABLES
_NEW_ELEMENTS: Final = (_SUBSYSTEM << 8) | 12  # NFT_MSG_NEWSETELEM
_BEGIN, _END = 0x10, 0x11  # NFNL_MSG_BATCH_BEGIN, …_END
_REQUEST, _ACK, _CREATE = 1, 4, 0x400
_NESTED: Final = 0x8000
_HEAD: Final = Struct("=IHHII")
_FAMILY: Final = Struct("!BBH")
_ATTRIBUTE: Final = Struct("=HH")
_MARK: Final = Struct("=I")
_PORT: Final = Struct("!Hxx")


@dataclass(frozen=True, slots=True)
class Stages:
    """The steps, in order.

    Args:
        table: For ``nft -f -``: the table, which holds nobody yet.
        bulk: For the kernel (nfnetlink): a batch of elements, all or none.
        identity: For ``nft -f -``: who the devices are; with it, the table holds.
    """

    table: str
    bulk: bytes
    identity: str


def stages(planned: Plan, live: Live) -> Stages | None:
    """The steps to a table; None where it has so few elements that its text does as well."""
    held = contents(planned, live)
    bulk = {name: some for name, some in held.items() if name in BULK}
    if sum(map(len, bulk.values())) <= FEW:
        return None
    rest = {name: some for name, some in held.items() if name not in BULK | IDENTITY}
    identity = "".join(
        f"add element {TABLE} {name} {{ {', '.join(held[name])} }}\n"
        for name in sorted(IDENTITY & held.keys())
    )
    return Stages(table(planned, rest), batch(bulk), identity)


def batch(sets: Mapping[str, Sequence[str]]) -> bytes:
    """One nfnetlink batch that adds elements; the last message asks for an answer, which stands for all."""
    bodies = [
        _attribute(1, f"{TABLE.split()[1]}\0".encode()) + _attribute(2, f"{name}\0".encode()) + listed
        for name, some in sets.items()
        for listed in _lists(some)
    ]
    ends = [_ACK if number == len(bodies) else 0 for number in range(1, len(bodies) + 1)]
    messages = [
        _message(number, _NEW_ELEMENTS, _REQUEST | _CREATE | ask, _FAMILY.pack(_INET, 0, 0) + body)
        for number, (ask, body) in enumerate(zip(ends, bodies, strict=True), 2)
    ]
    edge = _FAMILY.pack(0, 0, _SUBSYSTEM)
    last = len(bodies) + 2
    return b"".join((_message(1, _BEGIN, _REQUEST, edge), *messages, _message(last, _END, _REQUEST, edge)))


def _message(number: int, kind: int, flags: int, body: bytes) -> bytes:
    return _HEAD.pack(_HEAD.size + len(body), kind, flags, number, 0) + body


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value + bytes(-len(value) % 4)


def _lists(some: Sequence[str]) -> Iterable[bytes]:
    for start in range(0, len(some), _AT_ONCE):
        yield _attribute(_NESTED | 3, b"".join(map(_element, some[start : start + _AT_ONCE])))


def _element(text: str) -> bytes:
    """One element: a list item around a key around a value; each field of the key fills four bytes."""
    mark, address, protocol, port = text.split(" . ")
    where = ip_address(address).packed if ":" in address else bytes(map(int, address.split(".")))
    key = _MARK.pack(int(mark)) + where + bytes((int(protocol), 0, 0, 0)) + _PORT.pack(int(port))
    return _HEADS[len(key)] + key


def _heads(size: int) -> bytes:
    parts = ((size + 12, _NESTED | 1), (size + 8, _NESTED | 1), (size + 4, 1))
    return b"".join(_ATTRIBUTE.pack(length, kind) for length, kind in parts)


_HEADS: Final = {size: _heads(size) for size in (16, 28)}  # of a key with an address of IPv4, of IPv6
