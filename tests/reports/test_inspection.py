"""The report: verdict first, worst first, nothing lost, nothing claimed."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from roadworthy.codecs import envelope as codec
from roadworthy.inspection.waiver import Waived, WaiverState
from roadworthy.model.component import Component
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.errors import InputError
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.inventory import Inventory
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.model.program import Program
from roadworthy.model.service import Service
from roadworthy.reports._footprint import footprint_chapter
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Document, Facts, Figure, Heading, Item, Table, Text, Treemap
from roadworthy.reports.inspection import REPORT
from roadworthy.reports.report import Dossier


@pytest.fixture
def document(dossier: Dossier) -> Document:
    return REPORT.build(dossier)


def items(document: Document) -> list[Item]:
    return [block for block in document.blocks if isinstance(block, Item)]


def texts(document: Document) -> str:
    return repr(document.blocks)


def table(document: Document, column: str) -> Table:
    tables = (block.table if isinstance(block, Treemap) else block for block in document.blocks)
    return next(block for block in tables if isinstance(block, Table) and column in block.columns)


def test_the_verdict_comes_first_and_counts_every_answer(document: Document) -> None:
    heading, what, verdict, figure = document.blocks[:4]
    assert heading == Heading("camera.bin", 1)
    assert what == Text("Firmware image of 4.0 KiB, looked at as of 2026-11-21.")
    assert isinstance(verdict, Text)
    assert verdict.text.startswith("2 of 5 questions answered no; the worst is critical.")
    assert "1 could not be answered, which is not the same as good." in verdict.text
    assert verdict.text.endswith("Not asked: 1 more; they stand at the end of the answers.")
    assert isinstance(figure, Figure)
    assert [(bar.label, bar.amount) for bar in figure.bars] == [
        ("no", 2),
        ("unknown", 1),
        ("yes", 1),
        ("does not arise", 1),
    ]


def test_failures_come_worst_first_then_what_is_open_then_what_is_good(document: Document) -> None:
    assert [item.id for item in items(document) if item.id] == ["auth.worst", "auth.low"]
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 2]
    assert headings[:5] == [
        "What is wrong",
        "What nobody could tell (1)",
        "What was found good (1)",
        "What does not arise here (1)",
        "What was not asked",
    ]
    assert table(document, "why nobody could tell").rows == (("keys.open", "It could not be read."),)
    assert table(document, "what was seen").rows == (("keys.good", "All 3 are fine."),)
    assert table(document, "why not").rows == (("keys.moot", "There are none."),)


def test_a_failure_says_what_to_do_who_must_act_and_where_it_shows(document: Document) -> None:
    worst = items(document)[0]
    assert (worst.title, worst.severity) == ("Everybody gets in.", Severity.CRITICAL)
    assert (worst.remedy, worst.acts) == ("Mend `auth.worst`.", "the maker, then the importer")
    assert worst.evidence[0].place == "squashfs@0x200 » /etc/shadow:1"
    assert worst.further[0].text == "And again."


def test_long_lists_of_places_are_cut_and_say_so(document: Document) -> None:
    again, more = items(document)[0].further
    assert len(again.evidence) == 3
    assert more.text == "The JSON report names 6 more places."


def test_what_nobody_looked_into_stands_apart_by_family(document: Document) -> None:
    assert table(document, "questions").rows == (("surface", "unasked"),)


def test_problems_are_reported_with_the_way_out(document: Document) -> None:
    problem = items(document)[-1]
    assert (problem.title, problem.remedy) == ("The file is cut off", "Get it again.")
    assert problem.evidence[0].place == "/lib/x.ko"


def test_the_map_covers_the_whole_image_in_order(document: Document) -> None:
    figure = next(block for block in document.blocks if isinstance(block, Figure) and block.unit == "bytes")
    assert [(bar.label, bar.amount, bar.kind) for bar in figure.bars] == [
        ("tplink", 0x200, "tplink"),
        ("squashfs", 0xA00, "squashfs"),
        ("not recognised", 0x400, ""),
    ]
    assert "75 % of its 4.0 KiB lie in formats that were recognised, into 25 % nobody has looked." in texts(
        document
    )


def test_the_inventory_stands_in_tables(document: Document) -> None:
    assert table(document, "version").rows == (
        ("busybox", "1.19.2", "signature:busybox", "98 %", "/bin/busybox"),
    )
    assert table(document, "at boot").rows == (
        ("tcp/23", "telnetd", "decided at run time", "not said", "init-script", "/etc/rcS:47"),
    )
    assert table(document, "password").rows == (
        ("root", "0", "yes", "publicly known: 1234", "md5crypt", "/etc/shadow:1"),
    )
    assert table(document, "strength").rows == (
        ("certificate", "rsa 1024", "CN=camera", "2019-01-02", "/etc/server.crt:1"),
    )
    assert Text("Not found: addresses.") in document.blocks
    assert table(document, "aspect").rows == (("soc", "mediatek,mt7628", "/etc/board"),)
    assert table(document, "of").rows == (("sshd", "PermitRootLogin", "yes", "/etc/sshd_config:3"),)
    assert table(document, "secret").rows == (("wifi-passphrase", "psk", "/etc/wpa.conf:2"),)


def test_programs_are_summed_up_and_the_barest_are_named(document: Document) -> None:
    tables = [block for block in document.blocks if isinstance(block, Table) and "PIE" in block.columns]
    summary, barest = tables
    assert summary.rows == (
        ("executable", "2", "mips 32", "1 of 2", "2 of 2", "1 of 2", "0 of 1", "", "2 of 2"),
        ("library", "1", "mips 32", "", "1 of 1", "1 of 1", "", "", "1 of 1"),
    )
    assert barest.rows == (("/bin/bare", "executable", "no", "yes", "none", "no", ""),)


def test_only_the_barest_programs_are_listed(build_dossier: Callable[..., Dossier]) -> None:
    bare = tuple(
        Program(
            path=f"/bin/{number:03}",
            kind="executable",
            machine="arm",
            bits=32,
            big_endian=False,
            size=1,
            pie=False,
            nx=number % 2 == 0,
            evidence=(),
        )
        for number in range(40)
    )
    document = REPORT.build(build_dossier(inventory=Inventory(programs=bare)))
    barest = [block for block in document.blocks if isinstance(block, Table) and "PIE" in block.columns][1]
    assert [row[0] for row in barest.rows[:2]] == ["/bin/001", "/bin/003"]
    assert (len(barest.rows), barest.caption) == (
        15,
        "Those that lack most. The JSON report has 25 more.",
    )


def test_the_provenance_lets_another_lab_repeat_it(document: Document) -> None:
    facts = dict(next(block for block in reversed(document.blocks) if isinstance(block, Facts)).items)
    assert facts["sha256"] == "ab" * 32
    assert facts["as of"] == "2026-11-21T00:00:00Z"
    assert facts["made by"] == "roadworthy inspect 0.1.0"
    assert (facts["filed as"], facts["checks"]) == ("12" * 32, "cd" * 32)
    assert facts["signed"] == "not signed"


def test_the_data_is_the_envelope(dossier: Dossier, document: Document) -> None:
    assert codec.decode(json.dumps(document.data).encode()) == dossier.envelopes[0]


def test_it_never_says_compliant(document: Document) -> None:
    assert "compliant" not in texts(document).lower()


def test_good_news_is_not_overstated(build_dossier: Callable[..., Dossier]) -> None:
    nothing = texts(REPORT.build(build_dossier(findings=())))
    assert "No check could look at it. That is not the same as good." in nothing
    doubtful = Finding(
        property="keys.open", check="k", outcome=Outcome.UNKNOWN, message="It could not be read."
    )
    unsettled = texts(REPORT.build(build_dossier(findings=(doubtful,))))
    assert "None of 1 question could be answered. That is not the same as good." in unsettled


def test_long_tables_are_cut_and_say_so(build_dossier: Callable[..., Dossier]) -> None:
    components = tuple(
        Component(
            name=f"c{number}", version="", purl="", cpes=(), identified_by="x", confidence=1.0, evidence=()
        )
        for number in range(130)
    )
    cut = table(REPORT.build(build_dossier(inventory=Inventory(components=components))), "version")
    assert (len(cut.rows), cut.caption) == (100, "The first 100; the JSON report has 30 more.")


def test_keys_come_before_certificates_and_subjects_are_short(build_dossier: Callable[..., Dossier]) -> None:
    def key(kind: KeyKind, subject: str) -> KeyMaterial:
        return KeyMaterial(
            kind=kind, algorithm="rsa", bits=2048, fingerprint="", subject=subject, evidence=()
        )

    keys = (
        key(KeyKind.CERTIFICATE, r"O=Example,CN=Entrust\, Inc. Root,C=US"),
        key(KeyKind.CERTIFICATE, "OU=Class 1"),
        key(KeyKind.PRIVATE_KEY, ""),
    )
    rows = table(REPORT.build(build_dossier(inventory=Inventory(keys=keys))), "strength").rows
    assert [(row[0], row[2]) for row in rows] == [
        (KeyKind.PRIVATE_KEY.value, ""),
        ("certificate", r"CN=Entrust\, Inc. Root"),
        ("certificate", "OU=Class 1"),
    ]


def test_the_file_that_names_an_address_is_told_once(build_dossier: Callable[..., Dossier]) -> None:
    endpoints = tuple(
        Endpoint(
            host="ntp.example",
            port=None,
            protocol="ntp",
            named_by=named_by,
            evidence=(Evidence(path=("camera.bin", "/etc/ntp.conf"), line=2),),
        )
        for named_by in ("/etc/ntp.conf", "ntpd")
    )
    rows = table(REPORT.build(build_dossier(inventory=Inventory(endpoints=endpoints))), "named by").rows
    assert [row[3:] for row in rows] == [("", "/etc/ntp.conf:2"), ("ntpd", "/etc/ntp.conf:2")]


def test_the_newest_inspection_counts(dossier: Dossier) -> None:
    newest = dossier.envelopes[0]
    older = replace(newest, as_of=newest.as_of.replace(year=2025), body={})
    both = replace(dossier, envelopes=(newest, older))
    assert REPORT.build(both) == REPORT.build(replace(both, envelopes=(older, newest)))
    assert REPORT.build(both).title == "camera.bin: inspection"


def test_without_an_inspection_it_says_so(dossier: Dossier) -> None:
    with pytest.raises(InputError, match="no inspection") as caught:
        REPORT.build(replace(dossier, envelopes=()))
    assert "roadworthy inspect" in caught.value.hint


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"image": None, "regions": "no", "inventory": []},
        {"image": {"name": 3, "size": -1}, "regions": [1, {"offset": -5, "size": "x", "path": [None]}]},
        {"image": {"size": True}, "inventory": {"keys": [{}, {"evidence": [{"path": 4}]}], "services": {}}},
    ],
)
def test_a_body_that_somebody_wrote_by_hand_does_not_break_it(
    dossier: Dossier, body: dict[str, object]
) -> None:
    odd = replace(dossier, envelopes=(replace(dossier.envelopes[0], body=body),))
    assert REPORT.build(odd).blocks[0] in (Heading("", 1), Heading("3", 1))


def waived(state: WaiverState, *findings: int) -> Waived:
    return Waived(
        accepts="auth.worst",
        paths=("/etc/*",),
        reason="Ticket 4711.",
        author="Jo",
        expires="2027-01-31",
        place="w.toml:1",
        state=state,
        findings=findings,
    )


def test_what_is_accepted_is_shown_apart_and_counted(build_dossier: Callable[..., Dossier]) -> None:
    document = REPORT.build(build_dossier(waivers=(waived(WaiverState.IN_FORCE, 1, 2),)))
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 2]
    assert headings[:2] == ["What is wrong", "What is wrong and accepted"]
    accepted = items(document)[1]
    assert accepted.id == "auth.worst"
    assert accepted.text.startswith("Accepted by Jo until 2027-01-31: Ticket 4711. Why")
    assert Text("Somebody accepts 2 failures; they stay in the evidence.") in document.blocks
    assert table(document, "until").rows == (
        ("auth.worst", "/etc/*", "2", "Ticket 4711.", "Jo", "2027-01-31", "in force", "w.toml:1"),
    )


def test_a_failure_that_nobody_accepts_comes_before_its_accepted_siblings(
    build_dossier: Callable[..., Dossier],
) -> None:
    worst = items(REPORT.build(build_dossier(waivers=(waived(WaiverState.IN_FORCE, 1),))))[0]
    assert (worst.title, worst.severity) == ("And again.", Severity.HIGH)
    assert worst.further[-1].text == ("Everybody gets in. Accepted by Jo until 2027-01-31: Ticket 4711.")


def test_an_expired_waiver_accepts_nothing_and_says_so(build_dossier: Callable[..., Dossier]) -> None:
    document = REPORT.build(build_dossier(waivers=(waived(WaiverState.EXPIRED, 1, 2),)))
    assert "What is wrong and accepted" not in texts(document)
    assert (
        Text("Somebody accepts 0 failures; they stay in the evidence. 1 waiver expired.") in document.blocks
    )
    assert table(document, "until").rows[0][6] == "expired: it counts again"


def test_what_changed_since_the_baseline_is_told(
    dossier: Dossier, build_dossier: Callable[..., Dossier]
) -> None:
    old = build_dossier(name="old.bin", inventory=Inventory()).envelopes[0]
    document = REPORT.build(replace(dossier, baseline=old))
    assert Heading("Since the baseline, old.bin") in document.blocks
    assert "3 got worse, at most of severity low" in texts(document)
    assert [row[0] for row in table(document, "before").rows] == [
        "root",
        "wifi-passphrase psk /etc/wpa.conf",
        "telnetd",
    ]


def test_many_failures_stand_in_a_table_before_their_cards(build_dossier: Callable[..., Dossier]) -> None:
    names = ("auth.low", "auth.worst", "keys.good", "keys.open")
    many = tuple(
        Finding(
            property=name,
            check="k",
            outcome=Outcome.FAIL,
            severity=severity,
            message=f"Bad `{name}`.",
            evidence=(),
        )
        for name, severity in zip(
            names, (Severity.LOW, Severity.HIGH, Severity.LOW, Severity.INFO), strict=True
        )
    )
    document = REPORT.build(build_dossier(findings=many))
    overview = table(document, "severity")
    assert overview.rows == (
        ("high", "Bad auth.worst.", "auth.worst"),
        ("low", "Bad auth.low.", "auth.low"),
        ("low", "Bad keys.good.", "keys.good"),
        ("info", "Bad keys.open.", "keys.open"),
    )
    assert document.blocks.index(overview) < document.blocks.index(items(document)[0])
    three = REPORT.build(build_dossier(findings=many[:3]))
    assert not [block for block in three.blocks if isinstance(block, Table) and "severity" in block.columns]


def test_questions_open_for_the_same_reason_stand_together(build_dossier: Callable[..., Dossier]) -> None:
    places = {"keys.open": (Evidence(path=("camera.bin", "squashfs@0x0", "/etc/x"), line=4),)}
    doubts = tuple(
        Finding(
            property=name, check="k", outcome=Outcome.UNKNOWN, message=message, evidence=places.get(name, ())
        )
        for name, message in (
            ("auth.low", "No configuration."),
            ("auth.worst", "No configuration."),
            ("keys.open", "Cut off."),
            ("keys.open", "Too large."),
        )
    )
    rows = table(REPORT.build(build_dossier(findings=doubts)), "why nobody could tell").rows
    assert rows == (
        ("auth.low, auth.worst", "No configuration."),
        ("keys.open", "Cut off. (squashfs@0x0 » /etc/x:4) And 1 more; the JSON report has them all."),
    )


def test_a_check_that_broke_is_not_hidden_in_a_table(build_dossier: Callable[..., Dossier]) -> None:
    broken = Finding(property="keys.open", check="k", outcome=Outcome.ERROR, message="It crashed.")
    first = items(REPORT.build(build_dossier(findings=(broken,))))[0]
    assert (first.id, first.outcome, first.text) == ("keys.open", Outcome.ERROR, "It crashed.")


def test_failures_that_differ_only_in_the_file_are_told_once(build_dossier: Callable[..., Dossier]) -> None:
    alike = tuple(
        Finding(
            property="auth.worst",
            check="k",
            outcome=Outcome.FAIL,
            severity=Severity.HIGH,
            message=f"/bin/{number:02} searches /tmp.",
            evidence=(Evidence(path=("camera.bin", f"/bin/{number:02}")),),
        )
        for number in range(12)
    )
    (first, *_) = items(REPORT.build(build_dossier(findings=alike)))
    assert first.title == "/bin/00 searches /tmp."
    names = ", ".join(f"/bin/{number:02}" for number in range(1, 9))
    assert [point.text for point in first.further] == [f"The same holds for {names} and 3 more."]


def test_an_excerpt_is_shown_once(build_dossier: Callable[..., Dossier]) -> None:
    twice = tuple(Evidence(path=("camera.bin", name), excerpt="vermagic=2.6") for name in ("/a.ko", "/b.ko"))
    failed = Finding(
        property="auth.worst",
        check="k",
        outcome=Outcome.FAIL,
        severity=Severity.LOW,
        message="Old.",
        evidence=twice,
    )
    (first, *_) = items(REPORT.build(build_dossier(findings=(failed,))))
    assert [(each.place, each.excerpt) for each in first.evidence] == [
        ("/a.ko", "vermagic=2.6"),
        ("/b.ko", ""),
    ]


def service(name: str, *ports: str, enabled: bool | None = True) -> Service:
    return Service(
        name=name,
        command=name,
        started_by="init-script",
        user="",
        ports=ports,
        enabled=enabled,
        evidence=(),
    )


def test_what_listens_comes_before_what_is_only_started(build_dossier: Callable[..., Dossier]) -> None:
    services = (
        service("crond"),
        service("asleep", "tcp/1", enabled=False),
        service("dnsmasq", "udp/53", "tcp/53", enabled=None),
        service("telnetd", "tcp/23"),
        service("maybe", enabled=None),
    )
    document = REPORT.build(build_dossier(inventory=Inventory(services=services)))
    assert Heading("Services and ports (5)") in document.blocks
    assert [row[:3] for row in table(document, "listens on").rows] == [
        ("tcp/23", "telnetd", "yes"),
        ("udp/53, tcp/53", "dnsmasq", "decided at run time"),
        ("tcp/1", "asleep", "no"),
    ]
    assert table(document, "how many").rows == (
        ("yes", "1", "crond"),
        ("decided at run time", "1", "maybe"),
    )


def test_without_services_there_is_no_chapter_about_them(build_dossier: Callable[..., Dossier]) -> None:
    shown = texts(REPORT.build(build_dossier(inventory=Inventory())))
    assert "Services and ports" not in shown
    assert "services, programs." in shown


def test_what_was_not_understood_stands_by_itself_with_its_share(document: Document) -> None:
    assert Heading("What was not understood") in document.blocks
    assert table(document, "looks like").rows == (
        ("camera.bin » gap", "0xc00", "1.0 KiB", "25 %", "compressed or encrypted (7.99 bits per byte)"),
    )
    assert "1.0 KiB, 25 % of the image, lie in no known format; 1.0 KiB of them look" in texts(document)


def test_the_areas_are_the_shares_in_the_order_of_the_purposes(document: Document) -> None:
    treemap = next(block for block in document.blocks if isinstance(block, Treemap))
    assert [(tile.label, tile.amount, tile.kind) for tile in treemap.tiles] == [
        ("busybox", 3072, "programs"),
        ("not recognised", 1024, "libraries"),
    ]
    assert treemap.table.columns[:2] == ("component", "purpose")


def test_small_shares_go_together_by_purpose() -> None:
    shares = [
        Row({"purpose": f"p{number % 2}", "owner": f"o{number}", "size": 1000 - number, "files": 1})
        for number in range(100)
    ]
    treemap = next(block for block in footprint_chapter(shares) if isinstance(block, Treemap))
    assert len(treemap.tiles) == 62
    assert sum(tile.amount for tile in treemap.tiles) == sum(row.whole("size") for row in shares)
    assert [tile.label for tile in treemap.tiles if tile.label.endswith("smaller")] == ["20 smaller"] * 2


def test_what_takes_the_room_is_told_with_what_nobody_explains(document: Document) -> None:
    figure = next(
        block
        for block in document.blocks
        if isinstance(block, Figure) and block.caption == "Files by purpose"
    )
    assert [(bar.label, bar.amount) for bar in figure.bars] == [("programs", 3072), ("libraries", 1024)]
    assert "no component that was recognised explains 25 %" in texts(document)
    assert table(document, "purpose").rows[1] == (
        "no component recognised",
        "libraries",
        "1.0 KiB",
        "25 %",
        "2",
    )


def test_who_could_mend_it_is_told_and_what_is_missing_too(document: Document) -> None:
    rows = {row[0]: row[1] for row in table_of(document, "Who could mend it")}
    assert rows["Chip"] == "mediatek,mt7628"
    assert rows["Offer of the source code"] == "none seen"
    assert rows["Components whose licence is known"].startswith("0 of ")


def test_what_would_serve_in_a_flood_stands_by_kind(document: Document) -> None:
    assert table_of(document, "What it could do in a flood") == (
        ("Ways to the network", "Wi-Fi"),
        ("Services that answer more than they are asked", "DNS on udp/53 (dnsmasq): times: 28 to 54"),
    )


def table_of(document: Document, heading: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the first table behind a heading."""
    at = next(
        n for n, block in enumerate(document.blocks) if isinstance(block, Heading) and block.text == heading
    )
    return next(block.rows for block in document.blocks[at:] if isinstance(block, Table))
