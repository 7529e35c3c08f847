"""Limits: how far the opener goes with one image, whatever the image says."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far to go; where a limit is reached, that is said.

    Args:
        depth: Containers inside containers.
        regions: Stretches told apart.
        attempts: Candidates tried.
        damaged: Structures that turned out to be broken.
        unpacked: Bytes of parts that had to be unpacked together, for they lie in memory.
        nodes: Names in all file systems together.
        text: Characters in their paths and link targets together.
    """

    depth: int = 8
    regions: int = 4096
    attempts: int = 100_000
    damaged: int = 32
    unpacked: int = 512 * 1024 * 1024
    nodes: int = 1_000_000
    text: int = 128 * 1024 * 1024


class Budget:
    """What is left of the limits.

    Args:
        limits: The limits.
    """

    def __init__(self, limits: Limits) -> None:
        self._left = asdict(limits)
        self.exceeded: str = ""

    def spend(self, limit: str, amount: int = 1) -> bool:
        """Take from a limit. False where too little is left; `exceeded` names the first such limit."""
        self._left[limit] -= amount
        if self._left[limit] >= 0:
            return True
        self.exceeded = self.exceeded or limit
        return False
