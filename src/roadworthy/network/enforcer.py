"""Enforcers: targets that policies are compiled to.

An enforcer is a file in `enforcers/`, found by its place; its file name is its id. It is pure: a network and
what is known at run time in, text out. What it cannot hold it leaves out and says so; it never opens more
than a profile allows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from roadworthy.network.live import Live
from roadworthy.network.network_file import Network


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A rule that a target cannot hold; what it would allow is not allowed.

    Args:
        device: The device.
        rule: Name of its rule; empty for the device as a whole.
        why: The reason.
    """

    device: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """What an enforcer made of a network.

    Args:
        text: What the target reads.
        left_out: What it does not hold.
    """

    text: str
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcer:
    """One target.

    Args:
        title: What it is, for people.
        suffix: Of its files, with the dot.
        compile: Makes its text. Equal inputs give equal bytes.
    """

    title: str
    suffix: str
    compile: Callable[[Network, Live], Compiled]
