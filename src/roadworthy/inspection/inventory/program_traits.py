r"""What the program of a microcontroller shows of its defences, its doors and its origin.

What it finds

Whether the program notices an overrun on its stack (where its symbols or the texts of ESP-IDF tell), whether
its prompt gives whoever has the serial port an interpreter (MicroPython, CircuitPython, Zephyr's shell),
whether the configuration field in the flash memory of an NXP Kinetis leaves the debug port open, the folders
of the person who built it, and addresses of updates.

How it can be wrong

A prompt that is in the program may be switched off while it runs. The configuration field is believed only in
an ELF program, which says where each byte goes; the device may have another one. A path may be of a build
machine's account and name nobody. Of a stack check only its presence in the program is seen, not which
functions use it.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.elf import ET_EXEC, MAGIC, PT_DYNAMIC, Elf, NotElf, parse_elf
from roadworthy.inspection.cataloger import Cataloger, Context, File
from roadworthy.inspection.esp_program import DESCRIBED
from roadworthy.model.setting import Setting

SCOPE: Final = "microcontroller"
MAX_SIZE: Final = 64 * 1024 * 1024
MAX_TOLD: Final = 10
_STACK_CHECKS: Final = (b"\0__stack_chk_fail\0", b"Stack smashing protect failure!")
_PROMPTS: Final = (
    ("MicroPython's prompt", b'Type "help()" for more information.'),
    ("CircuitPython's prompt", b"Press any key to enter the REPL. Use CTRL-D to reload."),
    ("Zephyr's shell", b"uart:~$ "),
)
_HOME = re.compile(rb"(?:/home/|/Users/|[A-Z]:[\\/]+Users[\\/]+)([\w.-]{2,32})[\\/]")
_HOMES: Final = (b"/home/", b"/Users/", b"\\Users\\")
_NOBODY: Final = frozenset(
    b"runner user builder build jenkins ubuntu vagrant circleci gitlab-runner travis root esp docker ci "
    b"vsts public default buildbot appveyor runneradmin work linuxbrew espressif node admin developer "
    b"worker".split()
)
_FETCHED = re.compile(
    rb"http(s?)://(?!127\.|localhost|192\.168\.|10\.|example\.)"
    rb"((?:[A-Za-z0-9-]{1,63}\.){1,6}[a-z]{2,12})"
    rb"(?::\d{1,5})?/[\w./~-]{1,200}"
)
_ABOUT = re.compile(rb"(?i)(?<![a-z])(?:ota|fota|firmware|fw|update|upgrade)s?(?![a-z])")
_PROGRAM = re.compile(rb"\.(?:bin|bin\.gz|uf2|hex|img|ota|fw)\Z")
_URLS: Final = (b"http://", b"https://")
_FIELD_AT, _FIELD_LENGTH, _SECURITY = 0x400, 16, 12  # FSEC of the flash configuration field
_KINETIS = re.compile(rb"(?<![A-Z0-9])MK(?:[LVWEMSF]\d{2}|\d{2})[A-Z0-9]{1,10}")
_OPEN = 0b10  # SEC: the only value that leaves the debug port open


def probe(file: File, context: Context) -> Iterator[Setting]:
    """What one program shows."""
    del context
    data = file.data
    elf = _program(data)
    described = data.startswith(DESCRIBED.value, DESCRIBED.offset)
    if len(data) > MAX_SIZE:
        return
    if elf is not None or described:
        yield from _stack_check(file, elf)
    if elf is not None:
        yield from _debug_port(file, elf)
    for name, mark in _PROMPTS:
        if (at := data.find(mark)) >= 0:
            yield _setting(file, "prompt", name, at, mark.decode())
    yield from _builders(file)
    yield from _updates(file)


def _program(data: bytes) -> Elf | None:
    if not data.startswith(MAGIC):
        return None
    try:
        elf = parse_elf(data)
    except NotElf:
        return None
    bare = elf.type == ET_EXEC and not elf.interpreter and elf.segment(PT_DYNAMIC) is None
    return elf if bare else None


def _stack_check(file: File, elf: Elf | None) -> Iterator[Setting]:
    """Whether a stack check is there; nothing where neither symbols nor known texts could show one."""
    places = [at for at in (file.data.find(mark) for mark in _STACK_CHECKS) if at >= 0]
    if places:
        yield _setting(file, "stack-check", "present", min(places), "")
    elif elf is None or elf.has_symbols:
        yield _setting(file, "stack-check", "absent", None, "")


def _debug_port(file: File, elf: Elf) -> Iterator[Setting]:
    """What the flash configuration field of a Kinetis says (K64 reference manual, 29.3.1)."""
    chip = _KINETIS.search(file.data)
    at = elf.offset_of(_FIELD_AT)
    field = b"" if at is None else file.data[at : at + _FIELD_LENGTH]
    if chip is None or at is None or len(field) < _FIELD_LENGTH or b"Reset_Handler" not in file.data:
        return
    security = field[_SECURITY]
    value = "open" if security & 0b11 == _OPEN else "closed"
    name = chip[0].decode()
    yield _setting(file, "debug-port", value, at + _SECURITY, f"{name}: FSEC is {security:#04x}")


def _builders(file: File) -> Iterator[Setting]:
    """People whose folders the program names, each once."""
    if not any(mark in file.data for mark in _HOMES):
        return
    told: set[bytes] = set()
    for match in _HOME.finditer(file.data):
        if match[1].lower() not in _NOBODY and match[1] not in told and len(told) < MAX_TOLD:
            told.add(match[1])
            yield _setting(file, "built-by", match[1].decode(), match.start(), match[0].decode())


def _updates(file: File) -> Iterator[Setting]:
    """Where updates come from, each host once."""
    told: set[bytes] = set()
    if not any(mark in file.data for mark in _URLS):
        return
    for match in _FETCHED.finditer(file.data):
        about = _ABOUT.search(match[0]) and _PROGRAM.search(match[0])
        if about and (key := match[1] + match[2]) not in told and len(told) < MAX_TOLD:
            told.add(key)
            name = "encrypted-update-url" if match[1] else "update-url"
            yield _setting(file, name, match[0].decode()[:200], match.start(), match[0].decode()[:120])


def _setting(file: File, name: str, value: str, offset: int | None, excerpt: str) -> Setting:
    place = file.evidence(offset=offset, excerpt=excerpt or value)
    return Setting(scope=SCOPE, name=name, value=value, evidence=(place,))


CATALOGER: Final = Cataloger(title="Traits of a microcontroller's program", probe=probe)
