"""Keys and ledgers for tests of the switches: owners who sign, and lines as they lie in a file."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from roadworthy.codecs.signing import keyid
from roadworthy.network.switches.record import Act, Record, line_of, signed
from roadworthy.network.switches.records import Ledger, admitted, next_record
from roadworthy.network.switches.switch import Switch

BEGIN: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)


def key(number: int) -> Ed25519PrivateKey:
    """A key, the same for the same number. For tests only: whoever reads this has it."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def name(number: int) -> str:
    """The name of that key."""
    return keyid(key(number).public_key())


@dataclass(slots=True)
class Book:
    """A ledger that grows.

    Args:
        ledger: As it is.
        lines: Its lines, ends included.
        now: The time of the next record.
    """

    ledger: Ledger = field(default_factory=Ledger)
    lines: list[bytes] = field(default_factory=list)
    now: datetime = BEGIN

    @property
    def data(self) -> bytes:
        """The file."""
        return b"".join(self.lines)

    def make(self, signer: int, act: Act, device: str = "camera", **more: object) -> Record:
        """The record that would come next, signed."""
        changes: dict[str, object] = {"reason": "a test", **more}
        frame = next_record(self.ledger, device, act, now=self.now)
        return signed(replace(frame, **changes), key(signer))  # type: ignore[arg-type]

    def add(self, signer: int, act: Act, device: str = "camera", **more: object) -> Record:
        """Take one in, a minute after the last."""
        record = self.make(signer, act, device, **more)
        self.ledger, line = admitted(self.ledger, record, now=self.now)
        assert line == line_of(record) + b"\n"  # noqa: S101 -- a test kit
        self.lines.append(line)
        self.now += timedelta(minutes=1)
        return record

    def enrol(self, owner: int = 1, recovery: int = 2, device: str = "camera") -> Record:
        """An owner, with a recovery key."""
        return self.add(owner, Act.ENROL, device, recovery=name(recovery))

    def switch(self, switch: Switch, *, on: bool, owner: int = 1, device: str = "camera") -> Record:
        """A switch, by an owner."""
        return self.add(owner, Act.SWITCH, device, switch=switch.value, state="on" if on else "off")
