"""Treemap: amounts as areas of a rectangle, each as square as it can be.

Source: Bruls, Huizing, van Wijk, "Squarified Treemaps", 2000. Here the kinds are laid out first, then the
amounts of each kind in the box of the kind, so that what is alike lies together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, its origin at the top left."""

    x: float
    y: float
    width: float
    height: float


def laid_out(amounts: Sequence[tuple[str, float]], width: float, height: float) -> list[Box]:
    """A box for each amount, in the order given; amounts that are not positive get an empty one.

    Args:
        amounts: The kind and the amount of each.
        width: Of the whole.
        height: Of the whole.
    """
    kinds: dict[str, list[int]] = {}
    for at, (kind, amount) in enumerate(amounts):
        if amount > 0:
            kinds.setdefault(kind, []).append(at)
    totals = [sum(amounts[at][1] for at in members) for members in kinds.values()]
    boxes = [Box(0, 0, 0, 0)] * len(amounts)
    for members, box in zip(kinds.values(), squarified(totals, Box(0, 0, width, height)), strict=True):
        own = squarified([amounts[at][1] for at in members], box)
        for at, inner in zip(members, own, strict=True):
            boxes[at] = inner
    return boxes


def squarified(amounts: Sequence[float], box: Box) -> list[Box]:
    """A box inside `box` for each positive amount, in the order given, with areas in their proportion."""
    order = sorted(range(len(amounts)), key=lambda at: (-amounts[at], at))
    total = sum(amounts)
    areas = [amounts[at] / total * box.width * box.height for at in order]
    boxes = [box] * len(amounts)
    placed = 0
    while placed < len(areas):
        row = _row(areas[placed:], min(box.width, box.height))
        last = placed + len(row) == len(areas)
        upright = box.width >= box.height
        strip, box = _cut(box, sum(row), whole=last)
        for at, inner in zip(order[placed:], _split(strip, row, upright=upright), strict=False):
            boxes[at] = inner
        placed += len(row)
    return boxes


def _row(areas: Sequence[float], side: float) -> Sequence[float]:
    """As many areas as make the worst of them most square when they lie along a side."""
    total, best = 0.0, float("inf")
    for count, area in enumerate(areas):
        total += area
        thickness = total / side if side else 0
        square = thickness * thickness
        worst = max(square / area, areas[0] / square) if area and square else float("inf")
        if count and worst > best:
            return areas[:count]
        best = worst
    return areas


def _cut(box: Box, area: float, *, whole: bool) -> tuple[Box, Box]:
    """A strip along the shorter side, and what is left of the box."""
    if box.width >= box.height:
        size = box.width if whole or not box.height else min(area / box.height, box.width)
        return (
            Box(box.x, box.y, size, box.height),
            Box(box.x + size, box.y, box.width - size, box.height),
        )
    size = box.height if whole or not box.width else min(area / box.width, box.height)
    return Box(box.x, box.y, box.width, size), Box(box.x, box.y + size, box.width, box.height - size)


def _split(strip: Box, areas: Sequence[float], *, upright: bool) -> Iterator[Box]:
    """The strip, divided along what was the shorter side of the box: from top to bottom if `upright`."""
    total, before = sum(areas), 0.0
    for area in areas:
        share = area / total if total else 0
        if upright:
            yield Box(strip.x, strip.y + before * strip.height, strip.width, share * strip.height)
        else:
            yield Box(strip.x + before * strip.width, strip.y, share * strip.width, strip.height)
        before += share
