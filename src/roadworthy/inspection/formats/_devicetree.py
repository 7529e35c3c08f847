"""The flattened device tree as bytes: its nodes with their properties, each with its place in the source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly
from roadworthy.inspection.format import Damaged, NotThisFormat
from roadworthy.inspection.source import Source

MAGIC = b"\xd0\x0d\xfe\xed"
HEADER: Final = Fields("10I", ByteOrder.BIG)
WORD: Final = Fields("I", ByteOrder.BIG)
VALUE: Final = Fields("II", ByteOrder.BIG)
COMPATIBLE = 16  # Devicetree Specification 0.4, 5.2
BEGIN, END, PROPERTY, NOTHING, LAST = 1, 2, 3, 4, 9
MAX_STRINGS = 1024 * 1024
MAX_STRUCTURE = 256 * 1024 * 1024  # a FIT image keeps kernels in it
MAX_TOKENS = 500_000
MAX_DEPTH = 64
MAX_NAME = 256
SMALL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Value:
    """Where the value of a property lies.

    Args:
        source: The tree.
        offset: Its first byte there.
        length: Its length.
    """

    source: Source
    offset: int
    length: int

    @property
    def data(self) -> bytes:
        """Its bytes; of a long one, the first."""
        return self.source.read(self.offset, min(self.length, SMALL))

    @property
    def texts(self) -> tuple[str, ...]:
        """It as a list of texts."""
        return tuple(
            each.decode("utf-8", "backslashreplace") for each in self.data.rstrip(b"\0").split(b"\0") if each
        )

    @property
    def text(self) -> str:
        """It as text: the first of the list."""
        return next(iter(self.texts), "")

    @property
    def number(self) -> int:
        """It as one cell; 0 if it is none."""
        return int.from_bytes(self.data, "big") if self.length == WORD.size else 0


@dataclass(slots=True)
class TreeNode:
    """One node."""

    name: str
    values: dict[str, Value] = field(default_factory=dict)
    children: dict[str, "TreeNode"] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A property as text; empty if there is none."""
        return self.values[name].text if name in self.values else ""

    def number(self, name: str) -> int | None:
        """A property as one cell; None if there is none."""
        return self.values[name].number if name in self.values else None

    def child(self, name: str) -> Mapping[str, "TreeNode"]:
        """The nodes below one below this."""
        return self.children[name].children if name in self.children else {}

    def starting(self, prefix: str) -> Iterator["TreeNode"]:
        """The nodes below this whose names start so."""
        return (child for name, child in self.children.items() if name.startswith(prefix))


def read_tree(source: Source) -> tuple[TreeNode, int]:
    """The root node, and the length that the header gives.

    Raises:
        NotThisFormat: The header fits no device tree.
        Damaged: The structure behind it is broken.
    """
    try:
        values = HEADER.read(source, 0)
    except EndOfData as error:
        raise NotThisFormat(str(error)) from error
    _, total, structure, strings, reserved, version, compatible, _, strings_size, size = values
    fits = max(structure + size, strings + strings_size, reserved) <= total
    if not fits or compatible > COMPATIBLE or version < COMPATIBLE or structure % 4:
        raise NotThisFormat("no device tree has a header like this")
    if size > MAX_STRUCTURE or strings_size > MAX_STRINGS or min(structure, strings) < HEADER.size:
        raise NotThisFormat("no device tree has tables like these")
    if total > source.size:
        raise Damaged(f"it is truncated: {total} bytes by its header, {source.size} are there")
    names = source.read(strings, strings_size)
    try:
        return _Reader(source, structure, structure + size, names).read(), total
    except EndOfData as error:
        raise Damaged(f"the structure has no end: {error}") from error


@dataclass(slots=True)
class _Reader:
    source: Source
    at: int
    end: int
    names: bytes

    def read(self) -> TreeNode:
        holder = TreeNode("")
        stack = [holder]
        for _ in range(MAX_TOKENS):
            token = self._word()
            if token == BEGIN:
                stack.append(self._begin(stack))
            elif token == END and len(stack) > 1:
                stack.pop()
            elif token == PROPERTY and len(stack) > 1:
                self._property(stack[-1])
            elif token == LAST and len(stack) == 1 and "" in holder.children:
                return holder.children[""]
            elif token != NOTHING:
                raise Damaged(f"the word {token:#x} at {self.at - WORD.size:#x} means nothing there")
        raise Damaged(f"it has more than {MAX_TOKENS} tokens")

    def _word(self) -> int:
        if self.at + WORD.size > self.end:
            raise EndOfData(f"nothing stands at {self.at:#x}")
        (word,) = WORD.read(self.source, self.at)
        self.at += WORD.size
        return int(word)

    def _begin(self, stack: list[TreeNode]) -> TreeNode:
        raw, found, _ = self.source.read(self.at, MAX_NAME).partition(b"\0")
        if not found or len(stack) > MAX_DEPTH:
            raise Damaged(f"the node at {self.at:#x} has no name, or lies too deep")
        self.at += len(raw) + 1
        self.at += -self.at % WORD.size
        node = TreeNode(raw.decode("ascii", "backslashreplace"))
        stack[-1].children.setdefault(node.name, node)
        return node

    def _property(self, node: TreeNode) -> None:
        length, name_at = VALUE.read(self.source, self.at)
        offset = self.at + VALUE.size
        if offset + length > self.end or name_at >= len(self.names):
            raise Damaged(f"the property at {self.at:#x} does not fit")
        read_exactly(self.source, offset, min(length, 1))
        name = (
            self.names[name_at : name_at + MAX_NAME].partition(b"\0")[0].decode("ascii", "backslashreplace")
        )
        node.values[name] = Value(self.source, offset, length)
        self.at = offset + length + -length % WORD.size
