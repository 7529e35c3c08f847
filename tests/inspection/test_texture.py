import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.source import BytesSource
from roadworthy.inspection.texture import CHUNK, entropy, filler

NOISE = b"".join(hashlib.sha256(str(index).encode()).digest() for index in range(8192))


@pytest.mark.parametrize(
    ("data", "bits"),
    [(b"", 0.0), (b"\0" * 5000, 0.0), (b"ab" * 50_000, 1.0), (bytes(range(256)) * 1000, 8.0)],
)
def test_entropy_of_known_bytes(data: bytes, bits: float) -> None:
    assert entropy(BytesSource(data)) == bits


def test_noise_is_near_eight_bits() -> None:
    assert entropy(BytesSource(NOISE)) > 7.99


def test_samples_come_from_the_whole_source() -> None:
    assert 6 < entropy(BytesSource(bytes(len(NOISE)) + NOISE * 7)) < 8


@given(st.binary(max_size=300))
def test_entropy_is_bounded_and_repeats(data: bytes) -> None:
    assert 0 <= entropy(BytesSource(data)) <= 8
    assert entropy(BytesSource(data)) == entropy(BytesSource(data))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff" * (CHUNK + 5), b"\xff"),
        (b"\0", b"\0"),
        (b"\xff" * CHUNK + b"\0", None),
        (b"\xff" * 5000 + b"\xfe" + b"\xff" * 5000, None),
        (b"aaaa", None),
        (b"", None),
    ],
)
def test_filler_is_one_byte_throughout(data: bytes, expected: bytes | None) -> None:
    assert filler(BytesSource(data)) == expected
