"""Wire: hears what devices say to their neighbours: ARP, neighbour discovery, DHCP, LLDP; and nothing else.

The kernel sorts it out (classic BPF), so the traffic of the network costs the guard nothing.
"""

import ctypes
import socket
import struct
from typing import Final

from roadworthy.model.errors import InputError

_ALL: Final = 0x0003  # ETH_P_ALL
_ATTACH: Final = 26  # SO_ATTACH_FILTER
_INSTRUCTION: Final = struct.Struct("=HBBI")
_CODES: Final = {
    "byte": 0x30,
    "half": 0x28,
    "half+x": 0x48,
    "x=header": 0xB1,
    "is": 0x15,
    "any-bit": 0x45,
    "return": 0x06,
}
# Label, instruction, its number, where to if it holds, where to if not; empty for the next line.
_PROGRAM: Final = (
    ("", "half", 12, "", ""),
    ("", "is", 0x0806, "take", ""),  # ARP
    ("", "is", 0x88CC, "take", ""),  # LLDP
    ("", "is", 0x0800, "", "not-4"),
    ("", "byte", 23, "", ""),
    ("", "is", 17, "", "leave"),
    ("", "half", 20, "", ""),
    ("", "any-bit", 0x1FFF, "leave", ""),  # a later fragment
    ("", "x=header", 14, "", ""),
    ("", "half+x", 16, "", ""),
    ("", "is", 67, "take", ""),  # DHCP
    ("", "is", 68, "take", "leave"),
    ("not-4", "is", 0x86DD, "", "leave"),
    ("", "byte", 20, "", ""),
    ("", "is", 58, "icmp", ""),
    ("", "is", 17, "", "leave"),
    ("", "half", 56, "", ""),
    ("", "is", 547, "take", ""),  # DHCPv6
    ("", "is", 546, "take", "leave"),
    ("icmp", "byte", 54, "", ""),
    ("", "is", 135, "take", ""),  # neighbour solicitation
    ("", "is", 136, "take", "leave"),
    ("take", "return", 0x40000, "", ""),
    ("leave", "return", 0, "", ""),
)


def listen(interface: str) -> socket.socket:
    """A socket, not blocking, with the frames of an interface that name somebody.

    Raises:
        InputError: There is no such interface, or it may not be heard.
    """
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)  # nothing yet
    program = _assembled()
    kept = ctypes.create_string_buffer(program)
    head = struct.pack("HL", len(program) // _INSTRUCTION.size, ctypes.addressof(kept))
    try:
        made.setsockopt(socket.SOL_SOCKET, _ATTACH, head)
        made.bind((interface, _ALL))
    except OSError as error:
        made.close()
        hint = "Name the interfaces of the devices in `lan`, and run it as root."
        raise InputError(f"interface {interface} cannot be heard: {error.strerror}", hint=hint) from error
    made.settimeout(0)
    return made


def _assembled() -> bytes:
    places = {line[0]: number for number, line in enumerate(_PROGRAM) if line[0]}
    words = []
    for number, (_, code, value, holds, fails) in enumerate(_PROGRAM):
        jumps = [places[each] - number - 1 if each else 0 for each in (holds, fails)]
        words.append(_INSTRUCTION.pack(_CODES[code], *jumps, value))
    return b"".join(words)
