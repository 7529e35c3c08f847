"""Feed damaged images to the whole inspection, for a while.

Seeds are small images made here (a tree with accounts, services and keys, packed in several ways) and those
named on the command line. Each case damages one of them. Whatever it is, the inspection must come to its
end in time and memory, without an exception and without an extension that breaks, and each step must cross
to another process unchanged. A case that breaks this is kept in .dev/fuzz/, one for each place in the code.
"""

import argparse
import hashlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

from roadworthy.adapters.extensions import discover
from roadworthy.inspection import judgement, opening, survey, wire
from roadworthy.inspection.cataloger import Context
from roadworthy.inspection.engine import Toolbox, inspect_image
from roadworthy.inspection.signature import SignatureSet
from roadworthy.inspection.source import BytesSource

KEPT: Final = Path(__file__).resolve().parent.parent / ".dev/fuzz"
MEMORY: Final = 3 * 1024**3
SLOW_SECONDS: Final = 20
REPORT_SECONDS: Final = 5
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
EXTENSION_BROKE: Final = {judgement.REPORT_BUG, opening.REPORT_BUG, survey.REPORT_BUG}
NUMBERS: Final = (
    0,
    1,
    2,
    0x7F,
    0xFF,
    0x1000,
    0x7FFF,
    0xFFFF,
    0x10000,
    0x7FFFFFFF,
    0xFFFFFFFF,
    2**63 - 1,
    2**64 - 1,
)
FILES: Final = {
    "etc/passwd": "root:x:0:0:root:/:/bin/sh\nadmin::500:500::/:/bin/sh\n",
    "etc/shadow": "root:$1$ab$DmWwcsf5qtwvdvPiRRXcw1:0:0:99999:7:::\nadmin::0:0:::::\nftp:*:0:0:::::\n",
    "etc/inittab": "::sysinit:/etc/init.d/rcS\n::respawn:/sbin/getty -L ttyS0 115200 vt100\n",
    "etc/init.d/rcS": "#!/bin/sh\nmount -a\n[ -f /etc/tel ] && telnetd -l /bin/sh &\nhttpd -p 80 -h /www\n",
    "etc/inetd.conf": "telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n",
    "etc/key.pem": "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----\n",
    "bin/busybox": "\x7fELF BusyBox v1.01 (2015.01.04-06:14+0000) multi-call binary\0usage\0" * 40,
}
PACKINGS: Final = (
    ("-noI", "-noD", "-noF", "-noX"),
    ("-noI", "-noD", "-noF", "-noX", "-b", "4096", "-no-fragments"),
    ("-comp", "gzip"),
    ("-comp", "xz"),
)


class TooSlow(BaseException):
    """A case did not end in time. No `Exception`: nothing on the way may take it for one of an extension."""


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60)
    parser.add_argument("images", nargs="*", type=Path, help="further images to damage")
    parser.add_argument("--seed", type=int, default=None, help="for the same cases again")
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seed = options.seed if options.seed is not None else random.randrange(2**32)  # noqa: S311 -- no secret
    seeds = [*made(), *(path.read_bytes() for path in options.images)]
    print(f"{len(seeds)} seeds, {sum(map(len, seeds))} bytes; --seed {seed}")
    broken = fuzz(random.Random(seed), seeds, options.seconds)  # noqa: S311 -- as above
    for place, path in sorted(broken.items()):
        print(f"BROKEN {place}\n       {path}")
    return 1 if broken else 0


def made() -> Iterator[bytes]:
    """The seeds that are made here; without mksquashfs, only headers."""
    for extension in discover().formats.values():
        for magic in extension.object.magics:
            yield bytes(magic.offset) + magic.value + bytes(4096)
    mksquashfs = shutil.which("mksquashfs")
    if mksquashfs is None:
        print("mksquashfs is missing (Debian: squashfs-tools): only headers are damaged.")
        return
    with tempfile.TemporaryDirectory() as scratch:
        tree, image = Path(scratch, "tree"), Path(scratch, "image")
        for name, content in FILES.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(content, "latin-1")
        (tree / "bin/sh").symlink_to("busybox")
        for packing in PACKINGS:
            command = [
                mksquashfs,
                str(tree),
                str(image),
                "-noappend",
                "-all-root",
                "-quiet",
                "-no-progress",
                *packing,
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- fixed words
            yield image.read_bytes()


def fuzz(chance: random.Random, seeds: Sequence[bytes], seconds: float) -> dict[str, Path]:
    """Damage and inspect until the time is up. Gives the places that broke, and a case for each."""
    inspect = inspector()
    broken: dict[str, Path] = {}
    signal.signal(signal.SIGALRM, too_slow)
    begun = reported = time.monotonic()
    cases = 0
    while (now := time.monotonic()) < begun + seconds:
        if now >= reported + REPORT_SECONDS:
            rate = cases / (now - begun)
            print(f"{now - begun:5.0f} s  {cases} cases, {rate:.0f} a second, {len(broken)} broken")
            reported = now
        case = damaged(chance, seeds)
        cases += 1
        place = verdict(inspect, case)
        if place and place not in broken:
            KEPT.mkdir(parents=True, exist_ok=True)
            broken[place] = KEPT / f"{hashlib.sha256(case).hexdigest()[:16]}.bin"
            broken[place].write_bytes(case)
    print(f"{cases} cases in {time.monotonic() - begun:.0f} s, {len(broken)} broken")
    return broken


def inspector() -> Callable[[bytes], None]:
    """The inspection with everything that is installed; raises where something is not as it must be."""
    installed = discover()
    toolbox = Toolbox(
        formats={each.id: each.object for each in installed.formats.values()},
        catalogers={each.id: each.object for each in installed.catalogers.values()},
        checks={each.id: each.object for each in installed.checks.values()},
        properties={each.id: each.object for each in installed.properties.values()},
    )
    context = Context(
        now=NOW, signatures=SignatureSet([each.object for each in installed.signatures.values()])
    )

    def inspect(case: bytes) -> None:
        for step in inspect_image("case", BytesSource(case), toolbox, context):
            if wire.decode(wire.encode(step)) != step:
                raise AssertionError("a step does not survive the way to another process")
            for problem in step.gained.problems:
                if problem.hint in EXTENSION_BROKE:
                    raise AssertionError(f"{problem.where}: {problem.what}")

    return inspect


def too_slow(_signal: int, _frame: FrameType | None) -> None:
    """Raised where the code is when its time is up."""
    raise TooSlow


def verdict(inspect: Callable[[bytes], None], case: bytes) -> str:
    """Where and how it broke; empty if it did not."""
    signal.alarm(SLOW_SECONDS)
    try:
        inspect(case)
    except (Exception, TooSlow) as error:  # noqa: BLE001 -- this is what is looked for
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {str(error)[:200]}"
    finally:
        signal.alarm(0)
    return ""


def damaged(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds, with one to eight wounds."""
    case = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 8)):
        chance.choice(WOUNDS)(chance, case)
    return bytes(case)


def place_in(chance: random.Random, case: bytearray) -> int:
    """Anywhere, but headers and the tables at the end more often than what lies between."""
    near = min(len(case), 256)
    return chance.choice(
        (chance.randrange(near), len(case) - 1 - chance.randrange(near), chance.randrange(len(case)))
    )


def flip(chance: random.Random, case: bytearray) -> None:
    """One bit."""
    case[place_in(chance, case)] ^= 1 << chance.randrange(8)


def number(chance: random.Random, case: bytearray) -> None:
    """A number of the kind that overflows something."""
    width = chance.choice((1, 2, 4, 8))
    value = (chance.choice(NUMBERS) + chance.randint(-1, 1)) % 256**width
    at = place_in(chance, case) & -width
    case[at : at + width] = value.to_bytes(width, chance.choice(("big", "little")))


def cut(chance: random.Random, case: bytearray) -> None:
    """The end, now and then."""
    if chance.random() < 0.2:  # noqa: PLR2004 -- most other wounds would be cut off with it
        del case[max(64, place_in(chance, case)) :]


def copy(chance: random.Random, case: bytearray) -> None:
    """Some bytes from elsewhere in it."""
    length = chance.choice((2, 4, 8, 32, 512))
    start, at = chance.randrange(len(case)), place_in(chance, case)
    case[at : at + length] = case[start : start + length]


def noise(chance: random.Random, case: bytearray) -> None:
    """A few random bytes."""
    at = place_in(chance, case)
    length = min(chance.choice((1, 4, 16)), len(case) - at)
    case[at : at + length] = chance.randbytes(length)


WOUNDS: Final = (flip, number, number, cut, copy, noise)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
