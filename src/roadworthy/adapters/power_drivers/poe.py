"""A port of a switch that feeds its device (PoE), over SNMP.

The port is told with ``pethPsePortAdminEnable`` of POWER-ETHERNET-MIB (RFC 3621), and read back with
``pethPsePortDetectionStatus``: not what was asked, but what the port does: delivering power or not. It is
read until that is as wanted or the time is over.

    [devices.camera.power]
    driver = "poe"
    host = "192.168.8.2"
    port = 7
    user = "owner"
    auth-file = "switch.auth"
    priv-file = "switch.priv"

How it can be wrong

With ``community-file`` it speaks SNMPv2c: whoever hears it can switch, too. Prefer ``user``, which is SNMPv3
with HMAC-SHA-256 and AES-128. A device with another source of power beside the cable stays on. Switches that
number their ports otherwise need ``group``; some know nothing of RFC 3621, and say that there is no such
object.
"""

# ruff: noqa: PLC0415 -- what it needs takes long to import, and few have such a switch

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from roadworthy.adapters.power_drivers._secrets import secret
from roadworthy.network.switches.driver import Reading, Settings, SwitchDriver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

PORT_TABLE: Final = "1.3.6.1.2.1.105.1.1.1"
ADMIN_ENABLE, DETECTION = 3, 6
TRUE, FALSE = 1, 2  # TruthValue, RFC 2579
DISABLED, SEARCHING, DELIVERING, FAULT, TEST, OTHER_FAULT = range(1, 7)
WORDS: Final = {
    DISABLED: "disabled",
    SEARCHING: "searching",
    DELIVERING: "delivering power",
    FAULT: "fault",
    TEST: "test",
    OTHER_FAULT: "another fault",
}
SNMP_PORT: Final = 161
MOST_PORT: Final = 65535
PAUSE: Final = 0.2


class _SilentError(Exception):
    """It does not answer, or refuses. The text says which."""


def put(settings: Settings, *, on: bool) -> Reading:
    """Switch, then read until the port does it."""
    import asyncio

    return asyncio.run(_told(settings, on))


def look(settings: Settings) -> Reading:
    """Read."""
    import asyncio

    return asyncio.run(_told(settings, None))


async def _told(settings: Settings, on: bool | None) -> Reading:  # noqa: FBT001 -- None is to look
    import asyncio

    place = f"{_count(settings, 'group', 1)}.{_count(settings, 'port', None)}"
    until = time.monotonic() + settings.seconds
    try:
        async with asyncio.timeout(settings.seconds + 1), _session(settings) as ask:
            if on is not None:
                await ask(f"{PORT_TABLE}.{ADMIN_ENABLE}.{place}", TRUE if on else FALSE)
            reading = _reading(place, await ask(f"{PORT_TABLE}.{DETECTION}.{place}", None))
            while on is not None and reading.on is not on and time.monotonic() + PAUSE < until:
                await asyncio.sleep(PAUSE)
                reading = _reading(place, await ask(f"{PORT_TABLE}.{DETECTION}.{place}", None))
    except _SilentError as error:
        return Reading(fault=str(error))
    except TimeoutError:
        return Reading(fault=f"the switch did not answer within {settings.seconds:g} s")
    return reading


def _reading(place: str, status: int) -> Reading:
    evidence = f"pethPsePortDetectionStatus.{place}: {WORDS.get(status, 'unknown')} ({status})"
    if status not in WORDS:
        return Reading(evidence=evidence, fault="that is no state of a port (RFC 3621)")
    return Reading(on=status == DELIVERING, evidence=evidence)


@asynccontextmanager
async def _session(settings: Settings) -> "AsyncIterator[Callable[[str, int | None], Awaitable[int]]]":
    """What sets an object, or reads it where there is nothing to set."""
    import asyncio

    from pysnmp.error import PySnmpError
    from pysnmp.hlapi.v3arch import asyncio as snmp
    from pysnmp.proto.rfc1902 import Integer32

    host = settings.text("host")
    who = _login(settings)
    engine = snmp.SnmpEngine()
    try:
        port = int(settings.number("snmp-port", SNMP_PORT, most=MOST_PORT))
        wait = settings.seconds / 3
        target = await snmp.UdpTransportTarget.create((host, port), timeout=wait, retries=2)
    except (PySnmpError, OSError) as error:
        raise _SilentError(f"{host} cannot be reached: {error}") from error

    async def ask(oid: str, value: int | None) -> int:
        name = snmp.ObjectIdentity(oid)
        thing = snmp.ObjectType(name) if value is None else snmp.ObjectType(name, Integer32(value))
        command = snmp.get_cmd if value is None else snmp.set_cmd
        try:
            fault, status, _, found = await command(
                engine, who, target, snmp.ContextData(), thing, lookupMib=False
            )
        except PySnmpError as error:
            raise _SilentError(f"the switch cannot be asked: {error}") from error
        if fault or status:
            what = fault or status.prettyPrint()
            raise _SilentError(f"the switch did not {'take' if value else 'give'} {oid}: {what}")
        try:
            return int(found[0][1])
        except (TypeError, ValueError) as error:
            raise _SilentError(f"the switch has no {oid}") from error

    try:
        yield ask
    finally:
        engine.close_dispatcher()
        await asyncio.sleep(0)  # so that its socket is closed before the loop is


def _login(settings: Settings) -> object:
    from pysnmp.hlapi.v3arch import asyncio as snmp

    user = settings.text("user", "")
    if not user:
        if "community-file" not in settings.values:
            settings.refuse("user", "is needed", "Or give `community-file`, for SNMPv2c.")
        community = secret(settings, "community-file")
        return snmp.CommunityData(community, mpModel=1)  # noqa: S508 -- some switches know no better
    return snmp.UsmUserData(
        user,
        authKey=secret(settings, "auth-file") or settings.refuse("auth-file", "is needed", "See `user`."),
        privKey=secret(settings, "priv-file") or settings.refuse("priv-file", "is needed", "See `user`."),
        authProtocol=snmp.usmHMAC192SHA256AuthProtocol,
        privProtocol=snmp.usmAesCfb128Protocol,
    )


def _count(settings: Settings, key: str, default: int | None) -> int:
    value = settings.values.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MOST_PORT:
        settings.refuse(key, "is no number of a port", "Give the number that the switch's own page shows.")
    return value


DRIVER = SwitchDriver(
    title="A port that feeds its device (PoE, SNMP)",
    keys={
        "host": "name or address of the switch",
        "port": "which of its ports",
        "group": "which group of ports; 1 without it",
        "snmp-port": f"its UDP port; {SNMP_PORT} without it",
        "user": "user of SNMPv3 (HMAC-SHA-256, AES-128)",
        "auth-file": "file with the user's authentication password in its first line",
        "priv-file": "file with the user's privacy password in its first line",
        "community-file": "instead of a user, for SNMPv2c: file with the community",
    },
    put=put,
    look=look,
)
