"""A small ELF program of an NXP Kinetis, for the examples of a check."""

import struct


def kinetis_program(security: int) -> bytes:
    """One segment at address 0 that reaches over the flash configuration field.

    Args:
        security: The byte FSEC in it.
    """
    memory = bytearray(b"\xff" * 0x500)
    memory[0x40C] = security
    memory[0x410:0x440] = b"MK64FN1M0VLL12\0Reset_Handler\0".ljust(0x30, b"\0")
    ident = b"\x7fELF\x01\x01\x01".ljust(16, b"\0")
    header = struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, 0x411, 52, 0, 0, 52, 32, 1, 40, 0, 0)
    segment = struct.pack("<8I", 1, 84, 0, 0, len(memory), len(memory), 5, 4)
    return ident + header + segment + bytes(memory)
