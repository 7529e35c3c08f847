"""DNS messages as the guard needs them: what was asked, what was told, and refusals (RFC 1035 §4, RFC 9460).

A message is hostile until read: bounded in size, names and records, and a pointer must point backwards.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from roadworthy.network.packet import Address

MAX_MESSAGE: Final = 65_535
MAX_RECORDS: Final = 512
MAX_LABEL: Final = 63
MAX_NAME: Final = 253
_HEADER: Final = struct.Struct(">6H")
_FIXED: Final = struct.Struct(">HHIH")
_POINTER: Final = 0xC0
_RESPONSE: Final = 0x8000
_OPCODE: Final = 0x7800
_TRUNCATED: Final = 0x0200
_DESIRED: Final = 0x0100
_AVAILABLE: Final = 0x0080
_CODE: Final = 0x000F
_INTERNET: Final = 1
_ALIAS_MODE: Final = 0
_IPV4_HINT: Final = 4
_IPV6_HINT: Final = 6
_PLAIN: Final = frozenset(range(0x21, 0x7F)) - frozenset(b".\\\"'")


class Kind(IntEnum):
    """Types of records that name where a device may go."""

    A = 1
    CNAME = 5
    AAAA = 28
    SVCB = 64
    HTTPS = 65


class Code(IntEnum):
    """Response codes that the guard gives itself."""

    OK = 0
    FORMAT_ERROR = 1
    SERVER_FAILURE = 2
    NO_SUCH_NAME = 3
    REFUSED = 5


class MalformedMessageError(ValueError):
    """The bytes are no DNS message that the guard understands."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a name in lower case without the last dot, a type, a class."""

    name: str
    kind: int
    group: int = _INTERNET


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of an answer.

    Args:
        name: Whose it is, in lower case.
        kind: Its type.
        ttl: Seconds that it may be kept.
        target: Where a CNAME or an SVCB record leads; empty for others.
        addresses: Of A, AAAA, and the hints of SVCB and HTTPS.
    """

    name: str
    kind: int
    ttl: int
    target: str = ""
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One DNS message.

    Args:
        number: Its id.
        flags: The second word of its header.
        question: The one that it asks or answers.
        spelling: That question as it stands on the wire, letters' case and all.
        answers: The answer section. The other sections name no address that a device uses; they are passed
            over.
    """

    number: int
    flags: int
    question: Question
    spelling: bytes
    answers: tuple[Record, ...] = ()

    @property
    def is_response(self) -> bool:
        """Whether it answers."""
        return bool(self.flags & _RESPONSE)

    @property
    def is_query(self) -> bool:
        """Whether it is a standard query."""
        return not self.flags & (_RESPONSE | _OPCODE)

    @property
    def is_truncated(self) -> bool:
        """Whether the rest is to be asked for over TCP."""
        return bool(self.flags & _TRUNCATED)

    @property
    def code(self) -> int:
        """The response code."""
        return self.flags & _CODE


def read_message(data: bytes) -> Message:
    """Read a message.

    Raises:
        MalformedMessageError: It is none, has not exactly one question, or goes beyond the bounds.
    """
    if len(data) > MAX_MESSAGE:
        raise MalformedMessageError("longer than a message can be")
    try:
        return _message(data)
    except (struct.error, IndexError) as error:
        raise MalformedMessageError("cut short") from error


def _message(data: bytes) -> Message:
    number, flags, questions, answers, _, _ = _HEADER.unpack_from(data)
    if questions != 1:
        raise MalformedMessageError(f"{questions} questions")
    if answers > MAX_RECORDS:
        raise MalformedMessageError(f"{answers} answers")
    name, at = _name(data, _HEADER.size)
    kind, group = struct.unpack_from(">HH", data, at)
    at += 4
    spelling = data[_HEADER.size : at]
    records: list[Record] = []
    for _ in range(answers):
        record, at = _record(data, at)
        if record is not None:
            records.append(record)
    return Message(
        number=number,
        flags=flags,
        question=Question(name, kind, group),
        spelling=spelling,
        answers=tuple(records),
    )


def _record(data: bytes, at: int) -> tuple[Record | None, int]:
    name, at = _name(data, at)
    kind, group, ttl, length = _FIXED.unpack_from(data, at)
    at += _FIXED.size
    end = at + length
    if end > len(data):
        raise MalformedMessageError("a record runs beyond the end")
    if group != _INTERNET:
        return None, end
    ttl = 0 if ttl >> 31 else ttl  # RFC 2181 §8
    target, addresses = _meaning(data, at, end, kind)
    return Record(name=name, kind=kind, ttl=ttl, target=target, addresses=addresses), end


def _meaning(data: bytes, at: int, end: int, kind: int) -> tuple[str, tuple[Address, ...]]:
    if kind == Kind.A:
        return "", (IPv4Address(_exactly(data[at:end], 4)),)
    if kind == Kind.AAAA:
        return "", (IPv6Address(_exactly(data[at:end], 16)),)
    if kind == Kind.CNAME:
        target, after = _name(data, at)
        if after != end:
            raise MalformedMessageError("a CNAME of another length than its name")
        return target, ()
    if kind in {Kind.SVCB, Kind.HTTPS}:
        return _service(data, at, end)
    return "", ()


def _service(data: bytes, at: int, end: int) -> tuple[str, tuple[Address, ...]]:
    """Target and address hints (RFC 9460 §2.2, §7.3)."""
    (priority,) = struct.unpack_from(">H", data, at)
    target, at = _name(data, at + 2)
    found: list[Address] = []
    while at < end and priority != _ALIAS_MODE:
        key, length = struct.unpack_from(">HH", data, at)
        value = data[at + 4 : at + 4 + length]
        at += 4 + length
        if key == _IPV4_HINT:
            found += [IPv4Address(each) for each in _pieces(value, 4)]
        elif key == _IPV6_HINT:
            found += [IPv6Address(each) for each in _pieces(value, 16)]
    if at > end:
        raise MalformedMessageError("a service parameter runs beyond its record")
    return target, tuple(found)


def _pieces(value: bytes, size: int) -> list[bytes]:
    if not value or len(value) % size:
        raise MalformedMessageError("an address hint of a wrong length")
    return [value[at : at + size] for at in range(0, len(value), size)]


def _exactly(value: bytes, size: int) -> bytes:
    if len(value) != size:
        raise MalformedMessageError(f"an address of {len(value)} bytes")
    return value


def _name(data: bytes, at: int) -> tuple[str, int]:
    """A name and where it ends. A pointer must lead before where the last one led: no loop is possible."""
    labels: list[str] = []
    end, before, size = 0, at, -1
    while True:
        length = data[at]
        if length & _POINTER == _POINTER:
            to = (length & ~_POINTER) << 8 | data[at + 1]
            if to >= before:
                raise MalformedMessageError("a pointer that does not lead backwards")
            end = end or at + 2
            at = before = to
            continue
        if length > MAX_LABEL:
            raise MalformedMessageError("a label of an unknown kind")
        at += 1
        if not length:
            return ".".join(labels), end or at
        size += 1 + length
        if size > MAX_NAME or at + length > len(data):
            raise MalformedMessageError("a name that is too long")
        labels.append(_label(data[at : at + length]))
        at += length


def _label(raw: bytes) -> str:
    r"""A label in lower case; what is not a plain character is written ``\ddd`` (RFC 1035 §5.1)."""
    plain = [chr(each).lower() if each in _PLAIN else f"\\{each:03d}" for each in raw]
    return "".join(plain)


def question(name: str, kind: Kind) -> tuple[bytes, Message]:
    """A question of one's own, as bytes and as read."""
    labels = b"".join(bytes((len(each),)) + each.encode("ascii") for each in name.split("."))
    data = _HEADER.pack(0, _DESIRED, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", kind, _INTERNET)
    return data, read_message(data)


def refusal(query: bytes, message: Message, code: Code) -> bytes:
    """The reply to a query that carries a code and no record."""
    flags = _RESPONSE | _AVAILABLE | (message.flags & (_DESIRED | _OPCODE)) | code
    return query[:2] + struct.pack(">5H", flags, 1, 0, 0, 0) + message.spelling


def truncation(message: Message) -> bytes:
    """The reply that sends the asker to TCP."""
    flags = _RESPONSE | _AVAILABLE | _TRUNCATED | (message.flags & _DESIRED)
    return struct.pack(">6H", message.number, flags, 1, 0, 0, 0) + message.spelling


def respelled(data: bytes, number: int, spelling: bytes) -> bytes:
    """A message with another id and its question's name in another case (draft-vixie-dnsext-dns0x20)."""
    at = _HEADER.size
    return struct.pack(">H", number) + data[2:at] + spelling + data[at + len(spelling) :]


def answers_to(sent: Message, got: Message) -> bool:
    """Whether a message is the answer to what was sent: id, and the question letter by letter."""
    return got.is_response and got.number == sent.number and got.spelling == sent.spelling
