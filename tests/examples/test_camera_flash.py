"""The example camera's writable partition is a file system like any other."""

import json
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.adapters.image_file import MappedFile
from roadworthy.inspection.opening import open_image
from roadworthy.inspection.rootfs import NodeKind

DATA = Path(__file__).resolve().parent.parent.parent / "examples/camera/data"


@pytest.mark.parametrize("release", ["1.0", "1.1"])
def test_the_data_partition_is_read(release: str, camera: Path) -> None:
    manifest = json.loads((camera / f"camera-{release}.json").read_text())
    offset = next(row["offset"] for row in manifest["layout"] if row["name"] == "data")
    formats = {format_id: each.object for format_id, each in discover().formats.items()}
    with MappedFile(camera / f"camera-{release}.bin") as source:
        image = open_image("camera", source, formats)
        _, root = image.roots
        found = {
            path: root.tree.read(node) for path, node in root.nodes.items() if node.kind is NodeKind.FILE
        }
    assert root.where == ("camera", f"jffs2@{offset:#x}")
    packed = DATA / release
    assert found == {f"/{path.relative_to(packed)}": path.read_bytes() for path in packed.rglob("*")}
    assert {(node.uid, node.gid) for node in root.nodes.values()} == {(0, 0)}
