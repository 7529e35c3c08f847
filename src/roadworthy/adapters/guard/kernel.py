"""Kernel: gives text to nft, and looks running conversations up anew."""

import os
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from shutil import which
from typing import Final

from roadworthy.adapters.guard import netlink
from roadworthy.model.errors import InputError, PolicyError
from roadworthy.network.nftables.staging import Stages
from roadworthy.network.packet import Address

_TIMEOUT: Final = 60
_PLACES: Final = "/usr/sbin:/sbin:/usr/bin:/bin"
_BRIDGED: Final = (
    "bridge-nf-call-iptables",
    "bridge-nf-call-ip6tables",
    "bridge-nf-filter-vlan-tagged",
    "bridge-nf-filter-pppoe-tagged",
)
INSTALL: Final = "Install the package nftables, and run it as root on the gateway."


def program(name: str) -> str | None:
    """Where a program of the system lies; None if it is not there."""
    return which(name, path=f"{os.environ.get('PATH', '')}:{_PLACES}")


def apply(text: str) -> None:
    """Give nft a batch: all of it takes effect at once, or nothing does.

    Raises:
        InputError: There is no nft.
        PolicyError: The kernel refuses; says why.
    """
    if not text:
        return
    nft = program("nft")
    if nft is None:
        raise InputError("the program nft is not on this machine", hint=INSTALL)
    try:
        done = subprocess.run(  # noqa: S603 -- nft, with text of our own
            (nft, "-f", "-"), input=text.encode(), capture_output=True, check=False, timeout=_TIMEOUT
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PolicyError(f"nft could not be run: {error}", hint=INSTALL) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise PolicyError(f"the kernel did not take the rules: {said}", hint=INSTALL)


def put(stages: Stages) -> None:
    """Put a table into force where none is. What is left if a step fails holds nobody.

    Raises:
        InputError: There is no nft.
        PolicyError: The kernel refuses; says why.
    """
    apply(stages.table)
    netlink.send(stages.bulk)
    apply(stages.identity)


def is_in_force(table: str) -> bool:
    """Whether a table is; also if that cannot be known."""
    nft = program("nft")
    if nft is None:
        return True
    done = subprocess.run(  # noqa: S603 -- nft, with a name of our own
        (nft, "-t", "list", "tables"), capture_output=True, check=False, timeout=_TIMEOUT
    )
    return done.returncode != 0 or f"table {table}".encode() in done.stdout.splitlines()


def holds(table: str) -> bool:
    """Whether a table is in force with its rules; also if that cannot be known."""
    nft = program("nft")
    if nft is None:
        return True
    try:
        done = subprocess.run(  # noqa: S603 -- nft, with a name of our own
            (nft, "list", "chain", *table.split(), "forward"),
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError):
        return True
    return b"jump from_device" in done.stdout


def forget_conversations(addresses: Iterable[Address]) -> bool:
    """Have the kernel put running conversations of some addresses to the rules again.

    Returns:
        Whether it could be done: the program conntrack does it.
    """
    conntrack = program("conntrack")
    if conntrack is None:
        return False
    for each in addresses:
        for end in ("-s", "-d"):
            family = "ipv6" if each.version == 6 else "ipv4"  # noqa: PLR2004 -- of IP
            subprocess.run(  # noqa: S603 -- conntrack, with an address that was parsed
                (conntrack, "-D", "-f", family, end, str(each)),
                capture_output=True,
                check=False,
                timeout=_TIMEOUT,
            )
    return True


def conversations(own: Address) -> list[Address]:
    """The other ends of conversations that the kernel follows for an address; none where nobody can tell."""
    conntrack = program("conntrack")
    found: list[Address] = []
    family = "ipv6" if own.version == 6 else "ipv4"  # noqa: PLR2004 -- of IP
    for end, other in (("-s", "dst="), ("-d", "src=")) if conntrack else ():
        try:
            done = subprocess.run(  # noqa: S603 -- conntrack, with an address that was parsed
                (conntrack or "", "-L", "-f", family, end, str(own)),
                capture_output=True,
                check=False,
                timeout=_TIMEOUT,
            )
        except (OSError, subprocess.SubprocessError):
            return []
        for line in done.stdout.decode(errors="replace").splitlines():
            named = next((each for each in line.split() if each.startswith(other)), "")
            with suppress(ValueError):
                found.append(ip_address(named.removeprefix(other)))
    return found


def bridges_in(interfaces: Iterable[str]) -> list[str]:
    """Those interfaces that are bridges."""
    return [each for each in interfaces if Path(f"/sys/class/net/{each}/bridge").exists()]


def see_bridged(bridges: Sequence[str], table: str) -> str:
    """Have what passes between two ports of a bridge put to the rules.

    Args:
        bridges: The bridges.
        table: For nft: what keeps by them what those rules do not see.

    Returns:
        What hinders it; empty if nothing does.
    """
    if not bridges:
        return ""
    try:
        apply(table)
    except PolicyError as error:
        return f"frames of other kinds than IP pass between hosts of {', '.join(bridges)}: {error}"
    for name in _BRIDGED:
        setting = Path("/proc/sys/net/bridge") / name
        try:
            if setting.read_bytes().strip() != b"1":
                setting.write_bytes(b"1")
        except OSError as error:
            lan = ", ".join(bridges)
            return f"traffic between hosts of {lan} is not seen: {setting}: {error.strerror} (br_netfilter?)"
    return ""
