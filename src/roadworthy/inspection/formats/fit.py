"""Device tree, and the image for U-Boot that is made of one (FIT): kernels, ramdisks and trees with digests.

What it looks at
The flattened tree. Of a device tree: for which board and chips it is. Of a FIT image: what each of its images
is, whether its digests hold, and whether it is signed; the images themselves are looked into in their turn.

Why it matters
It names the board and the chips in the words of Linux, and shows whether a boot loader could tell the maker's
image from a stranger's.

How it can be wrong
A signature is told and not verified, for the key lies in the boot loader. Whether the boot loader asks for it
is not in the image.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from roadworthy.inspection.format import Damaged, Format, Magic, Opened, Part
from roadworthy.inspection.formats._devicetree import MAGIC, TreeNode, read_tree
from roadworthy.inspection.source import Source, Window

CHUNK = 1024 * 1024
MAX_IMAGES = 64
WITH_FILES = ("ramdisk", "filesystem", "firmware_ivt", "")
DIGESTS: Final = ("md5", "sha1", "sha256", "sha384", "sha512")


def _open(source: Source) -> Opened:
    root, total = read_tree(source)
    images = root.child("images")
    if not images:
        return Opened(size=total, facts=_board(root))
    parts = tuple(_parts(source, images, total))
    size = max([total, *((part.offset or 0) + part.source.size for part in parts)])
    return Opened(size=size, facts=_said(root) | dict(_judged(images, parts)), parts=parts)


def _board(root: TreeNode) -> Mapping[str, str]:
    facts = {
        "model": root.text("model"),
        "compatible": ", ".join(root.values["compatible"].texts) if "compatible" in root.values else "",
        "boot arguments": root.children["chosen"].text("bootargs") if "chosen" in root.children else "",
    }
    return {name: value for name, value in facts.items() if value}


def _said(root: TreeNode) -> dict[str, str]:
    configurations = root.children.get("configurations")
    made = root.number("timestamp")
    facts = {
        "description": root.text("description"),
        "made": datetime.fromtimestamp(made, UTC).isoformat() if made else "",
        "default configuration": configurations.text("default") if configurations else "",
        "signed": "yes, not verified" if _signed(root) else "no",
    }
    return {name: value for name, value in facts.items() if value}


def _signed(root: TreeNode) -> bool:
    holders = [*root.child("images").values(), *root.child("configurations").values()]
    return any(signature.values for holder in holders for signature in holder.starting("signature"))


def _parts(source: Source, images: Mapping[str, TreeNode], total: int) -> Iterator[Part]:
    for name, image in list(images.items())[:MAX_IMAGES]:
        place = _place(image, total)
        if place is None:
            continue
        offset, length = place
        if offset + length > source.size:
            raise Damaged(f"the image {name} of {length} bytes at {offset:#x} is not all there")
        opaque = image.text("type") not in WITH_FILES
        yield Part(name=name, source=Window(source, offset, length), offset=offset, opaque=opaque)


def _place(image: TreeNode, total: int) -> tuple[int, int] | None:
    """Where the data of an image lies: in the tree, or behind it."""
    if "data" in image.values:
        return image.values["data"].offset, image.values["data"].length
    length = image.number("data-size") or 0
    position, offset = image.number("data-position"), image.number("data-offset")
    if position is not None:
        return position, length
    return None if offset is None else (total + -total % 4 + offset, length)


def _judged(images: Mapping[str, TreeNode], parts: tuple[Part, ...]) -> Iterator[tuple[str, str]]:
    """What each image is, and whether its digests hold."""
    for part in parts:
        image = images[part.name]
        words = [image.text(name) for name in ("type", "os", "arch", "compression", "description")]
        checked = [_holds(digest, part.source) for digest in image.starting("hash")]
        yield f"image {part.name}", ", ".join(word for word in (*words, *checked) if word)


def _holds(node: TreeNode, source: Source) -> str:
    name = node.text("algo")
    if "value" not in node.values:
        return ""
    expected = node.values["value"].data
    if name == "crc32":
        crc = 0
        for at in range(0, source.size, CHUNK):
            crc = zlib.crc32(source.read(at, CHUNK), crc)
        found = crc.to_bytes(4, "big")
    elif name in DIGESTS:
        digest = hashlib.new(name, usedforsecurity=False)
        for at in range(0, source.size, CHUNK):
            digest.update(source.read(at, CHUNK))
        found = digest.digest()
    else:
        return f"{name} not verified"
    return f"{name} {'holds' if found == expected else 'does not hold'}"


FORMAT: Final = Format(title="Device tree, FIT image", magics=(Magic(MAGIC),), open=_open)
