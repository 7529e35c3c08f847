"""Areas tell the truth: in proportion, inside, apart, together by kind, and as square as can be."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.reports._treemap import Box, laid_out, squarified

WIDTH, HEIGHT = 200.0, 100.0
AMOUNTS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10**9)), max_size=25)


def area(box: Box) -> float:
    return box.width * box.height


@given(AMOUNTS)
def test_areas_are_in_proportion_and_inside(amounts: list[tuple[str, float]]) -> None:
    boxes = laid_out(amounts, WIDTH, HEIGHT)
    total = sum(amount for _, amount in amounts)
    for (_, amount), box in zip(amounts, boxes, strict=True):
        assert area(box) == pytest.approx(amount / total * WIDTH * HEIGHT if total else 0, rel=1e-3, abs=1e-3)
        assert box.width >= 0
        assert box.height >= 0
        assert -1e-6 <= box.x <= box.x + box.width <= WIDTH + 1e-6
        assert -1e-6 <= box.y <= box.y + box.height <= HEIGHT + 1e-6


@given(AMOUNTS)
def test_no_two_boxes_overlap(amounts: list[tuple[str, float]]) -> None:
    for one, two in combinations([box for box in laid_out(amounts, WIDTH, HEIGHT) if area(box)], 2):
        across = min(one.x + one.width, two.x + two.width) - max(one.x, two.x)
        down = min(one.y + one.height, two.y + two.height) - max(one.y, two.y)
        assert min(across, down) < 1e-6


def test_the_example_of_the_paper() -> None:
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    assert [(round(box.width, 2), round(box.height, 2)) for box in boxes[:4]] == [
        (3, 2),
        (3, 2),
        (1.71, 2.33),
        (1.29, 2.33),
    ]


def test_what_is_alike_lies_together() -> None:
    boxes = laid_out([("a", 5), ("b", 10), ("a", 5)], WIDTH, HEIGHT)
    first, other, second = boxes
    assert (first.x, first.width) == (second.x, second.width)
    assert other.height == HEIGHT


def test_nothing_has_no_area() -> None:
    assert laid_out([], WIDTH, HEIGHT) == []
    assert laid_out([("a", 0)], WIDTH, HEIGHT) == [Box(0, 0, 0, 0)]
