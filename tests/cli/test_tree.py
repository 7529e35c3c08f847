"""`roadworthy inspect` on an unpacked tree."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]
INSPECT = ("inspect", "rootfs/", "--no-keep", "--as-of", "2026-01-01", "--format", "json")


def test_a_folder_is_inspected_like_an_image(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "rootfs"
    for name in ("etc", "bin"):
        (root / name).mkdir(parents=True)
    (root / "etc/passwd").write_text("root::0:0:root:/root:/bin/sh\n")
    (root / "etc/outside").symlink_to("/etc/passwd")
    first, second = run(*INSPECT), run(*INSPECT)
    envelope = json.loads(first.stdout)
    failed = {each["property"]: each for each in envelope["findings"] if each["outcome"] == "fail"}
    again = json.loads(second.stdout)
    assert list(map(str, {**envelope, "producer": 0}.items())) == list(
        map(str, {**again, "producer": 0}.items())
    )
    assert first.returncode == 1
    assert failed["auth.no-empty-password"]["evidence"][0]["path"] == ["rootfs", "/etc/passwd"]
    assert [each["format"] for each in envelope["body"]["regions"]] == ["directory"]
    assert envelope["subject"]["digest"] == f"sha256:{envelope['body']['image']['sha256']}"
    assert not {each["stage"] for each in envelope["problems"]} & {"formats", "inventory", "worker"}
