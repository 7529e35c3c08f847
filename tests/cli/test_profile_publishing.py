"""`roadworthy profile urls`, `fetch`, `serve`, `check`, `diff` and `history`, as their user has them."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography import x509

from roadworthy.cli import main
from roadworthy.network.mud.emission import MUD_URL, emission_of
from roadworthy.network.mud.file import About, MudFile
from roadworthy.network.mud.spelling import mud_of
from roadworthy.network.mud.writing import write_mud
from roadworthy.network.policy import Peer, PeerKind, Policy, Ports, Rule, Side
from roadworthy.testing import traffic
from roadworthy.testing.authority import YEAR, issue
from roadworthy.testing.traffic import End
from roadworthy.testing.web import Site, page, serving

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


@dataclass(frozen=True)
class Maker:
    """A maker with a signing key and a site."""

    site: Site
    folder: Path

    def publish(
        self, path: str = "/m.json", *, day: str = "2026-11-01", beside: str = "/m.p7s", **more: str
    ) -> str:
        """Publish a signed file; its URL."""
        url = self.site.url(path)
        about = About(mud_url=more.get("mud_url", url), last_update=f"{day}T00:00:00Z",
                      mud_signature=more.get("mud_signature"))  # fmt: skip
        file = self.folder / "published.json"
        file.write_bytes(write_mud(MudFile(about=about)))
        key = ["--key", str(self.folder / "maker.key"), "--certificate", str(self.folder / "maker.pem")]
        assert main(["profile", "sign", str(file), *key, "-o", str(self.folder / "published.p7s")]) == 0
        self.site.pages[path] = page(file.read_bytes(), "application/mud+json")
        signature = (self.folder / "published.p7s").read_bytes()
        self.site.pages[beside] = page(signature, "application/pkcs7-signature")
        return url

    def fetch(self, url: str, *more: str) -> int:
        """Fetch with what there is of trust."""
        words = ["profile", "fetch", url, "-o", str(self.folder / "got.json"), "--authority", self.site.root]
        trust = [] if "--unsigned" in more else ["--anchor", str(self.folder / "root.pem")]
        return main([*words, "--allow-private", *trust, *more, "--format", "json"])

    @property
    def got(self) -> list[str]:
        """The files that were written."""
        return sorted(each.name for each in self.folder.glob("got.json*"))


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    now = datetime.now(UTC)
    root = issue("Root", ca=True, begins=now - YEAR, ends=now + YEAR)
    signer = issue("Maker", root, begins=now - YEAR, ends=now + YEAR)
    (tmp_path / "root.pem").write_bytes(root.pem)
    (tmp_path / "maker.pem").write_bytes(signer.pem)
    (tmp_path / "maker.key").write_bytes(signer.key_pem)
    with serving(tmp_path) as site:
        yield Maker(site, tmp_path)


@pytest.mark.parametrize(
    ("beside", "signature"),
    [("/m.p7s", None), ("/m.json.p7s", None), ("/keys/m", "/keys/m"), ("/s/m.p7s", "s/m.p7s")],
)
def test_a_profile_is_fetched_with_its_signature(
    maker: Maker, beside: str, signature: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    url = maker.publish(beside=beside, **({"mud_signature": signature} if signature else {}))
    capsys.readouterr()
    assert maker.fetch(url) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["signers"], told["url"], told["cache_validity_hours"]) == (["CN=Maker"], url, 48)
    assert told["signature_url"] == maker.site.url(beside)
    assert maker.got == ["got.json", "got.json.p7s"]
    assert (maker.folder / "got.json").read_bytes() == (maker.folder / "published.json").read_bytes()
    words = ["profile", "verify", str(maker.folder / "got.json"), str(maker.folder / "got.json.p7s")]
    assert main([*words, "--anchor", str(maker.folder / "root.pem")]) == 0


def test_without_a_signature_only_where_it_is_said(maker: Maker, capsys: pytest.CaptureFixture[str]) -> None:
    url = maker.publish()
    del maker.site.pages["/m.p7s"]
    assert maker.fetch(url) == 1
    assert "there is no signature at" in capsys.readouterr().err
    assert maker.got == []
    assert maker.fetch(url, "--unsigned") == 0
    assert json.loads(capsys.readouterr().out)["signers"] == []
    assert maker.got == ["got.json"]
    assert maker.fetch(url, "--unsigned", "--anchor", "root.pem") == 2
    assert "either --anchor CERT, or --unsigned" in capsys.readouterr().err


def test_what_does_not_hold_writes_nothing(maker: Maker, capsys: pytest.CaptureFixture[str]) -> None:
    url = maker.publish()
    good = (maker.folder / "published.json").read_bytes()
    cases = {
        "its digest differs": page(good + b" ", "application/mud+json"),
        "served as text/plain": page(good, "text/plain"),
        "a text is needed": page(b'{"ietf-mud:mud": {}}', "application/mud+json"),
        "there is nothing at": lambda handler: handler.send_error(404),
    }
    for told, behaviour in cases.items():
        maker.site.pages["/m.json"] = behaviour
        assert maker.fetch(url) in {1, 3}
        assert told in capsys.readouterr().err
    other = maker.publish("/x.json", mud_url=url)
    assert maker.fetch(other) == 1
    assert "says to be the one of" in capsys.readouterr().err
    assert maker.fetch("http://127.0.0.1/m.json") == 2
    words = ["profile", "fetch", url, "-o", str(maker.folder / "got.json"), "--unsigned"]
    assert main(words) == 2
    assert "not of the Internet" in capsys.readouterr().err
    assert maker.got == []


def test_an_older_profile_does_not_come_back(maker: Maker, capsys: pytest.CaptureFixture[str]) -> None:
    assert maker.fetch(maker.publish(day="2026-11-02")) == 0
    held = (maker.folder / "got.json").read_bytes()
    previous = ["--previous", str(maker.folder / "got.json")]
    assert maker.fetch(maker.publish(day="2026-11-02"), *previous) == 0  # the same bytes
    for more in ((), ("--unsigned",)):
        assert maker.fetch(maker.publish(day="2026-11-01"), *previous, *more) == 1
        assert "older than the one" in capsys.readouterr().err
        assert maker.fetch(maker.publish(day="2999-11-01"), *previous, *more) == 1
        assert "yet to come" in capsys.readouterr().err
    assert (maker.folder / "got.json").read_bytes() == held
    assert maker.fetch(maker.publish(day="2026-11-03"), *previous) == 0
    assert (maker.folder / "got.json").read_bytes() != held


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_what_is_served_can_be_fetched(maker: Maker, ending: signal.Signals) -> None:
    """The whole way, the server in a process of its own: sign, serve, DHCP, fetch, stop."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"https://127.0.0.1:{port}/mud/camera.json"
    shelf = maker.folder / "shelf"
    shelf.mkdir()
    file = shelf / "camera.mud.json"
    file.write_bytes(write_mud(MudFile(about=About(mud_url=url, last_update="2026-11-01T00:00:00Z"))))
    key = ["--key", str(maker.folder / "maker.key"), "--certificate", str(maker.folder / "maker.pem")]
    assert main(["profile", "sign", str(file), *key]) == 0
    web = ["--certificate", str(maker.folder / "web.pem"), "--key", str(maker.folder / "web.key")]
    words = ["profile", "serve", str(shelf), *web, "--listen", f"127.0.0.1:{port}", "--format", "json"]
    with subprocess.Popen([sys.executable, "-m", "roadworthy", *words], stdout=subprocess.PIPE) as server:  # noqa: S603 -- ours
        assert server.stdout is not None
        told = b""
        while not told.rstrip().endswith(b"\n}"):
            told += server.stdout.readline()
        assert json.loads(told)["served"] == [
            {"mud_url": url, "url": url, "file": "camera.mud.json", "signature": "camera.mud.json.p7s"}
        ]
        asked = traffic.udp(CAMERA, ALL, traffic.dhcp(3, CAMERA.mac, {161: url.encode()}))
        emission = emission_of(asked)
        assert emission is not None
        assert emission.credible
        assert maker.fetch(emission.url) == 0
        server.send_signal(ending)
        assert server.wait(5) == 0
    assert maker.got == ["got.json", "got.json.p7s"]


def test_profiles_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(write_mud(MudFile(about=About(mud_url=URL, last_update="2026-11-01T00:00:00Z"))))
    bad.write_text('{"ietf-mud:mud": {"mud-version": 2}}', "utf-8")
    assert main(["profile", "check", str(good), "--format", "json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert (told["valid"], told["faults"], len(told["hints"])) == (True, [], 1)
    assert main(["profile", "check", str(good), str(bad), "--format", "json"]) == 1
    _, told = json.loads(capsys.readouterr().out)["files"]
    assert [each["place"] for each in told["faults"]] == [
        "/ietf-mud:mud/mud-version",
        "/ietf-mud:mud/mud-url",
        "/ietf-mud:mud/last-update",
        "/ietf-mud:mud/is-supported",
    ]
    assert main(["profile", "check", str(bad), "--format", "terminal"]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "bad.json is invalid" in shown
    assert main(["profile", "check", str(tmp_path / "gone.json")]) == 2


def version(path: Path, day: str, *ports: int, url: str = URL) -> str:
    """A file that allows TCP to some ports of a host."""
    rules = tuple(
        Rule(
            name=f"r{port}",
            sender=Side.DEVICE,
            peers=(Peer(PeerKind.NAME, "a.example"),),
            protocol=6,
            peer_ports=(Ports(port, port),),
        )
        for port in ports
    )
    about = About(mud_url=url, last_update=f"{day}T00:00:00Z", firmware_rev=day)
    path.write_bytes(write_mud(mud_of(Policy(rules=rules), about)))
    return str(path)


def test_two_profiles_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = version(tmp_path / "old.json", "2026-11-01", 443, 80)
    same = version(tmp_path / "same.json", "2026-11-01", 80, 443)
    new = version(tmp_path / "new.json", "2026-11-02", 443, 8443)
    assert main(["profile", "diff", old, same, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["newly"], told["no_longer"], told["said"]) == ([], [], [])
    assert main(["profile", "diff", old, new, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["newly"] == [
        {"words": "May open TCP to a.example, port 8443.", "rules": ["from-ipv4/r8443", "from-ipv6/r8443"]}
    ]
    assert [each["words"] for each in told["no_longer"]] == ["May open TCP to a.example, port 80."]
    assert told["said"] == [{"what": "firmware", "before": "2026-11-01", "now": "2026-11-02"}]
    assert main(["profile", "diff", old, new, "--format", "terminal"]) == 1
    assert "Newly allowed" in capsys.readouterr().out
    assert main(["profile", "diff", old, same, "--format", "terminal"]) == 0
    assert "Both allow the same." in capsys.readouterr().out
    assert main(["profile", "diff", old, str(tmp_path / "gone.json")]) == 2


def test_the_versions_are_told_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    version(tmp_path / "b.json", "2026-11-03", 443, 8443)
    version(tmp_path / "a.json", "2026-11-09", 8443)
    version(tmp_path / "c.json", "2026-11-01", 443)
    version(tmp_path / "other.json", "2026-11-02", 22, url="https://other.example/m.json")
    (tmp_path / "strange.json").write_text("{}", "utf-8")
    assert main(["profile", "history", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["versions"]
    assert [(Path(each["file"]).name, each["first"]) for each in told] == [
        ("c.json", True), ("b.json", False), ("a.json", False), ("other.json", True),
    ]  # fmt: skip
    assert [len(each["newly"]) for each in told] == [1, 1, 0, 1]
    assert [len(each["no_longer"]) for each in told] == [0, 0, 1, 0]
    assert main(["profile", "history", str(tmp_path), "--format", "terminal"]) == 0
    assert "https://other.example/m.json" in capsys.readouterr().out
    assert main(["profile", "history", str(tmp_path / "strange.json")]) == 2
    (tmp_path / "empty").mkdir()
    assert main(["profile", "history", str(tmp_path / "empty")]) == 2
    assert "there is no profile" in capsys.readouterr().err
