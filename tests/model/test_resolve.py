from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome, Role
from roadworthy.model.property import Answer, Property
from roadworthy.model.resolve import resolve
from roadworthy.model.subject import Subject, SubjectKind

NOW = datetime(2026, 6, 1, tzinfo=UTC)
RELEASE = Subject(
    kind=SubjectKind.RELEASE, maker="Acme", model="Cam", version="1.0", digest="sha256:" + "0" * 64
)
PRODUCT = Subject(kind=SubjectKind.PRODUCT, maker="Acme", model="Cam")
OTHER = Subject(
    kind=SubjectKind.RELEASE, maker="Acme", model="Cam", version="2.0", digest="sha256:" + "1" * 64
)
EVERY_BASIS = (Basis.OBSERVED, Basis.TESTED, Basis.DECLARED)
ASKED = Property(
    id="auth.example",
    question="Is it so?",
    why="Because.",
    remedy="Do it.",
    responsible=(Role.MAKER,),
    answerable=EVERY_BASIS,
    fresh_days=100,
)
SEEN_ONLY = replace(ASKED, answerable=(Basis.OBSERVED,))


def says(
    outcome: Outcome,
    basis: Basis = Basis.OBSERVED,
    *,
    age: int = 0,
    check: str = "auth.check",
    subject: Subject = RELEASE,
    about: str = "auth.example",
    version: str = "1",
) -> Envelope:
    return Envelope(
        subject=subject,
        producer=Producer(tool="test", version=version, digests={}),
        as_of=NOW - timedelta(days=age),
        basis=basis,
        findings=(Finding(property=about, check=check, outcome=outcome, message=f"{outcome}"),),
        problems=(),
        body_type="test/v1",
        body={},
    )


def answer(*envelopes: Envelope, asked: Property = ASKED, subject: Subject = RELEASE) -> Answer:
    (only,) = resolve([asked], envelopes, subject=subject, now=NOW)
    return only


outcomes = st.sampled_from(list(Outcome))
evidence = st.lists(
    st.builds(
        says,
        outcomes,
        st.sampled_from(list(Basis)),
        age=st.sampled_from([-5, 0, 5, 50, 100, 101, 500]),
        check=st.sampled_from(["auth.one", "auth.two"]),
        subject=st.sampled_from([RELEASE, PRODUCT, OTHER]),
        about=st.sampled_from(["auth.example", "auth.other"]),
    ),
    max_size=6,
)


@given(evidence, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(envelopes: list[Envelope], random: Random) -> None:
    shuffled = list(envelopes)
    random.shuffle(shuffled)
    assert answer(*shuffled) == answer(*envelopes)


@given(evidence)
def test_saying_it_twice_changes_nothing(envelopes: list[Envelope]) -> None:
    assert answer(*envelopes, *envelopes) == answer(*envelopes)


@given(evidence, st.sampled_from([Basis.OBSERVED, Basis.TESTED]))
def test_an_observed_failure_stands_against_everything(envelopes: list[Envelope], basis: Basis) -> None:
    failure = says(Outcome.FAIL, basis, check="auth.three")
    assert answer(*envelopes, failure).outcome is Outcome.FAIL


@given(evidence, outcomes)
def test_a_declaration_never_lifts_a_failure(envelopes: list[Envelope], declared: Outcome) -> None:
    before = answer(*envelopes).outcome
    after = answer(*envelopes, says(declared, Basis.DECLARED, check="auth.three")).outcome
    assert before is not Outcome.FAIL or after is Outcome.FAIL


@given(evidence)
def test_a_pass_rests_on_a_pass_that_is_fresh_and_about_this_subject(envelopes: list[Envelope]) -> None:
    found = answer(*envelopes)
    if found.outcome is Outcome.PASS:
        assert any(
            envelope.findings[0].outcome is Outcome.PASS
            and envelope.findings[0].property == ASKED.id
            and envelope.subject in (RELEASE, PRODUCT)
            and timedelta(0) <= NOW - envelope.as_of <= timedelta(days=100)
            for envelope in envelopes
        )


@given(evidence)
def test_a_kind_of_evidence_that_cannot_answer_never_passes(envelopes: list[Envelope]) -> None:
    only_declared = [replace(envelope, basis=Basis.DECLARED) for envelope in envelopes]
    assert answer(*only_declared, asked=SEEN_ONLY).outcome in (Outcome.FAIL, Outcome.UNKNOWN)


@given(evidence)
def test_what_is_about_something_else_changes_nothing(envelopes: list[Envelope]) -> None:
    relevant = [
        envelope
        for envelope in envelopes
        if envelope.subject is not OTHER and envelope.findings[0].property == ASKED.id
    ]
    assert answer(*relevant) == answer(*envelopes)


@given(evidence)
def test_evidence_from_the_future_changes_nothing_but_what_was_set_aside(envelopes: list[Envelope]) -> None:
    present = [envelope for envelope in envelopes if envelope.as_of <= NOW]
    now, later = answer(*present), answer(*envelopes)
    assert (now.outcome, now.basis, now.findings) == (later.outcome, later.basis, later.findings)


@given(evidence)
def test_every_finding_about_the_property_is_accounted_for(envelopes: list[Envelope]) -> None:
    found = answer(*envelopes)
    aside = {each.finding for each in found.set_aside}
    about = {
        e.findings[0] for e in envelopes if e.subject is not OTHER and e.findings[0].property == ASKED.id
    }
    assert aside | set(found.findings) <= about
    assert found.outcome is not Outcome.UNKNOWN or not any(
        finding.outcome is Outcome.FAIL for finding in about - aside
    )


def test_no_evidence_is_unknown() -> None:
    found = answer()
    assert (found.outcome, found.basis, found.because) == (Outcome.UNKNOWN, None, "no evidence")


def test_stale_evidence_is_unknown_and_says_so() -> None:
    found = answer(says(Outcome.PASS, age=101))
    assert found.outcome is Outcome.UNKNOWN
    assert found.because == "no evidence counts: stale"
    assert [each.reason for each in found.set_aside] == ["stale"]


def test_evidence_on_its_last_day_still_counts() -> None:
    assert answer(says(Outcome.PASS, age=100)).outcome is Outcome.PASS


def test_a_later_look_of_the_same_check_supersedes_an_earlier_one() -> None:
    found = answer(says(Outcome.FAIL, age=5), says(Outcome.PASS, age=1))
    assert found.outcome is Outcome.PASS
    assert not found.contradicted
    assert [each.reason for each in found.set_aside] == ["superseded by a later look"]


@given(evidence, st.sampled_from([Outcome.ERROR, Outcome.UNKNOWN]), st.sampled_from(list(Basis)))
def test_a_later_look_that_saw_nothing_lifts_no_failure(
    envelopes: list[Envelope], blind: Outcome, basis: Basis
) -> None:
    before = answer(*envelopes).outcome
    after = answer(
        *envelopes, says(blind, basis, check="auth.one"), says(blind, basis, check="auth.two")
    ).outcome
    assert before is not Outcome.FAIL or after is Outcome.FAIL


def test_an_older_version_of_a_check_supersedes_no_newer_one() -> None:
    failure = says(Outcome.FAIL, age=5, version="0.10.0")
    assert answer(failure, says(Outcome.PASS, age=1, version="0.9.9")).outcome is Outcome.FAIL
    assert answer(failure, says(Outcome.PASS, age=1, version="0.10.1")).outcome is Outcome.PASS


def test_a_declaration_that_cannot_answer_lifts_no_admitted_failure() -> None:
    admitted = says(Outcome.FAIL, Basis.DECLARED, age=5)
    assert (
        answer(admitted, says(Outcome.PASS, Basis.DECLARED, age=1), asked=SEEN_ONLY).outcome is Outcome.FAIL
    )


def test_a_look_of_another_check_supersedes_nothing() -> None:
    found = answer(says(Outcome.FAIL, age=5), says(Outcome.PASS, age=1, check="auth.two"))
    assert found.outcome is Outcome.FAIL
    assert found.contradicted


def test_a_failure_seen_against_a_declaration_is_shown_as_a_contradiction() -> None:
    found = answer(says(Outcome.FAIL), says(Outcome.PASS, Basis.DECLARED))
    assert (found.outcome, found.basis, found.contradicted) == (Outcome.FAIL, Basis.OBSERVED, True)


def test_an_admitted_failure_counts_even_where_declarations_cannot_answer() -> None:
    found = answer(says(Outcome.FAIL, Basis.DECLARED), says(Outcome.PASS), asked=SEEN_ONLY)
    assert (found.outcome, found.basis) == (Outcome.FAIL, Basis.DECLARED)


def test_one_check_that_could_not_tell_keeps_another_from_passing() -> None:
    assert answer(says(Outcome.PASS), says(Outcome.UNKNOWN, check="auth.two")).outcome is Outcome.UNKNOWN


def test_a_check_that_broke_keeps_another_from_passing() -> None:
    assert answer(says(Outcome.PASS), says(Outcome.ERROR, check="auth.two")).outcome is Outcome.ERROR


def test_a_declaration_fills_what_could_not_be_seen_and_is_named_as_such() -> None:
    found = answer(says(Outcome.UNKNOWN), says(Outcome.PASS, Basis.DECLARED))
    assert (found.outcome, found.basis) == (Outcome.PASS, Basis.DECLARED)


def test_a_test_outweighs_a_look() -> None:
    found = answer(says(Outcome.NOT_APPLICABLE), says(Outcome.PASS, Basis.TESTED, check="auth.two"))
    assert (found.outcome, found.basis) == (Outcome.PASS, Basis.TESTED)


def test_what_is_said_of_the_product_holds_for_its_release_and_not_the_other_way() -> None:
    assert answer(says(Outcome.PASS, subject=PRODUCT), subject=RELEASE).outcome is Outcome.PASS
    assert answer(says(Outcome.PASS, subject=RELEASE), subject=PRODUCT).outcome is Outcome.UNKNOWN


def test_answers_come_in_the_order_of_their_ids() -> None:
    second = replace(ASKED, id="auth.a")
    ids = [each.property for each in resolve([ASKED, second], [], subject=RELEASE, now=NOW)]
    assert ids == ["auth.a", "auth.example"]
