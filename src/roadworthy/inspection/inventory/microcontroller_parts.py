r"""Parts of a microcontroller's program that leave traces, but no version.

What it finds

Operating systems, network stacks and libraries that are linked into the one program of such a device: by the
names of their tasks, the texts of their assertions, the paths of their sources and, where the program is not
stripped, the names of their functions. The version is left to the version texts, which stand above this,
except where the program shows that such a text is not true: then there is none. Of ELF programs also the
processor, the compiler and, where a path shows it, the kit of the chip's maker with chip and board.

How it can be wrong

A name in a program may stand there for another reason, and a marker may come from a fork. A part whose traces
the build removed is not seen. The compiler is that of the parts that say it: libraries may come from another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.binary import ByteOrder
from roadworthy.codecs.elf import ET_EXEC, MAGIC, PT_DYNAMIC, NotElf, parse_elf
from roadworthy.inspection.cataloger import Cataloger, Context, Fact, File
from roadworthy.inspection.esp_program import DESCRIBED
from roadworthy.inspection.rootfs import Node
from roadworthy.model.component import Component
from roadworthy.model.platform import Platform

MAX_SIZE: Final = 64 * 1024 * 1024
_COMPILER = re.compile(rb"GCC: \(([^()\0]{1,80})\) (\d{1,2}\.\d{1,2}\.\d{1,2})[ \0]")
_NXP_KIT = re.compile(rb"[/\\]SDK_(\d{1,2}\.\d{1,2}\.\d{1,2})_([\w-]{2,40})[/\\]devices[/\\](\w{2,40})[/\\]")


@dataclass(frozen=True, slots=True)
class _Trace:
    """One part: any of its sets of markers shows it, if the set is there as a whole.

    `belied` are a text that names a version, and what shows that the text is not true.
    """

    product: str
    confidence: float
    any_of: tuple[tuple[bytes, ...], ...]
    belied: tuple[bytes, ...] = ()


_TRACES: Final = (
    _Trace(
        "freertos",
        0.95,
        (
            (b"\0IDLE\0", b"\0Tmr Svc\0"),  # configIDLE_TASK_NAME, configTIMER_SERVICE_TASK_NAME
            (b"\0vTaskStartScheduler\0", b"\0xTaskResumeAll\0"),
        ),
    ),
    _Trace(
        "lwip",
        0.97,
        (
            (b"pbuf_free: p->ref > 0", b"tcp_slowtmr: active pcb->state"),
            (b"\0lwip_init\0", b"\0tcp_slowtmr\0"),
            (b"\0tiT\0", DESCRIBED.value),  # TCPIP_THREAD_NAME in the lwipopts.h of ESP-IDF
        ),
        # The pages that its makefsdata wrote name 1.3.1 in every later release; the function came in 1.4.0.
        belied=(b"lwIP/1.3.1 (", b"pbuf_alloced_custom"),
    ),
    _Trace("newlib", 0.95, ((b"/newlib/libc/",), (b"\0__sflush_r\0", b"\0_impure_ptr\0"))),
    _Trace(
        "mbedtls", 0.95, ((b"/mbedtls/library/",), (b"\0mbedtls_ssl_handshake\0", b"\0mbedtls_ssl_read\0"))
    ),
    _Trace("wolfssl", 0.95, ((b"\0wolfSSL_Init\0", b"\0wolfSSL_connect\0"),)),
    _Trace("arduino-esp32", 0.95, ((b"/cores/esp32/esp32-hal-",),)),
    _Trace("tasmota", 0.93, ((b"/arendst/Tasmota", b"Tasmota %s", b"tasmota_%06X"),)),
    _Trace(
        "zephyr",
        0.9,
        ((b"*** Booting Zephyr OS",), (b"\0z_thread_entry\0", b"\0k_sys_fatal_error_handler\0")),
    ),
)


def wants(node: Node) -> bool:
    """No file: it is about devices that have none."""
    del node
    return False


def probe(file: File, context: Context) -> Iterator[Fact]:
    """The parts of one program."""
    del context
    if len(file.data) > MAX_SIZE:
        return
    for trace in _TRACES:
        offset = _seen(trace, file.data)
        if offset is not None:
            yield _component(trace, file, offset)
    yield from _built(file)


def _seen(trace: _Trace, data: bytes) -> int | None:
    """Where the first marker of a whole set stands."""
    for markers in trace.any_of:
        places = [data.find(marker) for marker in markers]
        if min(places) >= 0:
            return places[0] + (1 if markers[0].startswith(b"\0") else 0)
    return None


def _component(trace: _Trace, file: File, offset: int) -> Component:
    belied = trace.belied and all(mark in file.data for mark in trace.belied)
    end = file.data.find(b"\0", offset, offset + 60)
    text = file.data[offset : end if end >= 0 else offset + 60].decode("utf-8", "backslashreplace")
    return Component(
        name=trace.product,
        version="",
        purl=f"pkg:generic/{trace.product}",
        cpes=(),
        identified_by=("metadata" if belied else "signature") + ":microcontroller-parts",
        confidence=trace.confidence,
        evidence=(file.evidence(offset=offset, excerpt=text),),
    )


def _built(file: File) -> Iterator[Platform]:
    """For what and with what an ELF program was built that needs no operating system."""
    if not file.data.startswith(MAGIC):
        return
    try:
        elf = parse_elf(file.data)
    except NotElf:
        return
    if elf.type != ET_EXEC or elf.interpreter or elf.segment(PT_DYNAMIC) is not None:
        return
    order = "big-endian" if elf.order is ByteOrder.BIG else "little-endian"
    processor = f"{elf.machine} {elf.bits} bit {order}"
    yield Platform(
        aspect="architecture", value=processor, evidence=(file.evidence(offset=0, excerpt=processor),)
    )
    if compiler := _COMPILER.search(file.data):
        yield _platform("toolchain", f"gcc {_text(compiler, 2)} ({_text(compiler, 1)})", file, compiler)
    if kit := _NXP_KIT.search(file.data):
        yield _platform("sdk", f"NXP MCUXpresso SDK {_text(kit, 1)}", file, kit)
        yield _platform("board", _text(kit, 2), file, kit)
        yield _platform("soc", _text(kit, 3), file, kit)


def _text(match: re.Match[bytes], group: int) -> str:
    return match[group].decode("utf-8", "backslashreplace")


def _platform(aspect: str, value: str, file: File, match: re.Match[bytes]) -> Platform:
    excerpt = _text(match, 0).strip("\0")
    return Platform(
        aspect=aspect, value=value, evidence=(file.evidence(offset=match.start(), excerpt=excerpt),)
    )


CATALOGER: Final = Cataloger(title="Parts of a microcontroller's program", wants=wants, probe=probe)
