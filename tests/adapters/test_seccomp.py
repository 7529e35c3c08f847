"""The filters of all machines, run by an interpreter of classic BPF, so that no such machine is needed."""

import errno
import struct

import pytest

from roadworthy.adapters import seccomp

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
REFUSED = ERROR | errno.EPERM
MACHINES = sorted(seccomp._MACHINES)  # noqa: SLF001 -- the tables are what is under test
THREAD = 0x3D0F00  # the flags with which the C library starts a thread
CALLS = {
    "x86_64": {"read": 0, "write": 1, "openat": 257, "mmap": 9, "futex": 202, "exit_group": 231, "clone": 56},
    "aarch64": {
        "read": 63,
        "write": 64,
        "openat": 56,
        "mmap": 222,
        "futex": 98,
        "exit_group": 94,
        "clone": 220,
    },
}


def verdict(
    machine: str,
    number: int,
    first_argument: int = 0,
    third_argument: int = 0,
    *,
    architecture: int | None = None,
) -> int:
    """What the kernel would do (linux/filter.h: jumps count from the next instruction)."""
    row = seccomp._MACHINES[machine]  # noqa: SLF001 -- as above
    program = list(struct.iter_unpack("=HBBI", seccomp._program(*row)))  # noqa: SLF001 -- as above
    asked = row[0] if architecture is None else architecture
    data = struct.pack("=iIQQQQ", number, asked, 0, first_argument, 0, third_argument)
    at = value = 0
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, operand)
        elif code == 0x06:
            return int(operand)
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_listed_is_refused_and_what_every_program_needs_is_not(machine: str) -> None:
    _, refused, _, clone3, _ = seccomp._MACHINES[machine]  # noqa: SLF001 -- as above
    assert {verdict(machine, number) for number in refused.values()} == {REFUSED}
    assert len(set(refused.values())) == len(refused)
    assert {verdict(machine, CALLS[machine][name]) for name in CALLS[machine] if name != "clone"} == {ALLOW}
    assert verdict(machine, clone3) == ERROR | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_may_be_started_and_processes_not(machine: str) -> None:
    assert verdict(machine, CALLS[machine]["clone"], THREAD) == ALLOW
    assert verdict(machine, CALLS[machine]["clone"], 17) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_limits_may_be_read_and_not_set_nor_those_of_another(machine: str) -> None:
    prlimit = seccomp._MACHINES[machine][-1]  # noqa: SLF001 -- as above
    assert verdict(machine, prlimit) == ALLOW
    for process, limit in ((1, 0), (0, 1), (0, 1 << 32), (1, 1), (0xFFFFFFFF, 0)):
        assert verdict(machine, prlimit, process, limit) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_other_tables_of_calls_are_no_way_round(machine: str) -> None:
    assert verdict(machine, 0, architecture=0x40000003) == KILL
    assert verdict(machine, 0x40000000 | 41) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_what_reaches_beyond_the_process_is_on_every_list(machine: str) -> None:
    names = set(seccomp._MACHINES[machine][1])  # noqa: SLF001 -- as above
    assert names >= {
        "socket",
        "connect",
        "execve",
        "execveat",
        "ptrace",
        "fchmodat",
        "fchownat",
        "bpf",
        "unshare",
        "setns",
        "mount",
        "move_mount",
        "setpriority",
        "setrlimit",
        "ioprio_set",
        "sched_setaffinity",
        "sched_setattr",
        "sched_setparam",
        "sched_setscheduler",
        "shmget",
        "msgget",
        "semget",
        "mq_open",
        "pidfd_open",
        "pidfd_getfd",
        "pidfd_send_signal",
        "process_madvise",
        "process_vm_readv",
        "process_vm_writev",
        "kcmp",
        "memfd_create",
        "perf_event_open",
        "userfaultfd",
        "keyctl",
        "add_key",
        "request_key",
        "io_uring_setup",
        "io_uring_enter",
        "io_uring_register",
    }
