"""Tried: what a device tried while something of it is switched off; evidence of ways round a switch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from roadworthy.network.packet import Address

MOST: Final = 64


@dataclass(slots=True)
class Tried:
    """What one device tried since its switches stand as they do.

    Args:
        names: Names that it asked for and that were refused; the first `MOST`.
        addresses: Hosts of the Internet that it tried to reach; likewise.
        frames: How many packets were stopped, as far as the kernel told.
    """

    names: dict[str, None] = field(default_factory=dict)
    addresses: dict[Address, None] = field(default_factory=dict)
    frames: int = 0

    def asked(self, name: str) -> None:
        """A question was refused."""
        if len(self.names) < MOST:
            self.names[name] = None

    def sent(self, other: Address | None) -> None:
        """A packet was stopped."""
        self.frames += 1
        if other is not None and other.is_global and len(self.addresses) < MOST:
            self.addresses[other] = None

    def told(self) -> Mapping[str, object]:
        """The same as plain data."""
        return {
            "refused_names": list(self.names),
            "refused_addresses": list(map(str, self.addresses)),
            "frames": self.frames,
        }
