"""An inspection that is held against advisories."""

from dataclasses import replace

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.plain import from_plain, to_plain
from roadworthy.inspection.comparison import Effect, compare, side_of
from roadworthy.inspection.report import Body
from roadworthy.model.outcome import Outcome
from roadworthy.reports.blocks import Table, Text
from roadworthy.reports.inspection import build
from roadworthy.testing.advisories import NVD, MemoryAdvisories, advisory, span
from roadworthy.testing.world import NOW, MemoryWorld, Silence, memory_image
from roadworthy.usecases.inspect import Inspected, InspectOptions, World, inspect
from roadworthy.vulnerability.findings import CHECK, EXPLOITED, KNOWN

STATUS = "Package: openssl\nVersion: {version}\nStatus: install ok installed\nArchitecture: mips\n\n"
PACKAGE = "pkg:opkg/openwrt/openssl"  # without signatures a package has no CPE name
TOLD = (
    advisory("CVE-2018-1", span(PACKAGE, "opkg", fixed="1.0.2p-1"), summary="A hole."),
    advisory("CVE-2018-2", span(PACKAGE, "opkg", fixed="1.0.2u-1"), exploited=True),
)


def image(version: str) -> bytes:
    return memory_image(
        {"/usr/lib/opkg/status": STATUS.format(version=version), "/etc/passwd": "root:x:0:0::/:/bin/sh\n"}
    )


def run(
    version: str = "1.0.2o-1",
    *,
    advisories: MemoryAdvisories | None = None,
    only: tuple[str, ...] = (),
    skip: tuple[str, ...] = (),
    waivers: str = "",
) -> Inspected:
    store = MemoryAdvisories(TOLD) if advisories is None else advisories
    files = {"a.bin": image(version), "w.toml": waivers.encode()}
    world: World = replace(MemoryWorld(files=files).world(), advisories=store)
    options = InspectOptions(image="a.bin", only=only, skip=skip, waivers="w.toml" if waivers else "")
    return inspect(options, world=world, catalogue=discover(), progress=Silence())


def answer(inspected: Inspected, asked: str) -> Outcome:
    return next(each.outcome for each in inspected.dossier.answers if each.property == asked)


def test_an_open_flaw_answers_no_and_makes_the_exit_code() -> None:
    done = run()
    assert answer(done, KNOWN) is Outcome.FAIL
    assert answer(done, EXPLOITED) is Outcome.FAIL
    assert done.exit_code == 1


def test_the_body_has_every_match_and_is_read_back() -> None:
    envelope = run().dossier.envelopes[0]
    body = from_plain(Body, to_plain(envelope.body))
    assert body.matching is not None
    assert [each.advisory for each in body.matching.matches] == ["CVE-2018-2", "CVE-2018-1"]
    assert body.matching.feeds[1] == NVD
    assert "advisories" in envelope.producer.digests


def test_what_was_published_later_does_not_count() -> None:
    later = replace(TOLD[0], published=NOW.replace(year=NOW.year + 1))
    assert answer(run(advisories=MemoryAdvisories((later,))), KNOWN) is not Outcome.FAIL


def test_without_advisories_nothing_is_known() -> None:
    done = run(advisories=MemoryAdvisories((), ()))
    assert answer(done, KNOWN) is Outcome.UNKNOWN
    assert any("No advisories" in each.text for each in build(done.dossier).blocks if isinstance(each, Text))


@pytest.mark.parametrize(("only", "skip"), [(("auth.*",), ()), ((), (CHECK,))])
def test_it_can_be_left_out_as_any_check(only: tuple[str, ...], skip: tuple[str, ...]) -> None:
    done = run(only=only, skip=skip)
    body = from_plain(Body, to_plain(done.dossier.envelopes[0].body))
    assert body.matching is None
    assert answer(done, KNOWN) is Outcome.UNKNOWN


def test_it_can_be_all_that_is_asked() -> None:
    checks = {each.check for each in run(only=(CHECK,)).dossier.envelopes[0].findings}
    assert checks == {CHECK}


def test_a_failure_of_it_can_be_accepted() -> None:
    accepted = "".join(
        f'[[waiver]]\naccepts = "{each}"\nreason = "behind a wall"\nauthor = "me"\nexpires = 2030-01-01\n'
        for each in (KNOWN, EXPLOITED)
    )
    assert run(only=(CHECK,), waivers=accepted).exit_code == 0


def test_the_report_shows_what_is_open_and_from_when_the_advisories_are() -> None:
    document = build(run().dossier)
    texts = " ".join(each.text for each in document.blocks if isinstance(each, Text))
    assert "2 flaws name a version that is in the image" in texts
    assert "NVD of 2026-10-20" in texts
    rows = [row for each in document.blocks if isinstance(each, Table) for row in each.rows]
    assert ("openssl", "1.0.2o", "2", "1", "", "CVE-2018-2 7.5") in rows
    assert any(row[0] == "CVE-2018-1" and "A hole." in row[-1] for row in rows)


def test_a_comparison_tells_what_came_and_what_was_mended() -> None:
    old, new = (side_of(run(version).dossier.envelopes[0]) for version in ("1.0.2o-1", "1.0.2t-1"))
    flaws = {each.name: each.effect for each in compare(old, new) if each.kind == "flaw"}
    assert flaws == {"CVE-2018-1 in openssl": Effect.BETTER}
    back = {each.name: each.effect for each in compare(new, old) if each.kind == "flaw"}
    assert back == {"CVE-2018-1 in openssl": Effect.WORSE}


def test_a_report_of_before_there_were_matches_still_serves_as_a_baseline() -> None:
    envelope = run().dossier.envelopes[0]
    older = replace(envelope, body={key: value for key, value in envelope.body.items() if key != "matching"})
    assert side_of(older).body.matching is None
