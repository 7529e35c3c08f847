"""The world of the use cases in memory: named files, a clock that stands, images that are a few files."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.canonical import digest
from roadworthy.codecs.sbom.reading import MAX_BYTES, read_bill
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.engine import Toolbox, inspect_image
from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.report import Image, Step, refused
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource, Source
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError
from roadworthy.testing.memory import MemoryTree
from roadworthy.usecases.inspect import World

MAGIC: Final = b"FILES:"
NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)


def memory_image(files: Mapping[str, str]) -> bytes:
    """An image that holds some files: absolute path to text, as for `MemoryTree`."""
    return MAGIC + json.dumps(files).encode()


def _open(source: Source) -> Opened:
    return Opened(size=source.size, tree=MemoryTree(json.loads(source.read(len(MAGIC), source.size))))


FILES: Final = Format(title="A few files as JSON", magics=(Magic(MAGIC),), open=_open)


@dataclass(slots=True)
class MemoryWorld:
    """What use cases need from outside, with every installed cataloger and check.

    Args:
        files: What can be read, by name; images among them, made by `memory_image`.
        filed: What was filed in the workspace, oldest first.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    filed: list[Envelope] = field(default_factory=list)

    def read(self, path: str, *, limit: int) -> bytes:
        """See `ReadFile`."""
        if path not in self.files:
            raise InputError(f"{path} does not exist", hint="Give another.")
        return self.files[path][:limit]

    def starts_with(self, path: str, beginning: bytes) -> bool:
        """Whether a file starts with some bytes."""
        return self.read(path, limit=len(beginning)) == beginning

    def identify(self, image: str) -> Image:
        """See `Analyst.identify`."""
        data = self.read(image, limit=len(self.files.get(image, b"")))
        return Image(name=image, size=len(data), sha256=sha256(data).hexdigest())

    def analyse(
        self,
        image: str,
        name: str,
        now: datetime,
        checks: Collection[str],
        bills: Sequence[str] = (),
        *,
        unblob: bool = False,
    ) -> Iterator[Step]:
        """See `Analyst.analyse`. There is no other program here."""
        del unblob
        try:
            read = [read_bill(each, self.read(each, limit=MAX_BYTES)) for each in bills]
        except InputError as error:
            yield refused(error)
            return
        installed = discover()
        toolbox = Toolbox(
            formats={"files": FILES},
            catalogers={each.id: each.object for each in installed.catalogers.values()},
            checks={each.id: each.object for each in installed.checks.values() if each.id in checks},
            properties={each.id: each.object for each in installed.properties.values()},
        )
        context = Context(now=now, signatures=SignatureSet([]))
        yield from inspect_image(name, BytesSource(self.files[image]), toolbox, context, read)

    def file(self, envelope: Envelope) -> str:
        """File an envelope."""
        self.filed.append(envelope)
        return digest(envelope)

    def world(self) -> World:
        """The whole of it."""
        return World(
            analyst=self,
            clock=lambda: NOW,
            tool_digest=lambda: f"sha256:{'00' * 32}",
            sign=lambda envelope, _: envelope,
            file=self.file,
            read=self.read,
        )


class Silence:
    """A `Progress` that nobody watches."""

    def step(self, stage: str, done: int, total: int) -> None:
        """See `Progress.step`."""
