from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.source import BytesSource, Window

small = st.binary(max_size=24)
offsets = st.integers(0, 30)


@given(small, offsets, offsets, offsets, offsets)
def test_a_window_reads_as_the_bytes_it_shows(
    data: bytes, start: int, length: int, offset: int, wanted: int
) -> None:
    window = Window(BytesSource(data), start, length)
    shown = data[start : start + length]
    assert window.size == len(shown)
    assert window.read(offset, wanted) == shown[offset : offset + wanted]


@given(small, offsets, offsets, st.binary(min_size=1, max_size=2), st.tuples(offsets, st.none() | offsets))
def test_a_window_finds_as_the_bytes_it_shows(
    data: bytes, start: int, length: int, needle: bytes, bounds: tuple[int, int | None]
) -> None:
    shown = data[start : start + length]
    for source in (Window(BytesSource(data), start, length), BytesSource(shown)):
        assert source.find(needle, *bounds) == shown.find(needle, *bounds)


def test_a_needle_that_reaches_past_the_window_is_not_found() -> None:
    assert Window(BytesSource(b"xxhsqs"), 0, 5).find(b"hsqs", 0) == -1


def test_windows_nest() -> None:
    outer = Window(BytesSource(b"0123456789"), 2, 6)
    assert Window(outer, 1, 3).read(0, 9) == b"345"
    assert Window(outer, 4, 99).size == 2
