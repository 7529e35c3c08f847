"""The table of symbols of a kernel, in each layout that scripts/kallsyms.c has had."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadworthy.codecs.binary import ByteOrder
from roadworthy.codecs.kallsyms import MIN_SYMBOLS, find_symbols
from roadworthy.testing.kallsyms import SymbolLayout, symbol_table

ENTRIES = [f"{'tTWA'[at % 4]}{word}_{at}" for at, word in zip(range(1500), ["sctp_rcv", "xfs", "do_x"] * 500)]  # noqa: B905
CODE = bytes(range(1, 250)) * 40
LAYOUTS = [
    SymbolLayout(order=order, bits=bits, alignment=alignment, words=words, relative=relative)
    for order, bits, alignment, words, relative in product(
        ByteOrder, (32, 64), (4, 8, 16, 256), (True, False), (True, False)
    )
    if alignment * 8 >= bits
]
NEWER = [
    SymbolLayout(order=order, bits=bits, alignment=8, words=False, relative=True, **more)
    for order, bits, more in product(
        ByteOrder, (32, 64), ({"sequences": True}, {"addresses_last": True}, {"sequences": False})
    )
]


@pytest.mark.parametrize("layout", [*LAYOUTS, *NEWER], ids=str)
def test_every_layout_is_read_whole(layout: SymbolLayout) -> None:
    data = CODE + b"\0" * (-len(CODE) % 256) + symbol_table(ENTRIES, layout) + CODE
    table = find_symbols(data)
    assert table is not None
    assert list(table.entries) == ENTRIES
    assert table.order is layout.order
    assert "xfs_1" in table.names


def test_long_names_since_6_1() -> None:
    entries = [f"T{at:04}{'zq' * (at % 120)}" for at in range(1000)]
    table = find_symbols(symbol_table(entries, SymbolLayout(words=False, relative=True)))
    assert table is not None
    assert list(table.entries) == entries


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    names=st.lists(
        st.text("abcdefghijklmnopqrstuvwxyz_0123456789.$", min_size=1, max_size=60), min_size=20, max_size=60
    ),
    layout=st.sampled_from([*LAYOUTS, *NEWER]),
    before=st.integers(0, 40),
)
def test_any_names(names: list[str], layout: SymbolLayout, before: int) -> None:
    entries = [
        f"t{name}{at}" for at in range(MIN_SYMBOLS) for name in names[:1] + names[at % len(names) :][:1]
    ]
    table = find_symbols(b"\0" * 256 * before + symbol_table(entries, layout))
    assert table is not None
    assert list(table.entries) == entries


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(1, 255), layout=st.sampled_from(LAYOUTS[::7]))
def test_a_damaged_table_is_none_or_has_as_many_names(at: float, byte: int, layout: SymbolLayout) -> None:
    data = bytearray(symbol_table(ENTRIES, layout))
    data[int(at * len(data))] ^= byte
    table = find_symbols(bytes(data))
    assert table is None or len(table.entries) == len(ENTRIES)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.99])
def test_a_cut_table_is_none(part: float) -> None:
    data = symbol_table(ENTRIES, SymbolLayout())
    assert find_symbols(data[: int(len(data) * part)]) is None
    assert find_symbols(data[len(data) - int(len(data) * part) :]) is None or part > 0.6


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100_000, b"0\x001\x002\x003\x004\x005\x006\x007\x008\x009\x00" * 2000]
)
def test_what_is_no_table(data: bytes) -> None:
    assert find_symbols(data) is None
