"""What learning, deriving and comparing profiles is asked, and what it needs from outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from roadworthy.model.envelope import Envelope
from roadworthy.model.problem import Problem
from roadworthy.network.flow import Flow
from roadworthy.network.policy import Policy
from roadworthy.network.profile.deriving import LIKELY
from roadworthy.network.profile.learning import BALANCED
from roadworthy.usecases.evidence import ReadFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """What the thing is called; the findings are about it.

    Args:
        maker: Who makes it.
        model: Its product name.
        unit: Which unit; its MAC address if empty.
        mud_url: Where its profile is, or will be, published.
    """

    maker: str = ""
    model: str = ""
    unit: str = ""
    mud_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRequest:
    """What to learn from, and how.

    Args:
        captures: Files or folders of captures, or logs of flows.
        device: MAC address of the device.
        addresses: Addresses of the device, for logs that know no MAC addresses.
        strictness: A number from 0 to 1, or a name in `STEPS`.
        local: The local networks; the private ones if empty.
        my_controllers: Addresses that control the device.
        who: What it is called.
        keep: Whether the findings are filed as evidence; needs maker and model.
        sign: File of the key that they are signed with; unsigned if empty.
        as_of: The moment to speak for; now if None.
    """

    captures: tuple[str, ...]
    device: str
    addresses: tuple[str, ...] = ()
    strictness: str = str(BALANCED)
    local: tuple[str, ...] = ()
    my_controllers: tuple[str, ...] = ()
    who: Who = Who()
    keep: bool = True
    sign: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveRequest:
    """What to derive from.

    Args:
        image: The image, or the JSON report of its inspection.
        likely: From which confidence on something becomes a rule.
        who: What it is called.
        as_of: The moment to speak for; now if None.
    """

    image: str
    likely: float = LIKELY
    who: Who = Who()
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """What to compare.

    Args:
        learned: A profile (MUD), or the JSON report of `profile learn`.
        other: An image, the JSON report of its inspection, or a profile (MUD).
        published: Whether the other is what the maker publishes, so that what it lacks is undocumented.
        who: What the device is called.
        keep: As in `LearnRequest`.
        sign: Likewise.
        as_of: Likewise.
    """

    learned: str
    other: str
    published: bool = False
    who: Who = Who()
    keep: bool = True
    sign: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What readers of captures give.

    Args:
        flows: Of all devices, or of the one that was asked for.
        captures: The files, by the number that flows name.
        problems: What could not be read.
    """

    flows: Sequence[Flow]
    captures: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


class ReadTraffic(Protocol):
    """Reads captures and logs of flows."""

    def __call__(self, files: Sequence[str], device: str, addresses: Sequence[str]) -> Traffic:
        """The flows of a device that has these addresses, and maybe others.

        Raises:
            InputError: A file cannot be read at all.
        """
        ...


class WriteProfile(Protocol):
    """Writes a policy as a MUD file."""

    def __call__(self, policy: Policy, who: Who, moment: datetime) -> bytes:
        """The file."""
        ...


class ReadProfile(Protocol):
    """Reads a MUD file."""

    def __call__(self, data: bytes, name: str) -> Policy:
        """What it means. Raises `InputError` where it is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What is needed from outside.

    Args:
        read_traffic: Reads captures.
        read: Reads files that the user names.
        is_document: Whether a file begins like a JSON document.
        inspected: The inspection of an image, fresh.
        write_profile: Makes a MUD file.
        read_profile: Understands one.
        clock: Tells the time, UTC.
        file: Files an envelope, and gives its digest.
        sign: Signs an envelope with the key in a file.
        tool_digest: Digest of all of Roadworthy's own files.
    """

    read_traffic: ReadTraffic
    read: ReadFile
    is_document: Callable[[str], bool]
    inspected: Callable[[str, datetime | None], Envelope]
    write_profile: WriteProfile
    read_profile: ReadProfile
    clock: Callable[[], datetime]
    file: Callable[[Envelope], str]
    sign: Callable[[Envelope, str], Envelope]
    tool_digest: Callable[[], str]
