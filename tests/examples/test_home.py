"""The example home is made the same every time, and holds what its README says."""

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2] / "examples/home/home.py"


def make(folder: Path) -> dict[str, bytes]:
    subprocess.run([sys.executable, HOME, folder], check=True)  # noqa: S603 -- our own program
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    first = make(tmp_path / "one")
    assert first == make(tmp_path / "two")
    assert set(first) == {"home.pcap", "attack.pcap", "network.toml"}
    assert first["home.pcap"].count(b"relay.camera.example") == 3 * 24  # in each ClientHello
