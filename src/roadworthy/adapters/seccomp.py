"""Seccomp (Linux, seccomp(2)): a process gives up system calls that it will not need.

It closes what Landlock leaves open: sockets of all kinds (not only TCP), new processes, other programs, other
processes' memory, limits and priorities, System V and POSIX message queues, semaphores and shared memory,
and changes of modes, owners, times and attributes of files.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import Final

_PR_GET_SECCOMP, _PR_SET_SECCOMP, _MODE_FILTER = 21, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000  # linux/seccomp.h
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # struct seccomp_data, little endian
_THIRD_ARGUMENT_AT = (32, 36)  # its lower and its upper half
_CLONE_THREAD, _X32 = 0x00010000, 0x40000000
_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "fchmodat2": 452,
    "pidfd_send_signal": 424, "pidfd_open": 434, "pidfd_getfd": 438,
    "process_madvise": 440, "process_mrelease": 448, "memfd_secret": 447,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "mount_setattr": 442, "open_tree_attr": 467, "setxattrat": 463, "removexattrat": 466, "file_setattr": 469,
}  # fmt: skip

# asm/unistd_64.h and asm-generic/unistd.h
_X86_64: Final = _EVERYWHERE | {
    "socket": 41, "connect": 42, "bind": 49, "socketpair": 53,
    "fork": 57, "vfork": 58, "execve": 59, "execveat": 322,
    "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260, "fchmodat": 268,
    "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280,
    "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190,
    "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199,
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
    "pivot_root": 155, "chroot": 161, "mount": 165, "umount2": 166, "unshare": 272, "setns": 308,
    "add_key": 248, "request_key": 249, "keyctl": 250,
    "perf_event_open": 298, "open_by_handle_at": 304, "bpf": 321, "userfaultfd": 323,
    "setrlimit": 160, "setpriority": 141, "ioprio_set": 251,
    "sched_setparam": 142, "sched_setscheduler": 144, "sched_setaffinity": 203, "sched_setattr": 314,
    "shmget": 29, "shmat": 30, "shmctl": 31, "shmdt": 67,
    "semget": 64, "semop": 65, "semctl": 66, "semtimedop": 220,
    "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71,
    "mq_open": 240, "mq_unlink": 241, "mq_timedsend": 242, "mq_timedreceive": 243, "mq_notify": 244,
    "mq_getsetattr": 245,
    "kcmp": 312, "memfd_create": 319, "migrate_pages": 256, "move_pages": 279,
}  # fmt: skip
_AARCH64: Final = _EVERYWHERE | {
    "socket": 198, "socketpair": 199, "bind": 200, "connect": 203,
    "execve": 221, "execveat": 281,
    "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "utimensat": 88,
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7,
    "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
    "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268,
    "add_key": 217, "request_key": 218, "keyctl": 219,
    "perf_event_open": 241, "open_by_handle_at": 265, "bpf": 280, "userfaultfd": 282,
    "setrlimit": 164, "setpriority": 140, "ioprio_set": 30,
    "sched_setparam": 118, "sched_setscheduler": 119, "sched_setaffinity": 122, "sched_setattr": 274,
    "shmget": 194, "shmctl": 195, "shmat": 196, "shmdt": 197,
    "semget": 190, "semctl": 191, "semtimedop": 192, "semop": 193,
    "msgget": 186, "msgctl": 187, "msgrcv": 188, "msgsnd": 189,
    "mq_open": 180, "mq_unlink": 181, "mq_timedsend": 182, "mq_timedreceive": 183, "mq_notify": 184,
    "mq_getsetattr": 185,
    "kcmp": 272, "memfd_create": 279, "migrate_pages": 238, "move_pages": 239,
}  # fmt: skip
# By machine: AUDIT_ARCH_* of linux/audit.h, the calls to refuse, the numbers of clone, clone3 and prlimit64.
_MACHINES: Final = {
    "x86_64": (0xC000003E, _X86_64, 56, 435, 302),
    "aarch64": (0xC00000B7, _AARCH64, 220, 435, 261),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def available() -> bool:
    """Whether the kernel has it, and the numbers of this machine's system calls are known here."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0)


def restrict() -> None:
    """Give up the calls, for good; a call that is refused fails with EPERM.

    Threads can still be started, and this process can still read its own limits.
    Needs no privilege, but `PR_SET_NO_NEW_PRIVS` before.

    Raises:
        OSError: The kernel refuses.
    """
    code = _program(*_MACHINES[platform.machine()])
    program = _Program(length=len(code) // 8, instructions=code)
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _program(architecture: int, refused: dict[str, int], clone: int, clone3: int, prlimit: int) -> bytes:
    """The filter in classic BPF: struct sock_filter is code, jump if true, jump if false, operand."""
    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    instructions = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32),  # the second table of x86-64; no other machine has numbers so large
        refuse,
        (_EQUAL, 0, 1, clone3),  # its flags lie in memory, out of reach; the C library falls back to clone
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    ]
    for number in sorted(refused.values()):
        instructions += [(_EQUAL, 0, 1, number), refuse]
    instructions += [
        (_EQUAL, 0, 8, prlimit),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 1, 0, 0),  # only this process
        refuse,
        (_LOAD, 0, 0, _THIRD_ARGUMENT_AT[0]),
        (_EQUAL, 0, 2, 0),  # only to read: no new limit
        (_LOAD, 0, 0, _THIRD_ARGUMENT_AT[1]),
        (_EQUAL, 2, 0, 0),  # then it is allowed, below
        refuse,
        (_EQUAL, 1, 0, clone),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        refuse,
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *each) for each in instructions)
