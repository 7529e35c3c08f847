"""``Packages.db``: rpm's own database (lib/backend/ndb/rpmpkg.c), as SUSE and embedded systems have it."""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields
from roadworthy.inspection.format import Damaged

MAGIC: Final = b"RpmP"
SLOT, BLOB = b"Slot", b"BlbS"
PAGES_AT: Final = Fields("12xI", ByteOrder.LITTLE)  # pages of slots
ENTRY: Final = Fields("4sIII", ByteOrder.LITTLE)  # magic, package, first block, blocks
START: Final = Fields("4sIII", ByteOrder.LITTLE)  # magic, package, generation, bytes
PAGE: Final = 4096
BLOCK: Final = 16
FIRST: Final = 2  # the file's header takes the room of two slots
MAX_PAGES: Final = 1024


def blobs(data: bytes) -> Iterator[bytes]:
    """Every header in the database.

    Raises:
        Damaged: The file is no such one, or broken.
    """
    if not data.startswith(MAGIC):
        raise Damaged("it has not the magic of rpm's own database")
    try:
        (pages,) = PAGES_AT.unpack(data, 0)
        if pages > MAX_PAGES:
            raise Damaged(f"{pages} pages of slots are more than {MAX_PAGES}")
        left = 2 * len(data)  # slots that share blocks cost no more than this
        for number in range(FIRST, pages * PAGE // ENTRY.size):
            magic, package, block, blocks = ENTRY.unpack(data, number * ENTRY.size)
            if magic != SLOT:
                raise Damaged(f"slot {number} is none")
            if package and blocks:
                left -= blocks * BLOCK
                if left < 0:
                    raise Damaged("its headers together are larger than the file")
                yield _blob(data, package, block * BLOCK, blocks * BLOCK)
    except EndOfData as error:
        raise Damaged(f"the database is truncated: {error}") from error


def _blob(data: bytes, package: int, at: int, room: int) -> bytes:
    magic, owner, _, length = START.unpack(data, at)
    if magic != BLOB or owner != package or length > room:
        raise Damaged(f"the header of package {package} is not where its slot says")
    return data[at + START.size : at + START.size + length]
