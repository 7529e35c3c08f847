from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.carving import STRETCH, Candidate, Carver
from roadworthy.inspection.format import Format, Magic, Opened
from roadworthy.inspection.source import BytesSource, Source


def never(_: Source) -> Opened:
    raise AssertionError


def format_of(*magics: Magic) -> Format:
    return Format(title="", magics=magics, open=never)


def all_candidates(data: bytes, formats: dict[str, Format]) -> list[Candidate]:
    carver, found = Carver(BytesSource(data), formats), []
    at = 0
    while (candidate := carver.next(at)) is not None:
        found.append(candidate)
        at = candidate.offset + 1
    return found


def test_candidates_come_in_the_order_of_their_offsets() -> None:
    formats = {"b": format_of(Magic(b"BB"), Magic(b"XY")), "a": format_of(Magic(b"XY"))}
    assert all_candidates(b"..XY..BBB", formats) == [
        Candidate(2, ("a", "b")),
        Candidate(6, ("b",)),
        Candidate(7, ("b",)),
    ]


def test_a_magic_inside_a_structure_points_to_its_start() -> None:
    formats = {"tar": format_of(Magic(b"ustar", offset=3))}
    assert all_candidates(b"ustar...ustar", formats) == [Candidate(5, ("tar",))]


def test_a_claimed_stretch_is_passed_over() -> None:
    carver = Carver(BytesSource(b"AA..AA..AA"), {"a": format_of(Magic(b"AA"))})
    assert [carver.next(0), carver.next(5), carver.next(9)] == [
        Candidate(0, ("a",)),
        Candidate(8, ("a",)),
        None,
    ]


def test_no_border_between_stretches_hides_anything() -> None:
    at = [STRETCH - 3, 2 * STRETCH - 1, 3 * STRETCH, 5 * STRETCH - 2]
    data = bytearray(5 * STRETCH + 9)
    for offset in at:
        data[offset] = 1
        data[offset + 5 : offset + 7] = b"AB"
    formats = {"a": format_of(Magic(b"AB", 5)), "b": format_of(Magic(b"\1"))}
    assert all_candidates(bytes(data), formats) == [Candidate(offset, ("a", "b")) for offset in at]


def test_one_magic_may_stand_at_several_places_of_several_formats() -> None:
    formats = {"a": format_of(Magic(b"XY"), Magic(b"XY", 2)), "b": format_of(Magic(b"XY", 1), Magic(b"X", 4))}
    assert all_candidates(b"....XY", formats) == [
        Candidate(0, ("b",)),
        Candidate(2, ("a",)),
        Candidate(3, ("b",)),
        Candidate(4, ("a",)),
    ]


@given(
    st.text("abc", max_size=40),
    st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), st.integers(0, 5)), max_size=4),
)
def test_nothing_is_missed_and_nothing_invented(text: str, magics: list[tuple[str, int]]) -> None:
    formats = {f"f{index}": format_of(Magic(each.encode(), at)) for index, (each, at) in enumerate(magics)}
    expected = {
        start for each, at in magics for start in range(len(text)) if text.startswith(each, start + at)
    }
    assert [each.offset for each in all_candidates(text.encode(), formats)] == sorted(expected)
