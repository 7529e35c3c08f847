"""Netlink: gives the kernel a batch in its own form."""

import os
import socket
import struct
from typing import Final

from roadworthy.model.errors import PolicyError

_NETFILTER: Final = 12
_BUFFER_FORCE: Final = 32  # SO_SNDBUFFORCE: a batch goes in one piece, beyond the usual limit
_ERROR: Final = 2
_ROOT: Final = "Run it as root on the gateway."
_PATIENCE: Final = 30.0
_ANSWER: Final = struct.Struct("=IHHIIi")


def send(batch: bytes) -> None:
    """Give the kernel a batch whose last message asks for an answer; all of it takes effect, or nothing.

    Raises:
        PolicyError: The kernel refuses; says why.
    """
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETFILTER) as asking:
            asking.settimeout(_PATIENCE)
            asking.setsockopt(socket.SOL_SOCKET, _BUFFER_FORCE, 2 * len(batch))
            asking.bind((0, 0))
            asking.send(batch)
            answer = asking.recv(1 << 16)
    except OSError as error:
        raise PolicyError(f"the kernel did not take the elements: {error}", hint=_ROOT) from error
    _, kind, _, _, _, code = _ANSWER.unpack_from(answer)
    if kind != _ERROR or code:
        said = os.strerror(-code) if kind == _ERROR else f"answer {kind}"
        raise PolicyError(f"the kernel did not take the elements: {said}", hint=_ROOT)
