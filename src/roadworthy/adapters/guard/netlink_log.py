"""Netlink log: the socket through which the kernel tells of packets (nfnetlink_log)."""

import socket
import struct
from typing import Final

from roadworthy.model.errors import InputError

_NETFILTER: Final = 12  # NETLINK_NETFILTER
_CONFIG: Final = (4 << 8) | 1  # NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG
_REQUEST: Final = 1
_COMMAND, _MODE, _TIMEOUT, _THRESHOLD = 1, 2, 4, 5
_BIND: Final = 1
_COPY_PACKET: Final = 2
_ENOUGH: Final = 128  # bytes of each packet: headers
_BUFFER: Final = 4 * 1024 * 1024
TAKEN: Final = "Another program listens to the same log group; end it."


def listen(group: int) -> socket.socket:
    """A socket, not blocking, that gets what rules log to a group.

    Raises:
        InputError: The kernel does not allow it.
    """
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETFILTER)
    made.bind((0, 0))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    orders = (
        (_COMMAND, struct.pack("B", _BIND)),
        (_MODE, struct.pack(">IBB", _ENOUGH, _COPY_PACKET, 0)),
        (_TIMEOUT, struct.pack(">I", 10)),
        (_THRESHOLD, struct.pack(">I", 64)),
    )
    for kind, value in orders:
        attribute = struct.pack("=HH", 4 + len(value), kind) + value
        body = struct.pack(">BBH", socket.AF_UNSPEC, 0, group) + attribute.ljust(
            (len(attribute) + 3) & ~3, b"\0"
        )
        made.send(struct.pack("=IHHII", 16 + len(body), _CONFIG, _REQUEST | 4, 0, 0) + body)
        (code,) = struct.unpack_from("=i", made.recv(4096), 16)
        if code:
            made.close()
            raise InputError(f"the kernel does not tell of log group {group}: error {-code}", hint=TAKEN)
    made.settimeout(0)
    return made
