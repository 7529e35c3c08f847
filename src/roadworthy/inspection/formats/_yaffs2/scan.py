"""The scan: the tags of every chunk, and the order in which the chunks were written."""

from array import array
from collections.abc import Iterator, MutableSequence
from dataclasses import dataclass, field

from roadworthy.inspection.formats._yaffs2.tags import (
    CHECKPOINT,
    ERASED,
    LOWEST,
    SUMMARY,
    Geometry,
    Kind,
    Tags,
    unpack_tags,
)
from roadworthy.inspection.source import Source

MAX_CHUNKS = 1_000_000
MAX_GAP, GAP_FOR_ONE = 512, 64  # chunks that are none, as in bad blocks, in all and for each before
BAD_BLOCK = 16  # of them in a row: the least that an erase block has
FEW = 4  # blocks prove little of where blocks begin
SMALL, LARGE = 64, 64 * 1024


def _numbers() -> MutableSequence[int]:
    return array("I")


@dataclass(slots=True)
class Log:
    """What a scan found. Five columns, a row for each chunk that counts.

    Args:
        geometry: How chunks and tags lie.
        size: Bytes from the start to the end of the last chunk, and the erased flash after it.
        places: Which chunk of the image it is, from 0 on.
        sequences: When its block was written.
        objects: Whose it is.
        chunks: Which of that object's; 0 for a header.
        sizes: How many of its bytes count.
        skipped: Chunks in what are bad blocks, most likely.
        damage: What does not add up.
    """

    geometry: Geometry
    size: int = 0
    places: MutableSequence[int] = field(default_factory=_numbers)
    sequences: MutableSequence[int] = field(default_factory=_numbers)
    objects: MutableSequence[int] = field(default_factory=_numbers)
    chunks: MutableSequence[int] = field(default_factory=_numbers)
    sizes: MutableSequence[int] = field(default_factory=_numbers)
    skipped: int = 0
    damage: list[str] = field(default_factory=list)

    @property
    def fresh(self) -> bool:
        """Whether it is as a tool made it, which leaves no chunk out: no driver has written to it yet."""
        return self.geometry.kind is not Kind.FIRST and all(each == LOWEST for each in self.sequences)

    def at(self, row: int) -> int:
        """Where the chunk of a row lies in the image."""
        return self.places[row] * self.geometry.stride

    def newest_first(self) -> Iterator[int]:
        """The rows, from the chunk that was written last to the one that was written first."""
        rows = range(len(self.places))
        if self.geometry.kind is Kind.FIRST:
            return reversed(rows)
        return reversed(sorted(rows, key=self.sequences.__getitem__))  # noqa: C413 -- stable

    def add(self, place: int, tags: Tags) -> None:
        """One more row."""
        self.places.append(place)
        self.sequences.append(tags.sequence)
        self.objects.append(tags.object)
        self.chunks.append(tags.chunk)
        self.sizes.append(tags.size)


class Scanner:
    """Reads the tags of one file system.

    Args:
        source: Bytes that start with its first chunk.
        geometry: How chunks and tags lie.
    """

    def __init__(self, source: Source, geometry: Geometry) -> None:
        self._source = source
        self._geometry = geometry
        self._log = Log(geometry)
        self._blank = b"\xff" * geometry.stride
        self._filled = self._senseless = (
            0  # chunks since the last one with tags that hold something; their tags too
        )
        self._spoilt = 0
        self._rows: dict[tuple[int, int], int] = {}
        self._made = set[int]()  # whose headers a tool made

    def scan(self) -> Log:
        """Read up to where something else begins."""
        log, stride = self._log, self._geometry.stride
        end = 0
        for place in range(self._source.size // stride):
            if place >= MAX_CHUNKS:
                log.damage.append(f"only the first {MAX_CHUNKS} chunks were read")
                break
            raw = self._source.read(place * stride + self._geometry.tags, self._geometry.length)
            tags = unpack_tags(raw, self._geometry)
            if tags is None:
                self._pass_over(place, raw)
                if self._filled > min(MAX_GAP, GAP_FOR_ONE * end):
                    break
            elif self._begins_anew(tags):
                break
            else:
                end = place + 1
                self._resume()
                self._take(place, tags)
        if self._spoilt:
            log.damage.append(f"the tags of {self._spoilt} chunks make no sense")
        log.damage.extend(_oddities(log))
        log.size = _erased(self._source, end * stride)
        return log

    def _pass_over(self, place: int, raw: bytes) -> None:
        """A chunk without tags: erased, broken off while it was written, or no chunk at all."""
        if not raw.startswith(ERASED):
            self._senseless += 1
            self._filled += 1
        else:
            stride = self._geometry.stride
            self._filled += self._source.read(place * stride, stride) != self._blank

    def _resume(self) -> None:
        """Behind what was passed over, the log goes on."""
        if self._senseless >= BAD_BLOCK:
            self._log.skipped += self._senseless
        else:
            self._spoilt += self._senseless
        self._senseless = self._filled = 0

    def _begins_anew(self, tags: Tags) -> bool:
        """Whether another image begins: a tool writes a header once, a driver none with the lowest number."""
        if tags.chunk or tags.sequence != LOWEST:
            return False
        if tags.object in self._made:
            return True
        self._made.add(tags.object)
        return False

    def _take(self, place: int, tags: Tags) -> None:
        if self._geometry.kind is Kind.FIRST:
            self._take_first(place, tags)
        elif tags.sequence != CHECKPOINT and tags.object != SUMMARY:
            self._log.add(place, tags)

    def _take_first(self, place: int, tags: Tags) -> None:
        """Of two copies of a chunk, the one that counts is the next one modulo 4."""
        log = self._log
        if tags.deleted:
            return
        row = self._rows.setdefault((tags.object, tags.chunk), len(log.places))
        if row == len(log.places):
            log.add(place, tags)
        elif (log.sequences[row] + 1) % 4 == tags.sequence:
            log.places[row], log.sequences[row], log.sizes[row] = place, tags.sequence, tags.size


def _oddities(log: Log) -> Iterator[str]:
    """What the order of the blocks gives away."""
    if log.geometry.kind is Kind.FIRST:
        return
    starts, longest, met, twice = [], 1, set[int](), 0
    before = None
    for place, sequence in zip(log.places, log.sequences, strict=True):
        if sequence != before:
            starts.append(place)
            twice += sequence in met and sequence != LOWEST
            met.add(sequence)
            before = sequence
        longest = max(longest, place - starts[-1] + 1)
    if twice:
        yield f"{twice} numbers of blocks are given twice, as if two file systems were taken for one"
    block = 1 << (longest - 1).bit_length()
    rests = {at % block for at in starts[1:]}
    if len(starts) >= FEW and LOWEST not in met and len(rests) == 1 and 0 not in rests:
        yield "it begins in the middle of an erase block; what lies before it was not seen"


def _erased(source: Source, at: int) -> int:
    """The first byte from an offset on that is not erased."""
    step = SMALL
    while chunk := source.read(at, step):
        rest = len(chunk.lstrip(b"\xff"))
        at += len(chunk) - rest
        if rest:
            break
        step = LARGE
    return at
