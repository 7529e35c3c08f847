"""The looker on this machine: looks into an image in a confined worker, and passes on what it shows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from roadworthy.adapters import worker
from roadworthy.adapters.extensions import discover
from roadworthy.adapters.image_file import MappedFile, image_name
from roadworthy.adapters.sandbox import Limits
from roadworthy.codecs.plain import from_plain, read, to_plain
from roadworthy.inspection.looking import READING, Action, Found, Item, Lost, Piece, Refused, Seen, look
from roadworthy.model.errors import VerificationError
from roadworthy.model.problem import Problem

OUTPUT: Final = (
    6 * 1024**3
)  # an extraction may be large; what its files may take together is bounded elsewhere
KINDS: Final[Mapping[bytes, type]] = {b"F": Found, b"S": Seen, b"L": Lost, b"R": Refused}
TAGS: Final = {kind: tag for tag, kind in KINDS.items()}
PIECE: Final = b"P"
NOT_OURS: Final = "The image may be made to attack its reader. Report it."


@dataclass(frozen=True, slots=True)
class LocalLooker:
    """Meets `usecases.look.Looker`.

    Args:
        limits: How much looking into one image may use.
    """

    limits: Limits

    def look(self, image: str, action: Action, address: str) -> Iterator[Item]:
        """Look in a worker, with all formats that are installed."""
        path = Path(image)
        with MappedFile(path):
            pass  # a path that is no image is the user's slip, and not the worker's
        resolved = path.resolve()
        work = partial(_look, resolved, image_name(path), action, address)
        limits = replace(self.limits, output=OUTPUT)
        items = worker.Wire(encode=encode, decode=decode, died=died)
        return worker.run(work, items, limits, reads=(resolved,))


def _look(path: Path, name: str, action: Action, address: str) -> Iterator[Item]:
    """Runs in the worker."""
    formats = {each.id: each.object for each in discover().formats.values()}
    with MappedFile(path) as source:
        yield from look(name, source, formats, action, address)


def encode(item: Item) -> bytes:
    """An item as bytes: a letter for its kind, then JSON, or the bytes of a file as they are."""
    if isinstance(item, Piece):
        return PIECE + item.data
    return TAGS[type(item)] + json.dumps(to_plain(item), ensure_ascii=False).encode()


def decode(data: bytes) -> Item:
    """The item that some bytes hold, for which nobody vouches.

    Raises:
        InputError: They are no JSON.
        VerificationError: They are no item.
    """
    tag, rest = data[:1], data[1:]
    if tag == PIECE:
        return Piece(rest)
    if tag not in KINDS:
        raise VerificationError("it is of no known kind", hint=NOT_OURS)
    item: Item = from_plain(KINDS[tag], read(rest))
    return item


def died(last: Item | None, what: str, hint: str) -> Item:
    """The item that says that the worker died."""
    where = last.node.path if isinstance(last, Seen) else "the image"
    return Lost(Problem(stage=READING, where=where, what=what, hint=hint))
