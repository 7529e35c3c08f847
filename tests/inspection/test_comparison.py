"""Two inspections compared: nothing invented, nothing lost, and no good news without sight."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.comparison import Change, Effect, Manner, Side, compare
from roadworthy.inspection.report import Answered, Body, Image
from roadworthy.inspection.waiver import Waived, WaiverState
from roadworthy.model.component import Component
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.inventory import Inventory
from roadworthy.model.outcome import Basis, Outcome, Severity
from roadworthy.model.problem import Problem
from roadworthy.model.program import Program
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting

TELNET = Service(
    name="telnetd",
    command="telnetd",
    started_by="inittab",
    user="",
    ports=("tcp/23",),
    enabled=True,
    evidence=(),
)
LOST = Problem(stage="formats", where="x", what="cut off", hint="Get it again.")


def failure(
    message: str, severity: Severity = Severity.HIGH, path: str = "/etc/shadow", offset: str = "0x10"
) -> Finding:
    where = Evidence(path=("a.bin", f"squashfs@{offset}", path))
    return Finding(
        property="auth.p",
        check="auth.c",
        outcome=Outcome.FAIL,
        message=message,
        severity=severity,
        evidence=(where,),
    )


PASS = Finding(property="auth.p", check="auth.c", outcome=Outcome.PASS, message="Good.")


def side(
    *findings: Finding,
    inventory: Inventory | None = None,
    problems: tuple[Problem, ...] = (),
    answer: Outcome = Outcome.UNKNOWN,
    waivers: tuple[Waived, ...] = (),
    size: int = 7,
) -> Side:
    body = Body(
        image=Image(name="a.bin", size=size, sha256="ab" * 32),
        regions=(),
        inventory=inventory or Inventory(),
        answers=(Answered(property="auth.q", outcome=answer, basis=Basis.OBSERVED, because=""),),
        waivers=waivers,
    )
    return Side(body=body, findings=findings, problems=problems)


def told(*changes: Change) -> list[tuple[str, str, Manner, Effect, Severity]]:
    return [(each.kind, each.name, each.manner, each.effect, each.severity) for each in changes]


def test_what_is_the_same_is_no_change() -> None:
    same = side(failure("Bad."), PASS, inventory=Inventory(services=(TELNET,)))
    assert compare(same, same) == ()


def test_a_failure_that_came_is_worse_and_one_that_went_is_better() -> None:
    bad, good = side(failure("Bad.", Severity.CRITICAL)), side(PASS)
    assert told(*compare(good, bad)) == [("finding", "auth.p", Manner.ADDED, Effect.WORSE, Severity.CRITICAL)]
    assert told(*compare(bad, good)) == [
        ("finding", "auth.p", Manner.REMOVED, Effect.BETTER, Severity.CRITICAL)
    ]


def test_a_failure_that_moved_is_the_same_failure() -> None:
    moved = failure("Bad.", offset="0x99")
    assert compare(side(failure("Bad.")), side(moved)) == ()


def test_a_failure_that_counts_otherwise_is_reworded_and_neither_better_nor_worse() -> None:
    (change,) = compare(side(failure("busybox 1.19.2 is old.")), side(failure("busybox 1.20 is old.")))
    assert (change.manner, change.effect) == (Manner.CHANGED, Effect.NEITHER)
    assert (change.old, change.new) == ("busybox 1.19.2 is old.", "busybox 1.20 is old.")


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [(Severity.LOW, Severity.HIGH, Effect.WORSE), (Severity.HIGH, Severity.LOW, Effect.BETTER)],
)
def test_weight_that_changes_is_better_or_worse_by_the_heavier_one(
    before: Severity, after: Severity, effect: Effect
) -> None:
    (change,) = compare(side(failure("Bad.", before)), side(failure("Bad.", after)))
    assert (change.effect, change.severity) == (effect, Severity.HIGH)


def test_one_more_of_the_same_kind_is_worse() -> None:
    (change,) = compare(side(failure("a logs in.")), side(failure("a logs in."), failure("b logs in.")))
    assert (change.effect, change.new) == (Effect.WORSE, "b logs in.")


def test_what_the_other_was_not_asked_is_neither() -> None:
    (change,) = compare(side(), side(failure("Bad.")))
    assert (change.effect, change.because) == (Effect.NEITHER, "it was not asked of the other")
    (change,) = compare(side(failure("Bad.")), side())
    assert (change.effect, change.because) == (Effect.NEITHER, "it was not asked of the other")


def test_what_cannot_be_seen_any_more_is_not_mended() -> None:
    bad = side(failure("Bad."), inventory=Inventory(services=(TELNET,)))
    changes = compare(bad, side(PASS, problems=(LOST,)))
    assert {each.effect for each in changes} == {Effect.NEITHER}
    assert {each.because for each in changes} == {"it may be in a part that could not be read"}


def test_a_broken_extension_does_not_make_it_blind() -> None:
    problem = replace(LOST, stage="extensions")
    (change,) = compare(side(failure("Bad.")), side(PASS, problems=(problem,)))
    assert change.effect is Effect.BETTER


def test_a_failure_that_somebody_accepts_is_not_worse() -> None:
    waived = Waived(
        accepts="auth.p",
        paths=(),
        reason="Ticket 4711.",
        author="Jo",
        expires="2027-01-01",
        place="w.toml:1",
        state=WaiverState.IN_FORCE,
        findings=(0,),
    )
    (change,) = compare(side(PASS), side(failure("Bad."), waivers=(waived,)))
    assert (change.effect, change.because) == (Effect.NEITHER, "accepted: Ticket 4711.")
    expired = replace(waived, state=WaiverState.EXPIRED)
    (change,) = compare(side(PASS), side(failure("Bad."), waivers=(expired,)))
    assert change.effect is Effect.WORSE


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (Outcome.PASS, Outcome.UNKNOWN, Effect.WORSE),
        (Outcome.UNKNOWN, Outcome.PASS, Effect.BETTER),
        (Outcome.PASS, Outcome.NOT_APPLICABLE, Effect.NEITHER),
    ],
)
def test_an_answer_that_is_lost_is_worse(before: Outcome, after: Outcome, effect: Effect) -> None:
    (change,) = compare(side(answer=before), side(answer=after))
    assert (change.kind, change.name, change.effect) == ("answer", "auth.q", effect)


def test_a_new_service_is_worse_and_one_that_is_off_is_not() -> None:
    (change,) = compare(side(), side(inventory=Inventory(services=(TELNET,))))
    assert told(change) == [("service", "telnetd", Manner.ADDED, Effect.WORSE, Severity.LOW)]
    assert change.new == "at boot yes, ports tcp/23, started by inittab"
    (change,) = compare(side(), side(inventory=Inventory(services=(replace(TELNET, enabled=False),))))
    assert change.effect is Effect.NEITHER


def test_of_a_thing_that_changed_only_what_differs_is_told() -> None:
    before = Inventory(services=(TELNET,))
    after = Inventory(services=(replace(TELNET, enabled=False),))
    (change,) = compare(side(inventory=before), side(inventory=after))
    assert (change.old, change.new, change.effect) == ("at boot yes", "at boot no", Effect.BETTER)


def test_versions_are_told_without_judgement() -> None:
    def with_versions(*versions: str) -> Side:
        components = (
            Component(
                name="busybox", version=each, purl="", cpes=(), identified_by="s", confidence=1, evidence=()
            )
            for each in versions
        )
        return side(inventory=Inventory(components=tuple(components)))

    (change,) = compare(with_versions("1.19.2"), with_versions("1.36.1"))
    assert (change.old, change.new, change.effect) == ("version 1.19.2", "version 1.36.1", Effect.NEITHER)
    (change,) = compare(with_versions("1", "2"), with_versions("2", "3"))
    assert (change.old, change.new) == ("version 1", "version 3")


def test_accounts_that_open_are_worse() -> None:
    root = Credential(
        user="root",
        state=SecretState.LOCKED,
        scheme="",
        secret="",
        fingerprint="",
        login=True,
        uid=0,
        evidence=(),
    )
    opened = replace(root, state=SecretState.KNOWN, secret="1234", scheme="md5crypt")
    (change,) = compare(
        side(inventory=Inventory(credentials=(root,))), side(inventory=Inventory(credentials=(opened,)))
    )
    assert (change.name, change.effect) == ("root", Effect.WORSE)
    assert "1234" not in repr(change)


def test_a_program_that_loses_its_armour_is_worse() -> None:
    def with_program(*, pie: bool, nx: bool | None = None) -> Side:
        program = Program(
            path="/bin/x", kind="executable", machine="arm", bits=32, big_endian=False, size=1, evidence=()
        )
        return side(inventory=Inventory(programs=(replace(program, pie=pie, nx=nx),)))

    (change,) = compare(with_program(pie=True, nx=True), with_program(pie=False, nx=True))
    assert (change.old, change.new, change.effect) == ("PIE yes", "PIE no", Effect.WORSE)
    (change,) = compare(side(), with_program(pie=False))
    assert change.effect is Effect.NEITHER


def test_settings_and_size_are_told() -> None:
    def with_setting(value: str, size: int) -> Side:
        setting = Setting(scope="sshd", name="PermitRootLogin", value=value, evidence=())
        return side(inventory=Inventory(settings=(setting,)), size=size)

    changes = compare(with_setting("yes", 7), with_setting("no", 9))
    assert [(each.kind, each.name, each.old, each.new) for each in changes] == [
        ("setting", "sshd PermitRootLogin", "value yes", "value no"),
        ("size", "image", "7 bytes", "9 bytes"),
    ]


def test_the_worst_comes_first() -> None:
    old = side(PASS, failure("Gone.", Severity.CRITICAL, "/a"))
    new = side(
        failure("Low.", Severity.LOW, "/b"),
        failure("High.", Severity.HIGH, "/c"),
        inventory=Inventory(services=(TELNET,)),
        size=9,
    )
    assert [each.effect for each in compare(old, new)] == [
        Effect.WORSE,
        Effect.WORSE,
        Effect.WORSE,
        Effect.BETTER,
        Effect.NEITHER,
    ]
    assert compare(old, new)[0].severity is Severity.HIGH


FINDINGS = st.lists(
    st.builds(
        failure, st.sampled_from(["A 1.", "A 2.", "B."]), st.sampled_from(Severity), st.sampled_from("ab")
    ),
    max_size=6,
)


@given(FINDINGS, FINDINGS)
def test_the_way_back_is_the_mirror(before: list[Finding], after: list[Finding]) -> None:
    there = compare(side(PASS, *before), side(PASS, *after))
    back = compare(side(PASS, *after), side(PASS, *before))
    for effect, mirrored in ((Effect.WORSE, Effect.BETTER), (Effect.BETTER, Effect.WORSE)):
        assert sum(each.effect is effect for each in there) == sum(each.effect is mirrored for each in back)
    gained = sum((each.manner is Manner.ADDED) - (each.manner is Manner.REMOVED) for each in there)
    assert gained == len(after) - len(before)
