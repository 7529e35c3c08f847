"""Truncated and bit-flipped copies of real images: the whole confined way, and most of each is still told."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from roadworthy.adapters.analyst import LocalAnalyst
from roadworthy.adapters.extensions import discover
from roadworthy.adapters.sandbox import Limits
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.report import Report, total
from roadworthy.inspection.source import BytesSource

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LIMITS = Limits(memory=512 * 1024**2, cpu=60, wall=120)
LARGEST = 6 * 1024**2  # of larger images the beginning stands for the whole: what follows is more of the same
MOST_STILL_TOLD = 10  # components in all damaged samples together
ENDS = ("the worker", "broke")


def images(samples: Path) -> Iterator[Path]:
    names = sorted(line.split("\t")[0] for line in (samples / "manifest.tsv").read_text("utf-8").splitlines())
    yield from (samples / name for name in names if (samples / name).is_file())


def inspected(image: bytes, folder: Path) -> Report:
    path = folder / "image.bin"
    path.write_bytes(image)
    steps = LocalAnalyst(LIMITS).analyse(str(path), "image", NOW, ())
    return total(step.gained for step in steps)


def survived(report: Report, size: int) -> None:
    """The worker came to its end, no extension broke, and every byte has its place in the report."""
    said = [f"{each.where}: {each.what}" for each in report.problems]
    assert [each for each in said if any(word in each for word in ENDS)] == []
    assert report.regions
    ends = [each.offset + each.size for each in report.regions if each.offset is not None]
    assert max(ends) == size


def flipped(image: bytes, chance: random.Random) -> bytes:
    """Twenty bits turned over, of them five in the headers at its start."""
    broken = bytearray(image)
    for place in (
        *(chance.randrange(4096) for _ in range(5)),
        *(chance.randrange(len(image)) for _ in range(15)),
    ):
        broken[place % len(broken)] ^= 1 << chance.randrange(8)
    return bytes(broken)


def test_every_sample_cut_and_flipped_is_still_told(samples: Path, tmp_path: Path) -> None:
    components = 0
    for path in images(samples):
        chance = random.Random(path.name)  # noqa: S311 -- no secret
        image = path.read_bytes()[:LARGEST]
        broken = flipped(image[: len(image) * 3 // 4], chance)
        report = inspected(broken, tmp_path)
        survived(report, len(broken))
        assert report.inventory.components or report.problems, path.name
        components += len(report.inventory.components)
    assert components > MOST_STILL_TOLD


def test_what_opens_at_any_length_is_read_or_refused(samples: Path) -> None:
    formats = {each.id: each.object for each in discover().formats.values()}
    for path in images(samples):
        chance = random.Random(path.name)  # noqa: S311 -- no secret
        image = path.read_bytes()[: LARGEST // 3]
        for length in (0, 1, 511, 4096, len(image) // 3, len(image) - 1):
            for data in {image[:length], flipped(image[: max(length, 1)], chance)}:
                opened = open_image("image", BytesSource(data), formats)
                assert [each.what for each in opened.problems if "broke:" in each.what] == []
                assert sum(each.size for each in opened.regions if len(each.path) == 1) == len(data)
