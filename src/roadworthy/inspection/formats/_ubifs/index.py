"""Which nodes of a UBIFS count: those that the index names, and those that the journal wrote since.

The index is a tree of nodes that the master node points to. What was written since the last commit lies in
blocks that the log names. Where the index is broken, every node of the file system counts: what was deleted
long ago may come back then.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.codecs.binary import Fields
from roadworthy.inspection.format import Damaged
from roadworthy.inspection.formats._ubifs.nodes import (
    COMMIT,
    HEADER,
    INDEX,
    MASTER,
    ORDER,
    REFERENCE,
    Found,
    Search,
    Superblock,
    node_at,
)
from roadworthy.inspection.source import Source

MASTERS = (1, 2)  # logical blocks; each holds the same
LOG = 3  # first block of the log
MAX_NODES = 1_000_000
MAX_DAMAGE = 100  # messages
MASTER_REST = Fields("2Q5I", ORDER)
INDEX_REST = Fields("2H", ORDER)
BRANCH = Fields("3I", ORDER)
REFERENCE_REST = Fields("3I", ORDER)
TOO_MANY: Final = f"it has more than {MAX_NODES} nodes"


class Census:
    """Collects the nodes that count.

    Args:
        source: The file system.
        superblock: Its superblock.
    """

    def __init__(self, source: Source, superblock: Superblock) -> None:
        self._source = source
        self._superblock = superblock
        self._search = Search(source)
        self.damage: list[str] = []

    def nodes(self) -> list[Found]:
        """All of them, the oldest first."""
        try:
            master = self._master()
            found = [*self._indexed(master), *self._journal(master[1])]
        except Damaged as damage:
            self.damage.append(f"the index cannot be used ({damage}), every node was taken")
            found = self._bounded(self._search.between(0, self._end(self._superblock.blocks - 1)))
        return sorted(found, key=lambda each: each.sequence)

    def _start(self, block: int) -> int:
        return block * self._superblock.block

    def _end(self, block: int) -> int:
        return min(self._start(block + 1), self._source.size)

    def _master(self) -> tuple[int, int, int]:
        """By the newest master node: commit number, first block of the log, offset of the index's root."""
        masters = [
            MASTER_REST.unpack(node.data, HEADER.size)
            for block in MASTERS
            for node in self._search.between(self._start(block), self._end(block))
            if node.kind == MASTER and node.length >= HEADER.size + MASTER_REST.size
        ]
        if not masters:
            raise Damaged("there is no master node")
        _, commit, _, log, block, offset, _ = max(masters, key=lambda values: values[1])
        return commit, log, self._start(block) + offset

    def _indexed(self, master: tuple[int, int, int]) -> list[Found]:
        """The leaves of the index, each node of it visited once."""
        found: list[Found] = []
        todo, met = [master[2]], {master[2]}
        while todo:
            node = node_at(self._source, todo.pop(), self._superblock.block)
            if node is None or node.kind != INDEX:
                raise Damaged("an index node is broken")
            level, branches = _branches(node.data)
            places = [self._start(block) + offset for block, offset, _ in branches]
            if met & set(places) or len(met) + len(places) > MAX_NODES:
                raise Damaged("the index runs in a circle, or is too large")
            met.update(places)
            if level:
                todo.extend(places)
            else:
                found.extend(self._leaves(places))
        return found

    def _leaves(self, places: list[int]) -> Iterator[Found]:
        for place in places:
            leaf = node_at(self._source, place, self._superblock.block)
            if leaf is not None:
                yield leaf
            elif len(self.damage) < MAX_DAMAGE:
                self.damage.append(f"the node at {place:#x} does not match its check sum")

    def _journal(self, first: int) -> list[Found]:
        """The nodes of the blocks that the log names since the last commit."""
        if not LOG <= first < LOG + self._superblock.log:
            raise Damaged(f"the log starts in block {first}, outside of it")
        buds: dict[int, int] = {}
        for block, offset in self._buds(first):
            buds[block] = min(offset, buds.get(block, offset))
        return self._bounded(
            node
            for block, offset in buds.items()
            for node in self._search.between(self._start(block) + offset, self._end(block))
        )

    def _buds(self, first: int) -> Iterator[tuple[int, int]]:
        """Blocks of the journal and where they begin to count: the references since the last commit start."""
        since = -1
        for turn in range(self._superblock.log):
            block = LOG + (first - LOG + turn) % self._superblock.log
            nodes = list(self._search.between(self._start(block), self._end(block)))
            if turn == 0:
                since = min((node.sequence for node in nodes if node.kind == COMMIT), default=-1)
            if since < 0 or not nodes or nodes[0].sequence < since:
                return
            for node in nodes:
                if node.kind == REFERENCE and node.length >= HEADER.size + REFERENCE_REST.size:
                    bud, offset, _ = REFERENCE_REST.unpack(node.data, HEADER.size)
                    yield bud, offset

    def _bounded(self, nodes: Iterator[Found]) -> list[Found]:
        found: list[Found] = []
        for node in nodes:
            if len(found) >= MAX_NODES:
                self.damage.append(TOO_MANY)
                break
            found.append(node)
        return found


def _branches(data: bytes) -> tuple[int, list[tuple[int, int, int]]]:
    """Level of an index node, and block, offset and length of each branch; keys and hashes follow those."""
    count, level = INDEX_REST.unpack(data, HEADER.size)
    start = HEADER.size + INDEX_REST.size
    size = (len(data) - start) // count if count else 0
    if count and size < BRANCH.size:
        raise Damaged("an index node is too short for its branches")
    return level, [BRANCH.unpack(data, start + size * at) for at in range(count)]
