import importlib
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from roadworthy.adapters import landlock, seccomp
from roadworthy.adapters.sandbox import Limits
from roadworthy.adapters.worker import Wire, run
from roadworthy.inspection import wire as steps
from roadworthy.model.errors import InputError

SMALL = Limits(memory=256 * 1024**2, cpu=20, wall=20, output=8 * 1024**2)
needs_landlock = pytest.mark.skipif(not landlock.abi(), reason="THIS KERNEL HAS NO LANDLOCK")
needs_seccomp = pytest.mark.skipif(not seccomp.available(), reason="NO SECCOMP FOR THIS MACHINE")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("hostile_work")


def decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InputError("no text", hint="-") from error


def died(last: str | None, what: str, hint: str) -> str:
    assert hint
    return f"DIED after {last}: {what}"


def outcome(
    work: ModuleType,
    task: Callable[[], Iterable[str]],
    limits: Limits = SMALL,
    reads: Iterable[Path] = (),
) -> list[str]:
    return list(run(task, Wire(encode=work.encode, decode=decode, died=died), limits, reads=reads))


def test_items_come_in_order(work: ModuleType) -> None:
    assert outcome(work, partial(work.count, 2000)) == [str(number) for number in range(2000)]


def test_no_items_are_no_death(work: ModuleType) -> None:
    assert outcome(work, partial(work.count, 0)) == []


def test_items_come_while_the_work_goes_on(work: ModuleType) -> None:
    items = run(partial(work.sleep, 60), Wire(encode=work.encode, decode=decode, died=died), SMALL)
    began = time.monotonic()
    worker = int(next(items))
    items.close()
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_too_much_memory_is_told_and_what_was_done_survives(work: ModuleType) -> None:
    assert outcome(work, partial(work.allocate, 1024**3)) == [
        "before",
        "DIED after before: the worker ran out of memory (limit 256 MiB)",
    ]
    assert outcome(work, partial(work.allocate, 1024**2)) == ["before", str(1024**2)]


def test_native_code_is_limited_too(work: ModuleType) -> None:
    assert outcome(work, partial(work.allocate_natively, 1024**3)) == ["refused"]
    assert outcome(work, partial(work.allocate_natively, 1024**2)) == ["granted"]


def test_a_file_that_may_be_read_does_not_count_as_memory(work: ModuleType, tmp_path: Path) -> None:
    large = tmp_path / "large.img"
    with large.open("wb") as file:
        file.truncate(2 * 1024**3)
    assert outcome(work, partial(work.allocate_natively, 1024**3), reads=[large]) == ["granted"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGSEGV, "the worker was ended by SIGSEGV"),
        (signal.SIGABRT, "the worker was ended by SIGABRT"),
        (signal.SIGKILL, "the worker was killed; it is likely that the machine ran out of memory"),
    ],
)
def test_death_by_signal_is_told(work: ModuleType, number: int, words: str) -> None:
    assert outcome(work, partial(work.die_by, number)) == ["before", f"DIED after before: {words}"]


def test_computing_time_is_limited(work: ModuleType) -> None:
    limits = Limits(cpu=1, wall=30)
    assert (
        outcome(work, work.spin, limits)[-1]
        == "DIED after before: the worker used up its 1 seconds of computing"
    )


def test_waiting_time_is_limited(work: ModuleType) -> None:
    items = outcome(work, partial(work.sleep, 60), Limits(wall=1))
    assert items[-1].endswith(": the worker was stopped after 1 seconds")
    with pytest.raises(ProcessLookupError):
        os.kill(int(items[0]), 0)


def test_time_in_which_it_waits_for_us_does_not_count(work: ModuleType) -> None:
    items = run(partial(work.count, 3), Wire(encode=work.encode, decode=decode, died=died), Limits(wall=1))
    assert next(items) == "0"
    time.sleep(1.2)
    assert list(items) == ["1", "2"]


def test_an_exception_is_told_with_its_place(work: ModuleType) -> None:
    (_, last) = outcome(work, partial(work.break_down, "no such thing"))
    assert last.startswith(
        "DIED after before: the worker broke: ValueError: no such thing (hostile_work.py, line "
    )


def test_an_exception_of_any_text_and_length_is_told(work: ModuleType) -> None:
    (_, last) = outcome(work, partial(work.break_down, "\ud800" + "x" * 10**6))
    assert "\\ud800xxx" in last
    assert len(last) < 1200


def test_leaving_early_is_told_with_the_last_words(work: ModuleType) -> None:
    (_, last) = outcome(work, partial(work.leave, 3, "first\nsecond\n\n"))
    assert last == "DIED after before: the worker left with status 3: second"


def test_work_that_cannot_be_imported_is_told(work: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    task = partial(work.count, 1)
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each != str(Path(__file__).parent)])
    (last,) = outcome(work, task)
    assert last.startswith(
        "DIED after None: the worker broke: ModuleNotFoundError: No module named 'hostile_work'"
    )


def test_work_that_cannot_be_handed_over_is_a_mistake_of_ours(work: ModuleType) -> None:
    with pytest.raises(TypeError, match="cannot be handed to another process"):
        outcome(work, lambda: iter(["x"]))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Z\0\0\0\1x", "sent what is no message"),
        (b"I\xff\xff\xff\xffx", "sent what is no message"),
        (b"I\0\0\0\2\xff\xff", "sent what cannot be: no text"),
        (b"I\0\0\0\5x", "left with status 0"),
        (b"I\0", "left with status 0"),
        (b"B\0\0\0\2\xffx", "broke: \\xffx"),
    ],
)
def test_garbage_is_told(work: ModuleType, data: bytes, words: str) -> None:
    assert outcome(work, partial(work.write_raw, data)) == [
        "before",
        f"DIED after before: the worker {words}",
    ]


def test_a_worker_that_closes_its_results_and_stays_is_ended(work: ModuleType) -> None:
    assert outcome(work, partial(work.write_raw, b"", then_sleep=60))[-1] == (
        "DIED after before: the worker closed its results and went on"
    )


@pytest.mark.parametrize("name", ["flood", "chatter"])
def test_output_is_bounded(work: ModuleType, name: str) -> None:
    assert outcome(work, getattr(work, name))[-1].endswith("the worker sent more than 8 MiB")


def test_what_the_work_prints_disturbs_nobody(work: ModuleType) -> None:
    assert outcome(work, work.print_much) == ["done"]


def test_threads_work_in_the_sandbox(work: ModuleType) -> None:
    assert outcome(work, work.run_thread) == ["from a thread"]


def test_libraries_work_in_the_sandbox(work: ModuleType) -> None:
    assert outcome(work, work.use_libraries) == ["secp256r1", "UTC"]


def test_limits_are_set(work: ModuleType) -> None:
    limits = Limits(cpu=100, files=32)
    core, size, files, cpu = (int(each.split()[1]) for each in outcome(work, work.limits, limits))
    assert (core, size, files) == (0, 0, 32)
    assert 100 <= cpu <= 102


def test_secrets_in_our_environment_stay_here(work: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    assert "SECRET_TOKEN" not in outcome(work, work.environment)


@pytest.mark.parametrize("deed", ["write", "append"])
def test_no_file_can_be_written(work: ModuleType, tmp_path: Path, deed: str) -> None:
    target = tmp_path / "target"
    target.write_text("yours")
    (answer,) = outcome(work, partial(work.attempt, deed, str(target)), reads=[tmp_path])
    assert answer in ("PermissionError", "OSError")
    assert target.read_text() == "yours"


@needs_landlock
@pytest.mark.parametrize("deed", ["write", "delete"])
def test_no_file_can_be_made_or_deleted(work: ModuleType, tmp_path: Path, deed: str) -> None:
    kept = tmp_path / "kept"
    kept.touch()
    target = kept if deed == "delete" else tmp_path / "new"
    assert outcome(work, partial(work.attempt, deed, str(target))) == ["PermissionError"]
    assert list(tmp_path.iterdir()) == [kept]


@needs_landlock
def test_only_what_was_named_can_be_read(work: ModuleType, tmp_path: Path) -> None:
    named, other = tmp_path / "image.bin", tmp_path / "secret"
    named.write_text("image")
    other.write_text("secret")
    assert outcome(work, partial(work.attempt, "read", str(named)), reads=[named]) == ["image"]
    assert outcome(work, partial(work.attempt, "read", str(other)), reads=[named]) == ["PermissionError"]


@needs_landlock
def test_the_environment_of_the_parent_cannot_be_read(work: ModuleType) -> None:
    assert outcome(work, partial(work.attempt, "spy")) == ["PermissionError"]


@pytest.mark.skipif(landlock.abi() < 6, reason="THIS KERNEL'S LANDLOCK DOES NOT SCOPE SIGNALS")
def test_no_other_process_can_be_signalled(work: ModuleType) -> None:
    assert outcome(work, partial(work.attempt, "signal", str(os.getpid()))) == ["PermissionError"]


@pytest.mark.skipif(landlock.abi() < 4, reason="THIS KERNEL'S LANDLOCK DOES NOT CLOSE TCP")
def test_tcp_is_closed(work: ModuleType) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert outcome(work, partial(work.attempt, "connect", port)) == ["PermissionError"]


@needs_seccomp
@pytest.mark.parametrize("deed", ["datagram", "fork", "run", "chmod"])
def test_what_landlock_leaves_open_is_closed(work: ModuleType, tmp_path: Path, deed: str) -> None:
    target = tmp_path / "target"
    target.touch(0o600)
    assert outcome(work, partial(work.attempt, deed, str(target))) == ["PermissionError"]
    assert target.stat().st_mode & 0o777 == 0o600


@needs_seccomp
@pytest.mark.parametrize(
    "deed", ["limit parent", "limit self", "slow parent", "move parent", "hide", "hold parent"]
)
def test_other_processes_and_own_limits_are_out_of_reach(work: ModuleType, deed: str) -> None:
    assert outcome(work, partial(work.attempt, deed)) == ["PermissionError"]


@needs_seccomp
@pytest.mark.parametrize("name", ["shmget", "msgget", "semget"])
def test_nothing_is_shared_with_other_processes(work: ModuleType, name: str) -> None:
    assert outcome(work, partial(work.attempt, "share", name)) == ["PermissionError"]


@needs_seccomp
def test_every_call_on_the_list_is_refused(work: ModuleType) -> None:
    listed = dict(seccomp._MACHINES[platform.machine()][1])  # noqa: SLF001 -- the table is what is under test
    assert outcome(work, partial(work.call, listed)) == ["before"]


def test_steps_cross(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    module = importlib.import_module("hostile_steps")
    wire = Wire(encode=steps.encode, decode=steps.decode, died=steps.died)
    first, last = run(module.three_steps, wire, SMALL)
    assert (first.stage, first.done, first.total) == ("inventory", 100, 250)
    (problem,) = last.gained.problems
    assert (problem.stage, problem.where) == ("worker", "inventory, after 100 of 250")
    assert problem.what.startswith("the worker broke: ValueError: the cataloger")


LONELY_PARENT = """
import sys, time
sys.path[:0] = {paths!r}
import hostile_work as work
from functools import partial
from roadworthy.adapters.worker import Wire, run
items = run(partial(work.sleep, 60), Wire(encode=work.encode, decode=bytes.decode, died=None))
print(next(items), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(number: int) -> None:
    if number == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("ONLY LINUX ENDS A CHILD WITH ITS PARENT")
    paths = [str(Path(__file__).parent), *sys.path]
    command = [sys.executable, "-c", LONELY_PARENT.format(paths=paths)]
    with subprocess.Popen(  # noqa: S603 -- our own interpreter and text
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(number)
    _await_end(worker)


def _await_end(process: int) -> None:
    """Wait until a process that is nobody's child any more has gone, or is only waiting to be reaped."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.05)
    pytest.fail(f"the worker {process} is still there")
