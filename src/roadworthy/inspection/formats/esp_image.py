"""Program image of an ESP32 and its relatives, and of an ESP8266: the whole software of such a device.

What it looks at
The header, the segments, the checksum and the SHA-256 over them, the description of the application
(version, project, ESP-IDF), and a signature block for secure boot behind them. Each segment is looked into on
its own.

Why it matters
These chips have no file system that holds programs: this image is all that runs. Whether it is signed shows
whether the maker meant to keep strangers' firmware out.

How it can be wrong
A signature block that is there may be ignored: whether secure boot is on is a fuse of the chip, and not in
the image. That a signature of secure boot 2 holds says that the key in it signed these
bytes, not whose key it is; secure boot 1 brings no key and is not verified. An image under
flash encryption has no header that could be recognised; it stays an unknown stretch of high entropy. Images
of the ESP8266 hold no hash, and those for its newer boot loaders (0xEA) are not read.
"""

from typing import Final

from roadworthy.inspection.esp_program import DESCRIBED, NO_WRITE_PIN, open_program
from roadworthy.inspection.format import Format, Magic

FIRST_SEGMENTS_8266: Final = tuple(  # where boot loaders and programs of the ESP8266 begin
    Magic(address.to_bytes(4, "little"), 8) for address in (0x4010F000, 0x40201010)
)

FORMAT: Final = Format(
    title="ESP32 program image",
    magics=(DESCRIBED, NO_WRITE_PIN, *FIRST_SEGMENTS_8266),
    open=open_program,
    program=True,
)
