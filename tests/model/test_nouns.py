from datetime import UTC, datetime

import pytest

from roadworthy.model.advisory import Match, MatchStatus
from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Basis, Outcome, Role, Severity
from roadworthy.model.property import Property
from roadworthy.model.subject import Subject, SubjectKind


def test_evidence_names_its_place_in_one_line() -> None:
    path = ("camera.bin", "squashfs@0x100200", "/etc/shadow")
    assert Evidence(path=path).place == "camera.bin » squashfs@0x100200 » /etc/shadow"
    assert Evidence(path=path, line=3, offset=9).place.endswith("/etc/shadow:3")
    assert Evidence(path=path, offset=255).place.endswith("/etc/shadow+0xff")


def test_severities_are_ordered() -> None:
    assert Severity.CRITICAL.at_least(Severity.HIGH)
    assert Severity.HIGH.at_least(Severity.HIGH)
    assert not Severity.MEDIUM.at_least(Severity.HIGH)


def test_only_pass_fail_and_not_applicable_settle_a_question() -> None:
    assert {outcome for outcome in Outcome if outcome.settled} == {
        Outcome.PASS,
        Outcome.FAIL,
        Outcome.NOT_APPLICABLE,
    }


@pytest.mark.parametrize("responsible", [(), (Role.OWNER_CONSUMER,)])
def test_no_property_leaves_the_consumer_alone_with_it(responsible: tuple[Role, ...]) -> None:
    with pytest.raises(ValueError, match="other than the consumer"):
        Property(
            id="a.b", question="?", why="", remedy="", responsible=responsible, answerable=(Basis.OBSERVED,)
        )


def test_a_property_that_nothing_can_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of evidence"):
        Property(id="a.b", question="?", why="", remedy="", responsible=(Role.MAKER,), answerable=())


def test_a_property_needs_a_family() -> None:
    with pytest.raises(ValueError, match="<family>"):
        Property(
            id="b", question="?", why="", remedy="", responsible=(Role.MAKER,), answerable=(Basis.OBSERVED,)
        )


def test_a_dismissal_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="justification"):
        Match(
            advisory="CVE-2021-42378",
            name="busybox",
            version="1.19.2",
            purl="pkg:generic/busybox@1.19.2",
            status=MatchStatus.NOT_AFFECTED,
        )


def test_an_envelope_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Envelope(
            subject=Subject(kind=SubjectKind.RELEASE, digest="sha256:" + "0" * 64),
            producer=Producer(tool="t", version="1", digests={}),
            as_of=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
            basis=Basis.OBSERVED,
            findings=(),
            problems=(),
            body_type="x/v1",
            body={},
        )
