"""`roadworthy switch` and `roadworthy owner`, from two key pairs to a device that is somebody else's."""

import json
from pathlib import Path

import pytest

from roadworthy.cli import main
from roadworthy.testing.plugs import Tasmota, broker, find

RELAY = """#!/bin/sh
cd "$(dirname "$0")" || exit 9
[ "$1" = get ] || { echo "$1" > relay; exit 0; }
cat relay
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    relay = tmp_path / "relay.sh"
    relay.write_text(RELAY, "utf-8")
    relay.chmod(0o755)
    (tmp_path / "relay").write_text("on 3.5", "utf-8")
    (tmp_path / "network.toml").write_text(
        "[devices.camera]\n"
        'mac = "02:11:22:33:44:55"\n'
        "[devices.camera.power]\n"
        'driver = "command"\n'
        'set = ["./relay.sh", "{state}"]\n'
        'get = ["./relay.sh", "get"]\n',
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    for each in ("me", "safe", "anna", "annas-safe"):
        assert main(["evidence", "keygen", each]) == 0
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, object]:
    capsys.readouterr()
    assert main([*words, "--format", "json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_an_owner_switches(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enrolled = told(capsys, "owner", "enrol", "camera", "--key", "me", "--recovery", "safe.pub")
    assert str(enrolled["owner"]).startswith("sha256:")
    off = told(capsys, "switch", "camera", "power", "off", "--key", "me", "--reason", "away")
    switches = off["switches"]
    assert isinstance(switches, list)
    assert [each["wanted"] for each in switches] == [False, True, True]
    assert switches[0]["in_force"] is True
    assert (home / "relay").read_text("utf-8") == "off\n"
    assert main(["switch", "camera", "internet", "off", "--key", "me", "--format", "terminal"]) == 1
    page = capsys.readouterr().out
    assert "nothing enforces it until" in page
    assert "What cannot be proven from outside" in page
    assert main(["switch", "camera", "--format", "terminal"]) == 0
    assert "away" in capsys.readouterr().out


def test_it_passes_to_another_hand(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert home
    told(capsys, "owner", "enrol", "camera", "--key", "me", "--recovery", "safe.pub")
    told(capsys, "owner", "transfer", "camera", "--key", "me", "--to", "anna.pub")
    told(capsys, "owner", "object", "camera", "--key", "me")
    told(capsys, "owner", "transfer", "camera", "--key", "me", "--to", "anna.pub")
    told(capsys, "owner", "accept", "camera", "--key", "anna", "--recovery", "annas-safe.pub")
    assert main(["switch", "camera", "power", "off", "--key", "me"]) == 1
    assert "does not own camera" in capsys.readouterr().err
    recovering = told(capsys, "owner", "recover", "camera", "--key", "annas-safe", "--to", "me.pub")
    assert recovering["offer"]
    assert main(["owner", "accept", "camera", "--key", "me", "--recovery", "safe.pub"]) == 1
    assert "can be accepted from" in capsys.readouterr().err
    assert main(["owner", "history", "camera", "--format", "terminal"]) == 0
    assert "BEING RECOVERED" in capsys.readouterr().out
    told(capsys, "owner", "object", "camera", "--key", "anna")
    done = told(capsys, "owner", "revoke", "camera", "--key", "anna")
    assert done["owner"] == ""


def test_a_real_broker_and_a_plug_with_a_meter_make_evidence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mosquitto = find("mosquitto")
    if mosquitto is None:
        pytest.skip("NO mosquitto here: apt-get install mosquitto")
    with broker(mosquitto, home) as port, Tasmota(port).running() as plug:
        (home / "network.toml").write_text(
            "[devices.camera]\n"
            'mac = "02:11:22:33:44:55"\n'
            'maker = "Example"\n'
            'model = "Cam"\n'
            "[devices.camera.power]\n"
            'driver = "tasmota"\n'
            'broker = "127.0.0.1"\n'
            f"port = {port}\n"
            'topic = "plug-3"\n',
            "utf-8",
        )
        told(capsys, "owner", "enrol", "camera", "--key", "me", "--recovery", "safe.pub")
        words = ("switch", "camera", "power", "off", "--key", "me", "--keep", "--workspace", "kept")
        off = told(capsys, *words)
        assert not plug.on
    shown = told(capsys, "evidence", "show", str(off["filed"]), "--workspace", "kept")
    findings = shown["findings"]
    assert isinstance(findings, list)
    outcomes = {each["property"]: each["outcome"] for each in findings}
    assert outcomes["control.power-switch"] == "pass"
    assert outcomes["control.internet-switch"] == "unknown"
    gone = told(capsys, "switch", "camera")
    switches = gone["switches"]
    assert isinstance(switches, list)
    assert switches[0]["wanted"] is False
    assert switches[0]["seen"]["on"] is None
    assert "the broker 127.0.0.1" in switches[0]["seen"]["evidence"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["switch", "camera", "power"], "a switch needs a state"),
        (["switch", "camera", "power", "off"], "a key is needed"),
        (["switch", "kettle"], "has no device 'kettle'"),
        (["switch", "camera", "--network", "none.toml"], "none.toml cannot be read"),
        (["switch", "camera", "engine", "off"], "engine"),
        (["owner", "enrol", "camera", "--key", "me", "--recovery", "safe"], "holds a private key"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert home
    assert main(words) == 2
    assert message in capsys.readouterr().err
