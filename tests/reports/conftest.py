"""A dossier with everything in it that a report can show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from roadworthy.codecs.plain import to_plain
from roadworthy.inspection.flood import Means
from roadworthy.inspection.footprint import Blob, Share
from roadworthy.inspection.report import BODY_TYPE, Image, Region
from roadworthy.inspection.waiver import Waived
from roadworthy.model.component import Component
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.inventory import Inventory
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Basis, Outcome, Role, Severity
from roadworthy.model.platform import Platform
from roadworthy.model.problem import Problem
from roadworthy.model.program import Program
from roadworthy.model.property import Property
from roadworthy.model.resolve import resolve
from roadworthy.model.secret import Secret
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting
from roadworthy.model.subject import Subject, SubjectKind
from roadworthy.reports.report import Dossier

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FILE_SYSTEM = ("camera.bin", "squashfs@0x200")
SIZE = 4096


def place(path: str, line: int | None = None, excerpt: str = "") -> Evidence:
    return Evidence(path=(*FILE_SYSTEM, path), line=line, excerpt=excerpt)


def question(name: str) -> Property:
    return Property(
        id=name,
        question=f"Is {name} as it should be?",
        why=f"Why {name} matters.",
        remedy=f"Mend `{name}`.",
        responsible=(Role.MAKER, Role.IMPORTER),
        answerable=(Basis.OBSERVED,),
    )


def failure(name: str, severity: Severity, message: str, *evidence: Evidence) -> Finding:
    asked = question(name)
    return Finding(
        property=name,
        check=f"{name}-check",
        outcome=Outcome.FAIL,
        message=message,
        severity=severity,
        remedy=asked.remedy,
        acts=asked.responsible,
        evidence=evidence,
    )


def program(
    path: str,
    *,
    kind: str = "executable",
    relro: str = "",
    pie: bool | None = None,
    nx: bool | None = None,
    canary: bool | None = None,
) -> Program:
    return Program(
        path=path,
        kind=kind,
        machine="mips",
        bits=32,
        big_endian=True,
        size=1000,
        stripped=True,
        relro=relro,
        pie=pie,
        nx=nx,
        canary=canary,
        evidence=(place(path),),
    )


INVENTORY = Inventory(
    components=(
        Component(
            name="busybox",
            version="1.19.2",
            purl="pkg:generic/busybox@1.19.2",
            cpes=(),
            identified_by="signature:busybox",
            confidence=0.98,
            evidence=(place("/bin/busybox"),),
        ),
    ),
    services=(
        Service(
            name="telnetd",
            command="telnetd &",
            started_by="init-script",
            user="",
            ports=("tcp/23",),
            enabled=None,
            evidence=(place("/etc/rcS", 47),),
        ),
    ),
    credentials=(
        Credential(
            user="root",
            state=SecretState.KNOWN,
            scheme="md5crypt",
            secret="1234",
            fingerprint="",
            login=True,
            uid=0,
            evidence=(place("/etc/shadow", 1),),
        ),
    ),
    keys=(
        KeyMaterial(
            kind=KeyKind.CERTIFICATE,
            algorithm="rsa",
            bits=1024,
            fingerprint="",
            subject="CN=camera",
            not_after=datetime(2019, 1, 2, tzinfo=UTC),
            evidence=(place("/etc/server.crt", 1),),
        ),
    ),
    programs=(
        program("/bin/hard", pie=True, nx=True, relro="full", canary=None),
        program("/bin/bare", pie=False, nx=True, relro="none", canary=False),
        program("/lib/libc.so.0", kind="library", nx=True, relro="full"),
    ),
    settings=(
        Setting(scope="sshd", name="PermitRootLogin", value="yes", evidence=(place("/etc/sshd_config", 3),)),
    ),
    secrets=(
        Secret(kind="wifi-passphrase", name="psk", fingerprint="", evidence=(place("/etc/wpa.conf", 2),)),
    ),
    platforms=(Platform(aspect="soc", value="mediatek,mt7628", evidence=(place("/etc/board"),)),),
)
REGIONS = (
    Region(path=("camera.bin", "header"), offset=0, size=0x200, format="tplink", facts={"model": "C1"}),
    Region(path=("camera.bin", "squashfs@0x200"), offset=0x200, size=0xA00, format="squashfs", files=7),
    Region(path=("camera.bin", "gap"), offset=0xC00, size=0x400, format="", entropy=7.99),
)
FINDINGS = (
    failure("auth.low", Severity.LOW, "A small thing about `root`.", place("/etc/passwd", 3, "root:x:0:0")),
    failure(
        "auth.worst", Severity.CRITICAL, "Everybody gets in.", place("/etc/shadow", 1, "root:$1$***:\x1b[2J")
    ),
    failure("auth.worst", Severity.HIGH, "And again.", *(place(f"/f{n}") for n in range(9))),
    Finding(property="keys.good", check="k", outcome=Outcome.PASS, message="All 3 are fine."),
    Finding(property="keys.open", check="k", outcome=Outcome.UNKNOWN, message="It could not be read."),
    Finding(property="keys.moot", check="k", outcome=Outcome.NOT_APPLICABLE, message="There are none."),
)


BLOBS = (Blob(path=("camera.bin", "squashfs@0x100", "/usr/bin/vendord"), purpose="programs", size=40960),)
FLOOD = (
    Means(kind="uplink", what="Wi-Fi", detail="", evidence=()),
    Means(kind="reflector", what="DNS on udp/53 (dnsmasq)", detail="times: 28 to 54", evidence=()),
)
FOOTPRINT = (
    Share(purpose="programs", owner="busybox", size=3072, files=1),
    Share(purpose="libraries", owner="", size=1024, files=2),
)


def make_dossier(
    *,
    name: str = "camera.bin",
    findings: tuple[Finding, ...] = FINDINGS,
    inventory: Inventory = INVENTORY,
    waivers: tuple[Waived, ...] = (),
) -> Dossier:
    names = ("auth.low", "auth.worst", "keys.good", "keys.moot", "keys.open", "surface.unasked")
    properties = {each: question(each) for each in names}
    subject = Subject(kind=SubjectKind.RELEASE, digest=f"sha256:{'ab' * 32}")
    envelope = Envelope(
        subject=subject,
        producer=Producer(
            tool="roadworthy inspect", version="0.1.0", digests={"checks": f"sha256:{'cd' * 32}"}
        ),
        as_of=NOW,
        basis=Basis.OBSERVED,
        findings=findings,
        problems=(
            Problem(stage="inventory", where="/lib/x.ko", what="the file is cut off", hint="Get it again."),
        ),
        body_type=BODY_TYPE,
        body={},
    )
    answers = resolve(properties.values(), [envelope], subject=subject, now=NOW)
    body = {
        "image": Image(name=name, size=SIZE, sha256="ab" * 32),
        "regions": REGIONS,
        "inventory": inventory,
        "answers": [],
        "waivers": waivers,
        "footprint": FOOTPRINT,
        "blobs": BLOBS,
        "flood": FLOOD,
        "reconciliation": None,
    }
    plain = {key: to_plain(value) for key, value in body.items()}
    return Dossier(
        subject=subject,
        envelopes=(replace(envelope, body=plain),),
        answers=answers,
        properties=properties,
        digest=f"sha256:{'12' * 32}",
    )


@pytest.fixture
def dossier() -> Dossier:
    return make_dossier()


@pytest.fixture(scope="session")
def build_dossier() -> Callable[..., Dossier]:
    """`make_dossier`, for tests that want to change a part of it."""
    return make_dossier
