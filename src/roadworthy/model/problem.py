"""Problem: a part that could not be done. It is reported, never lost, and never becomes a pass."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A part of the work that failed while the rest went on.

    Args:
        stage: Which part of the work, e.g. ``formats``, ``inventory``, ``checks``, ``worker``.
        where: Where it happened, e.g. a path inside the image or the id of an extension.
        what: What happened, in one sentence.
        hint: What the reader can do about it.
    """

    stage: str
    where: str
    what: str
    hint: str
