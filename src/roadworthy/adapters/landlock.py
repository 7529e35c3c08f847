"""Landlock (Linux ≥ 5.13, landlock(7)): a process gives up what it does not need of files, network, signals.

Called by number through ctypes: the C library has no wrappers. What a kernel does not know yet is left out,
so the protection grows with the kernel (its "ABI" version).
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILES_BY_ABI = {
    1: (1 << 13) - 1,
    2: 1 << 13,
    3: 1 << 14,
    5: 1 << 15,
}  # linux/landlock.h, LANDLOCK_ACCESS_FS_*
_NETWORK_BY_ABI = {4: 0b11}  # LANDLOCK_ACCESS_NET_{BIND,CONNECT}_TCP
_SCOPES_BY_ABI = {6: 0b11}  # LANDLOCK_SCOPE_{ABSTRACT_UNIX_SOCKET,SIGNAL}


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("folder", ctypes.c_int32))


def abi() -> int:
    """The version of Landlock that the kernel speaks; 0 without it."""
    if sys.platform != "linux":
        return 0
    try:
        return max(0, _call(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG))
    except OSError:
        return 0


def restrict(readable: Iterable[Path]) -> None:
    """Give up for good: files, but for reading beneath some paths; TCP; and signals to other processes.

    Needs no privilege, but `PR_SET_NO_NEW_PRIVS` before. Files that are open already stay so.

    Args:
        readable: Folders and files that may be read; those that are missing are passed over.

    Raises:
        OSError: The kernel refuses.
    """
    version = abi()
    rules = _Ruleset(
        files=_handled(_FILES_BY_ABI, version),
        network=_handled(_NETWORK_BY_ABI, version),
        scopes=_handled(_SCOPES_BY_ABI, version),
    )
    ruleset = _call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
    try:
        for path in readable:
            _allow(ruleset, path)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _handled(by_abi: dict[int, int], version: int) -> int:
    return sum(rights for since, rights in by_abi.items() if since <= version)


def _allow(ruleset: int, path: Path) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        access = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        rule = _PathRule(access=access, folder=opened)
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)


def _call(number: int, *arguments: object) -> int:
    system = ctypes.CDLL(None, use_errno=True).syscall
    system.restype = ctypes.c_long
    result = int(system(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
