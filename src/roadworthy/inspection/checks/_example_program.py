"""Small programs of microcontrollers for the examples of checks: an ESP32-C3 image, described, with texts."""

import struct
from functools import reduce
from operator import xor


def esp_program(*texts: str, framework: str = "v5.4.1") -> bytes:
    """A valid program of an ESP32-C3 without signature.

    Args:
        texts: What stands in it, each with a zero byte behind it.
        framework: The version of ESP-IDF that it names.
    """
    head = struct.pack("<II8x32s32s", 0xABCD5432, 0, b"1.0", b"lamp")
    description = head + struct.pack("<16s16s32s32x80x", b"10:00:00", b"Jan  1 2026", framework.encode())
    segment = description + b"".join(text.encode() + b"\0" for text in texts)
    data = struct.pack("<4BI", 0xE9, 1, 2, 0x20, 0x40080100) + b"\xee\0\0\0" + struct.pack("<H9xB", 5, 0)
    data += struct.pack("<II", 0x3F400020, len(segment)) + segment
    return data + bytes(15 - len(data) % 16) + bytes((reduce(xor, segment, 0xEF),))
