"""`roadworthy profile urls`, `fetch`, `serve`, `check`, `diff` and `history`, as their user has them."""

import json
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography import x509

from roadworthy.cli import main
from roadworthy.network.mud.emission import MUD_URL
from roadworthy.testing import traffic
from roadworthy.testing.authority import issue
from roadworthy.testing.traffic import End

URL = "https://camera.example/m.json"
CAMERA = End("02:11:22:33:44:55", "0.0.0.0", 68)  # noqa: S104 -- nothing listens
ALL = End(traffic.BROADCAST, "255.255.255.255", 67)


def test_urls_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = traffic.udp(CAMERA, ALL, traffic.dhcp(3, CAMERA.mac, {161: URL.encode()}))
    bad = traffic.udp(CAMERA, ALL, traffic.dhcp(3, CAMERA.mac, {161: b"http://camera.example/"}))
    forged = traffic.udp(CAMERA, ALL, traffic.dhcp(3, "02:11:22:33:44:66", {161: URL.encode()}))
    capture, certificate = tmp_path / "home.pcap", tmp_path / "device.pem"
    capture.write_bytes(traffic.capture(enumerate([asked, asked, bad, forged])))
    value = core.IA5String("https://camera.example/x").dump()
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(MUD_URL), value)
    certificate.write_bytes(issue("Camera", extensions=[(extension, False)]).pem)
    files = ["profile", "urls", str(capture), str(certificate), "--format"]
    assert main([*files, "json"]) == 0
    told = json.loads(capsys.readouterr().out)["urls"]
    assert [(each["url"], each["source"], each["times"]) for each in told] == [
        (URL, "DHCPv4", 2),
        ("", "DHCPv4", 1),
        (URL, "DHCPv4", 1),
        ("https://camera.example/x", "X.509", 1),
    ]
    assert main([*files, "terminal"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "not used: it does not begin" in shown
    assert "not to be believed" in shown
    assert main(["profile", "urls", str(tmp_path / "gone.pcap")]) == 2
    (tmp_path / "text").write_text("nonsense", "utf-8")
    assert main(["profile", "urls", str(tmp_path / "text")]) == 2
    assert "no certificate" in capsys.readouterr().err


def test_a_capture_without_urls_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture = tmp_path / "home.pcap"
    capture.write_bytes(traffic.capture([]))
    assert main(["profile", "urls", str(capture), "--format", "terminal"]) == 0
    assert "learned, derived or wrote" in " ".join(capsys.readouterr().out.split())
