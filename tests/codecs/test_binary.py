import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.codecs.binary import ByteOrder, EndOfData, Fields, read_exactly, text
from roadworthy.inspection.source import BytesSource


@pytest.mark.parametrize(
    ("order", "expected"), [(ByteOrder.LITTLE, (0x0201, 0x06050403)), (ByteOrder.BIG, (0x0102, 0x03040506))]
)
def test_fields_follow_each_other_without_gaps_in_either_order(
    order: ByteOrder, expected: tuple[int, int]
) -> None:
    fields = Fields("HI", order)
    assert fields.size == 6
    assert fields.unpack(b"\x01\x02\x03\x04\x05\x06") == expected
    assert fields.read(BytesSource(b"??\x01\x02\x03\x04\x05\x06"), 2) == expected


@given(st.binary(max_size=12), st.integers(0, 14))
def test_fields_are_read_whole_or_not_at_all(data: bytes, offset: int) -> None:
    fields = Fields("I", ByteOrder.BIG)
    if offset + 4 <= len(data):
        assert fields.unpack(data, offset) == (int.from_bytes(data[offset : offset + 4], "big"),)
    else:
        with pytest.raises(EndOfData):
            fields.unpack(data, offset)
        with pytest.raises(EndOfData):
            fields.read(BytesSource(data), offset)


def test_the_message_says_where_and_how_much() -> None:
    with pytest.raises(EndOfData, match="4 bytes are needed at offset 0x2, and 1 are there"):
        read_exactly(BytesSource(b"abc"), 2, 4)


@pytest.mark.parametrize(("offset", "length"), [(-1, 1), (0, -1)])
def test_negative_numbers_are_refused(offset: int, length: int) -> None:
    with pytest.raises(EndOfData):
        read_exactly(BytesSource(b"abc"), offset, length)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"ver. 1.0\0\0\0", "ver. 1.0"),
        (b"ver. 2.0\0\xff\xff\xff", "ver. 2.0"),
        (b"full width", "full width"),
        (b"\xffab\0", "\\xffab"),
        (b"", ""),
    ],
)
def test_text_ends_at_its_first_nul(field: bytes, expected: str) -> None:
    assert text(field) == expected
