"""`roadworthy profile` from a capture to a verified signature, as its user has it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from roadworthy.cli import main
from roadworthy.testing.authority import NOW, issue

HOME = Path(__file__).resolve().parents[2] / "examples/home/home.py"
CAMERA = "02:11:22:33:44:55"
AS_OF = NOW.date().isoformat()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, HOME, folder], check=True)  # noqa: S603 -- our own program
    return folder


def learn(home: Path, tmp_path: Path, *more: str) -> Path:
    profile = tmp_path / "camera.mud.json"
    words = ["profile", "learn", str(home / "home.pcap"), "--device", CAMERA, "--no-keep", "--as-of", AS_OF]
    assert main([*words, "-o", str(profile), *more]) == 0
    return profile


def test_a_capture_becomes_a_profile_that_can_be_read(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = learn(home, tmp_path, "--format", "json", "--mud-url", "https://camera.example/m.json")
    told = json.loads(capsys.readouterr().out)
    assert len(told["learned"]["policy"]["rules"]) == 5
    first = profile.read_bytes()
    assert learn(home, tmp_path, "--mud-url", "https://camera.example/m.json").read_bytes() == first
    capsys.readouterr()
    assert main(["profile", "show", str(profile), "--format", "terminal"]) == 0
    shown = capsys.readouterr().out
    assert "May open TCP to relay.camera.example, port 443." in shown
    assert shown.count("relay.camera.example, port 443") == 1
    assert "May be reached over TCP by hosts of the local" in shown


def test_a_profile_is_signed_and_verified(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = learn(home, tmp_path)
    root = issue("Root", ca=True)
    signer = issue("Maker", root)
    (tmp_path / "root.pem").write_bytes(root.pem)
    (tmp_path / "maker.pem").write_bytes(signer.pem)
    (tmp_path / "maker.key").write_bytes(signer.key_pem)
    key = ["--key", str(tmp_path / "maker.key"), "--certificate", str(tmp_path / "maker.pem")]
    assert main(["profile", "sign", str(profile), *key]) == 0
    signature = f"{profile}.p7s"
    anchor = ["--anchor", str(tmp_path / "root.pem"), "--format", "json"]
    capsys.readouterr()
    assert main(["profile", "verify", str(profile), signature, *anchor, "--as-of", AS_OF]) == 0
    assert json.loads(capsys.readouterr().out)["signers"][0]["subject"] == "CN=Maker"
    profile.write_bytes(profile.read_bytes() + b"\n")
    assert main(["profile", "verify", str(profile), signature, *anchor, "--as-of", AS_OF]) == 1
    assert "its digest differs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "/ietf-mud:mud: an object is needed"),
        ("nonsense", "camera.json"),
        ('{"ietf-access-control-list:access-lists": {}}', "the form of a draft"),
    ],
)
def test_what_is_no_profile_is_refused(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "camera.json"
    path.write_text(text, "utf-8")
    assert main(["profile", "show", str(path)]) == 2
    assert told in capsys.readouterr().err


def test_a_list_that_is_not_there_is_no_silence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    about = {"mud-version": 1, "mud-url": "https://x.example/m", "last-update": "2026-11-27T00:00:00Z"}
    lists = {"from-device-policy": {"access-lists": {"access-list": [{"name": "gone"}]}}}
    path = tmp_path / "camera.json"
    path.write_text(json.dumps({"ietf-mud:mud": {**about, "is-supported": True, **lists}}), "utf-8")
    assert main(["profile", "show", str(path)]) == 2
    assert "there is no list 'gone'" in capsys.readouterr().err


def test_wrong_keys_are_refused(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = learn(home, tmp_path)
    one, other = issue("One"), issue("Other")
    (tmp_path / "one.key").write_bytes(one.key_pem)
    (tmp_path / "other.pem").write_bytes(other.pem)
    words = ["profile", "sign", str(profile), "--key", str(tmp_path / "one.key"), "--certificate"]
    capsys.readouterr()
    assert main([*words, str(tmp_path / "other.pem")]) == 2
    assert "not that of the certificate" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "one.key")]) == 2
    assert "holds no certificate" in capsys.readouterr().err
    assert not (tmp_path / "camera.mud.json.p7s").exists()


def test_an_old_profile_is_mended_once(
    tmp_path: Path, network_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = network_samples / "mud/unsw28/HueBulbMud.json"
    new = tmp_path / "new.json"
    assert main(["profile", "show", str(old)]) == 2
    assert "profile upgrade" in capsys.readouterr().err
    assert main(["profile", "upgrade", str(old), "-o", str(new), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"]
    assert main(["profile", "show", str(new), "--format", "terminal"]) == 0
    assert "May open TCP to www2.meethue.com, port 443." in capsys.readouterr().out
    assert main(["profile", "upgrade", str(new), "-o", str(tmp_path / "again.json"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []
    assert (tmp_path / "again.json").read_bytes() == new.read_bytes()


def test_extensions_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    about = {"mud-version": 1, "mud-url": "https://x.example/m", "last-update": "2026-11-27T00:00:00Z"}
    bills = {"sboms": [{"version-info": "1.0", "sbom-url": "https://x.example/1.0.json"}]}
    profile = {"name": "web", "supported-tls-version": ["tls13"], "cipher-suite": [4865]}
    entry = {
        "name": "web",
        "matches": {"ietf-acl-tls:client-profiles": {"tls-dtls-profile": [profile]}},
        "actions": {"forwarding": "accept"},
    }
    lists = {"acl": [{"name": "l", "type": "ipv4-acl-type", "aces": {"ace": [entry]}}]}
    whole = {
        "ietf-mud:mud": {**about, "is-supported": True, "ietf-mud-transparency:transparency": bills},
        "ietf-access-control-list:acls": lists,
    }
    path = tmp_path / "camera.json"
    path.write_text(json.dumps(whole), "utf-8")
    assert main(["profile", "show", str(path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["transparency"]["bills"] == [["1.0", "https://x.example/1.0.json"]]
    assert told["tls_profiles"][0]["cipher_suites"] == [4865]
    assert main(["profile", "show", str(path), "--format", "terminal"]) == 0
    shown = capsys.readouterr().out
    assert "https://x.example/1.0.json" in shown
    assert "0x1301" in shown
