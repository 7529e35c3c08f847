"""The opener: what is found, what is said of the rest, and that nothing an image or a format does ends it."""

import gzip
import hashlib
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.format import Damaged, Format, Magic, NotThisFormat, Opened, Part
from roadworthy.inspection.limits import Limits
from roadworthy.inspection.opening import OpenedImage, open_image
from roadworthy.inspection.report import Region
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.inspection.source import BytesSource, Source, Window
from roadworthy.testing.memory import MemoryTree

Formats = dict[str, Format]
Pack = Callable[..., bytes]
ETC = {"/etc/passwd": "root::0:0::/:/bin/sh\n"}


def tree_of(_: Source) -> Opened:
    return Opened(size=8, tree=MemoryTree(ETC))


def box(source: Source) -> Opened:
    """A container: four bytes of magic, one with the payload's length."""
    length = source.read(4, 1)[0]
    if length > source.size - 5:
        raise Damaged("the payload is cut off")
    return Opened(
        size=5 + length, facts={"length": str(length)},
        parts=(Part(name="payload", source=Window(source, 5, length), offset=5),),
    )  # fmt: skip


def made(magic: bytes, opens: Callable[[Source], Opened]) -> Format:
    return Format(title="", magics=(Magic(magic),), open=opens)


TREE, BOX = made(b"TREE", tree_of), made(b"BOX!", box)
FORMATS = {"tree": TREE, "box": BOX}


def opened(data: bytes, formats: Formats = FORMATS, limits: Limits | None = None) -> OpenedImage:
    return open_image("x.bin", BytesSource(data), formats, limits)


def brief(image: OpenedImage) -> list[tuple[str, int | None, int]]:
    return [("/".join(region.path), region.offset, region.size) for region in image.regions]


def top(image: OpenedImage) -> list[Region]:
    return [region for region in image.regions if len(region.path) == 1]


def test_what_lies_before_between_and_behind_is_accounted_for() -> None:
    image = opened(b"head" + b"TREE...." + b"mid" + b"TREE...." + b"\xff\xff")
    assert brief(image) == [
        ("unknown@0x0", 0, 4),
        ("tree@0x4", 4, 8),
        ("unknown@0xc", 12, 3),
        ("tree@0xf", 15, 8),
        ("padding@0x17", 23, 2),
    ]
    assert [root.where for root in image.roots] == [("x.bin", "tree@0x4"), ("x.bin", "tree@0xf")]
    assert [region.files for region in image.regions] == [0, 3, 0, 3, 0]
    assert image.regions[0].entropy is not None
    assert image.regions[-1].facts == {"padding": "0xff"}
    assert image.problems == ()


def test_parts_are_opened_in_their_turn_and_offsets_are_the_image_s() -> None:
    image = opened(b"BOX!\x0dBOX!\x08TREE....")
    assert brief(image) == [
        ("box@0x0", 0, 18),
        ("box@0x0/box@0x5", 5, 13),
        ("box@0x0/box@0x5/tree@0xa", 10, 8),
    ]
    assert image.roots[0].where == ("x.bin", "tree@0xa")
    assert image.regions[2].facts == {"part": "payload"}
    assert image.regions[0].facts == {"length": "13"}


def test_nothing_is_sought_inside_what_is_claimed() -> None:
    outer = made(b"OUT!", lambda _: Opened(size=20))
    image = opened(b"OUT!" + b"TREE...." + b"........" + b"TREE....", {"outer": outer, "tree": TREE})
    assert brief(image) == [("outer@0x0", 0, 20), ("tree@0x14", 20, 8)]


def test_gaps_between_parts_are_searched_and_accounted_for() -> None:
    def gappy(source: Source) -> Opened:
        late = Part(name="late", source=Window(source, 200, 8), offset=200, opaque=True)
        early = Part(name="early", source=Window(source, 4, 8), offset=4)
        return Opened(size=300, parts=(late, early))

    data = b"GAP!TREE...." + b"\xff" * 100 + b"TREE...." + b"noise".ljust(80, b".") + b"kernel.." + b"." * 92
    image = opened(data, {"gappy": made(b"GAP!", gappy), "tree": TREE})
    assert brief(image) == [
        ("gappy@0x0", 0, 300),
        ("gappy@0x0/tree@0x4", 4, 8),
        ("gappy@0x0/padding@0xc", 12, 100),
        ("gappy@0x0/tree@0x70", 112, 8),
        ("gappy@0x0/unknown@0x78", 120, 80),
        ("gappy@0x0/late@0xc8", 200, 8),
        ("gappy@0x0/unknown@0xd0", 208, 92),
    ]
    assert image.problems == ()


def test_what_was_unpacked_has_no_offset_and_says_where_it_lies() -> None:
    def zipped(source: Source) -> Opened:
        data = zlib.decompress(source.read(4, source.size))
        return Opened(
            size=source.size, parts=(Part(name="filesystem", source=BytesSource(data), offset=None),)
        )

    image = opened(b"???ZIP!" + zlib.compress(b"..TREE...."), {"zip": made(b"ZIP!", zipped), "tree": TREE})
    assert brief(image)[2:] == [
        ("zip@0x3/filesystem/filesystem@0x0", None, 2),
        ("zip@0x3/filesystem/tree@0x2", None, 8),
    ]
    assert image.roots[0].where == ("x.bin", "zip@0x3", "filesystem", "tree@0x2")


def test_a_format_that_refuses_leaves_the_bytes_to_the_next() -> None:
    def refuse(_: Source) -> Opened:
        raise NotThisFormat("no")

    image = opened(b"TREE....", {"a-first": made(b"TREE", refuse), "tree": TREE})
    assert (brief(image), image.problems) == ([("tree@0x0", 0, 8)], ())


def test_damage_is_reported_and_the_search_goes_on() -> None:
    image = opened(b"BOX!\xffTREE....")
    assert [(each.where, each.what) for each in image.problems] == [
        ("x.bin » box@0x0", "the payload is cut off")
    ]
    assert brief(image) == [("unknown@0x0", 0, 5), ("tree@0x5", 5, 8)]


@pytest.mark.parametrize(
    "error", [ValueError("no"), struct.error("no"), RecursionError("no"), MemoryError("no")]
)
def test_a_format_that_breaks_is_reported_with_its_name_and_place(error: Exception) -> None:
    def broken(_: Source) -> Opened:
        raise error

    image = opened(b"..BAD!TREE....", {"bad": made(b"BAD!", broken), "tree": TREE})
    assert len(image.roots) == 1
    (problem,) = image.problems
    assert problem.where == "x.bin » bad@0x2"
    assert f"the format bad broke: {type(error).__name__}: no" in problem.what
    assert "whoever wrote the format" in problem.hint


@pytest.mark.parametrize("gives", [Opened(size=0), Opened(size=-5), None])
def test_a_format_that_claims_no_bytes_does_not_stop_the_search(gives: Opened) -> None:
    image = opened(b"NIL!TREE....", {"nil": made(b"NIL!", lambda _: gives), "tree": TREE})
    assert brief(image)[1:] == [("tree@0x4", 4, 8)]
    assert "claims" in image.problems[0].what


def test_a_format_that_claims_too_much_gets_what_there_is() -> None:
    image = opened(b"BIG!....", {"big": made(b"BIG!", lambda _: Opened(size=10**9))})
    assert brief(image) == [("big@0x0", 0, 8)]


class Unreadable(BytesSource):
    """A part that fails when it is read."""

    __slots__ = ()

    def read(self, offset: int, length: int) -> bytes:
        raise OSError(f"{length} bytes at {offset}")


class Undecodable(Unreadable):
    """A part that turns out to be damaged when it is read."""

    __slots__ = ()

    def read(self, offset: int, length: int) -> bytes:
        raise Damaged(f"{length} bytes at {offset}")


@pytest.mark.parametrize(
    ("source", "said"), [(Unreadable, "the format box broke: OSError"), (Undecodable, "bytes at")]
)
def test_a_part_that_cannot_be_read_is_lost_alone(source: type[BytesSource], said: str) -> None:
    def bad_box(_: Source) -> Opened:
        return Opened(size=9, parts=(Part(name="payload", source=source(b"?..."), offset=5),))

    image = opened(b"BOX!.....TREE....", {"box": made(b"BOX!", bad_box), "tree": TREE})
    assert said in image.problems[0].what
    assert image.problems[0].where == "x.bin » box@0x0"
    assert [root.where for root in image.roots] == [("x.bin", "tree@0x9")]


class Failing:
    """A tree whose walk fails on the way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def nodes(self) -> Iterator[Node]:
        yield Node(path="/", kind=NodeKind.DIRECTORY, mode=0o755)
        yield Node(path="/kept", kind=NodeKind.FILE, mode=0o644)
        raise self.error

    def read(self, node: Node) -> bytes:
        raise Damaged(node.path)


@pytest.mark.parametrize(
    ("error", "said"), [(Damaged("/lost is lost"), "/lost is lost"), (KeyError("x"), "broke")]
)
def test_a_tree_that_fails_keeps_what_came(error: Exception, said: str) -> None:
    failing = made(b"TREE", lambda _: Opened(size=4, tree=Failing(error)))
    image = opened(b"TREE", {"tree": failing})
    assert set(image.roots[0].nodes) == {"/", "/kept"}
    assert [(each.where, said in each.what) for each in image.problems] == [("x.bin » tree@0x0", True)]


def test_no_file_system_is_a_problem_that_does_not_guess() -> None:
    (problem,) = opened(b"\x93\x11" * 5000).problems
    assert problem.where == "x.bin"
    assert "encrypted, or of a format that is not known yet" in problem.what


def test_a_part_that_should_hold_files_and_is_not_recognised_is_a_problem() -> None:
    image = opened(b"TREE....BOX!\x05?????")
    assert [each.where for each in image.problems] == ["x.bin » payload@0xd"]
    assert opened(b"TREE....BOX!\x05\xff\xff\xff\xff\xff").problems == ()


def test_an_empty_image_is_no_file_system() -> None:
    image = opened(b"")
    assert (image.regions, len(image.problems)) == ((), 1)


def nested(depth: int) -> bytes:
    data = b"TREE...."
    for _ in range(depth):
        data = b"BOX!" + bytes([len(data)]) + data
    return data


def test_depth_is_bounded() -> None:
    assert len(opened(nested(8)).roots) == 1
    image = opened(nested(9))
    assert image.roots == ()
    assert "containers lie deeper than 8" in image.problems[0].what


def test_a_container_that_contains_itself_ends() -> None:
    def mirror(source: Source) -> Opened:
        return Opened(size=source.size, parts=(Part(name="me", source=source, offset=0),))

    image = opened(b"SELF", {"self": made(b"SELF", mirror)})
    assert len(image.regions) == 9
    assert "deeper" in image.problems[0].what


@pytest.mark.parametrize(
    ("limits", "data", "roots"),
    [
        (Limits(nodes=4), b"TREE....TREE....TREE....", 2),
        (Limits(text=20), b"TREE....TREE....TREE....", 2),
        (Limits(regions=1), b"TREE....TREE....TREE....", 2),
        (Limits(attempts=1), b"TREE....TREE....TREE....", 1),
        (Limits(damaged=1), b"BOX!\xffBOX!\xffBOX!\xffTREE....", 0),
    ],
)
def test_where_a_limit_is_reached_the_search_ends_and_says_so(
    limits: Limits, data: bytes, roots: int
) -> None:
    image = opened(data, limits=limits)
    assert len(image.roots) == roots
    assert sum(region.size for region in image.regions) == len(data)
    (said,) = (each.what for each in image.problems if "the limit of" in each.what)
    assert "the search ended early" in said


def test_what_was_unpacked_is_bounded_together() -> None:
    def unpacking(_: Source) -> Opened:
        return Opened(size=4, parts=(Part(name="big", source=BytesSource(b"TREE...."), offset=None),))

    image = opened(b"UNPKUNPKUNPK", {"u": made(b"UNPK", unpacking), "tree": TREE}, Limits(unpacked=17))
    assert len(image.roots) == 2
    assert [each.what for each in image.problems] == [
        "the search ended early: the limit of unpacked was reached"
    ]


def test_the_same_image_gives_the_same_answer(formats: Formats, mksquashfs: Pack, small_folder: Path) -> None:
    data = b"boot" * 999 + mksquashfs(small_folder, "-comp", "xz")
    assert opened(data, formats).regions == opened(data, formats).regions


def test_a_packed_file_system_in_a_uimage(formats: Formats, mksquashfs: Pack, small_folder: Path) -> None:
    data = gzip.compress(mksquashfs(small_folder))
    header = struct.pack(">5I4B32s", 0, len(data), 0, 0, zlib.crc32(data), 5, 5, 7, 1, b"rootfs")
    magic = b"\x27\x05\x19\x56"
    crc = struct.pack(">I", zlib.crc32(magic + bytes(4) + header))
    image = opened(b"\xff" * 100 + magic + crc + header + data, formats)
    assert image.roots[0].where == ("x.bin", "gzip@0xa4", "payload", "squashfs@0x0")
    assert image.roots[0].tree.read(image.roots[0].nodes["/etc/passwd"]).startswith(b"root:x:0:0")
    assert image.problems == ()


@pytest.mark.parametrize(
    ("name", "where", "count"),
    [
        ("tplink_wr841n_v9_150104.bin", "squashfs@0x120200", 553),
        ("tplink_wr841n_v9_150310.bin", "squashfs@0x120200", 553),
        ("tplink_wr841n_v14_eu_2023.bin", "squashfs@0x100200", 552),
        ("openwrt_18.06.9_wr841n_v9_factory.bin", "squashfs@0x14dde0", 1138),
        ("tplink_wr841n_v7_120201.bin", "squashfs@0x100000", 488),
    ],
)
def test_vendor_images_are_opened_whole_and_fast(
    name: str, where: str, count: int, samples: Path, formats: Formats
) -> None:
    with MappedFile(samples / name) as source:
        started = time.process_time()
        image = open_image(name, source, formats)
        (root,) = image.roots
        for node in sorted(root.nodes.values(), key=lambda each: each.order):
            if node.kind is NodeKind.FILE:
                assert len(root.tree.read(node)) == node.size
        spent = time.process_time() - started
        assert sum(region.size for region in top(image)) == source.size
    assert (root.where, len(root.nodes), image.problems) == ((name, where), count, ())
    assert spent < 1


def test_an_image_of_an_unknown_kind_is_said_to_be_so(samples: Path, formats: Formats) -> None:
    data = (samples / "tplink_wr841n_v7_120201.bin").read_bytes()
    encrypted = hashlib.shake_128(b"key").digest(0x228000)
    source = BytesSource(data[:0x100000] + encrypted + data[0x100000 + len(encrypted) :])
    image = open_image("v7.bin", source, formats)
    assert image.roots == ()
    assert [each.where for each in image.problems] == ["v7.bin » rootfs@0x100000", "v7.bin"]


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Some bytes changed, biased to the superblock and to the tables at the end, and perhaps a cut."""
    spot = st.floats(0, 1) | st.floats(0, 0.02) | st.floats(0.8, 1)
    changes = draw(st.lists(st.tuples(spot, st.integers(0, 255)), min_size=1, max_size=12))
    keep = draw(st.just(1.0) | st.floats(0, 1))

    def mutate(data: bytes) -> bytes:
        changed = bytearray(data)
        for at, value in changes:
            changed[int(at * (len(changed) - 1))] = value
        return bytes(changed[: int(keep * len(changed))])

    return mutate


@pytest.mark.parametrize(
    "options", [("-noI", "-noD", "-noF"), ("-comp", "xz"), ("-comp", "gzip"), ("-comp", "lzma")]
)
def test_no_damage_whatever_raises_anything_but_the_seam_s_errors(
    options: tuple[str, ...], mksquashfs: Pack, small_folder: Path, formats: Formats
) -> None:
    data = mksquashfs(small_folder, "-nopad", "-b", "4096", *options)

    @settings(max_examples=150, deadline=2000)
    @given(mutations())
    def run(mutate: Callable[[bytes], bytes]) -> None:
        mutated = mutate(data)
        image = open_image("x.bin", BytesSource(mutated), formats)
        assert sum(region.size for region in top(image)) == len(mutated)
        assert not [each for each in image.problems if "broke" in each.what]
        assert image.roots or image.problems
        for root in image.roots:
            for node in root.nodes.values():
                with suppress(Damaged):
                    assert len(root.tree.read(node)) == node.size

    run()
