"""``roadworthy profile learn``, ``derive`` and ``compare``, with traffic and MUD files made by hand."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from tests.network.profile.traffic import DEVICE, flow

from roadworthy import wiring
from roadworthy.cli.profile_learning import compare, derive, learn
from roadworthy.model.errors import InputError, PolicyError
from roadworthy.network.policy import Policy
from roadworthy.testing.world import memory_image
from roadworthy.usecases._learning_seams import Traffic, Who


@pytest.fixture(autouse=True)
def _made_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(files: Sequence[str], device: str, addresses: Sequence[str]) -> Traffic:
        del addresses
        seen = [flow("198.51.100.1", 443, name="api.maker.net", capture=each) for each in range(4)]
        return Traffic(flows=[each for each in seen if each.device == device], captures=tuple(files))

    def write(policy: Policy, who: Who, moment: datetime) -> bytes:
        return json.dumps({"rules": len(policy.rules), "url": who.mud_url, "day": f"{moment:%F}"}).encode()

    monkeypatch.setattr(wiring, "_read_traffic", read)
    monkeypatch.setattr(wiring, "_write_profile", write)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """An image of memory only."""
    made = tmp_path / "cam.bin"
    made.write_bytes(memory_image({"/etc/app.conf": "server = https://api.maker.net/\n"}))
    return made


def test_learn_writes_the_profile_and_tells_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The profile into the file, the report onto stdout, the findings into the workspace."""
    profile = tmp_path / "cam.mud.json"
    workspace = str(tmp_path / "work")
    code = learn(
        ("a.pcap",), device=DEVICE, maker="M", model="C", output=str(profile), format="json",
        as_of="2026-11-27", workspace=workspace,
    )  # fmt: skip
    assert code == 0
    assert json.loads(profile.read_bytes())["day"] == "2026-11-27"
    told = json.loads(capsys.readouterr().out)
    assert told["learned"]["device"] == DEVICE
    assert wiring.open_workspace(workspace).get(told["filed"]).subject.unit == DEVICE


def test_the_same_input_gives_the_same_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Byte for byte."""
    said = []
    for _ in range(2):
        learn(("a.pcap",), device=DEVICE, format="json", as_of="2026-11-27", workspace=str(tmp_path))
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]


def test_derive_and_compare(tmp_path: Path, image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the image explains is no news."""
    workspace = str(tmp_path / "work")
    assert derive(str(image), format="json", workspace=workspace) == 0
    derived = json.loads(capsys.readouterr().out)["derived"]
    assert "api.maker.net" in json.dumps(derived["policy"])
    learn(("a.pcap",), device=DEVICE, format="json", workspace=workspace)
    report = tmp_path / "learned.json"
    report.write_text(capsys.readouterr().out)
    assert compare(str(report), str(image), format="json", workspace=workspace) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["comparison"]["unexplained"] == []
    assert len(told["comparison"]["both"]) == 1


def test_mistakes(tmp_path: Path, image: Path) -> None:
    """No such device, and an output that would replace its input."""
    with pytest.raises(InputError, match="no traffic"):
        learn(("a.pcap",), device="02:00:00:00:00:77", workspace=str(tmp_path))
    with pytest.raises(PolicyError):
        derive(str(image), output=str(image), workspace=str(tmp_path))
